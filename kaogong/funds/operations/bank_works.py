"""Work with the bank taken up now and done in the background: asked for once, done once, told how it ended."""

import base64
from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.trail.operations import record, require_may, require_move

from .. import queries
from ..models import BankReturn, BankWork, PaymentBatch
from ..states import BATCH


@transaction.atomic
def ask_release(batch_id: int, *, by: Actor, at: datetime, reason: str = "") -> BankWork:
    """Take up the release of a large batch; asked again while it runs, the same. Nothing has been released yet."""
    batch = queries.batch_for_update(batch_id, by=by)
    running = BankWork.objects.filter(batch=batch, finished_at=None).first()
    if running is not None:
        require_may(by, Permission.RELEASE_PAYMENT, "发放")
        return running
    require_move(batch, BATCH.move("release"), BATCH, by=by, reason=reason)
    work = BankWork.objects.create(kind="release", batch=batch, total=batch.count, **_asked(by, at))
    record(
        "bank_work.asked", work, by=by, at=at, subject_kind="bank_work", kind="release", batch=batch.number
    )
    return work


@transaction.atomic
def ask_reading(data: bytes, filename: str, *, by: Actor, at: datetime) -> BankWork:
    """Take a large answer of the bank in, sealed, to be read in the background."""
    require_may(by, Permission.READ_BANK_RETURN, "读取银行回盘")
    work = BankWork.objects.create(
        kind="read",
        filename=filename[:200] or "回盘",
        content=base64.b64encode(data).decode(),
        **_asked(by, at),
    )
    record("bank_work.asked", work, by=by, at=at, subject_kind="bank_work", kind="read", bytes=len(data))
    return work


def _asked(by: Actor, at: datetime) -> dict:
    return {
        "region_code": by.region_code, "asked_at": at, "by_account_id": by.account_id, "by_name": by.name
    }  # fmt: skip


def do_work(
    work_id: int, do: Callable[[BankWork, bytes], BankReturn | PaymentBatch], *, at: datetime
) -> BankWork:
    """Do the work and say it is done, both or neither; what is finished stays, so a repeat does nothing twice.

    A refusal is kept as how it ended. Killed in the middle, nothing has happened and it may be begun again.
    """
    try:
        with transaction.atomic():
            work = _alone(work_id)
            if work.finished_at is not None:
                return work
            made = do(work, base64.b64decode(work.content))
            if isinstance(made, BankReturn):
                work.bank_return, work.is_repeated = made, made.received_at < at
            return _finished(work, at)
    except Refused as refusal:
        with transaction.atomic():
            work = _alone(work_id)
            if work.finished_at is None:
                work.refusal = refusal.message
                _finished(work, at)
            return work


def _alone(work_id: int) -> BankWork:
    """The work, while nobody else does it. Not a lock of its row: its progress is written meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('kaogong.funds.bank_work'), %s)", [work_id])
    return BankWork.objects.select_related("batch").get(pk=work_id)


def _finished(work: BankWork, at: datetime) -> BankWork:
    work.finished_at, work.content = at, ""
    work.save(update_fields=["finished_at", "content", "refusal", "bank_return", "is_repeated"])
    return work
