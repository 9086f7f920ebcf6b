"""The rail's group of online enquiries."""

from kaogong.access.permissions import Permission as P
from kaogong.enquiries import queries as enquiries
from kaogong.web.parts.navigation import Link


def group(request) -> tuple[str, list[Link]]:
    """What waits for the actor, and what is published."""
    by = request.actor
    waiting = None
    if by.may(P.ISSUE_REPLY):
        waiting = lambda: (enquiries.enquiries_to_do(by), enquiries.enquiries_to_check(by))  # noqa: E731
    elif by.may(P.DRAFT_REPLY):
        waiting = lambda: enquiries.enquiries_to_do(by)  # noqa: E731
    return (
        "咨询服务",
        [
            Link("网上咨询", "bureau:enquiries:list", P.VIEW_ENQUIRIES, waiting),
            Link("办理统计", "bureau:enquiries:measures", P.VIEW_ENQUIRIES),
            Link("常见问题", "bureau:common_questions:list", P.VIEW_ENQUIRIES),
        ],
    )
