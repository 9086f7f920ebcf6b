"""Taking over what card readers, offline devices and paper lists recorded: good rows kept, each bad one named."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.people import queries as people
from kaogong.presence import queries
from kaogong.presence.models import CheckIn, CheckInImport
from kaogong.trail.operations import record, require_may
from kaogong.training import queries as training
from kaogong.training.models import Enrolment, Session

from .refusals import CheckInSheetUnclear, ClassNotRunning, SourceUnknown

NAMES = UUID("0b6a0c6e-3a55-5d0f-9f0e-2f9a1f1a5d77")  # one name for each person, session, phase and source
SOURCES = ("card_reader", "paper", "offline_device")
_CLOCK = re.compile(r"(?:^|[ T日])(\d{1,2})[:：时](\d{2})(?:[:：分](\d{2}))?(?:\.\d+)?[分秒]?\s*$")
_DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")
_FRACTION = re.compile(r"^(\d{5})?(?:0?(\.\d+))$")
_GOING = re.compile(r"出|退|离|下班|out", re.IGNORECASE)
_EXCEL_DAY_0 = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class ImportReceipt:
    """What one file brought: rows read, check-ins new and already known, and what was wrong in which row."""

    rows_total: int
    taken: int
    known: int
    problems: tuple[tuple[int, str], ...]
    is_same_file: bool
    sessions: tuple[int, ...]  # whose evidence is now older than what is known


@dataclass
class _Reading:
    """A file as far as it was read."""

    learners: Mapping[str, list[Enrolment]]
    by_person: Mapping[int, Enrolment]
    people_found: Mapping[str, int]
    sessions: Mapping[date, list[Session]]
    events: dict[UUID, CheckIn] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)


@transaction.atomic
def import_check_ins(
    class_id: int,
    data: bytes,
    filename: str,
    *,
    by: Actor,
    at: datetime,
    source: str = "card_reader",
    mapping: Mapping[str, str] | None = None,
    reason: str = "",
) -> ImportReceipt:
    """Take the check-ins of a class from a file; the same file, or the same rows in another, change nothing.

    A row names a learner (identity number, or a name borne once in the class) and instants. Rows that cannot be
    read or fit no session are named in the receipt and in the import's record; all others are kept.
    """
    require_may(by, Permission.IMPORT_CHECK_INS, "导入签到记录")
    if source not in SOURCES:
        raise SourceUnknown(source=source)
    training_class = training.training_class_for_update(class_id, by=by)
    if training_class.status != "running":
        raise ClassNotRunning(number=training_class.number, state=training_class.get_status_display())
    table = sheets.read(data, filename, layout=sheets.CHECK_INS, mapping=mapping or None)
    if table.missing_labels:
        raise CheckInSheetUnclear(
            problems="；".join(f"没有找到“{label}”列" for label in table.missing_labels)
        )
    reading = _reading(class_id, table)
    for row in table.frame.iter_rows(named=True):
        said = table.cell_problems.get(row["row_number"])
        if said:
            reading.problems.append((row["row_number"], "，".join(said)))
            continue
        _read_row(reading, row, source, by=by, at=at)
    digest = hashlib.sha256(data).hexdigest()
    same = CheckInImport.objects.filter(training_class=training_class, digest=digest, source=source).exists()
    known = {
        (row.session_id, row.enrolment_id, row.phase)
        for row in CheckIn.objects.filter(session__training_class=training_class, source=source)
    }
    fresh = [
        row for row in reading.events.values() if (row.session_id, row.enrolment_id, row.phase) not in known
    ]
    CheckIn.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=2000)
    receipt = ImportReceipt(
        rows_total=table.frame.height,
        taken=len(fresh),
        known=len(reading.events) - len(fresh),
        problems=tuple(sorted(reading.problems)),
        is_same_file=same,
        sessions=tuple(sorted({row.session_id for row in fresh})),
    )
    if not same:
        _keep(training_class, filename, digest, source, receipt, by=by, at=at, reason=reason)
    return receipt


def _reading(class_id: int, table: sheets.Table) -> _Reading:
    learners = list(training.enrolments(class_id))
    by_name: dict[str, list[Enrolment]] = {}
    for enrolment in learners:
        by_name.setdefault(enrolment.person.name, []).append(enrolment)
    numbers = table.frame["id_number"].drop_nulls().to_list() if "id_number" in table.frame.columns else []
    by_day: dict[date, list[Session]] = {}
    for session in training.sessions(class_id).select_related("training_class"):
        by_day.setdefault(session.on, []).append(session)
    return _Reading(
        learners=by_name,
        by_person={enrolment.person_id: enrolment for enrolment in learners},
        people_found=people.people_by_id_numbers(numbers) if numbers else {},
        sessions=by_day,
    )


def _read_row(reading: _Reading, row: Mapping, source: str, *, by: Actor, at: datetime) -> None:
    place = row["row_number"]
    enrolment = _learner(reading, row)
    if isinstance(enrolment, str):
        reading.problems.append((place, enrolment))
        return
    said = date.fromisoformat(row["on"]) if row.get("on") else None
    signed = bool(row.get("signature"))
    events: list[tuple[date, time | None, str]] = []
    for column, phase in (("at", ""), ("came_at", queries.IN), ("left_at", queries.OUT)):
        text = row.get(column)
        if not text:
            continue
        day, clock = read_instant(text)
        if clock is None and not (phase and source == "paper"):
            reading.problems.append((place, f"时间“{text[:20]}”不能识别"))
            return
        if (day or said) is None:
            reading.problems.append((place, "没有日期"))
            return
        direction = row.get("direction") or ""
        events.append((day or said, clock, phase or (queries.OUT if _GOING.search(direction) else "")))
    if not events and signed and said is not None:
        events.append((said, None, queries.IN))
    if not events:
        reading.problems.append((place, "没有时间，也没有签名"))
    for day, clock, phase in events:
        problem = _place_event(reading, enrolment, day, clock, phase, source, signed, by=by, at=at)
        if problem:
            reading.problems.append((place, problem))


def _learner(reading: _Reading, row: Mapping) -> Enrolment | str:
    name, number = row.get("name") or "", row.get("id_number")
    if number:
        enrolment = reading.by_person.get(reading.people_found.get(number, 0))
        if enrolment is not None and name and enrolment.person.name != name:
            return "姓名与身份证号码不符"
        return enrolment or "不在本班名单"
    named = reading.learners.get(name, [])
    if len(named) > 1:
        return f"班里有{len(named)}人同名，请填身份证号码"
    return named[0] if named else "不在本班名单"


def _place_event(
    reading: _Reading,
    enrolment: Enrolment,
    day: date,
    clock: time | None,
    phase: str,
    source: str,
    signed: bool,
    *,
    by: Actor,
    at: datetime,
) -> str:
    """Put one event where it belongs; what is wrong with it, or nothing."""
    if not reading.sessions.get(day):
        return f"{day}没有课"
    if day > timezone.localdate(at):
        return f"{day}还没有到"
    fitting = reading.sessions[day]
    if clock is not None:
        moment = datetime.combine(day, clock, timezone.get_default_timezone())
        fitting = [session for session in fitting if queries.hours_for(session).is_open(moment)]
        # Between two sessions the doors of both are open: coming counts for the next, going for the last.
        fitting = sorted(fitting, key=lambda s: s.starts_at, reverse=phase != queries.OUT)[:1]
        if not fitting:
            return f"{day} {clock:%H:%M}不在任何一次课的签到时间内"
        if moment > at:
            return f"{day} {clock:%H:%M}还没有到"
    for session in fitting:
        hours = queries.hours_for(session)
        stands_for = (
            moment if clock is not None else (hours.ends_at if phase == queries.OUT else hours.starts_at)
        )
        where = phase or hours.phase(stands_for)
        key = uuid5(NAMES, f"{session.pk}/{enrolment.pk}/{where}/{source}")
        row = CheckIn(
            client_key=key,
            session=session,
            enrolment=enrolment,
            person_id=enrolment.person_id,
            phase=where,
            way="none",
            source=source,
            stands_for=stands_for,
            received_at=at,
            is_signed=signed,
            account_id=by.account_id,
        )
        before = reading.events.get(key)
        # Several events of one phase: the first coming and the last going.
        if before is None or (row.stands_for > before.stands_for) == (where == queries.OUT):
            reading.events[key] = row
    return ""


def read_instant(text: str) -> tuple[date | None, time | None]:
    """The day and the time of day in a cell: 08:55, 8时55分, 2026-06-01 08:55:10, or a spreadsheet's fraction."""
    text = text.strip()
    fraction = _FRACTION.match(text)
    if fraction:
        seconds = round(float(fraction[2]) * 86_400)
        if seconds >= 86_400:
            return None, None
        day = _EXCEL_DAY_0 + timedelta(days=int(fraction[1])) if fraction[1] else None
        return day, time(seconds // 3600, seconds % 3600 // 60, seconds % 60)
    day, clock = _DAY.match(text), _CLOCK.search(text)
    try:
        on = date(*map(int, day.groups())) if day else None
        when = time(*(int(part or 0) for part in clock.groups())) if clock else None
    except ValueError:
        return None, None
    return (None if on and on.year < 1950 else on), when


def _keep(training_class, filename, digest, source, receipt, *, by, at, reason) -> None:
    CheckInImport.objects.create(
        training_class=training_class,
        source=source,
        filename=filename[-200:],
        digest=digest,
        rows_total=receipt.rows_total,
        rows_taken=receipt.taken,
        rows_known=receipt.known,
        problems=[list(problem) for problem in receipt.problems],
        imported_by=by.name,
        imported_at=at,
    )
    record(
        "class.check_ins_imported",
        training_class,
        by=by,
        at=at,
        reason=reason or filename,
        source=source,
        taken=receipt.taken,
        problems=len(receipt.problems),
    )
