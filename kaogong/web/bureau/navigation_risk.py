"""Risk in the bureau's rail."""

from kaogong.access.permissions import Permission as P
from kaogong.claims import queries as claims
from kaogong.risk import queries
from kaogong.web.parts.navigation import Link


def links(request) -> list[Link]:
    """Findings and held payments, with what waits in each."""
    by, today = request.actor, request.today
    return [
        Link(
            "风险发现",
            "bureau:risk:list",
            P.VIEW_PEOPLE,
            (lambda: queries.findings_to_handle(by)) if by.may(P.CLOSE_RISK_FINDING) else None,
        ),
        Link(
            "暂缓支付",
            "bureau:holds:list",
            P.VIEW_PEOPLE,
            (lambda: claims.holds_overdue(by, today)) if by.may(P.LIFT_PAYMENT_HOLD) else None,
        ),
    ]
