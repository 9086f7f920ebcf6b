"""One door to every layout: write a payment file, tell what an answer is, read it."""

from collections.abc import Sequence
from datetime import date

from . import iso20022, plain, spreadsheet
from .layouts import Edition, every_edition
from .lines import AnswerLine, AnswerUnreadable, BatchHead, PaymentLine, TermsMissing

SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
FILE_LIMIT = 200 * 1024 * 1024


def payment_file(edition: Edition, head: BatchHead, lines: Sequence[PaymentLine], *, on: date) -> bytes:
    """The file a bank takes, the same bytes for the same batch. Refuses by name what the layout cannot hold."""
    require_terms(edition, head)
    if edition.kind == "sheet":
        return spreadsheet.write(edition, head, lines)
    if edition.kind == "pain.001":
        return iso20022.write(edition, head, lines, on)
    return plain.write(edition, head, lines, on)


def require_terms(edition: Edition, head: BatchHead) -> None:
    """Refuse by name what the fund has not said and this layout needs."""
    missing = [label for name, label in edition.needs_labels.items() if not head.get(name)]
    if missing:
        raise TermsMissing(layout=edition.label, missing="、".join(missing))


def read_answer(data: bytes, filename: str) -> tuple[str, list[AnswerLine]] | None:
    """What a text or XML answer says, with the layout it is of; None where it is a sheet or a table of text."""
    if len(data) > FILE_LIMIT:
        raise AnswerUnreadable(filename=filename, problem="文件超过 200 MB")
    start = data[:200].lstrip(b"\xef\xbb\xbf \r\n\t")
    if start.startswith(SPREADSHEETS):
        return None
    if start.startswith(b"<?xml") or start.startswith(b"<Document"):
        return "pain001", iso20022.read_answer(data, filename)
    for edition in every_edition():
        if edition.answer.kind in ("fixed", "delimited"):
            found = plain.read_answer(edition, data, filename)
            if found is not None:
                return edition.code, found
    return None
