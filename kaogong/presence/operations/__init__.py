"""Writing who was there: codes, check-ins, recalls, vouching, imports, weighing, objections."""

from .assisting import assist_check_in
from .check_in import CheckInReceipt, answer_recall, check_in
from .codes import ShownCode, show_code
from .devices import bind_device, release_device
from .disputes import dismiss_dispute, dispute_mark, uphold_dispute
from .importing import ImportReceipt, import_check_ins
from .recalls import call_due_recalls, call_recall, plan_recalls
from .refusals import (
    AssistTooLate,
    CheckInNotOpen,
    CheckInRefused,
    CheckInReplayed,
    CheckInSheetUnclear,
    ClassNotRunning,
    CodeExpired,
    CodeForged,
    CodePhotographed,
    DeviceNotGiven,
    DisputeAlreadyOpen,
    DisputeTooLate,
    LearnerNotInClass,
    MarkNotDisputed,
    NobodyChosen,
    NotOfThisClass,
    QueuedTooLong,
    RecallClosed,
    RecallTooSoon,
    SessionIsCancelled,
    SessionNotOn,
    SourceUnknown,
)
from .weighing import weigh_session

__all__ = [
    "AssistTooLate",
    "CheckInNotOpen",
    "CheckInReceipt",
    "CheckInRefused",
    "CheckInReplayed",
    "CheckInSheetUnclear",
    "ClassNotRunning",
    "CodeExpired",
    "CodeForged",
    "CodePhotographed",
    "DeviceNotGiven",
    "DisputeAlreadyOpen",
    "DisputeTooLate",
    "ImportReceipt",
    "LearnerNotInClass",
    "MarkNotDisputed",
    "NobodyChosen",
    "NotOfThisClass",
    "QueuedTooLong",
    "RecallClosed",
    "RecallTooSoon",
    "SessionIsCancelled",
    "SessionNotOn",
    "ShownCode",
    "SourceUnknown",
    "answer_recall",
    "assist_check_in",
    "bind_device",
    "call_due_recalls",
    "call_recall",
    "check_in",
    "dismiss_dispute",
    "dispute_mark",
    "import_check_ins",
    "plan_recalls",
    "release_device",
    "show_code",
    "uphold_dispute",
    "weigh_session",
]
