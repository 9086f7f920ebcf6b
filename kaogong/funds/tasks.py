"""What happens to funds by itself: approved waterfalls pay from their first day on."""

from datetime import UTC, datetime

from django.utils.timezone import localdate
from procrastinate.contrib.django import app

from kaogong.kernel.actor import system_actor

from . import queries
from .operations import enforce_waterfall


def enforce_waterfalls(*, at: datetime) -> int:
    """Put every approved version whose first day has come in force; says how many."""
    due = queries.waterfalls_due(localdate(at))
    for waterfall_id in due:
        enforce_waterfall(waterfall_id, by=system_actor(), at=at)
    return len(due)


@app.task(name="funds.enforce_waterfalls", queue="funds", pass_context=False)
def enforce_waterfalls_every_night(timestamp: int) -> None:
    """Soon after midnight."""
    enforce_waterfalls(at=datetime.fromtimestamp(timestamp, tz=UTC))
