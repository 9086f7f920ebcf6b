"""The further project types, claimed by class: each from its finished class to money owed, or refused by name."""

from datetime import date

import pytest

from kaogong.claims import operations, queries
from kaogong.claims.models import Claim
from kaogong.claims.operations.submission import NotClaimedByClass
from kaogong.funds.models import Payment
from tests.factories.claims import (
    a_provider_clerk,
    line_of,
    make_certified_class,
    make_claim,
    make_learner,
    make_money,
)
from tests.factories.people import an_actor
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
SUBMITTED = a_day_at(date(2026, 7, 10))
SINCE = date(2026, 1, 1)
CARE = "4-10-01-05"  # 养老护理员


def a_class_of(scheme: str, groups: tuple[str, ...], **fields):
    person = make_learner("李明", groups=dict.fromkeys(groups, SINCE))
    return person, make_certified_class([person], scheme_code=scheme, **fields)


@pytest.mark.parametrize(
    ("scheme", "groups", "fields", "yuan"),
    [
        ("labour_reserve_training", ("school_leaver",), {}, 2400),
        ("disabled_person_training", ("disabled_person",), {}, 1300),
        ("farmer_training", ("farmer",), {}, 1000),
        ("farmer_training", ("migrant_worker",), {}, 1000),
        ("home_service_training", (), {"occupation_code": CARE}, 1600),
        ("entrepreneurship_training", ("registered_unemployed",), {}, 1400),
    ],
)
def test_class_of_a_project_type_is_claimed_reserved_and_owed_to_the_provider(scheme, groups, fields, yuan):
    make_money(programme=scheme)
    _, training_class = a_class_of(scheme, groups, **fields)
    claim = make_claim(training_class, status="cleared")
    assert (claim.payer_mode, claim.amount_fen) == ("provider", yuan * 100)
    (payment,) = Payment.objects.all()
    assert (payment.payee_kind, payment.amount_fen) == ("institution", yuan * 100)
    assert queries.money_story(claim.pk, by=an_actor("auditor")).disagreements == []


@pytest.mark.parametrize(
    ("scheme", "groups", "failed"),
    [
        ("labour_reserve_training", ("registered_unemployed",), "A5"),
        ("disabled_person_training", (), "A5"),
        ("home_service_training", (), "B6"),
        ("golden_blue_collar", (), "certificate_of_an_accepted_level"),
    ],
)
def test_who_does_not_belong_to_the_project_type_is_refused_by_its_rule(scheme, groups, failed):
    person, training_class = a_class_of(scheme, groups)
    claim = make_claim(training_class)
    line = line_of(claim, person)
    assert (line.verdict, claim.amount_fen) == ("refused", 0)
    found = queries.decision(line.pk).decision["findings"]
    assert failed in {name for f in found if f["outcome"] == "failed" for name in (f["rule_id"], f["rule"])}


def test_veteran_waits_for_the_employment_office_and_is_payable_on_its_word():
    person, training_class = a_class_of("veteran_training", ("veteran",))
    claim = make_claim(training_class)
    assert line_of(claim, person).verdict == "needs_evidence"
    clerk = an_actor("bureau_clerk")
    for fact in ("unemployed", "willing_to_train"):
        operations.supply_evidence(
            line_of(claim, person).pk,
            fact=fact, value=True, source="公共就业服务机构登记表", by=clerk, at=SUBMITTED, reason="核实",
        )  # fmt: skip
    assert (line_of(claim, person).verdict, Claim.objects.get(pk=claim.pk).amount_fen) == ("payable", 140000)


@pytest.mark.parametrize(
    ("scheme", "payee"),
    [
        ("new_hire_training", "用人单位"),
        ("apprenticeship", "用人单位"),
        ("hardship_on_job_training", "用人单位"),
        ("work_training", "用人单位"),
        ("zhenchao_award", "学员本人"),
        ("first_assessment", "学员本人"),
    ],
)
def test_what_employers_and_persons_ask_for_is_not_claimed_by_class(scheme, payee):
    """Else the learners would be paid what is due to their employer."""
    _, training_class = a_class_of(scheme, ())
    with pytest.raises(NotClaimedByClass, match=payee):
        operations.submit_claim(training_class.pk, by=a_provider_clerk(training_class), at=SUBMITTED)
    assert not Claim.objects.exists()
