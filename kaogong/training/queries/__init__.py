"""Reading classes, rosters and attendance."""

from .attendance import (
    AttendanceGrid,
    attendance_grid,
    days_attended_by_enrolment,
    hours_by_enrolment,
    sessions,
    unrecorded_sessions,
)
from .classes import (
    class_trainers,
    classes_awaiting_approval,
    double_booked,
    head_count_left,
    open_classes,
    planned_hours,
    simultaneous_classes,
    training_class,
    training_class_for_update,
    training_classes,
)
from .rosters import (
    enrolment_for_update,
    enrolments,
    enrolments_of,
    problem_sheet,
    roster_problems,
    roster_upload,
    roster_upload_for_update,
    roster_uploads,
)

__all__ = [
    "AttendanceGrid",
    "attendance_grid",
    "class_trainers",
    "classes_awaiting_approval",
    "days_attended_by_enrolment",
    "double_booked",
    "enrolment_for_update",
    "enrolments",
    "enrolments_of",
    "head_count_left",
    "hours_by_enrolment",
    "open_classes",
    "planned_hours",
    "problem_sheet",
    "roster_problems",
    "roster_upload",
    "roster_upload_for_update",
    "roster_uploads",
    "sessions",
    "simultaneous_classes",
    "training_class",
    "training_class_for_update",
    "training_classes",
    "unrecorded_sessions",
]
