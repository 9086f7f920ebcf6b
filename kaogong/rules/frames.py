"""The same rule expressions over Polars columns: one column of outcomes per rule, null for unknown."""

from __future__ import annotations

from typing import Any

import polars as pl

from kaogong.rules.terms import RuleUse


class _Lists:
    """A list column that answers ``overlaps`` as plain values do."""

    def __init__(self, column: pl.Expr) -> None:
        self._column = column

    def overlaps(self, choices: list[str]) -> pl.Expr:
        return self._column.list.set_intersection(pl.lit(pl.Series([choices]))).list.len() > 0


class _Columns:
    def __getattr__(self, name: str) -> Any:
        return _Lists(pl.col(name)) if name == "groups" else pl.col(name)


class _Values:
    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def __getattr__(self, name: str) -> Any:
        return self._values[name]


def outcome_column(use: RuleUse) -> pl.Expr:
    """A rule as an expression over columns named like the measures; an unset value leaves it unknown."""
    values = {name: resolved.value for name, resolved in use.values.items()}
    if any(value is None for value in values.values()):
        return pl.lit(None, dtype=pl.Boolean).alias(use.rule.name)
    return use.rule.expression(_Columns(), _Values(values)).alias(use.rule.name)


def outcomes(frame: pl.DataFrame, uses: tuple[RuleUse, ...]) -> pl.DataFrame:
    """The outcome of each rule for each row of measures."""
    return frame.select([outcome_column(use) for use in uses])
