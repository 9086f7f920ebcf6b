"""Reading what the bank answered. Every line gets its own answer; one bad line stops no other."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.gateways.bank import FAILED, PAID, outcome_of
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.money import parse_yuan, yuan
from kaogong.kernel.writing import compact, tidy
from kaogong.ledger import operations as ledger
from kaogong.trail.operations import move, record, require_may

from .. import queries
from ..models import BankReturn, BankReturnLine, Payment
from .batches import posting
from .payments import account_index, mask_account, plain_account

NO_REASON = "银行未说明原因"


class ReturnColumnsMissing(Refused):
    """“{filename}”缺少这些列：{missing}。请向银行索取完整的回盘文件。"""


class LineRefused(Refused):
    """这一行没有处理。"""


class CellUnreadable(LineRefused):
    """{problems}"""


class PaymentUnknown(LineRefused):
    """找不到流水号为“{reference}”的付款。"""


class PaymentNotNamed(LineRefused):
    """没有流水号，账号{account}对应{count}笔在途付款，不能确定是哪一笔。"""


class BatchDiffers(LineRefused):
    """批次号是{told}，而这笔付款在批次{batch}。"""


class AccountDiffers(LineRefused):
    """收款账号{told}与付款登记的{account}不同。"""


class AmountDiffers(LineRefused):
    """金额{told}与付款登记的{amount}不同。"""


class ResultUnclear(LineRefused):
    """处理结果“{result}”看不出是成功还是失败。"""


class AlreadyAnswered(LineRefused):
    """这笔付款当前是“{state}”，不再等待银行答复，未重复入账。"""


class AnsweredTwice(LineRefused):
    """同一文件第{row}行已经答复过这笔付款。"""


@dataclass(slots=True)
class _Told:
    """One line as the file tells it."""

    row_number: int
    batch_number: str
    reference: str
    account: str
    amount: str
    result: str
    reason: str
    problems: list[str]


@transaction.atomic
def read_bank_return(data: bytes, filename: str, *, by: Actor, at: datetime) -> BankReturn:
    """Take the bank's answer line by line; the same file again returns the first reading and changes nothing.

    A line that cannot be taken is kept with its row and its problem; all others take effect. A batch whose
    payments are all answered is settled.
    """
    require_may(by, Permission.READ_BANK_RETURN, "读取银行回盘")
    digest = hashlib.sha256(data).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [digest])
    earlier = queries.bank_return_with(digest)
    if earlier is not None:
        if not queries.bank_returns(by).filter(pk=earlier.pk).exists():
            raise NotFound()
        record("bank_return.repeated", earlier, by=by, at=at, subject_kind="bank_return", filename=filename)
        return earlier
    told = _told(data, filename)
    found = _payments_of(told, by=by)
    answered: dict[int, int] = {}
    lines = [_answer(line, found, answered, by=by, at=at) for line in told]
    batches = {line.payment.batch_id: line.payment.batch for line in lines if line.outcome != "problem"}
    bank_return = _keep(lines, batches, filename=filename, digest=digest, by=by, at=at)
    for batch in sorted(batches.values(), key=lambda batch: batch.pk):
        locked = queries.batch_for_update(batch.pk, by=by)
        if not queries.awaiting_bank(locked).exists():
            move(locked, "settle", by=by, at=at)
    return bank_return


def _told(data: bytes, filename: str) -> list[_Told]:
    table = sheets.read(data, filename, layout=sheets.BANK_RETURN)
    if table.missing:
        raise ReturnColumnsMissing(filename=filename, missing="、".join(table.missing_labels))

    def text(row: dict[str, Any], name: str) -> str:
        return str(row[name]) if row.get(name) is not None else ""

    return [
        _Told(
            row_number=row["row_number"],
            batch_number=compact(text(row, "batch_number")),
            reference=compact(text(row, "payment_number")),
            account=plain_account(text(row, "bank_account")),
            amount=text(row, "amount"),
            result=tidy(text(row, "result")),
            reason=tidy(text(row, "failure"))[:200],
            problems=table.cell_problems.get(row["row_number"], []),
        )
        for row in table.frame.to_dicts()
    ]


@dataclass(slots=True)
class _Found:
    """The payments the file may be speaking of, locked."""

    by_reference: dict[str, Payment]
    in_transit_by_account: dict[bytes, list[Payment]]

    def payment(self, told: _Told) -> Payment:
        if told.reference:
            if told.reference not in self.by_reference:
                raise PaymentUnknown(reference=told.reference)
            return self.by_reference[told.reference]
        candidates = self.in_transit_by_account.get(account_index(told.account), []) if told.account else []
        if told.batch_number:
            candidates = [payment for payment in candidates if payment.batch.number == told.batch_number]
        if len(candidates) != 1:
            raise PaymentNotNamed(account=mask_account(told.account), count=len(candidates))
        return candidates[0]


def _payments_of(told: list[_Told], *, by: Actor) -> _Found:
    references = {line.reference for line in told if line.reference}
    indexes = {account_index(line.account) for line in told if line.account and not line.reference}
    payments = queries.payments_answered_for_update(references, indexes, by=by)
    found = _Found({payment.reference: payment for payment in payments}, {})
    for payment in payments:
        if payment.status == "in_transit":
            found.in_transit_by_account.setdefault(bytes(payment.bank_account_index), []).append(payment)
    return found


def _answer(
    told: _Told, found: _Found, answered: dict[int, int], *, by: Actor, at: datetime
) -> BankReturnLine:
    line = BankReturnLine(
        row_number=told.row_number,
        reference=told.reference[:120],
        account_masked=mask_account(told.account)[:60],
        reason=told.reason,
    )
    try:
        line.outcome = PAID  # what a refusal below turns into a problem
        if told.problems:
            raise CellUnreadable(problems="；".join(told.problems))
        line.amount_fen = parse_yuan(told.amount)
        payment = found.payment(told)
        line.payment = payment
        line.outcome = _outcome(told, payment, line.amount_fen, answered)
        line.reason = "" if line.outcome == PAID else told.reason or NO_REASON
        with transaction.atomic():
            _take(payment, line, by=by, at=at)
        answered[payment.pk] = told.row_number
    except Refused as refusal:
        line.outcome, line.problem = "problem", refusal.message[:300]
    return line


def _outcome(told: _Told, payment: Payment, amount_fen: int, answered: dict[int, int]) -> str:
    """Whether the line says paid or failed; refuses by name whatever does not agree with the payment."""
    if payment.batch is not None and told.batch_number not in ("", payment.batch.number):
        raise BatchDiffers(told=told.batch_number, batch=payment.batch.number)
    if told.account and told.account != payment.bank_account:
        raise AccountDiffers(told=mask_account(told.account), account=payment.bank_account_masked)
    if amount_fen != payment.amount_fen:
        raise AmountDiffers(told=yuan(amount_fen), amount=yuan(payment.amount_fen))
    outcome = outcome_of(told.result)
    if outcome is None:
        raise ResultUnclear(result=told.result)
    if payment.pk in answered:
        raise AnsweredTwice(row=answered[payment.pk])
    if payment.status != "in_transit":
        raise AlreadyAnswered(state=payment.lifecycle.label(payment.status))
    return outcome


def _take(payment: Payment, line: BankReturnLine, *, by: Actor, at: datetime) -> None:
    if line.outcome == FAILED:
        move(payment, "fail", by=by, at=at, bank_reason=line.reason, row=line.row_number)
        payment.failure_reason = line.reason
        ledger.post([posting(payment, "bounce")], by=by, at=at)
    else:
        move(payment, "settle", by=by, at=at, row=line.row_number)
        ledger.post([posting(payment, "settle")], by=by, at=at)
    payment.answered_at = at
    payment.save(update_fields=["failure_reason", "answered_at"])


def _keep(
    lines: list[BankReturnLine], batches: dict, *, filename: str, digest: str, by: Actor, at: datetime
) -> BankReturn:
    counts = {
        f"{name}_count": sum(line.outcome == name for line in lines) for name in ("paid", "failed", "problem")
    }
    bank_return = BankReturn.objects.create(
        filename=filename[:200],
        digest=digest,
        batch=next(iter(batches.values())) if len(batches) == 1 else None,
        region_code=by.region_code,
        received_at=at,
        **counts,
    )
    for line in lines:
        line.bank_return = bank_return
    BankReturnLine.objects.bulk_create(lines)
    record("bank_return.read", bank_return, by=by, at=at, subject_kind="bank_return", **counts)
    return bank_return
