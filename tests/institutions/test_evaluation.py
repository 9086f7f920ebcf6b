"""Yearly evaluation of providers, its grades and appeals (O5, C5)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from kaogong import sheets
from kaogong.institutions import operations, queries
from kaogong.institutions.models import Contract, GradeAppeal
from kaogong.institutions.queries import Measured
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.kernel.working_days import add_working_days
from kaogong.notices.operations import close_notice
from kaogong.sheets.provider_layouts import OUTSIDE_SCORES
from tests.factories import COOK, an_actor, make_institution
from tests.factories.institutions import make_bureau, make_evaluation, outside_sheet
from tests.factories.people import AT

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(AT)


@pytest.fixture
def bureau():
    return make_bureau()


def test_points_are_in_proportion_between_nothing_and_all():
    rate = {"weight": 20, "nothing_at": 50, "full_at": 95}
    assert [queries.points_of(rate, Decimal(n)) for n in (40, 50, 95, 99)] == [0, 0, 2000, 2000]
    assert queries.points_of(rate, Decimal("72.5")) == 1000
    fewer = {"weight": 15, "nothing_at": 4, "full_at": 0}  # fewer problems are better
    assert [queries.points_of(fewer, Decimal(n)) for n in (0, 1, 4, 9)] == [1500, 1125, 0, 0]


def test_grade_is_the_highest_whose_line_is_reached():
    grades = [{"code": "A", "at_least": 90}, {"code": "D", "at_least": 0}, {"code": "B", "at_least": 75}]
    assert [queries.grade_of(grades, n)["code"] for n in (10000, 9000, 8999, 7500, 0)] == list("AABBD")


def test_open_evaluation_of_everyone_recognised_in_the_year(bureau):
    school = make_institution(recognised_for=[COOK])
    make_institution()  # never recognised
    round_ = operations.open_evaluation(2026, region_code="370299", by=bureau.clerk, at=AT)
    assert [one.institution for one in queries.evaluations(round_.pk, bureau.clerk)] == [school]
    assert sum(row["weight"] for row in round_.criteria) == 100
    assert round_.illustrative
    with pytest.raises(operations.RoundOpened):
        operations.open_evaluation(2026, region_code="370299", by=bureau.clerk, at=AT)
    with pytest.raises(operations.YearNotOver):
        operations.open_evaluation(2027, region_code="370299", by=bureau.clerk, at=AT)
    with pytest.raises(operations.NobodyToEvaluate):
        operations.open_evaluation(2020, region_code="370299", by=bureau.clerk, at=AT)
    with pytest.raises(NotFound):
        operations.open_evaluation(2026, region_code="370211", by=bureau.clerk, at=AT)
    with pytest.raises(NotPermitted):
        operations.open_evaluation(2025, region_code="370299", by=bureau.reviewer, at=AT)


def test_open_evaluation_needs_criteria_that_some_paper_gives():
    clerk = an_actor("bureau_clerk", region_code="370211")
    make_institution(region_code="370211", recognised_for=[COOK])
    with pytest.raises(operations.CriteriaMissing):
        operations.open_evaluation(2026, region_code="370211", by=clerk, at=AT)


def test_measured_scores_come_from_the_figures_passed_in(bureau):
    school = make_institution(recognised_for=[COOK])
    round_ = operations.open_evaluation(2026, region_code="370299", by=bureau.clerk, at=AT)
    measures = {
        school.pk: {
            "pass_rate": Measured(Decimal("72.5"), 40, "40人参加考核，29人合格"),
            "attendance": Measured(None, 0, "没有课次"),
            "nobody asks": Measured(Decimal(1), 1, ""),
        }
    }
    assert operations.measure_scores(round_.pk, measures=measures, by=bureau.clerk, at=AT) == 1
    (one,) = queries.evaluations(round_.pk, bureau.clerk)
    (score,) = queries.scores(one.pk)
    assert (score.points, score.figure, score.source) == (1000, "40人参加考核，29人合格", "measured")
    # what could not be measured stays open, and nothing is graded while it is
    with pytest.raises(operations.ScoresMissing) as refusal:
        operations.propose_grades(round_.pk, by=bureau.clerk, at=AT)
    assert "到课率" in refusal.value.message


def test_score_provider_by_an_assessor_within_the_weight(bureau):
    make_institution(recognised_for=[COOK])
    round_ = operations.open_evaluation(2026, region_code="370299", by=bureau.clerk, at=AT)
    (one,) = queries.evaluations(round_.pk, bureau.clerk)

    def score(code="teaching", points="15.5", by=bureau.clerk):
        return operations.score_provider(
            one.pk, criterion_code=code, points=Decimal(points), remark="听课三次", by=by, at=AT
        )

    assert score().points == 1550
    for wrong in ("20.01", "-1", "1.234", "NaN"):
        with pytest.raises(operations.PointsWrong):
            score(points=wrong)
    with pytest.raises(operations.CriterionUnknown):
        score(code="satisfaction")  # a third party's
    with pytest.raises(NotPermitted):
        score(by=an_actor("auditor"))
    with pytest.raises(NotFound):
        score(by=an_actor("bureau_clerk", region_code="510700"))


def test_import_scores_keeps_good_rows_and_names_bad_ones(bureau):
    school = make_institution(recognised_for=[COOK])
    stranger = make_institution()
    round_ = operations.open_evaluation(2026, region_code="370299", by=bureau.clerk, at=AT)
    data = outside_sheet(
        [
            (school.credit_code, "学员满意度（第三方调查）", "18"),
            (stranger.credit_code, "学员满意度（第三方调查）", "18"),
            (school.credit_code, "教学管理和师资", "18"),
            (school.credit_code, "satisfaction", "17"),
        ]
    )
    taken = operations.import_scores(round_.pk, data, "三方.xlsx", by=bureau.clerk, at=AT)
    assert taken.kept == 1
    assert [said[0][:8] for said in taken.problems.values()] == [
        "信用代码“" + stranger.credit_code[:3],
        "评估标准里没有“",
        "同一机构同一标准",
    ]
    with pytest.raises(operations.ColumnsMissing):
        operations.import_scores(round_.pk, "机构名称,得分\n甲,1\n".encode(), "a.csv", by=bureau.clerk, at=AT)
    with pytest.raises(sheets.SheetRefused):
        operations.import_scores(round_.pk, b"%PDF-1.7", "a.xlsx", by=bureau.clerk, at=AT)
    assert OUTSIDE_SCORES.label == "第三方评估得分表"


def test_a_round_from_scores_to_final_grades(bureau):
    school, weak = (make_institution(recognised_for=[COOK]) for _ in range(2))
    round_ = make_evaluation({school.pk: 92, weak.pk: 41}, bureau=bureau)
    operations.propose_grades(round_.pk, by=bureau.clerk, at=AT)
    found = {one.institution_id: one for one in queries.evaluations(round_.pk, bureau.clerk)}
    assert [(found[x.pk].grade_code, found[x.pk].next_step) for x in (school, weak)] == [
        ("A", "renew"), ("D", "exit"),
    ]  # fmt: skip
    # the next step is named and nothing more: the contract stands
    assert Contract.objects.get(institution=weak).status == "recognised"
    with pytest.raises(NotPermitted):
        operations.publish_grades(round_.pk, by=bureau.clerk, at=AT)
    own = an_actor("provider_clerk", organisation_id=weak.pk)
    with pytest.raises(NotFound):
        queries.evaluation(found[weak.pk].pk, by=own)  # not published yet
    published = operations.publish_grades(round_.pk, by=bureau.reviewer, at=AT)
    assert published.appeal_until == add_working_days(TODAY, 5)
    assert queries.evaluation(found[weak.pk].pk, by=own).grade_label == "不合格"
    with pytest.raises(operations.GradeNoticeNotOver):
        operations.finalise_grades(round_.pk, by=bureau.reviewer, at=AT)
    appeal = operations.appeal_grade(found[weak.pk].pk, content="投诉一项有误", by=own, at=AT)
    assert appeal.answer_by_on == add_working_days(TODAY, 10)
    after = AT + timedelta(days=14)
    close_notice(published.notice_id, by=bureau.reviewer, at=after)
    with pytest.raises(operations.AppealsUnanswered):
        operations.finalise_grades(round_.pk, by=bureau.reviewer, at=after)
    operations.settle_appeal(
        appeal.pk, upheld=True, answer="一件投诉不实", total=Decimal("61"), by=bureau.reviewer, at=after
    )
    operations.finalise_grades(round_.pk, by=bureau.reviewer, at=after)
    grades = queries.final_grades([school.pk, weak.pk])
    assert (grades[school.pk].grade_label, grades[weak.pk].grade_label) == ("优秀", "基本合格")
    assert [one.round.year for one in queries.grades_of(weak.pk)] == [2026]
    assert set(queries.graded("370299", "C").values_list("institution_id", flat=True)) == {weak.pk}


def test_appeal_grade_in_time_by_its_own_body_and_once(bureau):
    school = make_institution(recognised_for=[COOK])
    round_ = make_evaluation({school.pk: 80}, bureau=bureau)
    own = an_actor("provider_clerk", organisation_id=school.pk)
    operations.propose_grades(round_.pk, by=bureau.clerk, at=AT)
    operations.publish_grades(round_.pk, by=bureau.reviewer, at=AT)
    (one,) = queries.evaluations(round_.pk, bureau.clerk)
    with pytest.raises(operations.AppealEmpty):
        operations.appeal_grade(one.pk, content=" ", by=own, at=AT)
    with pytest.raises(NotFound):
        operations.appeal_grade(one.pk, content="x", by=an_actor("provider_clerk"), at=AT)
    with pytest.raises(operations.AppealTooLate):
        operations.appeal_grade(one.pk, content="x", by=own, at=AT + timedelta(days=30))
    appeal = operations.appeal_grade(one.pk, content="到课率算错", by=own, at=AT)
    with pytest.raises(operations.AppealAlready):
        operations.appeal_grade(one.pk, content="再申诉", by=own, at=AT)
    with pytest.raises(operations.AppealAnswerMissing):
        operations.settle_appeal(appeal.pk, upheld=False, answer=" ", by=bureau.reviewer, at=AT)
    with pytest.raises(operations.TotalWrong):
        operations.settle_appeal(appeal.pk, upheld=True, answer="有误", by=bureau.reviewer, at=AT)
    with pytest.raises(NotPermitted):
        operations.settle_appeal(appeal.pk, upheld=False, answer="无误", by=bureau.clerk, at=AT)
    assert GradeAppeal.objects.get().status == "received"  # what was refused changed nothing
    operations.settle_appeal(appeal.pk, upheld=False, answer="数据无误", by=bureau.reviewer, at=AT)
    with pytest.raises(WrongState):
        operations.settle_appeal(appeal.pk, upheld=False, answer="数据无误", by=bureau.reviewer, at=AT)


def test_grades_are_published_by_another_than_who_proposed_them(bureau):
    from dataclasses import replace

    both = replace(bureau.reviewer, permissions=bureau.reviewer.permissions | bureau.clerk.permissions)
    school = make_institution(recognised_for=[COOK])
    round_ = make_evaluation({school.pk: 80}, bureau=bureau)
    operations.propose_grades(round_.pk, by=both, at=AT)
    with pytest.raises(SamePerson):
        operations.publish_grades(round_.pk, by=both, at=AT)
    with pytest.raises(ReasonMissing):
        operations.rescore_evaluation(round_.pk, by=both, at=AT, reason="")
    operations.rescore_evaluation(round_.pk, by=both, at=AT, reason="第三方数据更正")
    assert queries.evaluation_round(round_.pk, by=both).status == "opened"
