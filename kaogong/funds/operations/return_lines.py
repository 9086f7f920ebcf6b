"""One line of a bank return: which payment it means, what it says, and why it may not be taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kaogong.gateways.bank import FAILED, PAID, RETURNED, AnswerLine, outcome_of
from kaogong.kernel.errors import Refused
from kaogong.kernel.money import parse_yuan, yuan

from ..models import BankReturnLine, Payment
from .payments import account_index, mask_account

NO_REASON = "银行未说明原因"
SAID = {PAID: "成功", FAILED: "失败", RETURNED: "退汇"}


class LineRefused(Refused):
    """这一行没有处理。"""

    code = "refused"
    outcome = "problem"


class CellUnreadable(LineRefused):
    """{problems}"""

    code = "unreadable"


class GroupTold(LineRefused):
    """{said}"""

    code = "group"


class GroupNotSent(LineRefused):
    """银行拒绝了整批{batch}（{reason}），但这个批次不在这里或还没有登记发放；没有入账。"""

    code = "not_released"


class PaymentUnknown(LineRefused):
    """找不到流水号为“{reference}”的付款。"""

    code = "unknown"


class PaymentNotNamed(LineRefused):
    """没有流水号，账号{account}对应{count}笔在途付款，不能确定是哪一笔。"""

    code = "not_named"


class BatchDiffers(LineRefused):
    """批次号是{told}，而这笔付款在批次{batch}。"""

    code = "batch_differs"


class AccountDiffers(LineRefused):
    """收款账号{told}与付款登记的{account}不同。"""

    code = "account_differs"


class AmountDiffers(LineRefused):
    """金额{told}与付款登记的{amount}不同。"""

    code = "amount_differs"


class ResultUnclear(LineRefused):
    """处理结果“{result}”看不出是成功还是失败。"""

    code = "unclear"


class NotReleasedYet(LineRefused):
    """这笔付款当前是“{state}”，还没有登记发放；登记发放后再读一次这个文件，这一行就会入账。"""

    code = "not_released"


class StoppedPayment(LineRefused):
    """批次{batch}已停付，这笔付款已重新排队，银行却报“{said}”；没有入账，请与银行核对后再付。"""

    code = "stopped"


class AnswerContradicts(LineRefused):
    """这笔付款已按银行答复记为“{state}”，这一行却报“{said}”；没有入账，请与银行核对。"""

    code = "contradicts"


class AskedBackAlready(LineRefused):
    """这笔付款正在追回（或已追回）{amount}，银行又报退汇；没有入账，退回的款请在追回中登记。"""

    code = "asked_back"


class SetOffNotSent(LineRefused):
    """这笔付款是抵扣付清的，没有经过银行，银行却报“{said}”；没有入账，请与银行核对。"""

    code = "set_off"


class PaidBeforeReturn(LineRefused):
    """这笔付款银行已经退回，这一行说的是退回以前的到账，未重复入账。"""

    code = "repeated"
    outcome = "repeated"


class AlreadyAnswered(LineRefused):
    """这笔付款当前是“{state}”，银行已经答复过，未重复入账。"""

    code = "repeated"
    outcome = "repeated"


class AnsweredTwice(LineRefused):
    """同一文件第{row}行已经答复过这笔付款，未重复入账。"""

    code = "repeated"
    outcome = "repeated"


@dataclass(slots=True)
class Found:
    """The payments some lines may be speaking of, locked."""

    by_reference: dict[str, Payment]
    in_transit_by_account: dict[bytes, list[Payment]]
    asked_back: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def among(cls, payments: Iterable[Payment], asked_back: Mapping[str, int] | None = None) -> "Found":
        """``asked_back``: reference → what of a paid payment is being asked back, or was."""
        found = cls({}, {}, asked_back or {})
        for payment in payments:
            found.by_reference[payment.reference] = payment
            if payment.status == "in_transit":
                found.in_transit_by_account.setdefault(bytes(payment.bank_account_index), []).append(payment)
        return found

    def payment(self, told: AnswerLine) -> Payment:
        """The one payment a line means, or PaymentUnknown or PaymentNotNamed."""
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


def judged(told: AnswerLine, found: Found, answered: dict[int, int]) -> BankReturnLine:
    """What is to be made of one line; writes nothing. ``answered``: payment → the row that answered it."""
    line = BankReturnLine(
        row_number=told.row_number,
        reference=told.reference[:120],
        account_masked=mask_account(told.account)[:60],
        reason=told.reason[:200],
    )
    try:
        if told.group == "rejected":
            raise GroupNotSent(batch=told.batch_number, reason=told.reason or NO_REASON)
        if told.group:
            raise GroupTold(said="；".join(told.problems))
        if told.problems:
            raise CellUnreadable(problems="；".join(told.problems))
        line.amount_fen = parse_yuan(told.amount)
        payment = found.payment(told)
        line.payment = payment
        line.outcome = _outcome(told, payment, line.amount_fen, answered, found.asked_back)
        line.reason = "" if line.outcome == PAID else line.reason or NO_REASON
        answered[payment.pk] = told.row_number
    except Refused as refusal:
        refuse(line, refusal)
    return line


def refuse(line: BankReturnLine, refusal: Refused) -> None:
    """Keep a line with why it was not taken."""
    line.outcome = getattr(refusal, "outcome", "problem")
    line.problem = refusal.message[:300]
    line.problem_code = getattr(refusal, "code", "refused")


def meant(told: AnswerLine) -> str | None:
    """Paid, failed or come back, by the layout or the bank's own word; None where it is not clear."""
    return told.outcome or outcome_of(told.result)


def _outcome(
    told: AnswerLine,
    payment: Payment,
    amount_fen: int,
    answered: dict[int, int],
    asked_back: Mapping[str, int],
) -> str:
    """Whether the line says paid, failed or come back; refuses by name whatever does not agree with the payment."""
    if payment.batch is not None and told.batch_number not in ("", payment.batch.number):
        raise BatchDiffers(told=told.batch_number, batch=payment.batch.number)
    if told.account and account_index(told.account) != bytes(payment.bank_account_index):
        raise AccountDiffers(told=mask_account(told.account), account=payment.bank_account_masked)
    if amount_fen != payment.amount_fen:
        raise AmountDiffers(told=yuan(amount_fen), amount=yuan(payment.amount_fen))
    outcome = meant(told)
    if outcome is None:
        raise ResultUnclear(result=told.result)
    if payment.pk in answered:
        raise AnsweredTwice(row=answered[payment.pk])
    _require_waiting(payment, outcome, asked_back)
    return outcome


def _require_waiting(payment: Payment, outcome: str, asked_back: Mapping[str, int]) -> None:
    """Refuse by name an answer to a payment that waits for none. What was paid may still come back."""
    if payment.status == "in_transit":
        return
    if payment.offset_for and payment.batch_id is None:
        raise SetOffNotSent(said=SAID[outcome])
    if payment.status == "paid" and outcome == RETURNED:
        if asked_back.get(payment.reference):
            raise AskedBackAlready(amount=yuan(asked_back[payment.reference]))
        return
    state = payment.lifecycle.label(payment.status)
    if payment.status in ("queued", "batched", "cancelled"):
        raise NotReleasedYet(state=state)
    if payment.status == "stopped":
        raise StoppedPayment(batch=payment.batch.number, said=SAID[outcome])
    if outcome == PAID and payment.came_back_at is not None:
        raise PaidBeforeReturn()
    if (outcome == PAID) != (payment.status == "paid"):
        raise AnswerContradicts(state=state, said=SAID[outcome])
    raise AlreadyAnswered(state=state)
