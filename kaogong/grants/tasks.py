"""What the worker does for grants by itself, and the long work with the bank: all that is paid meets here."""

from datetime import UTC, datetime

from procrastinate import JobContext
from procrastinate.contrib.django import app

from kaogong.access.models import Account
from kaogong.access.queries import actor_of
from kaogong.claims import operations as claims
from kaogong.funds import operations as funds
from kaogong.funds import queries as fund_queries
from kaogong.funds.models import BankReturn, BankWork, PaymentBatch
from kaogong.kernel.actor import Actor, system_actor
from kaogong.training.tasks import resume_stalled, shown_progress

from . import operations

QUEUE = "grants"
BANK_QUEUE = "bank"
PAYMENTS_AT_ONCE = 1_000  # a larger batch is released in the background
BYTES_AT_ONCE = 200_000  # and a larger answer is read there
DONE = "UPDATE funds_bankwork SET done = %s, total = %s WHERE id = %s"


@app.task(name="grants.look_after", queue=QUEUE, pass_context=False)
def look_after_every_quarter(timestamp: int) -> None:
    """Every quarter of an hour: judge what fell due, owe what no longer waits, mark what was paid."""
    operations.look_after_grants(by=system_actor(), at=datetime.fromtimestamp(timestamp, tz=UTC))


def release_batch(batch_id: int, *, by: Actor, at: datetime, reason: str = "") -> BankWork | None:
    """Release a batch: a small one at once (None), a large one in the background with its progress in view."""
    batch = fund_queries.batch(batch_id, by)
    if batch.count <= PAYMENTS_AT_ONCE:
        operations.release_payment_batch(batch_id, by=by, at=at, reason=reason)
        return None
    work = funds.ask_release(batch_id, by=by, at=at, reason=reason)
    work_later.defer(work_id=work.pk)
    return work


def read_return(
    data: bytes, filename: str, *, by: Actor, at: datetime
) -> tuple[BankReturn | None, BankWork | None]:
    """Read what the bank answered and tell what it paid: a short answer at once, a long one as a work."""
    if len(data) > BYTES_AT_ONCE:
        work = funds.ask_reading(data, filename, by=by, at=at)
        work_later.defer(work_id=work.pk)
        return None, work
    read = funds.read_bank_return(data, filename, by=by, at=at)
    mark_paid(by=by, at=at)
    return read, None


def mark_paid(*, by: Actor, at: datetime) -> int:
    """Tell claims and grants what arrived and what came back; says how many lines and instalments were paid."""
    return len(claims.mark_paid_claims(by=by, at=at)) + len(operations.mark_paid_grants(by=by, at=at))


@app.task(name="grants.bank_work", queue=BANK_QUEUE, retry=3)
def work_later(*, work_id: int) -> None:
    """Do one long work; begun again after a death it is done anew, and what is finished stays."""
    do_bank_work(work_id, at=datetime.now(tz=UTC))


def do_bank_work(work_id: int, *, at: datetime) -> BankWork:
    """Release the batch or read the answer in the name of who asked, their rights asked for anew."""
    account_id = BankWork.objects.values_list("by_account_id", flat=True).get(pk=work_id)
    by = actor_of(Account.objects.get(pk=account_id))
    with shown_progress(DONE, work_id) as progress:

        def do(work: BankWork, data: bytes) -> BankReturn | PaymentBatch:
            if work.kind == "release":
                return operations.release_payment_batch(work.batch_id, by=by, at=at, progress=progress)
            return funds.read_bank_return(data, work.filename, by=by, at=at, progress=progress)

        work = funds.do_work(work_id, do, at=at)
    if work.bank_return_id is not None:
        mark_paid(by=by, at=at)
    return work


@app.task(name="grants.resume_bank_works", queue=BANK_QUEUE, queueing_lock="grants.bank", pass_context=True)
async def resume_bank_works(context: JobContext, timestamp: int) -> None:
    """Put back in the queue what died in its middle: nothing of it has happened."""
    await resume_stalled(context, BANK_QUEUE)
