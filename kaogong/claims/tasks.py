"""What the worker does for claims by itself: nothing that lies below ever tells this app."""

import contextlib
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from kaogong.access.models import Account
from kaogong.access.queries import actor_of
from kaogong.kernel.actor import Actor, system_actor
from kaogong.training.tasks import resume_stalled

from . import operations, queries
from .models import Simulation

LOOKS_BACK = timedelta(days=2)
JUDGEMENTS_AT_ONCE = 1000
QUEUE = "claims"


@app.task(name="claims.look_after", queue=QUEUE, pass_context=False)
def look_after_every_quarter(timestamp: int) -> None:
    """Every quarter of an hour look at what changed below."""
    look_after_claims(by=system_actor(), at=datetime.fromtimestamp(timestamp, tz=UTC))


def look_after_claims(*, by: Actor, at: datetime) -> dict[str, int]:
    """Stop lines whose certificate fell, find conflicts of what was registered lately, mark what was paid.

    Changes of accounts whose cooling is over are put in force.
    Safe to repeat: whatever was done before is not done again.
    """
    stopped = [
        operations.stop_lines_of_certificate(certificate_id, by=by, at=at)
        for certificate_id in queries.certificates_to_stop()
    ]
    changed = [
        operations.put_account_change_in_force(change_id, by=by, at=at)
        for change_id in queries.changes_to_carry_out(by, timezone.localdate(at))
    ]
    opened = operations.find_conflicts(queries.people_registered_since(at - LOOKS_BACK), by=by, at=at)
    paid = operations.mark_paid_claims(by=by, at=at)
    return {
        "held": sum(len(row.held) for row in stopped),
        "dropped": sum(len(row.dropped) for row in stopped),
        "conflicts": len(opened) + sum(len(row.conflicts) for row in stopped),
        "paid": len(paid),
        "accounts": len(changed),
    }


def simulate_change(
    text: str, *, today: date, by: Actor, at: datetime, year: int | None = None, region_code: str = ""
) -> Simulation:
    """Try a change on real claims: on a few at once, on many in the background with its progress in view."""
    asked = operations.simulate_change(text, today=today, by=by, at=at, year=year, region_code=region_code)
    if asked.total <= JUDGEMENTS_AT_ONCE:
        return operations.run_simulation(asked.pk, by=by, at=at)
    run_later.defer(simulation_id=asked.pk, account_id=by.account_id)
    return asked


@app.task(name="claims.run_simulation", queue=QUEUE, retry=3)
def run_later(*, simulation_id: int, account_id: int) -> None:
    """Try one change on many claims; begun again after a death it is tried anew."""
    by = actor_of(Account.objects.get(pk=account_id))
    operations.run_simulation(simulation_id, by=by, at=datetime.now(tz=UTC))


def find_entitlements(region_code: str, *, by: Actor, at: datetime) -> None:
    """Have the list of who is entitled made anew in the background."""
    operations.require_may_find_entitlements(region_code, by=by)
    waiting = find_later.configure(queueing_lock=f"entitlements.{region_code}")
    # One that waits already will do: it looks at everything when its turn comes.
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        waiting.defer(region_code=region_code, account_id=by.account_id, at=at.isoformat())


@app.task(name="claims.find_entitlements", queue=QUEUE)
def find_later(*, region_code: str, account_id: int | None, at: str) -> None:
    """Make one region's list anew."""
    by = system_actor() if account_id is None else actor_of(Account.objects.get(pk=account_id))
    operations.find_entitlements(region_code, by=by, at=datetime.fromisoformat(at))


@app.task(name="claims.find_entitlements_every_night", queue=QUEUE, pass_context=False)
def find_every_night(timestamp: int) -> None:
    """Every night look who is entitled and has not claimed, in the region this installation serves."""
    at = datetime.fromtimestamp(timestamp, tz=UTC)
    operations.find_entitlements(settings.REGION_CODE, by=system_actor(), at=at)


@app.task(name="claims.resume_jobs", queue=QUEUE, queueing_lock="claims.resume_jobs", pass_context=True)
async def resume_jobs(context: JobContext, timestamp: int) -> None:
    """Put back in the queue what died in its middle: each of these jobs may be begun again."""
    await resume_stalled(context, QUEUE)
