"""The ledger's rows. Nothing here is imported outside this app."""

from .accounts import AccountBalance, AccountClosing, LedgerAccount
from .journal import JournalEntry, Leg, _TransactionNumber  # noqa: F401 - named by the first migration
from .periods import PeriodBalance, PeriodClosing
from .seals import LedgerSeal, RecordedBalance

__all__ = [
    "AccountBalance",
    "AccountClosing",
    "JournalEntry",
    "LedgerAccount",
    "LedgerSeal",
    "Leg",
    "PeriodBalance",
    "PeriodClosing",
    "RecordedBalance",
]
