"""The teacher vouches for people without a phone: nobody honest is shut out."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing
from kaogong.presence import queries
from kaogong.presence.models import CheckIn, Recall
from kaogong.trail.operations import record, require_may
from kaogong.training.models import Enrolment

from .refusals import (
    AssistTooLate,
    ClassNotRunning,
    LearnerNotInClass,
    NobodyChosen,
    SessionIsCancelled,
    SessionNotOn,
)

NAMES = UUID(
    "6f3c1d0e-9d53-5b0e-8a53-0d8f3f6a7c11"
)  # one name for each vouched-for person, session and phase


@transaction.atomic
def assist_check_in(
    session_id: int,
    enrolment_ids: Iterable[int],
    *,
    by: Actor,
    at: datetime,
    reason: str,
    phase: str = "",
    recall_id: int | None = None,
    is_signed: bool = False,
) -> list[CheckIn]:
    """Vouch for learners of a session who have no phone that works, for a reason; those new are returned.

    Lower evidence than the learner's own phone; it carries further paired with a recall (``recall_id``) or with
    the learner's signature on a sheet (``is_signed``). ``phase``: in or out, by the hour unless said.
    """
    require_may(by, Permission.ASSIST_CHECK_IN, "代签")
    if not reason.strip():
        raise ReasonMissing(label="代签")
    wanted = list(dict.fromkeys(enrolment_ids))
    if not wanted:
        raise NobodyChosen()
    session = queries.session(session_id, by=by)
    training_class = session.training_class
    settings, hours = queries.settings_for(session), queries.hours_for(session)
    if session.cancelled:
        raise SessionIsCancelled(on=session.on)
    if training_class.status != "running":
        raise ClassNotRunning(number=training_class.number, state=training_class.get_status_display())
    if at < hours.opens_at:
        raise SessionNotOn(
            on=session.on,
            opens=f"{timezone.localtime(hours.opens_at):%H:%M}",
            closes=f"{timezone.localtime(hours.closes_at):%H:%M}",
        )
    if timezone.localdate(at) > session.on + timedelta(days=settings.correction_days):
        raise AssistTooLate(days=settings.correction_days)
    learners = {
        row.pk: row
        for row in Enrolment.objects.filter(
            pk__in=wanted, training_class_id=session.training_class_id, status="enrolled"
        )
    }
    for enrolment_id in wanted:
        if enrolment_id not in learners:
            raise LearnerNotInClass(enrolment_id=enrolment_id)
    phase = _phase(session_id, phase, recall_id, hours, at)
    stands_for = min(max(at, hours.starts_at), hours.ends_at) if phase != "out" else min(at, hours.ends_at)
    if at >= hours.closes_at and phase == "in":
        stands_for = hours.starts_at
    rows = [
        CheckIn(
            client_key=uuid5(NAMES, f"{session_id}/{enrolment_id}/{phase}"),
            session=session,
            enrolment=learners[enrolment_id],
            person_id=learners[enrolment_id].person_id,
            phase=phase,
            way="none",
            source="assisted",
            stands_for=stands_for,
            received_at=at,
            is_signed=is_signed,
            note=reason.strip()[:200],
            account_id=by.account_id,
        )
        for enrolment_id in wanted
    ]
    known = set(
        CheckIn.objects.filter(client_key__in=[row.client_key for row in rows]).values_list(
            "client_key", flat=True
        )
    )
    fresh = [row for row in rows if row.client_key not in known]
    CheckIn.objects.bulk_create(fresh, ignore_conflicts=True)
    if fresh:
        record(
            "class.check_ins_assisted",
            training_class,
            by=by,
            at=at,
            reason=reason,
            session=session.pk,
            phase=phase,
            enrolments=[row.enrolment_id for row in fresh],
            signed=is_signed,
        )
    return fresh


def _phase(session_id: int, phase: str, recall_id: int | None, hours: queries.Hours, at: datetime) -> str:
    if recall_id is not None:
        recall = Recall.objects.filter(pk=recall_id, session_id=session_id).first()
        if recall is None:
            raise NotFound()
        return recall.phase
    if phase in (queries.IN, queries.OUT):
        return phase
    return hours.phase(at) if at < hours.closes_at else queries.IN
