"""A pack of past days shows what stood at their end: whatever happens later leaves it as it was."""

import json
import subprocess
import sys
import zipfile
from datetime import datetime, timedelta

import pytest

from kaogong.audit import verifier
from kaogong.claims import operations as claims
from kaogong.claims.models import Claim, ClaimLine
from kaogong.claims.operations.attested import revoke_certificate
from kaogong.demo.cast import SHANGHAI, recall
from kaogong.funds import operations as funds
from kaogong.funds.models import Payment, PaymentBatch
from kaogong.gateways.bank import StandInBank
from kaogong.recoveries import operations as recoveries
from kaogong.recoveries.models import Recoupment, RecoupmentPart
from tests.factories.claims import make_certified_class, make_claim, make_learner

from .conftest import AT, TO, make_pack
from .forging import Forger, faults_of

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
CLERK, REVIEWER, CASHIER = "clerk", "reviewer", "cashier"


def manifest_of(path) -> dict:
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("manifest.json"))


def one(model, **which):
    """Any row, the first of them; the demo's city has one at every stage."""
    found = model.objects.filter(**which).order_by("pk").first()
    assert found is not None, (model, which)
    return found


def revoke(status):
    """A certificate falls whose line stands so."""
    line = one(ClaimLine, status=status, certificate__status="issued")
    revoke_certificate(line.certificate_id, by=recall(REVIEWER), at=LATER, reason="伪造")
    return "people/certificates", line.certificate_id, "status", "issued"


def revoke_paid():
    return revoke("paid")


def revoke_cleared():
    payment = one(Payment, status="queued", reservation__reference__startswith="SL")
    line = one(
        ClaimLine, status="cleared", claim__number=payment.reservation.reference, certificate__status="issued"
    )
    revoke_certificate(line.certificate_id, by=recall(REVIEWER), at=LATER, reason="伪造")
    line.refresh_from_db()
    assert line.status == "dropped"
    return "claims/lines", line.pk, "status", "cleared"


def approve():
    claim = one(Claim, status="reviewed")
    claims.approve_claim(claim.pk, by=recall(REVIEWER), at=LATER, leave_out_open=True)
    return "claims/claims", claim.pk, "status", "reviewed"


def unpublish():
    claim = one(Claim, status="published")
    claims.withdraw_claims_notice(claim.published_notice_id, by=recall(REVIEWER), at=LATER, reason="数据有误")
    return "claims/claims", claim.pk, "published_notice_id", claim.published_notice_id


def dissolve():
    batch = one(PaymentBatch, status="prepared")
    claims.dissolve_payment_batch(batch.pk, by=recall(CASHIER), at=LATER, reason="重新组批")
    return "funds/batches", batch.pk, "status", "prepared"


def dissolve_payment():
    batch = one(PaymentBatch, status="prepared")
    payment = one(Payment, batch=batch)
    claims.dissolve_payment_batch(batch.pk, by=recall(CASHIER), at=LATER, reason="重新组批")
    return "funds/payments", payment.pk, "batch_id", batch.pk


def answer():
    batch = one(PaymentBatch, status="released")
    payment = one(Payment, batch=batch, status="in_transit")
    _, sheet = funds.bank_file(batch.pk, by=recall(CASHIER), at=LATER)
    told = StandInBank().answer(sheet, on=LATER.date())
    funds.read_bank_return(told, "以后.xlsx", by=recall(CASHIER), at=LATER)
    claims.mark_paid_claims(by=recall(CASHIER), at=LATER)
    payment.refresh_from_db()
    assert payment.status == "paid"
    return "funds/payments", payment.pk, "status", "in_transit"


def correct():
    payment = one(Payment, status="failed")
    funds.correct_bank_account(
        payment.pk, bank_name="示例银行", bank_account="6299990000009999123",
        bank_account_holder=payment.bank_account_holder, by=recall(CASHIER), at=LATER,
    )  # fmt: skip
    return "funds/payments", payment.pk, "status", "failed"


def approve_recoupment():
    recoupment = one(Recoupment, status="opened")
    recoveries.approve_recoupment(recoupment.pk, by=recall(REVIEWER), at=LATER)
    return "recoveries/recoupment", recoupment.pk, "status", "opened"


EVENTS = [
    revoke_paid, revoke_cleared, approve, unpublish, dissolve, dissolve_payment, answer, correct, approve_recoupment
]  # fmt: skip


def stages() -> None:
    """What the city lacks on this day: a batch prepared, one with the bank, one the bank refused, a recoupment."""
    cashier, releaser, reviewer = recall(CASHIER), recall("cashier2"), recall(REVIEWER)
    learners = [make_learner(f"学员{name}", allowance=True) for name in "甲乙丙"]
    claim = make_claim(make_certified_class(learners), status="cleared")
    queued = Payment.objects.filter(reservation__reference=claim.number, status="queued").order_by("pk")
    mine = list(queued.values_list("pk", flat=True))
    assert len(mine) == 4, mine
    batches = [
        claims.prepare_payment_batch(part, by=cashier, at=AT) for part in (mine[:1], mine[1:2], mine[2:3])
    ]
    for batch in batches[1:]:
        funds.check_batch(batch.pk, by=reviewer, at=AT)
        claims.release_payment_batch(batch.pk, by=releaser, at=AT)
    refused = batches[2].payments.get()
    _, sheet = funds.bank_file(batches[2].pk, by=cashier, at=AT)
    told = StandInBank({refused.reference: "账户已销户"}).answer(sheet, on=AT.date())
    funds.read_bank_return(told, "失败.xlsx", by=cashier, at=AT)
    asked = RecoupmentPart.objects.values("payment")
    paid = Payment.objects.filter(status="paid", offset_for="").exclude(pk__in=asked).first()
    recoveries.open_recoupment(
        [recoveries.Asked(paid.pk, 1)], cause="audit", clause="依据", facts="事实", by=recall(CLERK), at=AT
    )


@pytest.fixture(scope="module")
def first(city, tmp_path_factory, django_db_blocker):
    """The pack made when its days were over."""
    path = tmp_path_factory.mktemp("first") / "first.zip"
    with django_db_blocker.unblock():
        stages()
        make_pack(path, at=AT + timedelta(hours=8))
    return path


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_what_happens_later_leaves_a_pack_of_past_days_as_it_was(first, tmp_path, event):
    table, pk, column, was = event()
    make_pack(tmp_path / "later.zip", at=LATER + timedelta(hours=1))
    assert Forger(tmp_path / "later.zip").one(table, id=pk)[column] == was
    assert faults_of(tmp_path / "later.zip") == []
    assert list(verifier.differences(first, tmp_path / "later.zip")) == []
    assert manifest_of(first)["closed_digest"] == manifest_of(tmp_path / "later.zip")["closed_digest"]


def test_a_pack_that_includes_the_later_day_shows_what_happened(first, tmp_path):
    table, pk, column, was = revoke_paid()
    make_pack(tmp_path / "later.zip", to_on=LATER.date(), at=LATER + timedelta(hours=1))
    assert Forger(tmp_path / "later.zip").one(table, id=pk)[column] == "revoked" != was


def test_what_was_written_into_the_days_afterwards_is_told_line_by_line(first, tmp_path):
    """Dated back into the days, or changed behind the product's back: the two packs differ and it is said where."""
    payment = one(Payment, status="paid")
    Payment.objects.filter(pk=payment.pk).update(purpose="改过")
    make_pack(tmp_path / "later.zip", at=LATER)
    told = list(verifier.differences(first, tmp_path / "later.zip"))
    assert len(told) == 1
    assert f"data/funds/payments.jsonl 编号 {payment.pk}：purpose" in told[0]
    with zipfile.ZipFile(first) as archive:
        archive.extract("verify.py", tmp_path)
    run = subprocess.run(
        [sys.executable, "-I", tmp_path / "verify.py", first, tmp_path / "later.zip"],
        capture_output=True, text=True, check=False, env={"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert run.returncode == 1
    assert "不同：1 处" in run.stdout


def test_packs_of_different_days_are_not_compared(first, tmp_path):
    make_pack(tmp_path / "other.zip", to_on=TO - timedelta(days=1))
    (said,) = verifier.differences(first, tmp_path / "other.zip")
    assert "不是同一期间" in said
