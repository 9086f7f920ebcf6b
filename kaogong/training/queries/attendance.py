"""Reading sessions and attendance."""

from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from kaogong.training.models import MARK_SIGNS, MARKS, Attendance, Enrolment, Session

# mark -> (sign in the 出勤簿, what it means)
ATTENDANCE_MARKS = {mark: (MARK_SIGNS[mark], label) for mark, label in MARKS.items()}


@dataclass(frozen=True, slots=True)
class AttendanceGrid:
    """Learners down, sessions across, and the mark where they meet."""

    sessions: list[Session]
    enrolments: list[Enrolment]
    marks: dict[tuple[int, int], str] = field(default_factory=dict)  # (enrolment, session) -> mark

    def mark(self, enrolment_id: int, session_id: int) -> str:
        return self.marks.get((enrolment_id, session_id), "")


def sessions(class_id: int) -> QuerySet[Session]:
    """The timetable of a class in order, without what was cancelled."""
    rows = Session.objects.filter(training_class_id=class_id, cancelled=False)
    return rows.select_related("trainer", "site", "room").order_by("on", "starts_at")


def hours_by_enrolment(class_id: int) -> dict[int, int]:
    """Hundredths of hours each learner of the class has so far; those with none are 0."""
    rows = Enrolment.objects.filter(training_class_id=class_id).annotate(
        hours=Sum("attendances__hours_hundredths")
    )
    return {pk: hours or 0 for pk, hours in rows.order_by().values_list("pk", "hours")}


def days_attended_by_enrolment(class_id: int) -> dict[int, int]:
    """On how many different days each learner of the class counted hours."""
    counted = Q(attendances__hours_hundredths__gt=0)
    rows = Enrolment.objects.filter(training_class_id=class_id).annotate(
        days=Count("attendances__session__on", filter=counted, distinct=True)
    )
    return dict(rows.order_by().values_list("pk", "days"))


def attendance_grid(class_id: int) -> AttendanceGrid:
    """Everything the attendance book of a class holds, in three queries."""
    learners = Enrolment.objects.filter(training_class_id=class_id, status="enrolled").select_related(
        "person"
    )
    marks = Attendance.objects.filter(session__training_class_id=class_id).values_list(
        "enrolment_id", "session_id", "mark"
    )
    return AttendanceGrid(
        sessions=list(sessions(class_id)),
        enrolments=list(learners.order_by("sequence")),
        marks={(enrolment, session): mark for enrolment, session, mark in marks},
    )


def unrecorded_sessions(class_id: int) -> QuerySet[Session]:
    """Sessions where at least one learner in the class has no mark yet."""
    marked = Attendance.objects.filter(session=OuterRef(OuterRef("pk")), enrolment=OuterRef("pk"))
    learners = Enrolment.objects.filter(training_class_id=class_id, status="enrolled")
    return sessions(class_id).filter(Exists(learners.filter(~Exists(marked))))
