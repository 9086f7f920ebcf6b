"""Reading what departments sent."""

import json
from pathlib import PurePath

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from kaogong import sheets
from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound

from ..models import DepartmentFile, DepartmentRecord
from .duplicates import told_twice
from .findings import ERROR, NOTE, RowFinding

_HEAVY = ("original", "problems")
_UNEXPLAINED = Q(totals_explained="") & (
    Q(stated_rows__isnull=False) & ~Q(stated_rows=F("rows_total"))
    | Q(stated_fen__isnull=False) & ~Q(stated_fen=F("counted_fen"))
)


def _reachable(rows: QuerySet, by: Actor) -> QuerySet:
    return in_reach(rows, by, organisation=None, department="department_code")


def department_files(by: Actor) -> QuerySet[DepartmentFile]:
    """Files in reach, latest first, without their contents."""
    return _reachable(DepartmentFile.objects.defer(*_HEAVY), by).order_by("-id")


def department_file(file_id: int, *, by: Actor) -> DepartmentFile:
    """One file in reach, without its contents, or NotFound."""
    return _found(department_files(by).select_related("replaces").defer(
        *_HEAVY, *(f"replaces__{name}" for name in _HEAVY)
    ).filter(pk=file_id).first())  # fmt: skip


def department_file_for_update(file_id: int, *, by: Actor) -> DepartmentFile:
    """The same with its contents, locked until the transaction ends."""
    rows = _reachable(DepartmentFile.objects.all(), by).select_for_update(of=("self",))
    return _found(rows.filter(pk=file_id).first())


def department_file_with_content(file_id: int, *, by: Actor) -> DepartmentFile:
    """The same, not locked."""
    return _found(_reachable(DepartmentFile.objects.all(), by).filter(pk=file_id).first())


def file_problems(file_id: int, *, by: Actor) -> list[RowFinding]:
    """What the check found, row by row: errors, warnings and notes."""
    stored = (
        _reachable(DepartmentFile.objects.filter(pk=file_id), by).values_list("problems", flat=True).first()
    )
    if stored is None:
        raise NotFound()
    return [RowFinding(**finding) for finding in json.loads(stored or "[]")]


def file_problem_sheet(file_id: int, *, by: Actor) -> tuple[str, bytes]:
    """The rows not fit to take as the same sheet with a 问题 column: (filename, bytes of an .xlsx)."""
    file = department_file_with_content(file_id, by=by)
    data = file.content
    table = sheets.read(data, file.filename, layout=sheets.DEPARTMENT_RECORDS, mapping=file.mapping or None)
    findings = [RowFinding(**finding) for finding in json.loads(file.problems or "[]")]
    refused = {finding.row_number for finding in findings if finding.severity == ERROR}
    said: dict[int, list[str]] = {}
    for finding in findings:
        if finding.row_number in refused and finding.severity != NOTE:
            said.setdefault(finding.row_number, []).append(finding.message)
    name = f"{PurePath(file.filename).stem}-问题行.xlsx"
    return name, sheets.write_problem_sheet(data, file.filename, table, said)


def records(by: Actor) -> QuerySet[DepartmentRecord]:
    """Records of accepted files in reach, latest first; ``is_duplicate``: told already, or nobody decided yet."""
    rows = DepartmentRecord.objects.filter(file__status="accepted").select_related("file", "person")
    rows = rows.defer(
        "id_number", *(f"file__{name}" for name in _HEAVY),
        *(f"person__{name}" for name in ("id_number", "phone", "bank_account")),
    )  # fmt: skip
    return _reachable(rows, by).annotate(is_duplicate=Exists(told_twice(OuterRef("pk")))).order_by("-id")


def files_to_accept(by: Actor) -> QuerySet[DepartmentFile]:
    """Checked files that wait for a second person: their totals are those of the rows, or explained."""
    return department_files(by).filter(status="checked").exclude(_UNEXPLAINED)


def files_to_explain(by: Actor) -> QuerySet[DepartmentFile]:
    """Checked files whose totals are not those of the rows: a word or a correction is awaited."""
    return department_files(by).filter(_UNEXPLAINED, status="checked")


def files_to_confirm(by: Actor) -> QuerySet[DepartmentFile]:
    """Files received whose columns a person has to confirm."""
    return department_files(by).filter(status="received")


def record_counts(by: Actor) -> dict[int, tuple[int, int]]:
    """File id → (records, of those told twice), of accepted files in reach."""
    rows = records(by).order_by().values("file_id")
    rows = rows.annotate(n=Count("pk"), twice=Count("pk", filter=Q(is_duplicate=True)))
    return {row["file_id"]: (row["n"], row["twice"]) for row in rows}


def _found(file: DepartmentFile | None) -> DepartmentFile:
    if file is None:
        raise NotFound()
    return file
