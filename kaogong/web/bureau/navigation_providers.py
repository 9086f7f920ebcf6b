"""Recognition, registers and evaluation on the bureau's rail."""

from kaogong.access.permissions import Permission as P
from kaogong.institutions import queries as institutions
from kaogong.web.parts.navigation import Link


def links(request) -> list[Link]:
    """What waits in each, for those who can do something about it."""
    by = request.actor
    may_act = by.may(P.ACCEPT_APPLICATION) or by.may(P.DECIDE_APPLICATION)
    return [
        Link("机构与协议", "bureau:institutions:list", P.VIEW_PEOPLE),
        Link(
            "认定申请",
            "bureau:applications:list",
            P.VIEW_PEOPLE,
            (lambda: institutions.applications_waiting(by)) if may_act else None,
        ),
        Link(
            "将到期的协议",
            "bureau:applications:ending",
            P.VIEW_PEOPLE,
            (lambda: institutions.contracts_ending_soon(by, request.today)) if may_act else None,
        ),
        Link("机构数量和品牌", "bureau:registers:kinds", P.VIEW_PEOPLE),
        Link("年度评估", "bureau:evaluations:list", P.VIEW_PEOPLE),
        Link(
            "等级申诉",
            "bureau:appeals:list",
            P.VIEW_PEOPLE,
            (lambda: institutions.grade_appeals_waiting(by)) if by.may(P.SETTLE_APPEAL) else None,
        ),
    ]
