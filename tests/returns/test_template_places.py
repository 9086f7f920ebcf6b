"""Where a placeholder may stand: what drawing would leave as it is, lose or not be able to move is told at upload."""

import io
import zipfile

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.shared import Cm
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from kaogong.returns import queries
from kaogong.returns.queries.drawing import Content
from tests.returns.test_templates import a_cell, problems, sheet_bytes

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
V = 'xmlns:v="urn:schemas-microsoft-com:vml"'
RUN = "<w:r><w:t>{{{{ 结业人次 | 本期 }}}}</w:t></w:r>".format()
UNREACHED = "填不进去：在文本框、嵌套表格、内容控件、超链接、修订或脚注里"


def saved(made) -> bytes:
    spool = io.BytesIO()
    made.save(spool)
    return spool.getvalue()


def a_document():
    document = Document()
    document.add_paragraph("{{ 地区名称 }}{{ 期间 }}")
    return document


@pytest.mark.parametrize(
    "wrapped",
    [
        f'<w:hyperlink {W} w:anchor="x">{RUN}</w:hyperlink>',
        f'<w:ins {W} w:id="1" w:author="周经办">{RUN}</w:ins>',
        f"<w:sdt {W}><w:sdtContent>{RUN}</w:sdtContent></w:sdt>",
        f"<w:r {W}><w:pict {V}><v:shape><v:textbox><w:txbxContent><w:p>{RUN}</w:p></w:txbxContent>"
        "</v:textbox></v:shape></w:pict></w:r>",
    ],
    ids=["hyperlink", "tracked", "control", "text box"],
)
def test_upload_word_template_names_a_placeholder_that_would_be_printed_as_it_stands(wrapped):
    document = a_document()
    document.add_paragraph("本季")._p.append(parse_xml(wrapped))
    (told,) = problems(saved(document), "docx")
    assert "{{ 结业人次 | 本期 }}" in told
    assert UNREACHED in told


def test_upload_word_template_names_a_placeholder_in_a_table_within_a_table():
    document = a_document()
    document.add_table(1, 1).cell(0, 0).add_table(1, 1).cell(0, 0).text = "{{ 结业人次 | 本期 }}"
    (told,) = problems(saved(document), "docx")
    assert UNREACHED in told


def test_upload_word_template_refuses_a_repeated_row_merged_with_the_one_below():
    document = a_document()
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "{{ 每行 | 区县 }}{{ 行.名称 }}"
    (told,) = problems(saved(document), "docx")
    assert told.startswith("表1第1行第1列：")
    assert "合并了，展开后会丢数" in told


def test_drawn_word_fills_every_header_and_the_tables_in_them():
    document = a_document()
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = "{{ 地区名称 }}首页"
    section.header.is_linked_to_previous = False
    section.header.add_table(1, 1, Cm(8)).cell(0, 0).text = "{{ 结业人次 | 本期 }}人次"
    cells = {"training.finished|period": a_cell("training.finished|period", 1200)}
    content = saved(document)
    assert problems(content, "docx") == []
    drawn = queries.draw("docx", content, Content(facts={"region_name": "示例区"}, cells=cells, rows={}))
    made = Document(io.BytesIO(drawn.content)).sections[0]
    assert made.first_page_header.paragraphs[0].text == "示例区首页"
    assert made.header.tables[0].cell(0, 0).text == "1,200人次"
    assert drawn.places == {"training.finished|period": ["第1节页眉表1第1行第1列"]}


@pytest.mark.parametrize("words", ["｛｛ 期间 ｝｝", "{ { 期间 } }", "{{ 期间 }"])
def test_upload_template_names_braces_that_are_nearly_right(words):
    document = a_document()
    document.add_paragraph(words)
    for found in (problems(saved(document), "docx"), problems(sheet_bytes({"C5": words}))):
        assert len(found) == 1
        assert "括号没有成对，或不是两个连着的半角花括号" in found[0]


def a_book(**cells: str) -> Workbook:
    return load_workbook(io.BytesIO(sheet_bytes(cells)))


def test_upload_template_names_what_stands_beside_the_cells_and_formulas_that_cannot_be_read():
    book = a_book(B2='="未完')
    sheet = book["汇总"]
    sheet.oddHeader.center.text = "{{ 期间 }}"
    sheet.title = "{{ 地区名称 }}"
    assert [one.partition(" ")[2] for one in problems(saved(book))] == [
        "地区名称 }}!B2：=\"未完 这个公式不完整，请改正",
        "地区名称 }}!工作表名：{{ 地区名称 }} 这里的占位符填不进去；请写在单元格里",
        "地区名称 }}!页眉页脚：{{ 期间 }} 这里的占位符填不进去；请写在单元格里",
    ]  # fmt: skip


def test_upload_template_refuses_array_formulas_only_where_rows_are_put_in():
    book = a_book(A5="{{ 每行 | 区县 }}{{ 行.名称 }}")
    book["汇总"]["B6"] = ArrayFormula("B6", "=SUM(B5:B5*2)")
    assert problems(saved(book)) == ["汇总!B6：数组公式不能跟着展开的行移动；请改成普通公式"]
    book["汇总"]["A5"] = "合计"
    assert problems(saved(book)) == []


def test_upload_template_says_that_a_text_box_would_be_lost():
    old = zipfile.ZipFile(io.BytesIO(sheet_bytes({})))
    spool = io.BytesIO()
    with zipfile.ZipFile(spool, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr(
            "xl/drawings/drawing1.xml", b"<xdr:wsDr><xdr:sp macro=''>\xe7\xab\xa0</xdr:sp></xdr:wsDr>"
        )
    assert problems(spool.getvalue()) == ["工作表：文本框和图形填表后会丢失；请删去，把文字写在单元格里"]


def test_drawn_rows_stretch_and_move_what_has_a_name():
    book = a_book(A5="{{ 每行 | 区县 }}{{ 行.名称 }}", B5="{{ 结业人次 | 本期 }}", B6="=SUM(总数)", B8="表尾")
    book.defined_names["总数"] = DefinedName("总数", attr_text="汇总!$B$5:$B$5")
    book.defined_names["尾"] = DefinedName("尾", attr_text="汇总!$B$8")
    regions = [("370202", "市南区"), ("370203", "市北区"), ("370211", "黄岛区")]
    drawn = queries.draw("xlsx", saved(book), Content(facts={}, cells={}, rows={"region": regions}))
    made = load_workbook(io.BytesIO(drawn.content))
    assert made.defined_names["总数"].attr_text == "汇总!$B$5:$B$7"
    assert (
        made["汇总"][made.defined_names["尾"].attr_text.rpartition("!")[2].replace("$", "")].value == "表尾"
    )
