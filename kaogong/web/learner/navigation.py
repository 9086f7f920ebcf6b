"""The bar at the foot of the learner's pages."""

from kaogong.access.permissions import Permission as P
from kaogong.web.parts.navigation import Link, shown


def navigation(request) -> list:
    """Six places, always the same."""
    links = [
        Link("首页", "learner:home", P.VIEW_OWN_FILE),
        Link("签到", "learner:check_in:page", P.CHECK_IN),
        Link("课时", "learner:hours:list", P.VIEW_OWN_FILE),
        Link(
            "补贴",
            "learner:payments:list",
            P.VIEW_OWN_FILE,
            also=(
                "learner:grants:list",
                "learner:vouchers:list",
                "learner:recoveries:list",
                "learner:statements:list",
                "learner:account_changes:list",
                "learner:claim_appeals:list",
            ),
        ),
        Link("证书", "learner:certificates:list", P.VIEW_OWN_FILE),
        Link("档案", "learner:file:list", P.VIEW_OWN_FILE),
    ]
    return shown([("", links)], request)
