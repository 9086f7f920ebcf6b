"""What the worker does for planning by itself."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from kaogong.kernel.actor import system_actor

from . import operations

QUEUE = "planning"


@app.task(name="planning.load", queue=QUEUE, pass_context=False)
def load_papers_every_night(timestamp: int) -> None:
    """Every night: load the targets and duties of the papers that are not there yet, those of a new year too."""
    at = datetime.fromtimestamp(timestamp, tz=UTC)
    operations.load_targets(by=system_actor(), at=at)
    operations.load_duties(by=system_actor(), at=at)


@app.task(name="planning.read", queue=QUEUE, pass_context=False)
def read_targets_every_hour(timestamp: int) -> None:
    """Every hour: count how far each running target is."""
    operations.read_targets(by=system_actor(), at=datetime.fromtimestamp(timestamp, tz=UTC))
