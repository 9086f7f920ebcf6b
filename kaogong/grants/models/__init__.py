"""Grants, how each was judged, and what it is paid in."""

from .grant import Grant, GrantAppeal, GrantFact, GrantList, GrantNumberSeries, GrantPaper
from .judged import GrantDecision, Instalment

__all__ = [
    "Grant",
    "GrantAppeal",
    "GrantDecision",
    "GrantFact",
    "GrantList",
    "GrantNumberSeries",
    "GrantPaper",
    "Instalment",
]
