"""What the worker does for the ledger by itself."""

from datetime import UTC, datetime

import structlog
from procrastinate.contrib.django import app

from kaogong.kernel.actor import system_actor
from kaogong.trail.operations import record

from . import queries

log = structlog.get_logger("kaogong.ledger")


@app.task(name="ledger.recount", queue="ledger", pass_context=False)
def recount_every_night(timestamp: int) -> None:
    """Re-add every leg and compare with the balances kept; a difference is shouted and kept in the trail."""
    differences = queries.recount()
    record(
        "ledger.recounted",
        by=system_actor(),
        at=datetime.fromtimestamp(timestamp, tz=UTC),
        subject_kind="ledger",
        label="专账逐笔重加",
        differences=len(differences),
    )
    if differences:
        log.error("ledger differs from its legs", differences=[str(found) for found in differences])
