"""What the bank says of the money of lines: arrived, come back after it arrived, or paid no more."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.funds import operations as funds
from kaogong.funds import queries as fund_queries
from kaogong.funds.models import Payment
from kaogong.kernel.actor import Actor, system_for
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.money import yuan
from kaogong.people import operations as people
from kaogong.trail.operations import move, move_many, require_may

from .. import queries
from ..models import Claim, ClaimLine
from . import money
from .judging import recount_claim
from .publication import lapse_if_empty

CLAIMS_AT_ONCE = 200  # what bounds the memory of a run over a whole region


class PartOnItsWay(Refused):
    """{line}还有一笔款项在批次中、在银行或已到账，不能整笔不再支付；请更正账户后重新付款。"""


@transaction.atomic
def mark_paid_claims(*, by: Actor, at: datetime) -> list[ClaimLine]:
    """Move every line whose payments have all arrived to paid, tell the lifelong files, and close claims.

    A paid line whose payment the bank gave back since waits for its money again, and its claim with it; the file
    says so. Run after each bank return; running it again changes nothing. Returns the lines newly paid.
    """
    ids = queries.claims_to_settle(by)
    newly: list[ClaimLine] = []
    for start in range(0, len(ids), CLAIMS_AT_ONCE):
        newly += _settle(ids[start : start + CLAIMS_AT_ONCE], by=by, at=at)
    return newly


def _settle(claim_ids: Sequence[int], *, by: Actor, at: datetime) -> list[ClaimLine]:
    """Some claims at once: as many statements for one as for all of them."""
    claims = {
        pk: claim
        for pk, claim in queries.lock_claims(claim_ids).items()
        if claim.status in ("cleared", "paid")
    }
    standing = queries.standing_payments(claim.number for claim in claims.values())
    paid, back = [], []
    for line in queries.lines_of_claims(claims, ("cleared", "paid")):
        line.claim = claims[line.claim_id]
        payments = [standing.get(reference) for reference in queries.payments_due(line).values()]
        has_arrived = bool(payments) and all(p is not None and p.status == "paid" for p in payments)
        if line.status == "cleared" and has_arrived:
            answered = [p.answered_at for p in payments if p.answered_at]
            line.paid_on = timezone.localdate(max(answered, default=at))
            paid.append(line)
        elif line.status == "paid" and any(p is not None and p.status != "paid" for p in payments):
            back.append(line)
    _give_back(back, standing, by=by, at=at)
    ClaimLine.objects.bulk_update(paid, ["paid_on"], batch_size=1_000)
    move_many(paid, "pay", by=by, at=at)
    still = queries.claims_with_lines(claims, ("approved", "held", "cleared"))
    over = [claim for pk, claim in claims.items() if claim.status == "cleared" and pk not in still]
    move_many(over, "pay", by=by, at=at, details={c.pk: {"amount_fen": c.amount_fen} for c in over})
    times = queries.times_given_back(paid)
    people.append_many_to_file([_file_entry(line, times.get(line.pk, 0)) for line in paid], by=by, at=at)
    return paid


def _give_back(lines: Sequence[ClaimLine], standing: dict[str, Payment], *, by: Actor, at: datetime) -> None:
    """Take lines whose money the bank gave back out of what is paid; the file keeps both."""
    claims = {line.claim_id: line.claim for line in lines if line.claim.status == "paid"}
    move_many(claims.values(), "unpay", by=by, at=at)
    times = queries.times_given_back(lines)
    entries = [
        people.NewFileEntry(
            person_id=line.person_id,
            kind="subsidy",
            on=timezone.localdate(at),
            title=f"补贴{yuan(line.total_fen)}被银行退回，待重新拨付",
            reference=f"{line.reference}退汇{times.get(line.pk, 1)}",
            detail={"claim": line.claim.number, "amount_fen": -line.total_fen},
        )
        for line in lines
    ]
    details = {
        line.pk: {"bank_reason": payment.failure_reason, "payment": payment.reference}
        for line in lines
        for reference in queries.payments_due(line).values()
        if (payment := standing.get(reference)) is not None and payment.status != "paid"
    }
    move_many(lines, "unpay", by=by, at=at, details=details, columns={"paid_on": None})
    people.append_many_to_file(entries, by=by, at=at)


def _file_entry(line: ClaimLine, times: int) -> people.NewFileEntry:
    """``times``: how often its money came back after it had arrived; each arrival is an entry of its own."""
    paid_for = "用工补贴（付给用人单位）" if line.month else "培训补贴"
    parts = [(paid_for, line.amount_fen), ("生活费补贴", line.allowance_fen)]
    return people.NewFileEntry(
        person_id=line.person_id,
        kind="subsidy",
        on=line.paid_on,
        title="、".join(f"{label}{yuan(fen)}" for label, fen in parts if fen),
        reference=f"{line.reference}重付{times}" if times else line.reference,
        detail={
            "claim": line.claim.number,
            "scheme_code": line.claim.scheme_code,
            "occupation_code": line.occupation_code,
            "level": line.level,
            "amount_fen": line.amount_fen,
            "allowance_fen": line.allowance_fen,
        },
    )


@transaction.atomic
def give_up_payment(payment_id: int, *, by: Actor, at: datetime, reason: str) -> list[ClaimLine]:
    """Pay no more what the bank gave back: its lines are stopped and their money goes back to the budget.

    Refused by name where a line has another sum on its way or arrived: that one stays, so this one is paid anew.
    """
    require_may(by, Permission.PREPARE_PAYMENT, "不再支付")
    payment = fund_queries.payment(payment_id, by)
    (first,) = queries.first_references_of([payment.pk]).values()
    claim_ids = list(queries.lines_of_payments({first}).values_list("claim_id", flat=True))
    claims = queries.lock_claims(claim_ids)
    if not claims:
        raise NotFound()
    payment = funds.void_payment(payment_id, by=by, at=at, reason=reason)
    _settle(list(claims), by=system_for(by), at=at)  # what came back is not paid any more
    claims = queries.lock_claims(claims)
    stopped = []
    for claim in claims.values():
        standing = queries.payments_of(claim)
        for line in queries.lines_of_payments({first}).filter(claim=claim):
            _require_nothing_else(line, first, standing)
            line.claim = claim
            stopped.append(_stop(claim, line, first, standing, by=by, at=at, reason=reason))
        recount_claim(claim)
        lapse_if_empty(claim, by=system_for(by), at=at)
        _close(claim, by=by, at=at)
    return stopped


def _require_nothing_else(line: ClaimLine, first: str, standing: dict[str, Payment]) -> None:
    for reference in queries.payments_due(line).values():
        other = standing.get(reference)
        if reference != first and other is not None and other.status != "queued":
            raise PartOnItsWay(line=line.reference)


def _stop(
    claim: Claim,
    line: ClaimLine,
    first: str,
    standing: dict[str, Payment],
    *,
    by: Actor,
    at: datetime,
    reason: str,
) -> ClaimLine:
    for reference in queries.payments_due(line).values():
        other = standing.get(reference)
        if reference != first and other is not None:
            funds.cancel_payment(other.pk, by=system_for(by), at=at, reason=reason)
    line.training_payment = line.allowance_payment = ""
    line.save(update_fields=["training_payment", "allowance_payment"])
    move(line, "drop", by=system_for(by), at=at, reason=reason)
    money.void(claim, line, by=system_for(by), at=at)
    return line


def _close(claim: Claim, *, by: Actor, at: datetime) -> None:
    """With nothing left to pay, a claim of which something was paid is paid."""
    if claim.status == "cleared" and not queries.claims_with_lines(
        [claim.pk], ("approved", "held", "cleared")
    ):
        move(claim, "pay", by=system_for(by), at=at, amount_fen=claim.amount_fen)
