"""Recognition from application to contract in force (C1–C5, O3)."""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kaogong.institutions import operations, queries
from kaogong.institutions.models import Contract, Institution, RecognitionApplication
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.kernel.working_days import add_working_days
from kaogong.notices.operations import answer_objection, close_notice, receive_objection
from kaogong.trail.models import Entry
from tests.factories import COOK, an_actor, make_contract, make_institution
from tests.factories.institutions import (
    a_wish,
    make_application,
    make_bureau,
    make_ready,
    make_room,
    make_site,
)
from tests.factories.people import AT

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(AT)
PDF = b"%PDF-1.7 licence"


@pytest.fixture
def bureau():
    return make_bureau()


def _answers() -> dict[str, str]:
    return {row["code"]: "yes" for row in queries.visit_items("370299", TODAY)}


def test_an_application_goes_all_the_way_to_a_contract_in_force(bureau):
    application = make_application(status="in_force", bureau=bureau)
    contract = application.contract
    assert (application.status, contract.status) == ("in_force", "recognised")
    assert (contract.head_count, contract.area, contract.starts_on) == (300, "示例区", date(2026, 3, 1))
    assert queries.is_in_scope(application.institution_id, *COOK, date(2026, 4, 1))
    assert not queries.is_in_scope(application.institution_id, *COOK, date(2026, 2, 1))
    # 谁审批、谁负责、谁监管
    assert application.supervisor_name == contract.supervisor_name == bureau.reviewer.name
    said = Entry.objects.filter(subject_kind="recognition", subject_id=str(application.pk))
    verbs = [verb for verb in said.order_by("id").values_list("verb", flat=True) if "condition" not in verb]
    assert verbs == [
        f"recognition.{past}"
        for past in (
            "drafted", "submitted", "accepted", "visited", "approved", "contracted", "published", "enforced",
        )
    ]  # fmt: skip


def test_submit_application_says_until_when_it_is_taken_up_in_working_days():
    application = make_application(status="submitted")
    assert application.accept_by_on == add_working_days(TODAY, 5)
    accepted = make_application(status="accepted")
    assert accepted.decide_by_on == add_working_days(TODAY, 20)


def test_submit_application_has_no_deadline_where_no_paper_sets_one():
    body = make_ready(make_institution(region_code="370211"))
    application = make_application(body)
    own = an_actor("provider_clerk", organisation_id=body.pk)
    application = operations.submit_application(application.pk, by=own, at=AT)
    assert application.accept_by_on is None
    # and no number is invented: every condition waits for a person
    assert {row.verdict for row in queries.conditions(application.pk)} == {"ask"}


def test_conditions_are_judged_by_figures_where_the_product_has_them():
    body = make_institution()
    site = make_site(body)
    make_room(site, capacity=40)
    application = make_application(body)
    found = {row.code: (row.figure, row.required, row.verdict) for row in queries.conditions(application.pk)}
    assert found["sites"] == (1, 1, "ok")
    assert found["rooms"] == (1, 2, "no")
    assert found["capacity"] == (40, 60, "no")
    assert found["full_time_trainers"] == (0, 3, "no")
    assert found["legal_person"] == (None, None, "ask")


def test_the_same_body_is_judged_the_same_whatever_its_kind():
    """C5: public or private, one checklist and one judgement."""
    rows = queries.conduct_of("370299", "recognition", TODAY).table("checklist").rows
    figures = {"sites": 1, "rooms": 2, "capacity": 50, "full_time_trainers": 3, "managers": 0}
    judged = {kind: queries.judge(rows, figures, kind) for kind, _ in Institution.KINDS}
    assert len({tuple(found) for found in judged.values()}) == 1
    told_apart = [*rows, {"code": "licence", "label": "办学许可证", "kinds": ["training_school"]}]
    assert queries.judge(told_apart, figures, "training_school")[-1].code == "licence"
    assert queries.judge(told_apart, figures, "public_base") == judged["public_base"]


def test_draft_application_refuses_what_cannot_be(bureau):
    body = make_institution()
    own = an_actor("provider_clerk", organisation_id=body.pk)

    def draft(**fields):
        wish = fields.pop("wish", a_wish())
        purpose = fields.pop("purpose", "first")
        return operations.draft_application(body.pk, purpose=purpose, wish=wish, by=own, at=AT, **fields)

    with pytest.raises(operations.ContractDatesWrong):
        draft(wish=a_wish(ends_on=date(2026, 3, 1)))
    with pytest.raises(operations.HeadCountMissing):
        draft(wish=a_wish(head_count=0))
    with pytest.raises(operations.ScopeEmpty):
        draft(wish=a_wish(scopes=()))
    with pytest.raises(operations.ScopeUnknown):
        draft(wish=a_wish(scopes=(("9-99-99-99", ""),)))
    with pytest.raises(operations.EarlierContractMissing):
        draft(purpose="renewal")
    with pytest.raises(operations.TenderNotWon):
        draft(tender_id=1)
    draft()
    with pytest.raises(operations.ApplicationUnderWay):
        draft()
    make_contract(body)
    with pytest.raises(NotPermitted):
        operations.draft_application(body.pk, purpose="first", wish=a_wish(), by=bureau.clerk, at=AT)


def test_draft_application_of_a_recognised_body_is_a_renewal_or_more_scope():
    body = make_institution(recognised_for=[COOK])
    contract = body.contracts.get()
    own = an_actor("provider_clerk", organisation_id=body.pk)

    def draft(purpose, **fields):
        return operations.draft_application(
            body.pk, purpose=purpose, wish=a_wish(**fields), earlier_id=contract.pk, by=own, at=AT
        )

    with pytest.raises(operations.AlreadyRecognised):
        draft("first")
    with pytest.raises(operations.TermStartsTooLate):
        draft("renewal", starts_on=contract.ends_on + timedelta(days=1), ends_on=date(2031, 1, 1))
    with pytest.raises(operations.TermStartsTooLate):
        draft("scope", ends_on=contract.ends_on + timedelta(days=1))
    assert draft("renewal", starts_on=contract.ends_on, ends_on=date(2030, 1, 1)).earlier == contract
    more = draft("scope", ends_on=contract.ends_on)
    assert more.purpose == "scope"


def test_scope_change_adds_a_contract_and_rewrites_nothing(bureau):
    body = make_ready(make_institution(recognised_for=[COOK]))
    first = body.contracts.get()
    baker = ("4-03-02-02", "5")
    operations.add_equipment(
        body.pk, occupation_code=baker[0], title="烤箱", quantity=4, by=bureau.clerk, at=AT
    )
    wish = a_wish(ends_on=first.ends_on, scopes=(baker,))
    application = make_application(
        body, status="in_force", bureau=bureau, wish=wish, purpose="scope", earlier_id=first.pk
    )
    assert application.contract.amends == first
    assert not queries.is_in_scope(body.pk, *baker, date(2026, 2, 1))
    assert queries.is_in_scope(body.pk, *baker, date(2026, 3, 1))
    assert list(first.scopes.values_list("occupation_code", flat=True)) == [COOK[0]]


def test_tender_winners_may_apply_by_it(bureau):
    body = make_institution()
    given = {
        "number": "ZB-2026-001",
        "title": "2026年补贴性培训服务采购",
        "awarded_on": TODAY,
        "filing_number": "备〔2026〕1号",
        "by": bureau.clerk,
        "at": AT,
    }
    with pytest.raises(operations.WinnerMissing):
        operations.file_tender(**given, credit_codes=[])
    with pytest.raises(operations.WinnerUnknown):
        operations.file_tender(**given, credit_codes=["91370299MA00000000"])
    with pytest.raises(operations.DocumentMissing):
        operations.file_tender(**given | {"filing_number": " "}, credit_codes=[body.credit_code])
    tender = operations.file_tender(**given, credit_codes=[body.credit_code, body.credit_code])
    with pytest.raises(operations.TenderFiled):
        operations.file_tender(**given, credit_codes=[body.credit_code])
    application = make_application(make_ready(body), status="contracted", bureau=bureau, tender_id=tender.pk)
    assert (application.route, application.contract.basis) == ("tender", "备〔2026〕1号")


def test_return_application_needs_a_reason_and_it_can_be_submitted_again(bureau):
    application = make_application(status="submitted", bureau=bureau)
    with pytest.raises(ReasonMissing):
        operations.return_application(application.pk, by=bureau.clerk, at=AT, reason=" ")
    operations.return_application(application.pk, by=bureau.clerk, at=AT, reason="缺消防验收材料")
    own = an_actor("provider_clerk", organisation_id=application.institution_id)
    operations.change_application(application.pk, wish=a_wish(head_count=100), by=own, at=AT)
    operations.submit_application(application.pk, by=own, at=AT)
    again = queries.application(application.pk, by=bureau.clerk)
    assert (again.status, again.head_count) == ("submitted", 100)
    with pytest.raises(NotFound):
        operations.change_application(application.pk, wish=a_wish(), by=own, at=AT)


def test_what_is_not_handed_in_is_its_bodys_own(bureau):
    application = make_application()
    with pytest.raises(NotFound):
        queries.application(application.pk, by=bureau.clerk)
    stranger = an_actor("provider_clerk")
    for touch in (operations.submit_application, operations.withdraw_application):
        with pytest.raises(NotFound):
            touch(application.pk, by=stranger, at=AT)
    elsewhere = an_actor("bureau_clerk", region_code="510700")
    submitted = make_application(status="submitted")
    with pytest.raises(NotFound):
        operations.accept_application(submitted.pk, by=elsewhere, at=AT)
    with pytest.raises(NotPermitted):
        operations.accept_application(submitted.pk, by=an_actor("auditor"), at=AT)


def test_judge_condition_against_the_figures_needs_a_remark(bureau):
    application = make_application(make_institution(), status="accepted", bureau=bureau)
    rooms = queries.conditions(application.pk).get(code="rooms")
    with pytest.raises(ReasonMissing):
        operations.judge_condition(rooms.pk, verdict="ok", remark=" ", by=bureau.clerk, at=AT)
    with pytest.raises(operations.VerdictUnknown):
        operations.judge_condition(rooms.pk, verdict="fine", remark="x", by=bureau.clerk, at=AT)
    with pytest.raises(NotPermitted):
        operations.judge_condition(rooms.pk, verdict="ok", remark="x", by=an_actor("cashier"), at=AT)
    judged = operations.judge_condition(
        rooms.pk, verdict="ok", remark="租用相邻教室两间", by=bureau.clerk, at=AT
    )
    assert (judged.found, judged.verdict, judged.judged_by) == ("no", "ok", bureau.clerk.name)
    with pytest.raises(IntegrityError), transaction.atomic():
        queries.conditions(application.pk).filter(code="capacity").update(verdict="ok")


def test_record_visit_by_two_people_with_a_whole_sheet(bureau):
    application = make_application(status="accepted", bureau=bureau)

    def visit(**fields):
        given = {"visited_on": TODAY, "visitor_names": ["赵同行"], "answers": _answers(), "by": bureau.clerk}
        return operations.record_visit(application.pk, at=AT, **given | fields)

    with pytest.raises(operations.VisitorsTooFew):
        visit(visitor_names=[])
    with pytest.raises(operations.VisitorsTooFew):
        visit(visitor_names=[bureau.clerk.name, " "])
    with pytest.raises(operations.VisitDayWrong):
        visit(visited_on=TODAY + timedelta(days=1))
    with pytest.raises(operations.VisitDayWrong):
        visit(visited_on=TODAY - timedelta(days=1))
    with pytest.raises(operations.VisitIncomplete):
        visit(answers={})
    with pytest.raises(ReasonMissing):
        visit(answers=_answers() | {"safety": "no"})
    with pytest.raises(operations.PaperUnreadable):
        visit(photos=[operations.VisitPhoto("a.exe", b"MZ")])
    with pytest.raises(NotPermitted):
        visit(by=bureau.reviewer)
    kept = visit(photos=[operations.VisitPhoto("门头.jpg", b"\xff\xd8\xff photo")])
    assert kept.visitor_names == [bureau.clerk.name, "赵同行"]
    assert queries.papers(application.pk).get().condition_code == "visit"
    with pytest.raises(WrongState):
        visit()


def test_approve_application_only_when_everything_is_met_and_by_another(bureau):
    application = make_application(status="visited", bureau=bureau)

    def approve(**fields):
        given = {"filing_number": "青示认〔2026〕1号", "by": bureau.reviewer, "at": AT, "reason": "条件齐备"}
        return operations.approve_application(application.pk, **given | fields)

    with pytest.raises(operations.ConditionsOpen):
        approve()
    for condition in queries.conditions(application.pk).filter(verdict="ask"):
        operations.judge_condition(condition.pk, verdict="ok", remark="材料齐全", by=bureau.clerk, at=AT)
    funds = queries.conditions(application.pk).get(code="funds")
    operations.judge_condition(funds.pk, verdict="no", remark="资金未到位", by=bureau.clerk, at=AT)
    with pytest.raises(operations.ConditionsFailed):
        approve()
    operations.judge_condition(funds.pk, verdict="ok", remark="已补验资报告", by=bureau.clerk, at=AT)
    with pytest.raises(ReasonMissing):
        approve(reason="")
    with pytest.raises(ReasonMissing):
        approve(filing_number=" ")
    with pytest.raises(NotPermitted):
        approve(by=bureau.clerk)
    assert approve().supervisor_account_id == bureau.reviewer.account_id
    other = make_application(status="visited", bureau=bureau)
    for condition in queries.conditions(other.pk).filter(verdict="ask"):
        operations.judge_condition(condition.pk, verdict="ok", remark="材料齐全", by=bureau.clerk, at=AT)
    with pytest.raises(operations.FilingNumberTaken):
        operations.approve_application(
            other.pk, filing_number="青示认〔2026〕1号", by=bureau.reviewer, at=AT, reason="条件齐备"
        )


def test_nobody_decides_what_they_took_up(bureau):
    """Even one with every right."""
    from dataclasses import replace

    both = replace(bureau.reviewer, permissions=bureau.reviewer.permissions | bureau.clerk.permissions)
    application = make_application(status="submitted")
    operations.accept_application(application.pk, by=both, at=AT)
    operations.record_visit(
        application.pk, visited_on=TODAY, visitor_names=["赵同行"], answers=_answers(), by=bureau.clerk, at=AT
    )
    for condition in queries.conditions(application.pk).filter(verdict="ask"):
        operations.judge_condition(condition.pk, verdict="ok", remark="材料齐全", by=both, at=AT)
    with pytest.raises(SamePerson):
        operations.approve_application(
            application.pk, filing_number="一号", by=both, at=AT, reason="条件齐备"
        )


def test_refuse_application_with_reasons(bureau):
    application = make_application(status="visited", bureau=bureau)
    with pytest.raises(ReasonMissing):
        operations.refuse_application(application.pk, by=bureau.reviewer, at=AT, reason="")
    refused = operations.refuse_application(application.pk, by=bureau.reviewer, at=AT, reason="没有实训场所")
    assert (refused.status, refused.decision) == ("refused", "没有实训场所")
    make_application(application.institution)  # may apply again


def test_enforce_application_after_the_notice_and_without_upheld_objections(bureau):
    application = make_application(status="published", bureau=bureau)
    notice = application.notice
    assert notice.closes_on == add_working_days(TODAY, 5)
    with pytest.raises(operations.NoticeNotOver):
        operations.enforce_application(application.pk, by=bureau.clerk, at=AT)
    objection = receive_objection(notice.pk, content="场地是借来的", contact="13800000000", at=AT)
    answer_objection(objection.pk, upheld=True, answer="经查属实", by=bureau.clerk, at=AT)
    after = AT + timedelta(days=20)
    close_notice(notice.pk, by=bureau.clerk, at=after)
    with pytest.raises(operations.ObjectionUpheld):
        operations.enforce_application(application.pk, by=bureau.clerk, at=after)
    operations.reopen_application(application.pk, by=bureau.reviewer, at=after, reason="场地是借来的")
    application = queries.application(application.pk, by=bureau.clerk)
    assert (application.status, application.contract) == ("visited", None)
    assert Contract.objects.get(institution=application.institution).status == "cancelled"
    operations.refuse_application(application.pk, by=bureau.reviewer, at=after, reason="没有自有场地")


def test_publish_application_asks_for_the_days_nobody_set(bureau):
    body = make_ready(make_institution(region_code="370211"))
    from tests.factories.institutions import Bureau

    here = Bureau(an_actor("bureau_clerk", region_code="370211"), an_actor("reviewer", region_code="370211"))
    application = make_application(body, status="visited", bureau=here)
    for condition in queries.conditions(application.pk):
        operations.judge_condition(condition.pk, verdict="ok", remark="已核", by=here.clerk, at=AT)
    operations.approve_application(
        application.pk, filing_number="一号", by=here.reviewer, at=AT, reason="齐备"
    )
    operations.contract_application(application.pk, number="XY-370211-1", by=here.clerk, at=AT)
    with pytest.raises(operations.NoticeDaysUnset):
        operations.publish_application(application.pk, by=here.clerk, at=AT)
    published = operations.publish_application(application.pk, working_days=7, by=here.clerk, at=AT)
    assert published.notice.closes_on == add_working_days(TODAY, 7)


def test_add_paper_keeps_what_is_what_it_says(bureau):
    application = make_application()
    own = an_actor("provider_clerk", organisation_id=application.institution_id)

    def add(code="legal_person", filename="执照.pdf", content=PDF, by=own):
        return operations.add_paper(
            application.pk, condition_code=code, filename=filename, content=content, by=by, at=AT
        )

    paper = add()
    assert add() == paper  # the same file again is the same paper
    with pytest.raises(operations.PaperUnreadable):
        add(content=b"<html>")
    with pytest.raises(operations.PaperUnreadable):
        add(content=PDF + b"0" * operations.LARGEST_PAPER)
    with pytest.raises(operations.ConditionUnknown):
        add(code="nothing")
    with pytest.raises(NotFound):
        add(by=an_actor("provider_clerk"))
    with pytest.raises(NotFound):
        queries.paper(paper.pk, by=bureau.clerk)  # not handed in yet
    operations.submit_application(application.pk, by=own, at=AT)
    assert bytes(queries.paper(paper.pk, by=bureau.clerk).content) == PDF


def test_withdraw_application_before_it_is_decided(bureau):
    application = make_application(status="approved", bureau=bureau)
    own = an_actor("provider_clerk", organisation_id=application.institution_id)
    with pytest.raises(WrongState):
        operations.withdraw_application(application.pk, by=own, at=AT)


def test_applications_to_be_dealt_with_stand_before_those_that_are_over(bureau):
    for status in ("published", "accepted"):
        make_application(status=status, bureau=bureau)
    back, over = (make_application(status="submitted", bureau=bureau) for _ in range(2))
    operations.return_application(back.pk, by=bureau.clerk, at=AT, reason="缺材料")
    own = an_actor("provider_clerk", organisation_id=over.institution_id)
    operations.withdraw_application(over.pk, by=own, at=AT)
    make_application(status="submitted", bureau=bureau)
    listed = [one.status for one in queries.applications(bureau.clerk)]
    assert sorted(listed[:3]) == ["accepted", "published", "submitted"]
    assert listed[3:] == ["returned", "withdrawn"]


def test_end_contract_says_what_happens_to_open_classes(bureau):
    contract = make_contract(make_institution())
    with pytest.raises(operations.ArrangementMissing):
        operations.end_contract(contract.pk, open_classes=2, by=bureau.clerk, at=AT, reason="机构申请退出")
    ended = operations.end_contract(
        contract.pk, open_classes=2, arrangement="transfer", by=bureau.clerk, at=AT, reason="机构申请退出"
    )
    assert (ended.status, ended.arrangement) == ("ended", "transfer")


def test_contracts_ending_soon_say_by_when_to_renew(bureau):
    body = make_institution()
    soon = make_contract(body, ends_on=TODAY + timedelta(days=50))
    make_contract(make_institution())
    assert list(queries.contracts_ending_soon(bureau.clerk, TODAY)) == [soon]
    assert queries.renew_by(soon, TODAY) == add_working_days(soon.ends_on, -30)
    wish = a_wish(starts_on=soon.ends_on, ends_on=soon.ends_on + timedelta(days=365))
    make_application(body, purpose="renewal", earlier_id=soon.pk, wish=wish)
    assert list(queries.contracts_ending_soon(bureau.clerk, TODAY)) == []


@pytest.mark.django_db(transaction=True)
def test_two_applications_at_once_leave_one():
    body = make_institution()
    own = an_actor("provider_clerk", organisation_id=body.pk)
    found: list[object] = []

    def draft():
        try:
            found.append(
                operations.draft_application(body.pk, purpose="first", wish=a_wish(), by=own, at=AT).pk
            )
        except operations.ApplicationUnderWay as refusal:
            found.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=draft) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(one).__name__ for one in found) == ["ApplicationUnderWay", "int"]
    assert RecognitionApplication.objects.filter(institution=body).count() == 1
