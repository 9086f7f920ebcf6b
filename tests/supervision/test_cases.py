"""Error, fault or fraud: every criterion answered, one person grades, another confirms."""

from datetime import date, timedelta

import pytest

from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.supervision import operations, queries
from kaogong.supervision.models import Case, Recovery
from tests.factories import an_actor, make_institution, make_person
from tests.factories.oversight import FRAUD, answers_of, make_case, make_complaint

pytestmark = pytest.mark.django_db


@pytest.fixture
def school(db):
    return make_institution("青禾学校")


@pytest.fixture
def clerk():
    return an_actor("bureau_clerk")


@pytest.fixture
def reviewer():
    return an_actor("reviewer")


def grade(case, now, by, grade="fraud", said=FRAUD, **more):
    fields = {"reason": "综合各项", "answers": answers_of(case, now.date(), **said)} | more
    return operations.grade_case(case.pk, grade=grade, by=by, at=now, **fields)


def test_case_is_graded_confirmed_paid_back_handed_over_and_closed(school, clerk, reviewer, now):
    complaint = make_complaint(at=now).complaint
    case = operations.open_case(
        cause="complaint", because_of=complaint.number, facts="代签属实", institution_id=school.pk,
        by=clerk, at=now,
    )  # fmt: skip
    assert case.number == "AJ-2026-00001"
    graded = grade(case, now, clerk)
    assert graded.status == "graded" and len(graded.criteria) == 8
    assert {"code", "label", "answer", "reason", "points_to"} <= set(graded.criteria[0])
    with pytest.raises(operations.CaseNotConfirmed):
        operations.demand_recovery(
            case.pk, amount_fen=1, due_on=date(2026, 12, 1), by=reviewer, at=now, reason="x"
        )
    operations.confirm_case(case.pk, by=reviewer, at=now)
    recovery = operations.demand_recovery(
        case.pk, amount_fen=12_000_00, due_on=date(2026, 12, 31), by=reviewer, at=now, reason="虚报十二人"
    )
    assert queries.recovery_sums(case.pk) == (12_000_00, 0)
    with pytest.raises(operations.RecoveriesOpen):
        operations.close_case(case.pk, by=reviewer, at=now, reason="办完")
    with pytest.raises(ReasonMissing):
        operations.settle_recovery(recovery.pk, by=reviewer, at=now, reason="")
    operations.settle_recovery(recovery.pk, by=reviewer, at=now, reason="缴款书0012号")
    assert queries.recovery_sums(case.pk) == (12_000_00, 12_000_00)
    handed = operations.hand_over_case(case.pk, to="示例区公安分局", by=reviewer, at=now, reason="涉嫌诈骗")
    assert handed.handed_over_to == "示例区公安分局"
    with pytest.raises(operations.CaseNotConfirmed):
        operations.hand_over_case(case.pk, to="再送", by=reviewer, at=now, reason="x")
    assert operations.close_case(case.pk, by=reviewer, at=now, reason="已退回").status == "closed"


def test_confirm_case_by_who_graded_it_is_refused(school, reviewer, now):
    case = make_case(school, at=now)
    grade(case, now, reviewer)
    with pytest.raises(SamePerson):
        operations.confirm_case(case.pk, by=reviewer, at=now)
    assert operations.return_case(case.pk, by=reviewer, at=now, reason="再核").status == "opened"


def test_grade_case_wants_every_criterion_with_its_reason(school, clerk, now):
    case = make_case(school, at=now)
    answers = answers_of(case, now.date(), **FRAUD)
    del answers["repeated"]
    with pytest.raises(operations.CriterionUnanswered) as refusal:
        grade(case, now, clerk, answers=answers)
    assert "同类情形" in refusal.value.message
    with pytest.raises(operations.CriterionUnanswered):
        grade(case, now, clerk, said={"intent": ("yes", " ")})
    with pytest.raises(operations.FraudWithoutGround):
        grade(case, now, clerk, said={"avoidable": ("yes", "没有按规定")})
    with pytest.raises(operations.CaseIncomplete):
        grade(case, now, clerk, grade="crime")
    case.refresh_from_db()
    assert (case.status, case.grade, case.criteria) == ("opened", "", [])


def test_grade_case_as_error_records_why_it_is_tolerated(school, clerk, reviewer, now):
    case = make_case(school, at=now)
    said = {"self_reported": ("yes", "当日报告")}
    with pytest.raises(operations.ToleranceMissing):
        grade(case, now, clerk, grade="error", said=said)
    grade(case, now, clerk, grade="error", said=said, tolerance="系统故障所致，未得利，已改正")
    case = operations.confirm_case(case.pk, by=reviewer, at=now)
    assert case.tolerance.startswith("系统故障")


def test_grade_case_without_criteria_of_the_region_is_refused(now):
    school = make_institution(region_code="510700")
    by = an_actor("bureau_clerk", region_code="510700")
    case = operations.open_case(
        cause="audit", because_of="审计-9", facts="x", institution_id=school.pk, by=by, at=now
    )
    with pytest.raises(operations.CriteriaUnset):
        operations.grade_case(case.pk, grade="fault", answers={}, reason="x", by=by, at=now)


def test_open_case_of_one_cause_is_opened_once(school, clerk, reviewer, now):
    first = make_case(school, at=now, because_of="RF-7", cause="risk")
    with pytest.raises(operations.CaseTaken):
        make_case(school, at=now, because_of="RF-7", cause="risk")
    with pytest.raises(operations.CaseIncomplete):
        operations.open_case(cause="audit", because_of="x", facts="y", by=clerk, at=now)
    operations.dismiss_case(first.pk, by=reviewer, at=now, reason="线索不实")
    assert make_case(school, at=now, because_of="RF-7", cause="risk").number == "AJ-2026-00002"


def test_open_case_about_a_person(clerk, now):
    person = make_person("王强")
    case = operations.open_case(
        cause="audit", because_of="审计-2", facts="冒名", person_id=person.pk, by=clerk, at=now
    )
    assert (case.institution_id, case.person_id) == (None, person.pk)


def test_demand_recovery_refuses_wrong_sums_and_days(school, reviewer, now):
    case = make_case(school, at=now, status="confirmed")
    good = {"amount_fen": 100, "due_on": date(2026, 12, 31), "reason": "x"}
    for change in ({"amount_fen": 0}, {"due_on": now.date()}, {"reason": ""}):
        with pytest.raises(operations.RecoveryWrong):
            operations.demand_recovery(case.pk, by=reviewer, at=now, **(good | change))
    with pytest.raises(NotFound):
        operations.demand_recovery(case.pk, by=reviewer, at=now, claim_number="SL-1", **good)
    recovery = operations.demand_recovery(case.pk, by=reviewer, at=now, **good)
    operations.waive_recovery(recovery.pk, by=reviewer, at=now, reason="机构注销")
    assert queries.recovery_sums(case.pk) == (0, 0) and Recovery.objects.get().status == "waived"


@pytest.mark.parametrize(
    ("act", "roles"),
    [
        ("open_case", ("auditor", "inspector", "cashier", "provider_clerk")),
        ("confirm_case", ("bureau_clerk", "auditor", "provider_clerk")),
        ("dismiss_case", ("bureau_clerk", "inspector")),
    ],
)
def test_cases_are_the_bureaus_own_work(school, now, act, roles):
    case = make_case(school, at=now)
    for role in roles:
        by = an_actor(role)
        with pytest.raises((NotPermitted, NotFound)):
            if act == "open_case":
                operations.open_case(
                    cause="audit", because_of="z", facts="x", institution_id=school.pk, by=by, at=now
                )
            else:
                getattr(operations, act)(case.pk, by=by, at=now, reason="x")
    with pytest.raises(NotFound):
        operations.dismiss_case(case.pk, by=an_actor("reviewer", region_code="510700"), at=now, reason="x")
    with pytest.raises(WrongState):
        operations.confirm_case(case.pk, by=an_actor("reviewer"), at=now + timedelta(days=1))
    assert Case.objects.count() == 1
