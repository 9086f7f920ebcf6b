"""The rail's lines about what became of learners."""

from kaogong.access.permissions import Permission as P
from kaogong.outcomes import queries as outcomes
from kaogong.web.parts.navigation import Link


def group(request) -> tuple[str, list[Link]]:
    """The group with what waits: declarations to confirm."""
    by = request.actor
    waiting = None
    if by.may(P.CONFIRM_EMPLOYMENT):
        waiting = lambda: outcomes.follow_ups(by).filter(status="declared")  # noqa: E731
    return (
        "培训成效",
        [
            Link("学员评价", "bureau:surveys:list", P.VIEW_PEOPLE),
            Link("就业回访", "bureau:follow_ups:list", P.VIEW_PEOPLE, waiting),
            Link("就业率", "bureau:follow_ups:rates", P.VIEW_PEOPLE),
        ],
    )
