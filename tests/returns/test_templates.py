"""Templates a clerk edits: what is refused at upload, by sheet and cell or paragraph; what drawing keeps."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from docx import Document
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from kaogong.kernel.errors import NotPermitted
from kaogong.returns import operations, queries
from kaogong.returns.models import ReturnTemplate
from kaogong.returns.queries.drawing import Content
from tests.factories.people import an_actor
from tests.returns.people import clerk


def sheet_bytes(cells: dict[str, str], *, with_required: bool = True) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "汇总"
    if with_required:
        sheet["A1"] = "{{ 地区名称 }} {{ 期间 }} {{ 补贴性职业技能培训人次 | 本期 }}"
    for where, words in cells.items():
        sheet[where] = words
    spool = io.BytesIO()
    book.save(spool)
    return spool.getvalue()


def with_macros(content: bytes) -> bytes:
    """A workbook with macros that somebody renamed from .xlsm, its macros taken out by hand."""
    spool = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(spool, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "[Content_Types].xml":
                data = data.replace(
                    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                )
            new.writestr(name, data)
    return spool.getvalue()


def word_bytes(*paragraphs: str) -> bytes:
    document = Document()
    for words in paragraphs:
        document.add_paragraph(words)
    spool = io.BytesIO()
    document.save(spool)
    return spool.getvalue()


def problems(content: bytes, layout: str = "xlsx", kind: str = "quarterly") -> list[str]:
    return [str(one) for one in queries.looked_through(kind, layout, content, f"模板.{layout}")[1]]


@pytest.mark.parametrize(
    ("kind", "layout"),
    [
        ("quarterly", "xlsx"),
        ("quarterly", "docx"),
        ("yearly", "xlsx"),
        ("yearly", "docx"),
        ("proposal", "docx"),
    ],
)
def test_shipped_templates_have_no_problem(kind, layout):
    assert problems(queries.shipped(kind, layout).content, layout, kind) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("{{ 培训人刺 }}", "汇总!C5：{{ 培训人刺 }} 不是指标"),
        ("{{ 结业人次 | 本旬 }}", "汇总!C5：{{ 结业人次 | 本旬 }} 看不懂“本旬”"),
        ("{{ 结业人次 | 颜色=红 }}", "看不懂条件“颜色=红”"),
        ("{{ 行.名称 }}", "汇总!C5：{{ 行.名称 }} 只能写在"),
        ("{{ 每行 }}", "要写明按什么展开"),
        ("{{ 结业人次", "汇总!C5：{{ 括号没有成对"),
        ("{{ 文号 }}", "不能用在季报里"),
        ("{{ 图 | 结业人次 | 区县 }}", "展开的行里"),
        ("{{ 技能人才总量 | 本期 | 资金来源=city }}", "不能按资金来源分"),
        ("{{ 技能人才总量 | 部门合计数 }}", "部门合计数只有培训人次才有"),
        ("{{ 补贴性职业技能培训人次 | 部门合计数 | 等级=3 }}", "只能按项目、部门写条件"),
        ("{{ 同比 | 补贴性职业技能培训人次 | 部门合计数 }}", "部门合计数没有同比"),
        ("{{ 每行 | 区县 }}{{ 补贴性职业技能培训人次 | 部门合计数 }}", "不能写在“每行”的那一行里"),
    ],
)
def test_upload_template_names_the_cell_of_what_it_cannot_read(words, told):
    found = problems(sheet_bytes({"C5": words}))
    assert len(found) == 1
    assert told in found[0]


def test_upload_template_names_every_problem_at_once():
    found = problems(sheet_bytes({"B2": "{{ 甲 }}", "D9": "{{ 乙 }}"}, with_required=False))
    assert [one.partition("：")[0] for one in found] == [
        "汇总!B2",
        "汇总!D9",
        "模板.xlsx",
        "模板.xlsx",
        "模板.xlsx",
    ]
    assert "{{ 地区名称 }} 必须有" in found[2]


def test_upload_word_template_names_the_paragraph():
    found = problems(word_bytes("{{ 地区名称 }}{{ 期间 }}", "本季{{ 结业人刺 }}人次"), "docx")
    assert found == ["第2段“本季…人次”：{{ 结业人刺 }} 不是指标，也不是本系统认得的词；指标名见“统计指标”页"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "文件是空的"),
        (sheet_bytes({}, with_required=False), "没有任何占位符"),
        (with_macros(sheet_bytes({})), "带有宏，请另存为不带宏的 .xlsx"),
        (b"not a zip", "不是 .xlsx 文件"),
        (b"PK\x03\x04rest", "文件不完整"),
        (word_bytes("{{ 期间 }}"), "不是 .xlsx 文件"),
    ],
)
def test_upload_template_that_is_no_workbook_says_so(content, told):
    assert told in problems(content)[0]


def test_upload_template_refuses_a_repeated_row_merged_with_those_below_and_a_formula_with_a_placeholder():
    row = {"A5": "{{ 每行 | 区县 }}{{ 行.名称 }}", "B5": "{{ 结业人次 | 本期 }}", "C5": "={{ 取证率 }}*2"}
    book = load_workbook(io.BytesIO(sheet_bytes(row)))
    book["汇总"].merge_cells("B5:B6")
    book["汇总"].merge_cells("A1:C1")
    spool = io.BytesIO()
    book.save(spool)
    assert problems(spool.getvalue()) == [
        "汇总!C5：={{ 取证率 }}*2 公式里不能写占位符；请把占位符写在另一格，公式引用那一格",
        "汇总!B5:B6：{{ 结业人次 | 本期 }} 这一格与下面的行合并了，展开后会丢数；请取消合并",
    ]


def test_upload_word_template_reads_a_placeholder_split_over_runs():
    document = Document(io.BytesIO(word_bytes("{{ 地区名称 }}{{ 期间 }}")))
    paragraph = document.add_paragraph()
    for words in ("本季{{ 结", "业人", "刺 | 本期 }}人次"):
        paragraph.add_run(words).bold = words == "业人"
    spool = io.BytesIO()
    document.save(spool)
    (told,) = problems(spool.getvalue(), "docx")
    assert told.startswith("第2段“本季…人次”：{{ 结业人刺 | 本期 }} 不是指标")


@pytest.mark.django_db
def test_upload_template_names_a_formula_or_figure_typed_over(now):
    book = load_workbook(io.BytesIO(queries.shipped("quarterly", "xlsx").content))
    book["分区县"]["C6"] = 12
    book["综合"]["C4"] = 3
    book["综合"]["F4"] = 5
    spool = io.BytesIO()
    book.save(spool)
    with pytest.raises(operations.TemplateRefused) as told:
        operations.upload_template(
            kind="quarterly", filename="季报.xlsx", content=spool.getvalue(), starts_on=date(2026, 11, 16),
            by=clerk(), at=now,
        )  # fmt: skip
    assert [one.place for one in told.value.problems] == ["综合!C4", "分区县!C6"]
    assert "原来是“=SUM(C5:C5)”，现在是固定的数" in str(told.value)


@pytest.mark.django_db
def test_upload_template_keeps_dated_versions(now):
    first = operations.upload_template(
        kind="quarterly", filename="季报.xlsx", content=sheet_bytes({}), starts_on=date(2026, 11, 16),
        by=clerk(), at=now,
    )  # fmt: skip
    second = operations.upload_template(
        kind="quarterly", filename="季报改.xlsx", content=sheet_bytes({"B3": "{{ 取证率 | 本期 }}"}),
        starts_on=date(2026, 12, 1), by=clerk(), at=now, reason="加取证率",
    )  # fmt: skip
    assert (first.number, second.number) == (1, 2)
    assert queries.template_in_use("quarterly", "xlsx", "370299", date(2026, 11, 20)).pk == first.pk
    assert queries.template_in_use("quarterly", "xlsx", "370299", date(2026, 12, 1)).pk == second.pk
    assert queries.template_in_use("quarterly", "xlsx", "370211", date(2026, 12, 1)).number == 0
    assert queries.template_in_use("quarterly", "docx", "370299", date(2026, 12, 1)).number == 0


@pytest.mark.django_db
def test_upload_template_refused_keeps_nothing(now):
    with pytest.raises(operations.TemplateRefused, match="汇总!C5"):
        operations.upload_template(
            kind="quarterly", filename="季报.xlsx", content=sheet_bytes({"C5": "{{ 坏 }}"}),
            starts_on=date(2026, 11, 16), by=clerk(), at=now,
        )  # fmt: skip
    assert not ReturnTemplate.objects.exists()


@pytest.mark.django_db
def test_upload_template_needs_the_right_and_a_day_to_come(now):
    asked = {"kind": "quarterly", "filename": "季报.xlsx", "content": sheet_bytes({})}
    with pytest.raises(NotPermitted):
        operations.upload_template(**asked, starts_on=date(2026, 11, 16), by=an_actor("reviewer"), at=now)
    with pytest.raises(Exception, match="早于今天"):
        operations.upload_template(**asked, starts_on=now.date() - timedelta(days=1), by=clerk(), at=now)


def a_cell(key: str, value: int, unit: str = "人次") -> dict:
    return {
        "key": key, "indicator": key.split("|")[0], "name": "指标", "unit": unit, "span": "period", "where": {},
        "value": value, "places": [], "starts_on": "2026-07-01", "ends_on": "2026-09-30",
    }  # fmt: skip


def test_drawn_rows_move_what_is_below_and_stretch_what_sums_them():
    book = Workbook()
    sheet = book.active
    sheet.title = "汇总"
    sheet["A3"] = "{{ 每行 | 区县 }}{{ 行.名称 }}"
    sheet["B3"] = "{{ 结业人次 | 本期 }}"
    sheet["C3"] = "=B3/B$4"
    sheet["B3"].font = Font(bold=True)
    sheet["B3"].number_format = "0000"
    sheet["A4"], sheet["B4"], sheet["C4"] = "合计", "=SUM(B3:B3)", "=SUM(A4:B4)"
    sheet.merge_cells("A6:C6")
    sheet["A6"] = "表尾"
    sheet.row_dimensions[6].height = 33
    sheet.print_area = "A1:C6"
    other = book.create_sheet("另页")
    other["A1"] = "=汇总!B4+SUM(汇总!B3:B3)"
    spool = io.BytesIO()
    book.save(spool)
    regions = [("370202", "市南区"), ("370203", "市北区"), ("370211", "=黄岛区")]
    cells = {
        f"training.finished|period|region={code}": a_cell("training.finished|period", place)
        for place, (code, _label) in enumerate(regions, start=10)
    }
    drawn = queries.draw("xlsx", spool.getvalue(), Content(facts={}, cells=cells, rows={"region": regions}))
    made = load_workbook(io.BytesIO(drawn.content))
    sheet = made["汇总"]
    assert [sheet[f"A{row}"].value for row in (3, 4, 5)] == ["市南区", "市北区", "=黄岛区"]
    assert sheet["A5"].data_type == "s"
    assert [sheet[f"B{row}"].value for row in (3, 4, 5)] == [10, 11, 12]
    assert [sheet[f"C{row}"].value for row in (3, 4, 5)] == ["=B3/B$6", "=B4/B$6", "=B5/B$6"]
    assert sheet["B5"].font.bold and sheet["B5"].number_format == "0000"
    assert (sheet["B6"].value, sheet["C6"].value) == ("=SUM(B3:B5)", "=SUM(A6:B6)")
    assert sheet["A8"].value == "表尾" and sheet.row_dimensions[8].height == 33
    assert [str(one) for one in sheet.merged_cells.ranges] == ["A8:C8"]
    assert sheet.print_area.replace("$", "").endswith("A1:C8")
    assert made["另页"]["A1"].value == "=汇总!B6+SUM(汇总!B3:B5)"
    assert drawn.places["training.finished|period|region=370203"] == ["汇总!B4"]


def test_drawn_row_of_nothing_says_so():
    content = sheet_bytes(
        {"A3": "{{ 每行 | 区县 }}{{ 行.名称 }}", "B3": "{{ 结业人次 | 本期 }}"}, with_required=False
    )
    drawn = queries.draw("xlsx", content, Content(facts={}, cells={}, rows={}))
    sheet = load_workbook(io.BytesIO(drawn.content))["汇总"]
    assert (sheet["A3"].value, sheet["B3"].value) == ("—", "—")
    whole = {"training.finished|period": a_cell("training.finished|period", 9)}
    drawn = queries.draw("xlsx", content, Content(facts={}, cells=whole, rows={}))
    assert load_workbook(io.BytesIO(drawn.content))["汇总"]["B3"].value == "—" and drawn.places == {}


def test_drawn_row_of_records_that_do_not_say_which_is_not_the_whole():
    content = sheet_bytes(
        {"A3": "{{ 每行 | 项目 }}{{ 行.名称 }}", "B3": "{{ 结业人次 | 本期 }}"}, with_required=False
    )
    keys = {"training.finished|period": 9, "training.finished|period|programme=": 2,
            "training.finished|period|programme=a": 7}  # fmt: skip
    cells = {key: a_cell(key, value) for key, value in keys.items()}
    rows = {"programme": [("", "没有填写"), ("a", "甲")]}
    drawn = queries.draw("xlsx", content, Content(facts={}, cells=cells, rows=rows))
    sheet = load_workbook(io.BytesIO(drawn.content))["汇总"]
    assert [(sheet[f"A{row}"].value, sheet[f"B{row}"].value) for row in (3, 4)] == [
        ("没有填写", 2),
        ("甲", 7),
    ]
    assert drawn.places["training.finished|period|programme="] == ["汇总!B3"]


def test_drawn_word_keeps_the_runs_beside_a_placeholder():
    document = Document()
    paragraph = document.add_paragraph()
    for words, bold in (("共{{ 结业", False), ("人次 | 本", True), ("期 }}人次", False)):
        paragraph.add_run(words).bold = bold
    paragraph.add_run("，其余略").italic = True
    spool = io.BytesIO()
    document.save(spool)
    cells = {"training.finished|period": a_cell("training.finished|period", 12345)}
    drawn = queries.draw("docx", spool.getvalue(), Content(facts={}, cells=cells, rows={}))
    made = Document(io.BytesIO(drawn.content)).paragraphs[0]
    assert made.text == "共12,345人次，其余略"
    assert made.runs[-1].italic
    assert drawn.places == {"training.finished|period": ["第1段“共…人次，其余略”"]}


def test_drawn_word_repeats_rows_and_draws_charts():
    document = Document()
    table = document.add_table(rows=2, cols=2)
    table.rows[0].cells[0].text = "区县"
    table.rows[1].cells[0].text = "{{ 每行 | 区县 }}{{ 行.名称 }}"
    table.rows[1].cells[1].text = "{{ 结业人次 | 本期 }}"
    document.add_paragraph("{{ 图 | 结业人次 | 区县 | 各区县结业 }}")
    document.add_paragraph("{{ 文字说明 }}")
    spool = io.BytesIO()
    document.save(spool)
    regions = [("370202", "市南区"), ("370203", "市北区")]
    cells = {
        f"training.finished|period|region={code}": a_cell("training.finished|period", 7)
        for code, _ in regions
    }
    content = Content(facts={}, cells=cells, rows={"region": regions}, narrative=["第一段", "第二段"])
    drawn = queries.draw("docx", spool.getvalue(), content)
    made = Document(io.BytesIO(drawn.content))
    rows = [[cell.text for cell in row.cells] for row in made.tables[0].rows]
    assert rows == [["区县", ""], ["市南区", "7"], ["市北区", "7"]]
    assert len(made.inline_shapes) == 1
    assert [p.text for p in made.paragraphs[-2:]] == ["第一段", "第二段"]
