"""Long rosters, checked and taken in the background with their progress in view."""

import contextlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import psycopg
from django.db import connection
from django.utils.module_loading import import_string
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from kaogong.access.models import Account
from kaogong.access.queries import actor_of
from kaogong.kernel.actor import Actor, system_actor
from kaogong.training import operations, queries
from kaogong.training.models import RosterUpload

QUEUE = "rosters"
MOST_ATTEMPTS = 3
ROWS_DONE = "UPDATE training_rosterupload SET rows_done = %s WHERE id = %s"


def upload_roster(
    class_id: int,
    data: bytes,
    filename: str,
    *,
    by: Actor,
    at: datetime,
    mapping: Mapping[str, str] | None = None,
    earlier: operations.Earlier | None = None,
) -> RosterUpload:
    """Receive a roster; a short one comes back checked, a long one is checked in the background."""
    upload = operations.upload_roster(
        class_id, data, filename, by=by, at=at, mapping=mapping, earlier=earlier
    )
    if upload.status == "received" and upload.rows_total > operations.ROWS_AT_ONCE:
        check_later.defer(
            upload_id=upload.pk, account_id=by.account_id, at=at.isoformat(), earlier=_path_of(earlier)
        )
    return upload


def take_roster(
    upload_id: int, *, by: Actor, at: datetime, earlier: operations.Earlier | None = None
) -> RosterUpload:
    """Take a checked roster: a short one at once, a long one in the background."""
    upload = queries.roster_upload(upload_id, by=by)
    if upload.rows_total <= operations.ROWS_AT_ONCE:
        return operations.take_roster(upload_id, by=by, at=at, earlier=earlier)
    operations.require_may_take(by)
    take_later.defer(
        upload_id=upload_id, account_id=by.account_id, at=at.isoformat(), earlier=_path_of(earlier)
    )
    return upload


@app.task(name="training.check_roster", queue=QUEUE, retry=3)
def check_later(*, upload_id: int, account_id: int | None, at: str, earlier: str = "") -> None:
    """Check one long roster; a roster already checked is left as it is."""
    with shown_progress(ROWS_DONE, upload_id) as progress:
        operations.check_uploaded_roster(
            upload_id,
            by=_actor(account_id),
            at=datetime.fromisoformat(at),
            progress=progress,
            earlier=_found(earlier),
        )


@app.task(name="training.take_roster", queue=QUEUE, retry=3)
def take_later(*, upload_id: int, account_id: int | None, at: str, earlier: str = "") -> None:
    """Take one long roster, in one transaction; begun again after a death it takes everything once."""
    with shown_progress(ROWS_DONE, upload_id) as progress:
        operations.take_roster(
            upload_id,
            by=_actor(account_id),
            at=datetime.fromisoformat(at),
            progress=progress,
            earlier=_found(earlier),
        )


@app.task(
    name="training.resume_rosters", queue=QUEUE, queueing_lock="training.resume_rosters", pass_context=True
)
async def resume_rosters(context: JobContext, timestamp: int) -> None:
    """Put back in the queue the rosters whose worker died in their middle; those that kill it again, not."""
    await resume_stalled(context, QUEUE)


@app.task(name="training.recheck_learners", queue=QUEUE, pass_context=False)
def recheck_every_night(timestamp: int) -> None:
    """Every night ask the outside registers again about learners of open classes, and where they were of late."""
    at = datetime.fromtimestamp(timestamp, tz=UTC)
    operations.recheck_learners(by=system_actor(), at=at)
    operations.recheck_hours(by=system_actor(), at=at)


async def resume_stalled(context: JobContext, queue: str) -> None:
    """Put a queue's jobs whose worker died back in it, at most MOST_ATTEMPTS times each."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(queue=queue):
        if job.attempts < MOST_ATTEMPTS:
            await jobs.retry_job(job)
        else:
            await jobs.finish_job(job, status=Status.FAILED, delete_job=False)


def _actor(account_id: int | None) -> Actor:
    return system_actor() if account_id is None else actor_of(Account.objects.get(pk=account_id))


def _path_of(earlier: operations.Earlier | None) -> str:
    """The caller's query by its name, as a job can carry it; it must be a plain function of a module."""
    return f"{earlier.__module__}.{earlier.__qualname__}" if earlier else ""


def _found(path: str) -> operations.Earlier | None:
    return import_string(path) if path else None


class shown_progress:
    """Writes how far a work is through a connection of its own, so it is seen before the work commits."""

    def __init__(self, update: str, pk: int) -> None:
        """``update``: the statement that takes the figures told and then the key."""
        self.update, self.pk = update, pk

    def __enter__(self) -> Callable[..., None]:
        known = connection.get_connection_params()
        wanted = {
            name: known[name] for name in ("host", "port", "user", "password", "dbname") if known.get(name)
        }
        self.connection = psycopg.connect(**wanted, autocommit=True)
        self.connection.execute(
            "SET lock_timeout = '200ms'"
        )  # a figure shown late is better than work held up
        return self._tell

    def _tell(self, *figures: int) -> None:
        with contextlib.suppress(psycopg.errors.LockNotAvailable):
            self.connection.execute(self.update, [*figures, self.pk])

    def __exit__(self, *_: object) -> None:
        self.connection.close()
