"""When each pot runs dry: from what is set aside, what waits for a decision, and the classes already approved."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median

from django.utils.timezone import localdate

from kaogong.kernel.actor import Actor
from kaogong.ledger.states import SOURCE_LEVELS
from kaogong.training import queries as training

from ..models import Fund, Reservation
from .budget_uses import pace_days
from .budgets import BoardRow, fund_board
from .forecast_cost import cost_of_one
from .waterfall_division import Pot, divide, tiers_of
from .waterfalls import funds_of, pots_of, waterfall_on

APPROVED = ("approved", "running", "finished")


@dataclass(frozen=True, slots=True)
class Coming:
    """One sum that will be asked for: of a class, or of a claim not decided yet. No amount: it cannot be told."""

    kind: str  # class | claim
    pk: int
    label: str
    programme: str
    region_code: str
    expected_on: date
    event_on: date
    heads: int
    amount_fen: int | None
    untold: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class PotForecast:
    """One pot: what it has, what will be asked of it, and the day it cannot give what it should.

    ``dry_on`` follows from sums already known; ``pace_dry_on`` goes on at the pace of the last days instead.
    """

    fund: Fund
    programme: str
    source_level: str
    available_fen: int
    coming_fen: int = 0
    coming: list[tuple[Coming, int]] = field(default_factory=list)
    dry_on: date | None = None
    pace_dry_on: date | None = None
    pace_fen_a_day: int = 0

    @property
    def source_label(self) -> str:
        return SOURCE_LEVELS[self.source_level]

    @property
    def after_fen(self) -> int:
        return self.available_fen - self.coming_fen


@dataclass(slots=True)
class Forecast:
    """The pots of a year, and what could not be told of."""

    pots: dict[tuple[int, str, str], PotForecast]
    untold: list[Coming]
    short: list[tuple[Coming, int]]  # what no pot can pay, and by how much the best falls short
    unfunded: list[Coming]

    def of(self, fund_id: int, programme: str, level: str) -> PotForecast | None:
        return self.pots.get((fund_id, programme, level))


def coming_classes(
    by: Actor, year: int, today: date, *, claimed: Collection[int] = (), lag_days: int = 0
) -> list[Coming]:
    """What the approved classes of a year will ask for, by the rulebook and the head-count.

    ``claimed``: classes whose claim was already made. Learners on the roster count; before there is one, the
    head-count approved.
    """
    rows = training.training_classes(by).filter(
        status__in=APPROVED, ends_on__gte=date(year, 1, 1), ends_on__lt=date(year + 1, 1, 1)
    )
    found: list[Coming] = []
    for row in rows.exclude(pk__in=list(claimed)).order_by("ends_on", "id"):
        heads = row.learner_count or row.head_count
        cost = cost_of_one(
            row.region_code,
            row.scheme_code,
            row.certificate_kind,
            int(row.level_code) if row.level_code.isdigit() else 0,
            row.occupation_code,
            row.hours_theory + row.hours_practice,
            row.ends_on,
        )
        expected = max(row.ends_on + timedelta(days=lag_days), today)
        said = {
            "kind": "class",
            "pk": row.pk,
            "label": row.number,
            "region_code": row.region_code,
            "expected_on": expected,
            "event_on": row.ends_on,
            "heads": heads,
        }
        for programme, fen in cost.fen.items():
            found.append(Coming(**said, programme=programme, amount_fen=fen * heads, untold=cost.untold))
        if not cost.fen:
            found.append(Coming(**said, programme=cost.programme, amount_fen=None, untold=cost.untold))
    return found


def lag_of(by_fund: Iterable[Fund], programme: str, since: date) -> int:
    """How many days after its event a claim's money was set aside lately, in the middle; 0 when none was."""
    rows = Reservation.objects.filter(
        fund__in=list(by_fund), programme=programme, reserved_at__date__gte=since, event_on__isnull=False
    ).values_list("event_on", "reserved_at")
    days = [(localdate(reserved) - event).days for event, reserved in rows]
    return max(int(median(days)), 0) if days else 0


def forecast(
    by: Actor,
    year: int,
    today: date,
    *,
    claimed: Collection[int] = (),
    waiting: Sequence[Coming] = (),
    board: Sequence[BoardRow] | None = None,
) -> Forecast:
    """Draw on the pots of a year in the order the sums will come, by the waterfall of each event's day.

    ``waiting`` are claims not decided yet, ``claimed`` the classes already claimed. Writes nothing.
    """
    board = list(fund_board(by, year) if board is None else board)
    pots = {
        (row.fund.pk, row.programme, row.source_level): PotForecast(
            row.fund, row.programme, row.source_level, row.available_fen
        )
        for row in board
    }
    since = today - timedelta(days=pace_days(by.region_code or "370000", today))
    lags = _lags(board, since)
    classes = [
        one if not (lag := lags.get(one.programme, 0)) else _later(one, lag, today)
        for one in coming_classes(by, year, today, claimed=claimed)
    ]
    found = Forecast(pots, [], [], [])
    _draw(found, sorted([*waiting, *classes], key=lambda one: (one.expected_on, one.label)), year)
    _go_on_at_this_pace(found, since, today, year)
    return found


def _lags(board: Iterable[BoardRow], since: date) -> dict[str, int]:
    by_programme: dict[str, set[Fund]] = {}
    for row in board:
        by_programme.setdefault(row.programme, set()).add(row.fund)
    return {programme: lag_of(funds, programme, since) for programme, funds in by_programme.items()}


def _later(one: Coming, lag: int, today: date) -> Coming:
    return Coming(
        one.kind, one.pk, one.label, one.programme, one.region_code,
        max(one.event_on + timedelta(days=lag), today), one.event_on, one.heads, one.amount_fen, one.untold,
    )  # fmt: skip


def _draw(found: Forecast, coming: Iterable[Coming], year: int) -> None:
    """Let each sum take its part of each pot; where it does not fit, the pots of its first fund are dry."""
    held: dict[tuple, tuple] = {}
    states: dict[str, tuple[dict[Pot, int], dict[Pot, int]]] = {}
    for one in coming:
        if one.amount_fen is None or one.untold:
            found.untold.append(one)
        if not one.amount_fen:
            continue
        of = (one.region_code, one.programme, one.event_on)
        if of not in held:
            waterfall = waterfall_on(*of)
            tiers = tiers_of(waterfall.tiers) if waterfall else ()
            opened = funds_of(tiers, year)
            held[of] = tuple(tier for tier in tiers if tier.fund_code in opened), opened
        tiers, opened = held[of]
        if not tiers:
            found.unfunded.append(one)
            continue
        left, used = states.setdefault(one.programme, ({}, {}))
        missing = [tier for tier in tiers if any(pot not in left for pot in tier.pots)]
        if missing:
            now_left, now_used = pots_of(missing, one.programme, year)
            for pot in now_left.keys() - left.keys():
                left[pot], used[pot] = now_left[pot], now_used[pot]
        division = divide(one.amount_fen, tiers, left, used)
        if division.short_fen:
            found.short.append((one, division.short_fen))
            _mark_dry(found, one, tiers, opened, left)
            continue
        for level, fen in division.parts.items():
            left[division.fund_code, level] -= fen
            used[division.fund_code, level] += fen
            pot = found.pots.get((opened[division.fund_code].pk, one.programme, level))
            if pot is not None:
                pot.coming_fen += fen
                pot.coming.append((one, fen))


def _mark_dry(found: Forecast, one: Coming, tiers, opened, left: dict[Pot, int]) -> None:
    """The pots that would have to give more than they have left for this sum."""
    for tier in tiers:
        whole = sum(tier.shares.values())
        for level, share in tier.shares.items():
            pot = found.pots.get((opened[tier.fund_code].pk, one.programme, level))
            wanted = one.amount_fen * share // whole
            if pot is not None and pot.dry_on is None and left[tier.fund_code, level] < wanted:
                pot.dry_on = one.expected_on


def _go_on_at_this_pace(found: Forecast, since: date, today: date, year: int) -> None:
    """What was set aside since that day, a day, and the day of this year on which the rest is gone at that pace."""
    days = max((today - since).days, 1)
    days_left = (date(year, 12, 31) - today).days
    spent: dict[tuple[int, str, str], int] = {}
    rows = Reservation.objects.filter(
        fund__in={pot.fund for pot in found.pots.values()}, reserved_at__date__gte=since
    ).values_list("fund_id", "programme", "shares")
    for fund_id, programme, shares in rows:
        for level, fen in shares.items():
            spent[fund_id, programme, level] = spent.get((fund_id, programme, level), 0) + fen
    for of, pot in found.pots.items():
        pot.pace_fen_a_day = spent.get(of, 0) // days
        if pot.pace_fen_a_day:
            lasts = pot.available_fen // pot.pace_fen_a_day
            pot.pace_dry_on = today + timedelta(days=lasts) if lasts <= days_left else None


def coming_total(rows: Iterable[Coming]) -> int:
    """What can be told of it, added up."""
    return sum(one.amount_fen or 0 for one in rows)
