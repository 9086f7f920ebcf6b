"""What was kept of a session, and what learners object to."""

from django.db.models import QuerySet

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.presence.models import CheckIn, Dispute, RefusedCheckIn

from .sessions import session


def check_ins_of(session_id: int, by: Actor) -> QuerySet[CheckIn]:
    """Everything that says who was at a session in reach, as it arrived; a learner sees only the own."""
    session(session_id, by=by)
    rows = CheckIn.objects.filter(session_id=session_id).select_related("person", "enrolment").order_by("id")
    return rows.filter(person_id__in=by.person_ids) if by.person_id is not None else rows


def refused_check_ins(session_id: int, by: Actor) -> QuerySet[RefusedCheckIn]:
    """What was refused at a session in reach, as it arrived; a learner sees only the own."""
    session(session_id, by=by)
    rows = RefusedCheckIn.objects.filter(session_id=session_id).select_related("person").order_by("id")
    return rows.filter(person_id__in=by.person_ids) if by.person_id is not None else rows


def disputes(by: Actor, status: str = "") -> QuerySet[Dispute]:
    """Objections in reach, those to be answered soonest first."""
    rows = Dispute.objects.select_related(
        "session__training_class__institution", "session__site", "enrolment__person"
    ).order_by("due_on", "id")
    rows = in_reach(rows, by, person="enrolment__person_id")
    return rows.filter(status=status) if status else rows


def dispute_for_update(dispute_id: int, *, by: Actor) -> Dispute:
    """One objection in reach, locked, or NotFound."""
    found = disputes(by).select_for_update(of=("self",)).filter(pk=dispute_id).first()
    if found is None:
        raise NotFound()
    return found


def my_disputes(by: Actor) -> QuerySet[Dispute]:
    """A learner's own objections, newest first."""
    return disputes(by).order_by("-id")
