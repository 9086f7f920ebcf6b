"""The rules and sums of one plan over a frame: which failed, which are unknown, and the money in fen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

import polars as pl

from kaogong.rules.amounts import AMOUNT_KINDS
from kaogong.rules.batch_figures import Figures
from kaogong.rules.batch_plans import Plan, early_limits, is_set, late_limits, plain_values
from kaogong.rules.columns import Column
from kaogong.rules.frames import Values
from kaogong.rules.terms import LimitUse, Part, RuleUse

Tallied = Callable[[str, dict[str, Any]], pl.Expr]  # a figure of the history, as counted with these values
WAIVED = "waived"


def settled(plan: Plan, frame: pl.DataFrame, figures: Figures, bits: Any) -> pl.DataFrame:
    """What holds whatever was granted before.

    ``failed`` and ``unknown`` of the whole subsidy's conditions, ``pending`` of its payments' conditions, and
    ``fen``, null where it cannot be worked out; for a payment that depends on the history, ``due0`` and
    ``fen0`` as far as they are known without it.
    """
    judging = _Judging(plan, figures, bits, WAIVED in frame.columns)
    judging.conditions(plan.static_rules)
    payments = []
    for part in plan.static_parts:
        due = judging.due(part.rules)
        payments.append(judging.payment(due, judging.amount(part, part.limits)))
    for number, part in enumerate(plan.history_parts):
        due = judging.due(use for use in part.rules if not use.rule.tallies)
        judging.gives(f"due{number}", due)
        judging.gives(f"fen{number}", judging.amount(part, early_limits(part)))
    return judging.worked_out(frame, payments)


def with_history(
    plan: Plan, frame: pl.DataFrame, figures: Figures, bits: Any, tallies: Tallied
) -> pl.DataFrame:
    """The same for what depends on the history; ``frame`` has the columns of ``settled`` beside the facts."""
    judging = _Judging(plan, figures, bits, WAIVED in frame.columns, tallies)
    judging.conditions(plan.history_rules)
    payments = [pl.col("fen")] if "fen" in frame.columns else []
    for number, part in enumerate(plan.history_parts):
        due = judging.due((use for use in part.rules if use.rule.tallies), pl.col(f"due{number}"))
        fen = judging.limited(pl.col(f"fen{number}"), late_limits(part))
        payments.append(judging.payment(due, fen))
    return judging.worked_out(frame, payments)


class _Judging:
    """Collects the expressions of one plan: truths first, then the bits and sums made of them."""

    def __init__(
        self, plan: Plan, figures: Figures, bits: Any, is_waived: bool, tallies: Tallied | None = None
    ) -> None:
        self._plan, self._figures, self._dtype, self._is_waived = plan, figures, bits, is_waived
        self._tallies = tallies or history_unknown
        self._truths: dict[str, pl.Expr] = {}
        self._of_scheme: list[tuple[str, int]] = []
        self._of_parts: list[tuple[str, int]] = []
        self._more: dict[str, pl.Expr] = {}

    def conditions(self, uses: tuple[RuleUse, ...]) -> None:
        """Conditions of the whole subsidy."""
        for use in uses:
            self._of_scheme.append((self._keep(self._truth(use)), self._plan.bits[use.rule.name]))

    def due(self, uses: Any, so_far: pl.Expr | None = None) -> pl.Expr | None:
        """Whether a payment's own conditions all pass (or are waived)."""
        passes = [] if so_far is None else [so_far]
        for use in uses:
            name, bit = self._keep(self._truth(use)), self._plan.bits[use.rule.name]
            self._of_parts.append((name, bit))
            truth = pl.col(name)
            if self._is_waived and use.rule.waivable:
                truth = truth | ((pl.col(WAIVED) & pl.lit(bit, dtype=self._dtype) != 0) & truth.is_not_null())
            passes.append(truth)
        return reduce(lambda a, b: a & b, passes) if passes else None

    def amount(self, part: Part, limits: Any) -> pl.Expr:
        """A payment's sum after the limits, kept as a column."""
        kind, values = AMOUNT_KINDS[part.kind], plain_values(part.values)
        reached = _unset(kind.values, values, pl.Int64)
        if reached is None:
            reached = _expr(kind.expression(self._figures, Values(values)))
        return pl.col(self._keep(self._limited(reached, limits)))

    def limited(self, fen: pl.Expr, limits: Any) -> pl.Expr:
        return pl.col(self._keep(self._limited(fen, limits)))

    def payment(self, due: pl.Expr | None, fen: pl.Expr) -> pl.Expr:
        """The sum where the payment is due, nothing where it is not; null where it is due and unknown."""
        return fen if due is None else pl.when(due).then(fen).otherwise(0)

    def gives(self, name: str, found: pl.Expr | None) -> None:
        self._more[name] = pl.lit(True) if found is None else found

    def worked_out(self, frame: pl.DataFrame, payments: list[pl.Expr]) -> pl.DataFrame:
        """Truths column by column, then what they add up to."""
        kept = [
            name
            for name in frame.columns
            if name == "on" or name == WAIVED or name.startswith(("fen", "due"))
        ]
        truths = frame.with_columns(**self._truths).select(*kept, *self._truths)
        failed = self._sum(truths, self._of_scheme, failed=True)
        fen = reduce(lambda a, b: a + b, payments) if payments else pl.lit(0, dtype=pl.Int64)
        found = {
            "failed": failed & ~pl.col(WAIVED) if self._is_waived else failed,
            "unknown": self._sum(truths, self._of_scheme),
            "pending": self._sum(truths, self._of_parts),
            "fen": fen.cast(pl.Int64),
        } | self._more
        return truths.with_columns(**{f"~{name}": expr for name, expr in found.items()}).select(
            pl.col(f"~{name}").alias(name) for name in found
        )

    def _keep(self, expr: pl.Expr) -> str:
        name = f"~~{len(self._truths)}"
        self._truths[name] = expr
        return name

    def _sum(self, truths: pl.DataFrame, named: list[tuple[str, int]], *, failed: bool = False) -> pl.Expr:
        """The bits of the conditions that failed, or that are unknown."""
        terms = []
        for name, bit in named:
            column = truths[name]
            if failed:
                holds = ~pl.col(name) if not column.null_count() else (~pl.col(name)).fill_null(False)
            elif column.null_count():
                holds = pl.col(name).is_null()
            else:
                continue
            terms.append(holds.cast(self._dtype) * pl.lit(bit, dtype=self._dtype))
        return reduce(lambda a, b: a | b, terms) if terms else pl.lit(0, dtype=self._dtype)

    def _truth(self, use: RuleUse) -> pl.Expr:
        values = plain_values(use.values)
        unset = _unset(use.rule.values, values, pl.Boolean)
        if unset is not None:
            return unset
        return _expr(use.rule.expression(self._with_tallies(use.rule.tallies, values), Values(values)))

    def _limited(self, fen: pl.Expr, limits: Iterable[LimitUse]) -> pl.Expr:
        for use in limits:
            values = plain_values(use.values)
            unset = _unset(use.limit.values, values, pl.Int64)
            if unset is not None:
                return unset
            figures = self._with_tallies(use.limit.tallies, values)
            fen = _expr(use.limit.expression(Column(fen), figures, Values(values)))
        return fen

    def _with_tallies(self, names: tuple[str, ...], values: dict[str, Any]) -> Figures:
        if not names:
            return self._figures
        return self._figures.with_tallies({name: self._tallies(name, values) for name in names})


def _unset(needed: Iterable[str], values: dict[str, Any], dtype: Any) -> pl.Expr | None:
    """Unknown throughout, where no paper gives one of the values."""
    return None if is_set(needed, values) else pl.lit(None, dtype=dtype)


def _expr(found: Any) -> pl.Expr:
    return found.expr if isinstance(found, Column) else pl.lit(int(found), dtype=pl.Int64)


def nothing_before(name: str, values: dict[str, Any]) -> pl.Expr:
    """The tally of someone who is known to have had nothing."""
    return pl.lit(0, dtype=pl.Int64)


def history_unknown(name: str, values: dict[str, Any]) -> pl.Expr:
    """The tally of someone whose history nobody knows."""
    return pl.lit(None, dtype=pl.Int64)
