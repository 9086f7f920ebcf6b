"""Waiting until the trail is sealed: an open transaction anywhere on the server holds later entries back.

Other databases of tests share the server, and their transactions last as long as a file of tests; here only those of
this database are waited for.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from unittest import mock

from django.db import connection

from kaogong.ledger.models import JournalEntry, LedgerSeal
from kaogong.ledger.operations import seal_ledger
from kaogong.trail.models import Entry, Seal
from kaogong.trail.operations import seal_entries

PATIENCE_SECONDS = 240


def settled_here() -> int:
    """Every transaction of this database numbered below this has ended; a superuser sees them all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        begun = cursor.fetchone()[0]
        cursor.execute(
            "SELECT min(backend_xid::text::bigint) FROM pg_stat_activity WHERE datname = current_database()"
        )
        return min(begun, cursor.fetchone()[0] or begun)


@contextmanager
def of_this_database() -> Iterator[None]:
    """Seals wait for no transaction of another database."""
    with (
        mock.patch("kaogong.trail.queries.settled_before", settled_here),
        mock.patch("kaogong.ledger.operations.sealing.settled_before", settled_here),
    ):
        yield


@of_this_database()
def seal_all(now: datetime) -> list[Seal]:
    """Seal until nothing is left."""
    seals = []
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        seals += filter(None, [seal_entries(at=now)])
        last = Seal.objects.order_by("-until_transaction").first()
        if not Entry.objects.filter(transaction_number__gte=last.until_transaction if last else 0).exists():
            return seals
        time.sleep(0.1)
    raise AssertionError(f"entries stayed unsealed for {PATIENCE_SECONDS} seconds")


@of_this_database()
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
