"""Listing what was told twice, and deciding on it."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from kaogong.kernel.actor import Actor
from kaogong.trail.operations import move, record, require_move

from .. import queries
from ..models import DepartmentRecord, RecordDuplicate
from ..queries import Told
from ..states import RECORD_DUPLICATE

PEOPLE_AT_ONCE = 5_000


def keep_duplicates(records: Sequence[DepartmentRecord], *, at: datetime) -> int:
    """List where these records were told already: by an earlier record, or by our own enrolment."""
    known = [one for one in records if one.person_id is not None]
    wanted = [Told(one.person_id, one.starts_on, one.ends_on, one.occupation_code) for one in known]
    new = []
    for place, matches in queries.told_elsewhere(wanted).items():
        mine = known[place]
        new += [
            RecordDuplicate(
                record=mine,
                other=match.record,
                enrolment=match.enrolment,
                region_code=mine.region_code,
                department_code=mine.department_code,
                found_at=at,
            )
            for match in matches
            if match.enrolment is not None or match.record.pk < mine.pk
        ]
    before = RecordDuplicate.objects.count() if new else 0
    RecordDuplicate.objects.bulk_create(new, ignore_conflicts=True, batch_size=2000)
    return RecordDuplicate.objects.count() - before if new else 0


def keep_duplicates_of(rows: QuerySet[DepartmentRecord], *, at: datetime) -> int:
    """The same for records read slice by slice; those nobody could be matched to are told of nobody."""
    names = ("person_id", "starts_on", "ends_on", "occupation_code", "region_code", "department_code")
    read = rows.filter(person__isnull=False).only(*names).order_by("pk")
    records, found = read.iterator(chunk_size=PEOPLE_AT_ONCE), 0
    while part := list(islice(records, PEOPLE_AT_ONCE)):
        found += keep_duplicates(part, at=at)
    return found


@transaction.atomic
def find_duplicates(*, by: Actor, at: datetime) -> int:
    """Look through all accepted records again: classes filed since, people merged since. Returns how many are new."""
    found = keep_duplicates_of(DepartmentRecord.objects.filter(file__status="accepted"), at=at)
    if found:
        record("department_records.compared", by=by, at=at, label=f"{found}条", found=found)
    return found


@transaction.atomic
def confirm_duplicate(duplicate_id: int, *, by: Actor, at: datetime, reason: str) -> RecordDuplicate:
    """Decide that a record tells what was told already: it stays on file and is not counted."""
    return _decide(duplicate_id, "confirm", by=by, at=at, reason=reason)


@transaction.atomic
def dismiss_duplicate(duplicate_id: int, *, by: Actor, at: datetime, reason: str) -> RecordDuplicate:
    """Decide that a record is a training of its own: it is counted."""
    return _decide(duplicate_id, "dismiss", by=by, at=at, reason=reason)


def _decide(duplicate_id: int, verb: str, *, by: Actor, at: datetime, reason: str) -> RecordDuplicate:
    found = queries.duplicate_for_update(duplicate_id, by=by)
    require_move(found, RECORD_DUPLICATE.move(verb), RECORD_DUPLICATE, by=by, reason=reason)
    move(found, verb, by=by, at=at, reason=reason)
    DepartmentRecord.objects.filter(pk=found.record_id).update(changed_at=at)
    return found
