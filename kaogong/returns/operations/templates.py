"""Templates a clerk edits in Excel or Word: looked through as they come, kept as dated versions."""

from datetime import date, datetime
from hashlib import sha256

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import ReturnTemplate
from .refusals import TemplateRefused, TemplateStartsInThePast


@transaction.atomic
def upload_template(
    *, kind: str, filename: str, content: bytes, starts_on: date, by: Actor, at: datetime, reason: str = ""
) -> ReturnTemplate:
    """Keep a new version of a template from a day on; one with anything wrong is refused, every fault named."""
    require_may(by, Permission.KEEP_RETURN_TEMPLATES, "上传报表模板")
    if starts_on < timezone.localdate(at):
        raise TemplateStartsInThePast(starts_on=starts_on.isoformat())
    layout = "docx" if filename.lower().endswith(".docx") else "xlsx"
    found, problems = queries.looked_through(kind, layout, content, filename)
    before = queries.template_in_use(kind, layout, by.region_code, starts_on) if by.region_code else None
    if not problems and layout == "xlsx" and before is not None:
        problems = queries.typed_over(before.content, content)
    if problems:
        raise TemplateRefused(problems)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s))", [f"kaogong.returns.{by.region_code}.{kind}"]
        )
    same = ReturnTemplate.objects.filter(region_code=by.region_code, kind=kind, layout=layout)
    number = (same.aggregate(last=Max("number"))["last"] or 0) + 1
    kept = ReturnTemplate.objects.create(
        region_code=by.region_code, kind=kind, layout=layout, number=number, filename=filename[-120:],
        content=content, digest=sha256(content).hexdigest(),
        placeholders=[
            {"place": one.place, "text": one.placeholder.text, "kind": one.placeholder.kind,
             "what": one.placeholder.what}
            for one in found
        ],
        starts_on=starts_on, note=reason.strip()[:300], uploaded_at=at, uploaded_by=by.name,
    )  # fmt: skip
    record(
        "return_template.uploaded", kept, by=by, at=at, reason=reason, subject_kind="return_template",
        number=number, filename=kept.filename, starts_on=starts_on.isoformat(), digest=kept.digest,
    )  # fmt: skip
    return kept
