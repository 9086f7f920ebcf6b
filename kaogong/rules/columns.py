"""Whole Polars columns that answer the same operators as plain values that may be unknown (``Maybe``)."""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from typing import Any

import polars as pl

from kaogong.rules.tables import BandTable, RateTable, Table


def _raw(other: object) -> Any:
    return other.expr if isinstance(other, Column) else other


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
        return Column(self.expr + _raw(other))

    def __radd__(self, other: object) -> Column:
        return Column(_raw(other) + self.expr)

    def __sub__(self, other: object) -> Column:
        return Column(self.expr - _raw(other))

    def __rsub__(self, other: object) -> Column:
        return Column(_raw(other) - self.expr)

    def __mul__(self, other: object) -> Column:
        return Column(self.expr * _raw(other))

    def __rmul__(self, other: object) -> Column:
        return Column(_raw(other) * self.expr)

    def __floordiv__(self, other: object) -> Column:
        return Column(self.expr // _raw(other))

    def __invert__(self) -> Column:
        return Column(~self.expr)

    def __and__(self, other: object) -> Column:
        return Column(self.expr & _raw(other))

    def __or__(self, other: object) -> Column:
        return Column(self.expr | _raw(other))

    def is_in(self, choices: Collection[Any]) -> Column:
        return Column(self.expr.is_in(list(choices)))

    def overlaps(self, choices: Collection[str]) -> Column:
        """Whether a list column shares at least one member with ``choices``."""
        return Column(self.expr.list.set_intersection(pl.lit(pl.Series([list(choices)]))).list.len() > 0)

    def least(self, other: object) -> Column:
        return Column(_both(pl.min_horizontal, self.expr, _raw(other)))

    def greatest(self, other: object) -> Column:
        return Column(_both(pl.max_horizontal, self.expr, _raw(other)))


def _both(choose: Any, one: pl.Expr, other: Any) -> pl.Expr:
    """Polars skips nulls here; an unknown side leaves the answer unknown."""
    right = other if isinstance(other, pl.Expr) else pl.lit(other)
    return pl.when(one.is_not_null() & right.is_not_null()).then(choose(one, right))


class TableColumns:
    """A rate table that looks up whole columns; null where a key is unknown or the table says nothing."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def look_up(self, *keys: Column) -> Column:
        columns = [key.expr for key in keys]
        if isinstance(self._table, RateTable):
            found = _rates(self._table, *columns)
        elif isinstance(self._table, BandTable):
            found = _bands(self._table, columns[0])
        else:
            found = _by_key(columns[0].cast(pl.String), dict(self._table))
        known = reduce(lambda a, b: a & b, [column.is_not_null() for column in columns])
        return Column(pl.when(known).then(found))


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
