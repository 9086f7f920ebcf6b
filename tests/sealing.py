"""Waiting until the trail is sealed: an open transaction anywhere on the server holds later entries back."""

import time
from datetime import UTC, datetime

from kaogong.ledger.models import JournalEntry, LedgerSeal
from kaogong.ledger.operations import seal_ledger
from kaogong.trail.models import Entry, Seal
from kaogong.trail.operations import seal_entries

PATIENCE_SECONDS = 240


def seal_all(now: datetime) -> list[Seal]:
    """Seal until nothing is left; the databases of tests that run beside this one share the server."""
    seals = []
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        seals += filter(None, [seal_entries(at=now)])
        last = Seal.objects.order_by("-until_transaction").first()
        if not Entry.objects.filter(transaction_number__gte=last.until_transaction if last else 0).exists():
            return seals
        time.sleep(0.1)
    raise AssertionError(f"entries stayed unsealed for {PATIENCE_SECONDS} seconds")


def seal_ledger_until_settled(now: datetime | None = None, **more) -> LedgerSeal:
    """Seal until every entry of the ledger is under a seal; the last one made."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        seal_ledger(at=now or datetime.now(UTC), **more)
        last = LedgerSeal.objects.order_by("-until_transaction").first()
        if not JournalEntry.objects.filter(
            transaction_number__gte=last.until_transaction if last else 0
        ).exists():
            return last
        time.sleep(0.1)
    raise AssertionError(f"entries of the ledger stayed unsealed for {PATIENCE_SECONDS} seconds")
