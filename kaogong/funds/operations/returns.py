"""Reading what the bank answered. Every line gets its own answer; one bad line stops no other."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.gateways.bank import FAILED, FOREIGN, PAID, RETURNED, AnswerLine, is_foreign, read_answer
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.writing import compact, tidy
from kaogong.ledger import operations as ledger
from kaogong.ledger import queries as ledger_queries
from kaogong.trail.operations import move, move_many, record, require_may

from .. import queries
from ..models import BankReturn, BankReturnLine, Payment
from .batch_files import digest_of
from .batches import SLICE, Progress, posting
from .payments import account_index, plain_account
from .return_lines import Found, judged, meant, refuse

OUTCOMES = ("paid", "failed", "returned", "repeated", "problem")
TAKEN = (PAID, FAILED, RETURNED)


class ReturnColumnsMissing(Refused):
    """“{filename}”缺少这些列：{missing}。请向银行索取完整的回盘文件。"""


@transaction.atomic
def read_bank_return(
    data: bytes, filename: str, *, by: Actor, at: datetime, progress: Progress | None = None
) -> BankReturn:
    """Take the bank's answer line by line, in whatever layout it comes; nothing counts twice.

    A line that cannot be taken is kept with its row and its problem; all others take effect. The same file again
    returns the last reading and changes nothing, unless a row left before can be taken now (its batch has been
    released since): then those rows alone are read again. A batch whose payments are all answered is settled.
    """
    require_may(by, Permission.READ_BANK_RETURN, "读取银行回盘")
    digest = digest_of(data)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [digest])
    readings = queries.readings_of(digest)
    if readings and not queries.bank_returns(by).filter(pk=readings[-1].pk).exists():
        raise NotFound()
    untaken = queries.rows_untaken(readings) if readings else None
    if untaken is not None and not untaken:
        return _repeated(readings[-1], filename, by=by, at=at)
    layout_code, told = _told(data, filename)
    told = _each_of_the_rejected(told, by=by)
    if untaken is not None:
        known = queries.rows_read(readings) - untaken
        told = [line for line in told if line.row_number not in known]
    # What left and came back in one file has come back, in whichever order its lines stand.
    told.sort(key=lambda line: meant(line) != RETURNED)
    _lock_batches(told, by=by)
    answered: dict[int, int] = {}
    lines: list[BankReturnLine] = []
    for part in _parts(told):
        lines += _taken(part, answered, by=by, at=at)
        if progress:
            progress(len(lines), len(told))
    if untaken is not None and not any(line.outcome in TAKEN for line in lines):
        return _repeated(readings[-1], filename, by=by, at=at)
    return _keep(
        lines, filename, digest, len(readings) + 1, layout_code, _settled(lines, by=by, at=at), by=by, at=at
    )


def _repeated(earlier: BankReturn, filename: str, *, by: Actor, at: datetime) -> BankReturn:
    """Say that a file came again and nothing changed."""
    record("bank_return.repeated", earlier, by=by, at=at, subject_kind="bank_return", filename=filename)
    return earlier


def _told(data: bytes, filename: str) -> tuple[str, list[AnswerLine]]:
    """The layout of an answer ("" for a table) and its lines."""
    found = read_answer(data, filename)
    if found is not None:
        code, lines = found
        for line in lines:
            line.batch_number, line.reference = compact(line.batch_number), compact(line.reference)
            line.account, line.reason = plain_account(line.account), tidy(line.reason)
        return code, lines
    table = sheets.read(data, filename, layout=sheets.BANK_RETURN)
    if table.missing:
        raise ReturnColumnsMissing(filename=filename, missing="、".join(table.missing_labels))

    def text(row: dict[str, Any], name: str) -> str:
        return str(row[name]) if row.get(name) is not None else ""

    return "", [
        AnswerLine(
            row_number=row["row_number"],
            batch_number=compact(text(row, "batch_number")),
            reference=compact(text(row, "payment_number")),
            account=plain_account(text(row, "bank_account")),
            amount=text(row, "amount"),
            result=tidy(text(row, "result")),
            reason=tidy(text(row, "failure")),
            problems=[*table.cell_problems.get(row["row_number"], []), *_foreign(text(row, "currency"))],
        )
        for row in table.frame.iter_rows(named=True)
    ]


def _foreign(currency: str) -> list[str]:
    return [FOREIGN.format(currency=tidy(currency))] if is_foreign(currency) else []


def _each_of_the_rejected(told: list[AnswerLine], *, by: Actor) -> list[AnswerLine]:
    """A batch rejected as a whole, said payment by payment; those with a line of their own keep it."""
    own = {line.reference for line in told if line.reference}
    last = max((line.row_number for line in told), default=0)
    found: list[AnswerLine] = []
    for line in told:
        payments = queries.payments_rejected(line.batch_number, by) if line.group == "rejected" else None
        if payments is None:
            found.append(line)
            continue
        for reference, amount_fen in payments:
            if reference not in own:
                last += 1
                amount = f"{amount_fen // 100}.{amount_fen % 100:02d}"
                found.append(
                    AnswerLine(last, line.batch_number, reference, "", amount, line.result, line.reason)
                )
    return found


def _parts(told: Sequence[AnswerLine]) -> Iterator[Sequence[AnswerLine]]:
    return (told[start : start + SLICE] for start in range(0, len(told), SLICE))


def _named(told: Sequence[AnswerLine]) -> tuple[set[str], set[bytes]]:
    """References, and the accounts of lines without one."""
    references = {line.reference for line in told if line.reference}
    return references, {account_index(line.account) for line in told if line.account and not line.reference}


def _lock_batches(told: Sequence[AnswerLine], *, by: Actor) -> None:
    """Every batch the file speaks of, before any of its payments: as whoever stops one does."""
    batch_ids: set[int] = set()
    for part in _parts(told):
        batch_ids |= queries.batches_answered(*_named(part), by=by)
    queries.batches_for_update(batch_ids)


def _taken(
    told: Sequence[AnswerLine], answered: dict[int, int], *, by: Actor, at: datetime
) -> list[BankReturnLine]:
    """Judge some lines and let what they say take effect; where the ledger refuses one, the others go on."""
    found = Found.among(
        queries.payments_answered_for_update(*_named(told), by=by),
        ledger_queries.asked_back(_come_back(told)),
    )
    lines = [judged(line, found, answered) for line in told]
    standing = [line for line in lines if line.outcome in TAKEN]
    was = {line.payment_id: line.payment.status for line in standing}  # a move undone keeps what it set
    try:
        with transaction.atomic():
            _take(standing, was, by=by, at=at)
    except Refused:
        for line in standing:
            try:
                with transaction.atomic():
                    _take([line], was, by=by, at=at)
            except Refused as refusal:
                answered.pop(line.payment_id, None)
                refuse(line, refusal)
    return lines


def _come_back(told: Sequence[AnswerLine]) -> list[str]:
    """The references of lines that say a payment came back."""
    return [line.reference for line in told if line.reference and meant(line) == RETURNED]


def _take(lines: Sequence[BankReturnLine], was: dict[int, str], *, by: Actor, at: datetime) -> None:
    """What these lines say happens to their payments and in the ledger, in a few statements."""
    for outcome, status, verb, step, column in (
        (PAID, "in_transit", "settle", "settle", "answered_at"),
        (FAILED, "in_transit", "fail", "bounce", "answered_at"),
        (RETURNED, "in_transit", "return", "bounce", "came_back_at"),
        (RETURNED, "paid", "return", "come_back", "came_back_at"),
    ):
        these = [line for line in lines if line.outcome == outcome and was[line.payment_id] == status]
        if not these:
            continue
        payments = [line.payment for line in these]
        ledger.post([posting(payment, step) for payment in payments], by=by, at=at)
        details = {
            line.payment_id: {"row": line.row_number}
            | ({"bank_reason": line.reason} if outcome != PAID else {})
            for line in these
        }
        move_many(payments, verb, by=by, at=at, details=details, columns={column: at})
        if outcome != PAID:
            for line in these:
                line.payment.failure_reason = line.reason
            Payment.objects.bulk_update(payments, ["failure_reason"], batch_size=1_000)


def _settled(lines: Sequence[BankReturnLine], *, by: Actor, at: datetime) -> set[int]:
    """The batches the lines took effect in; those with nothing left at the bank are settled."""
    batch_ids = {line.payment.batch_id for line in lines if line.outcome in TAKEN}
    for batch in queries.batches_for_update(batch_ids):
        if batch.status == "released" and not queries.awaiting_bank(batch).exists():
            move(batch, "settle", by=by, at=at)
    return batch_ids


def _keep(
    lines: list[BankReturnLine],
    filename: str,
    digest: str,
    reading: int,
    layout_code: str,
    batch_ids: set[int],
    *,
    by: Actor,
    at: datetime,
) -> BankReturn:
    counts = {f"{name}_count": sum(line.outcome == name for line in lines) for name in OUTCOMES}
    bank_return = BankReturn.objects.create(
        filename=filename[:200],
        digest=digest,
        reading=reading,
        layout_code=layout_code,
        batch_id=next(iter(batch_ids)) if len(batch_ids) == 1 else None,
        region_code=by.region_code,
        received_at=at,
        **counts,
    )
    for line in lines:
        line.bank_return = bank_return
    BankReturnLine.objects.bulk_create(lines, batch_size=SLICE)
    record(
        "bank_return.read", bank_return, by=by, at=at, subject_kind="bank_return", reading=reading,
        layout=layout_code, digest=digest, **counts,
    )  # fmt: skip
    return bank_return
