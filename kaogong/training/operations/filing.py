"""A class's way from draft to finished."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.institutions import queries as institutions
from kaogong.institutions.models import Contract
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.people import operations as people
from kaogong.trail.operations import move
from kaogong.training import queries
from kaogong.training.models import ClassFiling, Session, TrainingClass
from kaogong.training.queries.readiness import NO, readiness

from .trying_twice import tried_twice
from .two_places import told_by_name


class OutOfScope(Refused):
    """协议{number}在开班日期不包括这个职业和等级，或已暂停、到期。"""


class TrainersMissing(Refused):
    """请先填写授课教师。"""


class TimetableHoursDiffer(Refused):
    """课程表与申报课时不符：{kind}申报{declared}课时，课程表合计{planned}课时。"""


class HeadCountExceeded(Refused):
    """协议{number}还可培训{left}人，本班有{wanted}人。"""


class LearnersElsewhere(Refused):
    """有{count}名学员同一时间在别的班上课（如班级{number}），请调整课程表或名单。"""


class ClassEmpty(Refused):
    """班级还没有学员，请先上传花名册。"""


class FilingIncomplete(Refused):
    """开班申报还不齐：{missing}。"""


class HoursNotMadeUp(Refused):
    """{kind}申报{declared}课时，课程表只有{planned}课时：取消的课补齐后才能结业。"""


class ClassNotBegun(Refused):
    """开班日期是{starts_on}，现在还不能开班。"""


class SessionsUnrecorded(Refused):
    """还有{count}次课没有记完考勤（最早{on}），记完后才能结业。"""


@tried_twice
@transaction.atomic
def file_class(class_id: int, *, by: Actor, at: datetime) -> TrainingClass:
    """File a drafted class with the bureau: in the contract's scope, with trainers and a full timetable."""
    training_class = queries.training_class_for_update(class_id, by=by)
    _refuse_unready(training_class)
    _refuse_incomplete(training_class, at=at)
    with told_by_name():
        move(training_class, "file", by=by, at=at)
    return training_class


@tried_twice
@transaction.atomic
def refile_class(class_id: int, *, by: Actor, at: datetime, reason: str = "") -> TrainingClass:
    """File a returned class again."""
    training_class = queries.training_class_for_update(class_id, by=by)
    _refuse_unready(training_class)
    _refuse_incomplete(training_class, at=at)
    with told_by_name():
        move(training_class, "refile", by=by, at=at, reason=reason)
    return training_class


@tried_twice
@transaction.atomic
def approve_class(class_id: int, *, by: Actor, at: datetime, reason: str = "") -> TrainingClass:
    """Approve a filed class with the learners it has; never by the person who filed it."""
    training_class = queries.training_class_for_update(class_id, by=by)
    wanted = queries.enrolments(class_id).count()
    if not wanted and training_class.status == "filed":
        raise ClassEmpty()
    _refuse_unready(training_class)
    Contract.objects.select_for_update().get(pk=training_class.contract_id)  # two approvals count in turn
    left = queries.head_count_left(training_class)
    if wanted > left:
        raise HeadCountExceeded(number=training_class.contract.number, left=max(left, 0), wanted=wanted)
    move(training_class, "approve", by=by, at=at, reason=reason, learners=wanted)
    return training_class


@transaction.atomic
def return_class(class_id: int, *, by: Actor, at: datetime, reason: str) -> TrainingClass:
    """Return a filed class to its provider, saying why."""
    training_class = queries.training_class_for_update(class_id, by=by)
    move(training_class, "return", by=by, at=at, reason=reason)
    return training_class


@transaction.atomic
def cancel_class(class_id: int, *, by: Actor, at: datetime, reason: str) -> TrainingClass:
    """Cancel a class not yet begun and free the trainers and sites its timetable held."""
    training_class = queries.training_class_for_update(class_id, by=by)
    move(training_class, "cancel", by=by, at=at, reason=reason)
    Session.objects.filter(training_class=training_class).update(cancelled=True)
    return training_class


@transaction.atomic
def start_class(class_id: int, *, by: Actor, at: datetime) -> TrainingClass:
    """Begin an approved class, on its first day or later."""
    training_class = queries.training_class_for_update(class_id, by=by)
    if timezone.localtime(at).date() < training_class.starts_on and training_class.status == "approved":
        raise ClassNotBegun(starts_on=training_class.starts_on)
    move(training_class, "start", by=by, at=at)
    return training_class


@transaction.atomic
def finish_class(class_id: int, *, by: Actor, at: datetime) -> TrainingClass:
    """Finish a class whose every session is recorded, and write hours into each learner's lifelong file."""
    training_class = queries.training_class_for_update(class_id, by=by)
    open_sessions = queries.unrecorded_sessions(class_id)
    if training_class.status == "running" and (count := open_sessions.count()):
        raise SessionsUnrecorded(count=count, on=open_sessions.first().on)
    if training_class.status == "running":
        _refuse_missing_hours(training_class)
    move(training_class, "finish", by=by, at=at)
    _tell_lifelong_files(training_class, by=by, at=at)
    return training_class


def _refuse_unready(training_class: TrainingClass) -> None:
    in_force = institutions.contracts_in_force(training_class.starts_on).filter(
        pk=training_class.contract_id,
        scopes__occupation_code=training_class.occupation_code,
        scopes__level_code=training_class.level_code,
    )
    if not in_force.exists():
        raise OutOfScope(number=training_class.contract.number)
    if not training_class.class_trainers.exists():
        raise TrainersMissing()
    planned = queries.planned_hours(training_class.pk)
    for kind, label, declared in (
        ("theory", "理论", training_class.hours_theory),
        ("practice", "实训", training_class.hours_practice),
    ):
        if planned[kind] != declared * 100:
            raise TimetableHoursDiffer(kind=label, declared=declared, planned=f"{planned[kind] / 100:g}")
    booked = queries.double_booked(training_class)
    if booked:
        raise LearnersElsewhere(count=len(booked), number=min(booked.values()))


def _refuse_incomplete(training_class: TrainingClass, *, at: datetime) -> None:
    """What the form of the class's kind asks and has not got is named; the form's day is the day of filing."""
    on = timezone.localdate(at)
    if training_class.status not in ("drafted", "returned"):
        return  # the move refuses it by its state
    missing = [found.sentence for found in readiness(training_class, on) if found.state == NO]
    if missing:
        raise FilingIncomplete(missing="；".join(missing))
    ClassFiling.objects.update_or_create(
        training_class=training_class,
        defaults={"filed_on": on},
        create_defaults={"filed_on": on, "answered_at": at},
    )


def _refuse_missing_hours(training_class: TrainingClass) -> None:
    planned = queries.planned_hours(training_class.pk)
    for kind, label in (("theory", "理论"), ("practice", "实训")):
        declared = getattr(training_class, f"hours_{kind}")
        if planned[kind] < declared * 100:
            raise HoursNotMadeUp(kind=label, declared=declared, planned=f"{planned[kind] / 100:g}")


def _tell_lifelong_files(training_class: TrainingClass, *, by: Actor, at: datetime) -> None:
    hours = queries.hours_by_enrolment(training_class.pk)
    entries = []
    for enrolment in queries.enrolments(training_class.pk):
        told = {
            "person_id": enrolment.person_id,
            "on": training_class.ends_on,
            "reference": f"class:{training_class.pk}",
        }
        facts = {
            "number": training_class.number,
            "institution": training_class.institution.name,
            "occupation_code": training_class.occupation_code,
            "level_code": training_class.level_code,
        }
        counted = hours[enrolment.pk]
        entries.append(people.NewFileEntry(kind="training", title=training_class.title, detail=facts, **told))
        entries.append(
            people.NewFileEntry(
                kind="hours",
                title=f"{training_class.title} {counted / 100:g} 课时",
                detail={**facts, "hours_hundredths": counted},
                **told,
            )
        )
    people.append_many_to_file(entries, by=by, at=at)
