"""Batches: made by one person, checked by another, released by a third, taken apart before that."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils.timezone import localtime

from kaogong.access.permissions import Permission
from kaogong.gateways.bank import require_terms
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.money import yuan
from kaogong.ledger import operations as ledger
from kaogong.trail.operations import begin, move, move_many, require_may, require_move

from .. import queries
from ..models import Payment, PaymentBatch
from ..states import BATCH
from .batch_files import digest_of, written

Progress = Callable[[int, int], None]  # done, in all
SLICE = 5_000  # payments taken at a time: what bounds the memory of a batch of any size


class NothingToPay(Refused):
    """没有选择要付款的记录。"""


class PaymentsNotQueued(Refused):
    """这些付款已经不在待组批状态：{references}。请刷新列表后重新选择。"""


class PaymentsOfSeveralFunds(Refused):
    """一个批次只能支付同一资金同一年度的款项，所选包括：{funds}。"""


class BatchTotalDiffers(Refused):
    """批次{number}登记{count}笔{total}，逐笔相加为{found_count}笔{found}；请解散后重新组批。"""


@transaction.atomic
def prepare_batch(
    payment_ids: Iterable[int], *, by: Actor, at: datetime, layout_code: str = ""
) -> PaymentBatch:
    """Put queued payments of one fund together for the bank, in the fund's layout or the one asked for.

    Refuses by name what that layout cannot hold, before anybody checks the batch.
    """
    require_may(by, Permission.PREPARE_PAYMENT, "组批")
    wanted = sorted(set(payment_ids))
    if not wanted:
        raise NothingToPay()
    found = queries.payments_to_batch(wanted, by=by)
    if len(found) != len(wanted):
        raise NotFound()
    elsewhere = [row.reference for row in found if row.status != "queued"]
    if elsewhere:
        raise PaymentsNotQueued(references="、".join(elsewhere[:10]))
    fund_ids = {row.fund_id for row in found}
    if len(fund_ids) > 1:
        funds = [str(fund) for fund in queries.funds(by).filter(pk__in=fund_ids)]
        raise PaymentsOfSeveralFunds(funds="、".join(sorted(funds)))
    batch = _make(queries.fund(fund_ids.pop(), by), found, layout_code, by=by, at=at)
    for start in range(0, len(found), SLICE):
        part = found[start : start + SLICE]
        move_many(part, "batch", by=by, at=at, columns={"batch": batch}, batch=batch.number)
    written(batch)
    return batch


def _make(fund, found: list, layout_code: str, *, by: Actor, at: datetime) -> PaymentBatch:
    on = localtime(at).date()
    terms = queries.terms_in_force(fund, on)
    layout = queries.layout_for(terms, on, layout_code)
    year, serial = _next_serial(at)
    batch = PaymentBatch(
        number=f"ZF-{year}-{serial:04d}",
        year=year,
        serial=serial,
        fund=fund,
        region_code=fund.region_code,
        total_fen=sum(row.amount_fen for row in found),
        count=len(found),
        prepared_at=at,
        layout_code=layout.code,
        layout_since=layout.since,
        terms=terms,
    )
    require_terms(layout, queries.head_of(batch, terms))
    batch.save()
    begin(batch, "prepared", by=by, at=at, count=batch.count, total_fen=batch.total_fen, layout=layout.code)
    return batch


def _next_serial(at: datetime) -> tuple[int, int]:
    """Years count from one; two people preparing at once wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('kaogong.funds.batch'))")
    year = localtime(at).year
    last = PaymentBatch.objects.filter(year=year).aggregate(last=Max("serial"))["last"]
    return year, (last or 0) + 1


@transaction.atomic
def check_batch(batch_id: int, *, by: Actor, at: datetime, reason: str = "") -> PaymentBatch:
    """Confirm that a batch adds up and may be paid; never by who made it."""
    batch = queries.batch_for_update(batch_id, by=by)
    move(batch, "check", by=by, at=at, reason=reason)
    _require_total(batch)
    return batch


@transaction.atomic
def release_batch(
    batch_id: int, *, by: Actor, at: datetime, reason: str = "", progress: Progress | None = None
) -> PaymentBatch:
    """Hand a checked batch to the bank: its file is made and sealed by its digest, its money is in transit."""
    batch = queries.batch_for_update(batch_id, by=by)
    require_move(batch, BATCH.move("release"), BATCH, by=by, reason=reason)
    _require_total(batch)
    batch.released_at, batch.cut_off_at = at, queries.cut_off_at(batch.region_code, at)
    batch.file_digest = digest_of(written(batch))
    batch.save(update_fields=["released_at", "cut_off_at", "file_digest"])
    move(batch, "release", by=by, at=at, reason=reason, digest=batch.file_digest)
    sent = 0
    for payments in queries.slices_of_batch(batch, SLICE):
        ledger.post([posting(payment, "send") for payment in payments], by=by, at=at)
        move_many(payments, "send", by=by, at=at, batch=batch.number)
        sent += len(payments)
        if progress:
            progress(sent, batch.count)
    return batch


def posting(payment: Payment, kind: str) -> ledger.Posting:
    """The ledger's step for one payment; its key lets it happen once in the payment's life."""
    return ledger.Posting(
        kind=kind,
        fund_code=payment.fund.code,
        programme=payment.programme,
        year=payment.year,
        amounts=payment.shares,
        reference=payment.reference,
        key=f"{kind}:{payment.reference}",
    )


def _require_total(batch: PaymentBatch) -> None:
    found_count, found = queries.batch_sum(batch)
    if (found, found_count) != (batch.total_fen, batch.count):
        raise BatchTotalDiffers(
            number=batch.number, count=batch.count, total=yuan(batch.total_fen),
            found_count=found_count, found=yuan(found),
        )  # fmt: skip


@transaction.atomic
def dissolve_batch(batch_id: int, *, by: Actor, at: datetime, reason: str) -> PaymentBatch:
    """Take a batch not yet released apart again; its payments wait for another."""
    return _take_apart(batch_id, "dissolve", "unbatch", by=by, at=at, reason=reason)


@transaction.atomic
def reject_batch(batch_id: int, *, by: Actor, at: datetime, reason: str) -> PaymentBatch:
    """Send a batch back instead of checking it; its payments wait for another."""
    return _take_apart(batch_id, "reject", "reject", by=by, at=at, reason=reason)


def _take_apart(
    batch_id: int, verb: str, payment_verb: str, *, by: Actor, at: datetime, reason: str
) -> PaymentBatch:
    batch = queries.batch_for_update(batch_id, by=by)
    move(batch, verb, by=by, at=at, reason=reason)
    for payments in queries.slices_of_batch(batch, SLICE):
        move_many(
            payments, payment_verb, by=by, at=at, reason=reason, columns={"batch": None}, batch=batch.number
        )
    return batch
