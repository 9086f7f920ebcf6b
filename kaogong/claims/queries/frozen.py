"""Lines as they were decided: the frozen facts, and judging them again under any rulebook."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from kaogong.kernel.errors import Refused
from kaogong.people import queries as people
from kaogong.rules import Decision as Judged
from kaogong.rules import Earlier, Facts, Rulebook, decide

from ..models import Decision

# A line that was withdrawn, left out or dropped costs nothing, whatever its last decision said.
REAL = ("judged", "refused", "approved", "held", "cleared", "paid")


@dataclass(frozen=True, slots=True)
class Frozen:
    """One line's decision as it is kept, with what is needed to make it again."""

    line_id: int
    person_id: int
    reference: str
    region_code: str
    scheme_code: str
    on: date
    occupation_code: str
    level: int
    facts: dict[str, Any]
    waived: tuple[str, ...]
    enrolment_id: int | None = None

    @property
    def groups(self) -> list[str]:
        return self.facts.get("groups") or []


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rulebook says of one frozen line.

    ``because`` tells outcomes of the same scheme apart by what failed and what is unknown; ``refusal`` says
    why there is no decision at all (the rulebook has no such scheme any more).
    """

    verdict: str
    amount_fen: int
    because: Any = ()
    decision: Judged | None = None
    refusal: str = ""

    @classmethod
    def of(cls, decision: Judged) -> "Outcome":
        open_or_failed = tuple(f"{f.outcome} {f.rule}" for f in decision.findings_that("failed", "unknown"))
        return cls(decision.verdict, decision.amount_fen, open_or_failed, decision)


def latest_of(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """Of each line the last decision among these."""
    return rows.order_by("line_id", "-version").distinct("line_id")


def frozen(rows: QuerySet[Decision]) -> Iterator[Frozen]:
    """Decisions as frozen lines, read in pieces; of a person merged into another under the one that stands."""
    names = (
        "line_id", "line__person_id", "line__reference", "region_code", "scheme_code", "on",
        "line__occupation_code", "line__level", "facts", "waived", "line__enrolment_id",
    )  # fmt: skip
    read = rows.values_list(*names).iterator(chunk_size=2000)
    while piece := list(islice(read, 2000)):
        stands = people.standing_person_ids({person_id for _line, person_id, *_rest in piece})
        for line_id, person_id, *before, facts, waived, enrolment_id in piece:
            yield Frozen(line_id, stands[person_id], *before, facts, tuple(waived), enrolment_id)


def decided_again(row: Frozen, book: Rulebook, facts: Facts | None = None) -> Outcome:
    """One frozen line under a rulebook; a scheme or exception it does not have is told, not raised."""
    try:
        scheme = book.at(row.region_code[:6], row.on).scheme(row.scheme_code)
        known = facts or Facts.from_dict(row.facts)
        meant = {name for use in scheme.rules if use.rule.waivable for name in (use.rule.id, use.rule.name)}
        return Outcome.of(decide(scheme, known, row.on, frozenset(row.waived) & meant))
    except Refused as refusal:
        return Outcome("refused", 0, refusal.message, refusal=refusal.message)


def in_person_order(rows: Iterable[Frozen]) -> list[Frozen]:
    """By person, then by the day counted on, then by reference: the order in which outcomes build on each other."""
    return sorted(rows, key=lambda row: (row.person_id, row.on, row.reference))


def decided_in_order(rows: Iterable[Frozen], book: Rulebook) -> Iterator[tuple[Frozen, Outcome]]:
    """Every line again under one rulebook, person by person, each on what the earlier ones came to.

    Of a line's frozen history only what is not judged here stays as it was; the rest is what comes out
    payable before it.
    """
    rows = in_person_order(rows)
    start = 0
    while start < len(rows):
        stop = start
        while stop < len(rows) and rows[stop].person_id == rows[start].person_id:
            stop += 1
        yield from _of_person(rows[start:stop], book)
        start = stop


def _of_person(rows: list[Frozen], book: Rulebook) -> Iterator[tuple[Frozen, Outcome]]:
    own = {row.reference for row in rows}
    granted: list[tuple[int | None, Earlier]] = []
    for row in rows:
        facts = Facts.from_dict(row.facts)
        if facts.history is not None:
            stays = [earlier for earlier in facts.history if earlier.reference not in own]
            # An earlier stage of the same class is no other subsidy.
            before = [had for of, had in granted if of is None or of != row.enrolment_id]
            facts = replace(facts, history=(*stays, *before))
        outcome = decided_again(row, book, facts)
        if outcome.decision is not None and outcome.decision.payable:
            granted.append((row.enrolment_id, _as_earlier(row, outcome.decision, book)))
        yield row, outcome


def _as_earlier(row: Frozen, decision: Judged, book: Rulebook) -> Earlier:
    scheme = book.at(row.region_code[:6], row.on).scheme(row.scheme_code)
    return Earlier(
        occupation_code=row.facts.get("certificate_occupation_code") or "",
        level=row.facts.get("certificate_level") or 0,
        event_on=row.on,
        status="claimed",
        reference=row.reference,
        amount_fen=decision.amount_fen,
        component=scheme.counts_as,
        region_code=row.region_code[:6],
        scheme=row.scheme_code,
    )
