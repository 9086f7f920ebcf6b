"""A claim whose money came back from the bank after it was paid: it waits again, is paid anew or given up."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kaogong.claims import operations, queries
from kaogong.claims.models import Claim
from kaogong.claims.operations.arrival import PartOnItsWay
from kaogong.funds import operations as funds
from kaogong.funds.models import Payment
from kaogong.grants import operations as grants
from kaogong.ledger import queries as ledger
from kaogong.people import queries as people
from tests.claims.test_story import ALLOWANCE, BUDGET, PAYING, TRAINING, agrees, bank_answers, standing
from tests.factories.claims import (
    line_of,
    make_certified_class,
    make_claim,
    make_learner,
    make_money,
)
from tests.factories.people import an_actor

pytestmark = pytest.mark.django_db
LATER = PAYING + timedelta(days=4)


def say(*references: str, word: str = "退汇", at=LATER):
    rows = [
        f"{one},{Payment.objects.get(reference=one).amount_fen / 100:.2f},{word},账户已销户"
        for one in references
    ]
    data = "\n".join(["流水号,金额,结果,失败原因", *rows]).encode()
    return funds.read_bank_return(data, f"{word}-{len(references)}.csv", by=an_actor("cashier"), at=at)


@pytest.fixture
def paid():
    """A claim of two people, one with an allowance of her own, all paid."""
    make_money()
    needy, plain = make_learner("李明", allowance=True), make_learner("陈静")
    claim = make_claim(make_certified_class([needy, plain]), status="cleared")
    bank_answers(list(Payment.objects.values_list("pk", flat=True)))
    operations.mark_paid_claims(by=an_actor("cashier"), at=PAYING)
    claim.refresh_from_db()
    assert claim.status == "paid"
    return claim, needy, plain


def test_a_line_whose_allowance_came_back_waits_again_and_its_claim_with_it(paid):
    claim, needy, plain = paid
    allowance = line_of(claim, needy).allowance_payment
    say(allowance)
    operations.mark_paid_claims(by=an_actor("cashier"), at=LATER)
    assert (line_of(claim, needy).status, line_of(claim, needy).paid_on) == ("cleared", None)
    assert line_of(claim, plain).status == "paid"
    assert Claim.objects.get(pk=claim.pk).status == "cleared"
    assert standing() == {
        "available": BUDGET - 2 * TRAINING - ALLOWANCE,
        "returned": ALLOWANCE,
        "paid": 2 * TRAINING,
    }
    assert agrees(claim, an_actor("bureau_clerk"))
    (told,) = [row for row in queries.payment_story(needy.pk) if row["claim"] == claim]
    assert (told["payment"].status, told["failure_reason"]) == ("returned", "账户已销户")
    entries = [entry.reference for entry in people.file_of(needy.pk).filter(kind="subsidy").order_by("id")]
    assert entries == [line_of(claim, needy).reference, f"{line_of(claim, needy).reference}退汇1"]
    before = ledger.journal().count()
    assert operations.mark_paid_claims(by=an_actor("cashier"), at=LATER) == []
    assert ledger.journal().count() == before


def test_paid_anew_to_a_corrected_account_the_claim_is_paid_and_the_file_keeps_all_three(paid):
    claim, needy, _ = paid
    say(line_of(claim, needy).allowance_payment)
    operations.mark_paid_claims(by=an_actor("cashier"), at=LATER)
    back = Payment.objects.get(status="returned")
    anew = funds.correct_bank_account(
        back.pk, bank_name="示例银行", bank_account="6229990000000001234", bank_account_holder="李明",
        by=an_actor("cashier"), at=LATER,
    )  # fmt: skip
    assert operations.mark_paid_claims(by=an_actor("cashier"), at=LATER) == []
    bank_answers([anew.pk])
    assert operations.mark_paid_claims(by=an_actor("cashier"), at=LATER) == [line_of(claim, needy)]
    assert Claim.objects.get(pk=claim.pk).status == "paid"
    reference = line_of(claim, needy).reference
    entries = (
        people.file_of(needy.pk).filter(kind="subsidy").order_by("id").values_list("reference", flat=True)
    )
    assert list(entries) == [reference, f"{reference}退汇1", f"{reference}重付1"]
    assert agrees(claim, an_actor("bureau_clerk"))
    assert standing() == {"available": BUDGET - 2 * TRAINING - ALLOWANCE, "paid": 2 * TRAINING + ALLOWANCE}


def test_money_in_one_sum_that_came_back_takes_every_line_of_it_with_it(paid):
    claim, needy, plain = paid
    say(line_of(claim, plain).training_payment)
    operations.mark_paid_claims(by=an_actor("cashier"), at=LATER)
    assert {line_of(claim, who).status for who in (needy, plain)} == {"cleared"}
    with pytest.raises(PartOnItsWay):  # her allowance arrived
        operations.give_up_payment(
            Payment.objects.get(status="returned").pk, by=an_actor("cashier"), at=LATER, reason="机构已注销"
        )
    assert Payment.objects.filter(status="returned").count() == 1


def test_given_up_the_line_is_stopped_and_its_money_goes_back_to_the_budget():
    make_money()
    first, second = make_learner("陈静"), make_learner("赵伟")
    claim = make_claim(make_certified_class([first, second]), status="cleared")
    bank_answers(list(Payment.objects.values_list("pk", flat=True)))
    operations.mark_paid_claims(by=an_actor("cashier"), at=PAYING)
    say(line_of(claim, first).training_payment)
    back = Payment.objects.get(status="returned")
    grants.give_up_payment(back.pk, by=an_actor("cashier"), at=LATER, reason="机构已注销")
    assert {line_of(claim, who).status for who in (first, second)} == {"dropped"}
    assert Claim.objects.get(pk=claim.pk).status == "lapsed"
    assert standing() == {"available": BUDGET}
    assert agrees(claim, an_actor("bureau_clerk"))


def test_marking_asks_no_more_of_the_database_for_many_lines_than_for_few():
    make_money()

    def asked(count: int) -> int:
        make_claim(
            make_certified_class([make_learner(f"学员{n}", allowance=True) for n in range(count)]),
            status="cleared",
        )
        bank_answers(list(Payment.objects.filter(status="queued").values_list("pk", flat=True)))
        with CaptureQueriesContext(connection) as told:
            assert len(operations.mark_paid_claims(by=an_actor("cashier"), at=PAYING)) == count
        return len(told)

    assert asked(2) == asked(7)


def test_first_references_follow_corrections_back_in_one_question_a_step(paid):
    claim, needy, _ = paid
    first = line_of(claim, needy).allowance_payment
    say(first)
    anew = funds.correct_bank_account(
        Payment.objects.get(status="returned").pk, bank_name="示例银行", bank_account="6229990000000001234",
        bank_account_holder="李明", by=an_actor("cashier"), at=LATER,
    )  # fmt: skip
    with CaptureQueriesContext(connection) as told:
        assert queries.first_references_of([anew.pk]) == {anew.pk: first}
    assert len(told) == 2
