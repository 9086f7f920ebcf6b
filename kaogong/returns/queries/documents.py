"""Templates in .docx: finding placeholders in paragraphs and tables, repeating rows, filling in."""

import io
from collections.abc import Callable, Iterator
from copy import deepcopy

from docx import Document
from docx.document import Document as Word
from docx.oxml.ns import qn
from docx.section import _BaseHeaderFooter
from docx.shared import Cm
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from .placeholders import MARK, Placed, Placeholder
from .shown import Shown
from .workbooks import Answer, Read, Row

Blocks = Callable[[Placeholder], list[str]]
Picture = Callable[[Placeholder], bytes]


def opened(content: bytes) -> Word:
    return Document(io.BytesIO(content))


def placed(document: Word, read: Read) -> list[Placed]:
    """Every placeholder with its paragraph, or its table, row and cell."""
    found = []
    for place, paragraph, row in paragraphs(document):
        each = ""
        if row is not None:
            each = next((p.dimension for p in _of_row(row, read) if p.kind == "each"), "")
        for text in MARK.findall(paragraph.text):
            placeholder = read(place, text)
            if placeholder is not None:
                found.append(Placed(place, placeholder, each, MARK.sub("", paragraph.text).strip() == ""))
    return found


def filled(
    content: bytes,
    read: Read,
    answer: Answer,
    rows: dict[str, list[tuple[str, str]]],
    note: Callable[[str, Placeholder, Row | None], None],
    *,
    blocks: Blocks,
    picture: Picture,
) -> bytes:
    """The document with every placeholder answered, blocks as paragraphs, charts as pictures."""
    document = opened(content)
    rows_of = _repeat_rows(document, read, rows)
    for place, paragraph, row in list(paragraphs(document)):
        found = [p for text in MARK.findall(paragraph.text) if (p := read(place, text)) is not None]
        block = next((p for p in found if p.kind == "block"), None)
        chart = next((p for p in found if p.kind == "chart"), None)
        if block is not None:
            _write_block(paragraph, blocks(block))
        elif chart is not None:
            for run in paragraph.runs:
                run.text = ""
            drawn = picture(chart)
            (paragraph.runs or [paragraph.add_run()])[0].add_picture(io.BytesIO(drawn), width=Cm(15))
        elif found:
            within = rows_of.get(row._tr) if row is not None else None
            _write(paragraph, place, read, answer, within, note)
    spool = io.BytesIO()
    document.save(spool)
    return spool.getvalue()


def as_text(content: bytes) -> list[str]:
    """Every paragraph and table row in order, for showing and for tests."""
    document = opened(content)
    lines = []
    for child in document.element.body.iterchildren():
        if child.tag == qn("w:p"):
            lines.append(Paragraph(child, document).text)
        elif child.tag == qn("w:tbl"):
            lines += [
                "\t".join(cell.text for cell in cells_of_row(_Row(tr, Table(child, document))))
                for tr in child.tr_lst
            ]
    return lines


def paragraphs(document: Word) -> Iterator[tuple[str, Paragraph, _Row | None]]:
    """(where, paragraph, row of a table or None), body first, then headers and footers."""
    number, table_number = 0, 0
    for child in document.element.body.iterchildren():
        if child.tag == qn("w:p"):
            number += 1
            paragraph = Paragraph(child, document)
            yield f"第{number}段“{MARK.sub('…', paragraph.text).strip()[:16]}”", paragraph, None
        elif child.tag == qn("w:tbl"):
            table_number += 1
            yield from _of_table(Table(child, document), f"表{table_number}")
    for where, part in margins(document):
        for paragraph in part.paragraphs:
            yield where, paragraph, None
        for index, table in enumerate(part.tables, start=1):
            yield from _of_table(table, f"{where}表{index}")


def margins(document: Word) -> Iterator[tuple[str, _BaseHeaderFooter]]:
    """Every header and footer that stands for itself: of a section, of its first page, of its even pages."""
    for index, section in enumerate(document.sections, start=1):
        for name, part in (
            ("页眉", section.header),
            ("页脚", section.footer),
            ("首页页眉", section.first_page_header),
            ("首页页脚", section.first_page_footer),
            ("偶数页页眉", section.even_page_header),
            ("偶数页页脚", section.even_page_footer),
        ):
            if not part.is_linked_to_previous:
                yield f"第{index}节{name}", part


def _of_table(table: Table, name: str) -> Iterator[tuple[str, Paragraph, _Row | None]]:
    for row_number, tr in enumerate(table._tbl.tr_lst, start=1):
        row = _Row(tr, table)
        for column, cell in enumerate(_own_cells(row), start=1):
            for paragraph in cell.paragraphs:
                yield f"{name}第{row_number}行第{column}列", paragraph, row


def cells_of_row(row: _Row) -> list:
    """The row's cells, a merged one once."""
    seen, cells = set(), []
    for cell in row.cells:
        if cell._tc not in seen:
            seen.add(cell._tc)
            cells.append(cell)
    return cells


def _own_cells(row: _Row) -> list[_Cell]:
    """The cells written in this row itself; one merged with the row above is empty here."""
    return [_Cell(tc, row.table) for tc in row._tr.tc_lst]


def _of_row(row: _Row, read: Read) -> list[Placeholder]:
    texts = [text for cell in _own_cells(row) for p in cell.paragraphs for text in MARK.findall(p.text)]
    return [found for text in texts if (found := read("", text)) is not None]


def _repeat_rows(document: Word, read: Read, rows: dict) -> dict[object, Row]:
    """Repeat each marked row of each table; the row's element → (narrowing, label, place in order)."""
    rows_of: dict[object, Row] = {}
    for table in [*document.tables, *(one for _where, part in margins(document) for one in part.tables)]:
        for tr in list(table._tbl.tr_lst):
            dimension = next((p.dimension for p in _of_row(_Row(tr, table), read) if p.kind == "each"), "")
            if not dimension:
                continue
            wanted = rows.get(dimension) or [(None, "—")]
            last = tr
            elements = [tr]
            for _ in wanted[1:]:
                made = deepcopy(tr)
                last.addnext(made)
                last = made
                elements.append(made)
            for place, (element, (code, label)) in enumerate(zip(elements, wanted, strict=True), start=1):
                rows_of[element] = (f"{dimension}={code}" if code is not None else "", label, place)
    return rows_of


def _write(paragraph: Paragraph, place: str, read, answer, row, note) -> None:
    """Put each answer where its placeholder began, in the run's own style; the rest of the runs stay."""
    while mark := MARK.search(run_text(paragraph)):
        placeholder = read(place, mark.group(1))
        words = ""
        if placeholder is not None and placeholder.kind != "each":
            shown: Shown = answer(placeholder, row)
            note(place, placeholder, row)
            words = shown.text.replace("{{", "｛｛")
        _replace(paragraph, mark.start(), mark.end(), words)


def run_text(paragraph: Paragraph) -> str:
    return "".join(run.text for run in paragraph.runs)


def _replace(paragraph: Paragraph, start: int, end: int, words: str) -> None:
    at, is_written = 0, False
    for run in paragraph.runs:
        text = run.text
        first, last = max(start - at, 0), min(end - at, len(text))
        if first < last:
            run.text = text[:first] + ("" if is_written else words) + text[last:]
            is_written = True
        at += len(text)


def _write_block(paragraph: Paragraph, lines: list[str]) -> None:
    """The lines as paragraphs of the same style; none leaves an empty paragraph."""
    runs = paragraph.runs
    for run in runs[1:]:
        run.text = ""
    if not runs:
        runs = [paragraph.add_run()]
    runs[0].text = lines[0] if lines else ""
    last = paragraph._p
    for line in lines[1:]:
        made = deepcopy(paragraph._p)
        last.addnext(made)
        last = made
        Paragraph(made, paragraph._parent).runs[0].text = line
