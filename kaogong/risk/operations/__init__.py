"""The only writes of risk findings: looking, keeping, asking, answering, settling."""

from .clearing import ClassNotLookedAt, close_checked_notice, require_looked_at
from .looking import ask_risk_check, run_risk_check
from .settling import (
    AnswerDaysUnknown,
    AnsweredAlready,
    AnswerEmpty,
    Document,
    DocumentNotTaken,
    NobodyToAsk,
    NothingPicked,
    OutcomeMissing,
    QuestionMissing,
    answer_risk_finding,
    ask_provider,
    ask_providers,
    close_risk_finding,
    escalate_risk_finding,
    look_at_document,
    reopen_risk_finding,
)

__all__ = [
    "AnswerDaysUnknown",
    "AnswerEmpty",
    "AnsweredAlready",
    "ClassNotLookedAt",
    "Document",
    "DocumentNotTaken",
    "NobodyToAsk",
    "NothingPicked",
    "OutcomeMissing",
    "QuestionMissing",
    "answer_risk_finding",
    "ask_provider",
    "ask_providers",
    "ask_risk_check",
    "close_checked_notice",
    "close_risk_finding",
    "escalate_risk_finding",
    "look_at_document",
    "reopen_risk_finding",
    "require_looked_at",
    "run_risk_check",
]
