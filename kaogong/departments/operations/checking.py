"""Judging the rows of a department's list; nothing is written."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from kaogong import sheets
from kaogong.catalog import queries as catalog
from kaogong.kernel.errors import Malformed, Refused
from kaogong.kernel.id_number import MALE, mask_id_number
from kaogong.kernel.id_number_columns import check_id_numbers
from kaogong.kernel.levels import parse_level
from kaogong.kernel.writing import compact, mask_name, tidy_name, whole_number
from kaogong.people import queries as people

from .. import queries
from ..models import DepartmentFile
from ..queries import ERROR, RowFinding, Told

_DAY = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})")
_MASKED = re.compile(r"[*＊xX×●]{3,}")
TOTAL = re.compile(r"^(合\s*计|总\s*计|共\s*计)")
_HEADS = re.compile(r"(\d[\d,]*)\s*人次?")
_PASSED = {"合格": True, "是": True, "通过": True, "及格": True, "不合格": False, "否": False, "未通过": False,
           "不及格": False}  # fmt: skip
_OF_PARTS = "万元"
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
MOST_HOURS = 9_999  # of one person in one course
MOST_STATED = 2_000_000_000  # person-times a list's own total may say


class StatedTotalUnclear(Refused):
    """合计行的人次“{text}”超出能记的数。请核对后重新报送。"""


@dataclass
class Row:
    """One row as it will be kept; ``person_id`` None while nobody is known under the number."""

    row_number: int
    name: str
    id_number: str
    id_number_masked: str
    sex: str
    born_on: date | None
    programme_name: str
    programme_code: str
    occupation_name: str
    occupation_code: str
    level_code: str
    group_code: str
    starts_on: date | None
    ends_on: date | None
    hours: int
    passed: bool | None
    certificate_number: str
    subsidy_fen: int
    provider_name: str
    place: str
    person_id: int | None = None

    @property
    def told(self) -> Told:
        return Told(self.person_id or 0, self.starts_on, self.ends_on, self.occupation_code)


@dataclass
class Check:
    """What a list holds: its rows, what was found, and what of it may be taken."""

    rows: list[Row]
    findings: list[RowFinding] = field(default_factory=list)

    @property
    def refused(self) -> set[int]:
        return {finding.row_number for finding in self.findings if finding.severity == ERROR}

    @property
    def good(self) -> list[Row]:
        refused = self.refused
        return [row for row in self.rows if row.row_number not in refused]

    @property
    def subsidy_fen(self) -> int:
        return sum(row.subsidy_fen for row in self.rows)


@dataclass(frozen=True, slots=True)
class StatedTotals:
    """What the list's own 合计 row says; None where it says nothing."""

    rows: int | None
    fen: int | None


def stated_totals(table: sheets.Table) -> StatedTotals:
    """The totals in the last row that begins with 合计, 总计 or 共计."""
    letters = [name for name in table.raw.columns if name != "row_number"]
    money = next((match for match in table.columns if match.field == "subsidy"), None)
    for cells in reversed(table.raw.select(letters).rows(named=True)):
        words = [str(cell).strip() for cell in cells.values() if cell]
        if not any(TOTAL.match(word) for word in words):
            continue
        heads = next((found for word in words if (found := _HEADS.search(word))), None)
        fen = fen_of(cells.get(money.column_letter), money.heading) if money else None
        rows = whole_number(heads[1].replace(",", ""), MOST_STATED) if heads else None
        if heads and rows is None:
            raise StatedTotalUnclear(text=heads[1][:40])
        return StatedTotals(rows, fen)
    return StatedTotals(None, None)


def judge(table: sheets.Table, file: DepartmentFile, *, at: datetime) -> Check:
    """Judge every row as things stand at ``at``: numbers, days, words, people known, and what was told already."""
    headings = {match.field: match.heading for match in table.columns if match.field}
    words = Words(file.department_code, file.region_code)
    checked = check_id_numbers(table.frame["id_number"], on=timezone.localdate(at)).rows(named=True)
    check = Check([])
    for row_number, sentences in table.cell_problems.items():
        check.findings += [RowFinding(row_number, "cell", {"sentence": said}) for said in sentences]
    for cells, number in zip(table.frame.rows(named=True), checked, strict=True):
        row = _row(cells, number, headings, words, check.findings)
        check.rows.append(row)
        check.findings += _faults(row, file)
    _with_people(check)
    check.findings += _twice(check)
    check.findings += _told_already(check, file)
    check.findings.sort(key=lambda finding: finding.row_number)
    return check


class Words:
    """What a department's words mean: as somebody decided, else as the catalogue and the rulebook call it."""

    def __init__(self, department_code: str, region_code: str) -> None:
        self.decided = queries.words_of(department_code, region_code)
        self.groups = {compact(label): code for code, label in catalog.code_labels("group").items()}
        self.found: dict[tuple[str, str], str | None] = {}

    def code(self, kind: str, word: str) -> str | None:
        """The code, "" where it stands for nothing here, None where nobody knows."""
        if (kind, word) not in self.found:
            self.found[kind, word] = self._code(kind, word)
        return self.found[kind, word]

    def _code(self, kind: str, word: str) -> str | None:
        if (kind, word) in self.decided:
            return self.decided[kind, word]
        if kind == "programme":
            return queries.scheme_codes().get(compact(word))
        if kind == "group":
            return self.groups.get(compact(word))
        named = [one.code for one in catalog.occupations_matching(word, limit=3) if one.name == compact(word)]
        return named[0] if named else None


def _row(
    cells: Mapping[str, Any],
    number: Mapping[str, Any],
    headings: Mapping[str, str],
    words: Words,
    findings: list[RowFinding],
) -> Row:
    place = cells["row_number"]

    def text(name: str, longest: int) -> str:
        return (cells[name] or "")[:longest]

    def coded(kind: str, name: str) -> str:
        word = text(name, 120)
        code = words.code(kind, word) if word else ""
        if code is None:
            findings.append(RowFinding(place, f"{kind}_unknown", {"text": word}))
        return code or ""

    findings += _beyond(place, cells, headings)
    whole, masked = _number(place, cells["id_number"] or "", number, findings)
    starts_on, ends_on = _days(cells)
    return Row(
        row_number=place,
        name=tidy_name(cells["name"] or "")[:60],
        id_number=whole,
        id_number_masked=masked,
        sex=("1" if number["sex"] == MALE else "2") if whole else "",
        born_on=number["born_on"] if whole else None,
        programme_name=text("programme", 120),
        programme_code=coded("programme", "programme"),
        occupation_name=text("occupation", 120),
        occupation_code=coded("occupation", "occupation"),
        level_code=_level(place, text("level", 40), findings),
        group_code=coded("group", "group"),
        starts_on=starts_on,
        ends_on=ends_on,
        hours=max(0, int(100 * (_decimal(cells["hours"]) or 0))),
        passed=_passed(place, text("passed", 20), findings),
        certificate_number=text("certificate_number", 60),
        subsidy_fen=fen_of(cells["subsidy"], headings.get("subsidy", "")) or 0,
        provider_name=text("provider", 200),
        place=text("place", 200),
    )


def _number(
    place: int, written: str, number: Mapping[str, Any], findings: list[RowFinding]
) -> tuple[str, str]:
    """(the whole number, the masked one); a masked or missing one leaves the row without a person."""
    problem = number["problem"]
    if problem is None:
        if number["note"]:
            findings.append(RowFinding(place, "id_upgraded"))
        return number["value"], mask_id_number(number["value"])
    if problem != "missing" and _MASKED.search(written):
        findings.append(RowFinding(place, "id_masked"))
        return "", written[:18]
    facts = {"length": str(len(written))} if problem == "length" else {}
    findings.append(RowFinding(place, f"id_{problem}", facts))
    return "", ""


def _days(cells: Mapping[str, Any]) -> tuple[date | None, date | None]:
    days = [_day(cells["starts_on"]), _day(cells["ends_on"])]
    if cells["stretch"] and None in days:
        told = [_day(found[0]) for found in _DAY.finditer(cells["stretch"])]
        if len(told) == 2:
            days = told
    return days[0], days[1]


def _day(text: str | None) -> date | None:
    found = _DAY.match(text or "")
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _level(place: int, text: str, findings: list[RowFinding]) -> str:
    if not text or compact(text) in {"无", "不分等级", "—", "/"}:
        return "0"
    try:
        return parse_level(text).code
    except Malformed:
        findings.append(RowFinding(place, "level_unknown", {"text": text}))
        return "0"


def _passed(place: int, text: str, findings: list[RowFinding]) -> bool | None:
    if text and compact(text) not in _PASSED:
        findings.append(RowFinding(place, "passed_unknown", {"text": text}))
    return _PASSED.get(compact(text))


def _decimal(text: str | None) -> Decimal | None:
    """The number of a cell; None where it is none, or one of more digits than anything here has."""
    plain = (text or "").replace(",", "").removesuffix("元")
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None


def _scale(heading: str) -> int:
    """Fen in one of what a heading counts in."""
    return 1_000_000 if _OF_PARTS in heading else 100


def fen_of(text: str | None, heading: str) -> int | None:
    """Fen of a cell in yuan, or in 万元 where the heading says so."""
    value = _decimal(text)
    return None if value is None else round(value * _scale(heading))


def _beyond(place: int, cells: Mapping[str, Any], headings: Mapping[str, str]) -> Iterable[RowFinding]:
    """Numbers no row about one person has: too many digits, hours below nothing, less than a fen."""
    for name, scale in (("hours", 100), ("subsidy", _scale(headings.get("subsidy", "")))):
        written = cells[name] or ""
        number = _decimal(written)
        if number is None:
            is_wrong = written.replace(",", "").isdecimal()
        else:
            is_wrong = number * scale % 1 != 0 or (name == "hours" and not 0 <= number <= MOST_HOURS)
        if is_wrong:
            said = f"“{headings.get(name, '')}”{written[:20]}超出一个人的范围或小数位数过多，请核对"
            yield RowFinding(place, "cell", {"sentence": said})


def _faults(row: Row, file: DepartmentFile) -> Iterable[RowFinding]:
    place = row.row_number
    if not row.name:
        yield RowFinding(place, "name_missing")
    if row.subsidy_fen < 0:
        yield RowFinding(place, "subsidy_wrong")
    if row.starts_on is None or row.ends_on is None:
        yield RowFinding(place, "days_missing")
    elif row.ends_on < row.starts_on:
        yield RowFinding(place, "days_order", {"first": str(row.starts_on), "last": str(row.ends_on)})
    elif not file.from_on <= row.ends_on <= file.to_on:
        period = {"from_on": str(file.from_on), "to_on": str(file.to_on)}
        yield RowFinding(place, "outside_period", {"last": str(row.ends_on), **period})


def _with_people(check: Check) -> None:
    """Who is registered under each number; a name that differs is masked and refused."""
    known = people.names_and_accounts(sorted({row.id_number for row in check.rows if row.id_number}))
    for row in check.rows:
        if row.id_number not in known:
            continue
        row.person_id, name, _account = known[row.id_number]
        if row.name and name != row.name:
            check.findings.append(RowFinding(row.row_number, "name_differs", {"registered": mask_name(name)}))


def _twice(check: Check) -> list[RowFinding]:
    """Rows of one list about one person, one occupation and overlapping days."""
    found, earlier = [], {}
    for row in check.good:
        if not row.id_number:
            continue
        who = row.person_id or row.id_number
        for other in earlier.setdefault((who, row.occupation_code or row.occupation_name), []):
            if row.starts_on <= other.ends_on and other.starts_on <= row.ends_on:
                found.append(RowFinding(row.row_number, "twice", {"row": str(other.row_number)}))
                break
        else:
            earlier[who, row.occupation_code or row.occupation_name].append(row)
    return found


def _told_already(check: Check, file: DepartmentFile) -> list[RowFinding]:
    known = [row for row in check.good if row.person_id is not None]
    without = [file.replaces_id] if file.replaces_id else []
    found = queries.told_elsewhere([row.told for row in known], except_file_ids=without)
    return [
        RowFinding(known[place].row_number, "told_already", {"elsewhere": _where(matches[0])})
        for place, matches in found.items()
    ]


def _where(match: queries.Match) -> str:
    if match.record is not None:
        return queries.department_name(match.record.department_code)
    return match.enrolment.training_class.number
