"""Taking a checked list into the figures, and out of them again."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext

from kaogong.kernel.actor import Actor, system_for
from kaogong.kernel.errors import Refused, WrongState
from kaogong.kernel.money import yuan
from kaogong.trail.operations import move, require_move

from .. import queries
from ..models import DepartmentFile, DepartmentRecord
from ..states import DEPARTMENT_FILE
from .duplicates import keep_duplicates_of
from .keeping import keep_rows
from .receiving import rows_of
from .sums_beside import refuse_beside_sums


class TotalsDiffer(Refused):
    """声明的合计与各行不符：{differences}。请部门更正后重新报送，或写明原因，再接纳。"""


class NothingToAccept(Refused):
    """这份文件没有一行合格，不能接纳。请下载问题行，改正后重新报送。"""


class CorrectedGone(Refused):
    """它更正的文件已经是“{state}”，不能再替换。请撤回后按新文件报送。"""


@transaction.atomic
def accept_department_file(file_id: int, *, by: Actor, at: datetime, reason: str = "") -> DepartmentFile:
    """Take the good rows of a checked file into the figures: people found or registered, duplicates listed.

    The rows are judged again as things stand now. Totals that differ from the rows and are not explained are
    refused. Whoever checked the file may not accept it. A file it corrects is replaced in the same step.
    """
    file = queries.department_file_for_update(file_id, by=by)
    require_move(file, DEPARTMENT_FILE.move("accept"), DEPARTMENT_FILE, by=by, reason=reason)
    one_at_a_time()
    if file.totals_differ and not file.totals_explained:
        raise TotalsDiffer(differences="；".join(differences(file)))
    check = rows_of(file, at=at)
    if not check.good:
        raise NothingToAccept()
    if file.replaces_id:
        _replace(file, by=by, at=at)
    refuse_beside_sums(file, check.good)
    unmatched = keep_rows(file, check.good, by=by, at=at)
    file.rows_problem = len(check.refused)
    file.rows_good = file.rows_total - file.rows_problem
    file.rows_unmatched = unmatched
    file.save(update_fields=["rows_problem", "rows_good", "rows_unmatched"])
    move(file, "accept", by=by, at=at, reason=reason, rows=len(check.good), unmatched=file.rows_unmatched)
    keep_duplicates_of(DepartmentRecord.objects.filter(file=file), at=at)
    return file


@transaction.atomic
def set_aside_department_file(file_id: int, *, by: Actor, at: datetime, reason: str) -> DepartmentFile:
    """Take an accepted file out of the figures; its records stay to be seen."""
    file = queries.department_file_for_update(file_id, by=by)
    require_move(file, DEPARTMENT_FILE.move("set_aside"), DEPARTMENT_FILE, by=by, reason=reason)
    one_at_a_time()
    move(file, "set_aside", by=by, at=at, reason=reason)
    _touch(file, at=at)
    return file


def differences(file: DepartmentFile) -> list[str]:
    """In what the stated totals differ from the rows, one sentence each."""
    said, found = [], file.contradictions
    if "rows" in found:
        told = gettext("声明 {stated} 人次，表中 {rows} 行")
        said.append(told.format(stated=found["rows"].facts["total"], rows=found["rows"].facts["sum"]))
    if "fen" in found:
        told = gettext("声明补贴 {stated}，各行合计 {rows}")
        said.append(
            told.format(stated=yuan(found["fen"].facts["total"]), rows=yuan(found["fen"].facts["sum"]))
        )
    return said


def one_at_a_time() -> None:
    """Two files accepted at once would miss what both tell: one goes after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('kaogong.departments.accept'))")


def _replace(file: DepartmentFile, *, by: Actor, at: datetime) -> None:
    corrected = DepartmentFile.objects.select_for_update().get(pk=file.replaces_id)
    if corrected.status == "withdrawn":
        return
    if corrected.status != "accepted":
        raise CorrectedGone(state=corrected.get_status_display())
    system = system_for(by)
    try:
        move(corrected, "replace", by=system, at=at, by_file=file.pk)
    except WrongState:
        raise CorrectedGone(state=corrected.get_status_display()) from None
    _touch(corrected, at=at)


def _touch(file: DepartmentFile, *, at: datetime) -> None:
    """Figures look for what changed: these records, and those told twice with them."""
    DepartmentRecord.objects.filter(file=file).update(changed_at=at)
    DepartmentRecord.objects.filter(duplicates__other__file=file).update(changed_at=at)
