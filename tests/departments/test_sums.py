"""Sums without people: taken row by row, accepted by another, beside figures and never in them, told once."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from kaogong.departments import operations, queries
from kaogong.departments.models import DepartmentSum, SumSheet
from kaogong.kernel.errors import NotFound, NotPermitted, SamePerson
from kaogong.kernel.period import Period
from kaogong.statistics import queries as statistics
from kaogong.statistics.operations import freeze_snapshot, refresh_facts
from kaogong.trail.models import Entry
from tests.factories.departments import a_row, make_department_file, send, send_sums
from tests.factories.people import REGION, an_actor

pytestmark = pytest.mark.django_db
TIMES = "training.person_times"
QUARTER = Period(date(2026, 7, 1), date(2026, 10, 1))
YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))
HOME = f"{REGION},家政服务培训"


def accepted(*rows: str, at, **said) -> SumSheet:
    sheet = send_sums(*rows, at=at, **said)
    return operations.accept_sum_sheet(sheet.pk, by=an_actor("reviewer"), at=at)


def beside(code=TIMES, *, period=QUARTER, **more) -> list[int]:
    asked = {"by": an_actor("leader"), "region_code": REGION, "period": period}
    return [row.times for row in queries.sums_beside(code, **asked | more)]


def test_send_sum_sheet_stands_nowhere_until_another_person_accepts_it(now):
    both = an_actor("department_clerk", department_code="agriculture").may_also("accept_department_file")
    sheet = send_sums(f'{HOME},12,10,"1,200.50"', f"{REGION},农产品加工,30,,", at=now, by=both)
    assert (sheet.status, sheet.rows_total, sheet.rows_problem, sheet.times_total) == ("checked", 2, 0, 42)
    first, second = sheet.sums.order_by("row_number")
    assert (first.times, first.people, first.subsidy_fen) == (12, 10, 120_050)
    assert (second.times, second.people, second.subsidy_fen) == (30, None, None)
    assert beside() == []
    with pytest.raises(SamePerson):
        operations.accept_sum_sheet(sheet.pk, by=both, at=now)
    operations.accept_sum_sheet(sheet.pk, by=an_actor("reviewer"), at=now)
    assert beside() == [12, 30]
    assert Entry.objects.get(verb="sum_sheet.accepted").detail["times"] == 42
    with pytest.raises(DatabaseError), transaction.atomic():
        DepartmentSum.objects.update(times=1)


def test_send_sum_sheet_names_each_bad_row_and_column_and_takes_none_until_corrected(now):
    rows = [
        f"{HOME},12", "平度市,家政服务培训,3", f"{REGION},,3", f"{REGION},电商培训,三十", f"{REGION},护工培训,3,5",
        f"{HOME},9", f"{REGION},焊工培训,7,,-1",
    ]  # fmt: skip
    sheet = send_sums(*rows, at=now)
    said = [(one.row_number, one.column, one.message) for one in queries.sum_findings(sheet)
            if one.severity == queries.ERROR]  # fmt: skip
    assert [(row, column) for row, column, _ in said] == [
        (3, "region"), (4, "programme"), (5, "times"), (6, "people"), (7, "programme"), (8, "subsidy"),
    ]  # fmt: skip
    assert "“平度市”不在" in said[0][2]
    assert "“三十”不是零或正整数" in said[2][2]
    assert said[4][2] == "与第2行是同一区县、同一项目"
    assert sheet.rows_problem == 6
    with pytest.raises(operations.SumSheetFaulty, match="6行有问题"):
        operations.accept_sum_sheet(sheet.pk, by=an_actor("reviewer"), at=now)
    corrected = send_sums(f"{HOME},13", at=now, replaces_id=sheet.pk, filename="更正.csv")
    assert SumSheet.objects.get(pk=sheet.pk).status == "withdrawn"
    operations.accept_sum_sheet(corrected.pk, by=an_actor("reviewer"), at=now)
    assert beside() == [13]


def test_send_sum_sheet_of_a_number_nobody_could_write_says_where_and_keeps_nothing_else(now):
    endless = "9" * 4_400
    sheet = send_sums(f"{HOME},{endless}", f"{REGION},电商培训,3,{endless}", at=now)
    wrong = [one for one in queries.sum_findings(sheet) if one.severity == queries.ERROR]
    assert [(one.row_number, one.column) for one in wrong] == [(2, "times"), (3, "people")]
    assert "不是零或正整数" in wrong[0].message
    with pytest.raises(operations.SumTotalUnclear, match="超出能记的数"):
        send_sums(f"{HOME},12", at=now, footer=f"合计,,,{endless}")
    with pytest.raises(operations.SumsBeyond, match="4000000000"):
        send_sums(f"{HOME},2000000000", f"{REGION},电商培训,2000000000", at=now)
    with pytest.raises(operations.StatedTotalUnclear, match="超出能记的数"):
        send([a_row()], at=now, footer=f"合计,{endless}人次")
    assert SumSheet.objects.count() == 1


def test_accept_sum_sheet_refuses_a_total_that_is_not_that_of_its_rows(now):
    sheet = send_sums(f"{HOME},12", f"{REGION},电商培训,8", at=now, footer="合计,,,21")
    with pytest.raises(operations.SumTotalDiffers, match="合计21与各项之和20不一致"):
        operations.accept_sum_sheet(sheet.pk, by=an_actor("reviewer"), at=now)
    right = send_sums(f"{HOME},12", f"{REGION},电商培训,8", at=now, footer="合计,,,20", replaces_id=sheet.pk)
    assert operations.accept_sum_sheet(right.pk, by=an_actor("reviewer"), at=now).status == "accepted"


def test_corrected_sum_sheet_replaces_the_accepted_one_and_a_frozen_figure_keeps_what_it_stood_beside(now):
    first = accepted(f"{HOME},12", at=now)
    refresh_facts(at=now + timedelta(minutes=1))
    frozen = freeze_snapshot(by=an_actor("bureau_clerk"), at=now + timedelta(minutes=2), reason="季报")
    later = now + timedelta(hours=1)
    second = send_sums(f"{HOME},15", at=later, replaces_id=first.pk)
    assert beside() == [12]
    operations.accept_sum_sheet(second.pk, by=an_actor("reviewer"), at=later)
    assert beside() == [15]
    assert beside(known_at=frozen.frozen_at) == [12]
    operations.set_aside_sum_sheet(second.pk, by=an_actor("reviewer"), at=later, reason="部门撤销")
    assert beside() == []


def test_sums_stand_beside_figures_of_the_same_reach_period_and_conditions_and_are_in_none(now):
    accepted(f"{HOME},12", at=now)
    make_department_file([a_row(programme="电商培训")], at=now, filename="名单.csv")
    refresh_facts(at=now)
    counted = statistics.figure(TIMES, by=an_actor("leader"), region_code=REGION, period=QUARTER)
    assert counted.value == 1
    assert beside() == beside(period=YEAR) == beside("training.other_departments") == [12]
    assert beside(period=Period(date(2026, 7, 1), date(2026, 9, 1))) == []
    assert beside(where={"department": "agriculture"}) == [12]
    assert beside(where={"department": "veterans"}) == beside(where={"sex": "1"}) == []
    assert beside("training.persons") == beside(region_code="510700") == []


def test_accept_sum_sheet_beside_people_or_sums_of_the_same_training_is_refused_by_name(now):
    make_department_file([a_row(programme="家政服务培训")], at=now, filename="八月名单.csv")
    sheet = send_sums(f"{HOME},12", at=now)
    with pytest.raises(operations.SumsBesideRecords, match=r"“家政服务培训”.*已有人员名单“八月名单\.csv”"):
        operations.accept_sum_sheet(sheet.pk, by=an_actor("reviewer"), at=now)
    other = send_sums(f"{HOME},12", at=now, department_code="veterans", filename="退役.csv")
    operations.accept_sum_sheet(other.pk, by=an_actor("reviewer"), at=now)
    again = send_sums(f"{HOME},11", at=now, department_code="veterans", to_on=date(2026, 8, 31))
    with pytest.raises(operations.SumsBesideSums, match=r"已有合计表“退役\.csv”"):
        operations.accept_sum_sheet(again.pk, by=an_actor("reviewer"), at=now)


def test_accept_department_file_of_what_is_stated_as_sums_is_refused_by_name(now):
    accepted(f"{HOME},12", at=now, filename="合计.csv")
    file = send([a_row(programme="家政服务培训")], at=now)
    with pytest.raises(operations.RecordsBesideSums, match=r"已按合计表“合计\.csv”列出"):
        operations.accept_department_file(file.pk, by=an_actor("reviewer"), at=now)
    assert file.records.count() == 0
    other = send([a_row(programme="电商培训")], at=now, filename="电商.csv")
    assert operations.accept_department_file(other.pk, by=an_actor("reviewer"), at=now).status == "accepted"


def test_send_sum_sheet_by_another_department_or_out_of_reach_is_refused(now):
    with pytest.raises(NotPermitted):
        send_sums(f"{HOME},12", at=now, by=an_actor("department_clerk", department_code="veterans"))
    with pytest.raises(NotFound):
        send_sums(f"{HOME},12", at=now, region_code="510700")
    with pytest.raises(operations.SenderUnknown):
        send_sums(f"{HOME},12", at=now, department_code="moon", by=an_actor("bureau_clerk"))
    sheet = send_sums(f"{HOME},12", at=now)
    assert send_sums(f"{HOME},12", at=now).pk == sheet.pk
    stranger = an_actor("department_clerk", department_code="veterans")
    with pytest.raises(NotFound):
        queries.sum_sheet(sheet.pk, by=stranger)
    with pytest.raises(operations.DepartmentColumnsMissing, match="培训人次"):
        operations.send_sum_sheet(
            "区县,培训项目\n370299,家政服务培训".encode(), "缺列.csv", department_code="agriculture",
            region_code=REGION, from_on=QUARTER.start, to_on=QUARTER.last, by=an_actor("bureau_clerk"), at=now,
        )  # fmt: skip
