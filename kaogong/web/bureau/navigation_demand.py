"""The rail's lines about demand."""

from kaogong.access.permissions import Permission as P
from kaogong.demand import queries
from kaogong.web.parts.navigation import Link


def links(request) -> list[Link]:
    """What waits in each, for those who can do something about it."""
    by = request.actor
    proposed = guides = bulletins = told = None
    if by.may(P.CONFIRM_INTRODUCED_TALENT):
        told = lambda: queries.talents_to_confirm(by)  # noqa: E731
    if by.may(P.PUBLISH_SHORTAGE_LIST):
        proposed = lambda: queries.shortage_lists(by).filter(status="proposed")  # noqa: E731
    if by.may(P.PUBLISH_WAGE_GUIDE):
        guides = lambda: queries.wage_guides(by).filter(status="proposed")  # noqa: E731
    if by.may(P.PUBLISH_MARKET_BULLETIN):
        bulletins = lambda: queries.market_bulletins(by).filter(status="proposed")  # noqa: E731
    return [
        Link("企业调查", "bureau:demand_rounds:list", P.VIEW_PEOPLE),
        Link("招聘清单", "bureau:vacancies:list", P.VIEW_PEOPLE),
        Link("培训意愿", "bureau:wishes:list", P.VIEW_PEOPLE),
        Link("紧缺指数", "bureau:shortage:list", P.VIEW_PEOPLE),
        Link("紧缺目录", "bureau:shortage_lists:list", P.VIEW_PEOPLE, proposed),
        Link("市场供需", "bureau:market_bulletins:list", P.VIEW_PEOPLE, bulletins),
        Link("引进人才", "bureau:talents:list", P.VIEW_PEOPLE, told),
        Link("专业匹配", "bureau:majors:list", P.VIEW_PEOPLE),
        Link("工资价位", "bureau:wage_guides:list", P.VIEW_PEOPLE, guides),
    ]
