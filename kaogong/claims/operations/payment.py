"""From cleared lines to money in the bank, and back into the lifelong files."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.access.queries import in_reach
from kaogong.certificates.models import Certificate
from kaogong.funds import operations as funds
from kaogong.funds import queries as fund_queries
from kaogong.funds.models import PaymentBatch
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.money import yuan
from kaogong.people import operations as people
from kaogong.trail.operations import move, require_may

from .. import queries
from ..models import Claim, ClaimLine
from . import money
from .holding import require_not_held


class LinesNotDue(Refused):
    """批次{batch}中有{count}人不再应付：{lines}。请解散批次，停拨后重新组批。"""


@transaction.atomic
def release_payment_batch(batch_id: int, *, by: Actor, at: datetime, reason: str = "") -> PaymentBatch:
    """Release a checked batch to the bank; every line it pays and its certificate must still stand.

    A batch with a payment that something holds back is refused by name: dissolve it and prepare the others.
    """
    require_may(by, Permission.RELEASE_PAYMENT, "发放")
    batch = fund_queries.batch(batch_id, by)
    references = queries.first_references(batch.pk)
    # Certificates first, then claims, as revoking does: a revocation under way is waited for, one that comes
    # later finds the money with the bank.
    lines = queries.lines_of_payments(references).values_list("certificate_id", "claim_id")
    resting_on = {certificate_id for certificate_id, _ in lines} - {None}
    list(Certificate.objects.select_for_update(no_key=True).filter(pk__in=resting_on).order_by("pk"))
    queries.lock_claims(claim_id for _, claim_id in lines)
    wrong = [
        line.reference
        for line in queries.lines_of_payments(references)
        if line.status != "cleared" or (line.certificate is not None and line.certificate.status != "issued")
    ]
    if wrong:
        raise LinesNotDue(batch=batch.number, count=len(wrong), lines="、".join(wrong))
    require_not_held(queries.held_in_batch(batch.pk), "发放", by=by)
    return funds.release_batch(batch_id, by=by, at=at, reason=reason)


@transaction.atomic
def queue_claim_payments(claim_id: int, *, by: Actor, at: datetime, reason: str = "") -> Claim:
    """Queue what still waits in a cleared claim, once the missing bank accounts are there."""
    if by.role != "system":
        require_may(by, Permission.PREPARE_PAYMENT, "生成付款")
    claim = queries.claim_for_update(claim_id, by=by)
    money.queue(claim, by=by, at=at)
    return claim


@transaction.atomic
def mark_paid_claims(*, by: Actor, at: datetime) -> list[ClaimLine]:
    """Move every line whose payments have all arrived to paid, tell the lifelong files, and close claims.

    Run after each bank return; running it again changes nothing. Returns the lines newly paid.
    """
    waiting = in_reach(Claim.objects.filter(status="cleared"), by).order_by("pk").values_list("pk", flat=True)
    claims = queries.lock_claims(waiting)
    newly: list[ClaimLine] = []
    for claim in claims.values():
        if claim.status == "cleared":
            newly += _mark_paid(claim, by=by, at=at)
    people.append_many_to_file([_file_entry(line) for line in newly], by=by, at=at)
    return newly


def _mark_paid(claim: Claim, *, by: Actor, at: datetime) -> list[ClaimLine]:
    standing = queries.payments_of(claim)
    newly = []
    for line in queries.lines(claim.pk).filter(status="cleared"):
        payments = [standing.get(reference) for reference in queries.payments_due(line).values()]
        if not payments or any(payment is None or payment.status != "paid" for payment in payments):
            continue
        answered = [payment.answered_at for payment in payments if payment.answered_at]
        line.paid_on = timezone.localdate(max(answered, default=at))
        line.save(update_fields=["paid_on"])
        move(line, "pay", by=by, at=at)
        newly.append(line)
    if not queries.lines(claim.pk).filter(status__in=("approved", "held", "cleared")).exists():
        move(claim, "pay", by=by, at=at, amount_fen=claim.amount_fen)
    return newly


def _file_entry(line: ClaimLine) -> people.NewFileEntry:
    paid_for = "用工补贴（付给用人单位）" if line.month else "培训补贴"
    parts = [(paid_for, line.amount_fen), ("生活费补贴", line.allowance_fen)]
    return people.NewFileEntry(
        person_id=line.person_id,
        kind="subsidy",
        on=line.paid_on,
        title="、".join(f"{label}{yuan(fen)}" for label, fen in parts if fen),
        reference=line.reference,
        detail={
            "claim": line.claim.number,
            "scheme_code": line.claim.scheme_code,
            "occupation_code": line.occupation_code,
            "level": line.level,
            "amount_fen": line.amount_fen,
            "allowance_fen": line.allowance_fen,
        },
    )
