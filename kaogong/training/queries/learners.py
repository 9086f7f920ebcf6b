"""Who sits in which classes."""

from collections.abc import Iterable

from django.db.models import QuerySet

from kaogong.training.models import Enrolment


def learners_of(class_ids: Iterable[int] | QuerySet) -> QuerySet:
    """The ids of the people enrolled in any of these classes, as a query to narrow others with."""
    rows = Enrolment.objects.filter(training_class_id__in=class_ids, status="enrolled")
    return rows.order_by().values("person_id")
