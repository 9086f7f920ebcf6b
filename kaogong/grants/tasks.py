"""What the worker does for grants by itself."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from kaogong.kernel.actor import system_actor

from . import operations

QUEUE = "grants"


@app.task(name="grants.look_after", queue=QUEUE, pass_context=False)
def look_after_every_quarter(timestamp: int) -> None:
    """Every quarter of an hour: judge what fell due, owe what no longer waits, mark what was paid."""
    operations.look_after_grants(by=system_actor(), at=datetime.fromtimestamp(timestamp, tz=UTC))
