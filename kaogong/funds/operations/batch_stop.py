"""Stopping a batch the bank has not begun to pay."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localtime

from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.ledger import operations as ledger
from kaogong.trail.operations import begin_many, move, move_many

from .. import queries
from ..models import Payment, PaymentBatch
from .batches import SLICE, posting
from .payments import next_reference


class StopTooLate(Refused):
    """批次{number}的停付截止时间是{cut_off}，已经过了；请等银行回盘，付错的按追回办理。"""


class CutOffUnknown(Refused):
    """没有约定停付截止时间，批次{number}不能停付；请直接联系代发银行。"""


class AnsweredAlready(Refused):
    """银行已经答复了批次{number}中的{count}笔，不能整批停付。"""


@transaction.atomic
def stop_batch(batch_id: int, *, by: Actor, at: datetime, reason: str) -> PaymentBatch:
    """Call a released batch back before the bank's cut-off; every payment of it is owed anew, under a new reference.

    What the bank may still say of the old references moves no money: it is told as a problem to look into.
    """
    batch = queries.batch_for_update(batch_id, by=by)
    move(batch, "stop", by=by, at=at, reason=reason)
    if batch.cut_off_at is None:
        raise CutOffUnknown(number=batch.number)
    if at >= batch.cut_off_at:
        raise StopTooLate(number=batch.number, cut_off=f"{localtime(batch.cut_off_at):%Y-%m-%d %H:%M}")
    answered = batch.payments.exclude(status="in_transit").count()
    if answered:
        raise AnsweredAlready(number=batch.number, count=answered)
    for payments in queries.slices_of_batch(batch, SLICE, sealed=False):
        ledger.post([posting(payment, "recall") for payment in payments], by=by, at=at)
        move_many(payments, "stop", by=by, at=at, reason=reason, batch=batch.number)
        anew = Payment.objects.bulk_create([_anew(payment, at=at) for payment in payments])
        begin_many(
            anew, "queued", by=by, at=at,
            details={
                new.pk: {"amount_fen": new.amount_fen, "account": new.bank_account_masked,
                         "replaces": old.reference}
                for new, old in zip(anew, payments, strict=True)
            },
        )  # fmt: skip
    return batch


_KEPT = (
    "reservation_id", "programme", "year", "purpose", "payee_kind", "payee_id", "payee_name", "bank_name",
    "bank_account", "bank_account_index", "bank_account_masked", "bank_account_holder", "amount_fen", "shares",
    "institution_id", "person_id", "region_code",
)  # fmt: skip


def _anew(payment: Payment, *, at: datetime) -> Payment:
    """The same sum to the same account, waiting for a batch."""
    kept = {name: getattr(payment, name) for name in _KEPT}
    return Payment(
        reference=next_reference(payment.reference), fund=payment.fund, replaces=payment, queued_at=at, **kept
    )
