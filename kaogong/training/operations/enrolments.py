"""Learners leaving a class and coming back to it."""

from datetime import datetime

from django.db import transaction

from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.trail.operations import move
from kaogong.training import queries
from kaogong.training.models import Enrolment

from .two_places import told_by_name


class ClassOver(Refused):
    """班级{number}已是“{state}”，学员名单不能再改。"""


@transaction.atomic
def withdraw_learner(enrolment_id: int, *, by: Actor, at: datetime, reason: str) -> Enrolment:
    """Take a learner out of a class that is not over; the hours already counted stay on record."""
    enrolment = _enrolment_of_live_class(enrolment_id, by=by)
    move(enrolment, "withdraw", by=by, at=at, reason=reason, class_id=enrolment.training_class_id)
    return enrolment


@transaction.atomic
def readmit_learner(enrolment_id: int, *, by: Actor, at: datetime, reason: str = "") -> Enrolment:
    """Take a learner who had left back into the class."""
    enrolment = _enrolment_of_live_class(enrolment_id, by=by)
    with told_by_name():
        move(enrolment, "readmit", by=by, at=at, reason=reason, class_id=enrolment.training_class_id)
    return enrolment


def _enrolment_of_live_class(enrolment_id: int, *, by: Actor) -> Enrolment:
    enrolment = queries.enrolment_for_update(enrolment_id, by=by)
    training_class = enrolment.training_class
    if training_class.status in ("finished", "cancelled"):
        raise ClassOver(number=training_class.number, state=training_class.get_status_display())
    return enrolment
