"""One figure, a figure by a dimension, a figure over time: counted from a snapshot, in the actor's reach."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from kaogong.indicators import counting
from kaogong.indicators.counting import Counted
from kaogong.indicators.register import STOCK, Indicator, indicator_of
from kaogong.indicators.together import Asked
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.period import Period, add_months
from kaogong.kernel.region_code import NATION, RegionCode

from ..models import Snapshot, StatedFigure
from .fetching import folder_of, require_may_look
from .kept import answer, answer_ahead
from .labels import labels_of
from .opening import sound_snapshot

Where = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with what it was counted from. ``value`` is whole: fen, hundredths of a percent or of an hour,
    else the unit itself (``scale`` says); None where it is not known, and then ``note`` says why."""

    indicator: Indicator
    region_code: str
    period: Period
    where: Where
    value: int | None
    numerator: int | None
    denominator: int | None
    note: str
    snapshot: int | None
    as_of: datetime | None
    stated: tuple[StatedFigure, ...] = ()

    @property
    def unit(self) -> str:
        return self.indicator.unit

    @property
    def scale(self) -> int:
        return self.indicator.scale

    @property
    def sources(self) -> list[str]:
        """Where the stated parts of the figure come from, in words."""
        return [f"{one.document} {one.clause}".strip() for one in self.stated]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A figure by a dimension: (code, label, figure) each; ``why`` says why the rows do not sum to the total."""

    rows: list[tuple[str, str, Figure]]
    total: Figure
    why: str

    @property
    def adds_up(self) -> bool:
        return not self.why


@dataclass(slots=True)
class _Stating:
    """Finds stated figures, and remembers which were used."""

    snapshot: Snapshot
    used: dict[int, StatedFigure] = field(default_factory=dict)

    def __call__(self, code: str, region: str | None, period: Period) -> int | None:
        found = stated_for(code, region or NATION, period, snapshot=self.snapshot)
        if found is None:
            return None
        self.used[found.pk] = found
        return found.value


def figure(
    code: str,
    *,
    by: Actor,
    region_code: str,
    period: Period,
    where: Where | None = None,
    snapshot: int | None = None,
) -> Figure:
    """Count one figure of one region (and all below it) and period; refused outside the actor's reach."""
    require_in_reach(by, region_code)
    one, taken = indicator_of(code, period.last), sound_snapshot(snapshot)
    if taken is None:
        return _unknown(one, region_code, period, where)
    return _figure(one, taken, region_code, period, where)


def series(
    code: str,
    *,
    by: Actor,
    region_code: str,
    periods: Sequence[Period],
    where: Where | None = None,
    snapshot: int | None = None,
) -> list[Figure]:
    """The same figure of several periods, all from one snapshot."""
    require_in_reach(by, region_code)
    taken = sound_snapshot(snapshot)
    found = []
    for period in periods:
        one = indicator_of(code, period.last)
        found.append(
            _figure(one, taken, region_code, period, where)
            if taken
            else _unknown(one, region_code, period, where)
        )
    return found


def breakdown(
    code: str,
    *,
    by: Actor,
    region_code: str,
    period: Period,
    dimension: str,
    where: Where | None = None,
    snapshot: int | None = None,
) -> Breakdown:
    """The figure by each value of a dimension, and its total; a province by its cities, a city by its districts."""
    require_in_reach(by, region_code)
    one, taken = indicator_of(code, period.last), sound_snapshot(snapshot)
    if taken is None:
        return Breakdown([], _unknown(one, region_code, period, where), "")
    stating = _Stating(taken)
    if one.fact is None:
        broken = counting.break_down(
            code,
            folder_of(taken),
            dimension=dimension,
            region=_asked(region_code),
            period=period,
            where=where,
            stated=stating,
        )
    else:
        broken = answer(taken, Asked.of(code, region_code, period, where, dimension))
    total = _dressed(one, broken.total, taken, region_code, period, where, stating)
    if dimension == "region":
        parts = _children(one, broken, taken, region_code, period, where)
    else:
        parts = [
            (key, _dressed(one, part, taken, region_code, *_cell(dimension, key, period, where), stating))
            for key, part in broken.rows
        ]
    names = labels_of(dimension, [key for key, _part in parts])
    rows = [(key, names[key], part) for key, part in parts]
    return Breakdown(rows, total, _(broken.why) if broken.why else "")


def count_ahead(
    asked: Iterable[tuple[str, Period, Where | None, str]],
    *,
    by: Actor,
    region_code: str,
    snapshot: int | None = None,
) -> None:
    """Count figures (code, period, where, dimension or "") together, so that asking each is quick afterwards."""
    require_in_reach(by, region_code)
    taken = sound_snapshot(snapshot)
    if taken is not None:
        answer_ahead(taken, [Asked.of(code, region_code, *rest) for code, *rest in asked])


def require_in_reach(by: Actor, region_code: str) -> None:
    """Right first, then reach: a region outside it is as if it were not there."""
    require_may_look(by)
    if by.role == "system":
        return
    if by.organisation_id is not None or by.person_id is not None or not by.region_code:
        raise NotFound()
    if not RegionCode(by.region_code).covers(region_code):
        raise NotFound()


def stated_for(
    code: str, region_code: str, period: Period, *, snapshot: Snapshot | None = None
) -> StatedFigure | None:
    """What is stated of a region and period; of a stock the last one known by the period's end.

    From a frozen snapshot it is what was known when it was frozen.
    """
    rows = StatedFigure.objects.filter(indicator_code=code, region_code=region_code)
    rows = rows.select_related("paper").defer("paper__content")
    if snapshot is not None and snapshot.frozen_at is not None:
        rows = rows.filter(stated_at__lte=snapshot.frozen_at)
    if indicator_of(code, period.last).time == STOCK:
        rows = rows.filter(end_on__lte=period.end) if period.end else rows
        return rows.order_by("-end_on", "-start_on", "-id").first()
    return rows.filter(start_on=period.start, end_on=period.end).order_by("-id").first()


def _figure(one: Indicator, taken: Snapshot, region_code: str, period: Period, where: Where | None) -> Figure:
    stating = _Stating(taken)
    if one.fact is None:
        found = counting.count_one(
            one.code,
            folder_of(taken),
            region=_asked(region_code),
            period=period,
            where=where,
            stated=stating,
        )
    else:
        found = answer(taken, Asked.of(one.code, region_code, period, where))
    return _dressed(one, found, taken, region_code, period, where, stating)


def _children(
    one: Indicator,
    broken: counting.Broken,
    taken: Snapshot,
    region_code: str,
    period: Period,
    where: Where | None,
) -> list[tuple[str, Figure]]:
    """The next tier down: a district's own row as it is, a city or province counted over all below it."""
    depth = RegionCode(region_code).depth
    length = {0: 2, 1: 4}.get(depth, 6)
    children = sorted({key[:length].ljust(6, "0") if key else "" for key, _part in broken.rows})
    known = dict(broken.rows)
    stating = _Stating(taken)
    return [
        (
            key,
            _dressed(one, known[key], taken, key, period, where, stating)
            if (length == 6 and one.fact is not None) or not key
            else _figure(one, taken, key, period, where),
        )
        for key in children
    ]


def _cell(dimension: str, key: str, period: Period, where: Where | None) -> tuple[Period, Where]:
    """Which period and which values a cell of a breakdown stands for."""
    if dimension not in ("month", "quarter", "year"):
        return period, {**(where or {}), dimension: key}
    year, month = int(key[:4]), 1
    if dimension != "year":
        month = 3 * int(key[-1]) - 2 if dimension == "quarter" else int(key[-2:])
    start = date(year, month, 1)
    whole = Period(start, add_months(start, {"month": 1, "quarter": 3, "year": 12}[dimension]))
    return whole.clip(period) or whole, where or {}


def _asked(region_code: str) -> str | None:
    return None if region_code == NATION else region_code


def _dressed(
    one: Indicator,
    found: Counted,
    taken: Snapshot,
    region_code: str,
    period: Period,
    where: Where | None,
    stating: _Stating,
) -> Figure:
    note = _(found.note).format(**found.note_facts) if found.note else ""
    return Figure(
        one,
        region_code,
        period,
        dict(where or {}),
        found.value,
        found.numerator,
        found.denominator,
        note,
        taken.number,
        taken.as_of,
        tuple(stating.used.values()),
    )


def _unknown(one: Indicator, region_code: str, period: Period, where: Where | None) -> Figure:
    return Figure(
        one, region_code, period, dict(where or {}), None, None, None, _("还没有统计数据。"), None, None
    )
