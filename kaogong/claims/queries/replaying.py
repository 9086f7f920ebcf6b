"""Deciding old claims again from their frozen facts: under the frozen rulebook and under today's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kaogong.kernel.errors import Refused
from kaogong.rules import Decision as Judged
from kaogong.rules import Facts, Rulebook, decide
from kaogong.rules.causes import Cause, causes

from ..models import Decision
from .judging import RulebookNotKept, kept_rulebook, rulebook


@dataclass(frozen=True, slots=True)
class Difference:
    """One stored decision that comes out otherwise; ``under`` says by which rulebook."""

    decision: Decision
    under: str  # kept | today
    what: tuple[str, ...]
    causes: tuple[Cause, ...] = ()

    @property
    def reference(self) -> str:
        return f"{self.decision.line.reference} v{self.decision.version}"


@dataclass(frozen=True, slots=True)
class Replay:
    """What replaying found: how many were decided again, and every difference."""

    decided: int
    differences: tuple[Difference, ...]


def replay(since: datetime, *, latest_only: bool = False) -> Replay:
    """Decide every stored decision since then again from its own facts; changes nothing.

    Under the kept rulebook any difference is a fault: facts, rulebook and code together must give the same
    canonical decision. Under today's rulebook differences show what a change of policy would have meant.
    """
    rows = Decision.objects.filter(decided_at__gte=since).select_related("line").order_by("id")
    if latest_only:
        rows = rows.order_by("line_id", "-version").distinct("line_id")
    count, differences = 0, []
    for row in rows.iterator(chunk_size=500):
        count += 1
        differences += _differences(row)
    return Replay(count, tuple(differences))


def _differences(row: Decision) -> Iterator[Difference]:
    try:
        again = _decide(row, kept_rulebook(row.rulebook_digest))
        what = _unequal(row.decision, again.to_dict())
    except RulebookNotKept as refusal:
        what = (refusal.message,)
    if what:
        yield Difference(row, "kept", what)
    today = rulebook()
    if today.digest == row.rulebook_digest:
        return
    try:
        again = _decide(row, today)
    except Refused as refusal:
        yield Difference(row, "today", (refusal.message,))
        return
    stored = Judged.from_dict(row.decision)
    why = causes(stored, again)
    if why:
        yield Difference(row, "today", (*_outcome_changed(stored, again), *map(in_words, why)), why)


def _decide(row: Decision, book: Rulebook) -> Judged:
    scheme = book.at(row.region_code[:6], row.on).scheme(row.scheme_code)
    return decide(scheme, Facts.from_dict(row.facts), row.on, frozenset(row.waived))


def _unequal(stored: dict[str, Any], again: dict[str, Any]) -> tuple[str, ...]:
    """The names under which two whole decisions differ."""
    return tuple(name for name in sorted(stored.keys() | again.keys()) if stored.get(name) != again.get(name))


def _outcome_changed(stored: Judged, again: Judged) -> tuple[str, ...]:
    """What today's rulebook gives otherwise: verdict and money."""
    said = []
    if stored.verdict != again.verdict:
        said.append(f"verdict: {stored.verdict} -> {again.verdict}")
    if stored.amount_fen != again.amount_fen:
        said.append(f"amount_fen: {stored.amount_fen} -> {again.amount_fen}")
    return tuple(said)


def in_words(cause: Cause) -> str:
    """One cause with its clause: what it said then, what it says now."""
    outcomes = f"{cause.before or '-'} -> {cause.after or '-'}"
    return f"{cause.rule_id} {cause.rule}（{cause.clause}）{outcomes}：{cause.was_zh or '-'} → {cause.now_zh or '-'}"
