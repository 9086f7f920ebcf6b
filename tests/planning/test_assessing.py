"""Units assessed for a year: measured with the working, scored by hand, heard, confirmed by another, told."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from kaogong.kernel.errors import NotFound, NotPermitted, SamePerson
from kaogong.ledger.states import SPONSOR
from kaogong.planning import operations, queries
from kaogong.planning.models import AssessedUnit, UnitAssessment, UnitObjection, UnitScore
from kaogong.planning.queries.assessing import measured_of
from tests.factories import an_actor
from tests.factories.paper import A_PDF
from tests.factories.planning import a_line, make_assessment, make_plan, make_submission, make_target

pytestmark = pytest.mark.django_db
AGRICULTURE, HRSS = "370299:agriculture", "370299:hrss"


def of(name: str) -> AssessedUnit:
    return AssessedUnit.objects.get(department=name)


def test_a_units_name_in_words_is_a_department():
    for unit, code in (
        ("示例区农业农村局", "agriculture"),
        ("区教育和体育局", "education"),
        ("区教体局", "education"),
        ("区市场监督管理局", "market_regulation"),
        ("青岛市公共就业和人才服务中心", ""),
        ("", ""),
    ):
        assert queries.department_of(unit) == code


def test_where_no_paper_gives_criteria_nothing_is_opened(now):
    west = an_actor("bureau_clerk", region_code="370211")
    with pytest.raises(operations.AssessmentCriteriaMissing, match="已收文件也没有给出"):
        operations.open_assessment(2026, region_code="370211", units=["370211:hrss"], by=west, at=now)
    assert not UnitAssessment.objects.exists()


def test_open_assessment_is_for_units_of_the_region_and_once_a_year(now, clerk, reviewer):
    said = {"region_code": "370299", "by": clerk, "at": now}
    with pytest.raises(operations.AssessmentYearNotBegun):
        operations.open_assessment(2027, units=[HRSS], **said)
    with pytest.raises(operations.NoUnitChosen):
        operations.open_assessment(2026, units=["370211:hrss", "370299:nobody"], **said)
    first = operations.open_assessment(2026, units=[HRSS, AGRICULTURE], **said)
    assert sorted(first.units.values_list("name", flat=True)) == ["人社局", "农业农村局"]
    with pytest.raises(operations.AssessmentOpened):
        operations.open_assessment(2026, units=[HRSS], **said)
    operations.cancel_assessment(first.pk, by=reviewer, at=now, reason="标准有误")
    assert operations.open_assessment(2026, units=[HRSS], **said).pk != first.pk


def test_points_are_measured_from_figures_and_keep_their_working(now, clerk, reviewer, stated):
    stated.value = lambda code, region, day: 900
    target = make_target(owner="示例区农业农村局", starts_on=date(2026, 1, 1), ends_on=date(2026, 10, 1))
    operations.read_target(target.pk, by=clerk, at=now)
    plan = make_plan(year=2026)
    make_submission(plan, "agriculture", a_line(100))
    operations.merge_plan(plan.pk, by=clerk, at=now)
    operations.propose_plan(plan.pk, by=clerk, at=now)
    operations.publish_plan(plan.pk, working_days=3, by=reviewer, at=now)
    stated.parts = {("training.person_times", "department"): {"agriculture": 75, "hrss": 40}}
    notice = operations.issue_supervision(
        target.pk, unit="示例区农业农村局", asked="说明", by=clerk, at=now - timedelta(days=30)
    )
    operations.reply_supervision(notice.pk, content="已增班", by=clerk, at=now)
    duty = operations.list_duty(
        region_code="370299",
        code="D",
        title="师资",
        clause="示例#1",
        lead_unit="区农业农村局",
        by=clerk,
        at=now,
    )
    operations.assign_duty(
        duty.pk, lead_unit="区农业农村局", joint_units=(), officer="", due_on=now.date(), by=clerk, at=now
    )
    operations.report_duty(duty.pk, unit="区农业农村局", content="完成", by=clerk, at=now)
    operations.finish_duty(duty.pk, by=reviewer, at=now)
    one = make_assessment(AGRICULTURE, HRSS)
    found = measured_of(one, now)[of("agriculture").pk]
    assert {name: str(measure.value) for name, measure in found.items()} == {
        "targets": "90.00", "plan": "75.00", "budget": "None", "lines": "None", "duties": "100.00",
        "supervision": "0.00",
    }  # fmt: skip
    assert measured_of(one, now)[of("hrss").pk]["plan"].value is None  # done without a plan is no plan done
    assert operations.measure_units(one.pk, by=clerk, at=now) == 4
    plan_score = UnitScore.objects.get(unit=of("agriculture"), criterion_code="plan")
    # 75 is halfway from 50 (nothing) to 100 (all) of 20 points
    assert (plan_score.points, plan_score.snapshot) == (1000, "7")
    assert (
        plan_score.working[0]["said"].startswith("计划100人次")
        and "完成75人次" in plan_score.working[0]["said"]
    )
    targets = UnitScore.objects.get(unit=of("agriculture"), criterion_code="targets")
    assert targets.points == 1600 and targets.working[0]["number"] == target.pk
    with pytest.raises(Exception, match="Cannot update"):
        UnitScore.objects.filter(pk=plan_score.pk).update(points=2000)


def test_the_budget_is_executed_as_the_funds_board_says(now, monkeypatch):
    def row(department, budgeted, paid, *, region="370299", source="district"):
        fund = SimpleNamespace(pk=1, name="就业补助资金", department=department, region_code=region)
        return SimpleNamespace(
            fund=fund, programme="", source_level=source, budgeted_fen=budgeted, carried_fen=0, paid_fen=paid,
            reserved_fen=0, payable_fen=0, in_transit_fen=0, returned_fen=0, available_fen=0,
        )  # fmt: skip

    board = [
        row("示例区农业农村局", 90_000, 30_000),
        row("示例区农业农村局", 10_000, 10_000),
        row("示例区农业农村局", 10_000, 0, region="370211"),
        row("示例区农业农村局", 50_000, 0, source=SPONSOR),
    ]
    monkeypatch.setattr("kaogong.funds.queries.fund_board", lambda by, year: board)
    one = make_assessment(AGRICULTURE, HRSS)
    found = measured_of(one, now)
    assert str(found[of("agriculture").pk]["budget"].value) == "40.00"
    assert "预算1,000.00元，已拨付400.00元" in found[of("agriculture").pk]["budget"].lines[0].said
    assert found[of("hrss").pk]["budget"].value is None


def test_lines_handed_in_late_or_never_count_nothing(now, clerk):
    begun = now - timedelta(days=60)
    plan = make_plan(year=2027, at=begun, due_on=now.date() - timedelta(days=20))
    make_submission(plan, "agriculture", a_line(5), at=begun)
    make_submission(plan, "hrss", a_line(5), at=begun, submit=False)
    one = make_assessment(AGRICULTURE, HRSS)
    found = measured_of(one, now)
    assert found[of("agriculture").pk]["lines"].value == 100 and found[of("hrss").pk]["lines"].value == 0


def test_returns_on_time_are_told_one_by_one():
    due = [
        (1, "一季度", date(2026, 4, 15), date(2026, 4, 10)),
        (2, "二季度", date(2026, 7, 14), date(2026, 7, 20)),
        (3, "三季度", date(2026, 10, 20), None),
    ]
    found = queries.returns_measure(due)
    assert str(found.value) == "33.33" and "没有冻结" in found.lines[2].said
    assert queries.returns_measure([]).value is None


def _all_scored(one, clerk, now, *, better: str = "agriculture"):
    for unit in one.units.all():
        for criterion in one.criteria:
            full = criterion["weight"] if unit.department == better else criterion["weight"] - 1
            operations.score_unit(
                unit.pk, criterion_code=criterion["code"], points=Decimal(full), ground="依据年终总结",
                paper=A_PDF, paper_title="报告.pdf", by=clerk, at=now,
            )  # fmt: skip


def test_points_by_hand_need_a_ground_and_a_survey_its_paper(now, clerk, reviewer):
    one = make_assessment(AGRICULTURE)
    said = {"by": clerk, "at": now, "criterion_code": "cooperation"}
    with pytest.raises(operations.GroundMissing):
        operations.score_unit(of("agriculture").pk, points=Decimal(4), ground=" ", **said)
    for points in (Decimal("5.01"), Decimal("1.001"), Decimal("-1"), None):
        with pytest.raises(operations.UnitPointsWrong, match="0到5分"):
            operations.score_unit(of("agriculture").pk, points=points, ground="配合好", **said)
    with pytest.raises(operations.PaperMissing):
        operations.score_unit(
            of("agriculture").pk,
            points=Decimal(9),
            ground="调查",
            **said | {"criterion_code": "satisfaction"},
        )
    with pytest.raises(NotPermitted):
        operations.score_unit(of("agriculture").pk, points=Decimal(4), ground="好", **said | {"by": reviewer})
    with pytest.raises(operations.UnitPointsMissing, match="8个得分没有"):
        operations.tell_assessment(one.pk, by=clerk, at=now)


def test_what_does_not_apply_is_left_out_of_the_hundred(now, clerk):
    one = make_assessment(AGRICULTURE)
    unit = of("agriculture")
    for criterion in one.criteria:
        out = criterion["code"] == "budget"
        operations.score_unit(
            unit.pk, criterion_code=criterion["code"], points=Decimal(criterion["weight"]) / 2, is_excluded=out,
            ground="没有预算" if out else "记一半", paper=A_PDF, paper_title="a.pdf", by=clerk, at=now,
        )  # fmt: skip
    scores = queries.standing_scores(queries.assessed_unit(unit.pk, by=clerk))
    assert queries.total_of(one.criteria, scores) == (5000, 85)


def test_a_year_from_scores_to_told_results(now, clerk, reviewer):
    one = make_assessment(AGRICULTURE, HRSS)
    farmer = an_actor("department_clerk", region_code="370299", department_code="agriculture")
    _all_scored(one, clerk, now)
    mine = of("agriculture")
    with pytest.raises(NotFound):
        queries.assessed_unit(mine.pk, by=farmer)  # not told yet
    operations.tell_assessment(one.pk, by=clerk, at=now)
    one.refresh_from_db()
    assert queries.assessed_unit(mine.pk, by=farmer).rank == 1
    assert list(queries.told_units(farmer, now.date())) == [mine]
    with pytest.raises(NotFound):
        queries.assessed_unit(of("hrss").pk, by=farmer)
    said = {"criterion_code": "plan", "by": farmer}
    with pytest.raises(NotFound):
        operations.object_to_score(of("hrss").pk, content="不服", at=now, **said)
    with pytest.raises(operations.ObjectionTooLate):
        operations.object_to_score(mine.pk, content="晚了", at=now + timedelta(days=30), **said)
    objection = operations.object_to_score(
        mine.pk, content="农广校两期没有计入", paper=A_PDF, paper_title="名册.pdf", at=now, **said
    )
    with pytest.raises(operations.ObjectionAlready):
        operations.object_to_score(mine.pk, content="再说", at=now, **said)
    later = now + timedelta(days=8)
    with pytest.raises(operations.ObjectionsUnanswered):
        operations.confirm_assessment(one.pk, by=reviewer, at=later)
    with pytest.raises(NotPermitted):
        operations.dismiss_objection(objection.pk, answer="不采纳", by=clerk, at=later)
    operations.accept_objection(objection.pk, points=Decimal("8.5"), answer="核减", by=reviewer, at=later)
    mine.refresh_from_db()
    assert (mine.total, mine.rank, mine.grade_code) == (8850, 2, "B")
    assert UnitScore.objects.filter(unit=mine, criterion_code="plan").count() == 2  # what it was stays
    with pytest.raises(operations.HearingNotOver):
        operations.confirm_assessment(one.pk, by=reviewer, at=now)
    assert list(queries.assessments_to_confirm(reviewer, later.date())) == [one]
    operations.confirm_assessment(one.pk, by=reviewer, at=later)
    assert queries.board(UnitAssessment.objects.get(pk=one.pk)) == []
    operations.publish_assessment(one.pk, shown_as="grade", by=reviewer, at=later)
    one.refresh_from_db()
    assert [unit.name for unit in queries.board(one)] == ["人社局", "农业农村局"]
    assert of("hrss").consequence == "拟予表扬" and UnitObjection.objects.get().status == "accepted"


def test_who_told_the_points_does_not_confirm_them_and_another_region_sees_nothing(now, clerk):
    one = make_assessment(AGRICULTURE)
    both = clerk.may_also("confirm_assessment")
    _all_scored(one, clerk, now)
    operations.tell_assessment(one.pk, by=both, at=now)
    with pytest.raises(SamePerson):
        operations.confirm_assessment(one.pk, by=both, at=now + timedelta(days=8))
    stranger = an_actor("bureau_clerk", region_code="370211")
    assert not queries.unit_assessments(stranger).exists()
    with pytest.raises(NotFound):
        operations.measure_units(one.pk, by=stranger, at=now)


def test_equal_totals_share_a_place():
    assert queries.ranks({1: 90, 2: 80, 3: 90}) == {1: 1, 3: 1, 2: 3}
