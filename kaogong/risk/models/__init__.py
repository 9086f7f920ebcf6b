"""Looks for signs of fraud, what they found, whom it concerns, and what was asked and answered."""

from .answering import RiskAnswer, RiskQuestion
from .finding import RiskEvidence, RiskFinding, RiskSubject
from .looking import RiskPass
from .pictures import SeenPicture

__all__ = [
    "RiskAnswer",
    "RiskEvidence",
    "RiskFinding",
    "RiskPass",
    "RiskQuestion",
    "RiskSubject",
    "SeenPicture",
]
