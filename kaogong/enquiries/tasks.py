"""What the worker does for enquiries by itself: answered ones are put away, overtaken common questions withdrawn."""

from datetime import UTC, datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from kaogong.kernel.actor import Actor, system_actor

from . import operations, queries

QUEUE = "enquiries"
OVERTAKEN = "所依据的政策已经调整或停止执行"


@app.task(name="enquiries.tidy_every_night", queue=QUEUE, pass_context=False)
def tidy_every_night(timestamp: int) -> None:
    """Every night close what nobody may ask further about, and withdraw what a changed policy overtook."""
    tidy_enquiries(by=system_actor(), at=datetime.fromtimestamp(timestamp, tz=UTC))


def tidy_enquiries(*, by: Actor, at: datetime) -> dict[str, int]:
    """Close and withdraw what is due; safe to repeat, each in its own transaction."""
    on = timezone.localdate(at)
    answered = queries.enquiries(by).filter(status="answered").order_by("id")
    closed = [
        operations.close_enquiry(one.pk, by=by, at=at) for one in answered if queries.is_past_asking(one, on)
    ]
    overtaken = [
        operations.withdraw_common_question(one.pk, by=by, at=at, reason=OVERTAKEN)
        for one in queries.overtaken(by, on)
    ]
    return {"closed": len(closed), "withdrawn": len(overtaken)}
