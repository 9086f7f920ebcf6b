"""Targets, supervision notices, annual plans, duty items, joint meetings and assessments of units."""

from .assessment import AssessedUnit, UnitAssessment, UnitObjection, UnitScore
from .duties import DutyItem, DutyReport
from .meetings import JointMeeting, MeetingItem
from .plans import (
    AnnualPlan,
    OverlapDecision,
    PlanLine,
    PlanSubmission,
    PlanTask,
    PlanVersion,
)
from .targets import SupervisionNotice, SupervisionReply, Target, TargetReading

__all__ = [
    "AnnualPlan",
    "AssessedUnit",
    "DutyItem",
    "DutyReport",
    "JointMeeting",
    "MeetingItem",
    "OverlapDecision",
    "PlanLine",
    "PlanSubmission",
    "PlanTask",
    "PlanVersion",
    "SupervisionNotice",
    "SupervisionReply",
    "Target",
    "TargetReading",
    "UnitAssessment",
    "UnitObjection",
    "UnitScore",
]
