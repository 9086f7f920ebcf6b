"""How a voucher ends: redeemed by a claim, expired by itself, or withdrawn with a reason."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.funds import operations as funds
from kaogong.kernel.actor import Actor, system_for
from kaogong.trail.operations import move

from .. import queries
from ..models import Voucher


@transaction.atomic
def redeem_vouchers(
    paid: Mapping[int, tuple[str, int]], *, by: Actor, at: datetime, reason: str = ""
) -> list[Voucher]:
    """Redeem the vouchers bound to these enrolments: enrolment → the line that pays it and how much.

    The whole worth goes back to the budget, for the claim to set its own amount aside; what a voucher was
    not needed for stays there.
    """
    vouchers = queries.vouchers_of_enrolments(paid)
    redeemed = []
    for enrolment_id, (reference, amount_fen) in sorted(paid.items()):
        voucher = vouchers.get(enrolment_id)
        if voucher is None:
            continue
        voucher.redeemed_fen, voucher.claim_reference = amount_fen, reference
        voucher.save(update_fields=["redeemed_fen", "claim_reference"])
        move(voucher, "redeem", by=by, at=at, reason=reason, line=reference, amount_fen=amount_fen)
        _give_back(voucher, by=by, at=at, reason="兑付转入申领预留")
        redeemed.append(voucher)
    return redeemed


@transaction.atomic
def expire_vouchers(*, by: Actor, at: datetime) -> int:
    """Expire the vouchers past their last day and give their money back to the budget; safe to repeat."""
    due = list(queries.vouchers_due_to_expire(timezone.localdate(at)))
    for voucher in due:
        move(voucher, "expire", by=by, at=at)
        _give_back(voucher, by=by, at=at, reason="培训券过期")
    return len(due)


@transaction.atomic
def withdraw_voucher(voucher_id: int, *, by: Actor, at: datetime, reason: str) -> Voucher:
    """Take a voucher back that was not redeemed, with the reason; its money goes back to the budget."""
    voucher = queries.voucher(voucher_id, by=by)
    move(voucher, "withdraw", by=by, at=at, reason=reason)
    _give_back(voucher, by=by, at=at, reason="培训券收回")
    return voucher


@transaction.atomic
def forfeit_voucher(reference: str, *, by: Actor, at: datetime) -> Voucher | None:
    """A redeemed voucher whose line was stopped before it was paid is spent all the same; None without one."""
    voucher = Voucher.objects.filter(claim_reference=reference, status="redeemed").first()
    if voucher is not None:
        system = system_for(by)  # whoever may stop a line may end its voucher
        move(voucher, "forfeit", by=system, at=at, reason="申领明细停拨", line=reference)
    return voucher


def _give_back(voucher: Voucher, *, by: Actor, at: datetime, reason: str) -> None:
    funds.void_for_claim(
        voucher.issue.number, amount_fen=voucher.face_fen, key=voucher.number, reason=reason, by=by, at=at
    )
