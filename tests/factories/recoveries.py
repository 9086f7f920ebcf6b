"""Makers of money asked back; all through the operations."""

from datetime import date, datetime, timedelta

from kaogong.funds import operations as funds
from kaogong.funds.models import Payment
from kaogong.gateways.bank import StandInBank
from kaogong.kernel.actor import Actor
from kaogong.kernel.bank_card import make_bank_card
from kaogong.recoveries import operations
from kaogong.recoveries.models import Recoupment, RecoveryLead
from tests.factories.funds import make_batch, make_fund, make_order, make_payments, make_reservation
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


def make_owed_by(kind: str, payee_id: int, name: str, fen: int, programme: str) -> list[Payment]:
    """One payment of its own fund to a body or a person, on its way to the bank."""
    make_fund(f"T{programme[:8]}", shares={programme: {"district": 600, "city": 400}})
    reference = make_reservation(f"SLR-{programme}", amount_fen=fen, programme=programme)
    order = make_order(f"{reference}-1", payee_id=payee_id, payee_kind=kind, payee_name=name, amount_fen=fen)
    return funds.queue_payments(reference, [order], by=an_actor("cashier"), at=a_day_at(date(2026, 3, 2)))


def recoveries_things(*, school, learner) -> dict[str, dict[str, int]]:
    """Name of the thing → the arguments of its addresses: what is asked back from a school and a learner."""
    things = {}
    for kind, debtor, role in (
        ("institution", school, {"organisation_id": school.pk}),
        ("person", learner, {"person_id": learner.pk}),
    ):
        of = "school" if kind == "institution" else "learner"
        paid = pay(make_owed_by(kind, debtor.pk, debtor.name, 1000_00, f"{of}_back"))
        recoupment = make_recoupment(paid)
        receipt = operations.note_receipt(
            recoupment.pk, amount_fen=100_00, bank_reference=f"B-{of}", received_on=SERVED_ON,
            by=an_actor("cashier"), at=a_day_at(SERVED_ON),
        )  # fmt: skip
        by = an_actor("provider_clerk" if of == "school" else "learner", **role)
        objection = operations.object_to_recoupment(
            recoupment.pk, content="只领过一次。", by=by, at=a_day_at(SERVED_ON)
        )
        things |= {
            f"recoupment of the {of}": {"pk": recoupment.pk},
            f"recovery receipt of the {of}": {"pk": receipt.pk},
            f"recovery objection of the {of}": {"pk": objection.pk},
        }
    lead = RecoveryLead.objects.create(
        cause="audit", source="test", region_code=recoupment.region_code, payment=paid[0],
        person_id=learner.pk, debtor_name=learner.name, amount_fen=1_00, why="重复发放", found_at=a_day_at(OPENED_ON),
    )  # fmt: skip
    return things | {"recovery lead": {"pk": lead.pk}}
