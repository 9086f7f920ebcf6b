"""Formulas of a sheet worked out, so that pages and papers show the numbers Excel would."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

_DEEPEST = 40
_NESTED_AT_MOST = 30  # brackets within brackets
_DIGITS_AT_MOST = 15  # as many as Excel holds
_CELLS_AT_MOST = 200_000  # read for one formula, those it rests on included
_FUNCTIONS: dict[str, Callable[[list[Decimal]], Decimal]] = {
    "SUM(": lambda numbers: sum(numbers, Decimal(0)),
    "MAX(": lambda numbers: max(numbers, default=Decimal(0)),
    "MIN(": lambda numbers: min(numbers, default=Decimal(0)),
    "AVERAGE(": lambda numbers: sum(numbers, Decimal(0)) / len(numbers),
}


class _Beyond(Exception):
    """The formula uses something that is not worked out here."""


def worked_out(book: Workbook, sheet: Worksheet, formula: str) -> Decimal | None:
    """What a formula comes to; None where it uses more than sums, extremes, means and the four operations."""
    try:
        found = _value(_Known(book), sheet, formula, 0)
        return found if found.adjusted() < _DIGITS_AT_MOST else None
    except (_Beyond, ArithmeticError, InvalidOperation, TokenizerError):
        return None


@dataclass
class _Known:
    """What one formula rests on: each cell with a formula is worked out once, and only so many are read."""

    book: Workbook
    values: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    left: int = _CELLS_AT_MOST

    def reads(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise _Beyond


def _value(known: _Known, sheet: Worksheet, formula: str, depth: int) -> Decimal:
    if depth > _DEEPEST:
        raise _Beyond
    reading = _Reading(known, sheet, formula, depth)
    found = _one(reading.sum())
    if reading.next() is not None:
        raise _Beyond
    return found


def _one(found: list[Any] | Decimal) -> Decimal:
    if isinstance(found, Decimal):
        return found
    if len(found) != 1 or isinstance(found[0], str):
        raise _Beyond
    return Decimal(0) if found[0] is None else found[0]


class _Reading:
    """One pass over a formula's tokens."""

    def __init__(self, known: _Known, sheet: Worksheet, formula: str, depth: int) -> None:
        self.known, self.book, self.sheet, self.depth = known, known.book, sheet, depth
        self.nested = 0
        self.tokens = [token for token in Tokenizer(formula).items if token.type != Token.WSPACE]
        self.at = 0

    def next(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> Token:
        token = self.next()
        if token is None:
            raise _Beyond
        self.at += 1
        return token

    def operator(self, wanted: str) -> str:
        token = self.next()
        if token is not None and token.type == Token.OP_IN and token.value in wanted:
            self.at += 1
            return token.value
        return ""

    def sum(self) -> list[Any] | Decimal:
        found = self.product()
        while sign := self.operator("+-"):
            other = _one(self.product())
            found = _one(found) + other if sign == "+" else _one(found) - other
        return found

    def product(self) -> list[Any] | Decimal:
        found = self.factor()
        while sign := self.operator("*/"):
            other = _one(self.factor())
            found = _one(found) * other if sign == "*" else _one(found) / other
        return found

    def factor(self) -> list[Any] | Decimal:
        self.nested += 1
        if self.nested > _NESTED_AT_MOST:
            raise _Beyond
        found = self.inner()
        self.nested -= 1
        return found

    def inner(self) -> list[Any] | Decimal:
        token = self.take()
        if token.type == Token.OP_PRE:
            inner = _one(self.factor())
            return -inner if token.value == "-" else inner
        if token.type == Token.PAREN and token.subtype == Token.OPEN:
            found = self.sum()
            self.take()
        elif token.type == Token.FUNC and token.subtype == Token.OPEN:
            found = self.function(token.value.upper())
        elif token.type == Token.OPERAND and token.subtype == Token.NUMBER:
            found = Decimal(token.value)
        elif token.type == Token.OPERAND and token.subtype == Token.RANGE:
            found = self.cells(token.value)
        else:
            raise _Beyond
        after = self.next()
        if after is not None and after.type == Token.OP_POST:
            self.at += 1
            return _one(found) / 100
        return found

    def function(self, name: str) -> Decimal:
        arguments = []
        while True:
            arguments.append(self.sum())
            token = self.take()
            if token.type == Token.FUNC and token.subtype == Token.CLOSE:
                break
            if token.type != Token.SEP:
                raise _Beyond
        if name == "ROUND(" and len(arguments) == 2:
            places = Decimal(1).scaleb(-int(_one(arguments[1])))
            return _one(arguments[0]).quantize(places, ROUND_HALF_UP)
        if name not in _FUNCTIONS:
            raise _Beyond
        flat = [one for part in arguments for one in (part if isinstance(part, list) else [part])]
        return _FUNCTIONS[name]([one for one in flat if isinstance(one, Decimal)])

    def cells(self, where: str) -> list[Any]:
        named, mark, place = where.rpartition("!")
        title = named.strip("'").replace("''", "'")
        if mark and title not in self.book.sheetnames:
            raise _Beyond
        sheet = self.book[title] if mark else self.sheet
        self.known.reads(_size(place.replace("$", ""), sheet))
        found = sheet[place.replace("$", "")]
        lines = found if isinstance(found, tuple) else ((found,),)
        cells = [cell for line in lines for cell in (line if isinstance(line, tuple) else (line,))]
        return [self.one(sheet, cell) for cell in cells]

    def one(self, sheet: Worksheet, cell: Any) -> Decimal | str | None:
        if cell.data_type == "f":
            at = (sheet.title, cell.coordinate)
            if at not in self.known.values:
                self.known.values[at] = _value(self.known, sheet, str(cell.value), self.depth + 1)
            return self.known.values[at]
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
            return Decimal(str(cell.value))
        return None if cell.value is None else str(cell.value)


def _size(place: str, sheet: Worksheet) -> int:
    """How many cells a reference names; a whole column or row only as far as the sheet goes."""
    try:
        left, top, right, bottom = range_boundaries(place)
    except ValueError:
        raise _Beyond from None
    columns = (right or sheet.max_column) - (left or 1) + 1
    return columns * ((bottom or sheet.max_row) - (top or 1) + 1)
