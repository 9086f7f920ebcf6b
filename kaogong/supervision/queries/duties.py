"""Who approves, who answers for it, who supervises (谁审批、谁负责、谁监管)."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kaogong.access.models import Account
from kaogong.access.permissions import Permission as P
from kaogong.access.queries import accounts, in_reach
from kaogong.access.roles import ROLES
from kaogong.kernel.actor import Actor
from kaogong.supervision.models import Duty

MATTERS = {
    P.RECOGNISE_PROVIDER: _("认定培训机构"),
    P.SUSPEND_PROVIDER: _("暂停、恢复和终止协议"),
    P.APPROVE_CLASS: _("同意开班"),
    P.REVIEW_CLAIM: _("审核补贴申领"),
    P.APPROVE_CLAIM: _("核准补贴申领"),
    P.WAIVE_RULE: _("批准例外"),
    P.PUBLISH_NOTICE: _("发布公示"),
    P.CHECK_PAYMENT: _("复核付款"),
    P.RELEASE_PAYMENT: _("发放补贴款"),
    P.REVOKE_CERTIFICATE: _("撤销证书"),
    P.PUBLISH_INSPECTION: _("公开检查结果"),
    P.CONFIRM_CASE: _("确认案件定性"),
    P.CONFIRM_SANCTION: _("决定处理"),
}


@dataclass(frozen=True, slots=True)
class Matter:
    """One kind of approval: the posts that may do it, who answers for it, who supervises it."""

    code: str
    label: str
    posts: list[str]
    approvers: list[Account]
    responsible: Account | None
    supervisor: Account | None
    duty: Duty | None


def standing_duties(by: Actor) -> dict[str, Duty]:
    """The duties of the actor's own region that stand, by matter."""
    rows = in_reach(Duty.objects.filter(until_on__isnull=True), by, organisation=None)
    return {row.matter: row for row in rows if row.region_code == by.region_code}


def bureau_people(by: Actor) -> list[Account]:
    """The bureau's own log-ins in reach, by name."""
    rows = accounts(by).filter(is_active=True, organisation_id__isnull=True, person_id__isnull=True)
    return sorted(rows, key=lambda one: one.name)


def matters(by: Actor) -> list[Matter]:
    """Every kind of approval of the actor's region, named or not."""
    people = bureau_people(by)
    by_id = {person.pk: person for person in people}
    duties = standing_duties(by)
    found = []
    for code, label in MATTERS.items():
        roles = [role for role in ROLES.values() if code in role.permissions and role.front_door == "bureau"]
        codes = {role.code for role in roles}
        duty = duties.get(str(code))
        found.append(
            Matter(
                code=str(code),
                label=str(label),
                posts=[role.label for role in roles],
                approvers=[person for person in people if person.role in codes],
                responsible=by_id.get(duty.responsible_account_id) if duty else None,
                supervisor=by_id.get(duty.supervisor_account_id) if duty else None,
                duty=duty,
            )
        )
    return found
