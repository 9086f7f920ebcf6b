"""What a proposed change of policy would have cost: real claims judged under two rulebooks, nothing written."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode
from kaogong.rules import Rulebook
from kaogong.rules.causes import causes
from kaogong.rules.change import Change, changed

from ..models import Decision, Simulation
from .frozen import REAL, Frozen, Outcome, decided_in_order, frozen, latest_of
from .in_bulk import decided_in_bulk, in_portions
from .judging import rulebook

ASPECTS = ("group", "district", "scheme", "occupation", "level")
NO_GROUP = "none"
LINES_AT_ONCE = 20_000


@dataclass(slots=True)
class Tally:
    """What the lines under one heading came to before and after."""

    lines: int = 0
    before_fen: int = 0
    after_fen: int = 0
    people: set[int] = field(default_factory=set)
    gaining: set[int] = field(default_factory=set)
    losing: set[int] = field(default_factory=set)

    def told(self) -> dict[str, int]:
        """As plain figures: people are counted, not named."""
        return {
            "lines": self.lines,
            "before_fen": self.before_fen,
            "after_fen": self.after_fen,
            "people": len(self.people),
            "gaining": len(self.gaining),
            "losing": len(self.losing),
        }


def period_of(change: Change, today: date, year: int | None = None) -> tuple[date, date]:
    """The claims to try a change on: the year asked for, else what it says itself, else the last full year."""
    if year is None and change.starts_on and change.ends_on:
        return change.starts_on, change.ends_on
    year = year or today.year - 1
    return date(year, 1, 1), date(year + 1, 1, 1)


def decisions_between(since: date, until: date, *, by: Actor, region_code: str = "") -> QuerySet[Decision]:
    """Of every real line decided in the period its last decision of then, in reach and region."""
    begins, ends = (timezone.make_aware(datetime.combine(day, time.min)) for day in (since, until))
    rows = Decision.objects.filter(decided_at__gte=begins, decided_at__lt=ends, line__status__in=REAL)
    rows = in_reach(rows, by, organisation="line__claim__institution_id")
    if region_code:
        rows = rows.filter(Q(region_code__startswith=RegionCode(region_code).prefix))
    return latest_of(rows)


def simulate(
    change: Change,
    since: date,
    until: date,
    *,
    by: Actor,
    region_code: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Judge the period's claims under today's rulebook and under the changed one; plain figures, nobody named.

    Writes nothing. ``progress`` is told how many judgements are done, of how many. RulebookMalformed says
    where the change is wrong.
    """
    today, proposed = rulebook(), changed(change)
    rows = list(frozen(decisions_between(since, until, by=by, region_code=region_code)))
    outcomes: dict[str, tuple[Outcome, Outcome]] = {}
    for portion in in_portions(rows, LINES_AT_ONCE):
        before, after = (decided_in_bulk(portion, book) for book in (today, proposed))
        outcomes |= {row.reference: (before[row.reference], after[row.reference]) for row in portion}
        if progress:
            progress(2 * len(outcomes), 2 * len(rows))
    return _summed(rows, outcomes, today, proposed) | {
        "title": change.title,
        "why": change.why,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "region_code": region_code,
        "begins_on": change.begins_on.isoformat() if change.begins_on else "",
        "before_digest": today.digest,
        "after_digest": proposed.digest,
    }


def _summed(
    rows: list[Frozen], outcomes: dict[str, tuple[Outcome, Outcome]], today: Rulebook, proposed: Rulebook
) -> dict[str, Any]:
    by_person: dict[int, int] = defaultdict(int)
    moves: dict[tuple[str, str], int] = defaultdict(int)
    alike: dict[tuple, list[Frozen]] = defaultdict(list)
    for row in rows:
        before, after = outcomes[row.reference]
        by_person[row.person_id] += after.amount_fen - before.amount_fen
        if before.verdict != after.verdict:
            moves[before.verdict, after.verdict] += 1
        if (before.verdict, before.amount_fen) != (after.verdict, after.amount_fen):
            key = tuple((one.verdict, one.amount_fen, one.because) for one in (before, after))
            alike[row.region_code[:6], row.scheme_code, *key].append(row)
    because = _because(rows, alike.values(), today, proposed)
    tallies = {aspect: defaultdict(Tally) for aspect in ASPECTS}
    whole = Tally()
    for row in rows:
        before, after = outcomes[row.reference]
        for tally in [whole, *(tallies[a][key] for a, key in _headings(row))]:
            _count(tally, row, before, after, by_person[row.person_id])
    return {
        "total": whole.told(),
        "changed_lines": sum(map(len, alike.values())),
        "moves": [{"before": b, "after": a, "lines": n} for (b, a), n in sorted(moves.items())],
        "causes": [
            {
                "rule_id": rule_id, "clause": clause, "title_zh": zh, "title_en": en, "people": len(people),
            }
            for (rule_id, clause, zh, en), people in sorted(because.items(), key=lambda c: (-len(c[1]), c[0]))
        ],
        **{
            aspect: [{"code": code} | tally.told() for code, tally in sorted(found.items())]
            for aspect, found in tallies.items()
        },
    }  # fmt: skip


def _because(
    rows: list[Frozen], alike: Iterable[list[Frozen]], today: Rulebook, proposed: Rulebook
) -> dict[tuple[str, ...], set[int]]:
    """Each cause and the people it concerns; of lines that came out alike one is explained for all."""
    mine: dict[int, list[Frozen]] = defaultdict(list)
    for row in rows:
        mine[row.person_id].append(row)
    found: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for group in alike:
        row = group[0]
        before, after = (
            next(outcome for one, outcome in decided_in_order(mine[row.person_id], book) if one == row)
            for book in (today, proposed)
        )
        for key in _causes(before, after):
            found[key] |= {one.person_id for one in group}
    return found


def _causes(before: Outcome, after: Outcome) -> Iterator[tuple[str, str, str, str]]:
    if before.decision is None or after.decision is None:
        yield "", "", after.refusal or before.refusal, after.refusal or before.refusal
        return
    for cause in causes(before.decision, after.decision):
        yield cause.rule_id, cause.clause, cause.title_zh, cause.title_en


def _headings(row: Frozen) -> Iterator[tuple[str, str]]:
    """Under which headings a line counts; under each of its person's groups once."""
    for group in row.groups or [NO_GROUP]:
        yield "group", group
    yield "district", row.region_code[:6]
    yield "scheme", row.scheme_code
    yield "occupation", row.occupation_code
    yield "level", str(row.level)


def _count(tally: Tally, row: Frozen, before: Outcome, after: Outcome, difference: int) -> None:
    tally.lines += 1
    tally.before_fen += before.amount_fen
    tally.after_fen += after.amount_fen
    tally.people.add(row.person_id)
    if after.amount_fen != before.amount_fen:
        if difference > 0:
            tally.gaining.add(row.person_id)
        elif difference < 0:
            tally.losing.add(row.person_id)


def simulations(by: Actor) -> QuerySet[Simulation]:
    """What was tried by people of the same reach, newest first."""
    return in_reach(Simulation.objects.order_by("-asked_at", "-id"), by, organisation=None)


def simulation(simulation_id: int, *, by: Actor) -> Simulation:
    """One of them, or NotFound."""
    found = simulations(by).filter(pk=simulation_id).first()
    if found is None:
        raise NotFound()
    return found
