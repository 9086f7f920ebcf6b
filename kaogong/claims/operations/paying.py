"""Invoices and proofs of payment of fees somebody paid first (先垫后补)."""

import base64
import hashlib
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing, Refused
from kaogong.kernel.writing import compact
from kaogong.trail.operations import record, require_may
from kaogong.training import queries as training
from kaogong.training.models import Enrolment
from kaogong.training.operations.evidence import LARGEST_MB, readable_format

from .. import queries
from ..models import FeeDocument


class FeeDocumentUnclear(Refused):
    """请选择票据种类，填写号码和大于零的票面金额。"""

    form_field = "number"


class FeeDocumentDayToCome(Refused):
    """开具日期{issued_on}还没有到。"""

    form_field = "issued_on"


class FeeDocumentUnreadable(Refused):
    """文件“{filename}”不是PDF、JPEG或PNG，或超过{limit}MB。请转换或压缩后再上传。"""

    form_field = "file"


class InvoiceUsedAlready(Refused):
    """发票{number}已经用于班级{class_number}，同一张发票不能再次报销。"""

    form_field = "number"


class FeeDocumentWithdrawnAlready(Refused):
    """“{document}”已经作废。"""


class FeeDocumentsMissing(Refused):
    """先垫后补须有票据，还缺{count}人的：{missing}。请补齐后再提交。"""


@transaction.atomic
def add_fee_document(
    class_id: int,
    *,
    kind: str,
    number: str,
    issued_on: date,
    amount_fen: int,
    data: bytes,
    filename: str,
    by: Actor,
    at: datetime,
    enrolment_id: int | None = None,
) -> FeeDocument:
    """Keep one invoice or proof of payment, of one learner or the whole class; an invoice number stands once."""
    require_may(by, Permission.RECORD_FEE, "登记培训费")
    training_class = training.training_class_for_update(class_id, by=by)
    number = compact(number).upper()
    if kind not in queries.FEE_DOCUMENT_KINDS or not number or len(number) > 40 or amount_fen <= 0:
        raise FeeDocumentUnclear()
    if issued_on > timezone.localtime(at).date():
        raise FeeDocumentDayToCome(issued_on=issued_on)
    filename = filename.replace("\\", "/").split("/")[-1].strip()[-200:] or "票据"
    found = readable_format(data)
    if found not in ("pdf", "jpeg", "png"):
        raise FeeDocumentUnreadable(filename=filename[:60], limit=LARGEST_MB)
    if enrolment_id is not None and not _is_enrolled(training_class.pk, enrolment_id):
        raise NotFound()
    _require_unused(kind, number)
    document = FeeDocument.objects.create(
        training_class=training_class,
        enrolment_id=enrolment_id,
        institution_id=training_class.institution_id,
        region_code=training_class.region_code,
        kind=kind,
        number=number,
        issued_on=issued_on,
        amount_fen=amount_fen,
        filename=filename,
        format=found,
        size=len(data),
        digest=hashlib.sha256(data).hexdigest(),
        content=base64.b64encode(data).decode(),
        added_at=at,
        added_by=by.name,
    )
    record(
        "class.fee_document_added", training_class, by=by, at=at, kind=kind, number=number,
        amount_fen=amount_fen, enrolment=enrolment_id, digest=document.digest[:16],
    )  # fmt: skip
    return document


@transaction.atomic
def withdraw_fee_document(document_id: int, *, by: Actor, at: datetime, reason: str) -> FeeDocument:
    """Take a wrong document back with the reason; it stays on file, and its number is free again."""
    require_may(by, Permission.RECORD_FEE, "作废票据")
    if not reason.strip():
        raise ReasonMissing(label="作废票据")
    document = queries.fee_document(document_id, by=by)
    training.training_class_for_update(document.training_class_id, by=by)
    document.refresh_from_db(fields=["withdrawn_at"])
    if document.withdrawn_at is not None:
        raise FeeDocumentWithdrawnAlready(document=str(document))
    document.withdrawn_at, document.withdrawn_reason = at, reason.strip()[:200]
    document.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    record(
        "class.fee_document_withdrawn", document.training_class, by=by, at=at, reason=reason,
        kind=document.kind, number=document.number,
    )  # fmt: skip
    return document


def read_fee_document(document_id: int, *, by: Actor, at: datetime) -> FeeDocument:
    """One document in reach with its content; who of another body looked at it is kept in the trail."""
    document = queries.fee_document(document_id, by=by)
    if by.organisation_id != document.institution_id:
        record(
            "class.fee_document_looked", document.training_class, by=by, at=at, kind=document.kind,
            number=document.number,
        )  # fmt: skip
    return document


def require_fee_documents(training_class, payee: str, enrolments, on: date) -> None:
    """Refuse by name whose fee was paid first without the documents the region asks of that payer."""
    missing = queries.fee_documents_missing(training_class, payee, enrolments, on)
    if not missing:
        return
    told = [
        f"{row.person.name}（{'、'.join(str(queries.FEE_DOCUMENT_KINDS[kind]) for kind in kinds)}）"
        for row, kinds in missing.items()
    ]
    raise FeeDocumentsMissing(count=len(told), missing="；".join(told[:10]))


def _is_enrolled(class_id: int, enrolment_id: int) -> bool:
    return Enrolment.objects.filter(pk=enrolment_id, training_class_id=class_id).exists()


def _require_unused(kind: str, number: str) -> None:
    if kind != "invoice":
        return
    used = FeeDocument.objects.filter(kind=kind, number=number, withdrawn_at__isnull=True)
    standing = used.select_related("training_class").defer("content").first()
    if standing is not None:
        raise InvoiceUsedAlready(number=number, class_number=standing.training_class.number)
