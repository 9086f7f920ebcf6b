"""Sheets people take away: corrections, exports and blank forms. A text cell never becomes a formula."""

import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain, islice
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kaogong.sheets.layouts import MARK_SIGNS, Column, Layout
from kaogong.sheets.reading import PROBLEM_HEADING, Table

FONT = "宋体"
_TEXT_KINDS = {"text", "name", "id_number", "account", "mark"}
_FORMATS = {
    "integer": "0",
    "decimal": "0.00",
    "money": "#,##0.00",
    "percent": "0.0%",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
}
_WIDTHS = {
    "id_number": 21,
    "account": 22,
    "date": 12,
    "datetime": 17,
    "money": 14,
    "integer": 8,
    "decimal": 10,
}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_PREPARED_ROWS = 60


def write_problem_sheet(
    data: bytes, filename: str, table: Table, problems: Mapping[int, Sequence[str]]
) -> bytes:
    """The same sheet with only the rows to correct, all as text, and a last column 问题."""
    letters = [name for name in table.raw.columns if name != "row_number"]
    headings = {match.column_letter: match.heading for match in table.columns}
    letters = [letter for letter in letters if headings.get(letter) != PROBLEM_HEADING]
    by_row = {row["row_number"]: row for row in _rows_of(table, problems)}
    output = io.BytesIO()
    book = _book(output, table.layout.label)
    sheet = book.add_worksheet(_sheet_title(table.sheet_name))
    plain, head, wrong = (
        _style(book, "text"),
        _style(book, "text", head=True),
        _style(book, "text", wrong=True),
    )
    last_column = len(letters)
    first_data = table.header_row - 1 + table.header_rows
    for index, letter in enumerate(letters):
        longest = max((_reach(row[letter]) for row in by_row.values()), default=0)
        sheet.set_column(index, index, max(8, min(max(longest, _reach(headings.get(letter))) + 2, 40)), plain)
    sheet.set_column(last_column, last_column, 60, plain)
    for index in range(first_data):
        is_heading = index >= table.header_row - 1
        for column, letter in enumerate(letters):
            value = table.raw[letter][index] if index < table.raw.height else None
            if value or is_heading:
                sheet.write_string(index, column, (value or "").strip(), head if is_heading else plain)
    sheet.write_string(first_data - 1, last_column, PROBLEM_HEADING, head)
    for offset, (row_number, row) in enumerate(sorted(by_row.items())):
        for column, letter in enumerate(letters):
            _write_text(sheet, first_data + offset, column, _as_seen(row[letter]), plain, book)
        sheet.write_string(first_data + offset, last_column, "；".join(problems[row_number]), wrong)
    sheet.freeze_panes(first_data, 0)
    _page(sheet, first_data - 1, first_data - 1)
    book.close()
    return output.getvalue()


def write_table(
    columns: Sequence[tuple[str, str, str]],
    rows: Iterable[Mapping[str, Any] | Sequence[Any]],
    *,
    title: str,
    subtitle: str = "",
    sheet: str = "",
) -> bytes:
    """Any list as a sheet: real numbers and dates, numbers of people and accounts as text, ready to print.

    Columns are (key, label, kind); kinds: text, name, id_number, account, mark, date, datetime, integer,
    decimal, percent, and money in integer fen. Rows are mappings by key, or sequences in column order.
    """
    output = io.BytesIO()
    book = _book(output, title, constant_memory=True)
    page = book.add_worksheet(_sheet_title(sheet or title))
    styles = [_style(book, kind) for _, _, kind in columns]
    head = _style(book, "text", head=True)
    rows = iter(rows)
    sample = list(islice(rows, 300))
    for index, (key, label, kind) in enumerate(columns):
        widest = max((_reach(_shown(_cell(row, key, index), kind)) for row in sample), default=0)
        page.set_column(index, index, max(_WIDTHS.get(kind, 8), min(max(widest, _reach(label)) + 3, 50)))
    width = len(columns) - 1
    page.set_row(0, 30)
    _banner(page, 0, width, title, _style(book, "text", banner=True))
    heading = 2 if subtitle else 1
    if subtitle:
        page.write_string(
            1, 0, subtitle, book.add_format({"font_name": FONT, "font_size": 10, "font_color": "#51606f"})
        )
    page.set_row(heading, 22)
    for index, (_, label, _) in enumerate(columns):
        page.write_string(heading, index, label, head)
    last = heading
    for last, row in enumerate(chain(sample, rows), start=heading + 1):
        for index, (key, _, kind) in enumerate(columns):
            _write_cell(page, last, index, _cell(row, key, index), kind, styles[index], book)
    page.autofilter(heading, 0, max(last, heading + 1), width)
    page.freeze_panes(heading + 1, 0)
    _page(page, heading, heading)
    book.close()
    return output.getvalue()


def write_form(
    layout: Layout,
    *,
    title: str,
    header_facts: Sequence[tuple[str, str]] = (),
    rows: Iterable[Mapping[str, Any]] = (),
    fields: Sequence[str] | None = None,
    days: Sequence[dt.date | int] = (),
) -> bytes:
    """A blank or prefilled form with the real headings, that ``read`` takes back as it is.

    ``fields`` chooses columns (otherwise all); ``days`` adds the day columns of an attendance book.
    Rows are mappings by field (a day by its date in ISO form, or its number, as text).
    """
    columns: list[Column] = [column for column in layout.columns if fields is None or column.field in fields]
    if layout.day_columns:
        at = 1 + max(
            (i for i, column in enumerate(columns) if column.field in ("name", "id_number")), default=-1
        )
        days_as_columns = [
            Column(str(day), day.isoformat() if isinstance(day, dt.date) else str(day), kind="mark")
            for day in days
        ]
        columns[at:at] = days_as_columns
    day_fields = {str(day) for day in days}
    output = io.BytesIO()
    book = _book(output, title)
    page = book.add_worksheet(_sheet_title(layout.label))
    plain, head = _style(book, "text"), _style(book, "text", head=True)
    must = _style(book, "text", head=True, must=True)
    _banner(page, 0, len(columns) - 1, title, _style(book, "text", banner=True))
    page.set_row(0, 32)
    facts = "    ".join(f"{label}：{value}" for label, value in header_facts)
    page.write_string(1, 0, facts)
    page.write_string(
        2,
        0,
        _instructions(layout),
        book.add_format({"font_size": 9, "font_color": "#51606f", "font_name": FONT}),
    )
    heading = 3
    filled = list(rows)
    depth = heading + max(len(filled), _PREPARED_ROWS)
    for index, column in enumerate(columns):
        width = 11 if column.field in day_fields and "-" in column.field else 5
        if column.field not in day_fields:
            width = max(_WIDTHS.get(column.kind, 10), _reach(column.label) + 3)
        page.set_column(index, index, width, plain)
        page.write_string(heading, index, column.label, must if column.required else head)
        choices = list(MARK_SIGNS.values()) if column.kind == "mark" else list(column.choices)
        if choices:
            page.data_validation(
                heading + 1, index, depth, index,
                {"validate": "list", "source": choices, "error_type": "warning", "error_title": column.label,
                 "error_message": "请从下拉列表中选择。"},
            )  # fmt: skip
    for row_index, row in enumerate(filled, start=heading + 1):
        for index, column in enumerate(columns):
            value = row.get(column.field)
            if column.kind == "mark" and value in MARK_SIGNS:
                value = MARK_SIGNS[value]
            if isinstance(value, dt.date):
                value = value.isoformat()
            _write_text(page, row_index, index, "" if value is None else str(value), plain, book)
    for row_index in range(heading + 1 + len(filled), depth + 1):
        for index in range(len(columns)):
            page.write_blank(row_index, index, None, plain)
    page.freeze_panes(heading + 1, 0)
    _page(page, heading, heading)
    book.close()
    return output.getvalue()


def _instructions(layout: Layout) -> str:
    words = "深色标题为必填；所有单元格已设为文本格式，身份证号码、账号直接填写即可，请勿改动标题。"
    if layout.day_columns:
        words += (
            "考勤符号："
            + "  ".join(f"{label}{sign}" for label, sign in MARK_SIGNS.items())
            + "，也可填课时数。"
        )
    return words


def _rows_of(table: Table, problems: Mapping[int, Sequence[str]]) -> list[dict[str, Any]]:
    wanted = [row - 1 for row in sorted(problems) if 0 < row <= table.raw.height]
    return table.raw[wanted].to_dicts()


def _as_seen(value: str | None) -> str:
    return (value or "").removesuffix(" 00:00:00")


def _cell(row: Mapping[str, Any] | Sequence[Any], key: str, index: int) -> Any:
    return row.get(key) if isinstance(row, Mapping) else row[index]


def _shown(value: Any, kind: str) -> str:
    if value is None:
        return ""
    return f"{value / 100:,.2f}" if kind == "money" and not isinstance(value, str) else str(value)


def _write_cell(
    page: Worksheet, row: int, column: int, value: Any, kind: str, style: Format, book: Workbook
) -> None:
    if value is None or value == "":
        page.write_blank(row, column, None, style)
    elif kind == "money" and not isinstance(value, str):
        page.write_number(row, column, float(Decimal(value) / 100), style)
    elif kind in ("integer", "decimal", "percent") and not isinstance(value, str):
        page.write_number(row, column, float(value), style)
    elif kind in ("date", "datetime") and isinstance(value, (dt.date, dt.datetime)):
        if isinstance(value, dt.datetime):
            value = value.replace(tzinfo=None)
        page.write_datetime(row, column, value, style)
    else:
        _write_text(page, row, column, str(value), style, book)


def _write_text(page: Worksheet, row: int, column: int, value: str, style: Format, book: Workbook) -> None:
    # The quote prefix keeps it a text even after someone edits the cell.
    if value.startswith(_FORMULA_STARTS):
        style = _style(book, "text", quoted=True)
    page.write_string(row, column, value[:32_767], style)


def _book(output: io.BytesIO, title: str, *, constant_memory: bool = False) -> Workbook:
    options = {
        "constant_memory": constant_memory,
        "in_memory": not constant_memory,  # no files on the way of a book that is held whole anyway
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    book = xlsxwriter.Workbook(output, options)
    book.set_properties({"title": title, "author": "考工", "created": dt.datetime(2020, 1, 1)})  # noqa: DTZ001
    return book


def _style(
    book: Workbook, kind: str, *, head: bool = False, must: bool = False, wrong: bool = False,
    banner: bool = False, quoted: bool = False,
) -> Format:  # fmt: skip
    styles: dict[tuple[object, ...], Format] = book.__dict__.setdefault("_kaogong_styles", {})
    key = (kind, head, must, wrong, banner, quoted)
    if key in styles:
        return styles[key]
    look: dict[str, Any] = {
        "font_name": FONT,
        "font_size": 11,
        "valign": "vcenter",
        "num_format": _FORMATS.get(kind, "@"),
    }
    if banner:
        look |= {"bold": True, "font_size": 16}
    elif head:
        look |= {
            "bold": True,
            "border": 1,
            "align": "center",
            "text_wrap": True,
            "bg_color": "#e4edf5",
            "border_color": "#8d99a5",
        }
        if must:
            look |= {"bg_color": "#24507a", "font_color": "#ffffff"}
    else:
        look |= {"border": 1, "border_color": "#c9cfd6"}
        if wrong:
            look |= {"font_color": "#a63a2b", "text_wrap": True}
        if quoted:
            look |= {"quote_prefix": True}
        if kind not in _TEXT_KINDS and kind not in ("date", "datetime"):
            look |= {"align": "right"}
    styles[key] = book.add_format(look)
    return styles[key]


def _banner(page: Worksheet, row: int, width: int, title: str, style: Format) -> None:
    style.set_align("center")
    if width > 0:
        page.merge_range(row, 0, row, width, "", style)
    page.write_string(row, 0, title, style)


def _page(page: Worksheet, first_heading: int, last_heading: int) -> None:
    page.set_landscape()
    page.set_paper(9)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.repeat_rows(first_heading, last_heading)
    page.set_footer("&C第 &P 页 共 &N 页")


def _sheet_title(name: str) -> str:
    kept = "".join("_" if sign in "[]:*?/\\" else sign for sign in name).strip("'")[:31]
    return kept or "Sheet1"


def _reach(value: object) -> int:
    """How wide a text stands in a sheet: a Chinese character takes two places."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in str(value or ""))
