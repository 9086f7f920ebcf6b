"""What is wrong with a sheet that can be read: placeholders in formulas or merged rows, formulas typed over."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext
from openpyxl.cell.cell import MergedCell
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from . import workbooks
from .placeholders import MARK, Placed, Problem

_DRAWING = re.compile(r"xl/drawings/drawing[0-9]+\.xml")
_SHAPE = re.compile(rb"<(?:[a-z0-9]+:)?(?:sp|cxnSp|grpSp)[\s>]")


def faults_of(content: bytes, found: list[Placed]) -> list[Problem]:
    """Placeholders that would be lost or spoil what they stand in."""
    book = workbooks.opened(content)
    repeated = {
        tuple(one.place.rpartition("!")[::2]) for one in found if one.placeholder.kind == "each"
    }  # fmt: skip
    return [
        *_shapes(content),
        *(
            problem
            for sheet in book.worksheets
            for problem in (
                *_in_formulas(sheet),
                *_arrays(sheet, repeated),
                *_in_merged_rows(sheet, repeated),
                *_beside_cells(sheet),
            )
        ),
    ]


def _shapes(content: bytes) -> Iterator[Problem]:
    """Text boxes and shapes are not kept when the sheet is filled in."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if _DRAWING.fullmatch(name) and _SHAPE.search(archive.read(name)):
                yield Problem(
                    gettext("工作表"), "", gettext("文本框和图形填表后会丢失；请删去，把文字写在单元格里")
                )  # fmt: skip
                return


def _arrays(sheet: Worksheet, repeated: set) -> Iterator[Problem]:
    """A formula over several cells does not follow when rows are put in above it."""
    if not any(title == sheet.title for title, _place in repeated):
        return
    for cell in _written(sheet):
        if isinstance(cell.value, ArrayFormula | DataTableFormula):
            yield Problem(
                f"{sheet.title}!{cell.coordinate}", "",
                gettext("数组公式不能跟着展开的行移动；请改成普通公式"),
            )  # fmt: skip


def _beside_cells(sheet: Worksheet) -> Iterator[Problem]:
    """Placeholders are read in cells alone, not in the sheet's name or its printed header and footer."""
    margins = [
        ("页眉页脚", side.text)
        for part in (sheet.oddHeader, sheet.oddFooter, sheet.evenHeader, sheet.evenFooter,
                     sheet.firstHeader, sheet.firstFooter)
        for side in (part.left, part.center, part.right)
    ]  # fmt: skip
    for name, text in [("工作表名", sheet.title), *margins]:
        if text and "{{" in text:
            yield Problem(f"{sheet.title}!{name}", text, gettext("这里的占位符填不进去；请写在单元格里"))


def _in_formulas(sheet: Worksheet) -> Iterator[Problem]:
    for cell in _written(sheet):
        text = str(cell.value)
        if text.startswith("=") and MARK.search(text):
            yield Problem(
                f"{sheet.title}!{cell.coordinate}", text,
                gettext("公式里不能写占位符；请把占位符写在另一格，公式引用那一格"),
            )  # fmt: skip
        elif text.startswith("=") and not _can_be_read(text):
            yield Problem(f"{sheet.title}!{cell.coordinate}", text[:60], gettext("这个公式不完整，请改正"))


def _can_be_read(formula: str) -> bool:
    try:
        Tokenizer(formula)
    except TokenizerError:
        return False
    return True


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
