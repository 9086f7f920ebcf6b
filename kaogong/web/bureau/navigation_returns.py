"""The rail's lines about returns and proposals."""

from kaogong.access.permissions import Permission as P
from kaogong.returns import queries as returns
from kaogong.web.parts.navigation import Link


def links(request) -> list[Link]:
    """What waits in each, for those who can do something about it."""
    by = request.actor
    return [
        Link(
            "季报年报",
            "bureau:period_returns:list",
            P.VIEW_BUREAU,
            (lambda: returns.returns_to_freeze(by)) if by.may(P.FREEZE_RETURN) else None,
        ),
        Link(
            "建议提案",
            "bureau:proposals:list",
            P.VIEW_BUREAU,
            (lambda: returns.proposals_open(by)) if by.may(P.DRAFT_ANSWER) else None,
        ),
    ]
