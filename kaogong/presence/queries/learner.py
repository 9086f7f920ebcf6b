"""A learner's own sessions today and around."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from kaogong.people import queries as people
from kaogong.presence.models import CheckIn, Dispute, PresenceEvidence, Recall
from kaogong.training.models import Attendance, Enrolment, Session

from .evidence import PersonEvidence, told
from .rooms import IN, OUT, Hours
from .sessions import hours_for, settings_for


@dataclass(frozen=True, slots=True)
class MySession:
    """One session as its learner sees it."""

    session: Session  # with training_class, its institution, and site
    enrolment: Enrolment
    hours: Hours
    phase: str  # what scanning now would be: in | out | "" while closed
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    open_recall: Recall | None  # to be answered now
    evidence: PersonEvidence
    dispute: Dispute | None  # the latest, if any
    may_dispute: bool


def my_sessions(
    person_id: int, at: datetime, *, days_back: int = 7, days_ahead: int = 7, class_id: int | None = None
) -> list[MySession]:
    """A person's sessions from some days back to some ahead, in order of time; eight queries in all."""
    today = timezone.localdate(at)
    same = people.same_person_ids([person_id])[person_id]
    enrolled = Enrolment.objects.filter(person_id__in=same, status="enrolled").select_related("person")
    if class_id is not None:
        enrolled = enrolled.filter(training_class_id=class_id)
    by_class = {row.training_class_id: row for row in enrolled}
    rows = (
        Session.objects.filter(
            training_class_id__in=by_class,
            cancelled=False,
            on__range=(today - timedelta(days=days_back), today + timedelta(days=days_ahead)),
        )
        .select_related("training_class__institution", "site", "trainer")
        .order_by("on", "starts_at")
    )
    sessions = list(rows)
    ids = [row.pk for row in sessions]
    own = [row.pk for row in by_class.values()]
    seen: dict[int, dict[str, CheckIn]] = {}
    for row in CheckIn.objects.filter(session_id__in=ids, enrolment_id__in=own).order_by("-id"):
        seen.setdefault(row.session_id, {})[row.phase] = row
    weighed = {
        r.session_id: r for r in PresenceEvidence.objects.filter(session_id__in=ids, enrolment_id__in=own)
    }
    marks = dict(
        Attendance.objects.filter(session_id__in=ids, enrolment_id__in=own).values_list("session_id", "mark")
    )
    recalls: dict[int, list[Recall]] = {}
    for recall in Recall.objects.filter(session_id__in=ids, called_at__lte=at, closes_at__gt=at):
        recalls.setdefault(recall.session_id, []).append(recall)
    objections = {
        row.session_id: row
        for row in Dispute.objects.filter(session_id__in=ids, enrolment_id__in=own).order_by("id")
    }
    return [
        _mine(
            session,
            by_class[session.training_class_id],
            seen.get(session.pk, {}),
            recalls.get(session.pk, []),
            weighed.get(session.pk),
            marks.get(session.pk, ""),
            objections.get(session.pk),
            at,
        )
        for session in sessions
    ]


def open_recalls(person_id: int, at: datetime) -> list[Recall]:
    """Calls over of the person's rooms that are open and not yet answered, the soonest to close first."""
    same = people.same_person_ids([person_id])[person_id]
    rows = Recall.objects.filter(
        called_at__lte=at,
        closes_at__gt=at,
        session__training_class__enrolments__person_id__in=same,
        session__training_class__enrolments__status="enrolled",
    ).select_related("session__training_class", "session__site")
    rows = list(rows.order_by("closes_at"))
    answered = set(
        CheckIn.objects.filter(
            person_id__in=same, session_id__in=[row.session_id for row in rows]
        ).values_list("session_id", "phase")
    )
    return [row for row in rows if (row.session_id, row.phase) not in answered]


def _mine(session, enrolment, seen, recalls, weighed, mark, dispute, at) -> MySession:
    hours, settings = hours_for(session), settings_for(session)
    waiting = [recall for recall in recalls if recall.phase not in seen]
    last = session.on + timedelta(days=settings.dispute_days)
    return MySession(
        session=session,
        enrolment=enrolment,
        hours=hours,
        phase=hours.phase(at) if hours.is_open(at) and session.training_class.status == "running" else "",
        checked_in_at=seen[IN].stands_for if IN in seen else None,
        checked_out_at=seen[OUT].stands_for if OUT in seen else None,
        open_recall=waiting[0] if waiting else None,
        evidence=told(enrolment, weighed, mark, settings),
        dispute=dispute,
        may_dispute=bool(
            at >= hours.ends_at
            and timezone.localdate(at) <= last
            and session.training_class.status == "running"
            and not (dispute and dispute.status == "received")
        ),
    )
