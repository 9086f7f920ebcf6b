"""The model and payments set off: paid without a batch is right for those and for no others."""

from datetime import date

import psycopg
import pytest
from django.db import connection

from drills.model import faults_in
from kaogong.funds.models import Payment
from kaogong.people.models import Person
from kaogong.recoveries import operations
from tests.factories.people import an_actor
from tests.factories.recoveries import make_owed, make_paid, make_recoupment
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db(transaction=True)

ON = date(2026, 8, 3)


@pytest.fixture
def book():
    """A connection that knows nothing of the product; what is changed over it is undone."""
    told = connection.settings_dict
    words = {"host": told["HOST"], "port": told["PORT"], "user": told["USER"], "password": told["PASSWORD"]}
    with psycopg.connect(dbname=told["NAME"], **{k: v for k, v in words.items() if v}) as book:
        yield book
        book.rollback()


def set_off(fen: int) -> Payment:
    """Somebody who waits for 800.00 owes 1,000.00 back; so much is set off, the books are closed."""
    (paid,) = make_paid(1000_00)
    recoupment = make_recoupment([paid])
    (owed,) = make_owed(800_00, person=Person.objects.get(pk=paid.person_id))
    receipt = operations.offset_payment(
        recoupment.pk, owed.pk, amount_fen=fen, consent_document="同意书-7", consented_on=ON,
        consented_by="王小明", by=an_actor("cashier"), at=a_day_at(ON),
    )  # fmt: skip
    return receipt.payment


def paid_by_bank() -> dict[str, int]:
    rows = Payment.objects.filter(status="paid", batch__isnull=False)
    return dict(rows.values_list("reference", "amount_fen"))


def faults(book, bank: dict[str, int]) -> list[str]:
    """What the model says but that these payments rest on no claim and on accounts not on file, which is so."""
    so = ("所属的申领", "当时有效的账户")
    return [fault for fault in faults_in(book, bank) if not any(words in fault for words in so)]


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("UPDATE recoveries_recoupment SET status = 'recovered'", "是recovered，应退100000，已退80000"),
        ("UPDATE recoveries_recoupment SET status = 'recovered'", "留痕走到paying"),
        ("UPDATE recoveries_recoupment SET amount_fen = amount_fen + 1", "专账"),
        ("UPDATE recoveries_recoupmentpart SET amount_fen = amount_fen + 1", "付100000，追回100001"),
        ("UPDATE recoveries_recoupmentreceipt SET amount_fen = amount_fen - 1", "抵扣收据"),
        ("UPDATE recoveries_recoupmentreceipt SET consent_document = ''", "没有对方的同意"),
        ("UPDATE recoveries_recoupmentreceipt SET status = 'given_back'", "留痕走到noted"),
        ("UPDATE recoveries_recoupmentreceipt SET status = 'given_back'", "专账"),
    ],
)
def test_model_sees_money_asked_back_that_is_not_where_its_papers_say(book, tampering, said):
    set_off(800_00)
    bank = paid_by_bank()
    assert faults(book, bank) == []
    book.execute("SET LOCAL session_replication_role = replica")
    book.execute("ALTER TABLE recoveries_recoupmentreceipt DROP CONSTRAINT offset_only_with_consent")
    assert book.execute(tampering).rowcount == 1
    found = faults(book, bank)
    assert any(said in fault for fault in found), found


@pytest.mark.parametrize("fen", [800_00, 333_33])
def test_model_takes_a_payment_set_off_for_paid(book, fen):
    settled = set_off(fen)
    assert (settled.status, settled.batch_id, settled.amount_fen) == ("paid", None, fen)
    assert faults(book, paid_by_bank()) == []


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("UPDATE funds_payment SET offset_for = '' WHERE batch_id IS NULL", "没有批次，也不是抵扣"),
        ("UPDATE funds_payment SET batch_id = NULL WHERE batch_id IS NOT NULL", "没有批次，也不是抵扣"),
        (
            "UPDATE funds_payment SET batch_id = NULL, offset_for = 'ZH-1' WHERE batch_id IS NOT NULL",
            "写明抵扣ZH-1，专账抵扣0",
        ),
        (
            "UPDATE funds_payment SET batch_id = (SELECT max(id) FROM funds_paymentbatch) WHERE batch_id IS NULL",
            "写明抵扣",
        ),
    ],
)
def test_model_sees_a_payment_without_a_batch_that_was_not_set_off(book, tampering, said):
    set_off(800_00)
    bank = paid_by_bank()
    book.execute("SET LOCAL session_replication_role = replica")
    book.execute("ALTER TABLE funds_payment DROP CONSTRAINT payment_batch_fits_status")
    assert book.execute(tampering).rowcount == 1
    found = faults(book, bank)
    assert any(said in fault for fault in found), found
