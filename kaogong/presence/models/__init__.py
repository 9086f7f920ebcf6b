"""What was said of who was there, what was refused, how far it carries, and who objects."""

from .faces import FacePhoto
from .records import (
    PLACES,
    RECALL,
    SCAN_WAYS,
    SOURCES,
    CheckIn,
    CheckInImport,
    DeviceBinding,
    Dispute,
    PresenceEvidence,
    Recall,
    RecallPlan,
    RefusedCheckIn,
    Scan,
)

__all__ = [
    "PLACES",
    "RECALL",
    "SCAN_WAYS",
    "SOURCES",
    "CheckIn",
    "CheckInImport",
    "DeviceBinding",
    "Dispute",
    "FacePhoto",
    "PresenceEvidence",
    "Recall",
    "RecallPlan",
    "RefusedCheckIn",
    "Scan",
]
