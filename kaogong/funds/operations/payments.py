"""Payments: queued when money is owed, cancelled, and paid anew to a corrected account."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kaogong.access.sealing import blind_index
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.money import split_by_shares, yuan
from kaogong.kernel.writing import compact, mask_digits, tidy, tidy_name
from kaogong.ledger import operations as ledger
from kaogong.ledger import queries as ledger_queries
from kaogong.trail.operations import begin, begin_many, move

from .. import queries
from ..models import ACCOUNT_PURPOSE, Payment, Reservation
from .budgets import ReservationTooSmall

NAMES_LISTED = 10


class BankAccountMissing(Refused):
    """没有登记完整的银行账户（户名、开户银行、账号）：{names}。请补录后再生成付款。"""


class BankAccountUnusable(Refused):
    """银行账号不可用（应为8至32位数字，不能是占位号码）：{names}。请核对后再生成付款。"""


class PaymentReferenceTaken(Refused):
    """付款流水号{reference}已用于另一笔付款。"""


class AmountNotPositive(Refused):
    """{name}的付款金额应大于零，现为{amount}。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrder:
    """One sum to be paid: to whom, into which account, for what. ``reference`` is its own, for good."""

    reference: str
    payee_kind: str
    payee_id: int
    payee_name: str
    bank_name: str
    bank_account: str
    bank_account_holder: str
    amount_fen: int
    purpose: str


@transaction.atomic
def queue_payments(
    reference: str, orders: Sequence[PaymentOrder], *, by: Actor, at: datetime
) -> list[Payment]:
    """Owe these sums from what was set aside under ``reference``; orders queued before stay as they are.

    Refuses as a whole, naming everybody without a usable bank account.
    """
    reservation = queries.reservation_for_update(reference)
    known = {
        payment.reference: payment
        for payment in Payment.objects.filter(reference__in=[order.reference for order in orders])
    }
    for order in orders:
        if order.amount_fen <= 0:
            raise AmountNotPositive(name=order.payee_name, amount=yuan(order.amount_fen))
        if order.reference in known:
            _same(order, known[order.reference], reservation)
    fresh = [order for order in orders if order.reference not in known]
    if len({order.reference for order in fresh}) != len(fresh):
        raise PaymentReferenceTaken(reference=_first_repeated(fresh))
    require_accounts(fresh)
    if fresh:
        for payment in _queue(reservation, fresh, by=by, at=at):
            known[payment.reference] = payment
    return [known[order.reference] for order in orders]


def _queue(
    reservation: Reservation, orders: Sequence[PaymentOrder], *, by: Actor, at: datetime
) -> list[Payment]:
    """Divide what is left of the reservation among the orders fen by fen, and owe it."""
    left = ledger_queries.standing(reservation.reference).get("reserved", {})
    total = sum(order.amount_fen for order in orders)
    if total > sum(left.values()):
        raise ReservationTooSmall(
            reference=reservation.reference, left=yuan(sum(left.values())), wanted=yuan(total)
        )
    owed: dict[str, int] = {}
    payments = []
    for order in orders:
        parts = {level: fen for level, fen in split_by_shares(order.amount_fen, left).items() if fen}
        for level, fen in parts.items():
            left[level] -= fen
            owed[level] = owed.get(level, 0) + fen
        payments.append(_payment(order, reservation, parts, at=at))
    ledger.make_payable(
        reservation.fund.code, programme=reservation.programme, year=reservation.fund.year, amounts=owed,
        reference=reservation.reference, key=f"payable:{reservation.reference}:{orders[0].reference}",
        by=by, at=at,
    )  # fmt: skip
    Payment.objects.bulk_create(payments, batch_size=5_000)
    details = {
        payment.pk: {"amount_fen": payment.amount_fen, "account": payment.bank_account_masked}
        for payment in payments
    }
    begin_many(payments, "queued", by=by, at=at, details=details)
    return payments


def _payment(
    order: PaymentOrder, reservation: Reservation, parts: dict[str, int], *, at: datetime
) -> Payment:
    account = plain_account(order.bank_account)
    return Payment(
        reference=order.reference,
        reservation=reservation,
        fund=reservation.fund,
        programme=reservation.programme,
        year=reservation.fund.year,
        purpose=order.purpose,
        payee_kind=order.payee_kind,
        payee_id=order.payee_id,
        payee_name=order.payee_name,
        bank_name=tidy(order.bank_name),
        bank_account=account,
        bank_account_index=account_index(account),
        bank_account_masked=mask_account(account),
        bank_account_holder=tidy_name(order.bank_account_holder),
        amount_fen=order.amount_fen,
        shares=parts,
        institution_id=order.payee_id if order.payee_kind == "institution" else None,
        person_id=order.payee_id if order.payee_kind == "person" else None,
        region_code=reservation.fund.region_code,
        queued_at=at,
    )


def _same(order: PaymentOrder, payment: Payment, reservation: Reservation) -> None:
    told = (payment.reservation_id, payment.payee_kind, payment.payee_id, payment.amount_fen)
    if told != (reservation.pk, order.payee_kind, order.payee_id, order.amount_fen):
        raise PaymentReferenceTaken(reference=order.reference)


def _first_repeated(orders: Sequence[PaymentOrder]) -> str:
    seen: set[str] = set()
    return next(order.reference for order in orders if order.reference in seen or seen.add(order.reference))


@transaction.atomic
def cancel_payment(payment_id: int, *, by: Actor, at: datetime, reason: str) -> Payment:
    """Take back a payment not yet in a batch; its money stands set aside for the same thing again."""
    payment = queries.payment_for_update(payment_id, by=by)
    move(payment, "cancel", by=by, at=at, reason=reason)
    ledger.cancel_payable(
        payment.fund.code, programme=payment.programme, year=payment.year, amounts=payment.shares,
        reference=payment.reservation.reference, key=f"cancel:{payment.reference}", note=reason, by=by, at=at,
    )  # fmt: skip
    return payment


@transaction.atomic
def correct_bank_account(
    payment_id: int,
    *,
    bank_name: str,
    bank_account: str,
    bank_account_holder: str,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Payment:
    """Answer a payment that failed or came back by a new one to the corrected account; returns the new one, queued."""
    failed = queries.payment_for_update(payment_id, by=by)
    order = PaymentOrder(
        reference=next_reference(failed.reference),
        payee_kind=failed.payee_kind,
        payee_id=failed.payee_id,
        payee_name=failed.payee_name,
        bank_name=bank_name,
        bank_account=bank_account,
        bank_account_holder=bank_account_holder,
        amount_fen=failed.amount_fen,
        purpose=failed.purpose,
    )
    require_accounts([order])
    masked = mask_account(plain_account(bank_account))
    move(failed, "replace", by=by, at=at, reason=reason, replacement=order.reference, account=masked)
    _owe_again(failed, by=by, at=at)
    payment = _payment(order, failed.reservation, failed.shares, at=at)
    payment.replaces = failed
    payment.save()
    begin(
        payment,
        "queued",
        by=by,
        at=at,
        amount_fen=payment.amount_fen,
        account=masked,
        replaces=failed.reference,
    )
    return payment


@transaction.atomic
def redirect_payment(
    payment_id: int,
    *,
    bank_name: str,
    bank_account: str,
    bank_account_holder: str,
    by: Actor,
    at: datetime,
    reason: str,
) -> Payment:
    """Pay a queued payment into another account: it is cancelled, and one that replaces it is owed in its place."""
    old = cancel_payment(payment_id, by=by, at=at, reason=reason)
    order = PaymentOrder(
        reference=next_reference(old.reference),
        payee_kind=old.payee_kind,
        payee_id=old.payee_id,
        payee_name=old.payee_name,
        bank_name=bank_name,
        bank_account=bank_account,
        bank_account_holder=bank_account_holder,
        amount_fen=old.amount_fen,
        purpose=old.purpose,
    )
    require_accounts([order])
    reference = old.reservation.reference
    ledger.make_payable(
        old.fund.code, programme=old.programme, year=old.year, amounts=old.shares, reference=reference,
        key=f"payable:{reference}:{order.reference}", by=by, at=at,
    )  # fmt: skip
    payment = _payment(order, old.reservation, old.shares, at=at)
    payment.replaces = old
    payment.save()
    begin(
        payment, "queued", by=by, at=at, amount_fen=payment.amount_fen, account=payment.bank_account_masked,
        replaces=old.reference,
    )  # fmt: skip
    return payment


def _owe_again(failed: Payment, *, by: Actor, at: datetime) -> None:
    """What the bank gave back is owed again; a payment that failed before it was told so is owed already."""
    if not ledger_queries.standing(failed.reference).get("returned"):
        return
    ledger.owe_again(
        failed.fund.code, programme=failed.programme, year=failed.year, amounts=failed.shares,
        reference=failed.reference, key=f"owe_again:{failed.reference}", by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def void_payment(payment_id: int, *, by: Actor, at: datetime, reason: str) -> Payment:
    """Pay no more what the bank gave back: its money stands set aside for the same thing again, as if cancelled."""
    payment = queries.payment_for_update(payment_id, by=by)
    move(payment, "void", by=by, at=at, reason=reason)
    _owe_again(payment, by=by, at=at)
    ledger.cancel_payable(
        payment.fund.code, programme=payment.programme, year=payment.year, amounts=payment.shares,
        reference=payment.reservation.reference, key=f"cancel:{payment.reference}", note=reason, by=by, at=at,
    )  # fmt: skip
    return payment


def next_reference(reference: str) -> str:
    """The reference of the payment that replaces this one: …, …-R1, …-R2."""
    stem, mark, nth = reference.rpartition("-R")
    return f"{stem}-R{int(nth) + 1}" if mark and nth.isdigit() else f"{reference}-R1"


def plain_account(text: str) -> str:
    """The account number as typed without blanks, hyphens and spreadsheet marks."""
    return compact(text).replace("-", "").lstrip("'’‘`")


def mask_account(account: str) -> str:
    """The first and last four digits, stars between."""
    return mask_digits(account, head=4, tail=4)


def account_index(account: str) -> bytes:
    """The blind index by which equal accounts are found."""
    return blind_index(account, ACCOUNT_PURPOSE)


def require_accounts(orders: Sequence[PaymentOrder]) -> None:
    """Refuse by name every payee whose account is absent, incomplete or a placeholder."""
    missing, unusable = [], []
    for order in orders:
        account = plain_account(order.bank_account)
        if not account or not tidy(order.bank_name) or not tidy_name(order.bank_account_holder):
            missing.append(order.payee_name)
        elif (
            not re.fullmatch(r"[0-9]{8,32}", account) or len(set(account)) == 1 or account in "0123456789" * 4
        ):
            unusable.append(order.payee_name)
    if missing:
        raise BankAccountMissing(names=_listed(missing))
    if unusable:
        raise BankAccountUnusable(names=_listed(unusable))


def _listed(names: Sequence[str]) -> str:
    names = list(dict.fromkeys(names))
    rest = len(names) - NAMES_LISTED
    return "、".join(names[:NAMES_LISTED]) + (f"等{len(names)}个" if rest > 0 else "")
