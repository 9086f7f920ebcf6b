"""decide_many(): millions of claims judged as whole columns, exactly as they would be one by one."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import polars as pl

from kaogong.rules import batch_claims, batch_earlier
from kaogong.rules import decision as words
from kaogong.rules.batch_claims import Batch, group_bits
from kaogong.rules.batch_figures import Figures
from kaogong.rules.batch_history import Counters, Ranks, is_granted
from kaogong.rules.batch_layout import layout
from kaogong.rules.batch_plans import Plan, rule_bits
from kaogong.rules.batch_rows import WAIVED, Tallied, history_unknown, nothing_before, settled, with_history
from kaogong.rules.columns import taken
from kaogong.rules.in_order import Claim, claims_of, decide_in_order, explain
from kaogong.rules.rulebook import Rulebook

__all__ = [
    "VERDICTS",
    "Claim",
    "claims_of",
    "decide_in_order",
    "decide_many",
    "explain",
    "group_bits",
    "rule_bits",
    "rules_of",
]

VERDICTS = pl.Enum([words.PAYABLE, words.REFUSED, words.NEEDS_EVIDENCE])


def decide_many(
    claims: pl.DataFrame | pl.LazyFrame,
    history: pl.DataFrame | None,
    book: Rulebook,
    *,
    columns: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """Verdict and money of each claim, one row each in the claims' order.

    Columns of ``claims``: claimant, reference, region_code, scheme, on, perhaps waived, and any of ``Facts``
    (hours also in whole hundredths as ``hours_planned_hundredths``; groups as lists or ``group_bits`` masks);
    a fact without a column is unknown. ``columns`` renames: ``{ours: theirs}``. ``history`` has the columns
    of ``Earlier`` and claimant; whoever is absent from it had nothing, None says that nobody's is known.
    Result: reference, verdict, amount_fen, waivable, and the bits (``rule_bits`` of the scheme) of the rules
    that failed and of those that are unknown.
    """
    batch = batch_claims.read(batch_claims.gathered(claims, columns), book)
    if not batch.height:
        return _empty(batch.reference)
    figures = Figures(
        batch.frame.columns,
        batch.words,
        batch.occupations.words,
        None if batch.frame.schema.get("groups", pl.UInt64) != pl.UInt64 else batch.groups,
    )
    bits = _narrowest(max(len(plan.bits) for plan in batch.plans.every))
    if history is None:
        return _result(batch, _judged_alone(batch, figures, bits, history_unknown))
    had = batch_earlier.counting(history, batch.claimant, batch.occupations)
    if not any(plan.history_uses for plan in batch.plans.every):
        return _result(batch, _judged_alone(batch, figures, bits, nothing_before))
    whose = had["claimant"] if had.height else None
    with ThreadPoolExecutor(1) as beside:  # the order does not depend on the judging, nor the other way round
        laid = beside.submit(layout, batch.claimant, batch.frame["on"], batch.reference, whose)
        alone = _judged_alone(batch, figures, bits, nothing_before)
        ranks = Ranks(batch, _for_ranks(batch, alone), laid.result(), had, figures, bits)
    found = ranks.judged()
    names = [name for name in found.columns if name != "row"]
    alone = alone.with_columns(
        alone[_LATER + name].scatter(found["row"], found[name]).alias(_LATER + name) for name in names
    )
    return _result(batch, alone)


def rules_of(bits: int, book: Rulebook, scheme: str) -> tuple[str, ...]:
    """The names of the rules in ``failed`` or ``unknown`` of a claim under the scheme."""
    return tuple(name for name, bit in rule_bits(book, scheme).items() if bits & bit)


def _narrowest(rules: int) -> Any:
    return pl.UInt16 if rules <= 16 else pl.UInt32 if rules <= 32 else pl.UInt64


def _empty(reference: pl.Series) -> pl.DataFrame:
    schema = {"verdict": VERDICTS, "amount_fen": pl.Int64, "waivable": pl.Boolean}
    return pl.DataFrame(
        schema={"reference": reference.dtype} | schema | {"failed": pl.UInt64, "unknown": pl.UInt64}
    )


_LATER = "later_"  # marks what depends on the history


def _judged_alone(batch: Batch, figures: Figures, bits: Any, tallies: Tallied) -> pl.DataFrame:
    """Every row as if nobody had been granted anything: what is settled, and what the history rules say then."""
    frame = batch.frame
    if batch.waived is not None:
        frame = frame.with_columns(batch.waived.cast(bits).alias(WAIVED))
    every = batch.plans.every
    if batch.plan is None:
        return _by_plan(every[0], frame, figures, bits, tallies)
    parts, rows = [], []
    for number, plan in enumerate(every):
        at = (batch.plan == number).arg_true()
        if len(at):
            parts.append(_by_plan(plan, frame.select(pl.all().gather(at)), figures, bits, tallies))
            rows.append(at)
    at = pl.concat(rows)
    places = pl.repeat(0, batch.height, dtype=pl.UInt32, eager=True)
    places = places.scatter(at, pl.int_range(batch.height, dtype=pl.UInt32, eager=True))
    return pl.concat(parts, how="diagonal").select(pl.all().gather(places))


def _by_plan(plan: Plan, frame: pl.DataFrame, figures: Figures, bits: Any, tallies: Tallied) -> pl.DataFrame:
    fixed = settled(plan, frame, figures, bits)
    later = with_history(plan, frame.hstack(fixed), figures, bits, tallies)
    return fixed.hstack(later.rename({name: _LATER + name for name in later.columns}))


def _for_ranks(batch: Batch, alone: pl.DataFrame) -> pl.DataFrame:
    """What judging everyone alone leaves for judging in order: who is promising, and sums where they matter."""
    every = batch.plans.every
    more = []
    if any(plan.history_parts for plan in every):
        more = [pl.col(name) for name in alone.columns if name.startswith(("fen", "due"))]
    if Counters(every).has_sums:
        more.append(pl.col(_LATER + "fen").alias("paid"))
    return alone.select(*more, promising=is_granted())


def _result(batch: Batch, judged: pl.DataFrame) -> pl.DataFrame:
    every = batch.plans.every
    if batch.plan is None:
        waivable = pl.lit(every[0].waivable, dtype=pl.UInt64)
    else:
        waivable = taken(pl.lit(batch.plan), [plan.waivable for plan in every], pl.UInt64)
    both = judged.select(
        failed=pl.col("failed") | pl.col(_LATER + "failed"),
        unknown=pl.col("unknown") | pl.col(_LATER + "unknown"),
        pending=pl.col("pending") | pl.col(_LATER + "pending"),
        fen=pl.col(_LATER + "fen"),
    )
    refused, clear = pl.col("failed") != 0, (pl.col("failed") == 0) & (pl.col("unknown") == 0)
    payable = clear & (pl.col("pending") == 0) & pl.col("fen").is_not_null()
    verdict = pl.when(payable).then(0).when(refused).then(1).otherwise(2).cast(pl.UInt8)
    found = both.select(
        verdict=verdict,
        amount_fen=pl.when(payable).then("fen").otherwise(0),
        waivable=refused & ((pl.col("failed").cast(pl.UInt64) & ~waivable) == 0),
        failed=pl.col("failed").cast(pl.UInt64),
        unknown=pl.when(clear).then(pl.col("pending")).otherwise(pl.col("unknown")).cast(pl.UInt64),
    )
    return found.with_columns(pl.Series(found["verdict"]).cat.to(VERDICTS)).insert_column(
        0, batch.reference.alias("reference")
    )
