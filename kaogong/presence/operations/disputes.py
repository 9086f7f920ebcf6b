"""A learner says that a mark is wrong; somebody answers by a day."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing, WrongState
from kaogong.kernel.working_days import add_working_days
from kaogong.presence import queries
from kaogong.presence.models import Dispute
from kaogong.trail.operations import begin, move, require_may
from kaogong.training import operations as training
from kaogong.training.models import MARKS, Attendance

from .refusals import DisputeAlreadyOpen, DisputeTooLate, MarkNotDisputed, SessionNotOn


@transaction.atomic
def dispute_mark(session_id: int, *, by: Actor, at: datetime, reason: str, wanted_mark: str = "P") -> Dispute:
    """Object to one's own mark at a session that is over; to be answered within the region's working days."""
    require_may(by, Permission.DISPUTE_MARK, "对考勤提出异议")
    if by.person_id is None:
        raise NotFound()
    if not reason.strip():
        raise ReasonMissing(label="对考勤提出异议")
    session = queries.session(session_id, by=by)
    enrolment = queries.own_enrolment(session, by.person_ids)
    settings, hours = queries.settings_for(session), queries.hours_for(session)
    training_class = session.training_class
    if training_class.status != "running":
        raise WrongState(state=training_class.get_status_display(), label="对考勤提出异议")
    if at < hours.ends_at:
        raise SessionNotOn(
            on=session.on,
            opens=f"{timezone.localtime(hours.opens_at):%H:%M}",
            closes=f"{timezone.localtime(hours.closes_at):%H:%M}",
        )
    if wanted_mark not in MARKS:
        raise training.MarkUnknown(mark=wanted_mark)
    if timezone.localdate(at) > session.on + timedelta(days=settings.dispute_days):
        raise DisputeTooLate(days=settings.dispute_days, on=session.on)
    mark = (
        Attendance.objects.filter(session=session, enrolment=enrolment).values_list("mark", flat=True).first()
    )
    if mark == wanted_mark:
        raise MarkNotDisputed(mark=MARKS[mark])
    due_on = add_working_days(timezone.localdate(at), settings.dispute_working_days)
    dispute = Dispute(
        session=session,
        enrolment=enrolment,
        institution_id=training_class.institution_id,
        region_code=training_class.region_code,
        mark=mark or "",
        wanted_mark=wanted_mark,
        says=reason.strip(),
        received_at=at,
        due_on=due_on,
    )
    try:
        with transaction.atomic():
            dispute.save()
    except IntegrityError as clash:
        standing = Dispute.objects.filter(session=session, enrolment=enrolment, status="received").first()
        if standing is None:
            raise
        raise DisputeAlreadyOpen(due_on=standing.due_on) from clash
    begin(dispute, "received", by=by, at=at, due_on=due_on.isoformat())
    return dispute


@transaction.atomic
def uphold_dispute(
    dispute_id: int, *, by: Actor, at: datetime, reason: str, decided: training.Decided | None = None
) -> Dispute:
    """Grant an objection: the mark is corrected through the attendance's own trail.

    Of a class that has finished meanwhile only with ``decided``, the caller's query whether money was decided on
    its marks; without one, or once it was, the mark stays and this is refused.
    """
    require_may(by, Permission.UPHOLD_DISPUTE, "答复考勤异议")
    dispute = _answered(dispute_id, by=by, at=at, reason=reason)
    move(dispute, "uphold", by=by, at=at, reason=reason)
    writer = by.may_also(Permission.RECORD_ATTENDANCE)
    if decided is not None and dispute.session.training_class.status == "finished":
        training.correct_finished_mark(
            dispute.session_id, dispute.enrolment_id, dispute.wanted_mark, by=writer, at=at, reason=reason,
            decided=decided,
        )  # fmt: skip
        return dispute
    training.record_attendance(
        dispute.session_id, {dispute.enrolment_id: dispute.wanted_mark}, by=writer, at=at, reason=reason
    )
    return dispute


@transaction.atomic
def dismiss_dispute(dispute_id: int, *, by: Actor, at: datetime, reason: str) -> Dispute:
    """Turn an objection down, with the reason the learner reads; the mark stays."""
    require_may(by, Permission.DISMISS_DISPUTE, "答复考勤异议")
    dispute = _answered(dispute_id, by=by, at=at, reason=reason)
    move(dispute, "dismiss", by=by, at=at, reason=reason)
    return dispute


def _answered(dispute_id: int, *, by: Actor, at: datetime, reason: str) -> Dispute:
    dispute = queries.dispute_for_update(dispute_id, by=by)
    if not reason.strip():
        raise ReasonMissing(label="答复考勤异议")
    if dispute.status == "received":
        dispute.answer, dispute.answered_by, dispute.answered_at = reason.strip(), by.name, at
        dispute.save(update_fields=["answer", "answered_by", "answered_at"])
    return dispute
