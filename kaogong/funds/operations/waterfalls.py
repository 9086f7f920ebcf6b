"""Who pays what: drafted, tried on real claims, approved by another person, in force from a day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.region_code import RegionCode
from kaogong.ledger.states import PUBLIC_LEVELS
from kaogong.trail.operations import begin, move, require_may, require_move

from .. import queries
from ..models import Fund, Waterfall, WaterfallPreview
from ..queries.budget_uses import closed_list, programme_name, recent_days
from ..queries.waterfall_division import Tier
from ..queries.waterfalls import OPEN, digest_of, in_force_of, next_number, preview_of
from ..states import SPONSORED, WATERFALL


class SharesNotWhole(Refused):
    """项目{programme}的分担比例合计应为1000‰，且每级不为负；现为{total}‰。"""


class ProgrammeAlreadyFunded(Refused):
    """项目{programme}已经由“{fund}”列支；要改由别的资金或比例列支，请起草新的列支顺序。"""


class ProgrammeOutsideUses(Refused):
    """“{fund}”不得列支项目{programme}：{clause}的用途清单里没有这一项。"""


class TiersEmpty(Refused):
    """列支顺序至少要有一档。"""


class TierFundUnknown(Refused):
    """第{position}档的资金代码{code}没有开立过。"""


class SponsorsMoneyApart(Refused):
    """“{fund}”是社会赞助资金，只按赞助协议列明的用途支出，不能列支补贴项目“{programme}”。"""


class TierCapWrong(Refused):
    """第{position}档的年度上限应大于零，不设上限就留空。"""


class StartsTooEarly(Refused):
    """起始日应晚于现行第{number}版的起始日{starts_on}。"""


class DraftStands(Refused):
    """这个项目已有一版正在准备（第{number}版），请先办完或作废。"""


class PreviewMissing(Refused):
    """还没有用近期的真实申领试算过现在的顺序，不能批准。"""


class NotBegun(Refused):
    """这一版从{starts_on}起执行，今天还不能启用。"""


def require_whole(programme: str, parts: Mapping[str, int]) -> None:
    """Refuse shares that are not 1000 in all, or that name no level of government."""
    if not parts or sum(parts.values()) != 1000 or min(parts.values()) < 0 or set(parts) - set(PUBLIC_LEVELS):
        raise SharesNotWhole(programme=programme_name(programme), total=sum(parts.values()))


def require_use(fund: Fund, programme: str, *, on: date) -> None:
    """Refuse by name what a fund with a closed list of uses may not pay; a sponsor's pays no subsidy at all."""
    if fund.kind_code == SPONSORED:
        raise SponsorsMoneyApart(fund=fund.name, programme=programme_name(programme))
    allowed = closed_list(fund.kind_code, fund.region_code, on)
    if allowed is not None and programme not in allowed.programmes:
        raise ProgrammeOutsideUses(fund=fund.name, programme=programme_name(programme), clause=allowed.by)


def found_waterfall(
    fund: Fund, programme: str, shares: Mapping[str, int], *, by: Actor, at: datetime
) -> Waterfall:
    """The first version of a programme nobody paid before; where the same version stands, that one."""
    standing = in_force_of(fund.region_code, programme)
    if standing is not None:
        first = standing.tiers[0]
        if first["fund"] == fund.code and first["shares"] == dict(shares):
            return standing
        name = (
            Fund.objects.filter(code=first["fund"]).order_by("-year").values_list("name", flat=True).first()
        )
        raise ProgrammeAlreadyFunded(programme=programme_name(programme), fund=name or first["fund"])
    found = Waterfall.objects.create(
        region_code=fund.region_code, programme=programme,
        number=next_number(fund.region_code, programme), tiers=[Tier(fund.code, dict(shares)).told()],
        starts_on=None if next_number(fund.region_code, programme) == 1 else localdate(at),
        drafted_at=at, drafted_by=by.name,
    )  # fmt: skip
    begin(found, "drafted", by=by, at=at)
    move(found, "found", by=by, at=at)
    return found


@transaction.atomic
def draft_waterfall(
    *,
    region_code: str,
    programme: str,
    tiers: Sequence[Tier],
    starts_on: date,
    document: str,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Waterfall:
    """Write down a new version of who pays a programme from a day on; nothing is paid by it yet."""
    require_may(by, Permission.DRAFT_WATERFALL, WATERFALL.move("draft").label)
    if not (by.region_code and RegionCode(by.region_code).covers(region_code)):
        raise NotFound()
    standing = in_force_of(region_code, programme)
    waiting = Waterfall.objects.filter(region_code=region_code, programme=programme, status__in=OPEN).first()
    if waiting is not None:
        raise DraftStands(number=waiting.number)
    _require_order(standing, starts_on)
    _require_tiers(region_code, programme, tiers, starts_on)
    found = Waterfall.objects.create(
        region_code=region_code, programme=programme, number=next_number(region_code, programme),
        tiers=[tier.told() for tier in tiers], starts_on=starts_on, document=document, reason=reason,
        drafted_at=at, drafted_by=by.name,
    )  # fmt: skip
    begin(found, "drafted", by=by, at=at, reason=reason, tiers=found.tiers, starts_on=str(starts_on))
    return found


@transaction.atomic
def change_waterfall(
    waterfall_id: int,
    *,
    tiers: Sequence[Tier],
    starts_on: date,
    document: str,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Waterfall:
    """Write a version not yet approved anew; it must be tried again."""
    found = queries.waterfall_for_update(waterfall_id, by=by)
    require_move(found, WATERFALL.move("change"), WATERFALL, by=by, reason=reason)
    _require_order(in_force_of(found.region_code, found.programme), starts_on)
    _require_tiers(found.region_code, found.programme, tiers, starts_on)
    found.tiers = [tier.told() for tier in tiers]
    found.starts_on, found.document, found.reason = starts_on, document, reason
    found.save(update_fields=["tiers", "starts_on", "document", "reason"])
    move(found, "change", by=by, at=at, reason=reason, tiers=found.tiers, starts_on=str(starts_on))
    return found


def _require_order(standing: Waterfall | None, starts_on: date) -> None:
    if standing is not None and standing.starts_on is not None and starts_on <= standing.starts_on:
        raise StartsTooEarly(number=standing.number, starts_on=standing.starts_on)


def _require_tiers(region_code: str, programme: str, tiers: Sequence[Tier], on: date) -> None:
    if not tiers:
        raise TiersEmpty()
    for position, tier in enumerate(tiers, start=1):
        require_whole(programme, tier.shares)
        fund = Fund.objects.filter(code=tier.fund_code).order_by("-year").first()
        if fund is None or not RegionCode(fund.region_code).covers(region_code):
            raise TierFundUnknown(position=position, code=tier.fund_code)
        if tier.most_fen is not None and tier.most_fen <= 0:
            raise TierCapWrong(position=position)
        require_use(fund, programme, on=on)


@transaction.atomic
def simulate_waterfall(
    waterfall_id: int, *, by: Actor, at: datetime, since: date | None = None, until: date | None = None
) -> WaterfallPreview:
    """Try a version on the claims of the last days, keep what came out, and let it be approved."""
    found = queries.waterfall_for_update(waterfall_id, by=by)
    require_move(found, WATERFALL.move("simulate"), WATERFALL, by=by, reason="")
    until = until or localdate(at)
    since = since or until - timedelta(days=recent_days(found.region_code, until))
    result = queries.trial(found, since, until)
    preview = WaterfallPreview.objects.create(
        waterfall=found, digest=digest_of(found), since=since, until=until, claims=result["claims"],
        short_claims=result["short_claims"], result=result, run_at=at, run_by=by.name,
    )  # fmt: skip
    move(found, "simulate", by=by, at=at, claims=preview.claims, short_claims=preview.short_claims)
    return preview


@transaction.atomic
def approve_waterfall(waterfall_id: int, *, by: Actor, at: datetime, reason: str) -> Waterfall:
    """Let a tried version pay from its first day on, and say why; never by who wrote or tried it."""
    found = queries.waterfall_for_update(waterfall_id, by=by)
    require_move(found, WATERFALL.move("approve"), WATERFALL, by=by, reason=reason)
    preview = preview_of(found)
    if preview is None:
        raise PreviewMissing()
    _require_order(in_force_of(found.region_code, found.programme), found.starts_on)
    move(found, "approve", by=by, at=at, reason=reason, preview=preview.pk)
    if found.starts_on <= localdate(at):
        _put_in_force(found, by=by, at=at)
    return found


@transaction.atomic
def enforce_waterfall(waterfall_id: int, *, by: Actor, at: datetime, reason: str = "") -> Waterfall:
    """Put an approved version in force once its first day has come; the one before ends with the day before."""
    found = queries.waterfall_for_update(waterfall_id, by=by)
    if by.role != "system":
        require_move(found, WATERFALL.move("enforce"), WATERFALL, by=by, reason=reason)
    if found.starts_on > localdate(at):
        raise NotBegun(starts_on=found.starts_on)
    _put_in_force(found, by=by, at=at)
    return found


def _put_in_force(found: Waterfall, *, by: Actor, at: datetime) -> None:
    standing = in_force_of(found.region_code, found.programme)
    if standing is not None:
        _require_order(standing, found.starts_on)
        Waterfall.objects.select_for_update(no_key=True).get(pk=standing.pk)
        _supersede(standing, found, by=by, at=at)
    move(found, "enforce", by=by, at=at)


def _supersede(standing: Waterfall, successor: Waterfall, *, by: Actor, at: datetime) -> None:
    standing.ends_on = successor.starts_on
    standing.save(update_fields=["ends_on"])
    move(standing, "supersede", by=by, at=at, successor=successor.number)


@transaction.atomic
def return_waterfall(waterfall_id: int, *, by: Actor, at: datetime, reason: str) -> Waterfall:
    """Send a version not yet in force back to be written anew."""
    found = queries.waterfall_for_update(waterfall_id, by=by)
    move(found, "return", by=by, at=at, reason=reason)
    return found


@transaction.atomic
def discard_waterfall(waterfall_id: int, *, by: Actor, at: datetime, reason: str) -> Waterfall:
    """Give up a version not yet approved."""
    found = queries.waterfall_for_update(waterfall_id, by=by)
    move(found, "discard", by=by, at=at, reason=reason)
    return found
