"""What a grant is refused for: the wrong applicant, missing papers, a second person, a hold, a term that is over."""

from datetime import date, timedelta

import pytest

from kaogong.claims import operations as claims
from kaogong.funds import operations as funds
from kaogong.funds.models import Payment
from kaogong.grants import operations, queries
from kaogong.grants.models import Grant, GrantDecision, Instalment
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.kernel.working_days import add_working_days
from kaogong.ledger import queries as ledger
from tests.factories.claims import make_learner
from tests.factories.grants import APPLIED_ON, make_grant, make_talent_fund
from tests.factories.institutions import make_institution
from tests.factories.paper import A_PDF
from tests.factories.people import REGION, an_actor
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
AT = a_day_at(APPLIED_ON)


def test_draft_grant_by_the_wrong_kind_of_applicant():
    with pytest.raises(operations.NotForThisApplicant):
        operations.draft_grant("training_base_award", region_code=REGION, by=an_actor("learner"), at=AT)
    with pytest.raises(operations.NotForThisApplicant):
        operations.draft_grant("settling_grant", region_code=REGION, by=an_actor("provider_clerk"), at=AT)
    with pytest.raises(operations.PersonMissing):
        operations.draft_grant(
            "flexible_talent_pay", region_code=REGION, by=an_actor("provider_clerk"), at=AT
        )
    with pytest.raises(queries.GrantSchemeUnknown):
        operations.draft_grant("employment_training", region_code=REGION, by=an_actor("learner"), at=AT)


def test_draft_grant_for_somebody_else_is_not_found():
    with pytest.raises(NotFound):
        operations.draft_grant(
            "settling_grant",
            region_code=REGION,
            person_id=make_learner().pk,
            by=an_actor("learner"),
            at=AT,
        )


def test_submit_grant_names_the_facts_and_papers_it_lacks():
    by = an_actor("learner", person_id=make_learner().pk)
    grant = operations.draft_grant("settling_grant", region_code=REGION, by=by, at=AT)
    with pytest.raises(operations.FactsMissing, match="级别"):
        operations.submit_grant(grant.pk, by=by, at=AT)
    operations.declare_facts(grant.pk, {"tier": "municipal"}, by=by, at=AT)
    with pytest.raises(operations.PapersMissing, match="认定"):
        operations.submit_grant(grant.pk, by=by, at=AT)
    with pytest.raises(operations.GrantPaperUnreadable):
        operations.add_grant_paper(
            grant.pk, kind="recognition", filename="a.exe", content=b"MZ", by=by, at=AT
        )
    operations.add_grant_paper(grant.pk, kind="recognition", filename="认定.pdf", content=A_PDF, by=by, at=AT)
    assert operations.submit_grant(grant.pk, by=by, at=AT).status == "submitted"


def test_declare_facts_cannot_say_what_only_the_bureau_says():
    grant = make_grant(status="drafted")
    by = an_actor("learner", person_id=grant.person_id)
    with pytest.raises(operations.FactNotAsked):
        operations.declare_facts(grant.pk, {"approved": True}, by=by, at=AT)


def test_determine_fact_needs_its_source_and_the_right():
    grant = make_grant()
    with pytest.raises(NotPermitted):
        operations.determine_fact(
            grant.pk,
            fact="approved",
            value=True,
            source="文件",
            by=an_actor("learner", person_id=grant.person_id),
            at=AT,
        )
    clerk = an_actor("bureau_clerk")
    with pytest.raises(operations.DeterminationUnfounded):
        operations.determine_fact(grant.pk, fact="approved", value=True, source=" ", by=clerk, at=AT)
    with pytest.raises(operations.FactNotDetermined):
        operations.determine_fact(grant.pk, fact="tier", value="national", source="x", by=clerk, at=AT)


def test_approve_grant_takes_another_person_and_a_payable_decision():
    make_talent_fund()
    reviewer = an_actor("reviewer")
    open_one = make_grant(status="reviewed", determined={"approved": False})
    with pytest.raises(operations.GrantNotPayable):
        operations.approve_grant(open_one.pk, by=reviewer, at=AT)
    fine = make_grant(status="reviewed")
    with pytest.raises(NotPermitted):
        operations.approve_grant(fine.pk, by=an_actor("bureau_clerk"), at=AT)
    assert Instalment.objects.count() == 0


def test_a_rate_that_no_paper_gives_is_not_paid_and_said(monkeypatch):
    by = an_actor("learner", person_id=make_learner().pk)
    at = a_day_at(date(2026, 7, 10))
    grant = operations.draft_grant("first_job_award", region_code="370211", by=by, at=at)
    facts = {"graduated_on": "2026-06-30", "job_region_code": "370211"}
    operations.declare_facts(grant.pk, facts, by=by, at=at)
    for kind in ("graduation", "employment"):
        operations.add_grant_paper(grant.pk, kind=kind, filename="a.pdf", content=A_PDF, by=by, at=at)
    grant = operations.submit_grant(grant.pk, by=by, at=at)
    assert (grant.verdict, grant.judged_fen) == ("needs_evidence", 0)
    kept = GrantDecision.objects.get(grant=grant).decision
    assert any(value["value"] is None for f in kept["findings"] for value in f["values"].values())


def test_the_same_settling_grant_is_not_given_twice():
    make_talent_fund()
    person = make_learner()
    make_grant(person_id=person.pk, status="approved")
    second = make_grant(person_id=person.pk, status="submitted")
    operations.determine_fact(
        second.pk, fact="approved", value=True, source="文件", by=an_actor("bureau_clerk"), at=AT
    )
    second.refresh_from_db()
    assert second.verdict == "refused"


def test_a_base_award_in_two_parts_never_exceeds_its_ceiling():
    make_talent_fund()
    base = make_institution("示例实训基地", kind="public_base")
    first = make_grant("training_base_award", institution_id=base.pk, status="approved")
    second = make_grant(
        "training_base_award",
        institution_id=base.pk,
        status="approved",
        facts={"stage": "evaluation"},
        determined={"approved_fen": 1_800_000_00},
    )
    assert (first.amount_fen, second.amount_fen) == (2_000_000_00, 1_000_000_00)


def test_a_held_institution_waits_and_goes_on_when_the_hold_is_lifted():
    make_talent_fund()
    base = make_institution("示例实训基地", kind="public_base")
    hold = claims.place_payment_hold(
        held="institution",
        subject_id=base.pk,
        reason="正在核查",
        answer_by="请说明",
        cause="letter:1",
        by=an_actor("bureau_clerk"),
        at=AT,
    )
    grant = make_grant("training_base_award", institution_id=base.pk, status="cleared")
    (instalment,) = queries.instalments(grant.pk)
    assert instalment.status == "reserved" and "正在核查" in instalment.waits_for
    claims.lift_payment_hold(hold.pk, by=an_actor("reviewer"), at=AT, reason="已查清")
    operations.queue_grant_payments(grant.pk, by=an_actor("cashier"), at=AT)
    assert queries.instalments(grant.pk).get().status == "queued"


def test_a_batch_with_a_grant_held_since_is_not_released():
    make_talent_fund()
    base = make_institution("示例实训基地", kind="public_base")
    make_grant("training_base_award", institution_id=base.pk, status="cleared")
    payment = Payment.objects.get()
    batch = operations.prepare_payment_batch([payment.pk], by=an_actor("cashier"), at=AT)
    funds.check_batch(batch.pk, by=an_actor("reviewer"), at=AT)
    claims.place_payment_hold(
        held="institution",
        subject_id=base.pk,
        reason="正在核查",
        answer_by="请说明",
        cause="letter:1",
        by=an_actor("bureau_clerk"),
        at=AT,
    )
    with pytest.raises(claims.PaymentsHeld, match="正在核查"):
        operations.release_payment_batch(batch.pk, by=an_actor("cashier"), at=AT)


def test_end_grant_gives_the_money_back_but_not_what_is_with_the_bank():
    make_talent_fund()
    grant = make_grant(status="cleared")
    reference = queries.instalments(grant.pk).get().reference
    payment = Payment.objects.get()
    batch = operations.prepare_payment_batch([payment.pk], by=an_actor("cashier"), at=AT)
    with pytest.raises(operations.InstalmentOnItsWay):
        operations.end_grant(grant.pk, by=an_actor("reviewer"), at=AT, reason="认定撤销")
    claims.dissolve_payment_batch(batch.pk, by=an_actor("cashier"), at=AT, reason="停拨")
    with pytest.raises(ReasonMissing):
        operations.end_grant(grant.pk, by=an_actor("reviewer"), at=AT, reason="")
    ended = operations.end_grant(grant.pk, by=an_actor("reviewer"), at=AT, reason="认定撤销")
    assert (ended.status, ended.amount_fen) == ("ended", 0)
    assert not any(sum(parts.values()) for parts in ledger.standing(reference).values())


def test_appeal_within_its_days_by_another_person_reopens_the_grant():
    refuser = an_actor("reviewer")
    grant = make_grant(status="reviewed", determined={"approved": False})
    operations.refuse_grant(grant.pk, by=refuser, at=AT, reason="没有认定")
    by = an_actor("learner", person_id=grant.person_id)
    late = a_day_at(add_working_days(APPLIED_ON, 11))
    with pytest.raises(operations.AppealTooLate):
        operations.file_grant_appeal(grant.pk, text="我有认定", by=by, at=late)
    appeal = operations.file_grant_appeal(grant.pk, text="我有认定", by=by, at=AT + timedelta(days=1))
    assert appeal.answer_by is not None
    with pytest.raises(SamePerson):
        operations.uphold_appeal(appeal.pk, answer="同意", by=refuser, at=AT)
    operations.uphold_appeal(appeal.pk, answer="补充认定文件属实", by=an_actor("reviewer"), at=AT)
    assert Grant.objects.get(pk=grant.pk).status == "submitted"


def test_appeal_where_no_paper_sets_a_deadline_is_never_too_late():
    assert queries.appeal_deadline("370211", APPLIED_ON) is None
    assert queries.appeal_deadline(REGION, APPLIED_ON) == add_working_days(APPLIED_ON, 10)


def test_an_applicant_sees_only_their_own_and_the_bureau_no_drafts():
    own, other = make_grant(status="drafted"), make_grant(status="submitted")
    by = an_actor("learner", person_id=own.person_id)
    assert [row.pk for row in queries.grants(by)] == [own.pk]
    assert [row.pk for row in queries.grants(an_actor("bureau_clerk"))] == [other.pk]
    with pytest.raises(NotFound):
        queries.grant(other.pk, by=by)
    with pytest.raises(WrongState):
        operations.add_grant_paper(
            other.pk,
            kind="other",
            filename="a.pdf",
            content=A_PDF,
            by=an_actor("learner", person_id=other.person_id),
            at=AT,
        )
