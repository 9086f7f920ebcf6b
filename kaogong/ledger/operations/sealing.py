"""Sealing what was told. Writers never wait for this."""

from datetime import datetime

from django.db import connection, transaction

from kaogong.ledger import queries
from kaogong.ledger.models import LedgerSeal, RecordedBalance
from kaogong.trail.queries import settled_before


@transaction.atomic
def seal_ledger(*, at: datetime, with_balances: bool = False) -> LedgerSeal | None:
    """Seal every entry settled since the last seal; nightly also what stood on each account under it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('kaogong.ledger.seal'))")
    last = LedgerSeal.objects.order_by("-until_transaction").defer("marks").first()
    start, previous = (last.until_transaction, last.digest) if last else (0, queries.GENESIS)
    until = settled_before()
    if until <= start or not queries.entries_between(start, until).exists():
        return None
    digest, marks, count, latest = queries.sealed(queries.rows_between(start, until), previous)
    seal = LedgerSeal.objects.create(
        from_transaction=start, until_transaction=until, entry_count=count, previous_digest=previous,
        digest=digest, marks=marks, latest_recorded_at=datetime.fromisoformat(latest), sealed_at=at,
        with_balances=with_balances,
    )  # fmt: skip
    if with_balances:
        RecordedBalance.objects.bulk_create(
            [
                RecordedBalance(seal=seal, account_id=account, balance_fen=fen)
                for account, fen in queries.balances_under(seal).items()
            ],
            batch_size=5000,
        )
    return seal
