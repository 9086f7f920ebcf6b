"""A return's files as a page or a paper shows them: texts, tables whose numbers know their cells, charts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from docx.oxml.ns import qn
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from . import documents, workbooks
from .formulas import worked_out

FORMULA = "ƒ"  # a formula that only Excel works out
_WIDTH = 10.0


@dataclass(frozen=True, slots=True)
class Printed:
    """One cell as it is printed; ``key`` names the figure it states."""

    text: str
    key: str = ""
    span: int = 1
    down: int = 1
    is_number: bool = False
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """One bar of a chart: its label, its value in words, its share of the longest in hundredths."""

    label: str
    words: str
    share: int


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a file. ``kind``: text, table, chart or picture."""

    kind: str
    text: str = ""
    key: str = ""
    rows: Sequence[Sequence[Printed]] = ()
    widths: Sequence[float] = ()
    bars: Sequence[Measured] = ()
    picture: bytes = b""


@dataclass
class LaidOut:
    """One sheet of a workbook, or one document."""

    name: str
    layout: str
    parts: list[Part] = field(default_factory=list)


def keys_by_place(cells: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Where each figure is printed → its key."""
    found: dict[str, str] = {}
    for key, cell in cells.items():
        for place in cell["places"]:
            found.setdefault(place, key)
    return found


def laid_out(layout: str, content: bytes, keys: Mapping[str, str]) -> list[LaidOut]:
    """The sheets of a workbook, or the document, as they stand in the file."""
    if layout == "docx":
        return [_document(content, keys)]
    book = workbooks.opened(content)
    return [_sheet(book, sheet, keys) for sheet in book.worksheets if sheet.sheet_state == "visible"]


def as_shown(value: Any, number_format: str) -> str:
    """A cell's value as Excel shows it in its number format: 1,234.50, 45.67%, +12.3%."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return str(value)
    number = Decimal(str(value))
    sections = number_format.split(";")
    if number < 0 and len(sections) > 1:
        chosen, number = sections[1], -number
        sign = "-" if chosen.startswith("-") else ""
    else:
        chosen = sections[2] if number == 0 and len(sections) > 2 else sections[0]
        sign = "+" if chosen.startswith("+") else ""
    if chosen in ("General", "", "@"):
        return f"{number.normalize():f}" if number else "0"
    is_share = "%" in chosen
    places = sum(letter in "0#" for letter in chosen.partition(".")[2])
    rounded = (number * 100 if is_share else number).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return sign + (f"{rounded:,}" if "," in chosen else f"{rounded}") + ("%" if is_share else "")


def _sheet(book: Any, sheet: Worksheet, keys: Mapping[str, str]) -> LaidOut:
    """Lines of one or two cells above and below the table are texts; what lies between is the table."""
    merged = {one.start_cell.coordinate: one for one in sheet.merged_cells.ranges}
    lines = []
    for line in sheet.iter_rows():
        printed = [
            _printed(book, sheet, cell, merged.get(cell.coordinate), keys)
            for cell in line
            if not isinstance(cell, MergedCell)
        ]
        lines.append(printed)
    full = [at for at, printed in enumerate(lines) if sum(bool(one.text) for one in printed) > 2]
    first, last = (full[0], full[-1]) if full else (len(lines), -1)
    found = LaidOut(sheet.title, "xlsx")
    found.parts += [text for line in lines[: min(first, len(lines))] if (text := _text_of(line))]
    if full:
        table = [line for line in lines[first : last + 1] if line]
        widths = [
            sheet.column_dimensions[get_column_letter(column)].width or _WIDTH
            for column in range(1, sheet.max_column + 1)
        ]
        found.parts.append(Part("table", rows=_with_headings(table), widths=widths))
        found.parts += [text for line in lines[last + 1 :] if (text := _text_of(line))]
    found.parts += list(_charts(book, sheet))
    return found


def _printed(book: Any, sheet: Worksheet, cell: Any, merged: Any, keys: Mapping[str, str]) -> Printed:
    value = cell.value
    if cell.data_type == "f":
        value = worked_out(book, sheet, str(value))
        text = FORMULA if value is None else as_shown(value, cell.number_format)
    else:
        text = as_shown(value, cell.number_format)
    key = keys.get(f"Excel {sheet.title}!{cell.coordinate}", "")
    return Printed(
        text,
        key,
        span=merged.size["columns"] if merged else 1,
        down=merged.size["rows"] if merged else 1,
        is_number=bool(key) or isinstance(value, int | float | Decimal),
    )


def _text_of(line: Sequence[Printed]) -> Part | None:
    words = [one for one in line if one.text.strip()]
    if not words:
        return None
    key = next((one.key for one in words if one.key), "")
    return Part("text", text="　".join(one.text.strip() for one in words), key=key)


def _with_headings(table: Sequence[Sequence[Printed]]) -> list[list[Printed]]:
    """Rows above the first figure are headings of their columns."""
    first = next((at for at, line in enumerate(table) if any(one.is_number for one in line)), 0)
    return [
        [
            Printed(one.text, one.key, one.span, one.down, one.is_number, at < first)
            for one in line
        ]
        for at, line in enumerate(table)
    ]  # fmt: skip


def _charts(book: Any, sheet: Worksheet) -> Iterator[Part]:
    """The first series of each chart, as the file's chart draws it."""
    for chart in sheet._charts:
        series = chart.series[0] if chart.series else None
        if series is None or series.val is None or series.val.numRef is None:
            continue
        values = _at(book, series.val.numRef.f)
        source = series.cat.strRef or series.cat.numRef if series.cat is not None else None
        labels = _at(book, source.f) if source is not None else [("", "")] * len(values)
        amounts = [one for one, _words in values]
        longest = max((abs(one) for one in amounts if isinstance(one, int | float)), default=0) or 1
        yield Part(
            "chart",
            text=_title(chart),
            bars=[
                Measured(str(label or ""), words, round(max(one, 0) * 100 / longest) if _is_one(one) else 0)
                for (one, words), (label, _shown) in zip(values, labels, strict=False)
            ],
        )


def _is_one(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _at(book: Any, where: str) -> list[tuple[Any, str]]:
    named, _mark, place = where.rpartition("!")
    title = named.strip("'").replace("''", "'")
    if title not in book.sheetnames:
        return []
    cells = book[title][place.replace("$", "")]
    lines = cells if isinstance(cells, tuple) else ((cells,),)
    return [(cell.value, as_shown(cell.value, cell.number_format)) for line in lines for cell in line]


def _title(chart: Any) -> str:
    rich = chart.title.tx.rich if chart.title is not None and chart.title.tx is not None else None
    return "".join(run.t for line in (rich.p if rich else []) for run in line.r or [])


def _document(content: bytes, keys: Mapping[str, str]) -> LaidOut:
    document = documents.opened(content)
    found, tables = LaidOut("Word", "docx"), 0
    for child in document.element.body.iterchildren():
        if child.tag == qn("w:p"):
            paragraph = Paragraph(child, document)
            pictures = child.findall(f".//{qn('a:blip')}")
            found.parts += [
                Part("picture", picture=document.part.related_parts[one.get(qn("r:embed"))].blob)
                for one in pictures
            ]
            if paragraph.text.strip():
                found.parts.append(Part("text", text=paragraph.text.strip()))
        elif child.tag == qn("w:tbl"):
            tables += 1
            found.parts.append(_table(Table(child, document), f"Word 表{tables}", keys))
    return found


def _table(table: Table, name: str, keys: Mapping[str, str]) -> Part:
    rows = []
    for number, tr in enumerate(table._tbl.tr_lst, start=1):
        row = []
        for column, cell in enumerate(documents.cells_of_row(_Row(tr, table)), start=1):
            key = keys.get(f"{name}第{number}行第{column}列", "")
            row.append(Printed(cell.text.strip(), key, span=cell.grid_span, is_number=bool(key)))
        rows.append(row)
    count = max((sum(one.span for one in row) for row in rows), default=1)
    return Part("table", rows=_with_headings(rows), widths=[_WIDTH] * count)
