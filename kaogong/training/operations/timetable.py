"""Planning when, where and by whom a class is taught."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time

from django.db import IntegrityError, transaction

from kaogong.access.permissions import Permission
from kaogong.institutions.models import Site, Trainer
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.trail.operations import record, require_may
from kaogong.training.models import Session, TrainingClass

from .classes import editable_class


class TrainerTaken(Refused):
    """教师{name}在{on} {starts_at}至{ends_at}已有{number}班的课。"""


class SiteTaken(Refused):
    """场地“{name}”在{on} {starts_at}至{ends_at}已有{number}班的课。"""


class SessionsOverlap(Refused):
    """本班{on}的两次课时间重叠：{starts_at}至{ends_at}。"""


class SessionOutsideClass(Refused):
    """{on}不在开班日期{starts_on}至结业日期{ends_on}之间。"""


class SessionTimesWrong(Refused):
    """{on}的课次时间或课时不对：须结束晚于开始，课时大于0且不超过24。"""


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


@transaction.atomic
def plan_sessions(class_id: int, sessions: Iterable[NewSession], *, by: Actor, at: datetime) -> list[Session]:
    """Set the whole timetable of a drafted class, in the place of any earlier one.

    Refuses, naming the other class, a trainer or site taken at the same hours: the database excludes them,
    so two classes planned at the same instant cannot both have the trainer.
    """
    require_may(by, Permission.DRAFT_CLASS, "安排课程表")
    training_class = editable_class(class_id, by=by)
    planned = [Session(training_class=training_class, **asdict(new)) for new in sessions]
    _refuse_strangers(training_class, planned)
    for session in planned:
        _refuse_impossible(session, training_class)
    Session.objects.filter(training_class=training_class).delete()
    try:
        with transaction.atomic():
            Session.objects.bulk_create(planned)
    except IntegrityError as clash:
        if "_once_at_a_time" not in str(clash):
            raise
        _refuse_clash(training_class, planned, clash)
    record("class.planned", training_class, by=by, at=at, sessions=len(planned))
    return planned


def _refuse_strangers(training_class: TrainingClass, planned: list[Session]) -> None:
    own = {"institution_id": training_class.institution_id}
    trainers, sites = {row.trainer_id for row in planned}, {row.site_id for row in planned}
    if Trainer.objects.filter(pk__in=trainers, **own).count() != len(trainers) or Site.objects.filter(
        pk__in=sites, **own
    ).count() != len(sites):
        raise NotFound()


def _refuse_impossible(session: Session, training_class: TrainingClass) -> None:
    if not training_class.starts_on <= session.on <= training_class.ends_on:
        raise SessionOutsideClass(
            on=session.on, starts_on=training_class.starts_on, ends_on=training_class.ends_on
        )
    if session.ends_at <= session.starts_at or not 0 < session.hours_hundredths <= 2400:
        raise SessionTimesWrong(on=session.on)


def _refuse_clash(training_class: TrainingClass, planned: list[Session], clash: IntegrityError) -> None:
    """Find out what clashes with what and say so."""
    days = {session.on for session in planned}
    others = Session.objects.filter(on__in=days, cancelled=False).exclude(training_class=training_class)
    others = list(others.select_related("training_class", "trainer", "site"))
    for place, session in enumerate(planned):
        for other in [*others, *planned[:place]]:
            if other.on != session.on or other.starts_at >= session.ends_at:
                continue
            if session.starts_at >= other.ends_at:
                continue
            when = {
                "on": session.on,
                "starts_at": f"{other.starts_at:%H:%M}",
                "ends_at": f"{other.ends_at:%H:%M}",
            }
            if other.training_class_id == training_class.pk:
                raise SessionsOverlap(**when) from clash
            number = other.training_class.number
            if other.trainer_id == session.trainer_id:
                raise TrainerTaken(name=other.trainer.name, number=number, **when) from clash
            if other.site_id == session.site_id:
                raise SiteTaken(name=other.site.name, number=number, **when) from clash
    raise clash
