"""Classes, timetables, rosters and attendance."""

from .attendance import MARK_SIGNS, MARKS, Attendance
from .classes import ClassNumberSeries, ClassTrainer, TrainingClass
from .rosters import PAYER_CHOICES, Enrolment, FeePayment, RosterFileChanged, RosterUpload
from .sessions import KIND_CHOICES, Session, WallClockSpan

__all__ = [
    "KIND_CHOICES",
    "MARKS",
    "MARK_SIGNS",
    "PAYER_CHOICES",
    "Attendance",
    "ClassNumberSeries",
    "ClassTrainer",
    "Enrolment",
    "FeePayment",
    "RosterFileChanged",
    "RosterUpload",
    "Session",
    "TrainingClass",
    "WallClockSpan",
]
