"""Reading rosters and enrolments."""

import json
from pathlib import PurePath

from django.db.models import QuerySet

from kaogong import sheets
from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.people import queries as people
from kaogong.training.models import Enrolment, RosterUpload
from kaogong.training.queries.findings import RosterFinding

_HEAVY = ("original", "rows", "problems")


def enrolments(class_id: int, *, withdrawn: bool = False) -> QuerySet[Enrolment]:
    """The learners of a class in roster order; those who left only when asked for."""
    rows = Enrolment.objects.filter(training_class_id=class_id).select_related("person").order_by("sequence")
    return rows if withdrawn else rows.filter(status="enrolled")


def enrolment_for_update(enrolment_id: int, *, by: Actor) -> Enrolment:
    """One enrolment in reach, locked until the transaction ends."""
    reachable = in_reach(
        Enrolment.objects.select_related("training_class", "person"),
        by,
        region="training_class__region_code",
        organisation="training_class__institution_id",
    )
    found = reachable.select_for_update(of=("self",)).filter(pk=enrolment_id).first()
    if found is None:
        raise NotFound()
    return found


def enrolments_of(person_id: int) -> QuerySet[Enrolment]:
    """Every class one person was ever enrolled in, latest first; of one merged with another, those of both."""
    same = people.same_person_ids([person_id])[person_id]
    rows = Enrolment.objects.filter(person_id__in=same).select_related("training_class__institution")
    return rows.order_by("-training_class__starts_on", "-id")


def roster_uploads(class_id: int) -> QuerySet[RosterUpload]:
    """The rosters sent for a class, latest first, without their contents."""
    return RosterUpload.objects.filter(training_class_id=class_id).defer(*_HEAVY).order_by("-id")


def roster_upload(upload_id: int, *, by: Actor) -> RosterUpload:
    """One upload in reach, without its contents, or NotFound."""
    return _reachable(by).defer(*_HEAVY).filter(pk=upload_id).first() or _nothing()


def roster_upload_for_update(upload_id: int, *, by: Actor) -> RosterUpload:
    """The same with its contents, locked until the transaction ends."""
    return _reachable(by).select_for_update(of=("self",)).filter(pk=upload_id).first() or _nothing()


def roster_upload_with_content(upload_id: int, *, by: Actor) -> RosterUpload:
    """The same with its rows as read, not locked."""
    return _reachable(by).defer("original", "problems").filter(pk=upload_id).first() or _nothing()


def roster_problems(upload_id: int, *, by: Actor) -> list[RosterFinding]:
    """What the check found, row by row: errors, warnings and notes."""
    stored = _reachable(by).filter(pk=upload_id).values_list("problems", flat=True).first()
    if stored is None:
        raise NotFound()
    return [RosterFinding(**finding) for finding in json.loads(stored or "[]")]


def problem_sheet(upload_id: int, *, by: Actor) -> tuple[str, bytes]:
    """The rows not taken as the same sheet with a 问题 column: (filename, bytes of an .xlsx)."""
    upload = _reachable(by).filter(pk=upload_id).first() or _nothing()
    data = upload.content
    table = sheets.read(data, upload.filename, layout=sheets.ROSTER, mapping=upload.mapping or None)
    sentences: dict[int, list[str]] = {}
    findings = [RosterFinding(**finding) for finding in json.loads(upload.problems or "[]")]
    refused = {finding.row_number for finding in findings if finding.severity == "error"}
    for finding in findings:
        if finding.row_number in refused and finding.severity != "note":
            sentences.setdefault(finding.row_number, []).append(finding.message)
    name = f"{PurePath(upload.filename).stem}-问题行.xlsx"
    return name, sheets.write_problem_sheet(data, upload.filename, table, sentences)


def _reachable(by: Actor) -> QuerySet[RosterUpload]:
    return in_reach(RosterUpload.objects.select_related("training_class"), by)


def _nothing() -> RosterUpload:
    raise NotFound()
