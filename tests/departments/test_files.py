"""Lists of other departments: read with their real headings, checked, explained, accepted, corrected (P1, Q1)."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError

from kaogong.departments import operations, queries
from kaogong.departments.models import DepartmentFile, DepartmentRecord
from kaogong.departments.operations import (
    CorrectsAnother,
    DepartmentColumnsMissing,
    NothingToAccept,
    SenderUnknown,
    TotalsDiffer,
)
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.people.models import Person
from tests.factories import an_actor, an_id_number, make_person
from tests.factories.departments import HEADINGS, QUARTER, a_row, a_sheet, make_department_file, send

pytestmark = pytest.mark.django_db


def found(file: DepartmentFile, by) -> list[tuple[int, str]]:
    return [(one.row_number, one.code) for one in queries.file_problems(file.pk, by=by)]


def test_send_department_file_reads_the_real_headings_and_keeps_good_rows(now):
    clerk = an_actor("department_clerk", department_code="agriculture")
    wrong = an_id_number().value
    wrong = wrong[:-1] + ("1" if wrong[-1] != "1" else "2")
    rows = [
        a_row(),
        a_row(number=wrong),
        a_row(starts_on="", ends_on="2026-08-14"),
        a_row(ends_on="2026-10-08"),
        a_row(number="370299********1234"),
    ]
    file = send(rows, at=now, by=clerk)
    assert (file.status, file.rows_total, file.rows_good, file.rows_problem) == ("checked", 5, 2, 3)
    assert file.rows_unmatched == 1
    told = found(file, clerk)
    assert {(3, "id_checksum"), (4, "days_missing"), (5, "outside_period"), (6, "id_masked")} <= set(told)
    name, sheet = queries.file_problem_sheet(file.pk, by=clerk)
    assert name == "第三季度-问题行.xlsx"
    assert sheet[:2] == b"PK"


def test_send_department_file_twice_is_the_same_file(now):
    clerk = an_actor("department_clerk", department_code="agriculture")
    rows = [a_row()]
    assert send(rows, at=now, by=clerk).pk == send(rows, at=now + timedelta(hours=1), by=clerk).pk


def test_send_department_file_of_another_department_or_region_is_refused(now):
    clerk = an_actor("department_clerk", department_code="agriculture")
    with pytest.raises(NotPermitted):
        send([a_row()], at=now, by=clerk, department_code="veterans")
    with pytest.raises(NotFound):
        send([a_row()], at=now, by=clerk, region_code="510700")
    with pytest.raises(SenderUnknown):
        send([a_row()], at=now, by=an_actor("bureau_clerk"), department_code="hrss")
    with pytest.raises(NotPermitted):
        send([a_row()], at=now, by=an_actor("reviewer"))
    assert not DepartmentFile.objects.exists()


def test_department_clerk_sees_its_own_departments_files_only(now):
    mine = send([a_row()], at=now)
    others = send([a_row()], at=now, department_code="veterans")
    clerk = an_actor("department_clerk", department_code="agriculture")
    assert [file.pk for file in queries.department_files(clerk)] == [mine.pk]
    with pytest.raises(NotFound):
        queries.department_file(others.pk, by=clerk)
    far = an_actor("department_clerk", department_code="agriculture", region_code="510700")
    assert not queries.department_files(far).exists()
    assert queries.department_files(an_actor("bureau_clerk")).count() == 2


def test_accept_department_file_finds_registers_and_says_who_stays_unmatched(now):
    known = make_person("王秋月")
    number = Person.objects.get(pk=known.pk).id_number
    rows = [a_row("王秋月", number), a_row("赵新民"), a_row("钱某", "")]
    file = make_department_file(rows, at=now)
    records = list(DepartmentRecord.objects.filter(file=file).order_by("row_number"))
    assert file.status == "accepted"
    assert records[0].person_id == known.pk
    assert Person.objects.get(pk=records[1].person_id).name == "赵新民"
    assert records[2].person_id is None
    assert file.rows_unmatched == 1
    assert records[0].subsidy_fen == 60_000
    assert records[0].programme_code == ""


def test_accept_department_file_by_whoever_checked_it_is_refused(now):
    clerk = an_actor("bureau_clerk")
    file = send([a_row()], at=now, by=clerk)
    with pytest.raises(SamePerson):
        operations.accept_department_file(file.pk, by=clerk, at=now)
    sender = an_actor("department_clerk", department_code="agriculture")
    with pytest.raises(NotPermitted):
        operations.accept_department_file(file.pk, by=sender, at=now)
    with pytest.raises(NotFound):
        operations.accept_department_file(file.pk, by=an_actor("reviewer", region_code="510700"), at=now)
    assert (
        operations.accept_department_file(file.pk, by=an_actor("bureau_clerk"), at=now).status == "accepted"
    )


def test_name_that_differs_from_the_register_is_a_problem_that_does_not_tell_the_name(now):
    number = make_person("欧阳秋月").pk
    number = Person.objects.get(pk=number).id_number
    clerk = an_actor("department_clerk", department_code="agriculture")
    file = send([a_row("欧阳冬月", number), a_row()], at=now, by=clerk)
    assert (2, "name_differs") in found(file, clerk)
    said = next(one for one in queries.file_problems(file.pk, by=clerk) if one.code == "name_differs")
    assert "欧阳秋月" not in said.message
    assert file.rows_good == 1


def test_file_with_wrong_totals_waits_until_explained_or_corrected(now):
    clerk = an_actor("department_clerk", department_code="agriculture")
    rows = [a_row(), a_row(), a_row()]
    file = send(rows, at=now, by=clerk, footer="合计,31人,,,,,,,,,18600")
    assert (file.stated_rows, file.stated_fen) == (31, 1_860_000)
    assert file.rows_total == 3
    assert file.totals_differ
    reviewer = an_actor("reviewer")
    with pytest.raises(TotalsDiffer) as refusal:
        operations.accept_department_file(file.pk, by=reviewer, at=now)
    assert "声明 31 人次，表中 3 行" in refusal.value.message
    assert "18,600.00" in refusal.value.message
    assert "1,800.00" in refusal.value.message
    assert not DepartmentRecord.objects.exists()
    with pytest.raises(ReasonMissing):
        operations.explain_totals(file.pk, by=clerk, at=now, reason=" ")
    operations.explain_totals(file.pk, by=clerk, at=now, reason="另28人随第四季度报送")
    accepted = operations.accept_department_file(file.pk, by=reviewer, at=now)
    assert accepted.status == "accepted"
    assert DepartmentRecord.objects.count() == 3


def test_typed_totals_go_before_those_of_the_sheet_and_agreeing_ones_need_no_word(now):
    clerk = an_actor("department_clerk", department_code="agriculture")
    file = send(
        [a_row()], at=now, by=clerk, footer="合计,31人,,,,,,,,,18600", stated_rows=1, stated_fen=60_000
    )
    assert not file.totals_differ
    with pytest.raises(operations.ExplanationNotNeeded):
        operations.explain_totals(file.pk, by=clerk, at=now, reason="无")


def test_sums_under_a_heading_in_ten_thousand_yuan_are_read_as_such(now):
    headings = HEADINGS.replace("职业培训补贴标准(元)", "补贴金额(万元)")
    file = send([], at=now, data=a_sheet([a_row(subsidy="0.06")], headings=headings))
    assert file.counted_fen == 60_000


def test_period_in_one_column_and_unsure_columns_are_confirmed_by_a_person(now):
    clerk = an_actor("department_clerk", department_code="agriculture")
    number = an_id_number().value
    data = f"姓名,证件,培训时间,培训工种\n李秋实,{number},2026年8月3日至2026年8月14日,农机\n".encode()
    file = send([], at=now, by=clerk, data=data)
    assert (file.status, file.unsure) == ("received", True)
    with pytest.raises(DepartmentColumnsMissing):
        operations.check_department_file(file.pk, by=clerk, at=now)
    file = operations.check_department_file(
        file.pk, by=clerk, at=now, mapping={"证件": "id_number", "培训时间": "stretch"}
    )
    assert (file.status, file.rows_good) == ("checked", 1)
    row = operations.rows_of(queries.department_file_with_content(file.pk, by=clerk), at=now).rows[0]
    assert (row.starts_on, row.ends_on) == (date(2026, 8, 3), date(2026, 8, 14))


def test_corrected_file_replaces_the_accepted_one_and_nothing_is_counted_twice(now):
    rows = [a_row(), a_row(subsidy="6000")]
    first = make_department_file(rows, at=now)
    rows[1]["subsidy"] = "600"
    second = send(rows, at=now, replaces_id=first.pk)
    assert DepartmentFile.objects.get(pk=first.pk).status == "accepted"
    told = {code for _row, code in found(second, an_actor("reviewer"))}
    assert "told_already" not in told
    operations.accept_department_file(second.pk, by=an_actor("reviewer"), at=now + timedelta(hours=1))
    assert DepartmentFile.objects.get(pk=first.pk).status == "replaced"
    frames = list(queries.counted_records())
    assert sum(frame.height for frame in frames) == 2
    assert sum(frame["subsidy_fen"].sum() for frame in frames) == 120_000
    since = list(queries.counted_records(since=now + timedelta(minutes=30)))
    assert sorted(since[0]["counted"].to_list()) == [False, False, True, True]


def test_corrected_file_of_one_not_accepted_withdraws_it(now):
    first = send([a_row(starts_on="")], at=now)
    with pytest.raises(NothingToAccept):
        operations.accept_department_file(first.pk, by=an_actor("reviewer"), at=now)
    second = send([a_row()], at=now, replaces_id=first.pk)
    assert DepartmentFile.objects.get(pk=first.pk).status == "withdrawn"
    with pytest.raises(WrongState):
        send([a_row()], at=now, replaces_id=first.pk)
    with pytest.raises(CorrectsAnother):
        send([a_row()], at=now, replaces_id=second.pk, to_on=date(2026, 12, 31))
    operations.accept_department_file(second.pk, by=an_actor("reviewer"), at=now)
    assert [frame.height for frame in queries.counted_records()] == [1]


def test_set_aside_takes_a_file_out_of_the_figures_with_a_reason(now):
    file = make_department_file(at=now)
    reviewer = an_actor("reviewer")
    with pytest.raises(ReasonMissing):
        operations.set_aside_department_file(file.pk, by=reviewer, at=now, reason="")
    operations.set_aside_department_file(file.pk, by=reviewer, at=now, reason="部门来函撤回")
    assert list(queries.counted_records()) == []
    assert DepartmentRecord.objects.count() == 1


def test_words_of_a_department_are_mapped_once_and_hold_for_its_files(now):
    file = send([a_row(occupation="土专家")], at=now)
    reviewer = an_actor("reviewer")
    assert {(2, "programme_unknown"), (2, "occupation_unknown")} <= set(found(file, reviewer))
    words = {"department_code": "agriculture", "region_code": "370299", "by": reviewer, "at": now}
    with pytest.raises(operations.MeaningUnknown):
        operations.map_word(kind="programme", word="农民教育培训", code="nothing", **words)
    operations.map_word(kind="programme", word="农民教育培训", code="farmer_training", **words)
    operations.map_word(kind="occupation", word="土专家", code="", **words)
    operations.accept_department_file(file.pk, by=reviewer, at=now)
    (frame,) = queries.counted_records()
    assert frame["programme"].to_list() == ["farmer_training"]
    assert frame["occupation"].to_list() == [""]


def test_file_as_it_came_is_sealed_and_its_period_never_changes(now):
    file = send([a_row("马识途")], at=now)
    assert "马识途".encode() in queries.department_file_with_content(file.pk, by=an_actor("reviewer")).content
    with pytest.raises(ProgrammingError), transaction.atomic():
        DepartmentFile.objects.filter(pk=file.pk).update(to_on=QUARTER["to_on"] + timedelta(days=1))


def test_quality_is_the_mean_of_the_shares_there_are(now):
    late = send([a_row(), a_row(starts_on=""), a_row("钱某", "")], at=now)  # due by mid October
    operations.accept_department_file(late.pk, by=an_actor("reviewer"), at=now)
    (told,) = queries.quality(an_actor("reviewer"))
    assert (told.good_share, told.matched_share, told.on_time_share, told.once_share) == (667, 500, 0, 1000)
    assert told.score == 542


def test_a_list_clearly_worse_than_those_before_is_named(now):
    reviewer = an_actor("reviewer")
    spring = {"from_on": date(2026, 4, 1), "to_on": date(2026, 6, 30)}
    days = {"starts_on": "2026-05-04", "ends_on": "2026-05-15"}
    send([a_row(**days), a_row(**days)], at=now, **spring)
    assert queries.falling(reviewer) == []
    worse = send([a_row(), a_row("钱某", "")], at=now)  # nobody the second row belongs to
    assert [(one.file.pk, one.last_share, one.before_share) for one in queries.falling(reviewer)] == [
        (worse.pk, 500, 1000)
    ]
    assert queries.falling(an_actor("department_clerk", department_code="veterans")) == []


@pytest.mark.parametrize("subsidy", ["NaN", "Infinity", "1e999999", "9" * 40, "0.001", "-5"])
def test_send_department_file_with_a_sum_that_is_none_names_its_row_and_takes_the_others(now, subsidy):
    """No number in a cell is guessed at, and none of them stops the list."""
    file = send([a_row(), a_row(subsidy=subsidy)], at=now)
    assert (file.rows_good, file.rows_problem) == (1, 1)
    by = an_actor("bureau_clerk")
    assert {row for row, code in found(file, by) if code in {"cell", "subsidy_wrong"}} == {3}
