"""A return's files as pages show them: formulas worked out, numbers as Excel shows them, tables with their cells."""

import io

import pytest
from openpyxl import Workbook

from kaogong.returns.queries.formulas import worked_out
from kaogong.returns.queries.laid_out import FORMULA, as_shown, laid_out


def book_of(cells: dict[str, object]) -> Workbook:
    book = Workbook()
    book.active.title = "表"
    book.create_sheet("另 表")["A1"] = 8
    for where, value in cells.items():
        book["表"][where] = value
    return book


@pytest.mark.parametrize(
    ("formula", "comes_to"),
    [
        ("=SUM(A1:A3)", "6"),
        ("=SUM(A1:A3,'另 表'!A1)/2-1", "6"),
        ("=-(A1+A2)*2", "-6"),
        ("=ROUND(A2/A3,2)", "0.67"),
        ("=SUM(A1:B3)", "12"),
        ("=A1%", "0.01"),
        ("=A1/C9", None),
        ("=VLOOKUP(A1,A1:A3,1)", None),
        ("=D1", None),
    ],
)
def test_worked_out_is_what_excel_says_or_nothing(formula, comes_to):
    cells = {"A1": 1, "A2": 2, "A3": 3, "B1": "字", "B2": "=SUM(A1:A3)", "D1": "=D1"}
    book = book_of(cells)
    found = worked_out(book, book["表"], formula)
    assert (None if found is None else f"{found.normalize():f}") == comes_to


def test_worked_out_gives_up_on_what_would_take_forever():
    doubling = {f"C{row}": f"=C{row - 1}+C{row - 1}" for row in range(2, 36)}
    book = book_of({"C1": 1, **doubling})
    assert worked_out(book, book["表"], "=C35") == 2**34  # each cell once, not each way to it
    for formula in ("=SUM(A1:XFD1048576)", "=" + "(" * 600 + "1" + ")" * 600, "=1E999999", '="未完'):
        assert worked_out(book, book["表"], formula) is None
    assert book["表"].max_row == 35  # no cell was made by looking


@pytest.mark.parametrize(
    ("value", "number_format", "words"),
    [
        (1234.5, "#,##0.00", "1,234.50"),
        (0.4567, "0.00%", "45.67%"),
        (0.123, "+0.0%;-0.0%;0.0%", "+12.3%"),
        (-0.123, "+0.0%;-0.0%;0.0%", "-12.3%"),
        (0, "+0.0%;-0.0%;0.0%", "0.0%"),
        (12000, "General", "12000"),
        (None, "General", ""),
    ],
)
def test_as_shown_follows_the_number_format(value, number_format, words):
    assert as_shown(value, number_format) == words


def test_laid_out_sheet_has_texts_headings_and_numbers_that_know_their_cells():
    cells = {"A1": "标题", "A3": "区县", "B3": "人次", "C3": "备注", "A4": "甲区", "B4": 1200, "C4": "无"}
    book = book_of(cells | {"A5": "合计", "B5": "=SUM(B4:B4)", "C5": "=NOW()", "A6": "表尾"})
    book["表"]["B4"].number_format = "#,##0"
    book["表"].merge_cells("A1:C1")
    spool = io.BytesIO()
    book.save(spool)
    page = laid_out("xlsx", spool.getvalue(), {"Excel 表!B4": "training.person_times|period"})[0]
    assert [(part.kind, part.text) for part in page.parts] == [
        ("text", "标题"),
        ("table", ""),
        ("text", "表尾"),
    ]
    head, row, total = page.parts[1].rows
    assert [one.is_heading for one in head] == [True, True, True]
    assert (row[1].text, row[1].key) == ("1,200", "training.person_times|period")
    assert [one.text for one in total] == ["合计", "1200", FORMULA]
