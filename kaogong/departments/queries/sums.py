"""Sheets of sums without people: what they say, what stands beside figures, what they would tell twice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.period import Period
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.writing import compact

from ..models import DepartmentRecord, DepartmentSum, SumSheet
from .findings import SumFinding

# Figures of person-times that sums of other departments may stand beside; never added to them.
COMPLEMENTED = ("training.person_times", "training.other_departments")
NARROWED_BY = {"programme": "programme_code", "department": "sheet__department_code"}


def sum_sheets(by: Actor) -> QuerySet[SumSheet]:
    """Sheets in reach, latest first, without their files."""
    rows = SumSheet.objects.defer("original").order_by("-id")
    return in_reach(rows, by, organisation=None, department="department_code")


def sum_sheet(sheet_id: int, *, by: Actor) -> SumSheet:
    """One in reach, or NotFound."""
    found = sum_sheets(by).filter(pk=sheet_id).first()
    if found is None:
        raise NotFound()
    return found


def sum_sheet_for_update(sheet_id: int, *, by: Actor) -> SumSheet:
    """The same, locked until the transaction ends."""
    found = sum_sheet(sheet_id, by=by)
    return SumSheet.objects.select_for_update(of=("self",)).defer("original").get(pk=found.pk)


def sum_sheets_to_accept(by: Actor) -> QuerySet[SumSheet]:
    """Sound sheets that wait for a second person."""
    return sum_sheets(by).filter(status="checked", rows_problem=0)


def sum_findings(sheet: SumSheet) -> list[SumFinding]:
    """What its check found, row by row."""
    return [SumFinding(**finding) for finding in sheet.problems]


def sums_beside(
    code: str,
    *,
    by: Actor,
    region_code: str,
    period: Period,
    where: Mapping[str, str] | None = None,
    known_at: datetime | None = None,
) -> list[DepartmentSum]:
    """What departments state of a figure's region and period without people, row by row; never part of the figure.

    Only sheets whose whole period lies in this one, and only where every condition is one a sum knows.
    ``known_at``: as accepted sheets stood then, for figures of a frozen snapshot.
    """
    if code not in COMPLEMENTED or not set(where or {}) <= set(NARROWED_BY):
        return []
    rows = in_reach(DepartmentSum.objects.all(), by, organisation=None, department="sheet__department_code")
    rows = rows.filter(
        region_code__startswith=RegionCode(region_code).prefix, sheet__from_on__gte=period.start
    )
    if period.last is not None:
        rows = rows.filter(sheet__to_on__lte=period.last)
    for name, value in (where or {}).items():
        rows = rows.filter(**{NARROWED_BY[name]: value})
    if known_at is None:
        rows = rows.filter(sheet__status="accepted")
    else:
        stood = Q(sheet__counted_until__isnull=True) | Q(sheet__counted_until__gt=known_at)
        rows = rows.filter(stood, sheet__counted_from__lte=known_at)
    rows = rows.select_related("sheet").defer("sheet__original", "sheet__problems")
    return list(rows.order_by("sheet__department_code", "sheet_id", "row_number"))


@dataclass(frozen=True, slots=True)
class Stated:
    """What one row states sums of: programme by its code, else by its own words."""

    programme: str
    region_code: str
    from_on: date
    to_on: date
    filename: str
    programme_name: str

    def tells(self, programme: str, region_code: str, from_on: date, to_on: date) -> bool:
        """Whether these are sums of the same programme, at common days, of the one district or of one around it."""
        has_common_days = self.from_on <= to_on and from_on <= self.to_on
        return (
            self.programme == programme
            and has_common_days
            and RegionCode(self.region_code).meets(region_code)
        )


def programme_key(code: str, name: str) -> str:
    """One programme as sums and records are compared by: its code, else its name as written."""
    return code or f"={compact(name)}"


def sums_counted(department_code: str, *, except_ids: Iterable[int] = ()) -> list[Stated]:
    """What accepted sheets of one department state."""
    rows = DepartmentSum.objects.filter(sheet__status="accepted", sheet__department_code=department_code)
    rows = rows.exclude(sheet_id__in=list(except_ids)).select_related("sheet").defer("sheet__original")
    return [
        Stated(
            programme_key(row.programme_code, row.programme_name), row.region_code, row.sheet.from_on,
            row.sheet.to_on, row.sheet.filename, row.programme_name,
        )
        for row in rows.order_by("id")
    ]  # fmt: skip


def records_counted(department_code: str, from_on: date, to_on: date) -> list[tuple[str, str, str]]:
    """(programme, region, file) of the accepted people of one department whose training ended in these days."""
    rows = DepartmentRecord.objects.filter(
        department_code=department_code, file__status="accepted", ends_on__gte=from_on, ends_on__lte=to_on
    )
    told = rows.order_by().values_list("programme_code", "programme_name", "region_code", "file__filename")
    return sorted({(programme_key(code, name), region, file) for code, name, region, file in told.distinct()})
