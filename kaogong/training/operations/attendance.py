"""Recording who was there."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused, WrongState
from kaogong.people import queries as people
from kaogong.trail.operations import record, require_may
from kaogong.training import queries
from kaogong.training.models import MARKS, Attendance, Enrolment, Session, TrainingClass

from .values import correction_days, hours_counted

# The sheet's words for marks, in the codes kept.
_CODE_OF = {"到": "P", "不到": "A", "告假": "L", "迟到": "T", "早退": "E", "病假": "S"}


class MarkUnknown(Refused):
    """“{mark}”不是考勤标记，应为到、不到、告假、迟到、早退、病假。"""


class NotOnRoster(Refused):
    """名单里没有这名学员（编号{enrolment_id}）。"""


class SessionNotYetHeld(Refused):
    """{on}的课还没有上，不能记考勤。"""


class SessionCancelled(Refused):
    """{on}的这次课已取消。"""


class CorrectionUnexplained(Refused):
    """{on}的课已过考勤更正期（课后{days}天），更正须写明理由。"""


class AttendanceSheetUnclear(Refused):
    """考勤表没有导入，请先改正：{problems}。"""


@transaction.atomic
def record_attendance(
    session_id: int, marks: Mapping[int, str], *, by: Actor, at: datetime, reason: str = ""
) -> list[Attendance]:
    """Record marks of one session, by enrolment; a correction goes to the trail with old and new.

    Only learners named are touched. Recording the same marks again changes nothing. Once the region's days for
    corrections are over, a mark is changed only for a reason.
    """
    require_may(by, Permission.RECORD_ATTENDANCE, "记录考勤")
    session = _session(session_id, by=by)
    return _record(session.training_class, {session: dict(marks)}, by=by, at=at, reason=reason)


@transaction.atomic
def import_attendance_sheet(
    class_id: int,
    data: bytes,
    filename: str,
    *,
    by: Actor,
    at: datetime,
    mapping: Mapping[str, str] | None = None,
    reason: str = "",
) -> list[Attendance]:
    """Record a whole 出勤簿: learners by identity number or name, sessions by day. All of it or nothing.

    On a day with several sessions one mark stands for each of them. Empty cells are left as they are.
    """
    require_may(by, Permission.RECORD_ATTENDANCE, "记录考勤")
    training_class = queries.training_class_for_update(class_id, by=by)
    table = sheets.read(data, filename, layout=sheets.ATTENDANCE, mapping=mapping or None)
    problems = [f"没有找到“{label}”列" for label in table.missing_labels]
    problems += [f"第{row}行：{'，'.join(said)}" for row, said in sorted(table.cell_problems.items())]
    days = _days_of(table, training_class, problems)
    marks: dict[Session, dict[int, str]] = {}
    learners = _learners_of(table, training_class, problems)
    for row in table.frame.iter_rows(named=True):
        enrolment_id = learners.get(row["row_number"])
        for column, sessions_then in days.items():
            word = row[column]
            if not word or enrolment_id is None:
                continue
            code = _CODE_OF.get(word)
            if code is None:
                problems.append(f"第{row['row_number']}行“{word}”不是考勤符号")
                continue
            for session in sessions_then:
                marks.setdefault(session, {})[enrolment_id] = code
    if problems:
        more = f"，另有{len(problems) - 10}处" if len(problems) > 10 else ""
        raise AttendanceSheetUnclear(problems="；".join(problems[:10]) + more)
    return _record(training_class, marks, by=by, at=at, reason=reason, filename=filename)


def _session(session_id: int, *, by: Actor) -> Session:
    reachable = in_reach(
        Session.objects.select_related("training_class"),
        by,
        region="training_class__region_code",
        organisation="training_class__institution_id",
    )
    found = reachable.select_for_update(of=("self",)).filter(pk=session_id).first()
    if found is None:
        raise NotFound()
    return found


def _record(
    training_class: TrainingClass,
    wanted: Mapping[Session, Mapping[int, str]],
    *,
    by: Actor,
    at: datetime,
    reason: str,
    filename: str = "",
) -> list[Attendance]:
    if training_class.status != "running":
        raise WrongState(state=training_class.get_status_display(), label="记录考勤")
    learners = set(
        Enrolment.objects.filter(training_class=training_class, status="enrolled").values_list(
            "pk", flat=True
        )
    )
    today = timezone.localtime(at).date()
    kept = {
        (row.session_id, row.enrolment_id): row
        for row in Attendance.objects.select_for_update().filter(session__in=list(wanted))
    }
    fresh, corrected, told = [], [], []
    for session, marks in wanted.items():
        if session.cancelled:
            raise SessionCancelled(on=session.on)
        if session.on > today:
            raise SessionNotYetHeld(on=session.on)
        changes = {}
        for enrolment_id, mark in marks.items():
            if mark not in MARKS:
                raise MarkUnknown(mark=mark)
            if enrolment_id not in learners:
                raise NotOnRoster(enrolment_id=enrolment_id)
            hours = hours_counted(mark, session.hours_hundredths, session.on)
            row = kept.get((session.pk, enrolment_id))
            if row is None:
                row = Attendance(session=session, enrolment_id=enrolment_id)
                fresh.append(row)
            elif row.mark == mark:
                continue
            else:
                changes[str(enrolment_id)] = [row.mark, mark]
                corrected.append(row)
            row.mark, row.hours_hundredths, row.recorded_at = mark, hours, at
        if changes:
            days = correction_days(training_class.region_code, session.on)
            if days is not None and today > session.on + timedelta(days=days) and not reason.strip():
                raise CorrectionUnexplained(on=session.on, days=days)
            told.append((session, changes))
    Attendance.objects.bulk_create(fresh, batch_size=5_000)
    Attendance.objects.bulk_update(corrected, ["mark", "hours_hundredths", "recorded_at"], batch_size=2_000)
    if fresh:
        record("class.attended", training_class, by=by, at=at, sessions=len(wanted), marks=len(fresh))
    for session, changes in told:
        record(
            "class.attendance_corrected",
            training_class,
            by=by,
            at=at,
            reason=reason or filename,
            session=session.pk,
            on=str(session.on),
            changes=changes,
        )
    return [*fresh, *corrected]


def _days_of(
    table: sheets.Table, training_class: TrainingClass, problems: list[str]
) -> dict[str, list[Session]]:
    """The sessions each day column stands for; a bare day number is read within the class's days."""
    by_day: dict[date, list[Session]] = {}
    for session in queries.sessions(training_class.pk):
        by_day.setdefault(session.on, []).append(session)
    found: dict[str, list[Session]] = {}
    for day in table.days:
        if table.frame[day.column].is_null().all():
            continue
        fitting = [on for on in by_day if (on == day.on if day.on else on.day == day.day)]
        if len(fitting) > 1:
            problems.append(f"“{day.heading}”可以是{'、'.join(map(str, fitting))}，请在表头写明年月")
        elif not fitting:
            problems.append(f"“{day.heading}”这天没有课")
        else:
            found[day.column] = by_day[fitting[0]]
    return found


def _learners_of(table: sheets.Table, training_class: TrainingClass, problems: list[str]) -> dict[int, int]:
    """Sheet row → enrolment, by identity number where given, else by a name borne once in the class."""
    learners = list(queries.enrolments(training_class.pk))
    by_person = {enrolment.person_id: enrolment for enrolment in learners}
    by_name: dict[str, list[Enrolment]] = {}
    for enrolment in learners:
        by_name.setdefault(enrolment.person.name, []).append(enrolment)
    numbers = table.frame["id_number"].drop_nulls().to_list() if "id_number" in table.frame.columns else []
    people_found = people.people_by_id_numbers(numbers) if numbers else {}
    found: dict[int, int] = {}
    for row, name, number in table.frame.select("row_number", "name", "id_number").iter_rows():
        if number:
            enrolment = by_person.get(people_found.get(number, 0))
            if enrolment is not None and name and enrolment.person.name != name:
                problems.append(f"第{row}行姓名与身份证号码不符")
                continue
        else:
            named = by_name.get(name or "", [])
            if len(named) > 1:
                problems.append(f"第{row}行“{name}”在班里有{len(named)}人，请填身份证号码")
                continue
            enrolment = named[0] if named else None
        if enrolment is None:
            problems.append(f"第{row}行“{name or ''}”不在本班名单")
        elif enrolment.pk in found.values():
            problems.append(f"第{row}行“{name or ''}”重复")
        else:
            found[row] = enrolment.pk
    return found
