"""What the worker does about risk by itself: every night the whole region, every quarter what just finished."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from procrastinate import JobContext
from procrastinate.contrib.django import app

from kaogong.access.models import Account
from kaogong.access.queries import actor_of
from kaogong.kernel.actor import Actor, system_actor
from kaogong.training.tasks import resume_stalled

from . import operations, queries
from .models import RiskPass

QUEUE = "risk"
LOOKS_BACK = timedelta(days=3)


def start_risk_check(
    *, by: Actor, at: datetime, region_code: str = "", training_class_id: int | None = None
) -> RiskPass:
    """Take up a look and have it made in the background, with its progress in view."""
    look = operations.ask_risk_check(
        by=by, at=at, region_code=region_code, training_class_id=training_class_id
    )
    run_later.defer(pass_id=look.pk, account_id=by.account_id)
    return look


@app.task(name="risk.run_check", queue=QUEUE, retry=3)
def run_later(*, pass_id: int, account_id: int | None) -> None:
    """Make one look; begun again after a death it is made anew, and a finished one stays."""
    by = system_actor() if account_id is None else actor_of(Account.objects.get(pk=account_id))
    operations.run_risk_check(pass_id, by=by, at=datetime.now(tz=UTC))


@app.task(name="risk.look_every_night", queue=QUEUE, pass_context=False)
def look_every_night(timestamp: int) -> None:
    """Every night look over the whole region this installation serves."""
    at = datetime.fromtimestamp(timestamp, tz=UTC)
    start_risk_check(by=system_actor(), at=at, region_code=settings.REGION_CODE)


@app.task(
    name="risk.look_at_finished", queue=QUEUE, queueing_lock="risk.look_at_finished", pass_context=False
)
def look_at_finished_every_quarter(timestamp: int) -> None:
    """Every quarter of an hour look at the classes that finished and were not looked at since."""
    look_at_finished(by=system_actor(), at=datetime.fromtimestamp(timestamp, tz=UTC))


def look_at_finished(*, by: Actor, at: datetime) -> list[RiskPass]:
    """Look at each class that finished lately and was not looked at since; safe to repeat."""
    looks = []
    for class_id in queries.classes_not_looked_at(at - LOOKS_BACK, at):
        look = operations.ask_risk_check(by=by, at=at, training_class_id=class_id)
        looks.append(operations.run_risk_check(look.pk, by=by, at=at))
    return looks


@app.task(name="risk.resume_checks", queue=QUEUE, queueing_lock="risk.resume_checks", pass_context=True)
async def resume_checks(context: JobContext, timestamp: int) -> None:
    """Put back in the queue the looks whose worker died in their middle."""
    await resume_stalled(context, QUEUE)
