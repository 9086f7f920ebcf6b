"""Reading rosters and other forms as people really fill them in."""

import datetime as dt
import io

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from kaogong import sheets
from kaogong.sheets.money_layouts import MONTH
from tests.sheets.making import HEADINGS, PEOPLE, ods, saved, xls, xlsx


def read(data, filename="花名册.xlsx", layout=sheets.ROSTER, **more):
    return sheets.read(data, filename, layout=layout, **more)


def text(rows, separator=","):
    return "\r\n".join(separator.join(str(cell) for cell in row) for row in rows)


ROWS = [HEADINGS, *PEOPLE]


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (xlsx(ROWS), "a.xlsx"),
        (xls(ROWS), "a.xls"),
        (ods([[str(cell) for cell in row] for row in ROWS]), "a.ods"),
        (text(ROWS).encode("utf-8"), "a.csv"),
        (text(ROWS).encode("utf-8-sig"), "a.csv"),
        (text(ROWS).encode("gb18030"), "a.csv"),
        (text(ROWS, "\t").encode("gb18030"), "a.txt"),
        (text(ROWS, "\t").encode("utf-16"), "a.csv"),
    ],
    ids=["xlsx", "xls", "ods", "utf8", "utf8-bom", "gb18030", "tab", "utf16"],
)
def test_read_every_format(data, filename):
    table = read(data, filename)
    assert table.header_row == 1
    assert not table.missing
    assert not table.unsure
    assert not table.cell_problems
    assert table.frame["row_number"].to_list() == [2, 3]
    assert table.frame["name"].to_list() == ["王㛃䶮", "李明"]
    assert table.frame["id_number"].to_list() == ["370299199001011234", "37029919850505123X"]
    assert table.frame["age"].to_list() == ["36", "41"]
    assert table.frame["residence_kind"].to_list() == ["农业", "非农业"]


def test_read_gbk_without_rare_characters():
    rows = [HEADINGS, [1, "赵四", *PEOPLE[1][2:]]]
    assert read(text(rows).encode("gbk"), "a.csv").frame["name"].to_list() == ["赵四"]


def test_read_csv_with_quotes_blank_lines_and_excel_text_marks():
    data = "姓名,身份证号码,备注\r\n\r\n"
    data += '"王\n明","=""370299199001011234""","甲,乙"\r\n李明,\'370299198505051239,\r\n'
    table = read(data.encode(), "a.csv")
    assert table.frame["row_number"].to_list() == [3, 4]
    assert table.frame["name"].to_list() == ["王明", "李明"]
    assert table.frame["id_number"].to_list() == ["370299199001011234", "370299198505051239"]
    assert table.frame["remark"].to_list() == ["甲,乙", None]


def test_read_headings_below_merged_titles_in_any_order_on_the_best_sheet():
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["填表说明", "请用黑色字"])
    page = book.create_sheet("Sheet2")
    page["C3"] = "2026年培训学员花名册"
    page.merge_cells("C3:F3")
    page["C5"], page["D5"], page["E5"], page["F5"] = (
        "* 身份证号码\n(18位)",
        "培训 学员姓名",
        "手机号码",
        "座右铭",
    )
    page["C7"], page["D7"], page["E7"], page["F7"] = "370299199001011234", "王㛃䶮", "138 0000 0001", "勤"
    table = read(saved(book))
    assert (table.sheet_name, table.header_row) == ("Sheet2", 5)
    assert {match.field: match.column_letter for match in table.columns if match.field} == {
        "id_number": "C", "name": "D", "phone": "E",
    }  # fmt: skip
    assert table.frame["row_number"].to_list() == [7]
    assert table.frame["phone"].to_list() == ["13800000001"]
    assert table.unknown == ["座右铭"]
    assert table.frame["座右铭"].to_list() == ["勤"]
    assert not table.unsure


def test_read_shaanxi_and_tianjin_headings():
    shaanxi = ["劳动力姓名*", "劳动力身份证号码", "培训类型", "培训工种", "培训单位名称*", "培训地址*",
    "培训起始日期",
               "培训终止日期", "实际培训天数*", "苏陕协作", "享受培训和生活补贴*",
               "培训后就业年月"]  # fmt: skip
    row = [
        "王明",
        "370299199001011234",
        "就业",
        "焊工",
        "某校",
        "某地",
        "2026.3.5",
        "20260315",
        "10",
        "否",
        "是",
        "2026-04",
    ]
    table = read(xlsx([shaanxi, row]))
    assert not table.unsure
    assert not table.unknown
    found = table.frame.select("starts_on", "ends_on", "days_trained").row(0)
    assert found == ("2026-03-05", "2026-03-15", "10")
    tianjin = read(xlsx([["社保卡/身份证号", "姓名", "性别", "有效期", "人员类别", "所在区"],
                         ["370299199001011234", "王明", "男", "长期", "失业人员", "示例区"]]))  # fmt: skip
    assert not tianjin.unsure
    assert tianjin.frame.select("id_number", "person_kind", "residence").row(0) == (
        "370299199001011234", "失业人员", "示例区",
    )  # fmt: skip
    assert not tianjin.cell_problems


def test_read_two_row_merged_headings():
    rows = [
        ["鉴定成绩单"],
        ["序号", "准考证号", "姓名", "成绩", None, "备注"],
        [None, None, None, "理论", "实作", None],
        [1, "2026001", "王明", 86, 91.5, ""],
    ]
    table = read(
        xlsx(rows, merge=("A1:F1", "D2:E2", "A2:A3", "B2:B3", "C2:C3", "F2:F3")), layout=sheets.SCORES
    )
    assert (table.header_row, table.header_rows) == (2, 2)
    assert not table.missing
    assert table.frame.select("row_number", "exam_number", "name", "theory", "practice").row(0) == (
        4, "2026001", "王明", "86", "91.5",
    )  # fmt: skip


def test_read_leaves_out_footers_repeated_headings_and_numbered_blanks():
    rows = [
        HEADINGS, PEOPLE[0], HEADINGS, PEOPLE[1], [3], [4],
        ["合计", "2人"], [None, "填表人：张三", None, None, None, None, "审核：李四"], ["注：金额以元计"],
    ]  # fmt: skip
    table = read(xlsx(rows))
    assert table.frame["row_number"].to_list() == [2, 4]
    assert len(table.notes) == 3
    assert "第 7、8、9 行" in table.notes[0]


def test_read_keeps_a_person_whose_name_starts_like_a_footer():
    rows = [HEADINGS, [1, "计合", *PEOPLE[0][2:]], [2, "合计", *PEOPLE[1][2:]]]
    assert read(xlsx(rows)).frame["name"].to_list() == ["计合", "合计"]


def test_read_tidies_width_spaces_and_case():
    row = [1, " 王　五 ", "男", "初中", "３６岁", "３７０２９９１９８５０５０５１２３ｘ ",
    "１３８\u200b０００００００１",
           "\u3000示例区 ", "农业", ""]  # fmt: skip
    table = read(xlsx([HEADINGS, row, [2, "阿里木•买买提", "男", "", 30, "370299850505123", "", "", "", ""],
                       [3, "John  Smith", "男", "", 30, "37029919850505123X", "", "", "", ""]]))  # fmt: skip
    assert table.frame["name"].to_list() == ["王五", "阿里木·买买提", "John Smith"]
    assert table.frame["id_number"].to_list() == [
        "37029919850505123X",
        "370299850505123",
        "37029919850505123X",
    ]
    assert table.frame["age"][0] == "36"
    assert table.frame["phone"][0] == "13800000001"
    assert table.frame["residence"][0] == "示例区"
    assert not table.cell_problems


def test_read_keeps_rare_characters_to_the_code_point():
    name = "王\u4dae\u36c3\U00020bb7\U0002c386"
    for data, filename in ((xlsx([HEADINGS, [1, name, *PEOPLE[0][2:]]]), "a.xlsx"),
                           (text([HEADINGS, [1, name, *PEOPLE[0][2:]]]).encode("gb18030"),
                           "a.csv")):  # fmt: skip
        assert read(data, filename).frame["name"].to_list() == [name]


@pytest.mark.parametrize("build", [xlsx, xls], ids=["xlsx", "xls"])
def test_read_locates_numbers_that_lost_digits(build):
    headings = ["姓名", "身份证号码", "银行账号"]
    rows = [
        headings,
        ["甲", "370299199001011000", "6222021234567890123"],
        ["乙", 370299199001011000, "6222021234567890123"],
        ["丙", "370299199001011234", 6222021234567890123],
        ["丁", 370299850505123, "6222021234567890123"],
    ]
    table = read(build(rows))
    assert set(table.cell_problems) == {3, 4}
    assert table.cell_problems[3] == ["“身份证号码”以数字格式存储，后几位已丢失，请改为文本格式重新填写"]
    assert table.cell_problems[4][0].startswith("“银行账号”")
    assert table.frame["id_number"][0] == "370299199001011000"
    assert table.frame["id_number"][3] == "370299850505123"


def test_read_locates_scientific_notation_in_csv():
    table = read("姓名,身份证号码\n王明,3.70299E+17\n李明,370299199001011234\n".encode(), "a.csv")
    assert list(table.cell_problems) == [2]
    assert "后几位已丢失" in table.cell_problems[2][0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026年3月5日", "2026-03-05"), ("2026.3.5", "2026-03-05"), ("20260305", "2026-03-05"),
        ("2026/03/05", "2026-03-05"), ("２０２６－３－５", "2026-03-05"), (46086, "2026-03-05"), ("46086",
        "2026-03-05"),
        (dt.date(2026, 3, 5), "2026-03-05"), (dt.datetime(2026, 3, 5, 9, 30), "2026-03-05"), ("长期", "长期"),
    ],
)  # fmt: skip
def test_read_dates_however_written(value, expected):
    table = read(xlsx([["姓名", "身份证号码", "培训起始日期"], ["王明", "370299199001011234", value]]))
    assert table.frame["starts_on"].to_list() == [expected]
    assert not table.cell_problems


@pytest.mark.parametrize("value", ["2026-02-30", "三月五日", "26.3.5", "2026"])
def test_read_says_where_a_date_is_unreadable(value):
    table = read(xlsx([["姓名", "身份证号码", "培训起始日期"], ["王明", "370299199001011234", value]]))
    assert table.frame["starts_on"].to_list() == [value]
    assert table.cell_problems == {2: ["“培训起始日期”日期看不懂，请写成 2026-03-05 或 2026年3月5日"]}


def test_read_dates_counted_from_1904():
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["姓名", "身份证号码", "培训起始日期", "培训终止日期"])
    book.active.append(["王明", "370299199001011234", 44624, dt.date(2026, 3, 5)])
    assert read(saved(book)).frame.select("starts_on", "ends_on").row(0) == ("2026-03-05", "2026-03-05")


def test_read_takes_cached_formula_values_and_names_formulas_without():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet()
    page.write_row(0, 0, ["姓名", "身份证号码", "年龄"])
    page.write_row(1, 0, ["王明", "370299199001011234"])
    page.write_formula(1, 2, "=30+6", None, 36)
    book.close()
    table = read(out.getvalue())
    assert table.frame["age"].to_list() == ["36"]
    assert not table.notes
    uncached = read(xlsx([["姓名", "身份证号码", "年龄"], ["王明", "370299199001011234", "=30+6"]]))
    assert uncached.frame["age"].to_list() == [None]
    assert "没有计算结果的公式" in uncached.notes[0]
    assert uncached.cell_problems == {2: ["“年龄”是没有计算结果的公式，请粘贴为数值"]}


def test_read_is_unsure_about_doubtful_headings_until_mapped():
    rows = [["学员的名字", "监护人身份证号码", "电话"], ["王明", "370299199001011234", "138"]]
    table = read(xlsx(rows))
    assert table.unsure
    assert "name" in table.missing
    assert "姓名" in table.missing_labels
    mapped = read(xlsx(rows), mapping={"学员的名字": "name", "监护人身份证号码": "id_number", "电话": ""})
    assert not mapped.unsure
    assert mapped.frame.select("name", "id_number", "phone").row(0) == ("王明", "370299199001011234", None)
    assert mapped.unknown == ["电话"]


def test_read_a_second_column_of_the_same_heading_stays_beside():
    table = read(xlsx([["姓名", "身份证号码", "备注", "备注"], ["王明", "370299199001011234", "甲", "乙"]]))
    assert table.frame["remark"].to_list() == ["甲"]
    assert table.frame["备注"].to_list() == ["乙"]


def test_read_attendance_by_day_numbers_with_real_marks():
    rows = [
        ["培训学员出勤簿"],
        ["单位名称：示例技工学校", None, None, "2026年3月"],
        ["序号", "姓名", *range(1, 9), "缺勤", "出勤", "学员签名"],
        [1, "王明", "/", "○", "×", "¢", "△", "病", "4", "到", "", "", ""],
        [2, "李明", "√", "?", None, "", "迟到", "早退", "病假", "事假", "", "", ""],
    ]
    table = read(xlsx(rows), layout=sheets.ATTENDANCE)
    assert not table.missing
    assert table.month == (2026, 3)
    assert [day.on for day in table.days] == [dt.date(2026, 3, day) for day in range(1, 9)]
    marks = table.frame.select(day.column for day in table.days)
    assert marks.row(0) == ("到", "不到", "告假", "迟到", "早退", "病假", "4", "到")
    assert marks.row(1) == ("到", "?", None, None, "迟到", "早退", "病假", "告假")
    assert list(table.cell_problems) == [5]
    assert table.above[1] == "单位名称：示例技工学校 2026年3月"


def test_read_attendance_by_dates_under_a_merged_heading():
    rows = [
        ["姓名", "身份证号码", "日期", None, None],
        [None, None, dt.date(2026, 3, 5), "2026-03-06", "3月7日"],
        ["王明", "370299199001011234", "/", "/", "○"],
    ]
    table = read(xlsx(rows, merge=("C1:E1", "A1:A2", "B1:B2")), layout=sheets.ATTENDANCE)
    assert [day.column for day in table.days] == ["day:2026-03-05", "day:2026-03-06", "day:7"]
    assert table.frame["day:7"].to_list() == ["不到"]


def test_read_bank_return():
    rows = [
        ["批次号", "流水号", "收款账号", "户名", "金额", "结果", "失败原因"],
        ["P2026-1", "00012", "6222020000000000001", "王明", "1,200.00", "成功", ""],
        ["P2026-1", "00013", "6222020000000000002", "李明", 980.5, "失败", "户名不符"],
        ["合计", None, None, None, "2,180.50"],
    ]
    table = read(xlsx(rows), layout=sheets.BANK_RETURN)
    assert table.frame.select("payment_number", "amount", "result", "failure").rows() == [
        ("00012", "1200", "成功", None), ("00013", "980.5", "失败", "户名不符"),
    ]  # fmt: skip
    assert not table.unsure


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_read_what_its_author_sees_before_a_hidden_sheet(state):
    book = openpyxl.Workbook()
    book.active.title = "旧名单"
    for row in [HEADINGS, *([3, "旧人", *PEOPLE[0][2:]] for _ in range(5))]:
        book.active.append(row)
    page = book.create_sheet("花名册")
    for row in ROWS:
        page.append(row)
    book["旧名单"].sheet_state = state
    book.active = 1
    assert read(saved(book)).frame["name"].to_list() == ["王㛃䶮", "李明"]
    page.delete_rows(1, 3)
    with pytest.raises(sheets.EmptySheet):
        read(saved(book))


@pytest.mark.parametrize(
    ("stored", "shown"),
    [(4803.210000000001, "4803.21"), (0.1 + 0.2, "0.3"), (123456789.21000001, "123456789.21"), (1200.5, "1200.5"),
     ("1,234.50", "1234.5"), ("12.345", "12.345")],
)  # fmt: skip
def test_read_a_sum_worked_out_in_binary_as_the_sheet_shows_it(stored, shown):
    data = xlsx(
        [
            ["姓名", "身份证号码", "当月工资", "发放日期"],
            [*PEOPLE[0][1:2], PEOPLE[0][5], stored, "2026-03-05"],
        ]
    )
    assert read(data, "名单.xlsx", MONTH).frame["wage"].to_list() == [shown]
