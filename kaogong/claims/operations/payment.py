"""From cleared lines to money in the bank."""

from datetime import datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.certificates.models import Certificate
from kaogong.funds import operations as funds
from kaogong.funds import queries as fund_queries
from kaogong.funds.models import Payment, PaymentBatch
from kaogong.funds.operations.batches import Progress
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.trail.operations import require_may

from .. import queries
from ..models import Claim
from . import money
from .accounts import require_not_changing
from .holding import require_not_held


class LinesNotDue(Refused):
    """批次{batch}中有{count}人不再应付：{lines}。请解散批次，停拨后重新组批。"""


@transaction.atomic
def release_payment_batch(
    batch_id: int, *, by: Actor, at: datetime, reason: str = "", progress: Progress | None = None
) -> PaymentBatch:
    """Release a checked batch to the bank; every line it pays and its certificate must still stand.

    A batch with a payment that something holds back, or whose payee changes the account, is refused by name:
    dissolve it and prepare the others.
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
    # Whoever asks for another account locks the claims, then the batches: of the two the later sees the earlier.
    fund_queries.batch_for_update(batch_id, by)
    require_not_held(queries.held_in_batch(batch.pk), "发放", by=by)
    require_not_changing(Payment.objects.filter(batch_id=batch_id), "发放")
    return funds.release_batch(batch_id, by=by, at=at, reason=reason, progress=progress)


@transaction.atomic
def queue_claim_payments(claim_id: int, *, by: Actor, at: datetime, reason: str = "") -> Claim:
    """Queue what still waits in a cleared claim, once the missing bank accounts are there."""
    if by.role != "system":
        require_may(by, Permission.PREPARE_PAYMENT, "生成付款")
    claim = queries.claim_for_update(claim_id, by=by)
    money.queue(claim, by=by, at=at)
    return claim
