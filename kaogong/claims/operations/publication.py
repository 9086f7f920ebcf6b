"""Public notice: claims are shown with masked names, objections drop lines, what stands goes to payment."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.money import yuan_plain
from kaogong.kernel.writing import mask_name
from kaogong.notices import operations as notices
from kaogong.notices import queries as notice_queries
from kaogong.rules import LEVELS
from kaogong.trail.operations import move, move_many, require_move

from .. import queries
from ..models import Claim, ClaimLine
from ..states import CLAIM
from . import money
from .judging import recount_claim

COLUMNS = [
    ("sequence", _("序号")),
    ("name", _("姓名")),
    ("id_number", _("证件号码")),
    ("provider", _("培训机构")),
    ("occupation", _("职业（工种）")),
    ("level", _("等级")),
    ("certificate", _("证书编号")),
    ("amount", _("补贴金额（元）")),
]


class NoticeDaysUnknown(Refused):
    """{region}没有公布“{scheme}”的公示工作日数，不能列入公示。"""


class NothingToPublish(Refused):
    """没有选择要公示的申领。"""


class RegionsMixed(Refused):
    """一份公示只能列入同一区划、同一补贴项目的申领。"""


@transaction.atomic
def publish_claims(
    claim_ids: Sequence[int],
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    title: str = "",
    opens_on: date | None = None,
) -> list[Claim]:
    """Publish approved claims of one scheme in one notice, for as many working days as the policy says."""
    claims = [queries.claim_for_update(claim_id, by=by) for claim_id in sorted(set(claim_ids))]
    if not claims:
        raise NothingToPublish()
    for claim in claims:
        require_move(claim, CLAIM.move("publish"), CLAIM, by=by, reason=reason)
    if len({(claim.region_code, claim.scheme_code) for claim in claims}) > 1:
        raise RegionsMixed()
    opens_on = opens_on or timezone.localdate(at)
    scheme = queries.scheme(claims[0].region_code[:6], claims[0].scheme_code, opens_on)
    if scheme.publish_working_days is None:
        raise NoticeDaysUnknown(region=scheme.region_label, scheme=scheme.label)
    rows = _rows(claims)
    total = sum(claim.amount_fen for claim in claims)
    numbers = "、".join(claim.number for claim in claims)
    notice = notices.publish_notice(
        kind="subsidy",
        title=title or f"{scheme.region_label}{scheme.label}补贴公示",
        body=(
            f"根据{scheme.clauses[0].partition('#')[0]}，现将拟拨付的{scheme.label}补贴予以公示（申领编号：{numbers}）。"
            f"共{len(rows)}人，合计{yuan_plain(total)}元。公示{scheme.publish_working_days}个工作日，"
            "如有异议，请在公示期内提出。" + ("本公示所用标准为示例标准。" if scheme.illustrative else "")
        ),
        region_code=claims[0].region_code,
        rows=rows,
        columns=COLUMNS,
        opens_on=opens_on,
        working_days=scheme.publish_working_days,
        subject_reference=numbers[:200],
        complaint_phone=settings.COMPLAINT_PHONE,
        complaint_address=settings.COMPLAINT_ADDRESS,
        by=by,
        at=at,
    )
    for claim in claims:
        claim.published_notice_id = notice.pk
        claim.save(update_fields=["published_notice_id"])
        move(claim, "publish", by=by, at=at, reason=reason, notice=notice.number)
    return claims


def _rows(claims: list[Claim]) -> list[tuple[str, dict[str, str]]]:
    """What anyone may see of each approved line: nothing of a person in clear."""
    lines = [
        line for claim in claims for line in queries.lines(claim.pk).filter(status__in=("approved", "held"))
    ]
    codes = {line.occupation_code for line in lines} - {""}
    occupations = {code: catalog.occupation_name(code) for code in codes}
    providers = {claim.pk: claim.institution.name for claim in claims}
    return [
        (
            line.reference,
            {
                "sequence": str(number),
                "name": mask_name(line.person.name),
                "id_number": line.person.id_number_masked,
                "provider": providers[line.claim_id],
                "occupation": occupations.get(line.occupation_code, ""),
                "level": LEVELS[line.level].label if line.occupation_code else "",
                "certificate": line.certificate.number if line.certificate else "",
                "amount": yuan_plain(line.total_fen),
            },
        )
        for number, line in enumerate(lines, start=1)
    ]


@transaction.atomic
def close_claims_notice(notice_id: int, *, by: Actor, at: datetime, reason: str = "") -> list[Claim]:
    """Close a notice of claims: lines with an upheld objection drop out, the rest is queued to pay.

    Refuses as ``notices.close_notice`` does while the notice is open or an objection unanswered. Lines whose
    certificate is being looked into stay held and follow by ``release_line``; lines whose money is held back
    stay approved and follow by ``lift_payment_hold``.
    """
    claims = [queries.claim_for_update(claim.pk, by=by) for claim in queries.claims_of_notice(notice_id)]
    if not claims:
        raise NotFound()
    notices.close_notice(notice_id, by=by, at=at)
    upheld = notice_queries.upheld_references(notice_id)
    for claim in claims:
        lines = list(queries.lines(claim.pk).filter(status__in=("approved", "held")))
        for line in lines:
            if line.reference in upheld:
                drop_line(claim, line, by=by, at=at, reason="公示异议成立")
        clear_lines(claim, [line for line in lines if line.status == "approved"], by=by, at=at, reason=reason)
    return claims


@transaction.atomic
def withdraw_claims_notice(notice_id: int, *, by: Actor, at: datetime, reason: str) -> list[Claim]:
    """Withdraw a notice of claims: they are approved again, their money stays set aside, to be published anew.

    Lines with an upheld objection drop out, as they would at the end of the notice. Refuses while an
    objection is unanswered: a later answer would change nothing any more.
    """
    claims = [queries.claim_for_update(claim.pk, by=by) for claim in queries.claims_of_notice(notice_id)]
    if not claims:
        raise NotFound()
    unanswered = notice_queries.objections(by, notice_id=notice_id, unanswered=True).count()
    notice = notices.withdraw_notice(notice_id, by=by, at=at, reason=reason)
    if unanswered:
        raise notices.ObjectionsUnanswered(count=unanswered)
    upheld = notice_queries.upheld_references(notice_id)
    for claim in claims:
        for line in queries.lines(claim.pk).filter(status__in=("approved", "held"), reference__in=upheld):
            drop_line(claim, line, by=by, at=at, reason="公示异议成立")
        if claim.status == "published":
            move(claim, "unpublish", by=by, at=at, reason=reason, notice=notice.number)
            claim.published_notice_id = None
            claim.save(update_fields=["published_notice_id"])
    return claims


def drop_line(claim: Claim, line: ClaimLine, *, by: Actor, at: datetime, reason: str) -> None:
    """Take one approved or held line out for good and give its money back to the budget."""
    move(line, "drop", by=by, at=at, reason=reason)
    money.void(claim, line, by=by, at=at)
    recount_claim(claim)
    lapse_if_empty(claim, by=by, at=at)


def lapse_if_empty(claim: Claim, *, by: Actor, at: datetime) -> None:
    """A claim whose every line was dropped is over."""
    if claim.amount_fen == 0 and claim.status in ("approved", "published", "cleared"):
        move(claim, "lapse", by=by, at=at)


def clear_lines(claim: Claim, lines: list[ClaimLine], *, by: Actor, at: datetime, reason: str = "") -> None:
    """Clear these approved lines and queue what is due for them; lines whose money is held back stay as they are."""
    if claim.status == "published":
        move(claim, "clear", by=by, at=at, reason=reason)
    over = queries.holds_of_lines(lines)
    move_many([line for line in lines if line.pk not in over], "clear", by=by, at=at, reason=reason)
    money.queue(claim, by=by, at=at)
