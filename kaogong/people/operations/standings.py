"""Recording what a source says of a person's standing: insured, on a pension, at school, deceased."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotPermitted, Refused
from kaogong.kernel.period import Period
from kaogong.trail.operations import record

from .. import queries
from ..models import Standing

_KINDS = dict(Standing.KINDS)


class StandingUnknown(Refused):
    """没有“{kind}”这一项人员状况。"""


class StandingOverlaps(Refused):
    """{start}起已有同一项人员状况的记录，请先核对原记录。"""


@dataclass(frozen=True, slots=True)
class NewStanding:
    """What one source says of one person on the days of [start_on, end_on)."""

    person_id: int
    kind: str
    holds: bool
    start_on: date
    end_on: date | None = None
    source: str = ""
    employer: str = ""


@transaction.atomic
def record_standing(
    person_id: int,
    *,
    kind: str,
    holds: bool,
    start_on: date,
    source: str,
    by: Actor,
    at: datetime,
    end_on: date | None = None,
    employer: str = "",
    reason: str = "",
) -> Standing:
    """Record one standing; an open earlier one of the kind ends where this begins.

    The very same again is no change.
    """
    _require_may(by)
    if kind not in _KINDS:
        raise StandingUnknown(kind=kind)
    Period(start_on, end_on)
    person = queries.person_for_update(person_id, by=by)
    clash = Standing.objects.filter(Q(end_on__isnull=True) | Q(end_on__gt=start_on), person=person, kind=kind)
    if end_on is not None:
        clash = clash.filter(start_on__lt=end_on)
    for old in clash.order_by("start_on"):
        if (old.start_on, old.end_on, old.holds, old.employer) == (start_on, end_on, holds, employer):
            return old
        if old.end_on is not None or old.start_on >= start_on:
            raise StandingOverlaps(start=old.start_on)
        old.end_on = start_on
        old.save(update_fields=["end_on"])
    standing = Standing.objects.create(
        person=person,
        kind=kind,
        holds=holds,
        start_on=start_on,
        end_on=end_on,
        source=source,
        employer=employer,
        recorded_at=at,
    )
    record(
        "person.standing_recorded", person, by=by, at=at, reason=reason, kind=kind, holds=holds, source=source
    )
    return standing


@transaction.atomic
def record_standings(standings: list[NewStanding], *, by: Actor, at: datetime, reason: str = "") -> int:
    """Record many standings at once and return how many are new; overlapping ones are left out."""
    _require_may(by)
    for kind in {standing.kind for standing in standings} - set(_KINDS):
        raise StandingUnknown(kind=kind)
    rows = [
        Standing(
            person_id=s.person_id,
            kind=s.kind,
            holds=s.holds,
            start_on=s.start_on,
            end_on=s.end_on,
            source=s.source,
            employer=s.employer,
            recorded_at=at,
        )
        for s in sorted(standings, key=lambda s: (s.person_id, s.kind, s.start_on))
    ]
    people = {standing.person_id for standing in standings}
    before = Standing.objects.filter(person_id__in=people).count()
    Standing.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
    added = Standing.objects.filter(person_id__in=people).count() - before
    if added:
        record("people.standing_recorded", by=by, at=at, reason=reason, label=f"{added}条", added=added)
    return added


def _require_may(by: Actor) -> None:
    allowed = (Permission.RECORD_GROUP, Permission.SUPPLY_EVIDENCE)
    if by.role != "system" and not any(by.may(permission) for permission in allowed):
        raise NotPermitted(label="登记人员状况")
