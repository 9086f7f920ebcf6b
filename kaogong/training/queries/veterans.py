"""Veterans: when they were discharged, and whom three years of training have reached (D9)."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Case, Exists, Min, OuterRef, Q, QuerySet, Subquery, Value, When

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.people import queries as people
from kaogong.people.models import GroupMembership, Person, PersonMerge
from kaogong.rules.conduct import ConductValue
from kaogong.training.models import Enrolment

from .filing_forms import filing_conduct

VETERAN = "veteran"
UNEMPLOYED = "registered_unemployed"
SCHEME = "veteran_training"


def discharge_days(person_ids: Iterable[int]) -> dict[int, date]:
    """Person → the day they became a veteran; nothing on record, no key."""
    asked = people.rows_of(people.same_person_ids(person_ids))
    rows = GroupMembership.objects.filter(person_id__in=list(asked), group_code=VETERAN)
    rows = rows.values("person_id").annotate(first=Min("start_on")).values_list("person_id", "first")
    found: dict[int, date] = {}
    for row, first in rows.order_by():
        for pk in asked[row]:
            found[pk] = min(first, found.get(pk, first))
    return found


def coverage_years(region_code: str, on: date) -> ConductValue | None:
    """In how many years each veteran is to be trained once; None where no paper says so."""
    conduct = filing_conduct(region_code, on)
    value = conduct.values.get("veteran_coverage_years") if conduct else None
    return value if value is not None and value.value is not None else None


def veterans(by: Actor, on: date, since: date) -> QuerySet[Person]:
    """Veterans in reach on the day, those not yet trained first, then whoever was discharged longest ago.

    Each carries ``discharged_on``, ``is_unemployed``, and ``trained_on`` with ``trained_number``: the last day and
    number of the latest class for veterans finished since that day, None when there is none. A person entered
    twice and merged stands once, under the row that stands, with what is known of either.
    """
    member = GroupMembership.objects.filter(Q(end_on__isnull=True) | Q(end_on__gt=on), start_on__lte=on)
    merged = _merged_veterans(member)
    own = _of_the_same(member, merged)
    finished = (
        _of_the_same(Enrolment.objects.all(), merged)
        .filter(
            status="enrolled",
            training_class__status="finished",
            training_class__scheme_code=SCHEME,
            training_class__ends_on__gte=since,
            training_class__ends_on__lte=on,
        )
        .order_by("-training_class__ends_on", "-id")
    )
    rows = Person.objects.defer("id_number", "phone", "bank_account").filter(
        Q(pk__in=member.filter(group_code=VETERAN).values("person_id")) | Q(pk__in=set(merged.values()))
    )
    rows = rows.exclude(pk__in=list(merged))
    rows = in_reach(rows, by, organisation=None, person="id")
    return rows.annotate(
        discharged_on=Subquery(own.filter(group_code=VETERAN).order_by("start_on").values("start_on")[:1]),
        is_unemployed=Exists(own.filter(group_code=UNEMPLOYED)),
        trained_on=Subquery(finished.values("training_class__ends_on")[:1]),
        trained_number=Subquery(finished.values("training_class__number")[:1]),
        trained_class_id=Subquery(finished.values("training_class_id")[:1]),
    ).order_by("-trained_on", "discharged_on", "id")


def _merged_veterans(member: QuerySet[GroupMembership]) -> dict[int, int]:
    """Id of a row merged into another → the id that stands, of human beings one of whose rows is a veteran's."""
    gone = PersonMerge.objects.filter(status="approved").values_list("merged_id", flat=True)
    stands = people.standing_person_ids(gone)
    either = member.filter(group_code=VETERAN, person_id__in={*stands, *stands.values()})
    known = {stands.get(pk, pk) for pk in either.values_list("person_id", flat=True)}
    return {pk: heir for pk, heir in stands.items() if heir in known}


def _of_the_same(rows: QuerySet, merged: Mapping[int, int]) -> QuerySet:
    """Of these rows those of the outer person, and of the rows merged into that one."""
    own = Q(person=OuterRef("pk"))
    if not merged:
        return rows.filter(own)
    heir = Case(*(When(person_id=pk, then=Value(heir)) for pk, heir in merged.items()))
    return rows.annotate(heir_id=heir).filter(own | Q(person_id__in=list(merged), heir_id=OuterRef("pk")))
