"""The same rule and amount expressions over Polars frames of figures; null for unknown."""

from __future__ import annotations

from typing import Any

import polars as pl

from kaogong.rules.columns import Column, Known, TableColumns
from kaogong.rules.tables import Table
from kaogong.rules.terms import RuleUse


class Columns:
    """The figures of a frame, by name."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix

    def __getattr__(self, name: str) -> Column:
        return Column(pl.col(self._prefix + name))


class Values:
    """The values of a rule or amount in use, by name; rate tables answer whole columns."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def __getattr__(self, name: str) -> Any:
        value = self._values[name]
        if isinstance(value, Table):
            return TableColumns(value)
        return Known(value) if isinstance(value, int) else value


def outcome_column(use: RuleUse) -> pl.Expr:
    """A rule as an expression over columns named like the figures; an unset value leaves it unknown."""
    values = {name: resolved.value for name, resolved in use.values.items()}
    if any(value is None for value in values.values()):
        return pl.lit(None, dtype=pl.Boolean).alias(use.rule.name)
    return use.rule.expression(Columns(), Values(values)).expr.alias(use.rule.name)


def outcomes(frame: pl.DataFrame, uses: tuple[RuleUse, ...]) -> pl.DataFrame:
    """The outcome of each rule for each row of figures."""
    return frame.select([outcome_column(use) for use in uses])
