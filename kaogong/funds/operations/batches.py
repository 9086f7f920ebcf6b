"""Batches: made by one person, checked by another, released by a third, written out for the bank."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils.timezone import localtime

from kaogong.access.permissions import Permission
from kaogong.gateways.bank import PaymentLine, payment_file
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused, WrongState
from kaogong.kernel.money import yuan
from kaogong.ledger import operations as ledger
from kaogong.trail.operations import begin, move, record, require_may

from .. import queries
from ..models import Payment, PaymentBatch


class NothingToPay(Refused):
    """没有选择要付款的记录。"""


class PaymentsNotQueued(Refused):
    """这些付款已经不在待组批状态：{references}。请刷新列表后重新选择。"""


class PaymentsOfSeveralFunds(Refused):
    """一个批次只能支付同一资金同一年度的款项，所选包括：{funds}。"""


class BatchTotalDiffers(Refused):
    """批次{number}登记{count}笔{total}，逐笔相加为{found_count}笔{found}；请解散后重新组批。"""


@transaction.atomic
def prepare_batch(payment_ids: Iterable[int], *, by: Actor, at: datetime) -> PaymentBatch:
    """Put queued payments of one fund together for the bank."""
    require_may(by, Permission.PREPARE_PAYMENT, "组批")
    wanted = set(payment_ids)
    if not wanted:
        raise NothingToPay()
    payments = queries.payments_for_update(wanted, by=by)
    if len(payments) != len(wanted):
        raise NotFound()
    elsewhere = [payment.reference for payment in payments if payment.status != "queued"]
    if elsewhere:
        raise PaymentsNotQueued(references="、".join(elsewhere[:10]))
    funds = {payment.fund_id: payment.fund for payment in payments}
    if len(funds) > 1:
        raise PaymentsOfSeveralFunds(funds="、".join(sorted(str(fund) for fund in funds.values())))
    (fund,) = funds.values()
    year, serial = _next_serial(at)
    batch = PaymentBatch.objects.create(
        number=f"ZF-{year}-{serial:04d}",
        year=year,
        serial=serial,
        fund=fund,
        region_code=fund.region_code,
        total_fen=sum(payment.amount_fen for payment in payments),
        count=len(payments),
        prepared_at=at,
    )
    begin(batch, "prepared", by=by, at=at, count=batch.count, total_fen=batch.total_fen)
    Payment.objects.filter(pk__in=wanted).update(batch=batch)
    for payment in payments:
        payment.batch = batch
        move(payment, "batch", by=by, at=at, batch=batch.number)
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
    _require_total(batch, queries.payments_of_batch_for_update(batch))
    return batch


@transaction.atomic
def release_batch(batch_id: int, *, by: Actor, at: datetime, reason: str = "") -> PaymentBatch:
    """Hand a checked batch to the bank: its money is in transit from here on."""
    batch = queries.batch_for_update(batch_id, by=by)
    move(batch, "release", by=by, at=at, reason=reason)
    payments = queries.payments_of_batch_for_update(batch)
    _require_total(batch, payments)
    ledger.post([posting(payment, "send") for payment in payments], by=by, at=at)
    for payment in payments:
        move(payment, "send", by=by, at=at, batch=batch.number)
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


def _require_total(batch: PaymentBatch, payments: list[Payment]) -> None:
    found = sum(payment.amount_fen for payment in payments)
    if (found, len(payments)) != (batch.total_fen, batch.count):
        raise BatchTotalDiffers(
            number=batch.number, count=batch.count, total=yuan(batch.total_fen),
            found_count=len(payments), found=yuan(found),
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
    payments = queries.payments_of_batch_for_update(batch)
    for payment in payments:
        move(payment, payment_verb, by=by, at=at, reason=reason, batch=batch.number)
    Payment.objects.filter(pk__in=[payment.pk for payment in payments]).update(batch=None)
    return batch


@transaction.atomic
def bank_file(batch_id: int, *, by: Actor, at: datetime) -> tuple[str, bytes]:
    """Write a released batch as the bank takes it: (file name, sheet). That it was taken is recorded."""
    require_may(by, Permission.RELEASE_PAYMENT, "导出银行文件")
    batch = queries.batch(batch_id, by=by)
    if batch.status not in ("released", "settled"):
        raise WrongState(state=batch.lifecycle.label(batch.status), label="导出银行文件")
    lines = [
        PaymentLine(
            batch_number=batch.number,
            reference=payment.reference,
            holder=payment.bank_account_holder,
            account=payment.bank_account,
            bank_name=payment.bank_name,
            amount_fen=payment.amount_fen,
            purpose=payment.purpose,
        )
        for payment in batch.payments.order_by("id")
    ]
    record("batch.file_taken", batch, by=by, at=at, lines=len(lines))
    return f"{batch.number}.xlsx", payment_file(lines)
