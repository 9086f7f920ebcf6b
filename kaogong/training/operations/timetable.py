"""Planning when, where and by whom a class is taught."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.institutions.models import Room, Site, Trainer
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.trail.operations import record, require_may
from kaogong.training.models import Session, TrainingClass
from kaogong.training.queries.filing_forms import form_of
from kaogong.training.queries.readiness import NO, timetable_faults

from .classes import editable_class
from .two_places import told_by_name


class SessionOutsideClass(Refused):
    """{on}不在开班日期{starts_on}至结业日期{ends_on}之间。"""


class SessionTimesWrong(Refused):
    """{on}的课次时间或课时不对：须结束晚于开始，课时大于0且不超过24。"""


class SessionHoursNotAllowed(Refused):
    """课程表不合本区规定：{problem}。请改上课时间、每天课时或上课日。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """One line of a timetable; hours in hundredths."""

    on: date
    starts_at: time
    ends_at: time
    hours_hundredths: int
    kind: str
    topic: str
    trainer_id: int
    site_id: int
    room_id: int | None = None


@transaction.atomic
def plan_sessions(class_id: int, sessions: Iterable[NewSession], *, by: Actor, at: datetime) -> list[Session]:
    """Set the whole timetable of a drafted class, in the place of any earlier one.

    Refuses, naming the other class, a trainer or site taken at the same hours: the database excludes them,
    so two classes planned at the same instant cannot both have the trainer.
    """
    require_may(by, Permission.DRAFT_CLASS, "安排课程表")
    training_class = editable_class(class_id, by=by)
    planned = [Session(training_class=training_class, **asdict(new)) for new in sessions]
    refuse_strangers(training_class, planned)
    for session in planned:
        refuse_impossible(session, training_class)
    Session.objects.filter(training_class=training_class).delete()
    with told_by_name(planned, training_class):
        Session.objects.bulk_create(planned)
    record("class.planned", training_class, by=by, at=at, sessions=len(planned))
    return planned


def refuse_hours_not_allowed(
    training_class: TrainingClass, drawn: Iterable[Mapping[str, object]], *, today: date
) -> None:
    """Refuse, before it is shown, a timetable drawn up against the dated rules on hours; the first is named."""
    sessions = [
        Session(
            on=row["on"],
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
            hours_hundredths=100 * row["hours"],
        )
        for row in drawn
    ]
    for fault in timetable_faults(sessions, form_of(training_class, today)):
        if fault.state == NO:
            raise SessionHoursNotAllowed(problem=fault.message)


def refuse_strangers(training_class: TrainingClass, planned: Sequence[Session]) -> None:
    """Refuse trainers, sites and rooms that are not the institution's own."""
    own = {"institution_id": training_class.institution_id}
    trainers, sites = {row.trainer_id for row in planned}, {row.site_id for row in planned}
    rooms = {(row.room_id, row.site_id) for row in planned if row.room_id}
    if (
        Trainer.objects.filter(pk__in=trainers, **own).count() != len(trainers)
        or Site.objects.filter(pk__in=sites, **own).count() != len(sites)
        or rooms - set(Room.objects.filter(site_id__in=sites).values_list("pk", "site_id"))
    ):
        raise NotFound()


def refuse_impossible(session: Session, training_class: TrainingClass) -> None:
    """Refuse a session outside the days of its class, or with times or hours that cannot be."""
    if not training_class.starts_on <= session.on <= training_class.ends_on:
        raise SessionOutsideClass(
            on=session.on, starts_on=training_class.starts_on, ends_on=training_class.ends_on
        )
    if session.ends_at <= session.starts_at or not 0 < session.hours_hundredths <= 2400:
        raise SessionTimesWrong(on=session.on)
