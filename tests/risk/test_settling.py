"""People decide: ask, answer, close, hand on, open again; and money waits only while something is open."""

from datetime import date, timedelta

import pytest

from kaogong.claims import operations as claims_operations
from kaogong.claims import queries as claims
from kaogong.claims.models import Claim, PaymentHold
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, WrongState
from kaogong.kernel.working_days import add_working_days
from kaogong.notices import queries as notices
from kaogong.risk import operations, queries
from kaogong.risk.models import RiskPass
from tests.factories.claims import make_certified_class, make_claim, make_learner, make_money
from tests.factories.institutions import make_institution
from tests.factories.people import an_actor
from tests.factories.training import a_day_at

from .worlds import AT, REGION, a_clerk, a_ring, look, the_ring

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n" + b"0" * 64


@pytest.fixture
def ring():
    made = a_ring()
    look()
    return made


def provider_of(training_class):
    return an_actor("provider_clerk", organisation_id=training_class.institution_id)


def asked(finding, **given):
    return operations.ask_provider(finding.pk, by=a_clerk(), at=AT, **given)


def test_ask_provider_puts_the_detectors_question_with_a_day_in_working_days(ring):
    finding = asked(the_ring())
    (question,) = queries.questions(finding.pk)
    assert (finding.status, question.institution_id) == ("asked", ring.institution_id)
    assert question.question == "请开户人说明与各学员的关系；请学员确认是否收到补贴"
    assert question.due_on == add_working_days(AT.date(), 5)
    assert finding.due_on == question.due_on
    with pytest.raises(WrongState):
        asked(finding)


def test_answer_risk_finding_keeps_text_and_document_and_waits_for_the_bureau(ring):
    asked(the_ring(), question="这个账户是谁的？")
    provider = provider_of(ring)
    (question,) = queries.risk_questions(provider)
    answer = operations.answer_risk_finding(
        question.pk,
        text="村集体代收，附名单",
        document=operations.Document("说明.pdf", PDF),
        by=provider,
        at=AT,
    )
    assert the_ring().status == "answered"
    assert (answer.is_late, answer.document_type) == (False, "application/pdf")
    assert queries.risk_answer(question.pk, by=a_clerk()).document
    with pytest.raises(operations.AnsweredAlready):
        operations.answer_risk_finding(question.pk, text="再说", by=provider, at=AT)


def test_answer_risk_finding_late_is_taken_and_said(ring):
    finding = asked(the_ring())
    late = a_day_at(finding.due_on + timedelta(days=1))
    assert not queries.answers_overdue(a_clerk(), finding.due_on).exists()
    assert list(queries.answers_overdue(a_clerk(), late.date())) == [finding]
    provider = provider_of(ring)
    (question,) = queries.risk_questions(provider, answered=False)
    assert operations.answer_risk_finding(question.pk, text="说明", by=provider, at=late).is_late


def test_a_provider_sees_and_answers_only_its_own_questions(ring):
    asked(the_ring())
    stranger = an_actor("provider_clerk")
    (question,) = queries.risk_questions(provider_of(ring))
    assert not queries.risk_questions(stranger).exists()
    with pytest.raises(NotFound):
        operations.answer_risk_finding(question.pk, text="说明", by=stranger, at=AT)
    with pytest.raises(NotPermitted):
        operations.answer_risk_finding(question.pk, text="说明", by=a_clerk(), at=AT)
    with pytest.raises(operations.AnswerEmpty):
        operations.answer_risk_finding(question.pk, text="  ", by=provider_of(ring), at=AT)
    for content in (b"MZ\x90 program", b"%PDF-" + b"0" * (10 * 1024 * 1024)):
        with pytest.raises(operations.DocumentNotTaken):
            operations.answer_risk_finding(
                question.pk,
                text="说明",
                document=operations.Document("x", content),
                by=provider_of(ring),
                at=AT,
            )
    assert the_ring().status == "asked"


def test_a_finding_over_two_providers_waits_for_both(ring):
    other = a_ring(
        people=2, institution=make_institution(), starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 15)
    )
    look(at=AT + timedelta(days=1))
    finding = the_ring()
    assert finding.institution_id is None
    asked(finding)
    for training_class, status in ((ring, "asked"), (other, "answered")):
        provider = provider_of(training_class)
        (question,) = queries.risk_questions(provider)
        operations.answer_risk_finding(question.pk, text="说明", by=provider, at=AT)
        assert the_ring().status == status


def test_ask_providers_is_all_or_none(ring):
    finding = the_ring()
    operations.close_risk_finding(finding.pk, outcome="innocent", reason="已核实", by=a_clerk(), at=AT)
    others = [row.pk for row in queries.open_findings(a_clerk())]
    with pytest.raises(WrongState):
        operations.ask_providers([*others, finding.pk], by=a_clerk(), at=AT)
    assert not queries.risk_findings(a_clerk()).filter(status="asked").exists()
    with pytest.raises(operations.NothingPicked):
        operations.ask_providers([], by=a_clerk(), at=AT)


def test_close_risk_finding_wants_right_reason_and_outcome_and_lifts_what_it_held(ring):
    finding = the_ring()
    assert PaymentHold.objects.filter(status="placed").count() == 8
    with pytest.raises(NotPermitted):
        operations.close_risk_finding(
            finding.pk, outcome="innocent", reason="无", by=an_actor("cashier"), at=AT
        )
    with pytest.raises(NotFound):
        operations.close_risk_finding(
            finding.pk, outcome="innocent", reason="无", by=a_clerk("370211"), at=AT
        )
    with pytest.raises(ReasonMissing):
        operations.close_risk_finding(finding.pk, outcome="innocent", reason=" ", by=a_clerk(), at=AT)
    with pytest.raises(operations.OutcomeMissing):
        operations.close_risk_finding(finding.pk, outcome="fraud", reason="无", by=a_clerk(), at=AT)
    closed = operations.close_risk_finding(
        finding.pk, outcome="corrected", reason="已改账户", by=a_clerk(), at=AT
    )
    assert (closed.status, closed.outcome) == ("closed", "corrected")
    assert not PaymentHold.objects.filter(status="placed").exists()
    assert "已改账户" in PaymentHold.objects.first().lifted_reason


def test_escalate_risk_finding_keeps_holding_until_it_is_closed(ring):
    finding = the_ring()
    with pytest.raises(operations.OutcomeMissing):
        operations.escalate_risk_finding(finding.pk, outcome="innocent", reason="无", by=a_clerk(), at=AT)
    operations.escalate_risk_finding(
        finding.pk, outcome="inspection", reason="须现场核查", by=a_clerk(), at=AT
    )
    assert the_ring().status == "escalated"
    assert PaymentHold.objects.filter(status="placed").count() == 8
    operations.close_risk_finding(finding.pk, outcome="innocent", reason="现场核实", by=a_clerk(), at=AT)
    assert not PaymentHold.objects.filter(status="placed").exists()


def test_reopen_risk_finding_by_a_person_is_held_again_at_the_next_look(ring):
    finding = the_ring()
    with pytest.raises(WrongState):
        operations.reopen_risk_finding(finding.pk, by=a_clerk(), at=AT, reason="有举报")
    operations.close_risk_finding(finding.pk, outcome="innocent", reason="已核实", by=a_clerk(), at=AT)
    with pytest.raises(ReasonMissing):
        operations.reopen_risk_finding(finding.pk, by=a_clerk(), at=AT, reason="")
    operations.reopen_risk_finding(finding.pk, by=a_clerk(), at=AT, reason="有举报")
    assert (the_ring().status, the_ring().outcome) == ("reopened", "")
    look(at=AT + timedelta(days=1))
    assert PaymentHold.objects.filter(status="placed").count() == 8


def notice_day(claim: Claim):
    return a_day_at(
        add_working_days(notices.notice(Claim.objects.get(pk=claim.pk).published_notice_id).closes_on, 1)
    )


def test_a_class_nobody_looked_at_is_looked_at_before_its_claim_is_cleared():
    make_money()
    claim = make_claim(a_ring(), status="published")
    assert not RiskPass.objects.exists()
    operations.close_checked_notice(claim.published_notice_id, by=a_clerk(), at=notice_day(claim))
    claim.refresh_from_db()
    assert {line.status for line in claims.lines(claim.pk)} == {"approved"}
    assert claim.status == "cleared"
    assert the_ring().severity == "severe"
    assert len(claims.holds_of_claim(claim)) == 8
    operations.close_risk_finding(
        the_ring().pk, outcome="innocent", reason="村集体代收", by=a_clerk(), at=notice_day(claim)
    )
    assert {line.status for line in claims.lines(claim.pk)} == {"cleared"}


def test_a_class_looked_at_lately_is_not_looked_at_again_and_an_old_look_is_too_old():
    make_money()
    claim = make_claim(make_certified_class([make_learner("陈静"), make_learner("李明")]), status="published")
    at = notice_day(claim)
    look(at=at - timedelta(days=8))
    assert operations.require_looked_at(claim, at=at) is not None
    assert operations.require_looked_at(claim, at=at) is None
    operations.close_checked_notice(claim.published_notice_id, by=a_clerk(), at=at)
    assert {line.status for line in claims.lines(claim.pk)} == {"cleared"}
    assert RiskPass.objects.count() == 2


def test_close_checked_notice_wants_the_right_to_close_one():
    make_money()
    claim = make_claim(a_ring(people=2), status="published")
    with pytest.raises(NotPermitted):
        operations.close_checked_notice(
            claim.published_notice_id, by=an_actor("cashier"), at=notice_day(claim)
        )
    assert not RiskPass.objects.exists()


def test_a_finding_cannot_be_lifted_round_by_another_region(ring):
    hold = PaymentHold.objects.first()
    with pytest.raises(NotFound):
        claims_operations.lift_payment_hold(hold.pk, by=a_clerk("370211"), at=AT, reason="放行")
    assert hold.region_code == REGION
