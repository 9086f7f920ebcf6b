"""The rail's lines about statistics."""

from kaogong.access.permissions import Permission as P
from kaogong.web.parts.navigation import Link


def links(request) -> list[Link]:
    """The picture and the catalogue every figure is found in."""
    return [
        Link("全局图", "bureau:picture:home", P.VIEW_PEOPLE),
        Link("指标目录", "bureau:indicators:list", P.VIEW_PEOPLE),
        Link("引用数据", "bureau:stated_figures:list", P.VIEW_PEOPLE),
        Link("统计数据", "bureau:snapshots:list", P.VIEW_PEOPLE),
    ]
