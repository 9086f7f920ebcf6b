"""Many figures of one snapshot, those of the same rows counted in one question; each is what it is by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kaogong.indicators import snapshots
from kaogong.indicators.counting import (
    Broken,
    Counted,
    aggregates_of,
    counted_from,
    paths_of,
    pieces_of,
    require_dimensions,
    rows_asked,
)
from kaogong.indicators.register import TIMES, Indicator, indicator_of
from kaogong.kernel.errors import Refused
from kaogong.kernel.period import Period
from kaogong.kernel.region_code import NATION

if TYPE_CHECKING:
    from ibis.expr.types import Table

# Different people are held in memory for each figure of a question.
AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure of a region and a period; with ``dimension`` by each value of it."""

    code: str
    region: str | None
    period: Period
    where: tuple[tuple[str, str], ...] = ()
    dimension: str = ""

    @classmethod
    def of(
        cls,
        code: str,
        region_code: str,
        period: Period,
        where: Mapping[str, str] | None = None,
        dimension: str = "",
    ) -> Asked:
        """The question in one form whichever way it is put: of the nation is of no region, conditions in order."""
        region = None if region_code == NATION else region_code
        return cls(code, region, period, tuple(sorted((where or {}).items())), dimension)

    @property
    def indicator(self) -> Indicator:
        return indicator_of(self.code, self.period.last)

    @property
    def pieces(self) -> list[tuple[str, Asked]]:
        """By month, quarter or year: each of them, asked by itself."""
        found = pieces_of(self.dimension, self.period)
        return [(key, replace(self, period=piece, dimension="")) for key, piece in found]

    @property
    def total(self) -> Asked:
        return replace(self, dimension="")


def count_together(asked: Iterable[Asked], snapshot: Path) -> dict[Asked, Counted | Broken]:
    """Count them all; one that is not counted from a fact, or is refused by itself, is left out."""
    wanted = [one for one in dict.fromkeys(asked) if _can_be_counted(one, snapshot)]
    alone, by_value = {}, {}
    for one in wanted:
        if one.dimension in TIMES:
            alone |= dict.fromkeys(piece for _key, piece in one.pieces)
        elif one.dimension:
            by_value[one] = None
        alone[one.total] = None
    found: dict[Asked, Counted] = {}
    for some in _of_the_same_rows(alone, snapshot):
        found |= _counted_alone(some, snapshot)
    rows: dict[Asked, tuple[tuple[str, Counted], ...]] = {}
    for some in _of_the_same_rows(by_value, snapshot):
        rows |= _counted_by_value(some, snapshot)
    return {one: _put_together(one, found, rows) for one in wanted}


def _can_be_counted(one: Asked, snapshot: Path) -> bool:
    try:
        indicator = one.indicator
        if indicator.fact is None:
            return False
        by = [one.dimension] if one.dimension and one.dimension not in TIMES else []
        require_dimensions(indicator, *by, *(name for name, _code in one.where))
        if one.dimension in TIMES:
            pieces_of(one.dimension, one.period)
        snapshots.files(indicator.fact, snapshot)
    except Refused:
        return False
    return True


def _of_the_same_rows(asked: Iterable[Asked], snapshot: Path) -> Iterable[list[Asked]]:
    """The questions that read the same rows of the same files, so many at once."""
    alike: dict[tuple, list[Asked]] = defaultdict(list)
    for one in asked:
        indicator = one.indicator
        table, rest = rows_asked(indicator, one.region, dict(one.where), one.period)
        paths = tuple(paths_of(indicator, snapshot, one.period))
        alike[indicator.fact.name, one.dimension, paths, rest, table.op()].append(one)
    for some in alike.values():
        for first in range(0, len(some), AT_ONCE):
            yield some[first : first + AT_ONCE]


def _question(some: list[Asked]) -> tuple[Table, dict]:
    """The rows they are all counted from, and the amounts of each, numbered."""
    first = some[0]
    table, rest = rows_asked(first.indicator, first.region, dict(first.where), first.period)
    amounts = {
        f"{part}_{number}": amount
        for number, one in enumerate(some)
        for part, amount in aggregates_of(one.indicator, table, rest).items()
    }
    return table, amounts


def _counted_alone(some: list[Asked], snapshot: Path) -> dict[Asked, Counted]:
    table, amounts = _question(some)
    one = some[0].indicator
    paths = paths_of(one, snapshot, some[0].period)
    row = snapshots.ask(table.aggregate(**amounts), one.fact, paths).row(0, named=True)
    return {asked: _of_number(asked, row, number) for number, asked in enumerate(some)}


def _counted_by_value(some: list[Asked], snapshot: Path) -> dict[Asked, tuple[tuple[str, Counted], ...]]:
    table, amounts = _question(some)
    one = some[0].indicator
    paths = paths_of(one, snapshot, some[0].period)
    grouped = table.group_by(key=table[some[0].dimension]).aggregate(**amounts)
    found = list(snapshots.ask(grouped.order_by("key"), one.fact, paths).iter_rows(named=True))
    counted = {
        asked: [(row["key"], _of_number(asked, row, number)) for row in found]
        for number, asked in enumerate(some)
    }
    return {
        asked: tuple((key, part) for key, part in parts if part.numerator or part.denominator)
        for asked, parts in counted.items()
    }


def _of_number(asked: Asked, row: dict, number: int) -> Counted:
    parts = {part: row.get(f"{part}_{number}") for part in ("numerator", "denominator")}
    return counted_from(asked.indicator, parts)


def _put_together(one: Asked, found: dict, rows: dict) -> Counted | Broken:
    if not one.dimension:
        return found[one]
    why = one.indicator.why_not_adding(one.dimension)
    if one.dimension in TIMES:
        return Broken(tuple((key, found[piece]) for key, piece in one.pieces), found[one.total], why)
    return Broken(rows[one], found[one.total], why)
