"""Reading attendance as one learner sees it."""

from collections.abc import Iterable

from django.db.models import QuerySet, Sum

from kaogong.kernel.errors import NotFound
from kaogong.people import queries as people
from kaogong.training.models import Attendance, Enrolment, Session

from .attendance import sessions


def enrolment_of(person_id: int, enrolment_id: int) -> Enrolment:
    """One of a person's own enrolments, under any of their rows, or NotFound."""
    rows = Enrolment.objects.select_related("training_class__institution", "training_class__site")
    found = rows.filter(person_id__in=people.same_person_ids([person_id])[person_id], pk=enrolment_id).first()
    if found is None:
        raise NotFound()
    return found


def attendance_of(enrolment: Enrolment) -> list[tuple[Session, Attendance | None]]:
    """Every session of the learner's class in order, with the learner's own mark where there is one."""
    marks: QuerySet[Attendance] = Attendance.objects.filter(enrolment=enrolment)
    by_session = {mark.session_id: mark for mark in marks}
    return [(session, by_session.get(session.pk)) for session in sessions(enrolment.training_class_id)]


def hours_of(enrolment_ids: Iterable[int]) -> dict[int, int]:
    """Enrolment → hundredths of hours counted so far; those with none are 0."""
    ids = list(enrolment_ids)
    rows = Attendance.objects.filter(enrolment_id__in=ids).values("enrolment_id")
    found = dict(rows.annotate(n=Sum("hours_hundredths")).values_list("enrolment_id", "n").order_by())
    return {pk: found.get(pk, 0) for pk in ids}
