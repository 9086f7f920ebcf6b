"""Person-times told twice: who is the same, what overlaps, and what is not counted for it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.people import queries as people
from kaogong.training.models import Enrolment

from ..models import DepartmentRecord, RecordDuplicate

CLASSES_THAT_STAND = ("approved", "running", "finished")
# A duplicate holds while what it was told twice with still stands.
_OTHER_STANDS = Q(other__file__status="accepted") | Q(
    enrolment__status="enrolled", enrolment__training_class__status__in=CLASSES_THAT_STAND
)


@dataclass(frozen=True, slots=True)
class Told:
    """One person-time as it is looked for elsewhere."""

    person_id: int
    starts_on: date
    ends_on: date
    occupation_code: str


@dataclass(frozen=True, slots=True)
class Match:
    """Where one person-time was told already: another department's record, or our own enrolment."""

    record: DepartmentRecord | None
    enrolment: Enrolment | None


def told_twice(record_id: object) -> QuerySet[RecordDuplicate]:
    """The duplicates for which a record is not counted: confirmed, or not decided yet, the other still standing."""
    return RecordDuplicate.objects.filter(
        _OTHER_STANDS, record_id=record_id, status__in=("found", "confirmed")
    )


def told_elsewhere(
    wanted: Sequence[Told], *, before_id: int | None = None, except_file_ids: Iterable[int] = ()
) -> dict[int, list[Match]]:
    """Place in ``wanted`` → where the same human, at overlapping days and in the same occupation, was told.

    An occupation nobody could map may be any. ``before_id``: only records accepted before that one.
    """
    same = people.same_person_ids({told.person_id for told in wanted})
    everyone = {pk for group in same.values() for pk in group}
    records = defaultdict(list)
    rows = DepartmentRecord.objects.filter(person_id__in=everyone, file__status="accepted")
    rows = rows.exclude(file_id__in=list(except_file_ids)).defer("id_number").order_by("id")
    for record in rows if before_id is None else rows.filter(pk__lt=before_id):
        records[record.person_id].append(record)
    enrolments = defaultdict(list)
    own = Enrolment.objects.filter(
        person_id__in=everyone, status="enrolled", training_class__status__in=CLASSES_THAT_STAND
    )
    for enrolment in own.select_related("training_class").order_by("id"):
        enrolments[enrolment.person_id].append(enrolment)
    found: dict[int, list[Match]] = {}
    for place, told in enumerate(wanted):
        matches = [
            Match(record, None)
            for pk in same[told.person_id]
            for record in records[pk]
            if _same_training(told, record.starts_on, record.ends_on, record.occupation_code)
        ]
        matches += [
            Match(None, row)
            for pk in same[told.person_id]
            for row in enrolments[pk]
            if _same_training(
                told, row.training_class.starts_on, row.training_class.ends_on,
                row.training_class.occupation_code,
            )
        ]  # fmt: skip
        if matches:
            found[place] = matches
    return found


def _same_training(told: Told, starts_on: date, ends_on: date, occupation_code: str) -> bool:
    overlaps = told.starts_on <= ends_on and starts_on <= told.ends_on
    return overlaps and (
        told.occupation_code == occupation_code or not told.occupation_code or not occupation_code
    )


def duplicates(by: Actor) -> QuerySet[RecordDuplicate]:
    """Every person-time told twice, in reach, those to decide first."""
    rows = RecordDuplicate.objects.select_related(
        "record__file", "record__person", "other__file", "enrolment__training_class__institution"
    ).defer(
        "record__id_number", "other__id_number",
        *(f"{way}__file__{name}" for way in ("record", "other") for name in ("original", "problems")),
        *(f"record__person__{name}" for name in ("id_number", "phone", "bank_account")),
    )  # fmt: skip
    rows = rows.filter(record__file__status="accepted")
    return in_reach(rows, by, organisation=None, department="department_code").order_by("-status", "-id")


def duplicates_to_decide(by: Actor) -> QuerySet[RecordDuplicate]:
    """Those nobody has decided on."""
    return duplicates(by).filter(status="found").order_by("id")


def duplicate(duplicate_id: int, *, by: Actor) -> RecordDuplicate:
    """One in reach, or NotFound."""
    found = duplicates(by).filter(pk=duplicate_id).first()
    if found is None:
        raise NotFound()
    return found


def duplicate_for_update(duplicate_id: int, *, by: Actor) -> RecordDuplicate:
    """The same, locked until the transaction ends."""
    found = duplicate(duplicate_id, by=by)
    return RecordDuplicate.objects.select_for_update(of=("self",)).select_related("record").get(pk=found.pk)
