"""Money asked back, its parts, its plan, its receipts, objections and what waits to be asked back."""

from .receipt import RecoupmentReceipt, RecoveryLead
from .recoupment import PlannedInstalment, Recoupment, RecoupmentObjection, RecoupmentPart

__all__ = [
    "PlannedInstalment",
    "Recoupment",
    "RecoupmentObjection",
    "RecoupmentPart",
    "RecoupmentReceipt",
    "RecoveryLead",
]
