"""Whole Polars columns that answer the same operators as plain values that may be unknown (``Maybe``)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import reduce
from typing import Any

import polars as pl

from kaogong.rules.tables import BandTable, RateTable, Table
from kaogong.rules.vocabulary import LEVELS


def _raw(other: object) -> Any:
    return other.expr if isinstance(other, Column) else other


def _wide(other: object) -> Any:
    """An operand of arithmetic: narrow columns would overflow where plain numbers do not."""
    return other.expr.cast(pl.Int64) if isinstance(other, Column) else other


class Column:
    """One column as an expression; null means unknown, exactly as None does in ``Maybe``."""

    __slots__ = ("expr",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, expr: pl.Expr) -> None:
        self.expr = expr

    def __bool__(self) -> bool:
        raise TypeError("a column is neither true nor false: use &, | and ~")

    def __eq__(self, other: object) -> Column:  # type: ignore[override]
        return Column(self.expr == _raw(other))

    def __ne__(self, other: object) -> Column:  # type: ignore[override]
        return Column(self.expr != _raw(other))

    def __lt__(self, other: object) -> Column:
        return Column(self.expr < _raw(other))

    def __le__(self, other: object) -> Column:
        return Column(self.expr <= _raw(other))

    def __gt__(self, other: object) -> Column:
        return Column(self.expr > _raw(other))

    def __ge__(self, other: object) -> Column:
        return Column(self.expr >= _raw(other))

    def __add__(self, other: object) -> Column:
        return Column(_wide(self) + _wide(other))

    def __radd__(self, other: object) -> Column:
        return Column(_wide(other) + _wide(self))

    def __sub__(self, other: object) -> Column:
        return Column(_wide(self) - _wide(other))

    def __rsub__(self, other: object) -> Column:
        return Column(_wide(other) - _wide(self))

    def __mul__(self, other: object) -> Column:
        return Column(_wide(self) * _wide(other))

    def __rmul__(self, other: object) -> Column:
        return Column(_wide(other) * _wide(self))

    def __floordiv__(self, other: object) -> Column:
        return Column(_wide(self) // _wide(other))

    def __invert__(self) -> Column:
        return Column(~self.expr)

    def __and__(self, other: object) -> Column:
        return Column(self.expr & _raw(other))

    def __or__(self, other: object) -> Column:
        return Column(self.expr | _raw(other))

    def is_in(self, choices: Collection[Any]) -> Column:
        if not choices:
            return Column(_never(self.expr))
        return Column(self.expr.is_in(list(choices)))

    def overlaps(self, choices: Collection[str]) -> Column:
        """Whether a list column shares at least one member with ``choices``."""
        wanted = pl.Series([list(choices)], dtype=pl.List(pl.String))
        return Column(self.expr.list.set_intersection(pl.lit(wanted)).list.len() > 0)

    def least(self, other: object) -> Column:
        return Column(_both(pl.min_horizontal, self.expr, _raw(other)))

    def greatest(self, other: object) -> Column:
        return Column(_both(pl.max_horizontal, self.expr, _raw(other)))


class Words(Column):
    """A column of words as their places in a vocabulary: comparing words is comparing small numbers."""

    __slots__ = ("words",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, expr: pl.Expr, words: Sequence[str]) -> None:
        super().__init__(expr)
        self.words = words

    def __eq__(self, other: object) -> Column:  # type: ignore[override]
        if not isinstance(other, Words):
            return self.is_in([other])
        if other.words is not self.words:
            raise TypeError("words of two vocabularies cannot be compared by their places")
        return Column(self.expr == other.expr)

    def __ne__(self, other: object) -> Column:  # type: ignore[override]
        return ~(self == other)

    def is_in(self, choices: Collection[Any]) -> Column:
        wanted = set(choices)
        places = [place for place, word in enumerate(self.words) if word in wanted]
        if not places:
            return Column(_never(self.expr))
        if len(places) > _FEW:
            return Column(self.expr.is_in(places))
        return Column(reduce(lambda a, b: a | b, [self.expr == place for place in places]))


class Mask(Column):
    """A column of group lists as bit masks."""

    __slots__ = ("bits",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, expr: pl.Expr, bits: dict[str, int]) -> None:
        super().__init__(expr)
        self.bits = bits

    def overlaps(self, choices: Collection[str]) -> Column:
        wanted = sum(self.bits.get(choice, 0) for choice in set(choices))
        return Column((self.expr & pl.lit(wanted, dtype=pl.UInt64)) != 0)


class Known(int):
    """A plain number of the rulebook beside columns."""

    def least(self, other: Any) -> Any:
        return other.least(int(self)) if isinstance(other, Column) else Known(min(self, other))

    def greatest(self, other: Any) -> Any:
        return other.greatest(int(self)) if isinstance(other, Column) else Known(max(self, other))


_FEW = 6  # so many comparisons are quicker than a set


def _never(expr: pl.Expr) -> pl.Expr:
    """False where the column is known."""
    return pl.when(expr.is_not_null()).then(pl.lit(False))


def _both(choose: Any, one: pl.Expr, other: Any) -> pl.Expr:
    """Polars skips nulls here; an unknown side leaves the answer unknown."""
    right = other if isinstance(other, pl.Expr) else pl.lit(other)
    return pl.when(one.is_not_null() & right.is_not_null()).then(choose(one, right))


def taken(column: pl.Expr, figures: Sequence[Any], dtype: Any) -> pl.Expr:
    """For each place in the column its figure; null for null."""
    if not figures:
        return pl.lit(None, dtype=dtype)
    return pl.lit(pl.Series(figures, dtype=dtype)).gather(column.cast(pl.UInt32))


class TableColumns:
    """A rate table that looks up whole columns; null where a key is unknown or the table says nothing."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def look_up(self, *keys: Column) -> Column:
        if isinstance(keys[0], Words):
            return Column(_by_place(self._table, *keys))
        columns = [key.expr for key in keys]
        if isinstance(self._table, RateTable):
            found = _rates(self._table, *columns)
        elif isinstance(self._table, BandTable):
            found = _bands(self._table, columns[0])
        else:
            found = _by_key(columns[0].cast(pl.String), dict(self._table))
        known = reduce(lambda a, b: a & b, [column.is_not_null() for column in columns])
        return Column(pl.when(known).then(found))


def _by_place(table: Table, *keys: Any) -> pl.Expr:
    """Every entry the columns could ask for, laid out once; then each row takes its own."""
    if not isinstance(table, RateTable):
        return taken(keys[0].expr, [table.entry(word) for word in keys[0].words], pl.Int64)
    kind, level, occupation, *in_shortage = keys
    special = [word for word in occupation.words if word in table.get("occupations", {})]
    shelf = {word: number for number, word in enumerate(special, 1)}
    shelves = taken(occupation.expr, [shelf.get(word, 0) for word in occupation.words], pl.UInt32)
    place = (shelves * len(kind.words) + kind.expr.cast(pl.UInt32)) * len(LEVELS) + level.expr.cast(pl.UInt32)
    answers = (False, True) if in_shortage else (False,)
    if in_shortage:
        size = (len(special) + 1) * len(kind.words) * len(LEVELS)
        place = place + in_shortage[0].expr.cast(pl.UInt32) * size
    entries = [
        table.entry(kind_word, number, word, answer)
        for answer in answers
        for word in ("", *special)
        for kind_word in kind.words
        for number in range(len(LEVELS))
    ]
    return taken(place, entries, pl.Int64)


def _by_key(column: pl.Expr, figures: dict[Any, int]) -> pl.Expr:
    if not figures:
        return pl.lit(None, dtype=pl.Int64)
    return column.replace_strict(list(figures), list(figures.values()), default=None, return_dtype=pl.Int64)


def _bands(table: BandTable, score: pl.Expr) -> pl.Expr:
    found = pl.lit(None, dtype=pl.Int64)
    for floor in sorted(int(floor) for floor in table):
        found = pl.when(score >= floor).then(pl.lit(table[str(floor)], dtype=pl.Int64)).otherwise(found)
    return found


def _rates(
    table: RateTable, kind: pl.Expr, level: pl.Expr, occupation: pl.Expr, in_shortage: pl.Expr | None = None
) -> pl.Expr:
    def of(kinds: dict[str, dict[str, int]]) -> pl.Expr:
        found = pl.lit(None, dtype=pl.Int64)
        for code, levels in kinds.items():
            fen = _by_key(level.cast(pl.Int8), {int(number): figure for number, figure in levels.items()})
            found = pl.when(kind == code).then(fen).otherwise(found)
        return found

    choices = [
        pl.when(occupation == code).then(of(kinds)) for code, kinds in table.get("occupations", {}).items()
    ]
    if in_shortage is not None:
        choices.append(pl.when(in_shortage).then(of(table.get("shortage", {}))))
    return pl.coalesce([*choices, of(table.get("kinds", {}))])
