"""Before money goes on: a class nobody looked at is looked at first."""

from datetime import datetime, timedelta

from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.claims import operations as claims
from kaogong.claims import queries as claim_queries
from kaogong.claims.models import Claim
from kaogong.kernel.actor import Actor, system_actor
from kaogong.kernel.errors import Refused
from kaogong.trail.operations import require_may

from .. import queries
from ..models import RiskPass
from .looking import ask_risk_check, run_risk_check


class ClassNotLookedAt(Refused):
    """班次{number}的风险核查没有完成（{why}），不能转入拨付。请重新核查，或联系系统管理员。"""


def close_checked_notice(notice_id: int, *, by: Actor, at: datetime, reason: str = "") -> list[Claim]:
    """Close a notice of claims once every class in it was looked at lately; what is found then holds its money.

    Looks are kept whatever becomes of the notice.
    """
    require_may(by, Permission.CLOSE_NOTICE, "公示期满")
    for claim in claim_queries.claims_of_notice(notice_id):
        require_looked_at(claim, at=at)
    return claims.close_claims_notice(notice_id, by=by, at=at, reason=reason)


def require_looked_at(claim: Claim, *, at: datetime) -> RiskPass | None:
    """Look at the class of a claim unless that was done after it finished and within the days that count."""
    training_class = claim.training_class
    if training_class is None:
        return None  # a month of employment has no class to look at
    days = queries.known(claim.region_code, "fresh_days", timezone.localdate(at))
    if days is None or queries.is_looked_at(training_class, at - timedelta(days=days)):
        return None
    look = ask_risk_check(training_class_id=training_class.pk, by=system_actor(), at=at)
    look = run_risk_check(look.pk, by=system_actor(), at=at)
    if look.refusal:
        raise ClassNotLookedAt(number=training_class.number, why=look.refusal)
    return look
