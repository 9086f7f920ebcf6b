"""Complaints, cases and sanctions on the bureau's rail."""

from kaogong.access.permissions import Permission as P
from kaogong.supervision import queries as supervision
from kaogong.web.parts.navigation import Link


def links(request) -> list[Link]:
    """What waits in each, for those who can do something about it."""
    by, today = request.actor, request.today
    return [
        Link(
            "投诉举报",
            "bureau:complaints:list",
            P.VIEW_COMPLAINTS,
            (lambda: supervision.complaints_waiting(by)) if by.may(P.ANSWER_COMPLAINT) else None,
        ),
        Link(
            "案件",
            "bureau:cases:list",
            P.VIEW_COMPLAINTS,
            (lambda: supervision.cases_waiting(by)) if by.may(P.GRADE_CASE) else None,
        ),
        Link(
            "处理决定",
            "bureau:sanctions:list",
            P.VIEW_PEOPLE,
            (lambda: supervision.sanctions_waiting(by, today))
            if by.may(P.PROPOSE_SANCTION) or by.may(P.CONFIRM_SANCTION)
            else None,
        ),
        Link("审批与监管责任", "bureau:duties:list", P.VIEW_PEOPLE),
    ]
