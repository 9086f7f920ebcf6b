"""Inspectors, draws, inspections and what they found; complaints, cases, sanctions and who supervises."""

from .draws import OBJECT_KINDS, Draw, DrawInspector, DrawObject, SeedParty
from .inspections import Assignment, Finding, Inspection, Photo
from .inspectors import Affiliation, Inspector, Interest

__all__ = [
    "OBJECT_KINDS",
    "Affiliation",
    "Assignment",
    "Draw",
    "DrawInspector",
    "DrawObject",
    "Finding",
    "Inspection",
    "Inspector",
    "Interest",
    "Photo",
    "SeedParty",
]
