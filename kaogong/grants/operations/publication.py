"""Public notice: grants are shown, objections end them, what stands goes to payment."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from kaogong.claims.queries import scheme as scheme_of
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.money import yuan_plain
from kaogong.kernel.writing import mask_name
from kaogong.notices import operations as notices
from kaogong.notices import queries as notice_queries
from kaogong.trail.operations import move, require_move

from .. import queries
from ..models import Grant
from ..states import GRANT
from . import money
from .ending import end_all

COLUMNS = [
    ("sequence", _("序号")),
    ("applicant", _("申请单位（人）")),
    ("person", _("姓名")),
    ("scheme", _("项目")),
    ("amount", _("金额（元）")),
]


class GrantNoticeDaysUnknown(Refused):
    """{region}没有公布“{scheme}”的公示工作日数，不能列入公示。"""


class NoGrantToPublish(Refused):
    """没有选择要公示的奖补申请。"""


class GrantsMixed(Refused):
    """一份公示只能列入同一区划、同一项目的申请。"""


@transaction.atomic
def publish_grants(
    grant_ids: Sequence[int],
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    title: str = "",
    opens_on: date | None = None,
) -> list[Grant]:
    """Publish approved grants of one scheme in one notice, for as many working days as the policy says."""
    grants = [queries.grant_for_update(grant_id, by=by) for grant_id in sorted(set(grant_ids))]
    if not grants:
        raise NoGrantToPublish()
    for grant in grants:
        require_move(grant, GRANT.move("publish"), GRANT, by=by, reason=reason)
    if len({(grant.region_code, grant.scheme_code) for grant in grants}) > 1:
        raise GrantsMixed()
    opens_on = opens_on or timezone.localdate(at)
    scheme = scheme_of(grants[0].region_code[:6], grants[0].scheme_code, opens_on)
    if scheme.publish_working_days is None:
        raise GrantNoticeDaysUnknown(region=scheme.region_label, scheme=scheme.label)
    numbers = "、".join(grant.number for grant in grants)
    total = sum(grant.amount_fen for grant in grants)
    notice = notices.publish_notice(
        kind="subsidy",
        title=title or f"{scheme.region_label}{scheme.label}公示",
        body=(
            f"根据{scheme.clauses[0].partition('#')[0]}，现将拟拨付的{scheme.label}予以公示"
            f"（申请编号：{numbers}），本次共{len(grants)}项、{yuan_plain(total)}元。公示期内有异议的，"
            "请通过公示页面或所列方式实名反映。"
            + ("本公示所用标准为示例标准。" if scheme.illustrative else "")
        ),
        region_code=grants[0].region_code,
        rows=[(grant.number, _row(nth, grant, scheme.label)) for nth, grant in enumerate(grants, start=1)],
        columns=COLUMNS,
        opens_on=opens_on,
        working_days=scheme.publish_working_days,
        subject_reference=numbers[:200],
        complaint_phone=settings.COMPLAINT_PHONE,
        complaint_address=settings.COMPLAINT_ADDRESS,
        by=by,
        at=at,
    )
    for grant in grants:
        grant.published_notice_id = notice.pk
        grant.save(update_fields=["published_notice_id"])
        move(grant, "publish", by=by, at=at, reason=reason, notice=notice.number)
    return grants


def _row(nth: int, grant: Grant, label: str) -> dict[str, str]:
    """What anyone may see of a grant: nothing of a person in clear."""
    name = mask_name(grant.person.name) if grant.person_id else ""
    return {
        "sequence": str(nth),
        "applicant": grant.institution.name if grant.institution_id else name,
        "person": name,
        "scheme": label,
        "amount": yuan_plain(grant.amount_fen),
    }


@transaction.atomic
def close_grants_notice(notice_id: int, *, by: Actor, at: datetime, reason: str = "") -> list[Grant]:
    """Close a notice of grants: those with an upheld objection end, the rest is queued to pay.

    Refuses as ``notices.close_notice`` does while the notice is open or an objection unanswered. What is
    held back, or has no bank account, stays set aside and follows by itself.
    """
    grants = [queries.grant_for_update(row.pk, by=by) for row in queries.grants_of_notice(notice_id)]
    if not grants:
        raise NotFound()
    notices.close_notice(notice_id, by=by, at=at)
    upheld = notice_queries.upheld_references(notice_id)
    for grant in grants:
        if grant.status != "published":
            continue
        if grant.number in upheld:
            end_all(grant, by=by, at=at, reason="公示异议成立")
            continue
        move(grant, "clear", by=by, at=at, reason=reason)
        money.queue(grant, by=by, at=at)
    return grants


@transaction.atomic
def withdraw_grants_notice(notice_id: int, *, by: Actor, at: datetime, reason: str) -> list[Grant]:
    """Withdraw a notice of grants: they are approved again, their money stays set aside."""
    grants = [queries.grant_for_update(row.pk, by=by) for row in queries.grants_of_notice(notice_id)]
    if not grants:
        raise NotFound()
    unanswered = notice_queries.objections(by, notice_id=notice_id, unanswered=True).count()
    notice = notices.withdraw_notice(notice_id, by=by, at=at, reason=reason)
    if unanswered:
        raise notices.ObjectionsUnanswered(count=unanswered)
    upheld = notice_queries.upheld_references(notice_id)
    for grant in grants:
        if grant.status != "published":
            continue
        if grant.number in upheld:
            end_all(grant, by=by, at=at, reason="公示异议成立")
            continue
        move(grant, "unpublish", by=by, at=at, reason=reason, notice=notice.number)
        grant.published_notice_id = None
        grant.save(update_fields=["published_notice_id"])
    return grants
