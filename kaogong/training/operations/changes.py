"""Changes of a class after its approval: tried at once, kept with what was, approved or only logged."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.writing import tidy
from kaogong.trail.operations import begin, move, require_may
from kaogong.training import queries
from kaogong.training.models import CHANGE_KINDS, ClassChange, Session, TrainingClass
from kaogong.training.queries.changes import class_change_for_update
from kaogong.training.queries.filing_forms import change_rules
from kaogong.training.states import CLASS_CHANGE

from .applying import OF_SESSION, apply, wanted

CHANGEABLE = ("approved", "running")


class ClassNotChangeable(Refused):
    """班级{number}现在是“{state}”：同意开班以后、结业以前才办理变更。"""


class ChangeKindUnknown(Refused):
    """没有“{kind}”这种变更。"""


class ChangeReasonMissing(Refused):
    """请写明变更的理由。"""


class ChangeOpen(Refused):
    """这次课还有一项变更等待审批，请先等审批或撤回。"""


class ChangeChangesNothing(Refused):
    """填写的内容与原来相同，没有变更。"""


class _Tried(Exception):
    """Undoes what was only tried."""


@transaction.atomic
def propose_change(
    class_id: int,
    kind: str,
    after: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    reason: str,
    session_id: int | None = None,
) -> ClassChange:
    """Ask for one change of an approved or running class; one the data only logs is in force at once.

    It is tried first, so what cannot be is refused now and not only at its approval.
    """
    require_may(by, CLASS_CHANGE.move("log").may, "提出变更")
    training_class = queries.training_class_for_update(class_id, by=by)
    _refuse_closed(training_class)
    if kind not in dict(CHANGE_KINDS) or (kind in OF_SESSION) != (session_id is not None):
        raise ChangeKindUnknown(kind=kind[:40])
    if not tidy(reason):
        raise ChangeReasonMissing()
    session = queries.session_for_update(training_class.pk, session_id) if session_id else None
    before, after = wanted(kind, after, training_class, session)
    if before == after:
        raise ChangeChangesNothing()
    rules = change_rules(training_class.region_code, timezone.localdate(at))
    needs_approval, rule = rules.get(kind, (True, ""))
    change = ClassChange(
        training_class=training_class,
        institution_id=training_class.institution_id,
        region_code=training_class.region_code,
        kind=kind,
        session=session,
        before=before,
        after=after,
        reason=tidy(reason)[:500],
        needs_approval=needs_approval,
        rule=rule,
        proposed_at=at,
        proposed_by=by.name,
    )
    try:
        with transaction.atomic():
            change.save()
    except IntegrityError as refusal:
        if "change_open_once_per_session" not in str(refusal):
            raise
        raise ChangeOpen() from refusal
    begin(change, "proposed", by=by, at=at, reason=change.reason, kind=kind, class_id=training_class.pk)
    if needs_approval:
        _try(change, training_class, at=at)
    else:
        apply(change, training_class, at=at)
        move(change, "log", by=by, at=at, reason=change.reason, kind=kind)
    return change


@transaction.atomic
def approve_change(change_id: int, *, by: Actor, at: datetime, reason: str = "") -> ClassChange:
    """Approve a change; from now on the class is as it says. Refused by name if it cannot be any more."""
    change, training_class = _both(change_id, by=by)
    move(change, "approve", by=by, at=at, reason=reason, kind=change.kind)
    _refuse_closed(training_class)
    apply(change, training_class, at=at)
    return change


@transaction.atomic
def refuse_change(change_id: int, *, by: Actor, at: datetime, reason: str) -> ClassChange:
    """Refuse a change, saying why; the class stays as it was."""
    change, _training_class = _both(change_id, by=by)
    move(change, "refuse", by=by, at=at, reason=reason, kind=change.kind)
    return change


@transaction.atomic
def withdraw_change(change_id: int, *, by: Actor, at: datetime, reason: str = "") -> ClassChange:
    """Take back a change nobody has decided on."""
    change, _training_class = _both(change_id, by=by)
    move(change, "withdraw", by=by, at=at, reason=reason, kind=change.kind)
    return change


def _both(change_id: int, *, by: Actor) -> tuple[ClassChange, TrainingClass]:
    """A change and its class, the class locked first as everywhere."""
    class_id = queries.class_change(change_id, by=by).training_class_id
    training_class = queries.training_class_for_update(class_id, by=by)
    return class_change_for_update(change_id, by=by), training_class


def _refuse_closed(training_class: TrainingClass) -> None:
    if training_class.status not in CHANGEABLE:
        raise ClassNotChangeable(number=training_class.number, state=training_class.get_status_display())


def _try(change: ClassChange, training_class: TrainingClass, *, at: datetime) -> None:
    """Carry a change out and undo it: whatever refuses it, refuses it now."""
    try:
        with transaction.atomic():
            apply(change, training_class, at=at)
            raise _Tried
    except _Tried:
        training_class.refresh_from_db()
        if change.session_id:
            change.session = Session.objects.get(pk=change.session_id)
