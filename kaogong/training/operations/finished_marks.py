"""Correcting one mark of a class that is over, as long as no money was decided on it."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing, Refused, WrongState
from kaogong.people import operations as people
from kaogong.trail.operations import record, require_may
from kaogong.training import queries
from kaogong.training.models import MARKS, Attendance, Enrolment, Session, TrainingClass

from .attendance import MarkUnknown, NotOnRoster
from .values import hours_counted

Decided = Callable[[int], bool]


class MoneyDecided(Refused):
    """{number}班的补贴申领已核准，考勤不能再更正。"""


@transaction.atomic
def correct_finished_mark(
    session_id: int, enrolment_id: int, mark: str, *, by: Actor, at: datetime, reason: str, decided: Decided
) -> Attendance:
    """Correct one mark of a finished class, saying why; the lifelong file gets the hours as they are now.

    ``decided`` is the caller's query whether money of a class was decided; it keeps that so until the end of the
    transaction. The earlier line in the lifelong file stays: nothing there is changed.
    """
    require_may(by, Permission.RECORD_ATTENDANCE, "记录考勤")
    if not reason.strip():
        raise ReasonMissing(label="更正已结业班次的考勤")
    if mark not in MARKS:
        raise MarkUnknown(mark=mark)
    session = Session.objects.filter(pk=session_id, cancelled=False).first()
    if session is None:
        raise NotFound()
    training_class = queries.training_class_for_update(session.training_class_id, by=by)
    if training_class.status != "finished":
        raise WrongState(state=training_class.get_status_display(), label="更正已结业班次的考勤")
    enrolment = Enrolment.objects.filter(
        pk=enrolment_id, training_class=training_class, status="enrolled"
    ).first()
    if enrolment is None:
        raise NotOnRoster(enrolment_id=enrolment_id)
    if decided(training_class.pk):
        raise MoneyDecided(number=training_class.number)
    row = Attendance.objects.select_for_update().get(session=session, enrolment=enrolment)
    if row.mark == mark:
        return row
    changes = {str(enrolment_id): [row.mark, mark]}
    row.mark, row.recorded_at = mark, at
    row.hours_hundredths = hours_counted(mark, session.hours_hundredths, session.on)
    row.save(update_fields=["mark", "hours_hundredths", "recorded_at"])
    record(
        "class.attendance_corrected",
        training_class,
        by=by,
        at=at,
        reason=reason,
        session=session.pk,
        on=str(session.on),
        changes=changes,
    )
    _tell_lifelong_file(training_class, enrolment, by=by, at=at, reason=reason)
    return row


def _tell_lifelong_file(
    training_class: TrainingClass, enrolment: Enrolment, *, by: Actor, at: datetime, reason: str
) -> None:
    counted = queries.hours_by_enrolment(training_class.pk)[enrolment.pk]
    entry = people.NewFileEntry(
        person_id=enrolment.person_id,
        kind="hours",
        on=training_class.ends_on,
        title=f"{training_class.title} 更正为 {counted / 100:g} 课时",
        reference=f"class:{training_class.pk}:{at.isoformat()}",
        detail={
            "number": training_class.number,
            "institution": training_class.institution.name,
            "occupation_code": training_class.occupation_code,
            "level_code": training_class.level_code,
            "hours_hundredths": counted,
            "corrects": f"class:{training_class.pk}",
        },
    )
    people.append_many_to_file([entry], by=by, at=at, reason=reason)
