"""Filling in the sheet on the spot, and publishing what came of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kaogong.kernel.actor import Actor
from kaogong.kernel.reference import InspectionItem
from kaogong.kernel.working_days import add_working_days
from kaogong.supervision import queries
from kaogong.supervision.models import Finding, Inspection, Photo
from kaogong.trail.operations import begin, move

from .photographs import NewPhoto, checked
from .refusals import (
    CountsMissing,
    FindingDaysWrong,
    FindingMissing,
    InspectionDayWrong,
    NotAssigned,
    SheetIncomplete,
    TooFewInspectors,
)


@dataclass(frozen=True, slots=True)
class NewFinding:
    """One thing found wrong, and how many working days there are to put it right."""

    content: str
    working_days: int
    item: str = ""


@transaction.atomic
def record_inspection(
    inspection_id: int,
    *,
    sheet: str,
    inspected_on: date,
    answers: Mapping[str, object],
    attended: Iterable[int],
    by: Actor,
    at: datetime,
    expected: int | None = None,
    present: int | None = None,
    notes: str = "",
    findings: Iterable[NewFinding] = (),
    photos: Iterable[NewPhoto] = (),
    reason: str = "",
) -> Inspection:
    """Keep the sheet as one of the inspectors sent filled it in; what was found wrong is to be put right.

    ``attended``: ids of those sent who were there, two at least. ``answers``: item → text, yes/no/na or points.
    """
    inspection = queries.inspection_for_update(inspection_id, by=by)
    if inspection.status == "assigned":
        attended = set(attended)
        _refuse_strangers(inspection, attended, by=by)
        assigned_on = timezone.localdate(inspection.assigned_at)
        if not assigned_on <= inspected_on <= timezone.localdate(at):
            raise InspectionDayWrong()
        items = queries.items_of(sheet, inspected_on)
        findings = list(findings)
        inspection.answers = _answers(items, answers, has_findings=bool(findings))
        if inspection.training_class_id and (expected is None or present is None):
            raise CountsMissing()
        inspection.sheet, inspection.inspected_on, inspection.recorded_at = sheet, inspected_on, at
        if expected is not None and present is not None:
            inspection.expected, inspection.present = expected, present
        inspection.notes = notes.strip()
        inspection.save()
        for sent in inspection.assignments.select_for_update():
            sent.attended = sent.inspector_id in attended
            sent.save(update_fields=["attended"])
        _keep_photos(inspection, list(photos))
    move(inspection, "record", by=by, at=at, reason=reason, sheet=sheet)
    for place, found in enumerate(findings, 1):
        _open(inspection, place, found, by=by, at=at)
    if inspection.findings.exists():
        move(inspection, "order", by=by, at=at, findings=inspection.findings.count())
    return inspection


@transaction.atomic
def publish_inspection(inspection_id: int, *, by: Actor, at: datetime, reason: str = "") -> Inspection:
    """Put the result before the public; by another person than who filled the sheet in."""
    inspection = queries.inspection_for_update(inspection_id, by=by)
    move(inspection, "publish", by=by, at=at, reason=reason)
    return inspection


def _refuse_strangers(inspection: Inspection, attended: set[int], *, by: Actor) -> None:
    own = queries.assigned_inspector(inspection.pk, by)
    if own is None:
        raise NotAssigned()
    sent = set(inspection.assignments.values_list("inspector_id", flat=True))
    if len(attended & sent) < 2 or attended - sent or own.pk not in attended:
        raise TooFewInspectors()


def _answers(items: list[InspectionItem], given: Mapping[str, object], *, has_findings: bool) -> dict:
    kept: dict[str, object] = {}
    for item in items:
        answer = given.get(item.key)
        if item.kind == "yes_no":
            if answer not in ("yes", "no", "na"):
                raise SheetIncomplete(item=item.label)
            if answer == "no" and not has_findings:
                raise FindingMissing(item=item.label)
        elif item.kind == "score60":
            if type(answer) is not int or not 0 <= answer <= 60:
                raise SheetIncomplete(item=item.label)
        else:
            answer = str(answer or "").strip()
            if not answer:
                raise SheetIncomplete(item=item.label)
        kept[item.key] = answer
    return kept


def _keep_photos(inspection: Inspection, photos: list[NewPhoto]) -> None:
    Photo.objects.bulk_create(
        Photo(
            inspection=inspection,
            filename=kept.filename,
            content_type=kept.content_type,
            content=kept.content,
            digest=kept.digest,
        )
        for kept in checked(photos)
    )


def _open(inspection: Inspection, place: int, found: NewFinding, *, by: Actor, at: datetime) -> Finding:
    if not found.content.strip() or not 1 <= found.working_days <= 90:
        raise FindingDaysWrong()
    finding = Finding.objects.create(
        inspection=inspection,
        institution_id=inspection.institution_id,
        region_code=inspection.region_code,
        sequence=place,
        item=found.item,
        content=found.content.strip(),
        working_days=found.working_days,
        due_on=add_working_days(timezone.localdate(at), found.working_days),
    )
    begin(finding, "opened", by=by, at=at, due_on=finding.due_on.isoformat())
    return finding
