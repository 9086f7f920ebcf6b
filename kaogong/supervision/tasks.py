"""What the worker does for supervision by itself: sanctions begin and end on their days."""

from datetime import UTC, datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from kaogong.kernel.actor import Actor, system_actor

from . import operations, queries


@app.task(name="supervision.enforce", queue="supervision", pass_context=False)
def enforce_every_hour(timestamp: int) -> None:
    """Every hour put into force and end what is due."""
    enforce_sanctions(by=system_actor(), at=datetime.fromtimestamp(timestamp, tz=UTC))


def enforce_sanctions(*, by: Actor, at: datetime) -> dict[str, int]:
    """Begin delivered sanctions from their first day, end those over, bar again who is on the blacklist.

    Safe to repeat: each is its own transaction, and what is done is not done twice.
    """
    on = timezone.localdate(at)
    due = queries.sanctions(by).order_by("id")
    begun = [
        operations.start_sanction(row.pk, by=by, at=at) for row in due.filter(status="told", start_on__lte=on)
    ]
    over = [
        operations.end_sanction(row.pk, by=by, at=at) for row in due.filter(status="in_force", end_on__lte=on)
    ]
    return {"begun": len(begun), "ended": len(over), "barred": operations.bar_again(on, at=at)}
