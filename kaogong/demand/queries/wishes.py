"""Reading what learners wish to learn."""

from collections import Counter
from datetime import date

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When

from kaogong.access.queries import in_reach
from kaogong.demand.models import TrainingWish
from kaogong.kernel.actor import Actor
from kaogong.people import queries as people
from kaogong.people.models import Person, PersonMerge


def training_wishes(by: Actor) -> QuerySet[TrainingWish]:
    """The wish that stands of each person in reach: the latest statement."""
    latest = TrainingWish.objects.order_by("person_id", "-stated_at", "-id").distinct("person_id")
    rows = TrainingWish.objects.filter(pk__in=latest.values("pk")).select_related("person")
    rows = rows.defer("person__id_number", "person__phone", "person__bank_account")
    return in_reach(rows, by, organisation=None, person="person_id").order_by("-stated_at", "-id")


def wish_of(person_id: int) -> TrainingWish | None:
    """What one person last said, under any of their rows; None before the first time."""
    same = people.same_person_ids([person_id])[person_id]
    return TrainingWish.objects.filter(person_id__in=same).order_by("-stated_at", "-id").first()


def with_wishes(rows: QuerySet[Person]) -> QuerySet[Person]:
    """These people with ``is_willing`` and ``wish_stated_at`` of what they last said, None where nobody asked.

    What was said under a row since merged into another is said by the one that stands.
    """
    merged = PersonMerge.objects.filter(status="approved").values("merged_id")
    gone = TrainingWish.objects.filter(person_id__in=merged).values_list("person_id", flat=True)
    stands = people.standing_person_ids(gone.distinct().order_by())
    said, own = TrainingWish.objects.all(), Q(person=OuterRef("pk"))
    if stands:
        heir = Case(*(When(person_id=pk, then=Value(other)) for pk, other in stands.items()))
        said = said.annotate(heir_id=heir)
        own |= Q(person_id__in=list(stands), heir_id=OuterRef("pk"))
    said = said.filter(own).order_by("-stated_at", "-id")
    return rows.annotate(
        is_willing=Subquery(said.values("is_willing")[:1]),
        wish_stated_at=Subquery(said.values("stated_at")[:1]),
    )


def wished_occupations(by: Actor, *, on: date | None = None) -> list[tuple[str, int]]:
    """Occupation → people who wish to learn it (each counts for every one named), the most wished first."""
    counts: Counter[str] = Counter()
    for codes in training_wishes(by).filter(is_willing=True).values_list("occupation_codes", flat=True):
        counts.update(set(codes))
    return sorted(counts.items(), key=lambda found: (-found[1], found[0]))
