"""The bar at the top of the public pages."""

from kaogong.web.parts.navigation import Link, shown


def navigation(request) -> list:
    """What anyone may look at."""
    links = [
        Link("首页", "portal:home"),
        Link("证书查验", "portal:verify_form"),
        Link("培训机构", "portal:providers:list"),
        Link("近期开班", "portal:classes"),
        Link("公示", "portal:notices:list"),
        Link("监督检查", "portal:inspections:list"),
        Link("网上咨询", "portal:enquiries:list"),
        Link("投诉举报", "portal:complaints:complain"),
        Link("政策", "portal:policy:list"),
        Link("工资价位", "portal:wages:list"),
        Link("紧缺职业", "portal:shortages"),
        Link("我能享受什么", "portal:entitled"),
    ]
    return shown([("", links)], request)
