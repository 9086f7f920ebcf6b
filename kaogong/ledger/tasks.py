"""What the worker does for the ledger by itself."""

from datetime import UTC, date, datetime, timedelta

import structlog
from django.utils import timezone
from procrastinate.contrib.django import app

from kaogong.kernel.actor import system_actor
from kaogong.trail.operations import record

from . import operations, queries

log = structlog.get_logger("kaogong.ledger")


@app.task(name="ledger.seal", queue="ledger", pass_context=False)
def seal_ledger_every_five_minutes(timestamp: int) -> None:
    """Seal what has settled since the last seal; nobody who writes waits for it."""
    operations.seal_ledger(at=datetime.fromtimestamp(timestamp, tz=UTC))


@app.task(name="ledger.recount", queue="ledger", pass_context=False)
def recount_every_night(timestamp: int) -> None:
    """Seal with all balances, re-add every leg, re-hash every seal; a difference is shouted and kept in the trail.

    The digest of the last seal goes into the trail, whose own chain then holds the ledger's too.
    """
    at = datetime.fromtimestamp(timestamp, tz=UTC)
    operations.seal_ledger(at=at, with_balances=True)
    differences, faults = queries.recount(), queries.chain_faults()
    last = queries.seals().first()
    record(
        "ledger.recounted",
        by=system_actor(),
        at=at,
        subject_kind="ledger",
        label="专账逐笔重加",
        differences=len(differences),
        chain_faults=len(faults),
        digest=last.digest if last else "",
    )
    if differences or faults:
        log.error(
            "ledger differs from its legs", differences=[str(found) for found in (*differences, *faults)]
        )


@app.task(name="ledger.cross_check", queue="ledger", pass_context=False)
def cross_check_every_night(timestamp: int) -> None:
    """Let beancount and hledger add yesterday's books again; a difference is shouted and kept in the trail."""
    at = datetime.fromtimestamp(timestamp, tz=UTC)
    cross_check(timezone.localtime(at).date() - timedelta(days=1), at=at)


def cross_check(on: date, *, at: datetime) -> list[queries.Opinion]:
    """Ask both about one day and keep what they said in the trail."""
    books = queries.books_of_day(on)
    opinions = queries.second_opinions(on, books)
    record(
        "ledger.cross_checked",
        by=system_actor(),
        at=at,
        subject_kind="ledger",
        label=f"专账 {on} 由外部账本复核",
        on=str(on),
        movements=len(books.movements),
        accounts=len(books.accounts),
        **{opinion.program: opinion.word for opinion in opinions},
    )
    for opinion in opinions:
        if opinion.agrees is False:
            log.error("another ledger differs", program=opinion.program, problems=opinion.problems)
    return opinions
