"""One figure, one figure by a dimension, and a figure's own rows, straight from a snapshot's files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import and_
from pathlib import Path
from typing import TYPE_CHECKING

from kaogong.indicators import measures, snapshots
from kaogong.indicators.measures import COUNT, DISTINCT, Amount, Less, Ratio, Term
from kaogong.indicators.register import (
    N_,
    STOCK,
    TIMES,
    DimensionUnfit,
    Indicator,
    indicator_of,
)
from kaogong.kernel.errors import Refused
from kaogong.kernel.period import Period, add_months
from kaogong.kernel.region_code import NATION, RegionCode

if TYPE_CHECKING:
    import polars as pl
    from ibis.expr.types import BooleanValue, IntegerValue, Table

# (code, region, period) -> a stated figure's value, None where nobody stated it.
StatedFigures = Callable[[str, str | None, Period], int | None]
NOT_STATED = N_("没有查到公布的数：{name}。")
NOT_BY_THIS = N_("{name}由文件公布，没有这样的分组数据。")
_IN_ALL = "rows_in_all"
NO_DENOMINATOR = N_("分母为零，没有比例。")


class NotCounted(Refused):
    """指标“{name}”由文件公布，不能打开到明细。请查看所依据的文件。"""


class PartUnknown(Refused):
    """没有这一部分：“{part}”。只能打开分子（numerator）或分母（denominator）。"""


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure: ``value`` in hundredths for yuan, percent and hours; None where unknown, ``note`` says why."""

    value: int | None
    numerator: int | None = None
    denominator: int | None = None
    note: str = ""
    note_facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Broken:
    """A figure by a dimension; ``why`` says why the parts do not add up to the total, "" where they do."""

    rows: tuple[tuple[str, Counted], ...]
    total: Counted
    why: str

    @property
    def adds_up(self) -> bool:
        return not self.why


@dataclass(frozen=True, slots=True)
class Opened:
    """A page of the rows a figure was counted from; ``count`` of them in all, the fact's columns."""

    rows: pl.DataFrame
    count: int
    one_a: str  # "record", or the column of which each value is shown once ("person", "provider")


def count_one(
    code: str,
    snapshot: Path,
    *,
    region: str | None = None,
    period: Period,
    where: Mapping[str, str] | None = None,
    stated: StatedFigures | None = None,
) -> Counted:
    """Count a figure for a region and a period. Raises IndicatorUnknown, DimensionUnfit, FactMissing."""
    one = indicator_of(code, period.last)
    if one.fact is None:
        return _not_of_a_fact(one, snapshot, region, period, where, stated)
    require_dimensions(one, *(where or {}))
    found = snapshots.ask(_aggregate(one, region, period, where), one.fact, paths_of(one, snapshot, period))
    return counted_from(one, found.row(0, named=True))


def break_down(
    code: str,
    snapshot: Path,
    *,
    dimension: str,
    region: str | None = None,
    period: Period,
    where: Mapping[str, str] | None = None,
    stated: StatedFigures | None = None,
) -> Broken:
    """Count a figure by each value of a dimension, and its total. Raises as ``count_one``."""
    one = indicator_of(code, period.last)
    asked = {"region": region, "where": where, "stated": stated}
    total = count_one(code, snapshot, period=period, **asked)
    why = one.why_not_adding(dimension)
    if dimension in TIMES:
        pieces = pieces_of(dimension, period)
        rows = tuple((key, count_one(code, snapshot, period=piece, **asked)) for key, piece in pieces)
        return Broken(rows, total, why)
    if one.fact is None:
        return Broken(_parts_of_a_ratio(one, snapshot, dimension, period, asked), total, why)
    require_dimensions(one, dimension, *(where or {}))
    table, rest = rows_asked(one, region, where, period)
    aggregates = aggregates_of(one, table, rest)
    grouped = table.group_by(key=table[dimension]).aggregate(**aggregates)
    found = snapshots.ask(grouped.order_by("key"), one.fact, paths_of(one, snapshot, period))
    rows = tuple((row["key"], counted_from(one, row)) for row in found.iter_rows(named=True))
    return Broken(tuple(row for row in rows if row[1].numerator or row[1].denominator), total, why)


def rows_of(
    code: str,
    snapshot: Path,
    *,
    region: str | None = None,
    period: Period,
    where: Mapping[str, str] | None = None,
    part: str = "numerator",
    page: int = 1,
    size: int = 50,
) -> Opened:
    """Open a figure: the rows it was counted from, one a person where it counts people, sorted, a page of them.

    Raises NotCounted for a stated figure, PartUnknown, and as ``count_one``.
    """
    one = indicator_of(code, period.last)
    if part not in ("numerator", "denominator"):
        raise PartUnknown(part=part)
    asked = {"region": region, "period": period, "where": where, "page": page, "size": size}
    if one.fact is None:
        measure = one.measure(None)
        if not isinstance(measure, Ratio):
            raise NotCounted(name=one.name)
        return rows_of(getattr(measure, part), snapshot, **asked)
    require_dimensions(one, *(where or {}))
    table, rest = rows_asked(one, region, where, period)
    numerator, denominator = one.amounts(table)
    amount = denominator if part == "denominator" and denominator is not None else numerator
    chosen, number, unit = _chosen(one, table, amount, rest)
    order = ", ".join(f'"{name}"' for name in dict.fromkeys((one.on, "region", "record")))
    first = (max(page, 1) - 1) * size
    in_order = f'SELECT *, ({number}) AS "{_IN_ALL}" FROM ({chosen}) ORDER BY {order}'  # noqa: S608
    paths = paths_of(one, snapshot, period)
    found = snapshots.ask_text(f"{in_order} LIMIT {int(size)} OFFSET {int(first)}", one.fact, paths)
    if found.height:
        count = int(found[_IN_ALL][0])
    else:  # past the last page there is no row to tell how many there are
        count = int(snapshots.ask_text(number, one.fact, paths).item()) if first else 0
    return Opened(found.drop(_IN_ALL), count, unit)


def sql_of(
    code: str,
    *,
    region: str | None = None,
    period: Period | None = None,
    where: Mapping[str, str] | None = None,
    dialect: str = "duckdb",
) -> str:
    """The SQL that counts the figure, for people to read; "" for a figure that is not counted from a fact.

    Two statements of a ratio, numerator first.
    """
    one = indicator_of(code, period.last if period else None)
    if one.fact is None:
        measure = one.measure(None)
        if not isinstance(measure, Ratio):
            return ""
        both = (
            sql_of(side, region=region, period=period, where=where, dialect=dialect)
            for side in (measure.numerator, measure.denominator)
        )
        return "\n\n".join(text for text in both if text)
    require_dimensions(one, *(where or {}))
    return snapshots.sql_text(_aggregate(one, region, period, where), pretty=True, dialect=dialect)


def within(one: Indicator, term: Term, table: Table, period: Period | None) -> BooleanValue:
    """The term's condition, and that it happened in the period; for a stock, before its end."""
    if period is None:
        return term.where
    return reduce(and_, _happened(one, term.on or one.on, table, period), term.where)


def _happened(one: Indicator, on: str, table: Table, period: Period) -> list[BooleanValue]:
    import ibis

    day = table[on]
    found = [day.notnull()]
    if one.time != STOCK:
        found.append(day >= ibis.literal(period.start))
    if period.end is not None:
        found.append(day < ibis.literal(period.end))
    return found


def measured(term: Term, table: Table, where: BooleanValue) -> IntegerValue:
    """The aggregate of a term over the rows the condition holds for."""
    if term.kind == COUNT:
        return table.count(where=where)
    if term.kind == DISTINCT:
        return table[term.column].nunique(where=where)
    return term.amount.sum(where=where).fill_null(0).cast("int64")


def in_region(region: str, table: Table) -> BooleanValue:
    """Rows of the region and all below it, as a range of the sort order, so that others are not read."""
    prefix = RegionCode(region).prefix
    if len(prefix) == 6:
        return table.region == prefix
    return (table.region >= prefix) & (table.region < prefix + ":")  # ":" follows "9"


def rows_asked(
    one: Indicator, region: str | None, where: Mapping[str, str] | None, period: Period | None
) -> tuple[Table, Period | None]:
    """The fact's rows of a region, and the period where its days differ from term to term, None where filtered."""
    table = one.unbound
    conditions = [table[name] == code for name, code in (where or {}).items()]
    if region is not None and region != NATION:
        conditions.append(in_region(region, table))
    days = {term.on or one.on for term in one.terms(table)}
    if period is not None and len(days) == 1:
        conditions += _happened(one, days.pop(), table, period)
        period = None
    return (table.filter(conditions) if conditions else table), period


def _aggregate(one: Indicator, region: str | None, period: Period | None, where) -> Table:
    table, rest = rows_asked(one, region, where, period)
    return table.aggregate(**aggregates_of(one, table, rest))


def aggregates_of(one: Indicator, table: Table, period: Period | None) -> dict[str, IntegerValue]:
    """The numerator and, of a share, the denominator."""
    named = zip(("numerator", "denominator"), one.amounts(table), strict=True)
    return {name: _amount(one, amount, table, period) for name, amount in named if amount is not None}


def _amount(one: Indicator, amount: Amount, table: Table, period: Period | None) -> IntegerValue:
    parts = [sign * measured(term, table, within(one, term, table, period)) for sign, term in amount.signed()]
    return reduce(lambda left, right: left + right, parts)


def counted_from(one: Indicator, row: Mapping[str, int | None]) -> Counted:
    """The figure of a numerator and a denominator."""
    numerator = int(row["numerator"] or 0)
    if one.percent is None:
        return Counted(numerator, numerator)
    return _quotient(numerator, int(row["denominator"] or 0), percent=one.percent)


def _quotient(numerator: int, denominator: int, *, percent: bool) -> Counted:
    found = measures.value(numerator, denominator, percent=percent)
    return Counted(found, numerator, denominator, "" if denominator else NO_DENOMINATOR)


def _not_of_a_fact(one: Indicator, snapshot: Path, region, period, where, stated) -> Counted:
    measure = one.measure(None)
    if not isinstance(measure, Ratio):
        if where:
            return Counted(None, note=NOT_BY_THIS, note_facts={"name": one.name})
        value = stated(one.code, region, period) if stated else None
        if value is None:
            return Counted(None, note=NOT_STATED, note_facts={"name": one.name})
        return Counted(value, value)
    asked = {"region": region, "period": period, "where": where, "stated": stated}
    above, below = (count_one(code, snapshot, **asked) for code in (measure.numerator, measure.denominator))
    if above.value is None or below.value is None:
        lacking = above if above.value is None else below
        return Counted(None, above.value, below.value, lacking.note, lacking.note_facts)
    return _quotient(above.value, below.value, percent=measure.percent)


def _parts_of_a_ratio(one: Indicator, snapshot: Path, dimension: str, period: Period, asked):
    """The parts of a ratio of two indicators; a stated one is asked for each region, and has no other parts."""
    measure = one.measure(None)
    if not isinstance(measure, Ratio):
        return ()
    sides = [indicator_of(code, period.last) for code in (measure.numerator, measure.denominator)]
    for side in sides:
        if side.fact is not None:
            require_dimensions(side, dimension)
    split = [
        dict(break_down(side.code, snapshot, dimension=dimension, period=period, **asked).rows)
        for side in sides
        if side.fact is not None
    ]
    keys = sorted({key for each in split for key in each})
    where = asked["where"] or {}
    rows = []
    for key in keys:
        if dimension == "region":
            narrowed = {**asked, "region": key or None}
        else:
            narrowed = {**asked, "where": {**where, dimension: key}}
        rows.append((key, count_one(one.code, snapshot, period=period, **narrowed)))
    return tuple(rows)


def _chosen(one: Indicator, table: Table, amount: Amount, period: Period | None) -> tuple[str, str, str]:
    """The rows behind an amount, how many they are, and what each is one of; of different people the newest row.

    Only what the definition says is put into SQL by Ibis: putting all of it took longer than the answer.
    """
    if isinstance(amount, Less):
        whole, _, unit = _chosen(one, table, amount.whole, period)
        taken, _, _ = _chosen(one, table, amount.taken, period)
        left = f'SELECT whole.* FROM ({whole}) AS whole ANTI JOIN ({taken}) AS taken USING ("{unit}")'  # noqa: S608
        return left, f"SELECT count(*) FROM ({left})", unit  # noqa: S608
    where = within(one, amount, table, period)
    if amount.kind != DISTINCT:
        held = snapshots.sql_text(table.filter(where))
        return held, f"SELECT count(*) FROM ({held})", "record"  # noqa: S608
    held = snapshots.sql_text(table.filter(where, table[amount.column].notnull()))
    newest = f'PARTITION BY "{amount.column}" ORDER BY "{amount.on or one.on}" DESC, "record" DESC'
    chosen = f"SELECT * FROM ({held}) QUALIFY row_number() OVER ({newest}) = 1"  # noqa: S608
    return chosen, f'SELECT count(DISTINCT "{amount.column}") FROM ({held})', amount.column  # noqa: S608


def paths_of(one: Indicator, snapshot: Path, period: Period | None) -> list[Path]:
    """The files a figure needs: of the period's years where it is counted on the day files are named by."""
    by_file_day = all((term.on or one.on) == one.fact.on for term in one.terms(one.unbound))
    if period is None or not by_file_day:
        return snapshots.files(one.fact, snapshot)
    first = None if one.time == STOCK else period.start.year
    return snapshots.files(one.fact, snapshot, first, period.last.year if period.last else None)


def require_dimensions(one: Indicator, *dimensions: str) -> None:
    """Raises DimensionUnfit for one the indicator does not have."""
    for dimension in dimensions:
        if dimension not in one.dimensions:
            raise DimensionUnfit(name=one.name, dimension=dimension)


def pieces_of(dimension: str, period: Period) -> list[tuple[str, Period]]:
    """The months, quarters or years of a period, named as 2024-03, 2024Q1, 2024; the ends cut to the period."""
    if period.end is None:
        raise PeriodOpen()
    step = {"month": 1, "quarter": 3, "year": 12}[dimension]
    start = date(period.start.year, (period.start.month - 1) // step * step + 1, 1)
    found = []
    while start < period.end:
        piece = Period(start, add_months(start, step)).clip(period)
        found.append((name_of_time(dimension, start), piece))
        start = add_months(start, step)
    return found


def name_of_time(dimension: str, start: date) -> str:
    """2024-03, 2024Q1 or 2024."""
    if dimension == "month":
        return f"{start:%Y-%m}"
    return f"{start.year}Q{(start.month + 2) // 3}" if dimension == "quarter" else str(start.year)


class PeriodOpen(Refused):
    """按月、季、年分组时，统计期要有结束日期。"""
