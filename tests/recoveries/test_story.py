"""Money asked back, from the payment it rests on to the budget it returns to."""

from datetime import date

import pytest

from kaogong.ledger import queries as ledger
from kaogong.people import queries as people
from kaogong.people.models import Person
from kaogong.recoveries import operations, queries
from kaogong.recoveries.models import Recoupment
from kaogong.trail.queries import timeline
from tests.factories.people import an_actor
from tests.factories.recoveries import make_owed, make_paid, make_recoupment
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
DAY = a_day_at(date(2026, 6, 10))


def sums() -> dict[str, int]:
    """Where the money of the fund stands, all sources together, zeros left out."""
    rows = ledger.trial_balance()
    states = ("payable", "paid", "recovering", "recovered", "written_off")
    told = {state: sum(getattr(row, f"{state}_fen") for row in rows) for state in states}
    return {state: fen for state, fen in told.items() if fen}


def note(recoupment, fen, reference, *, on=date(2026, 6, 10), **words):
    words = {"by": an_actor("cashier"), "at": a_day_at(on)} | words
    return operations.note_receipt(
        recoupment.pk, amount_fen=fen, bank_reference=reference, received_on=on, **words
    )


def status(recoupment) -> str:
    return Recoupment.objects.get(pk=recoupment.pk).status


def test_story_from_opening_through_instalments_and_an_offset_to_the_budget():
    payments = make_paid(600_01, 400_00)
    person = payments[0].person_id
    recoupment = make_recoupment(payments, status="opened")
    assert sums() == {"paid": 1000_01}
    operations.approve_recoupment(recoupment.pk, by=an_actor("reviewer"), at=DAY)
    assert sums() == {"recovering": 1000_01}
    operations.serve_recoupment(
        recoupment.pk, served_on=date(2026, 6, 10), served_how="邮寄", by=an_actor("bureau_clerk"), at=DAY
    )
    recoupment.refresh_from_db()
    assert recoupment.due_on == date(2026, 7, 2)  # 15 working days, the Dragon Boat holiday between
    operations.plan_recoupment(
        recoupment.pk, [(date(2026, 7, 10), 500_00), (date(2026, 8, 10), 500_01)],
        by=an_actor("bureau_clerk"), at=DAY,
    )  # fmt: skip
    first = note(recoupment, 500_00, "B-1", on=date(2026, 7, 9))
    assert (status(recoupment), first.number) == ("paying", "TK-2026-00001")
    assert sums() == {"recovering": 500_01, "recovered": 500_00}
    owed = make_owed(800_00, person=Person.objects.get(pk=person))[0]
    receipt = operations.offset_payment(
        recoupment.pk, owed.pk, amount_fen=500_01, consent_document="同意书-7", consented_on=date(2026, 8, 1),
        consented_by="王小明", by=an_actor("cashier"), at=a_day_at(date(2026, 8, 3)),
    )  # fmt: skip
    assert (receipt.kind, receipt.payment.status, receipt.payment.amount_fen) == ("offset", "paid", 500_01)
    assert status(recoupment) == "recovered"
    assert sums() == {"payable": 299_99, "paid": 500_01, "recovered": 1000_01}
    available = sum(row.available_fen for row in ledger.trial_balance())
    for one in queries.receipts(recoupment.pk):
        operations.give_back_receipt(one.pk, by=an_actor("reviewer"), at=DAY)
    assert sum(row.available_fen for row in ledger.trial_balance()) == available + 1000_01
    assert "recovered" not in sums()
    assert ledger.recount() == []
    verbs = [entry.verb for entry in timeline("recoupment", recoupment.pk)]
    assert verbs == [
        f"recoupment.{past}" for past in ("opened", "approved", "served", "planned", "paid", "settled")
    ]
    titles = [entry.title for entry in people.file_of(person)]
    assert {"追回通知¥1,000.01", "已追回¥1,000.01"} <= set(titles)
