"""What is wrong with a sheet that can be read: placeholders in formulas or merged rows, formulas typed over."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext
from openpyxl.cell.cell import MergedCell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from . import workbooks
from .placeholders import MARK, Placed, Problem


def faults_of(content: bytes, found: list[Placed]) -> list[Problem]:
    """Placeholders that would be lost or spoil what they stand in."""
    book = workbooks.opened(content)
    repeated = {
        tuple(one.place.rpartition("!")[::2]) for one in found if one.placeholder.kind == "each"
    }  # fmt: skip
    return [
        problem
        for sheet in book.worksheets
        for problem in (*_in_formulas(sheet), *_in_merged_rows(sheet, repeated))
    ]


def _in_formulas(sheet: Worksheet) -> Iterator[Problem]:
    for cell in _written(sheet):
        text = str(cell.value)
        if text.startswith("=") and MARK.search(text):
            yield Problem(
                f"{sheet.title}!{cell.coordinate}", text,
                gettext("公式里不能写占位符；请把占位符写在另一格，公式引用那一格"),
            )  # fmt: skip


def _in_merged_rows(sheet: Worksheet, repeated: set) -> Iterator[Problem]:
    """A cell merged with the rows below cannot be repeated: all but the first would be lost."""
    rows = {sheet[place].row for title, place in repeated if title == sheet.title}
    for merged in sheet.merged_cells.ranges:
        text = str(merged.start_cell.value or "")
        if merged.min_row in rows and merged.max_row > merged.min_row and MARK.search(text):
            yield Problem(
                f"{sheet.title}!{merged.coord}", text,
                gettext("这一格与下面的行合并了，展开后会丢数；请取消合并"),
            )  # fmt: skip


def typed_over(before: bytes, content: bytes) -> list[Problem]:
    """Numbers typed where the version before has a formula or a figure: they would never change again."""
    old, new = workbooks.opened(before), workbooks.opened(content)
    return [
        Problem(
            f"{sheet.title}!{cell.coordinate}", str(cell.value),
            gettext("原来是“{before}”，现在是固定的数，以后不会随数据变；请恢复").format(before=was),
        )
        for sheet in new.worksheets
        if sheet.title in old.sheetnames
        for cell in _written(sheet)
        if isinstance(cell.value, int | float)
        and not isinstance(cell.value, bool)
        and (was := _counted(old, sheet.title, cell.coordinate))
        and _first_words(sheet, cell.row) == _first_words(old[sheet.title], cell.row)
    ]  # fmt: skip


def _counted(book: Workbook, title: str, coordinate: str) -> str:
    """A formula or a placeholder as it stands there; "" when it is neither."""
    text = str(book[title][coordinate].value or "")
    return text if text.startswith("=") or MARK.search(text) else ""


def _first_words(sheet: Worksheet, row: int) -> str:
    """What the row is called; a row moved elsewhere is not compared."""
    return next((cell.value for cell in sheet[row] if isinstance(cell.value, str)), "")


def _written(sheet: Worksheet) -> Iterator[Any]:
    for line in sheet.iter_rows():
        for cell in line:
            if cell.value is not None and not isinstance(cell, MergedCell):
                yield cell
