"""Paying somebody by setting it against what they owe: no bank has part in it."""

from datetime import datetime

from django.db import transaction

from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.money import split_by_shares, yuan
from kaogong.ledger import operations as ledger
from kaogong.trail.operations import begin, move, require_move

from .. import queries
from ..models import Payment
from ..states import PAYMENT, SPONSORED
from .batches import posting
from .payments import next_reference


class OffsetTooLarge(Refused):
    """这笔付款只有{amount}，不能抵扣{wanted}。"""


class SponsorsMoneyNotOffset(Refused):
    """付款{payment}用的是社会赞助资金，不能用来抵扣应退的财政资金。"""


@transaction.atomic
def offset_payment(
    payment_id: int, *, amount_fen: int, against: str, by: Actor, at: datetime, reason: str
) -> Payment:
    """Settle a queued payment, or so much of it, against what its payee owes; returns what was settled.

    The rest of a payment set off in part is owed anew by a payment that replaces it.
    """
    payment = queries.payment_for_update(payment_id, by=by)
    require_move(payment, PAYMENT.move("offset"), PAYMENT, by=by, reason=reason)
    if payment.fund.kind_code == SPONSORED:
        raise SponsorsMoneyNotOffset(payment=payment.reference)
    if not 0 < amount_fen <= payment.amount_fen:
        raise OffsetTooLarge(amount=yuan(payment.amount_fen), wanted=yuan(amount_fen))
    settled = payment
    if amount_fen < payment.amount_fen:
        settled = _split(payment, amount_fen, against, by=by, at=at, reason=reason)
    settled.offset_for, settled.answered_at = against, at
    settled.save(update_fields=["offset_for", "answered_at"])
    ledger.post([posting(settled, "settle_by_offset")], by=by, at=at)
    move(settled, "offset", by=by, at=at, reason=reason, against=against, amount_fen=amount_fen)
    return settled


def _split(
    payment: Payment, amount_fen: int, against: str, *, by: Actor, at: datetime, reason: str
) -> Payment:
    """Replace a payment by what is still owed and what is set off; returns the latter."""
    offset = {
        level: fen for level, fen in split_by_shares(amount_fen, payment.shares).items() if fen
    }  # parts never exceed their source: the weights are the payment's own
    owed = {
        level: fen - offset.get(level, 0)
        for level, fen in payment.shares.items()
        if fen > offset.get(level, 0)
    }
    payment.offset_for = against
    payment.save(update_fields=["offset_for"])
    rest = _part_of(payment, next_reference(payment.reference), owed, at=at)
    rest.replaces = payment
    settled = _part_of(payment, f"{payment.reference}-D", offset, at=at)
    move(payment, "split", by=by, at=at, reason=reason, against=against, replacement=rest.reference)
    for part in (rest, settled):
        part.save()
        begin(part, "queued", by=by, at=at, amount_fen=part.amount_fen, split_from=payment.reference)
    return settled


def _part_of(payment: Payment, reference: str, shares: dict[str, int], *, at: datetime) -> Payment:
    copied = (
        "reservation", "fund", "programme", "year", "purpose", "payee_kind", "payee_id", "payee_name",
        "bank_name", "bank_account", "bank_account_index", "bank_account_masked", "bank_account_holder",
        "institution_id", "person_id", "region_code",
    )  # fmt: skip
    return Payment(
        reference=reference,
        amount_fen=sum(shares.values()),
        shares=shares,
        queued_at=at,
        **{name: getattr(payment, name) for name in copied},
    )
