"""Documents of a class: taken as they are, told by their content, never changed or removed."""

import base64
import hashlib
import io
import zipfile
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.file_kinds import JPEG, PDF, PNG, ZIP, kind_of
from kaogong.trail.operations import record, require_may
from kaogong.training import queries
from kaogong.training.models import EvidenceDocument
from kaogong.training.queries.filing_forms import form_of

LARGEST_MB = 20  # where no data says otherwise
_NAMES = {PDF: "pdf", JPEG: "jpeg", PNG: "png"}


class EvidenceKindUnknown(Refused):
    """这个项目的申报材料里没有“{kind}”。"""


class EvidenceUnreadable(Refused):
    """文件“{filename}”不是PDF、JPEG、PNG或Excel（.xlsx），请转换后再上传。"""


class EvidenceTooLarge(Refused):
    """文件“{filename}”有{size}MB，超过{limit}MB。请压缩或分开上传。"""


class EvidenceTwice(Refused):
    """这份文件已经上传过（{filename}）。"""


class EvidenceMissing(Refused):
    """请选择要上传的文件。"""


class EvidenceReplaced(Refused):
    """“{filename}”已经被更新的文件替换。"""


class EvidenceOfCancelledClass(Refused):
    """班级{number}已取消，不再收材料。"""


@transaction.atomic
def add_evidence(
    class_id: int,
    kind_code: str,
    data: bytes,
    filename: str,
    *,
    by: Actor,
    at: datetime,
    replaces_id: int | None = None,
) -> EvidenceDocument:
    """Keep one document of a class; its kind is one the class's form asks for, its format told by its content.

    ``replaces_id`` names the earlier version of the same kind that it stands for from now on.
    """
    require_may(by, Permission.ADD_EVIDENCE, "上传申报材料")
    training_class = queries.training_class_for_update(class_id, by=by)
    if training_class.status == "cancelled":
        raise EvidenceOfCancelledClass(number=training_class.number)
    form = form_of(training_class, timezone.localdate(at))
    if form.document(kind_code) is None:
        raise EvidenceKindUnknown(kind=kind_code[:40])
    filename = filename.replace("\\", "/").split("/")[-1].strip()[-200:] or "材料"
    limit = form.limit("largest_evidence_mb")
    most = int(limit.value) if limit else LARGEST_MB
    if len(data) > most * 2**20:
        raise EvidenceTooLarge(filename=filename[:60], size=f"{len(data) / 2**20:.0f}", limit=most)
    found = format_of(data)
    if found is None:
        raise EvidenceUnreadable(filename=filename[:60])
    digest = hashlib.sha256(data).hexdigest()
    twice = EvidenceDocument.objects.filter(
        training_class=training_class, kind_code=kind_code, digest=digest
    ).first()
    if twice is not None:
        raise EvidenceTwice(filename=twice.filename)
    document = EvidenceDocument.objects.create(
        training_class=training_class,
        institution_id=training_class.institution_id,
        region_code=training_class.region_code,
        kind_code=kind_code,
        filename=filename,
        format=found,
        size=len(data),
        digest=digest,
        content=base64.b64encode(data).decode(),
        replaces=_replaced(training_class.pk, kind_code, replaces_id),
        added_at=at,
        added_by=by.name,
    )
    record("class.evidenced", training_class, by=by, at=at, kind=kind_code, digest=digest[:16])
    return document


def read_evidence(document_id: int, *, by: Actor, at: datetime) -> EvidenceDocument:
    """One document in reach with its content; who of another body looked at it is kept in the trail."""
    document = queries.evidence_document(document_id, by=by)
    if by.organisation_id != document.institution_id:
        record(
            "class.evidence_looked", document.training_class, by=by, at=at, kind=document.kind_code,
            digest=document.digest[:16],
        )  # fmt: skip
    return document


def readable_format(data: bytes) -> str | None:
    """The format of a file that is neither empty nor too large; None for any other."""
    return format_of(data) if 0 < len(data) <= LARGEST_MB * 2**20 else None


def format_of(data: bytes) -> str | None:
    """pdf, jpeg, png or xlsx by what the bytes are, whatever the file is called; None when none of them."""
    kind = kind_of(data, (*_NAMES, ZIP))
    if kind in _NAMES:
        return _NAMES[kind]
    if kind is ZIP:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as parts:
                names = set(parts.namelist())
        except (zipfile.BadZipFile, ValueError, OSError):
            return None
        if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
            return "xlsx"
    return None


def _replaced(class_id: int, kind_code: str, replaces_id: int | None) -> EvidenceDocument | None:
    if replaces_id is None:
        return None
    rows = EvidenceDocument.objects.defer("content").filter(training_class_id=class_id, kind_code=kind_code)
    earlier = rows.filter(pk=replaces_id).first()
    if earlier is None:
        raise NotFound()
    if EvidenceDocument.objects.filter(replaces=earlier).exists():
        raise EvidenceReplaced(filename=earlier.filename)
    return earlier
