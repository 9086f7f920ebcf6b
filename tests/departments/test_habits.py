"""Lists as Excel leaves them, and two people at one file: each has one known outcome."""

import io
import threading
from datetime import date

import openpyxl
import pytest
from django.db import connection

from kaogong.departments import operations, queries
from kaogong.departments.models import DepartmentFile, DepartmentRecord
from kaogong.departments.operations import receiving
from kaogong.kernel.errors import Refused, WrongState
from kaogong.sheets import EmptySheet, NotASpreadsheet, TooManyRows
from tests.factories import an_actor, an_id_number
from tests.factories.departments import a_row, make_department_file, send

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
SERIAL = 46237  # 3 August 2026 as Excel counts days


def a_habitual_sheet(*rows: tuple) -> bytes:
    """A title over everything, two rows of headings with merged groups, then the rows as typed."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["示例区2026年第三季度高素质农民培训人员明细表"])
    sheet.merge_cells("A1:H1")
    sheet.append(["序号", "学员信息", None, "培训起止日期", None, "培训工种 ", "考核结果", "补贴金额（元）"])
    sheet.append([None, "劳动力姓名", " 身份证 号码", "培训起始日期", "培训终止日期", None, None, None])
    for merged in ("A2:A3", "B2:C2", "D2:E2", "F2:F3", "G2:G3", "H2:H3"):
        sheet.merge_cells(merged)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.django_db
def test_numbers_as_text_wide_digits_merged_headings_spaces_and_serial_days(now):
    first, second, third = (an_id_number().value for _ in range(3))
    data = a_habitual_sheet(
        ("１", " 李秋实　", f" {first} ", SERIAL, SERIAL + 11, "农机驾驶操作员  ", "合格 ", "６００"),
        ("2", "王　明", second.translate(WIDE), "2026年8月3日", "２０２６-８-１４", "", "", "1,200.50 "),
        (3.0, "赵四海", third.lower(), "2026.8.3", f"{SERIAL + 11}", None, "不合格", 0.1 + 0.2),
        (4, "钱数字", float(an_id_number().value[:-1] + "0"), "2026/8/3", "2026/8/14", None, None, None),
        (None, "　", " ", None, None, None, None, None),
        ("合计", "４人", None, None, None, None, None, "1800.80"),
    )
    file = send([], at=now, data=data, filename="第三季度.xlsx")
    assert (file.status, file.rows_total, file.rows_good) == ("checked", 4, 3)
    assert not file.totals_differ
    told = [one for one in queries.file_problems(file.pk, by=an_actor("reviewer")) if one.severity == "error"]
    assert {one.row_number for one in told} == {
        7
    }  # the number was typed as a number and lost its last digits
    assert any("文本" in one.message for one in told)
    operations.accept_department_file(file.pk, by=an_actor("reviewer"), at=now)
    kept = DepartmentRecord.objects.order_by("row_number")
    assert [(one.name, one.starts_on, one.ends_on, one.passed, one.subsidy_fen) for one in kept] == [
        ("李秋实", date(2026, 8, 3), date(2026, 8, 14), True, 60_000),
        ("王明", date(2026, 8, 3), date(2026, 8, 14), None, 120_050),
        ("赵四海", date(2026, 8, 3), date(2026, 8, 14), False, 30),
    ]
    assert [one.id_number for one in kept] == [first, second, third]


@pytest.mark.django_db
def test_empty_and_endless_files_are_refused_and_the_same_file_twice_is_one(now, monkeypatch):
    with pytest.raises(EmptySheet):
        send([], at=now)
    for empty in (b" ", a_habitual_sheet()):
        with pytest.raises(EmptySheet):
            send([], at=now, data=empty)
    with pytest.raises(NotASpreadsheet):
        send([], at=now, data=b"%PDF-1.7\n%\xe2\xe3")
    with monkeypatch.context() as fewer:
        fewer.setattr(receiving, "ROWS_AT_MOST", 1)
        with pytest.raises(TooManyRows):
            send([a_row(), a_row()], at=now)
    first = send([a_row(number="")], at=now)
    again = send([a_row(number="")], at=now, filename="换了名字.csv")
    assert again.pk == first.pk
    assert DepartmentFile.objects.count() == 1


@pytest.mark.django_db
def test_file_withdrawn_by_its_correction_can_no_longer_be_accepted_and_an_accepted_one_stands(now):
    first = send([a_row()], at=now)
    second = send([a_row()], at=now, replaces_id=first.pk)
    with pytest.raises(WrongState):
        operations.accept_department_file(first.pk, by=an_actor("reviewer"), at=now)
    assert [one.pk for one in queries.files_to_accept(an_actor("reviewer"))] == [second.pk]
    accepted = make_department_file(at=now, department_code="veterans")
    send([a_row()], at=now, department_code="veterans", replaces_id=accepted.pk)
    assert sum(frame.height for frame in queries.counted_records()) == 1  # until the correction is accepted


@pytest.mark.django_db(transaction=True)
def test_file_corrected_while_another_accepts_it_is_counted_once_or_not_at_all(now):
    first = send([a_row(), a_row()], at=now)
    clerk, reviewer = an_actor("department_clerk", department_code="agriculture"), an_actor("reviewer")
    together, told = threading.Barrier(2), []

    def do(what) -> None:
        try:
            together.wait(5)
            what()
        except Refused as refusal:
            told.append(type(refusal).__name__)
        finally:
            connection.close()

    acts = (
        lambda: operations.accept_department_file(first.pk, by=reviewer, at=now),
        lambda: send([a_row()], at=now, by=clerk, replaces_id=first.pk),
    )
    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first.refresh_from_db()
    counted = sum(frame.height for frame in queries.counted_records())
    # The acceptance came first, and the correction waits to replace it; or it came too late.
    assert (first.status, counted, told) in (("accepted", 2, []), ("withdrawn", 0, ["WrongState"]))
    correction = DepartmentFile.objects.get(replaces=first)
    operations.accept_department_file(correction.pk, by=reviewer, at=now)
    assert sum(frame["counted"].sum() for frame in queries.counted_records()) == 1
