"""Funds, their budgets, and money set aside for claims."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import connection, transaction
from django.utils.timezone import localdate

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.money import split_by_shares, yuan
from kaogong.kernel.region_code import RegionCode
from kaogong.ledger import operations as ledger
from kaogong.ledger import queries as ledger_queries
from kaogong.ledger.states import SOURCE_LEVELS, SPONSOR_FUNDS
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import BudgetVersion, Fund, Reservation, Waterfall
from ..queries.budget_uses import programme_name
from ..queries.waterfall_division import Tier, divide, tiers_of
from ..queries.waterfalls import funds_of, pots_of
from ..states import SPONSORED
from .waterfalls import found_waterfall, require_use, require_whole

TRIES = 5


class FundExists(Refused):
    """资金代码{code}在{year}年度已经开立。"""


class FundCodeKept(Refused):
    """资金代码{code}留给社会赞助资金；赞助资金由赞助协议经他人确认后自动开立。"""


class FundMissing(Refused):
    """{region}在{year}年度没有列支项目{programme}的资金，请先开立资金并下达预算。"""


class ReservationTooSmall(Refused):
    """{reference}的预留资金只剩{left}，不足{wanted}。"""


class PotsDry(ledger.BudgetExceeded):
    """各资金来源都不够安排{wanted}，至少还差{short}：{pots}。"""


@transaction.atomic
def open_fund(
    *,
    code: str,
    name: str,
    region_code: str,
    year: int,
    shares: Mapping[str, Mapping[str, int]],
    by: Actor,
    at: datetime,
    kind_code: str = "",
    department: str = "",
    illustrative: bool = False,
) -> Fund:
    """Open one fund of a year. ``shares``: programme → level of government → permille, 1000 in all.

    A programme nobody paid so far is paid from this fund from here on; who pays it later is changed by a new
    version of its waterfall, never by opening a fund.
    """
    if by.role != "system":
        require_may(by, Permission.SET_BUDGET, "开立资金")
        if not (by.region_code and RegionCode(by.region_code).covers(region_code)):
            raise NotFound()
    if code.startswith(SPONSOR_FUNDS) or kind_code == SPONSORED:
        raise FundCodeKept(code=code)
    if Fund.objects.filter(code=code, year=year).exists():
        raise FundExists(code=code, year=year)
    for programme, parts in shares.items():
        require_whole(programme, parts)
    fund = Fund.objects.create(
        code=code, name=name, region_code=region_code, year=year, kind_code=kind_code,
        department=department, illustrative=illustrative,
    )  # fmt: skip
    for programme, parts in shares.items():
        require_use(fund, programme, on=localdate(at))
        found_waterfall(fund, programme, parts, by=by, at=at)
    record("fund.opened", fund, by=by, at=at, shares={key: dict(value) for key, value in shares.items()})
    return fund


@transaction.atomic
def set_budget(
    fund_id: int,
    *,
    programme: str,
    source_level: str,
    amount_fen: int,
    by: Actor,
    at: datetime,
    reason: str = "",
    document: str = "",
    key: str = "",
):
    """Make one source's budget of one programme this much in all; the same ``key`` tells it once.

    Each change is a version of its own, with its paper and its reason.
    """
    if by.role != "system":
        require_may(by, Permission.SET_BUDGET, "下达预算")
    fund = queries.fund(fund_id, by=by)
    require_use(fund, programme, on=localdate(at))
    number = next_version(fund, programme, source_level)
    key = key or f"budget:{fund.code}:{fund.year}:{programme}:{source_level}:{number - 1}"
    before = budgeted(fund, programme, source_level)
    entry = ledger.set_budget(
        fund.code,
        programme=programme,
        year=fund.year,
        source_level=source_level,
        amount_fen=amount_fen,
        key=key,
        by=by,
        at=at,
        reason=reason,
    )
    if not BudgetVersion.objects.filter(entry_key=key).exists():
        BudgetVersion.objects.create(
            fund=fund, programme=programme, source_level=source_level, number=number,
            before_fen=before, amount_fen=amount_fen, document=document,
            reason=reason, entry_key=key, set_at=at, set_by=by.name,
        )  # fmt: skip
    return entry


def budgeted(fund: Fund, programme: str, source_level: str) -> int:
    """What one source's budget of one programme is now."""
    standing = ledger_queries.balances(fund.code, fund.year).get((programme, source_level), {})
    return -standing.get("budgeted", 0)


def next_version(fund: Fund, programme: str, source_level: str) -> int:
    """Two people setting one fund's budgets wait for each other, so that versions count from one."""
    Fund.objects.select_for_update(no_key=True).get(pk=fund.pk)
    versions = BudgetVersion.objects.filter(fund=fund, programme=programme, source_level=source_level)
    return versions.count() + 1


@transaction.atomic
def reserve_for_claim(
    reference: str,
    *,
    region_code: str,
    programme: str,
    year: int,
    amount_fen: int,
    by: Actor,
    at: datetime,
    event_on: date | None = None,
) -> dict[str, int]:
    """Set money aside for one claim by the waterfall in force on its event's day; again changes nothing.

    Returns what each level of government bears. ``event_on`` is the day of ``at`` unless told.
    """
    event_on = event_on or localdate(at)
    waterfall = queries.waterfall_on(region_code, programme, event_on)
    tiers = tiers_of(waterfall.tiers) if waterfall else ()
    opened = funds_of(tiers, year)
    tiers = tuple(tier for tier in tiers if tier.fund_code in opened)
    if waterfall is None or not tiers:
        raise FundMissing(
            region=catalog.region_name(region_code), year=year, programme=programme_name(programme)
        )
    for fund in opened.values():
        require_use(fund, programme, on=event_on)
    several = len(tiers) > 1 or tiers[0].most_fen is not None
    if several:
        _one_after_another(waterfall, year)
    told = queries.reservation(reference)
    if told is not None:
        if (told.programme, told.amount_fen, told.fund.year) != (programme, amount_fen, year):
            raise ledger.EntryDiffers(key=f"reserve:{reference}", field="金额")
        return told.shares
    words = {"programme": programme, "year": year, "reference": reference, "by": by, "at": at}
    if several:
        entry = _reserve_in_turn(tiers, amount_fen, words)
    else:
        parts = {level: fen for level, fen in split_by_shares(amount_fen, tiers[0].shares).items() if fen}
        entry = ledger.reserve(tiers[0].fund_code, amounts=parts, key=f"reserve:{reference}", **words)
    reservation, _ = Reservation.objects.get_or_create(
        reference=reference,
        defaults={
            "fund": opened[entry.fund_code], "programme": programme, "amount_fen": amount_fen,
            "shares": entry.amounts, "reserved_at": at, "event_on": event_on, "region_code": region_code,
            "waterfall": waterfall,
        },
    )  # fmt: skip
    return reservation.shares


def _one_after_another(waterfall: Waterfall, year: int) -> None:
    """Who draws on several pots in turn must see what the one before left."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s))",
            [f"kaogong.funds.waterfall:{waterfall.region_code}:{waterfall.programme}:{year}"],
        )


def _reserve_in_turn(tiers: tuple[Tier, ...], amount_fen: int, words: dict):
    """Divide by what the pots have now; when one was cut in that very moment, look again."""
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return _reserve_once(tiers, amount_fen, words)
        except PotsDry:
            raise
        except ledger.BudgetExceeded:
            continue
    return _reserve_once(tiers, amount_fen, words)


def _reserve_once(tiers: tuple[Tier, ...], amount_fen: int, words: dict):
    left, used = pots_of(tiers, words["programme"], words["year"])
    division = divide(amount_fen, tiers, left, used)
    if division.short_fen:
        raise PotsDry(
            wanted=yuan(amount_fen), short=yuan(division.short_fen),
            pots="、".join(f"{code} {SOURCE_LEVELS[level]}{yuan(fen)}" for (code, level), fen in left.items()),
            wanted_fen=amount_fen, available_fen=amount_fen - division.short_fen,
        )  # fmt: skip
    return ledger.reserve(
        division.fund_code, amounts=division.parts, key=f"reserve:{words['reference']}", **words
    )


@transaction.atomic
def void_for_claim(
    reference: str, *, amount_fen: int, by: Actor, at: datetime, reason: str = "", key: str = ""
) -> dict[str, int]:
    """Give part of what was set aside back to the budget; with a ``key`` it may be told again safely."""
    reservation = queries.reservation_for_update(reference)
    if key:
        told = ledger_queries.entry_by_key(f"void:{key}")
        if told is not None:
            if told.reference != reference or sum(told.amounts.values()) != amount_fen:
                raise ledger.EntryDiffers(key=key, field="金额")
            return told.amounts
    parts = take_from(reservation, amount_fen)
    nth = ledger_queries.journal(reference).filter(kind="void_reserve").count()
    ledger.void_reserve(
        reservation.fund.code, programme=reservation.programme, year=reservation.fund.year, amounts=parts,
        reference=reference, key=f"void:{key or f'{reference}:{nth}'}", note=reason, by=by, at=at,
    )  # fmt: skip
    return parts


def take_from(reservation: Reservation, amount_fen: int) -> dict[str, int]:
    """Divide an amount among the sources by what each still has in the reservation, never more than that."""
    left = ledger_queries.standing(reservation.reference).get("reserved", {})
    if amount_fen > sum(left.values()):
        raise ReservationTooSmall(
            reference=reservation.reference, left=yuan(sum(left.values())), wanted=yuan(amount_fen)
        )
    return {level: fen for level, fen in split_by_shares(amount_fen, left).items() if fen}
