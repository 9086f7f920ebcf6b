"""先垫后补 in a claim: who paid first is frozen with the decision and decides who may claim."""

from datetime import date

import pytest

from kaogong.claims import operations, queries
from kaogong.training.models import Enrolment, FeePayment
from tests.factories.claims import a_provider_clerk, line_of, make_certified_class, make_claim, make_learner
from tests.factories.people import an_actor
from tests.factories.training import a_day_at, pay_fee

pytestmark = pytest.mark.django_db
AT = a_day_at(date(2026, 7, 10))


def outcome_of_g5(line) -> str:
    found = queries.decision(line.pk).decision["findings"]
    return next(f["outcome"] for f in found if f["rule"] == "provider_paid_first")


def test_submit_claim_freezes_who_paid_and_how_much():
    person = make_learner()
    line = line_of(make_claim(make_certified_class([person])), person)
    frozen = queries.decision(line.pk).facts
    assert (frozen["paid_first_by"], frozen["paid_first_fen"]) == ("provider", 1_200_00)
    assert (line.verdict, outcome_of_g5(line)) == ("payable", "passed")


def test_submit_claim_of_a_fee_the_learner_paid_is_refused_for_the_provider():
    payer, other = make_learner("王小明"), make_learner("李小红")
    training_class = make_certified_class([payer, other])
    own = Enrolment.objects.get(training_class=training_class, person=payer).pk
    pay_fee(training_class, by=a_provider_clerk(training_class), paid_by="learner", learner=own)
    claim = make_claim(training_class)
    refused, payable = line_of(claim, payer), line_of(claim, other)
    assert (refused.verdict, outcome_of_g5(refused)) == ("refused", "failed")
    assert queries.decision(refused.pk).facts["paid_first_by"] == "person"
    assert (payable.verdict, claim.amount_fen) == ("payable", payable.total_fen)


@pytest.mark.parametrize("receipt", [None, ""])
def test_submit_claim_without_proof_of_the_providers_payment_needs_evidence(receipt):
    person = make_learner()
    training_class = make_certified_class([person], fee_paid_by="")
    if receipt is not None:  # as a roster that names the payer and the sum alone leaves it
        FeePayment.objects.create(training_class=training_class, paid_by="provider", amount_fen=1_200_00)
    line = line_of(make_claim(training_class), person)
    assert (line.verdict, outcome_of_g5(line)) == ("needs_evidence", "unknown")
    line = operations.supply_evidence(
        line.pk, fact="paid_first_by", value="provider", source="转账凭证", reason="窗口核验",
        by=an_actor("bureau_clerk"), at=AT,
    )  # fmt: skip
    assert (line.verdict, outcome_of_g5(line)) == ("payable", "passed")


def test_rejudge_claim_after_the_fee_was_recorded_takes_it_up():
    person = make_learner()
    training_class = make_certified_class([person], fee_paid_by="")
    claim = make_claim(training_class)
    pay_fee(training_class, by=a_provider_clerk(training_class))
    operations.rejudge_claim(claim.pk, by=an_actor("reviewer"), at=AT)
    assert line_of(claim, person).verdict == "payable"
    assert [d.verdict for d in queries.decisions(line_of(claim, person).pk)] == ["needs_evidence", "payable"]
