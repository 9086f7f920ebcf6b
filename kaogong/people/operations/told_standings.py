"""From what registers answered to what held of a person: pension, school, death (A3)."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.db import transaction

from kaogong.gateways.registers import Answer
from kaogong.kernel.actor import Actor

from .. import queries
from ..models import Standing
from .standings import NewStanding, StandingOverlaps, record_standing, record_standings

TOLD_KINDS = ("pension", "schooling", "identity")
_STANDINGS = {"pension": "pension", "schooling": "at_school", "identity": "deceased"}


@transaction.atomic
def record_told_standings(person_ids: Iterable[int], *, by: Actor, at: datetime) -> int:
    """Record what the latest answers say where nothing or otherwise is on record; returns how many are new.

    What a person entered for the same days stands: a contradiction is left for a person to settle.
    """
    ids = list(person_ids)
    told = [
        standing
        for (kind, person_id), kept in queries.register_answers_about(ids, TOLD_KINDS).items()
        for standing in _told(kind, person_id, kept.answer)
    ]
    on_record = set(Standing.objects.filter(person_id__in=ids).values_list("kind", "person_id"))
    new = [s for s in told if (s.kind, s.person_id) not in on_record]
    count = record_standings(new, by=by, at=at) if new else 0
    return count + sum(_record_change(s, by=by, at=at) for s in told if (s.kind, s.person_id) in on_record)


def _record_change(told: NewStanding, *, by: Actor, at: datetime) -> int:
    """Record one that differs from what is on record for its first day; 1 when it was recorded."""
    if queries.standing_on([told.person_id], told.kind, told.start_on).get(told.person_id) == told.holds:
        return 0
    try:
        with transaction.atomic():
            record_standing(
                told.person_id,
                kind=told.kind,
                holds=told.holds,
                start_on=told.start_on,
                end_on=told.end_on,
                source=told.source,
                by=by,
                at=at,
            )
    except StandingOverlaps:
        return 0
    return 1


def _told(kind: str, person_id: int, answer: Answer) -> Iterator[NewStanding]:
    if not answer.is_known:
        return
    holds, since, until = _spell(kind, answer)
    if since is not None:
        yield NewStanding(
            person_id=person_id,
            kind=_STANDINGS[kind],
            holds=holds,
            start_on=since,
            end_on=until,
            source=answer.source,
        )


def _spell(kind: str, answer: Answer) -> tuple[bool, date | None, date | None]:
    """Whether it holds, from when, until when; no first day where nothing can be said."""
    facts = answer.facts
    if kind == "pension":
        return facts.since is not None, facts.since or answer.as_of, None
    if kind == "identity":
        return True, facts.died_on, None
    now = facts.full_time_between(answer.as_of, answer.as_of)
    return (True, now[-1].since, now[-1].until) if now else (False, answer.as_of, None)
