"""Reading what learners wish to learn."""

from collections import Counter
from datetime import date

from django.db.models import QuerySet

from kaogong.access.queries import in_reach
from kaogong.demand.models import TrainingWish
from kaogong.kernel.actor import Actor
from kaogong.people import queries as people


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


def wished_occupations(by: Actor, *, on: date | None = None) -> list[tuple[str, int]]:
    """Occupation → people who wish to learn it (each counts for every one named), the most wished first."""
    counts: Counter[str] = Counter()
    for codes in training_wishes(by).filter(is_willing=True).values_list("occupation_codes", flat=True):
        counts.update(set(codes))
    return sorted(counts.items(), key=lambda found: (-found[1], found[0]))
