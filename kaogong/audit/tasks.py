"""What the worker does for an audit: packs, which take as long as there is money to tell of."""

from datetime import UTC, date, datetime

from procrastinate import JobContext
from procrastinate.contrib.django import app

from kaogong.access.models import Account
from kaogong.access.queries import actor_of
from kaogong.kernel.actor import Actor
from kaogong.training.tasks import resume_stalled

from . import operations
from .models import AuditPack

QUEUE = "audit"


def make_pack(
    *,
    from_on: date,
    to_on: date,
    by: Actor,
    at: datetime,
    reason: str,
    is_full: bool = False,
    authority: str = "",
) -> AuditPack:
    """Ask for a pack and have it made in the background, its progress in view."""
    pack = operations.ask_for_pack(
        from_on=from_on, to_on=to_on, by=by, at=at, reason=reason, is_full=is_full, authority=authority
    )
    build_later.defer(pack_id=pack.pk, account_id=by.account_id)
    return pack


@app.task(name="audit.build_pack", queue=QUEUE)
def build_later(*, pack_id: int, account_id: int) -> None:
    """Make one pack; begun again after a death it is made anew."""
    by = actor_of(Account.objects.get(pk=account_id))
    operations.build_pack(pack_id, by=by, at=datetime.now(tz=UTC))


@app.task(name="audit.resume_jobs", queue=QUEUE, queueing_lock="audit.resume_jobs", pass_context=True)
async def resume_jobs(context: JobContext, timestamp: int) -> None:
    """Put back in the queue what died in its middle."""
    await resume_stalled(context, QUEUE)
