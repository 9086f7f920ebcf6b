"""The bank's file of a batch: written in the layout the batch was made for, kept by its digest."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localtime

from kaogong.access.permissions import Permission
from kaogong.gateways.bank import Edition, PaymentLine, payment_file
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused, WrongState
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import PaymentBatch

SENT = ("released", "settled")


class FileDiffers(Refused):
    """批次{number}的银行文件与发放时留存的摘要不同，付款资料可能被改动；请先核对，不要送银行。"""


@transaction.atomic
def bank_file(batch_id: int, *, by: Actor, at: datetime, layout_code: str = "") -> tuple[str, bytes]:
    """A released batch as the bank takes it: (file name, bytes). That it was taken is recorded.

    In its own layout the file is the one of the release, to the byte, or FileDiffers; ``layout_code`` asks for
    a copy in another layout.
    """
    require_may(by, Permission.RELEASE_PAYMENT, "导出银行文件")
    batch = queries.batch(batch_id, by=by)
    if batch.status not in SENT:
        raise WrongState(state=batch.lifecycle.label(batch.status), label="导出银行文件")
    own = queries.layout_of(batch)
    edition = own
    if layout_code and layout_code != own.code:
        edition = queries.layout_for(batch.terms, localtime(at).date(), layout_code)
    data = written(batch, edition)
    if edition is own and batch.file_digest and digest_of(data) != batch.file_digest:
        raise FileDiffers(number=batch.number)
    record(
        "batch.file_taken",
        batch,
        by=by,
        at=at,
        lines=batch.count,
        layout=edition.code,
        digest=digest_of(data),
    )
    copy = "" if edition is own else f"-{edition.code}"
    return f"{batch.number}{copy}.{edition.extension}", data


def written(batch: PaymentBatch, edition: Edition | None = None) -> bytes:
    """The batch in its layout, or another; the same bytes each time. Refuses by name what does not fit."""
    rows = batch.payments.order_by("id").values_list(
        "reference", "bank_account_holder", "bank_account", "bank_name", "amount_fen", "purpose"
    )
    lines = [PaymentLine(batch.number, *row) for row in rows.iterator(chunk_size=5_000)]
    day = localtime(batch.released_at or batch.prepared_at).date()
    head = queries.head_of(batch, batch.terms)
    return payment_file(edition or queries.layout_of(batch), head, lines, on=day)


def digest_of(data: bytes) -> str:
    """What a file is told from another by."""
    return hashlib.sha256(data).hexdigest()
