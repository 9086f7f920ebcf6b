"""Sheets people take away: right types, safe texts, and forms that read back."""

import datetime as dt
import io
import zipfile

import openpyxl

from kaogong import sheets
from tests.sheets.making import HEADINGS, PEOPLE, xlsx


def opened(data):
    return openpyxl.load_workbook(io.BytesIO(data)).active


def test_write_problem_sheet_keeps_headings_and_order_and_reads_back():
    rows = [
        ["培训学员花名册"],
        [*HEADINGS, "家属"],
        [*PEOPLE[0], "甲"],
        [*PEOPLE[1], "乙"],
        [3, "=1+1", *PEOPLE[1][2:], "@丙"],
    ]
    data = xlsx([*rows[:4], [3, "’=cmd", *PEOPLE[1][2:], "@丙"]], merge=("A1:K1",))
    table = sheets.read(data, "花名册.xlsx", layout=sheets.ROSTER)
    corrected = sheets.write_problem_sheet(
        data, "花名册.xlsx", table, {4: ["身份证号码校验位不对", "年龄不符"], 5: ["重复"]}
    )
    page = opened(corrected)
    assert page["A1"].value == "培训学员花名册"
    assert [cell.value for cell in page[2]] == [*HEADINGS, "家属", "问题"]
    assert page.max_row == 4
    assert [cell.value for cell in page[3]] == [
        "2",
        *map(str, PEOPLE[1][1:]),
        "乙",
        "身份证号码校验位不对；年龄不符",
    ]
    assert {cell.data_type for row in page.iter_rows(min_row=3) for cell in row if cell.value} == {"s"}
    assert page["F3"].number_format == "@"
    again = sheets.read(corrected, "问题.xlsx", layout=sheets.ROSTER)
    assert not again.unsure
    assert again.frame["id_number"].to_list() == [PEOPLE[1][5]] * 2
    assert again.unknown == ["家属"]
    assert again.frame["家属"].to_list() == ["乙", "@丙"]
    twice = opened(sheets.write_problem_sheet(corrected, "问题.xlsx", again, {3: ["还是不对"]}))
    assert [cell.value for cell in twice[2]] == [*HEADINGS, "家属", "问题"]


def test_write_problem_sheet_shows_lost_digits_as_text():
    data = xlsx([["姓名", "身份证号码"], ["王明", 370299199001011000]])
    table = sheets.read(data, "a.xlsx", layout=sheets.ROSTER)
    page = opened(sheets.write_problem_sheet(data, "a.xlsx", table, table.cell_problems))
    assert page["B2"].value.startswith("370299199001011")
    assert page["B2"].data_type == "s"
    assert "后几位已丢失" in page["C2"].value


COLUMNS = [
    ("name", "姓名", "name"), ("id_number", "身份证号码", "id_number"), ("paid_fen", "金额（元）", "money"),
    ("on", "日期", "date"), ("at", "时间", "datetime"), ("hours", "课时", "integer"),
]  # fmt: skip
SHANGHAI = dt.timezone(dt.timedelta(hours=8))


def test_write_table_types_and_print_setup():
    row = {"name": "王㛃䶮", "id_number": "370299199001011234", "paid_fen": 123456, "on": dt.date(2026, 3, 5),
           "at": dt.datetime(2026, 3, 5, 9, 30, tzinfo=SHANGHAI), "hours": 40}  # fmt: skip
    data = sheets.write_table(
        COLUMNS, iter([row, {"name": "李明"}]), title="发放明细", subtitle="2026年第三批"
    )
    page = opened(data)
    assert (page["A1"].value, page["A2"].value) == ("发放明细", "2026年第三批")
    assert [cell.value for cell in page[3]] == [label for _, label, _ in COLUMNS]
    assert [cell.value for cell in page[4]] == [
        "王㛃䶮", "370299199001011234", 1234.56, dt.datetime(2026, 3, 5), dt.datetime(2026, 3, 5, 9, 30), 40,
    ]  # fmt: skip
    assert (page["B4"].data_type, page["C4"].number_format, page["D4"].number_format) == (
        "s",
        "#,##0.00",
        "yyyy-mm-dd",
    )
    assert page.freeze_panes == "A4"
    assert page.auto_filter.ref == "A3:F5"
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert page.print_title_rows == "$3:$3"
    assert page.column_dimensions["B"].width >= 20


def test_write_table_never_makes_a_formula():
    evil = [
        '=HYPERLINK("http://x","y")',
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1+1",
        "http://example.test",
        "00123",
    ]
    data = sheets.write_table([("a", "文字", "text")], [[text] for text in evil], title="t")
    page = opened(data)
    assert [page.cell(3 + index, 1).value for index in range(len(evil))] == evil
    assert all(page.cell(3 + index, 1).data_type == "s" for index in range(len(evil)))
    assert page["A3"].quotePrefix
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert b"hyperlink" not in archive.read("xl/worksheets/sheet1.xml")


def test_write_form_reads_back_and_has_drop_downs():
    rows = [{"sequence": 1, "name": "王㛃䶮", "sex": "女", "id_number": "370299199001011234"}]
    data = sheets.write_form(
        sheets.ROSTER, title="培训学员花名册", header_facts=[("培训机构", "示例技工学校")], rows=rows
    )
    page = opened(data)
    assert page["A2"].value == "培训机构：示例技工学校"
    lists = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in page.data_validations.dataValidation}
    assert lists["C5"] == '"男,女"'
    assert page["F40"].number_format == "@"
    table = sheets.read(data, "form.xlsx", layout=sheets.ROSTER)
    assert not table.unsure
    assert not table.unknown
    assert {match.field for match in table.columns} == set(sheets.ROSTER.fields)
    assert table.frame.select("row_number", "name", "sex", "id_number").rows() == [
        (5, "王㛃䶮", "女", "370299199001011234")
    ]


def test_write_attendance_form_reads_back():
    days = [dt.date(2026, 3, 30), dt.date(2026, 3, 31), dt.date(2026, 4, 1)]
    rows = [
        {
            "sequence": 1,
            "name": "王明",
            "id_number": "370299199001011234",
            "2026-03-30": "到",
            "2026-03-31": "不到",
            "2026-04-01": "病假",
        }
    ]
    data = sheets.write_form(sheets.ATTENDANCE, title="培训学员出勤簿（2026年3月）", rows=rows, days=days)
    table = sheets.read(data, "出勤簿.xlsx", layout=sheets.ATTENDANCE)
    assert [day.on for day in table.days] == days
    assert table.frame.select(day.column for day in table.days).row(0) == ("到", "不到", "病假")
    assert not table.cell_problems
    assert not table.missing


def test_write_score_form_reads_back():
    rows = [{"exam_number": "0001", "name": "王明", "theory": 86, "practice": 91}]
    table = sheets.read(
        sheets.write_form(sheets.SCORES, title="鉴定成绩单", rows=rows), "s.xlsx", layout=sheets.SCORES
    )
    assert table.frame.select("exam_number", "theory", "practice").row(0) == ("0001", "86", "91")
