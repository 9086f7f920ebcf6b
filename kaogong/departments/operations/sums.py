"""Sums without people: a sheet taken as it came, checked row by row, accepted by a second person, corrected."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from kaogong import sheets
from kaogong.catalog import queries as catalog
from kaogong.indicators import impossible
from kaogong.kernel.actor import Actor, system_for
from kaogong.kernel.errors import Refused, WrongState
from kaogong.kernel.period import Period
from kaogong.kernel.writing import compact, whole_number
from kaogong.trail.operations import begin, move, require_move

from .. import queries
from ..models import DepartmentSum, SumSheet
from ..queries import ERROR, SumFinding
from ..states import SUM_SHEET
from .accepting import CorrectedGone, one_at_a_time
from .checking import TOTAL, Words, fen_of
from .receiving import CorrectsAnother, DepartmentColumnsMissing, require_may_send
from .sums_beside import refuse_beside_counted

ROWS_AT_MOST = 5_000  # districts × programmes
MOST = 2_000_000_000


class SumColumnsUnclear(Refused):
    """“{headings}”看不准是哪一列。请按模板的列名填写后重新报送。"""


class SumSheetFaulty(Refused):
    """这份合计表有{rows}行有问题，不能接纳。请按列出的行和列改正，报送更正表。"""


class SumTotalUnclear(Refused):
    """合计行的培训人次“{text}”超出能记的数。请核对后重新报送。"""


class SumsBeyond(Refused):
    """各行的培训人次相加是{times}，超出能记的数。请核对各行后重新报送。"""


class SumTotalDiffers(Refused):
    """{said}请部门改正后报送更正表。"""


@transaction.atomic
def send_sum_sheet(
    data: bytes, filename: str, *, department_code: str, region_code: str, from_on: date, to_on: date,
    by: Actor, at: datetime, replaces_id: int | None = None, reason: str = "",
) -> SumSheet:  # fmt: skip
    """Keep a sheet of sums as it came and check it; the same file of the same period again is the first.

    Nothing stands beside figures until a second person accepts it. ``replaces_id``: the sheet it corrects; one not
    accepted yet is withdrawn at once, an accepted one stands until this one is accepted.
    """
    require_may_send(by, department_code, region_code)
    Period.from_days(from_on, to_on)
    about = {
        "department_code": department_code, "region_code": region_code, "from_on": from_on, "to_on": to_on,
    }  # fmt: skip
    corrected = _corrected(replaces_id, about, by=by)
    digest = hashlib.sha256(data).hexdigest()
    same = SumSheet.objects.filter(**about, digest=digest).exclude(status="withdrawn")
    earlier = same.first()
    if earlier is not None:
        return earlier
    sheet = SumSheet(
        **about, replaces=corrected, filename=filename[-200:], digest=digest,
        original=base64.b64encode(data).decode(), sent_at=at, sent_by=by.name,
    )  # fmt: skip
    sums = _read(sheet, data, filename)
    try:
        with transaction.atomic():
            sheet.save(force_insert=True)
    except IntegrityError:  # sent twice at the same moment
        return same.get()
    DepartmentSum.objects.bulk_create(sums)
    begin(sheet, "received", by=by, at=at, reason=reason, rows=sheet.rows_total, digest=digest)
    if corrected is not None and corrected.status == "checked":
        said = f"由更正表“{sheet.filename}”代替"
        move(corrected, "withdraw", by=by, at=at, reason=said, by_sheet=sheet.pk)
    move(sheet, "check", by=by, at=at, problem=sheet.rows_problem, times=sheet.times_total)
    return sheet


@transaction.atomic
def accept_sum_sheet(sheet_id: int, *, by: Actor, at: datetime, reason: str = "") -> SumSheet:
    """Let the sums of a sound sheet stand beside the figures; a sheet it corrects is replaced in the same step.

    Refused where people of the same department, programme and days are counted already, or other sums are.
    """
    sheet = queries.sum_sheet_for_update(sheet_id, by=by)
    require_move(sheet, SUM_SHEET.move("accept"), SUM_SHEET, by=by, reason=reason)
    one_at_a_time()
    if sheet.rows_problem:
        raise SumSheetFaulty(rows=sheet.rows_problem)
    if sheet.contradictions:
        raise SumTotalDiffers(said="".join(one.text for one in sheet.contradictions))
    refuse_beside_counted(sheet)
    if sheet.replaces_id:
        _replace(sheet, by=by, at=at)
    _counted(sheet, counted_from=at)
    move(sheet, "accept", by=by, at=at, reason=reason, rows=sheet.rows_total, times=sheet.times_total)
    return sheet


@transaction.atomic
def withdraw_sum_sheet(sheet_id: int, *, by: Actor, at: datetime, reason: str) -> SumSheet:
    """Take back a sheet nobody has accepted."""
    sheet = queries.sum_sheet_for_update(sheet_id, by=by)
    move(sheet, "withdraw", by=by, at=at, reason=reason)
    return sheet


@transaction.atomic
def set_aside_sum_sheet(sheet_id: int, *, by: Actor, at: datetime, reason: str) -> SumSheet:
    """Take the sums of an accepted sheet from beside the figures; they stay to be seen."""
    sheet = queries.sum_sheet_for_update(sheet_id, by=by)
    move(sheet, "set_aside", by=by, at=at, reason=reason)
    _counted(sheet, counted_until=at)
    return sheet


def _counted(sheet: SumSheet, **when: datetime) -> None:
    for name, value in when.items():
        setattr(sheet, name, value)
    sheet.save(update_fields=list(when))


def _corrected(replaces_id: int | None, about: Mapping[str, Any], *, by: Actor) -> SumSheet | None:
    if replaces_id is None:
        return None
    sheet = queries.sum_sheet_for_update(replaces_id, by=by)
    if any(getattr(sheet, name) != value for name, value in about.items()):
        raise CorrectsAnother()
    if sheet.status not in ("checked", "accepted"):
        raise WrongState(state=sheet.get_status_display(), label=gettext("更正部门合计表"))
    return sheet


def _replace(sheet: SumSheet, *, by: Actor, at: datetime) -> None:
    corrected = SumSheet.objects.select_for_update().defer("original").get(pk=sheet.replaces_id)
    if corrected.status == "withdrawn":
        return
    if corrected.status != "accepted":
        raise CorrectedGone(state=corrected.get_status_display())
    system = system_for(by)
    move(corrected, "replace", by=system, at=at, by_sheet=sheet.pk)
    _counted(corrected, counted_until=at)


def _read(sheet: SumSheet, data: bytes, filename: str) -> list[DepartmentSum]:
    """The sound rows of the sheet; what is wrong with the others is noted on it, by row and column."""
    table = sheets.read(data, filename, layout=sheets.DEPARTMENT_SUMS, row_limit=ROWS_AT_MOST)
    if table.missing:
        raise DepartmentColumnsMissing(columns="、".join(table.missing_labels))
    if table.unsure:
        doubtful = [one.heading for one in table.columns if one.field and one.certainty < sheets.SURE]
        raise SumColumnsUnclear(headings="、".join(doubtful))
    reading = _Reading(sheet, table)
    sums = [found for cells in table.frame.rows(named=True) if (found := reading.row(cells)) is not None]
    refused = {one.row_number for one in reading.findings if one.severity == ERROR}
    sheet.problems = [
        {"row_number": one.row_number, "code": one.code, "facts": one.facts} for one in reading.findings
    ]
    sheet.rows_total, sheet.rows_problem = table.frame.height, len(refused)
    sheet.times_total = sum(row.times for row in sums)
    if sheet.times_total > MOST:
        raise SumsBeyond(times=sheet.times_total)
    sheet.stated_times = _stated_times(table)
    return sums


class _Reading:
    """Reads the rows of one sheet, and remembers which district and programme was told where."""

    def __init__(self, sheet: SumSheet, table: sheets.Table) -> None:
        self.sheet = sheet
        self.words = Words(sheet.department_code, sheet.region_code)
        self.headings = {match.field: match.heading for match in table.columns if match.field}
        self.letters = {match.field: match.column_letter for match in table.columns if match.field}
        self.raw = {row["row_number"]: row for row in table.raw.rows(named=True)}
        inside = catalog.regions_under(sheet.region_code).filter(code__regex=r"^\d{6}$")
        self.regions = {compact(one.name): one.code for one in inside}
        self.regions[compact(catalog.region_name(sheet.region_code))] = sheet.region_code
        self.findings: list[SumFinding] = []
        self.told: dict[tuple[str, str], int] = {}

    def row(self, cells: Mapping[str, Any]) -> DepartmentSum | None:
        """One row, or None where something of it is wrong."""
        place, before = cells["row_number"], len(self.findings)
        region = self._region(place, compact(cells["region"] or ""))
        name = (cells["programme"] or "")[:120]
        code = self._programme(place, name)
        times = self._whole(place, "times", cells)
        people = self._whole(place, "people", cells) if self._typed(place, "people") else None
        subsidy = self._subsidy(place, cells)
        if times is not None and people is not None and _impossible(people, times):
            self._say(place, "people_impossible", people=str(people), times=str(times))
        key = (region, queries.programme_key(code, name))
        if region and name and key in self.told:
            self._say(place, "twice", row=str(self.told[key]))
        self.told.setdefault(key, place)
        if any(one.severity == ERROR for one in self.findings[before:]):
            return None
        return DepartmentSum(
            sheet=self.sheet, row_number=place, region_code=region, programme_name=name, programme_code=code,
            times=times, people=people, subsidy_fen=subsidy,
        )  # fmt: skip

    def _region(self, place: int, text: str) -> str:
        code = text if text in self.regions.values() else self.regions.get(text, "")
        if not code:
            self._say(place, "region_unknown", text=text, region=catalog.region_name(self.sheet.region_code))
        return code

    def _programme(self, place: int, name: str) -> str:
        if not name:
            self._say(place, "programme_missing")
            return ""
        code = self.words.code("programme", name)
        if code is None:
            self._say(place, "programme_unknown", text=name)
        return code or ""

    def _whole(self, place: int, column: str, cells: Mapping[str, Any]) -> int | None:
        text = cells[column] or ""
        found = whole_number(text, MOST)
        if found is None:
            self._say(place, f"{column}_wrong", text=self._typed(place, column))
        return found

    def _subsidy(self, place: int, cells: Mapping[str, Any]) -> int | None:
        typed = self._typed(place, "subsidy")
        if not typed:
            return None
        fen = fen_of(cells["subsidy"], self.headings["subsidy"])
        if fen is None or fen < 0:
            self._say(place, "subsidy_wrong", text=typed)
        return fen

    def _typed(self, place: int, column: str) -> str:
        """The cell as it was typed, "" where it is empty or the column is not there."""
        letter = self.letters.get(column)
        return str(self.raw[place][letter] or "").strip()[:40] if letter else ""

    def _say(self, place: int, code: str, **facts: str) -> None:
        self.findings.append(SumFinding(place, code, facts))


def _impossible(people: int, times: int) -> bool:
    return bool(impossible.figures({"training.persons": people, "training.person_times": times}))


def _stated_times(table: sheets.Table) -> int | None:
    """The person-times of the sheet's own 合计 row; None where it has none."""
    letters = [name for name in table.raw.columns if name != "row_number"]
    letter = next(match.column_letter for match in table.columns if match.field == "times")
    for cells in reversed(table.raw.select(letters).rows(named=True)):
        if any(TOTAL.match(str(cell).strip()) for cell in cells.values() if cell):
            said = compact(str(cells[letter] or "")).replace(",", "").removesuffix("人次").removesuffix(".0")
            found = whole_number(said, MOST)
            if found is None and said.isdecimal():
                raise SumTotalUnclear(text=said[:40])
            return found
    return None
