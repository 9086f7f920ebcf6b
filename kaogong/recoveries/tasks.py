"""What the worker does for recoveries by itself."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from kaogong.kernel.actor import system_actor

from . import operations

QUEUE = "recoveries"


@app.task(name="recoveries.find", queue=QUEUE, pass_context=False)
def find_leads_every_night(timestamp: int) -> None:
    """Every night: find what should be asked back, once each."""
    operations.find_leads(by=system_actor(), at=datetime.fromtimestamp(timestamp, tz=UTC))
