"""What the worker does about figures by itself: facts brought up to date every minute, once a night all anew."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from . import operations

QUEUE = "statistics"


@app.task(
    name="statistics.refresh", queue=QUEUE, queueing_lock="statistics.refresh", lock="statistics",
    pass_context=False,
)  # fmt: skip
def refresh_every_minute(timestamp: int) -> None:
    """Bring the facts up to date; figures on pages are at most a minute old."""
    at = datetime.fromtimestamp(timestamp, tz=UTC)
    operations.refresh_facts(at=at)
    operations.tidy_snapshots(at=at)


@app.task(
    name="statistics.read_anew", queue=QUEUE, queueing_lock="statistics.read_anew", lock="statistics",
    pass_context=False,
)  # fmt: skip
def read_anew_every_night(timestamp: int) -> None:
    """Once a night read everything anew, so that nothing the trail does not tell of is missed for long."""
    operations.refresh_facts(at=datetime.fromtimestamp(timestamp, tz=UTC), full=True)
