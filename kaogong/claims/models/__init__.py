"""Claims, their lines, how each was judged, and what was found or tried afterwards."""

from .accounts import AccountChange
from .appealing import CasePaper, ClaimAppeal
from .apprentices import ApprenticeYear
from .claim import VERDICTS, Claim, ClaimLine, ClaimNumberSeries
from .found import Adjustment, Conflict, OutsideSubsidy
from .holding import HELD_KINDS, PaymentHold
from .judged import Decision, Evidence, RulebookEdition, Waiver
from .looking import Entitlement, Simulation, Told
from .monthly import ClaimDocument, MonthWage
from .paying import FEE_DOCUMENTS, FeeDocument, FeeDocumentChanged
from .reviewing import ReviewSample

__all__ = [
    "FEE_DOCUMENTS",
    "HELD_KINDS",
    "VERDICTS",
    "AccountChange",
    "Adjustment",
    "ApprenticeYear",
    "CasePaper",
    "Claim",
    "ClaimAppeal",
    "ClaimDocument",
    "ClaimLine",
    "ClaimNumberSeries",
    "Conflict",
    "Decision",
    "Entitlement",
    "Evidence",
    "FeeDocument",
    "FeeDocumentChanged",
    "MonthWage",
    "OutsideSubsidy",
    "PaymentHold",
    "ReviewSample",
    "RulebookEdition",
    "Simulation",
    "Told",
    "Waiver",
]
