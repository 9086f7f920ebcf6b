"""Spreadsheets for the bank: account numbers as text, amounts in yuan as numbers, the same bytes each time."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import xlsxwriter

from .layouts import Edition, Record
from .lines import BatchHead, PaymentLine
from .plain import line_values

MOST_TEXT = 32_767
MADE_AT = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook's own birthday, so that its digest can be compared


def write(edition: Edition, head: BatchHead, lines: Sequence[PaymentLine]) -> bytes:
    """The payment file as a sheet."""
    rows = [cells(edition.line, line_values(head, line, n)) for n, line in enumerate(lines, 1)]
    return sheet(edition.page, edition.line, rows)


def cells(record: Record, values: dict[str, object]) -> list[object]:
    """One row: amounts as exact decimals, everything else as text."""
    row: list[object] = []
    for place in record:
        value = place.text or values.get(place.field, "")
        if place.field == "amount":
            value = Decimal(str(value))
        elif isinstance(value, date):
            value = value.strftime(place.format)
        row.append(value if isinstance(value, Decimal) else str(value))
    return row


def sheet(page_name: str, record: Record, rows: Sequence[Sequence[object]]) -> bytes:
    """A workbook of one page with a bold heading row."""
    output = io.BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "constant_memory": True,
        "in_memory": False,
    }
    with xlsxwriter.Workbook(output, options) as book:
        book.set_properties({"created": MADE_AT})
        text, money = book.add_format({"num_format": "@"}), book.add_format({"num_format": "0.00"})
        head = book.add_format({"bold": True, "bottom": 1})
        page = book.add_worksheet(page_name)
        page.freeze_panes(1, 0)
        for column, place in enumerate(record):
            page.set_column(column, column, place.width or 16)
        for column, place in enumerate(record):
            page.write_string(0, column, place.label, head)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, Decimal):
                    page.write_number(number, column, value, money)
                else:
                    page.write_string(number, column, value, text)
    return output.getvalue()


def read_payments(edition: Edition, data: bytes) -> list[dict[str, str]]:
    """A payment sheet read back as a bank would."""
    page = openpyxl.load_workbook(io.BytesIO(data), read_only=True).active
    found = page.iter_rows(values_only=True)
    places = {place.label: place.field for place in edition.line}
    names = [places.get(heading, "") for heading in next(found)]
    rows = []
    for row in found:
        told = dict(zip(names, ("" if cell is None else str(cell) for cell in row), strict=True))
        told["amount"] = f"{Decimal(told['amount']):.2f}"
        rows.append(told)
    return rows
