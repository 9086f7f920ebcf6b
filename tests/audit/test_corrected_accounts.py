"""What the verifier says of a payment corrected after it failed, and of what became of it afterwards."""

from datetime import timedelta

import pytest
from django.db import connection

from kaogong.claims import operations as claims
from kaogong.demo.cast import recall
from kaogong.funds import operations as funds
from kaogong.funds.models import Payment
from kaogong.gateways.bank import StandInBank
from kaogong.kernel.actor import system_actor
from kaogong.kernel.bank_card import make_bank_card
from kaogong.recoveries import operations as recoveries
from tests.factories.claims import make_certified_class, make_claim, make_learner
from tests.factories.institutions import make_institution
from tests.factories.paper import A_PDF

from .conftest import AT, make_pack
from .forging import faults_of

pytestmark = pytest.mark.django_db
MORNING = AT.replace(hour=9)
OTHER, THIRD = (make_bank_card("622848", n).value for n in (8_001, 8_002))


def owed(school) -> Payment:
    """What a school waits for, of a claim of its own."""
    claim = make_claim(make_certified_class([make_learner("学员丁")], institution=school), status="cleared")
    return Payment.objects.get(reservation__reference=claim.number, status="queued")


def send(payment: Payment, *, failing: bool = False, answered: bool = True) -> Payment:
    """Take a payment to the bank by three people, and hear what it says."""
    batch = claims.prepare_payment_batch([payment.pk], by=recall("cashier"), at=MORNING)
    funds.check_batch(batch.pk, by=recall("reviewer"), at=MORNING)
    claims.release_payment_batch(batch.pk, by=recall("cashier2"), at=MORNING)
    if answered:
        _, sheet = funds.bank_file(batch.pk, by=recall("cashier"), at=MORNING)
        told = StandInBank({payment.reference: "账户已销户"} if failing else None).answer(
            sheet, on=MORNING.date()
        )
        funds.read_bank_return(
            told, f"{payment.reference[-9:]}.xlsx".replace("/", "-"), by=recall("cashier"), at=MORNING
        )
    payment.refresh_from_db()
    return payment


def correct(failed: Payment, account: str = OTHER) -> Payment:
    """What failed is paid anew to another account, in one step, as earlier editions of the product did it."""
    return funds.correct_bank_account(
        failed.pk, bank_name="示例银行", bank_account=account, bank_account_holder=failed.payee_name,
        by=recall("cashier"), at=MORNING, reason="更正账户",
    )  # fmt: skip


def stopped() -> Payment:
    """Corrected, with the bank again, stopped before the cut-off: owed once more on the corrected account."""
    anew = correct(send(owed(make_institution()), failing=True))
    send(anew, answered=False)
    claims.stop_payment_batch(anew.batch_id, by=recall("cashier"), at=MORNING, reason="名单有误")
    return Payment.objects.get(replaces=anew, status="queued")


def split() -> Payment:
    """Corrected, then set off in part against what its payee owes; returns the rest that is still owed."""
    school = make_institution()
    paid = send(owed(school))
    anew = correct(send(owed(school), failing=True))
    debt = recoveries.open_recoupment(
        [recoveries.Asked(paid.pk, 100_00)],
        cause="audit",
        clause="依据",
        facts="事实",
        by=recall("clerk"),
        at=MORNING,
    )
    recoveries.approve_recoupment(debt.pk, by=recall("reviewer"), at=MORNING)
    recoveries.serve_recoupment(
        debt.pk, served_on=MORNING.date(), served_how="直接送达", by=recall("clerk"), at=MORNING
    )
    recoveries.offset_payment(
        debt.pk, anew.pk, amount_fen=100_00, consent_document="同意书", consented_on=MORNING.date(),
        consented_by="负责人", by=recall("cashier"), at=MORNING,
    )  # fmt: skip
    return Payment.objects.get(replaces=anew, status="queued")


def changed_again() -> Payment:
    """Corrected; before it is sent the payee is given a third account, on which it is then owed."""
    anew = correct(send(owed(make_institution()), failing=True))
    change = claims.ask_account_change(
        "institution", anew.payee_id, bank_name="示例银行", account=THIRD, reason="换户",
        papers=[("开户证明.pdf", A_PDF)], by=recall("cashier"), at=MORNING - timedelta(days=5),
    )  # fmt: skip
    claims.approve_account_change(change.pk, by=recall("reviewer"), at=MORNING - timedelta(days=4))
    claims.put_account_change_in_force(change.pk, by=system_actor(), at=MORNING)
    return Payment.objects.get(replaces=anew, status="queued")


def behind(statement: str, *words) -> None:
    """Change one row as the database's owner could, past every guard."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, words)
        assert cursor.rowcount == 1
        cursor.execute("SET LOCAL session_replication_role = origin")


def faults(tmp_path) -> list[str]:
    make_pack(tmp_path / "pack.zip", at=AT + timedelta(hours=1))
    return faults_of(tmp_path / "pack.zip")


@pytest.mark.parametrize("become", [stopped, split, changed_again])
def test_a_corrected_payment_and_what_became_of_it_pass(city, tmp_path, become):
    last = become()
    assert last.bank_account == (THIRD if become is changed_again else OTHER)
    assert faults(tmp_path) == []


@pytest.mark.parametrize("become", [stopped, split, changed_again])
def test_what_became_of_a_corrected_payment_is_named_on_an_account_nobody_decided(city, tmp_path, become):
    last = become()
    behind("UPDATE funds_payment SET bank_account_masked = '6222****0000' WHERE id = %s", last.pk)
    found = faults(tmp_path)
    assert f"付款 {last.reference}：收款账户是 6222****0000，轨迹所记更正的是 " in "".join(found), found


@pytest.mark.parametrize("become", [stopped, split])
def test_a_replacement_whose_correction_is_not_in_the_trail_is_named(city, tmp_path, become):
    anew = become().replaces
    behind(
        "DELETE FROM trail_entry WHERE verb = 'payment.replaced' AND subject_kind = 'payment' AND subject_id = %s",
        str(anew.replaces_id),
    )
    found = faults(tmp_path)
    assert f"付款 {anew.reference}：失败后另行付款，轨迹里没有更正账号的记录" in found, found
