"""Reading waterfalls: who pays a programme on a day, what the versions were, what a draft would change."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from kaogong.kernel.actor import Actor
from kaogong.kernel.money import split_by_shares
from kaogong.kernel.region_code import RegionCode
from kaogong.ledger import queries as ledger

from ..models import Fund, Reservation, Waterfall, WaterfallPreview
from .reach import only, within_reach
from .waterfall_division import Pot, Tier, divide, tiers_of

STANDING = ("in_force", "superseded")  # what claims were or are paid by
OPEN = ("drafted", "simulated", "approved")  # what is being prepared


@dataclass(frozen=True, slots=True)
class Share:
    """Who pays a programme on a day: the version in force, its first open fund and the levels' permille of it."""

    waterfall: Waterfall
    fund: Fund
    shares: Mapping[str, int]


def waterfalls(by: Actor) -> QuerySet[Waterfall]:
    """Every version in reach, by programme, newest first."""
    return within_reach(Waterfall.objects.order_by("region_code", "programme", "-number"), by)


def waterfall(waterfall_id: int, by: Actor) -> Waterfall:
    return only(waterfalls(by).filter(pk=waterfall_id))


def waterfall_for_update(waterfall_id: int, by: Actor) -> Waterfall:
    return only(waterfalls(by).filter(pk=waterfall_id).select_for_update(no_key=True))


def waterfalls_due(on: date) -> list[int]:
    """The approved versions whose first day has come, the earliest first."""
    rows = Waterfall.objects.filter(status="approved", starts_on__lte=on).order_by("starts_on", "id")
    return list(rows.values_list("pk", flat=True))


def in_force_of(region_code: str, programme: str) -> Waterfall | None:
    """The version in force of exactly this region and programme."""
    return Waterfall.objects.filter(region_code=region_code, programme=programme, status="in_force").first()


def next_number(region_code: str, programme: str) -> int:
    rows = Waterfall.objects.filter(region_code=region_code, programme=programme)
    return (rows.aggregate(last=Max("number"))["last"] or 0) + 1


def waterfall_on(region_code: str, programme: str, on: date) -> Waterfall | None:
    """The version that holds for events of a day: the region's own, else that of the nearest region above."""
    region = RegionCode(region_code)
    codes = [region.value, *(parent.value for parent in region.parents())]
    rows = Waterfall.objects.filter(
        Q(starts_on__isnull=True) | Q(starts_on__lte=on),
        Q(ends_on__isnull=True) | Q(ends_on__gt=on),
        region_code__in=codes,
        programme=programme,
        status__in=STANDING,
    )
    return min(rows, key=lambda row: codes.index(row.region_code), default=None)


def funds_of(tiers: Iterable[Tier], year: int) -> dict[str, Fund]:
    """The opened funds of a year that the tiers name, by code, in the tiers' order."""
    codes = list(dict.fromkeys(tier.fund_code for tier in tiers))
    found = {fund.code: fund for fund in Fund.objects.filter(code__in=codes, year=year)}
    return {code: found[code] for code in codes if code in found}


def share_for(region_code: str, programme: str, year: int, on: date | None = None) -> Share | None:
    """Who pays a programme first for an event of the day (the year's last day unless told); None when nobody."""
    found = waterfall_on(region_code, programme, on or date(year, 12, 31))
    if found is None:
        return None
    tiers = tiers_of(found.tiers)
    opened = funds_of(tiers, year)
    tier = next((tier for tier in tiers if tier.fund_code in opened), None)
    return Share(found, opened[tier.fund_code], tier.shares) if tier else None


def pots_of(tiers: Iterable[Tier], programme: str, year: int) -> tuple[dict[Pot, int], dict[Pot, int]]:
    """What each pot of the tiers has left, and what it paid or promised so far in the year."""
    left: dict[Pot, int] = {}
    used: dict[Pot, int] = {}
    tiers = list(tiers)
    for code in dict.fromkeys(tier.fund_code for tier in tiers):
        standing = ledger.balances(code, year)
        for pot in dict.fromkeys(pot for tier in tiers for pot in tier.pots if pot[0] == code):
            states = standing.get((programme, pot[1]), {})
            kept = sum(states.get(state, 0) for state in ("available", "frozen", "carried"))
            left[pot] = states.get("available", 0)
            used[pot] = -states.get("budgeted", 0) - kept
    return left, used


@dataclass(frozen=True, slots=True)
class PaidBy:
    """How a sum would be divided this instant: fund, each level's part and what that level has available.

    Where it fits nowhere, the parts are those of the first tier, so that what is short can be seen.
    """

    waterfall: Waterfall
    fund: Fund
    parts: Mapping[str, int]
    left: Mapping[str, int]
    short_fen: int


def division_now(region_code: str, programme: str, year: int, amount_fen: int, on: date) -> PaidBy | None:
    """How a sum for an event of the day would be divided now; None when nobody pays the programme."""
    share = share_for(region_code, programme, year, on)
    if share is None:
        return None
    tiers = tiers_of(share.waterfall.tiers)
    opened = funds_of(tiers, year)
    tiers = tuple(tier for tier in tiers if tier.fund_code in opened)
    left, used = pots_of(tiers, programme, year)
    division = divide(amount_fen, tiers, left, used)
    code, parts = division.fund_code, dict(division.parts)
    if division.short_fen:
        code = share.fund.code
        parts = {level: fen for level, fen in split_by_shares(amount_fen, share.shares).items() if fen}
    here = {level: fen for (fund, level), fen in left.items() if fund == code}
    return PaidBy(share.waterfall, opened[code], parts, here, division.short_fen)


def digest_of(found: Waterfall) -> str:
    """The same for the same tiers and first day."""
    told = json.dumps([found.tiers, str(found.starts_on)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def preview_of(found: Waterfall) -> WaterfallPreview | None:
    """The latest trial of the tiers as they are now; None after a change."""
    return found.previews.filter(digest=digest_of(found)).order_by("-id").first()


def recent_reservations(found: Waterfall, since: date, until: date) -> list[Reservation]:
    """What was set aside in those days for the programme in the region, in the order it was set aside."""
    begins, ends = (
        timezone.make_aware(datetime.combine(day, datetime.min.time()))
        for day in (since, until + timedelta(days=1))
    )
    prefix = RegionCode(found.region_code).prefix
    rows = Reservation.objects.select_related("fund").filter(
        Q(region_code__startswith=prefix) | Q(region_code="", fund__region_code__startswith=prefix),
        programme=found.programme,
        reserved_at__gte=begins,
        reserved_at__lt=ends,
    )
    return list(rows.order_by("reserved_at", "id"))


def trial(found: Waterfall, since: date, until: date) -> dict[str, Any]:
    """What the tiers would have made of the claims of those days: by source before, after, and what falls short.

    Each claim's money counts as it stands now (given back parts left out), in the order it was set aside; the
    pots begin with what they have left and what these very claims took from them. Writes nothing.
    """
    tiers = tiers_of(found.tiers)
    asked = recent_reservations(found, since, until)
    nets = _nets(asked)
    rows = [(row, net) for row in asked if (net := nets[row.reference])]
    before: dict[Pot, int] = {}
    after: dict[Pot, int] = {}
    short: list[dict[str, Any]] = []
    held: dict[int, tuple[dict[Pot, int], dict[Pot, int]]] = {}
    open_tiers: dict[int, list[Tier]] = {}
    for year in {row.fund.year for row, _ in rows}:
        held[year] = pots_of(tiers, found.programme, year)
        opened = funds_of(tiers, year)
        open_tiers[year] = [tier for tier in tiers if tier.fund_code in opened]
    for row, net in rows:
        left, used = held[row.fund.year]
        for level, fen in net.items():
            pot = (row.fund.code, level)
            before[pot] = before.get(pot, 0) + fen
            if pot in left:
                left[pot] += fen
                used[pot] -= fen
    for row, net in rows:
        left, used = held[row.fund.year]
        division = divide(sum(net.values()), open_tiers[row.fund.year], left, used)
        if division.short_fen:
            short.append(
                {
                    "reference": row.reference,
                    "amount_fen": sum(net.values()),
                    "short_fen": division.short_fen,
                }
            )
        for level, fen in division.parts.items():
            pot = (division.fund_code, level)
            after[pot] = after.get(pot, 0) + fen
            left[pot] -= fen
            used[pot] += fen
    pots = list(dict.fromkeys([*(pot for tier in tiers for pot in tier.pots), *before]))
    return {
        "claims": len(rows),
        "total_fen": sum(sum(net.values()) for _, net in rows),
        "short_claims": len(short),
        "unpaid_fen": sum(one["amount_fen"] for one in short),
        "short": short[:50],
        "sources": [
            {
                "fund": pot[0],
                "level": pot[1],
                "before_fen": before.get(pot, 0),
                "after_fen": after.get(pot, 0),
                "left_fen": sum(left.get(pot, 0) for left, _ in held.values()),
            }
            for pot in pots
        ],
    }


def _nets(rows: list[Reservation]) -> dict[str, dict[str, int]]:
    """What was set aside and not given back, by reservation and level."""
    nets = {row.reference: dict(row.shares) for row in rows}
    given_back = ledger.journal().filter(kind="void_reserve", reference__in=list(nets))
    for reference, amounts in given_back.values_list("reference", "amounts"):
        for level, fen in amounts.items():
            nets[reference][level] = nets[reference].get(level, 0) - fen
    return {
        reference: {level: fen for level, fen in net.items() if fen > 0} for reference, net in nets.items()
    }
