"""Plain text files: records of fixed width in bytes, or divided by a mark. Nothing is ever cut to fit."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from .layouts import Edition, Place, Record
from .lines import AnswerLine, AnswerUnreadable, BatchHead, LinesNotWritable, PaymentLine, listed
from .words import RETURNED, outcome_of

Values = Mapping[str, object]


def yuan_text(fen: int) -> str:
    """1234.56: no grouping, two places."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def head_values(head: BatchHead, lines: Sequence[PaymentLine], on: date) -> dict[str, object]:
    """What header and trailer may name."""
    total = sum(line.amount_fen for line in lines)
    return {
        **head.codes,
        "batch_number": head.batch_number, "made_on": on, "count": len(lines), "total": yuan_text(total),
        "total_fen": total, "payer_name": head.payer_name, "payer_account": head.payer_account,
        "payer_bank": head.payer_bank,
    }  # fmt: skip


def line_values(head: BatchHead, line: PaymentLine, sequence: int) -> dict[str, object]:
    """What one line may name."""
    return {
        **head.codes,
        "payer_name": head.payer_name, "payer_account": head.payer_account, "payer_bank": head.payer_bank,
        "sequence": sequence, "batch_number": line.batch_number, "reference": line.reference,
        "holder": line.holder, "account": line.account, "bank_name": line.bank_name,
        "amount": yuan_text(line.amount_fen), "amount_fen": line.amount_fen, "purpose": line.purpose,
    }  # fmt: skip


def write(edition: Edition, head: BatchHead, lines: Sequence[PaymentLine], on: date) -> bytes:
    """The payment file; LinesNotWritable names everything that does not fit, line by line."""
    whole = head_values(head, lines, on)
    records = [(edition.header, whole)] if edition.header else []
    records += [(edition.line, line_values(head, line, n)) for n, line in enumerate(lines, 1)]
    records += [(edition.trailer, whole)] if edition.trailer else []
    return written(edition, edition.kind, records)


def written(edition: Edition, kind: str, records: Sequence[tuple[Record, Values]]) -> bytes:
    """Records as the bytes of a file of this kind."""
    problems: list[str] = []
    rows = [_row(edition, kind, record, values, problems) for record, values in records]
    if problems:
        raise LinesNotWritable(count=len(problems), layout=edition.label, problems=listed(problems))
    newline = edition.newline.encode()
    return newline.join(rows) + newline


def _row(edition: Edition, kind: str, record: Record, values: Values, problems: list[str]) -> bytes:
    separator = edition.separator.encode()
    cells = []
    for place in record:
        text = place.text or _text(place, values.get(place.field, ""))
        try:
            cell = text.encode(edition.encoding)
        except UnicodeEncodeError:
            problems.append(f"{_whose(values)}的“{place.label}”{text}有这种编码没有的字")
            continue
        if "\n" in text or "\r" in text or (kind == "delimited" and edition.separator in text):
            problems.append(f"{_whose(values)}的“{place.label}”{text}含有换行或分隔符")
        if place.width and len(cell) > place.width:
            problems.append(
                f"{_whose(values)}的“{place.label}”{text}有{len(cell)}字节，最多{place.width}字节"
            )
        if kind == "fixed" and place.field:
            pad = place.pad.encode()
            cell = cell.rjust(place.width, pad) if place.align == "right" else cell.ljust(place.width, pad)
        cells.append(cell)
    return b"".join(cells) if kind == "fixed" else separator.join(cells)


def _whose(values: Values) -> str:
    return str(values.get("reference") or values.get("batch_number") or "文件头")


def _text(place: Place, value: object) -> str:
    return value.strftime(place.format) if isinstance(value, date) else str(value)


def parsed(
    edition: Edition, kind: str, records: tuple[Record, Record, Record], data: bytes
) -> tuple[dict[str, str], list[tuple[int, dict[str, str]]]] | None:
    """Header and numbered lines of a file of this shape; None where the file is of another."""
    header, line, trailer = records
    rows = [(n, row) for n, row in enumerate(data.replace(b"\r\n", b"\n").split(b"\n"), 1) if row.strip()]
    if not rows:
        return None
    head: dict[str, str] = {}
    if header:
        found = _split(edition, kind, header, rows[0][1])
        if found is None:
            return None
        head, rows = found, rows[1:]
    if trailer and rows and _split(edition, kind, trailer, rows[-1][1]) is not None:
        rows = rows[:-1]
    return head, [(n, _split(edition, kind, line, row) or {}) for n, row in rows]


def _split(edition: Edition, kind: str, record: Record, row: bytes) -> dict[str, str] | None:
    """One record's fields, or None where the row has another shape."""
    if kind == "delimited":
        cells = row.split(edition.separator.encode())
    else:
        cells = list(_cut(record, row, edition.encoding))
    if len(cells) != len(record):
        return None
    found = {}
    for place, cell in zip(record, cells, strict=True):
        try:
            text = cell.decode(edition.encoding)
        except UnicodeDecodeError:
            return None
        if place.text and text.strip() != place.text:
            return None
        if place.field:
            found[place.field] = text.strip()
    return found


def _cut(record: Record, row: bytes, encoding: str) -> Iterator[bytes]:
    """The row at the record's widths; blanks lost at its end are given back, more than its width is one more cell."""
    widths = [place.width if place.field else len(place.text.encode(encoding)) for place in record]
    row = row.ljust(sum(widths))
    at = 0
    for width in widths:
        yield row[at : at + width]
        at += width
    if row[at:].strip():
        yield row[at:]


def read_answer(edition: Edition, data: bytes, filename: str) -> list[AnswerLine] | None:
    """What the bank answered in this layout; None where the file is not of it."""
    answer = edition.answer
    found = parsed(edition, answer.kind, (answer.header, answer.line, ()), data)
    if found is None:
        return None
    head, rows = found
    if not rows:
        raise AnswerUnreadable(filename=filename, problem="只有文件头，没有明细")
    # The bank's own word for money that came back says more than that it was not paid.
    meant = {
        word: RETURNED if outcome_of(word) == RETURNED else outcome for outcome, word in answer.words.items()
    }
    return [_answer_line(head, number, cells, meant) for number, cells in rows]


def _answer_line(
    head: dict[str, str], number: int, cells: dict[str, str], meant: Mapping[str, str]
) -> AnswerLine:
    if not cells:
        return AnswerLine(number, "", "", "", "", "", "", ["这一行的长度或栏数与文件格式不符"])
    problems = []
    amount = cells.get("amount", "").replace(",", "")
    if "amount_fen" in cells:
        digits = cells["amount_fen"].lstrip("0") or "0"
        if digits.isascii() and digits.isdigit():
            amount = yuan_text(int(digits))
        else:
            problems.append(f"金额“{cells['amount_fen']}”不是以分计的整数")
    return AnswerLine(
        row_number=number,
        batch_number=cells.get("batch_number") or head.get("batch_number", ""),
        reference=cells.get("reference", ""),
        account=cells.get("account", ""),
        amount=amount,
        result=cells.get("result", ""),
        reason=cells.get("reason", ""),
        problems=problems,
        outcome=meant.get(cells.get("result", "")),
    )


def read_payments(edition: Edition, data: bytes) -> tuple[str, list[dict[str, str]]]:
    """A payment file read back as a bank would: batch number and lines."""
    found = parsed(edition, edition.kind, (edition.header, edition.line, edition.trailer), data)
    if found is None:
        raise AnswerUnreadable(filename=edition.label, problem="不是这种格式的付款文件")
    head, rows = found
    return head.get("batch_number", ""), [cells for _, cells in rows]
