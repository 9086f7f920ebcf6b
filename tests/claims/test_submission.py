"""Submitting: one claim for a class, every person judged, facts and findings frozen."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from kaogong.claims import operations, queries
from kaogong.claims.models import Claim, ClaimLine, Decision
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotFound, NotPermitted
from kaogong.rules import Facts
from kaogong.trail.queries import timeline
from tests.factories.claims import (
    a_provider_clerk,
    line_of,
    make_certified_class,
    make_claim,
    make_learner,
)
from tests.factories.institutions import make_institution
from tests.factories.people import an_actor
from tests.factories.training import a_day_at, make_class

pytestmark = pytest.mark.django_db
AT = a_day_at(date(2026, 7, 10))


def test_submit_claim_judges_every_person_and_adds_up():
    rich = make_learner("李明", allowance=True)
    pensioner = make_learner("王芳", standings={"pension": True})
    unsure = make_learner("赵伟", standings={})
    claim = make_claim(make_certified_class([rich, make_learner("陈静"), pensioner, unsure]))
    assert claim.number == "SL-2026-000001"
    verdicts = {line.person.name: line.verdict for line in queries.lines(claim.pk)}
    assert verdicts == {"李明": "payable", "陈静": "payable", "王芳": "refused", "赵伟": "needs_evidence"}
    assert line_of(claim, rich).amount_fen == 1200_00
    assert line_of(claim, rich).allowance_fen == 18 * 500  # 18 hours at 5 yuan
    assert claim.amount_fen == 2 * 1200_00 + 18 * 500
    assert claim.illustrative
    refusal = queries.decision(line_of(claim, pensioner).pk)
    assert [f["rule"] for f in refusal.decision["findings"] if f["outcome"] == "failed"] == [
        "draws_no_monthly_pension"
    ]


def test_submit_claim_freezes_facts_that_decide_the_same_again():
    claim = make_claim()
    for row in Decision.objects.filter(line__claim=claim):
        assert Facts.from_dict(row.facts).to_dict() == row.facts
        assert row.rulebook_digest == queries.rulebook().digest
    replay = queries.replay(AT)
    assert replay.decided == 3
    assert replay.differences == ()


def test_submit_claim_facts_hold_no_name_and_no_identity_number():
    person = make_learner("欧阳小明")
    claim = make_claim(make_certified_class([person]))
    text = str(queries.decision(line_of(claim, person).pk).facts)
    assert "欧阳" not in text
    assert person.id_number not in text


def test_submit_claim_refuses_a_class_that_is_not_finished():
    training_class = make_class(status="running", scheme_code="employment_training")
    with pytest.raises(operations.ClassNotFinished):
        operations.submit_claim(training_class.pk, by=a_provider_clerk(training_class), at=AT)


def test_submit_claim_refuses_a_second_claim_by_name():
    claim = make_claim()
    with pytest.raises(operations.ClassClaimedAlready) as refusal:
        make_claim(claim.training_class)
    assert claim.number in refusal.value.message
    assert Claim.objects.count() == 1


def test_submit_claim_refuses_strangers():
    training_class = make_certified_class(1)
    with pytest.raises(NotFound):
        operations.submit_claim(training_class.pk, by=an_actor("provider_clerk"), at=AT)
    with pytest.raises(NotPermitted):
        operations.submit_claim(training_class.pk, by=an_actor("bureau_clerk"), at=AT)


def test_submit_claim_refuses_who_failed_the_exam():
    training_class = make_certified_class(2, failing=1)
    claim = make_claim(training_class)
    first, second = queries.lines(claim.pk)
    assert (first.verdict, first.certificate) == ("refused", None)
    assert second.verdict == "payable"


def test_withdraw_claim_lets_the_class_be_claimed_again():
    claim = make_claim()
    clerk = a_provider_clerk(claim.training_class)
    assert claim.training_class not in queries.claimable_classes(clerk)
    operations.withdraw_claim(claim.pk, by=clerk, at=AT, reason="名单有误")
    assert claim.training_class in queries.claimable_classes(clerk)
    again = make_claim(claim.training_class)
    assert again.number == "SL-2026-000002"
    assert {line.status for line in ClaimLine.objects.filter(claim=claim)} == {"withdrawn"}


def test_resubmit_claim_judges_anew_after_a_return():
    claim = make_claim()
    clerk, provider = an_actor("bureau_clerk"), a_provider_clerk(claim.training_class)
    operations.return_claim(claim.pk, by=clerk, at=AT, reason="请核对人员类别")
    operations.resubmit_claim(claim.pk, by=provider, at=AT)
    assert Claim.objects.get(pk=claim.pk).status == "submitted"
    assert set(Decision.objects.filter(line__claim=claim).values_list("version", flat=True)) == {1, 2}


def test_decision_is_never_changed():
    claim = make_claim()
    row = Decision.objects.filter(line__claim=claim).first()
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(pk=row.pk).update(verdict="refused")
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(pk=row.pk).delete()


def test_claim_amount_that_is_not_the_sum_of_its_lines_cannot_be_committed():
    claim = make_claim()
    with pytest.raises(DatabaseError, match="not the sum of its lines"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(amount_fen=claim.amount_fen + 1)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="not the sum of its lines"), transaction.atomic():
        ClaimLine.objects.filter(claim=claim).update(amount_fen=1)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_submit_claim_of_fifty_judges_in_seventeen_queries(django_assert_max_num_queries):
    training_class = make_certified_class(50, head_count=60)
    claim = operations.submit_claim(training_class.pk, by=a_provider_clerk(training_class), at=AT)
    lines = list(queries.lines(claim.pk))
    operations.judge(claim, lines)
    with django_assert_max_num_queries(17):
        operations.judge(claim, lines)


def test_submit_claim_is_told_in_the_trail():
    claim = make_claim()
    entries = timeline("claim", claim.pk)
    assert [entry.verb for entry in entries] == ["claim.submitted", "claim.judged"]
    assert entries[1].detail["amount_fen"] == claim.amount_fen
    assert queries.claim(claim.pk, by=system_actor()) == claim


def test_claim_line_keeps_its_person_and_claim_its_class():
    claim = make_claim(people=2)
    first, second = queries.lines(claim.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        ClaimLine.objects.filter(pk=first.pk).update(person=second.person)
    with pytest.raises(DatabaseError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(institution=make_institution())
