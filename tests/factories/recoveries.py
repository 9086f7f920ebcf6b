"""Makers of money asked back; all through the operations."""

from datetime import date, datetime, timedelta

from kaogong.funds import operations as funds
from kaogong.funds.models import Payment
from kaogong.gateways.bank import StandInBank
from kaogong.kernel.actor import Actor
from kaogong.kernel.bank_card import make_bank_card
from kaogong.recoveries import operations
from kaogong.recoveries.models import Recoupment
from tests.factories.funds import make_batch, make_fund, make_order, make_payments
from tests.factories.people import an_actor, make_person
from tests.factories.training import a_day_at

OPENED_ON = date(2026, 6, 1)
SERVED_ON = date(2026, 6, 2)


def pay(payments, *, on: date = date(2026, 3, 3)) -> list[Payment]:
    """Send these payments to the bank through three people; it pays them all."""
    batch = make_batch(payments)
    cashier = an_actor("cashier")
    _, sheet = funds.bank_file(batch.pk, by=cashier, at=a_day_at(on))
    answer = StandInBank(None).answer(sheet, on=on)
    funds.read_bank_return(answer, f"{batch.number}.xlsx", by=cashier, at=a_day_at(on))
    return list(Payment.objects.filter(pk__in=[one.pk for one in payments]).order_by("pk"))


def make_paid(*fen: int, person=None, reference: str = "SL-1", fund: bool = True) -> list[Payment]:
    """Payments of these sums to one person, paid by the bank."""
    if fund:
        make_fund()
    return pay(make_owed(*fen, person=person, reference=reference))


def make_owed(*fen: int, person=None, reference: str = "SL-2") -> list[Payment]:
    """Payments of these sums that one person waits for."""
    person = person or make_person("王小明", bank_account=make_bank_card("622848", 77).value)
    orders = [
        make_order(f"{reference}-{n}", payee_id=person.pk, payee_name=person.name, amount_fen=one)
        for n, one in enumerate(fen, 1)
    ]
    return make_payments(reference=reference, orders=orders)


def make_recoupment(
    payments: list[Payment] | None = None,
    *,
    fen: int | None = None,
    status: str = "served",
    cause: str = "audit",
    by: Actor | None = None,
    at: datetime | None = None,
) -> Recoupment:
    """Ask paid payments back (all of each, or ``fen`` of the first) and take it as far as opened … served."""
    payments = payments or make_paid(1000_00)
    at = at or a_day_at(OPENED_ON)
    clerk = by or an_actor("bureau_clerk")
    asked = [
        operations.Asked(one.pk, one.amount_fen if fen is None else fen)
        for one in (payments if fen is None else payments[:1])
    ]
    found = operations.open_recoupment(
        asked,
        cause=cause,
        clause="青西新管办发〔2020〕2号第31条",
        facts="审计查出重复发放。",
        by=clerk,
        at=at,
    )
    reached = ("opened", "approved", "served").index(status)
    if reached >= 1:
        operations.approve_recoupment(found.pk, by=an_actor("reviewer"), at=at + timedelta(hours=1))
    if reached >= 2:
        operations.serve_recoupment(
            found.pk, served_on=SERVED_ON, served_how="直接送达", by=clerk, at=a_day_at(SERVED_ON)
        )
    return Recoupment.objects.get(pk=found.pk)
