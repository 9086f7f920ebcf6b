"""What a debtor says against being asked, and the answer they get."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.trail.operations import begin, move, require_may, require_move

from .. import queries
from ..models import RecoupmentObjection
from ..states import OBJECTION
from .refusals import ObjectionEmpty, ObjectionLate, ObjectionOpen, RecoupmentOver


@transaction.atomic
def object_to_recoupment(recoupment_id: int, *, content: str, by: Actor, at: datetime) -> RecoupmentObjection:
    """Say why it should not be paid back; within the days the notice gives, where it gives any."""
    require_may(by, Permission.OBJECT_TO_RECOUPMENT, "提出异议")
    recoupment = queries.recoupment_for_update(recoupment_id, by=by)
    if recoupment.status not in ("served", "paying"):
        raise RecoupmentOver(number=recoupment.number)
    if recoupment.objection_until is not None and timezone.localdate(at) > recoupment.objection_until:
        raise ObjectionLate(until=recoupment.objection_until)
    if not content.strip():
        raise ObjectionEmpty()
    if queries.objections(recoupment.pk).filter(status="raised").exists():
        raise ObjectionOpen()
    objection = RecoupmentObjection.objects.create(
        recoupment=recoupment, region_code=recoupment.region_code, content=content.strip(), raised_at=at
    )
    begin(objection, "raised", by=by, at=at, recoupment=recoupment.number)
    return objection


@transaction.atomic
def uphold_recoupment_objection(
    objection_id: int, *, answer: str, by: Actor, at: datetime
) -> RecoupmentObjection:
    """Find an objection right; dropping the recoupment is a step of its own."""
    return _answer(objection_id, "uphold", answer, by=by, at=at)


@transaction.atomic
def dismiss_recoupment_objection(
    objection_id: int, *, answer: str, by: Actor, at: datetime
) -> RecoupmentObjection:
    """Find it wrong, with the answer the debtor reads."""
    return _answer(objection_id, "dismiss", answer, by=by, at=at)


def _answer(objection_id: int, verb: str, answer: str, *, by: Actor, at: datetime) -> RecoupmentObjection:
    objection = queries.objection_for_update(objection_id, by=by)
    require_move(objection, OBJECTION.move(verb), OBJECTION, by=by, reason=answer)
    objection.answer, objection.answered_at = answer.strip(), at
    objection.save(update_fields=["answer", "answered_at"])
    move(objection, verb, by=by, at=at, reason=answer)
    return objection
