"""Inspectors, draws, inspections and what they found; complaints, cases, sanctions and who supervises."""

from .cases import CAUSES, GRADES, Case, Recovery
from .complaints import CHANNELS, OUTCOMES, Complaint, ComplaintPhoto, Inquiry
from .draws import OBJECT_KINDS, Draw, DrawInspector, DrawObject, SeedParty
from .inspections import ORIGINS, Assignment, Finding, Inspection, Photo
from .inspectors import Affiliation, Inspector, Interest
from .sanctions import EFFECTS, Consequence, Duty, Sanction

__all__ = [
    "CAUSES",
    "CHANNELS",
    "EFFECTS",
    "GRADES",
    "OBJECT_KINDS",
    "ORIGINS",
    "OUTCOMES",
    "Affiliation",
    "Assignment",
    "Case",
    "Complaint",
    "ComplaintPhoto",
    "Consequence",
    "Draw",
    "DrawInspector",
    "DrawObject",
    "Duty",
    "Finding",
    "Inquiry",
    "Inspection",
    "Inspector",
    "Interest",
    "Photo",
    "Recovery",
    "Sanction",
    "SeedParty",
]
