"""Many claims judged one by one: each claimant's in order, what is granted counting for what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from kaogong.rules import batch_claims, batch_earlier
from kaogong.rules.batch_errors import ClaimsWithoutScheme, ClaimUnknown
from kaogong.rules.decision import Decision
from kaogong.rules.errors import FactsMalformed, RegionUnknown, SchemeUnknown
from kaogong.rules.facts import Earlier, Facts
from kaogong.rules.judgement import decide
from kaogong.rules.rulebook import Rulebook, Scheme

History = pl.DataFrame | Mapping[Any, Iterable[Earlier]] | None


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of a batch: whose, under which scheme, on which day, and what is known about it."""

    claimant: int | str
    reference: int | str
    region_code: str
    scheme: str
    on: date
    facts: Facts
    waived: frozenset[str] = frozenset()


def decide_in_order(claims: Iterable[Claim], history: History, book: Rulebook) -> list[Decision]:
    """The decision on each claim, in the order given; judged by claimant, day and reference.

    ``history``: the earlier subsidies of each claimant; a claimant absent from it is known to have had none,
    None says that nobody's is known. What is granted here counts for the claimant's later claims.
    """
    claims = list(claims)
    _check(claims)
    schemes = _schemes(claims, book)
    earlier = batch_earlier.by_claimant(history)
    decisions: dict[int | str, Decision] = {}
    order = sorted(claims, key=lambda claim: (claim.on, claim.reference))
    for claim in order:
        before = None if earlier is None else earlier.setdefault(claim.claimant, [])
        facts = replace(claim.facts, history=before)
        decision = decide(schemes[claim.reference], facts, claim.on, claim.waived)
        decisions[claim.reference] = decision
        if before is not None and decision.payable:
            before.append(_as_earlier(claim, schemes[claim.reference], decision))
    return [decisions[claim.reference] for claim in claims]


def explain(
    claims: pl.DataFrame | pl.LazyFrame | Iterable[Claim],
    history: History,
    book: Rulebook,
    reference: int | str,
    *,
    columns: Mapping[str, str] | None = None,
) -> Decision:
    """The decision on one claim with all its reasons, worked out again from its claimant's claims."""
    if isinstance(claims, pl.DataFrame | pl.LazyFrame):
        frame = batch_claims.gathered(claims, columns)
        meant = frame.filter(pl.col("reference") == reference)
        if meant.is_empty():
            raise ClaimUnknown(reference=reference)
        whose = meant["claimant"][0]
        claims = claims_of(frame.filter(pl.col("claimant") == whose), book)
        if isinstance(history, pl.DataFrame):
            history = history.filter(pl.col("claimant") == whose)
    else:
        claims = list(claims)
        found = [claim.claimant for claim in claims if claim.reference == reference]
        if not found:
            raise ClaimUnknown(reference=reference)
        claims = [claim for claim in claims if claim.claimant == found[0]]
    decisions = decide_in_order(claims, history, book)
    return next(d for claim, d in zip(claims, decisions, strict=True) if claim.reference == reference)


def claims_of(
    claims: pl.DataFrame | pl.LazyFrame, book: Rulebook, *, columns: Mapping[str, str] | None = None
) -> list[Claim]:
    """The rows of a frame as claims to be judged one by one."""
    frame = batch_claims.gathered(claims, columns)
    batch_claims.checked_keys(frame)
    groups = batch_claims.group_bits(book)
    return [
        Claim(
            claimant=row["claimant"],
            reference=row["reference"],
            region_code=row["region_code"],
            scheme=row["scheme"],
            on=row["on"],
            facts=Facts.from_dict(batch_claims.row_facts(row, groups)),
            waived=frozenset(row.get("waived") or ()),
        )
        for row in frame.iter_rows(named=True)
    ]


def _check(claims: list[Claim]) -> None:
    seen = set()
    for claim in claims:
        if claim.facts.history is not None:
            raise FactsMalformed(field="history", problem="以往补贴另行给出")
        if claim.reference in seen:
            raise FactsMalformed(field="reference", problem=f"“{claim.reference}”出现了不止一次")
        seen.add(claim.reference)


def _schemes(claims: list[Claim], book: Rulebook) -> dict[int | str, Scheme]:
    found: dict[int | str, Scheme] = {}
    lacking = []
    for claim in claims:
        try:
            found[claim.reference] = book.at(claim.region_code, claim.on).scheme(claim.scheme)
        except (RegionUnknown, SchemeUnknown):
            lacking.append(claim)
    if lacking:
        first = min(lacking, key=lambda claim: (claim.on, claim.reference))
        rest = sorted(claim.reference for claim in lacking if claim is not first)
        region = book.regions.get(first.region_code, first.region_code)
        on = first.on.isoformat()
        raise ClaimsWithoutScheme([first.reference, *rest], region=region, scheme=first.scheme, on=on)
    return found


def _as_earlier(claim: Claim, scheme: Scheme, decision: Decision) -> Earlier:
    """A claim that was granted, as the claims after it see it."""
    return Earlier(
        occupation_code=claim.facts.certificate_occupation_code or "",
        level=claim.facts.certificate_level or 0,
        event_on=claim.on,
        status="claimed",
        reference=str(claim.reference),
        amount_fen=decision.amount_fen,
        component=scheme.counts_as,
        region_code=claim.region_code,
        scheme=claim.scheme,
    )
