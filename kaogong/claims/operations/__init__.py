"""The only writes of claims, one module for each part of their life."""

from .approval import (
    EvidenceOutstanding,
    FactsChanged,
    NothingPayable,
    approve_claim,
    return_claim,
    review_claim,
)
from .conflicts import SubsidyRegisteredAlready, answer_conflict, find_conflicts, register_subsidy
from .judging import (
    FactKnown,
    FactUnknown,
    Judgement,
    RuleNotAgainst,
    RuleWaivedAlready,
    SourceMissing,
    judge,
    rejudge_claim,
    supply_evidence,
    waive_rule,
)
from .payment import LinesNotDue, mark_paid_claims, queue_claim_payments, release_payment_batch
from .publication import (
    NothingToPublish,
    NoticeDaysUnknown,
    RegionsMixed,
    close_claims_notice,
    publish_claims,
)
from .stopping import (
    CertificateStands,
    CertificateStillHeld,
    Stopped,
    release_line,
    stop_lines_of_certificate,
)
from .submission import (
    ClassClaimedAlready,
    ClassNotFinished,
    NobodyToClaim,
    resubmit_claim,
    submit_claim,
    withdraw_claim,
)

__all__ = [
    "CertificateStands",
    "CertificateStillHeld",
    "ClassClaimedAlready",
    "ClassNotFinished",
    "EvidenceOutstanding",
    "FactKnown",
    "FactUnknown",
    "FactsChanged",
    "Judgement",
    "LinesNotDue",
    "NobodyToClaim",
    "NothingPayable",
    "NothingToPublish",
    "NoticeDaysUnknown",
    "RegionsMixed",
    "RuleNotAgainst",
    "RuleWaivedAlready",
    "SourceMissing",
    "Stopped",
    "SubsidyRegisteredAlready",
    "answer_conflict",
    "approve_claim",
    "close_claims_notice",
    "find_conflicts",
    "judge",
    "mark_paid_claims",
    "publish_claims",
    "queue_claim_payments",
    "register_subsidy",
    "rejudge_claim",
    "release_line",
    "release_payment_batch",
    "resubmit_claim",
    "return_claim",
    "review_claim",
    "stop_lines_of_certificate",
    "submit_claim",
    "supply_evidence",
    "waive_rule",
    "withdraw_claim",
]
