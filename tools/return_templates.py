"""Make the templates of returns the product ships: reference/returns/*.xlsx and *.docx."""

from pathlib import Path

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

HOME = Path(__file__).resolve().parents[1] / "reference" / "returns"
THIN = Side(style="thin", color="FF8D99A5")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEAD = PatternFill("solid", fgColor="FFEEF2F6")

# Heading → placeholder, in the order of the columns; 003:15, 003:23, 000:20, D6, D7.
WORK = [
    ("补贴性培训人次", "补贴性职业技能培训人次 | {span}"),
    ("培训人数", "补贴性职业技能培训人数 | {span}"),
    ("结业人次", "结业人次 | {span}"),
    ("考核合格人次", "考核合格人次 | {span}"),
    ("取得证书人次", "培训后取证人次 | {span}"),
    ("享受补贴人次", "享受补贴人次 | {span}"),
    ("补贴支出（元）", "补贴资金支出 | {span}"),
]
# 8-3 就业训练中心综合情况 groups those trained by who they are and by certificate (public facts 6.11).
GROUPS = [
    ("农民工", "农民工培训人次"),
    ("农民", "农民培训人次"),
    ("退役军人", "退役军人培训人次"),
    ("城乡登记失业人员", "城乡登记失业人员培训人次"),
    ("毕业年度高校毕业生", "毕业年度高校毕业生培训人次"),
    ("残疾人", "残疾人培训人次"),
    ("参保企业职工", "参保企业职工培训人次"),
]


def _title(sheet: Worksheet, words: str, columns: int, unit: str) -> None:
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=columns)
    sheet["A1"] = words
    sheet["A1"].font = Font(name="宋体", size=16, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 30
    sheet.merge_cells(start_row=2, end_row=2, start_column=1, end_column=columns - 2)
    sheet["A2"] = "填报单位：{{ 填报单位 }}　　期间：{{ 期间 }}"
    last = sheet.cell(2, columns - 1, unit)
    sheet.merge_cells(start_row=2, end_row=2, start_column=columns - 1, end_column=columns)
    last.alignment = Alignment(horizontal="right")


def _row(sheet: Worksheet, row: int, values: list[str], *, head: bool = False) -> None:
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(row, column, value)
        cell.border = BOX
        cell.font = Font(name="宋体", size=10.5, bold=head)
        cell.alignment = Alignment(
            horizontal="center" if head or column == 1 else "right", vertical="center", wrap_text=head
        )
        if head:
            cell.fill = HEAD
    sheet.row_dimensions[row].height = 32 if head else 20


def _foot(sheet: Worksheet, row: int, columns: int) -> None:
    for step, words in enumerate(
        (
            "制表人：{{ 制表人 }}　　签字人：{{ 签字人 }}　　复核人：{{ 复核人 }}　　报出日期：{{ 报出日期 }}",
            "数据截至 {{ 数据截至 }}，统计数据 {{ 数据快照 }}，内容摘要 {{ 内容摘要 }}",
            "{{ 更正 }}",
        )
    ):
        sheet.merge_cells(start_row=row + step, end_row=row + step, start_column=1, end_column=columns)
        sheet.cell(row + step, 1, words).font = Font(name="宋体", size=9.5, color="FF51606F")


def _page(sheet: Worksheet, widths: list[int], last: int) -> None:
    for column, width in zip("ABCDEFGHIJKL", widths, strict=False):
        sheet.column_dimensions[column].width = width
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "3:3"
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
    sheet.freeze_panes = "B4"


def _by_rows(book: Workbook, name: str, title: str, dimension: str, heading: str, span: str) -> None:
    """A table of one row each, its formula of the sum, and a chart below."""
    sheet = book.create_sheet(name)
    figures = WORK if dimension != "部门" else WORK[:6]
    columns = 2 + len(figures)
    _title(sheet, title, columns, "单位：人次、人、元")
    _row(sheet, 3, ["序号", heading, *(words for words, _ in figures)], head=True)
    _row(sheet, 4, ["合计", "", *(f"{{{{ {figure.format(span=span)} }}}}" for _, figure in figures)])
    sheet.merge_cells("A4:B4")
    _row(
        sheet, 5,
        [f"{{{{ 每行 | {dimension} }}}}{{{{ 行.序号 }}}}", "{{ 行.名称 }}",
         *(f"{{{{ {figure.format(span=span)} }}}}" for _, figure in figures)],
    )  # fmt: skip
    sheet["B5"].alignment = Alignment(horizontal="left", vertical="center")
    _row(sheet, 6, ["各行之和", "", *("" for _ in figures)])
    sheet.merge_cells("A6:B6")
    for place in range(len(figures)):
        letter = "CDEFGHIJ"[place]
        sheet[f"{letter}6"] = f"=SUM({letter}5:{letter}5)"
        for row in (4, 5, 6):
            sheet[f"{letter}{row}"].number_format = "#,##0.00" if "元" in figures[place][0] else "#,##0"
    sheet["A7"] = "人数在各行中可能重复，各行之和可以大于合计；没有填写所属分项的记录单列一行。"
    sheet["A7"].font = Font(name="宋体", size=9.5, color="FF51606F")
    _foot(sheet, 8, columns)
    sheet["A12"] = f"{{{{ 图 | 补贴性职业技能培训人次 | {dimension} | {span} | 各{heading}培训人次 }}}}"
    _page(sheet, [8, 22, *([14] * len(figures))], 12)


def workbook(kind: str) -> Workbook:
    """The tables of one kind of return."""
    spans = ("本期", "本年累计") if kind == "quarterly" else ("本期", "上年同期")
    name = "季报" if kind == "quarterly" else "年报"
    book = Workbook()
    sheet = book.active
    sheet.title = "综合"
    _title(sheet, f"{{{{ 地区名称 }}}}职业培训工作情况{name}", 6, "单位：人次、人、元")
    _row(sheet, 3, ["序号", "指标", spans[0], spans[1], "同比", "说明"], head=True)
    compared = "本年累计" if kind == "quarterly" else "本期"
    lines = [
        *((words, figure.partition(" |")[0]) for words, figure in WORK),
        ("其中：其他部门培训人次", "其他部门培训人次"),
        ("线上培训人次", "线上培训人次"),
        *((f"其中：{words}", figure) for words, figure in GROUPS),
        ("取证率", "取证率"),
        ("发放证书数", "发放证书数"),
        ("期末技能人才", "技能人才总量"),
        ("期末高技能人才", "高技能人才总量"),
        ("高技能人才占技能人才比例", "高技能人才占技能人才比例"),
    ]
    for place, (words, figure) in enumerate(lines, start=1):
        row = 3 + place
        _row(
            sheet, row,
            [str(place), words, *(f"{{{{ {figure} | {span} }}}}" for span in spans),
             f"{{{{ 同比 | {figure} | {compared} }}}}", ""],
        )  # fmt: skip
        sheet.cell(row, 1).value = place
        sheet.cell(row, 2).alignment = Alignment(horizontal="left", vertical="center")
    _foot(sheet, 4 + len(lines), 6)
    _page(sheet, [8, 30, 18, 18, 22, 24], 4 + len(lines))
    _by_rows(
        book,
        "分区县",
        "{{ 地区名称 }}各区县职业培训情况",
        "区县",
        "区县",
        "本年累计" if kind == "quarterly" else "本期",
    )
    _by_rows(
        book,
        "分项目",
        "{{ 地区名称 }}各项目职业培训情况",
        "项目",
        "项目",
        "本年累计" if kind == "quarterly" else "本期",
    )
    _by_rows(
        book,
        "分部门",
        "{{ 地区名称 }}各部门职业培训情况",
        "部门",
        "部门",
        "本年累计" if kind == "quarterly" else "本期",
    )
    return book


def _font(run, size: float, *, name: str = "仿宋", bold: bool = False, colour: str = "") -> None:
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, name
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)


def _line(document, words: str, *, size: float = 16, align=None, indent: bool = False, **style):
    paragraph = document.add_paragraph()
    if align is not None:
        paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(max(28, size * 1.4))
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(size * 2)
    _font(paragraph.add_run(words), size, **style)
    return paragraph


def _sized(document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _font(footer.add_run("— "), 14, name="宋体")
    run = footer.add_run()
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = words
        run._r.append(part)
    _font(run, 14, name="宋体")
    _font(footer.add_run(" —"), 14, name="宋体")


def report(kind: str):
    """The words of one kind of return."""
    span, name = ("本年累计", "季报") if kind == "quarterly" else ("本期", "年报")
    document = Document()
    _sized(document)
    centre = WD_ALIGN_PARAGRAPH.CENTER
    _line(
        document, f"{{{{ 地区名称 }}}}职业培训工作情况{name}", size=22, name="宋体", bold=True, align=centre
    )
    _line(document, "（{{ 期间 }}）", align=centre)
    _line(document, "{{ 更正 }}", size=14, align=centre)
    _line(document, "一、总体情况", name="黑体", indent=True)
    _line(document, "{{ 文字说明 }}", indent=True)
    _line(document, "二、各区县情况", name="黑体", indent=True)
    table = document.add_table(rows=2, cols=5)
    table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    heads = ["区县", "培训人次", "结业人次", "取得证书人次", "补贴支出（万元）"]
    marks = [
        "{{ 每行 | 区县 }}{{ 行.名称 }}", f"{{{{ 补贴性职业技能培训人次 | {span} }}}}", f"{{{{ 结业人次 | {span} }}}}",
        f"{{{{ 培训后取证人次 | {span} }}}}", f"{{{{ 补贴资金支出 | {span} | 万元 }}}}",
    ]  # fmt: skip
    for row, words in ((0, heads), (1, marks)):
        for column, text in enumerate(words):
            paragraph = table.rows[row].cells[column].paragraphs[0]
            paragraph.alignment = centre if row == 0 or column == 0 else WD_ALIGN_PARAGRAPH.RIGHT
            _font(paragraph.add_run(text), 10.5, name="宋体", bold=row == 0)
    _line(document, f"{{{{ 图 | 补贴性职业技能培训人次 | 区县 | {span} | 各区县培训人次 }}}}", align=centre)
    _line(document, "三、更正情况", name="黑体", indent=True)
    _line(document, "{{ 更正对照 }}", indent=True)
    _line(document, "{{ 填报单位 }}", align=WD_ALIGN_PARAGRAPH.RIGHT)
    _line(document, "{{ 报出日期 }}", align=WD_ALIGN_PARAGRAPH.RIGHT)
    _line(document, "签字人：{{ 签字人 }}　　复核人：{{ 复核人 }}", size=12)
    _line(document, "数据来源", size=12, name="黑体")
    _line(
        document,
        "统计数据 {{ 数据快照 }}，截至 {{ 数据截至 }}；内容摘要 {{ 内容摘要 }}。",
        size=10.5,
        name="宋体",
    )
    _line(document, "{{ 数据来源 }}", size=9, name="宋体")
    return document


def answer():
    """A reply to a proposal, in the shape of 青人社督字〔2018〕104号 and 绵人社函〔2018〕347号 (000, 004)."""
    document = Document()
    _sized(document)
    centre = WD_ALIGN_PARAGRAPH.CENTER
    _line(document, "{{ 填报单位 }}", size=26, name="宋体", bold=True, align=centre, colour="C00000")
    _line(document, "{{ 文号 }}　　　　　　签发人：{{ 签发人 }}", align=centre)
    _line(document, "对{{ 会议 }}", size=18, align=centre)
    _line(document, "{{ 公文标题 }}", size=22, name="宋体", bold=True, align=centre)
    _line(document, "{{ 代表 }}：")
    _line(document, "{{ 正文 }}", indent=True)
    _line(document, "{{ 填报单位 }}", align=WD_ALIGN_PARAGRAPH.RIGHT)
    _line(document, "{{ 签发日期 }}", align=WD_ALIGN_PARAGRAPH.RIGHT)
    _line(document, "（联系人：{{ 联系人 }}）")
    _line(document, "抄送：{{ 抄送 }}", size=14)
    _line(document, "附：数据来源（《{{ 标题 }}》）", size=12, name="黑体")
    _line(document, "{{ 数据来源 }}", size=9, name="宋体")
    return document


def main() -> None:
    """Write all of them anew."""
    HOME.mkdir(exist_ok=True)
    for kind in ("quarterly", "yearly"):
        workbook(kind).save(HOME / f"{kind}.xlsx")
        report(kind).save(HOME / f"{kind}.docx")
    answer().save(HOME / "proposal.docx")


if __name__ == "__main__":
    main()
