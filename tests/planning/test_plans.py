"""A year's plan as its office lives it: called for, handed in, merged, split, published, revised, followed."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from kaogong import sheets
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.notices.queries import rows_of
from kaogong.planning import operations, queries
from kaogong.planning.models import AnnualPlan, PlanLine, PlanTask, PlanVersion
from kaogong.sheets.planning_layouts import PLAN_LINES
from tests.factories import an_actor
from tests.factories.planning import a_line, make_plan, make_submission

pytestmark = pytest.mark.django_db


def sheet_of(*rows, columns=None) -> bytes:
    columns = columns or [
        "序号",
        "培训项目",
        "职业（工种）",
        "人员类别",
        "培训区域",
        "需求人数",
        "培训能力",
        "备注",
    ]
    return sheets.write_table([(name, name, "text") for name in columns], rows, title="年度培训计划提报表")


def merged(plan, clerk, now) -> AnnualPlan:
    operations.merge_plan(plan.pk, by=clerk, at=now)
    return AnnualPlan.objects.get(pk=plan.pk)


def test_a_year_from_call_to_publication_and_revision(now, clerk, reviewer, stated):
    plan = make_plan()
    make_submission(plan, "agriculture", a_line(300, 200, programme="farmer_training", group_code="farmer"))
    make_submission(
        plan, "hrss",
        a_line(120, 400, programme="farmer_training", group_code="farmer"),
        a_line(80, 100),
    )  # fmt: skip
    plan = merged(plan, clerk, now)
    (pair,) = queries.overlaps_open(plan.pk)
    assert pair.overlap.people == 120
    with pytest.raises(operations.OverlapsUndecided):
        operations.propose_plan(plan.pk, by=clerk, at=now)
    operations.decide_overlap(
        plan.pk,
        pair.second.pk,
        pair.first.pk,
        answer="keep_both",
        reason="一为省外务工返乡，一为在乡务农",
        by=clerk,
        at=now,
    )
    operations.choose_split(
        plan.pk, capacity_percent=40, within_capacity=True, totals={"farmer_training": 500}, by=clerk, at=now,
        reason="市下达500人",
    )  # fmt: skip
    version = operations.propose_plan(plan.pk, by=clerk, at=now)
    farmers = PlanTask.objects.filter(version=version, programme="farmer_training")
    assert sorted(farmers.values_list("department", "people")) == [("agriculture", 200), ("hrss", 300)]
    assert (
        version.people
        == 580
        == sum(PlanTask.objects.filter(version=version).values_list("people", flat=True))
    )
    with pytest.raises(NotPermitted):
        operations.publish_plan(plan.pk, working_days=5, by=clerk, at=now)
    plan = operations.publish_plan(plan.pk, working_days=5, by=reviewer, at=now)
    assert plan.status == "published" and plan.notice_number.startswith("GS-2026-")
    from kaogong.notices.models import Notice

    notice = Notice.objects.get(number=plan.notice_number)
    assert sorted(row.cells["people"] for row in rows_of(notice.pk)) == [80, 200, 300]
    # the year goes on; half way the plan is revised, and what was published stands beside it
    operations.revise_plan(plan.pk, by=reviewer, at=now, reason="新增补贴项目")
    operations.choose_split(
        plan.pk, capacity_percent=40, within_capacity=True, totals={"farmer_training": 550}, by=clerk, at=now,
        reason="市追加50人",
    )  # fmt: skip
    with pytest.raises(ReasonMissing):
        operations.propose_plan(plan.pk, by=clerk, at=now)
    operations.propose_plan(plan.pk, by=clerk, at=now, reason="市追加50人")
    plan = operations.publish_plan(plan.pk, working_days=5, by=reviewer, at=now)
    assert list(queries.versions(plan.pk).values_list("number", "people")) == [(2, 630), (1, 580)]
    assert Notice.objects.get(number=plan.notice_number).title.endswith("（第2版）")


def test_plan_against_done_at_every_level_and_what_was_done_unplanned(now, clerk, reviewer, stated):
    plan = make_plan(year=2026)
    make_submission(plan, "agriculture", a_line(300, programme="farmer_training", group_code="farmer"))
    make_submission(plan, "hrss", a_line(100))
    merged(plan, clerk, now)
    operations.propose_plan(plan.pk, by=clerk, at=now)
    plan = operations.publish_plan(plan.pk, working_days=1, by=reviewer, at=now)
    code = "training.person_times"
    stated.parts = {
        (code, "department"): {"agriculture": 150, "veterans": 7},
        (code, "programme"): {"farmer_training": 150, "employment_training": 40},
        (code, "region"): {"370299": 197},
    }
    rows, why = queries.plan_against_done(plan, "department", by=clerk, today=now.date())
    assert [(row.code, row.planned, row.done) for row in rows] == [
        ("agriculture", 300, 150), ("hrss", 100, 0), ("veterans", 0, 7),
    ]  # fmt: skip
    assert why == "" and queries.done_in_all(rows).planned == 400
    for level in ("programme", "region"):
        rows, _why = queries.plan_against_done(plan, level, by=clerk, today=now.date())
        assert queries.done_in_all(rows).planned == 400
    assert rows[0].share == 197 * 10_000 // 400


def test_an_overlap_is_decided_by_leaving_one_line_out_and_may_be_taken_back(now, clerk):
    plan = make_plan()
    make_submission(plan, "agriculture", a_line(300))
    make_submission(plan, "hrss", a_line(100))
    plan = merged(plan, clerk, now)
    (pair,) = queries.overlaps_open(plan.pk)
    with pytest.raises(ReasonMissing):
        operations.decide_overlap(
            plan.pk, pair.first.pk, pair.second.pk, answer="remove_second", reason="", by=clerk, at=now
        )
    operations.decide_overlap(
        plan.pk, pair.first.pk, pair.second.pk, answer="remove_second", reason="人员相同", by=clerk, at=now
    )
    assert queries.overlaps_open(plan.pk) == []
    assert [part.asked for part in queries.split_of(plan)] == [300]
    operations.restore_line(pair.second.pk, by=clerk, at=now, reason="核对后是两批人")
    assert len(queries.overlaps_open(plan.pk)) == 1
    with pytest.raises(operations.NotOverlapping):
        operations.decide_overlap(
            plan.pk, pair.first.pk, pair.first.pk, answer="keep_both", reason="同", by=clerk, at=now
        )


def test_import_lines_keeps_good_rows_and_names_bad_ones(now, clerk):
    plan = make_plan()
    one = operations.draft_submission(plan.pk, region_code="370299", department="hrss", by=clerk, at=now)
    data = sheet_of(
        ["1", "就业技能培训", "电工", "城乡登记失业人员", "示例区", "120", "200", ""],
        ["2", "没有的项目", "", "", "", "10", "10", ""],
        ["3", "就业技能培训", "修仙师", "", "", "10", "10", ""],
        ["4", "就业技能培训", "", "外星人", "", "10", "10", ""],
        ["5", "就业技能培训", "", "", "黄岛区", "10", "10", ""],
        ["6", "就业技能培训", "", "", "", "约十人", "10", ""],
        ["7", "就业技能培训", "", "", "", "0", "10", ""],
        ["8", "就业技能培训", "", "农民", "", "30", "", ""],
        ["合计", "", "", "", "", "190", "", ""],
    )
    operations.import_lines(one.pk, data, "提报表.xlsx", by=clerk, at=now)
    one.refresh_from_db()
    (line,) = queries.lines_of(one.pk)
    assert (line.programme, line.occupation_code, line.people, line.capacity) == (
        "employment_training", "6-31-01-03", 120, 200,
    )  # fmt: skip
    problems = dict(one.problems)
    first = min(problems) - 1
    told = [problems[first + n] for n in range(1, 8)]
    for words, named in zip(
        told, ("没有的项目", "修仙师", "外星人", "黄岛区", "需求人数", "需求人数", "培训能力"), strict=True
    ):
        assert named in words
    # the corrected sheet takes the place of the first one; what was there stays to be read
    operations.import_lines(
        one.pk, sheet_of(["1", "就业技能培训", "", "农民", "", "55", "60", ""]), "改.xlsx", by=clerk, at=now
    )
    standing = queries.lines_of(one.pk).filter(status="standing")
    assert [line.people for line in standing] == [55] and queries.lines_of(one.pk).count() == 2


def test_the_blank_form_is_read_back_as_it_is(now, clerk):
    plan = make_plan()
    one = operations.draft_submission(plan.pk, region_code="370299", department="hrss", by=clerk, at=now)
    rows = [{"programme": "就业技能培训", "people": 10, "capacity": 20, "group": "农民"}]
    data = sheets.write_form(PLAN_LINES, title=PLAN_LINES.label, rows=rows)
    operations.import_lines(one.pk, data, "样表.xlsx", by=clerk, at=now)
    assert queries.lines_of(one.pk).get().group_code == "farmer"


@pytest.mark.parametrize(
    "data, word",
    [
        (b"not a sheet", "没有标题行"),
        (sheet_of(["1", "甲"], columns=["序号", "姓名"]), "需求人数"),
        (sheet_of(["1", "就业技能培训", "10"], columns=["序号", "培训项目", "需求人数"]), "培训能力"),
        (sheet_of(["1", "无此项目", "", "", "", "x", "1", ""]), "没有可以采纳的行"),
    ],
)
def test_a_bad_sheet_is_refused_in_words_and_changes_nothing(now, clerk, data, word):
    from kaogong.kernel.errors import Refused

    plan = make_plan()
    one = operations.draft_submission(plan.pk, region_code="370299", department="hrss", by=clerk, at=now)
    operations.add_line(one.pk, a_line(5), by=clerk, at=now)
    with pytest.raises(Refused, match=word):
        operations.import_lines(one.pk, data, "坏表.xlsx", by=clerk, at=now)
    assert queries.lines_of(one.pk).filter(status="standing").count() == 1


def test_a_district_hands_in_to_its_city_and_sees_only_its_own(now, clerk, city_clerk):
    plan = make_plan(region_code="370200")
    other = make_submission(plan, "hrss", a_line(50, region_code="370211"), region_code="370211")
    own = make_submission(plan, "hrss", a_line(60), region_code="370299")
    assert [row.pk for row in queries.submissions(clerk, plan.pk)] == [own.pk]
    assert {row.pk for row in queries.submissions(city_clerk, plan.pk)} == {own.pk, other.pk}
    for refused in (
        lambda: operations.merge_plan(plan.pk, by=clerk, at=now),
        lambda: operations.return_submission(own.pk, by=clerk, at=now, reason="自己退回"),
        lambda: operations.draft_submission(
            plan.pk, region_code="370211", department="audit", by=clerk, at=now
        ),
    ):
        with pytest.raises(NotFound):
            refused()
    operations.return_submission(own.pk, by=city_clerk, at=now, reason="培训能力没有依据")
    operations.add_line(own.pk, a_line(10), by=clerk, at=now)
    operations.submit_lines(own.pk, by=clerk, at=now)
    merged(plan, city_clerk, now)
    with pytest.raises(operations.PlanNotCollecting):
        operations.draft_submission(plan.pk, region_code="370299", department="audit", by=clerk, at=now)
    outside = an_actor("bureau_clerk", region_code="510700")
    with pytest.raises(NotFound):
        queries.plan(plan.pk, by=outside)


def test_a_departments_clerk_hands_in_for_its_own_department_alone(now):
    plan = make_plan()
    make_submission(plan, "hrss", a_line(5))
    farmer = an_actor("department_clerk", region_code="370299", department_code="agriculture")
    with pytest.raises(NotFound):
        operations.draft_submission(plan.pk, region_code="370299", department="hrss", by=farmer, at=now)
    one = operations.draft_submission(
        plan.pk, region_code="370299", department="agriculture", by=farmer, at=now
    )
    operations.add_line(one.pk, a_line(7), by=farmer, at=now)
    operations.submit_lines(one.pk, by=farmer, at=now)
    assert [row.department for row in queries.submissions(farmer, plan.pk)] == ["agriculture"]
    with pytest.raises((NotFound, NotPermitted)):
        operations.merge_plan(plan.pk, by=farmer, at=now)


def test_a_department_asks_once_and_hands_in_nothing_empty(now, clerk):
    plan = make_plan()
    one = make_submission(plan, "hrss", submit=False)
    with pytest.raises(operations.SubmissionThere):
        make_submission(plan, "hrss")
    with pytest.raises(operations.NothingAsked):
        operations.submit_lines(one.pk, by=clerk, at=now)
    with pytest.raises(operations.NothingHandedIn):
        operations.merge_plan(plan.pk, by=clerk, at=now)
    kept = operations.add_line(one.pk, a_line(5), by=clerk, at=now)
    operations.take_back_line(kept.pk, by=clerk, at=now)
    with pytest.raises(operations.NothingAsked):
        operations.submit_lines(one.pk, by=clerk, at=now)


def test_one_plan_a_year_and_region(now, clerk):
    make_plan()
    with pytest.raises(operations.PlanThere):
        make_plan()
    make_plan(year=2026)
    with pytest.raises(operations.PlanUnclear):
        operations.open_plan(region_code="370299", year=2099, due_on=date(2099, 1, 1), by=clerk, at=now)


def test_who_proposed_does_not_publish(now, clerk):
    """Even where one account holds both rights."""
    plan = make_plan()
    make_submission(plan, "hrss", a_line(5))
    merged(plan, clerk, now)
    both = clerk.may_also("publish_plan")
    operations.propose_plan(plan.pk, by=both, at=now)
    with pytest.raises(SamePerson):
        operations.publish_plan(plan.pk, working_days=3, by=both, at=now)


def test_the_method_is_changed_only_while_merging_and_with_a_reason(now, clerk):
    plan = make_plan()
    said = {"capacity_percent": 10, "within_capacity": False, "totals": {}, "by": clerk, "at": now}
    with pytest.raises(operations.PlanNotMerging):
        operations.choose_split(plan.pk, **said, reason="试")
    make_submission(plan, "hrss", a_line(5))
    merged(plan, clerk, now)
    with pytest.raises(ReasonMissing):
        operations.choose_split(plan.pk, **said, reason=" ")
    with pytest.raises(operations.PlanUnclear):
        operations.choose_split(plan.pk, **(said | {"capacity_percent": 101}), reason="试")
    assert operations.choose_split(plan.pk, **said, reason="能力数据不全").capacity_percent == 10


def test_a_version_never_changes(now, clerk):
    plan = make_plan()
    make_submission(plan, "hrss", a_line(5))
    merged(plan, clerk, now)
    operations.propose_plan(plan.pk, by=clerk, at=now)
    for rows, change in ((PlanVersion, {"people": 1}), (PlanTask, {"people": 1}), (PlanLine, {"people": 1})):
        with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
            rows.objects.update(**change)


@pytest.mark.django_db(transaction=True)
def test_two_people_close_a_plan_at_once_and_one_is_told(now):
    plan = make_plan()
    make_submission(plan, "hrss", a_line(5))
    actors = [an_actor("bureau_clerk"), an_actor("bureau_clerk")]
    gate, told = threading.Barrier(2), []

    def close(by):
        gate.wait()
        try:
            operations.merge_plan(plan.pk, by=by, at=now)
            told.append("done")
        except WrongState:
            told.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=close, args=(by,)) for by in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["done", "too late"]
