"""Grants, how each was judged, and what it is paid in."""

from .bought import BoughtItem
from .grant import Grant, GrantAppeal, GrantFact, GrantList, GrantNumberSeries, GrantPaper
from .judged import GrantDecision, Instalment
from .project import Project, ProjectEntry
from .sponsored import SponsoredSpending, SponsoredUse, Sponsorship
from .team import TeamMember
from .yearly import PerformanceReview, SurplusReport

__all__ = [
    "BoughtItem",
    "Grant",
    "GrantAppeal",
    "GrantDecision",
    "GrantFact",
    "GrantList",
    "GrantNumberSeries",
    "GrantPaper",
    "Instalment",
    "PerformanceReview",
    "Project",
    "ProjectEntry",
    "SponsoredSpending",
    "SponsoredUse",
    "Sponsorship",
    "SurplusReport",
    "TeamMember",
]
