"""Veterans: when they were discharged, and whom three years of training have reached (D9)."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.people import queries as people
from kaogong.people.models import GroupMembership, Person
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
    number of the latest class for veterans finished since that day, None when there is none.
    """
    member = GroupMembership.objects.filter(Q(end_on__isnull=True) | Q(end_on__gt=on), start_on__lte=on)
    own = member.filter(person=OuterRef("pk"))
    finished = Enrolment.objects.filter(
        person=OuterRef("pk"),
        status="enrolled",
        training_class__status="finished",
        training_class__scheme_code=SCHEME,
        training_class__ends_on__gte=since,
        training_class__ends_on__lte=on,
    ).order_by("-training_class__ends_on", "-id")
    rows = Person.objects.defer("id_number", "phone", "bank_account").filter(
        pk__in=member.filter(group_code=VETERAN).values("person_id")
    )
    rows = in_reach(rows, by, organisation=None, person="id")
    return rows.annotate(
        discharged_on=Subquery(own.filter(group_code=VETERAN).order_by("start_on").values("start_on")[:1]),
        is_unemployed=Exists(own.filter(group_code=UNEMPLOYED)),
        trained_on=Subquery(finished.values("training_class__ends_on")[:1]),
        trained_number=Subquery(finished.values("training_class__number")[:1]),
        trained_class_id=Subquery(finished.values("training_class_id")[:1]),
    ).order_by("-trained_on", "discharged_on", "id")
