"""Awards in bulk: a body's sheet of people becomes one application for each good row."""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.certificates.models import Certificate
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.writing import tidy
from kaogong.people import operations as people
from kaogong.people import queries as registry
from kaogong.sheets.grant_layouts import AWARD_LIST
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import Grant, GrantList
from .applying import draft_grant, submit_grant
from .deciding import approve_grant, review_grant
from .judging import determine_fact

ROWS_AT_ONCE = 2000


class AwardColumnsMissing(Refused):
    """没有找到“{labels}”列，请用模板的标题。"""


class NotInBulk(Refused):
    """“{scheme}”不按人员名单申请。"""


class ListTakenAlready(Refused):
    """这份名单已经在{day}提交过。"""


class CertificateUnknown(Refused):
    """证书“{number}”在系统中查不到、已失效或不是本人的。"""


@dataclass(frozen=True, slots=True)
class Together:
    """What came of doing the same to several grants: those done, and why each other one was not."""

    done: list[Grant] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def import_award_list(
    scheme_code: str, data: bytes, filename: str, *, region_code: str, by: Actor, at: datetime
) -> GrantList:
    """Apply for every person of a sheet at once; each bad row is kept with its number and its problem.

    The sheet itself is kept as the proof. The same sheet twice is refused by name.
    """
    require_may(by, Permission.SUBMIT_GRANT, "导入奖补名单")
    institution = institutions.institution_for_update(by.organisation_id, by=by)
    terms = queries.terms_of(region_code, scheme_code, timezone.localdate(at))
    if not terms.names_person or terms.asks:
        raise NotInBulk(scheme=terms.scheme.label)
    digest = hashlib.sha256(data).hexdigest()
    same = GrantList.objects.filter(institution=institution, scheme_code=scheme_code, digest=digest).first()
    if same is not None:
        raise ListTakenAlready(day=timezone.localdate(same.received_at))
    table = sheets.read(data, filename, layout=AWARD_LIST, row_limit=ROWS_AT_ONCE)
    if table.missing:
        raise AwardColumnsMissing(labels="、".join(table.missing_labels))
    taken, refused = people_listed(table, region_code, by=by, at=at)
    kept = GrantList.objects.create(
        institution=institution, region_code=region_code, scheme_code=scheme_code,
        filename=tidy(filename)[:120], content=base64.b64encode(data).decode(), digest=digest,
        taken=len(taken), refused=refused, received_at=at,
    )  # fmt: skip
    for person_id in taken:
        grant = draft_grant(
            scheme_code, region_code=region_code, person_id=person_id, grant_list_id=kept.pk, by=by, at=at
        )
        submit_grant(grant.pk, by=by, at=at)
    record(
        "grant_list.imported", kept, by=by, at=at, subject_kind="grant_list", taken=len(taken),
        refused=len(refused),
    )  # fmt: skip
    return kept


def people_listed(
    table: sheets.Table, region_code: str, *, by: Actor, at: datetime
) -> tuple[dict[int, dict[str, Any]], list[dict[str, Any]]]:
    """Person id → the row of each good row, each person once; every other row with its problem and column."""
    taken: dict[int, dict[str, Any]] = {}
    refused = []
    for row in table.frame.to_dicts():
        nth = row["row_number"]
        problems = list(table.cell_problems.get(nth, []))
        for column in table.layout.columns:
            if column.required and not row.get(column.field) and not problems:
                problems.append(f"{column.label}没有填写")
        if not problems:
            try:
                with transaction.atomic():
                    person_id = _person_of(row, region_code, by=by, at=at)
                if person_id in taken:
                    problems.append(f"与第{taken[person_id]['row_number']}行是同一人")
                taken.setdefault(person_id, row)
            except Refused as refusal:
                problems.append(refusal.message)
        if problems:
            refused.append(not_taken(row, *problems))
    return taken, refused


def not_taken(row: dict[str, Any], *problems: str) -> dict[str, Any]:
    """A row that was left out, as it is kept with its list."""
    return {"row": row["row_number"], "name": row.get("name") or "", "problem": "；".join(problems)}


def _person_of(row: dict[str, Any], region_code: str, *, by: Actor, at: datetime) -> int:
    new = people.NewPerson(name=row["name"], id_number=row["id_number"], region_code=region_code)
    person_id = people.register_person(new, by=by, at=at).pk
    if number := row.get("certificate"):
        same = registry.same_person_ids([person_id])[person_id]
        rows = Certificate.objects.filter(number=number, person_id__in=same, status="issued")
        if not rows.exists():
            raise CertificateUnknown(number=number)
    return person_id


@transaction.atomic
def determine_list(
    list_id: int, *, source: str, by: Actor, at: datetime, approved_fen: int = 0, class_approved: bool = False
) -> list[Grant]:
    """Determine every submitted grant of a sheet at once: on the award list, and this much for each.

    Of a month's list whose class is not known here: whether that class was approved.
    """
    require_may(by, Permission.DETERMINE_FACT, "认定")
    kept = queries.grant_list(list_id, by=by)
    rows = queries.grants(by).filter(grant_list=kept, status="submitted").order_by("id")
    wanted: dict[str, Any] = {"on_award_list": True, "approved": True, "approved_fen": approved_fen}
    if kept.month is not None:
        wanted = {"class_approved": class_approved} if kept.training_class_id is None else {}
    done = []
    for grant in rows:
        asked = queries.terms_of(grant.region_code, grant.scheme_code, grant.event_on).determined
        asked = tuple(wanted) if kept.month is not None else asked
        for fact in asked:
            if fact in wanted:
                grant = determine_fact(grant.pk, fact=fact, value=wanted[fact], source=source, by=by, at=at)
        done.append(grant)
    return done


def review_grants(grant_ids: Iterable[int], *, by: Actor, at: datetime) -> Together:
    """Review several grants; one that may not be stops no other."""
    return _each(review_grant, grant_ids, by=by, at=at)


def approve_grants(grant_ids: Iterable[int], *, by: Actor, at: datetime) -> Together:
    """Approve several grants, each judged again; one that may not be stops no other."""
    return _each(approve_grant, grant_ids, by=by, at=at)


def _each(operation, grant_ids: Iterable[int], *, by: Actor, at: datetime) -> Together:
    told = Together()
    for pk in sorted(set(grant_ids)):
        number = queries.grant(pk, by=by).number
        try:
            with transaction.atomic():
                told.done.append(operation(pk, by=by, at=at))
        except Refused as refusal:
            told.refused[number] = refusal.message
    return told
