"""What the worker does for demand by itself."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from kaogong.kernel.actor import system_actor

from . import operations

QUEUE = "demand"


@app.task(name="demand.open", queue=QUEUE, pass_context=False)
def open_rounds_every_morning(timestamp: int) -> None:
    """Every morning: open the rounds whose period begins where a region set a rhythm, close those that are over."""
    operations.open_rounds_due(by=system_actor(), at=datetime.fromtimestamp(timestamp, tz=UTC))
