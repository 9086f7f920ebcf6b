"""A payment the bank reported paid that comes back days later, as its statement shows it."""

from datetime import datetime

from django.db import transaction

from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.money import yuan
from kaogong.ledger import operations as ledger
from kaogong.ledger import queries as ledger_queries
from kaogong.trail.operations import move_many, require_move

from ..models import Payment, StatementLine
from ..queries import payment_for_update
from ..states import PAYMENT
from .batches import posting
from .return_lines import NO_REASON, AskedBackAlready


class NotThisPayment(Refused):
    """流水{serial}是{told}，付款{reference}是{amount}；金额相同的退回才能记为退汇。"""


class NoPaymentNamed(Refused):
    """找不到流水号为“{reference}”、已经到账的付款。"""


@transaction.atomic
def return_payment(payment_id: int, *, why: str, by: Actor, at: datetime, line: StatementLine) -> Payment:
    """Take a paid payment as given back by the bank: its money lies returned until it is paid anew or voided.

    Refused where money of it is asked back: what came in is then noted there.
    """
    payment = payment_for_update(payment_id, by=by)
    require_move(payment, PAYMENT.move("return"), PAYMENT, by=by, reason=why)
    if payment.status != "paid" or payment.batch_id is None:
        raise NoPaymentNamed(reference=payment.reference)
    if line.amount_fen != payment.amount_fen:
        raise NotThisPayment(
            serial=line.serial or line.booked_on.isoformat(), told=yuan(line.amount_fen),
            reference=payment.reference, amount=yuan(payment.amount_fen),
        )  # fmt: skip
    asked = ledger_queries.asked_back([payment.reference])
    if asked:
        raise AskedBackAlready(amount=yuan(asked[payment.reference]))
    ledger.post([posting(payment, "come_back")], by=by, at=at)
    why = (why.strip() or line.remark or NO_REASON)[:200]
    move_many(
        [payment], "return", by=by, at=at, columns={"came_back_at": at, "failure_reason": why},
        bank_reason=why, statement_line=line.pk,
    )  # fmt: skip
    return payment
