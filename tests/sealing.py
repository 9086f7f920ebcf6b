"""Waiting until the trail is sealed: an open transaction anywhere on the server holds later entries back."""

import time
from datetime import datetime

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
