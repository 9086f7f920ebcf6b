"""Receiving a department's list, checking it, and saying why its totals are not those of its rows."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, Refused, WrongState
from kaogong.kernel.period import Period
from kaogong.kernel.region_code import RegionCode
from kaogong.trail.operations import begin, move, record, require_may

from .. import queries
from ..models import DepartmentFile
from .checking import Check, judge, stated_totals

ROWS_AT_MOST = 100_000  # so many cost some 700 MiB and, accepted, 20 s of one core


class SenderUnknown(Refused):
    """没有“{department}”这个报送部门。"""


class DepartmentColumnsMissing(Refused):
    """表里没有找到“{columns}”列，请指定是哪一列，或补上后重新报送。"""


class CorrectsAnother(Refused):
    """更正的文件须与原文件同一部门、同一区域、同一期间。"""


class ExplanationNotNeeded(Refused):
    """这份文件的合计与各行相符，不需要说明。"""


@transaction.atomic
def send_department_file(
    data: bytes,
    filename: str,
    *,
    department_code: str,
    region_code: str,
    from_on: date,
    to_on: date,
    by: Actor,
    at: datetime,
    stated_rows: int | None = None,
    stated_fen: int | None = None,
    replaces_id: int | None = None,
    mapping: Mapping[str, str] | None = None,
    reason: str = "",
) -> DepartmentFile:
    """Keep a department's list as it came and check it; the same file of the same period again is the first.

    Totals typed beside it go before those of its own 合计 row. A list whose columns are unsure stays received.
    ``replaces_id``: the file it corrects; one not accepted yet is withdrawn at once, an accepted one counts
    until this one is accepted.
    """
    require_may_send(by, department_code, region_code)
    Period.from_days(from_on, to_on)
    corrected = _corrected(replaces_id, (department_code, region_code, from_on, to_on), by=by)
    digest = hashlib.sha256(data).hexdigest()
    same = DepartmentFile.objects.filter(
        department_code=department_code, region_code=region_code, from_on=from_on, to_on=to_on, digest=digest
    )
    earlier = same.exclude(status="withdrawn").first()
    if earlier is not None:
        return earlier
    table = sheets.read(
        data, filename, layout=sheets.DEPARTMENT_RECORDS, mapping=mapping or None, row_limit=ROWS_AT_MOST
    )
    told = stated_totals(table)
    file = DepartmentFile(
        department_code=department_code,
        region_code=region_code,
        from_on=from_on,
        to_on=to_on,
        replaces=corrected,
        filename=filename[-200:],
        digest=digest,
        mapping=dict(mapping or {}),
        original=base64.b64encode(data).decode(),
        stated_rows=stated_rows if stated_rows is not None else told.rows,
        stated_fen=stated_fen if stated_fen is not None else told.fen,
        sent_at=at,
        sent_by=by.name,
        **_as_read(table),
    )
    file.due_on = queries.due_on(file)
    try:
        with transaction.atomic():
            file.save()
    except IntegrityError:  # sent twice at the same moment
        return same.exclude(status="withdrawn").get()
    begin(file, "received", by=by, at=at, reason=reason, rows=file.rows_total, digest=digest)
    if corrected is not None and corrected.status in ("received", "checked"):
        move(corrected, "withdraw", by=by, at=at, reason=f"由更正文件“{file.filename}”代替", by_file=file.pk)
    if not file.unsure or mapping:
        _keep_check(file, table, by=by, at=at)
    return file


@transaction.atomic
def check_department_file(
    file_id: int, *, by: Actor, at: datetime, mapping: Mapping[str, str] | None = None, reason: str = ""
) -> DepartmentFile:
    """Check a file not yet accepted (again), with the columns a person says; whoever checks may not accept."""
    require_may(by, Permission.SEND_DEPARTMENT_FILE, "核验部门数据")
    file = queries.department_file_for_update(file_id, by=by)
    if file.status not in ("received", "checked"):
        raise WrongState(state=file.get_status_display(), label="核验部门数据")
    if mapping is not None:
        file.mapping = dict(mapping)
    table = sheets.read(
        file.content, file.filename, layout=sheets.DEPARTMENT_RECORDS, mapping=file.mapping or None
    )
    for name, value in _as_read(table).items():
        setattr(file, name, value)
    _keep_check(file, table, by=by, at=at, reason=reason)
    return file


@transaction.atomic
def explain_totals(file_id: int, *, by: Actor, at: datetime, reason: str) -> DepartmentFile:
    """Say in writing why the totals a file states are not those of its rows; without it nobody can accept."""
    require_may(by, Permission.SEND_DEPARTMENT_FILE, "说明合计不符")
    file = queries.department_file_for_update(file_id, by=by)
    if file.status != "checked":
        raise WrongState(state=file.get_status_display(), label="说明合计不符")
    if not reason.strip():
        raise ReasonMissing(label="说明合计不符")
    if not file.totals_differ:
        raise ExplanationNotNeeded()
    file.totals_explained = reason.strip()[:500]
    file.save(update_fields=["totals_explained"])
    record("department_file.totals_explained", file, by=by, at=at, reason=reason)
    return file


@transaction.atomic
def withdraw_department_file(file_id: int, *, by: Actor, at: datetime, reason: str) -> DepartmentFile:
    """Take back a file nobody has accepted."""
    require_may(by, Permission.SEND_DEPARTMENT_FILE, "撤回部门数据")
    file = queries.department_file_for_update(file_id, by=by)
    move(file, "withdraw", by=by, at=at, reason=reason)
    return file


def rows_of(file: DepartmentFile, *, at: datetime) -> Check:
    """The rows of a file judged as things stand now."""
    table = sheets.read(
        file.content, file.filename, layout=sheets.DEPARTMENT_RECORDS, mapping=file.mapping or None
    )
    return judge(table, file, at=at)


def require_may_send(by: Actor, department_code: str, region_code: str) -> None:
    """Refuse whoever may not send for that department and region."""
    require_may(by, Permission.SEND_DEPARTMENT_FILE, "报送部门数据")
    if not (by.region_code and RegionCode(by.region_code).covers(region_code)):
        raise NotFound()
    if by.department_code and by.department_code != department_code:
        raise NotPermitted(label="代其他部门报送")
    if department_code not in queries.senders():
        raise SenderUnknown(department=department_code)


def _corrected(replaces_id: int | None, about: tuple, *, by: Actor) -> DepartmentFile | None:
    if replaces_id is None:
        return None
    file = queries.department_file_for_update(replaces_id, by=by)
    if (file.department_code, file.region_code, file.from_on, file.to_on) != about:
        raise CorrectsAnother()
    if file.status not in ("received", "checked", "accepted"):
        raise WrongState(state=file.get_status_display(), label="更正部门数据")
    return file


def _as_read(table: sheets.Table) -> dict[str, object]:
    columns = [
        {
            "heading": match.heading,
            "letter": match.column_letter,
            "field": match.field,
            "certainty": match.certainty,
        }
        for match in table.columns
    ]
    return {"columns": columns, "unsure": table.unsure, "rows_total": table.frame.height}


def _keep_check(
    file: DepartmentFile, table: sheets.Table, *, by: Actor, at: datetime, reason: str = ""
) -> None:
    if table.missing:
        raise DepartmentColumnsMissing(columns="、".join(table.missing_labels))
    check = judge(table, file, at=at)
    file.rows_total = len(check.rows)
    file.rows_problem = len(check.refused)
    file.rows_good = file.rows_total - file.rows_problem
    file.rows_unmatched = sum(1 for row in check.good if not row.id_number)
    file.counted_fen = max(check.subsidy_fen, 0)
    findings = [
        {"row_number": finding.row_number, "code": finding.code, "facts": finding.facts}
        for finding in check.findings
    ]
    file.problems = json.dumps(findings, ensure_ascii=False, separators=(",", ":"))
    file.save()
    move(
        file, "check", by=by, at=at, reason=reason,
        good=file.rows_good, problem=file.rows_problem, differs=file.totals_differ,
    )  # fmt: skip
