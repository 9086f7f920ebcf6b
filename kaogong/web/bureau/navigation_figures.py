"""The rail's groups of figures and plans."""

from kaogong.web.parts.navigation import Link

from . import (
    navigation_demand,
    navigation_departments,
    navigation_planning,
    navigation_returns,
    navigation_statistics,
)


def groups(request) -> list[tuple[str, list[Link]]]:
    """Figures and where they come from; what is planned and asked for."""
    return [
        (
            "统计",
            [
                *navigation_statistics.links(request),
                *navigation_returns.links(request),
                *navigation_departments.links(request),
            ],
        ),
        ("计划与供需", [*navigation_planning.links(request), *navigation_demand.links(request)]),
    ]
