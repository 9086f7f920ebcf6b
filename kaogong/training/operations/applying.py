"""What a change asks for in plain values, and carrying it out."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from kaogong.institutions import queries as institutions
from kaogong.kernel.errors import Refused
from kaogong.kernel.writing import tidy
from kaogong.training import queries
from kaogong.training.models import Attendance, ClassChange, Session, TrainingClass

from .timetable import NewSession, refuse_impossible, refuse_strangers
from .two_places import told_by_name

OF_SESSION = {
    "trainer": ("trainer_id",),
    "room": ("room_id",),
    "site": ("site_id", "room_id"),
    "hour": ("starts_at", "ends_at"),
    "day": ("on", "starts_at", "ends_at"),
    "topic": ("topic",),
    "cancel": (),
    "make_up": (),
}
OF_CLASS = {"dates": ("starts_on", "ends_on"), "plan": ("hours_theory", "hours_practice")}
_SESSION = tuple(field.name for field in fields(NewSession))


class ChangeUnclear(Refused):
    """变更内容没有填全或填错：{field}。"""


class SessionOver(Refused):
    """{on} {starts_at}的课已经开始，不能再改；没有上成的课请办理取消和补课。"""


class SessionMarked(Refused):
    """{on} {starts_at}的课已记考勤，不能取消或改动。"""


class SessionCancelled(Refused):
    """{on} {starts_at}的课已经取消。"""


class SessionNotCancelled(Refused):
    """{on} {starts_at}的课没有取消，不能补课。"""


class MakeUpHoursDiffer(Refused):
    """补课{hours}课时，取消的课还缺{missing}课时：补课不能超过缺的课时，类别须相同。"""


class ClassBegun(Refused):
    """班级{number}已开班，开班日期不能再改。"""


class PlanHoursDiffer(Refused):
    """变更后课程表与申报课时不符：{kind}申报{declared}课时，课程表合计{planned}课时。"""


class OutOfContract(Refused):
    """协议{number}在{starts_on}无效或已暂停，不能改到这一天开班。"""


def wanted(
    kind: str, given: Mapping[str, Any], training_class: TrainingClass, session: Session | None
) -> tuple[dict, dict]:
    """(before, after) of a change as they are kept. Raises ChangeUnclear."""
    if kind == "cancel":
        return {"cancelled": session.cancelled}, {"cancelled": True}
    if kind == "make_up":
        return session_values(session), _session(given)
    if kind == "plan":
        before = {name: getattr(training_class, name) for name in OF_CLASS[kind]}
        after = {name: _typed(name, given.get(name)) for name in OF_CLASS[kind]}
        kept = [session_values(row) for row in queries.sessions(training_class.pk)]
        return before | {"sessions": kept}, after | {"sessions": [_session(row) for row in given["sessions"]]}
    if kind == "dates":
        names, thing = OF_CLASS[kind], training_class
    else:
        names, thing = OF_SESSION[kind], session
    before = {name: _plain(getattr(thing, name)) for name in names}
    return before, {name: _typed(name, given.get(name)) for name in names}


def session_values(session: Session) -> dict[str, Any]:
    """A session as plain values."""
    return {name: _plain(getattr(session, name)) for name in _SESSION}


def apply(change: ClassChange, training_class: TrainingClass, *, at: datetime) -> None:
    """Make the class as the change says; refuse by name what cannot be."""
    match change.kind:
        case "cancel":
            _refuse_marked(change.session)
            if change.session.cancelled:
                raise SessionCancelled(**_named(change.session))
            change.session.cancelled = True
            change.session.save(update_fields=["cancelled"])
        case "make_up":
            _make_up(change, training_class)
        case "dates":
            _new_dates(change, training_class)
        case "plan":
            _new_plan(change, training_class, at=at)
        case _:
            _new_session(change, training_class, at=at)


def _new_session(change: ClassChange, training_class: TrainingClass, *, at: datetime) -> None:
    session = change.session
    if session.cancelled:
        raise SessionCancelled(**_named(session))
    _refuse_marked(session)
    if _begins(session) <= at and change.kind != "topic":
        raise SessionOver(**_named(session))
    for name, value in change.after.items():
        setattr(session, name, _of_text(name, value))
    _keep([session], training_class, new=False)


def _make_up(change: ClassChange, training_class: TrainingClass) -> None:
    missed = change.session
    if not missed.cancelled:
        raise SessionNotCancelled(**_named(missed))
    values = {name: _of_text(name, value) for name, value in change.after.items()}
    made_up = missed.made_up_by.filter(cancelled=False).values_list("hours_hundredths", flat=True)
    missing = missed.hours_hundredths - sum(made_up)
    if values["hours_hundredths"] > missing or values["kind"] != missed.kind:
        raise MakeUpHoursDiffer(hours=f"{values['hours_hundredths'] / 100:g}", missing=f"{missing / 100:g}")
    _keep([Session(training_class=training_class, makes_up=missed, **values)], training_class, new=True)


def _new_dates(change: ClassChange, training_class: TrainingClass) -> None:
    starts_on, ends_on = (date.fromisoformat(change.after[name]) for name in OF_CLASS["dates"])
    if ends_on < starts_on:
        raise ChangeUnclear(field="结业日期")
    if starts_on != training_class.starts_on and training_class.status != "approved":
        raise ClassBegun(number=training_class.number)
    if starts_on != training_class.starts_on:
        in_force = institutions.contracts_in_force(starts_on).filter(pk=training_class.contract_id)
        if not in_force.exists():
            raise OutOfContract(number=training_class.contract.number, starts_on=starts_on)
    training_class.starts_on, training_class.ends_on = starts_on, ends_on
    for session in queries.sessions(training_class.pk):
        refuse_impossible(session, training_class)
    training_class.save(update_fields=["starts_on", "ends_on"])


def _new_plan(change: ClassChange, training_class: TrainingClass, *, at: datetime) -> None:
    """Sessions begun or marked stay; the others make way for those of the plan still to come."""
    marked = set(
        Attendance.objects.filter(session__training_class=training_class).values_list("session_id", flat=True)
    )
    kept = [row for row in queries.sessions(training_class.pk) if row.pk in marked or _begins(row) <= at]
    stay = [_typed_session(session_values(row)) for row in kept]
    rows = [{name: _of_text(name, value) for name, value in row.items()} for row in change.after["sessions"]]
    new = [Session(training_class=training_class, **row) for row in rows if row not in stay]
    if late := next((row for row in new if _begins(row) <= at), None):
        raise SessionOver(**_named(late))
    training_class.hours_theory = change.after["hours_theory"]
    training_class.hours_practice = change.after["hours_practice"]
    gone = Session.objects.filter(training_class=training_class, cancelled=False)
    gone.exclude(pk__in=[row.pk for row in kept]).update(cancelled=True)
    _keep(new, training_class, new=True)
    planned = queries.planned_hours(training_class.pk)
    for kind, label in (("theory", "理论"), ("practice", "实训")):
        declared = getattr(training_class, f"hours_{kind}")
        if planned[kind] != declared * 100:
            raise PlanHoursDiffer(kind=label, declared=declared, planned=f"{planned[kind] / 100:g}")
    training_class.save(update_fields=["hours_theory", "hours_practice"])


def _keep(rows: list[Session], training_class: TrainingClass, *, new: bool) -> None:
    refuse_strangers(training_class, rows)
    for row in rows:
        refuse_impossible(row, training_class)
    with told_by_name(rows, None if new else training_class):
        if new:
            Session.objects.bulk_create(rows)
        else:
            for row in rows:
                row.save()


def _refuse_marked(session: Session) -> None:
    if session.attendances.exists():
        raise SessionMarked(**_named(session))


def _named(session: Session) -> dict[str, str]:
    return {"on": str(session.on), "starts_at": f"{session.starts_at:%H:%M}"}


def _begins(session: Session) -> datetime:
    return datetime.combine(session.on, session.starts_at, tzinfo=timezone.get_current_timezone())


def _typed_session(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _of_text(name, value) for name, value in values.items()}


def _session(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _typed(name, given.get(name)) for name in _SESSION}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, time)) else value


def _typed(name: str, value: Any) -> Any:
    """One value as it is kept, or ChangeUnclear."""
    try:
        if name == "room_id":
            return int(value) if value else None
        if name in ("on", "starts_on", "ends_on"):
            return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()
        if name in ("starts_at", "ends_at"):
            return (value if isinstance(value, time) else time.fromisoformat(str(value))).isoformat()
        if name.endswith("_id") or name.startswith("hours_"):
            return int(value)
    except (TypeError, ValueError):
        raise ChangeUnclear(field=name) from None
    text = tidy(str(value or ""))[:200]
    if not text or (name == "kind" and text not in ("theory", "practice")):
        raise ChangeUnclear(field=name)
    return text


def _of_text(name: str, value: Any) -> Any:
    """A kept value as the model holds it."""
    if name in ("on", "starts_on", "ends_on"):
        return date.fromisoformat(value)
    return time.fromisoformat(value) if name in ("starts_at", "ends_at") else value
