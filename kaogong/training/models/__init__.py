"""Classes, what they are filed with, timetables and their changes, rosters and attendance."""

from .attendance import MARK_SIGNS, MARKS, Attendance
from .changes import CHANGE_KINDS, ClassChange
from .classes import ClassNumberSeries, ClassTrainer, TrainingClass
from .filing import ARRANGEMENTS, Apprenticeship, ClassFiling, EvidenceChanged, EvidenceDocument
from .rosters import PAYER_CHOICES, Enrolment, FeePayment, RosterFileChanged, RosterUpload
from .sessions import KIND_CHOICES, RoomSpan, Session, WallClockSpan

__all__ = [
    "ARRANGEMENTS",
    "CHANGE_KINDS",
    "KIND_CHOICES",
    "MARKS",
    "MARK_SIGNS",
    "PAYER_CHOICES",
    "Apprenticeship",
    "Attendance",
    "ClassChange",
    "ClassFiling",
    "ClassNumberSeries",
    "ClassTrainer",
    "Enrolment",
    "EvidenceChanged",
    "EvidenceDocument",
    "FeePayment",
    "RoomSpan",
    "RosterFileChanged",
    "RosterUpload",
    "Session",
    "TrainingClass",
    "WallClockSpan",
]
