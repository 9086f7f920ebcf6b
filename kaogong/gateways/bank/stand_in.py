"""A bank for demonstrations and tests that takes every layout and answers in its own way."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from . import iso20022, iso_answers, plain, spreadsheet
from .layouts import DEFAULT, Edition, layout

Rows = list[dict[str, str]]


class StandInBank:
    """Pays every line of a payment file but those it is told to fail."""

    def __init__(self, failing: Mapping[str, str] | None = None) -> None:
        """``failing`` maps an account number or a reference to the reason given."""
        self.failing = dict(failing or {})

    def read(self, payments: bytes, edition: Edition) -> tuple[str, Rows]:
        """Batch number and lines of a payment file, as the bank understands it."""
        if edition.kind == "pain.001":
            return iso20022.read_payments(payments)
        if edition.kind == "sheet":
            rows = spreadsheet.read_payments(edition, payments)
            return rows[0]["batch_number"], rows
        number, rows = plain.read_payments(edition, payments)
        for row in rows:
            if "amount_fen" in row:
                row["amount"] = plain.yuan_text(int(row["amount_fen"]))
        return number, rows

    def answer(self, payments: bytes, *, on: date, edition: Edition | None = None, form: str = "") -> bytes:
        """The file a bank sends back for that payment file; ``form`` asks for camt.053 or camt.054 instead."""
        edition = edition or layout(DEFAULT, on)
        number, rows = self.read(payments, edition)
        for row in rows:
            row["reason"] = self.failing.get(row["account"]) or self.failing.get(row["reference"]) or ""
        if edition.kind == "pain.001":
            return iso_answers.write(form or edition.answer.kind, number, rows, on)
        told = [self._told(edition, number, row, sequence, on) for sequence, row in enumerate(rows, 1)]
        answer = edition.answer
        if answer.kind == "sheet":
            return spreadsheet.sheet(
                answer.page, answer.line, [spreadsheet.cells(answer.line, row) for row in told]
            )
        head = {"batch_number": number, "made_on": on, "count": len(rows)}
        records = [(answer.header, head), *((answer.line, row) for row in told)]
        return plain.written(edition, answer.kind, records)

    def _told(self, edition: Edition, number: str, row: dict[str, str], sequence: int, on: date) -> dict:
        words = edition.answer.words
        return {
            "sequence": sequence, "batch_number": number, "reference": row["reference"],
            "holder": row["holder"], "account": row["account"], "amount": row["amount"],
            "amount_fen": int(Decimal(row["amount"]) * 100),
            "result": words["failed"] if row["reason"] else words["paid"], "reason": row["reason"],
            "answered_on": on,
        }  # fmt: skip
