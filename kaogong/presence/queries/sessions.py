"""Sessions in reach, and whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Max, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest
from django.utils import timezone

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.presence.models import CheckIn, FacePhoto, PresenceEvidence
from kaogong.training.models import Enrolment, Session
from kaogong.training.states import TRAINING_CLASS

from .rooms import Hours, hours_of
from .settings import Settings, settings_of


def sessions_in_reach(by: Actor) -> QuerySet[Session]:
    """Sessions of classes in reach; a learner reaches those of the classes sat in."""
    rows = Session.objects.select_related("training_class__institution", "site", "trainer")
    return in_reach(
        rows,
        by,
        region="training_class__region_code",
        organisation="training_class__institution_id",
        person="training_class__enrolments__person_id",
    )


def session(session_id: int, *, by: Actor) -> Session:
    """One session in reach, or NotFound."""
    found = sessions_in_reach(by).filter(pk=session_id).first()
    if found is None:
        raise NotFound()
    return found


def settings_for(session: Session) -> Settings:
    """What holds of a session: its class's region, its own day."""
    return settings_of(session.training_class.region_code, session.on)


def hours_for(session: Session) -> Hours:
    """A session's hours as instants."""
    return hours_of(session.on, session.starts_at, session.ends_at, settings_for(session))


def own_enrolment(session: Session, person_ids: Sequence[int]) -> Enrolment:
    """A learner's place in the class of a session, under any of their rows, or NotFound."""
    rows = Enrolment.objects.filter(training_class_id=session.training_class_id, person_id__in=person_ids)
    found = rows.exclude(status="withdrawn").first()
    if found is None:
        raise NotFound()
    return found


@dataclass(frozen=True, slots=True)
class Door:
    """What a check-in needs to know of a session, and of one person in it; ``enrolment_id`` None: a stranger."""

    on: date
    starts_at: time
    ends_at: time
    is_cancelled: bool
    class_status: str
    class_number: str
    region_code: str
    latitude: Decimal | None
    longitude: Decimal | None
    enrolment_id: int | None


def door(session_id: int, person_ids: Sequence[int]) -> Door | None:
    """One session as one person comes to it, in one look-up; None when there is no such session."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s."on", s.starts_at, s.ends_at, s.cancelled, c.status, c.number, c.region_code,
                   p.latitude, p.longitude, e.id
              FROM training_session s
              JOIN training_trainingclass c ON c.id = s.training_class_id
              JOIN institutions_site p ON p.id = s.site_id
              LEFT JOIN training_enrolment e
                ON e.training_class_id = c.id AND e.person_id = ANY(%s) AND e.status = 'enrolled'
             WHERE s.id = %s
            """,
            [list(person_ids), session_id],
        )
        row = cursor.fetchone()
    return Door(*row) if row else None


def class_state(status: str) -> str:
    """A class's state in words."""
    return TRAINING_CLASS.label(status)


def sessions_to_weigh(at: datetime, *, since: timedelta) -> list[int]:
    """Lately held sessions of running classes that something reached since they were last weighed, or ended."""
    today = timezone.localdate(at)
    rows = Session.objects.filter(
        on__gte=timezone.localdate(at - since),
        on__lte=today,
        cancelled=False,
        training_class__status="running",
    ).select_related("training_class")
    rows = rows.annotate(
        weighed_at=_latest(PresenceEvidence, "weighed_at"),
        reached_at=Greatest(  # of those that are there
            _latest(CheckIn, "received_at"),
            _latest(FacePhoto, "received_at", "check_in__session"),
            _latest(FacePhoto, "compared_at", "check_in__session"),
        ),
    )
    found = []
    for session in rows.order_by("on", "id"):
        if session.reached_at is None:
            continue
        closes_at, weighed_at = hours_for(session).closes_at, session.weighed_at
        if weighed_at is None or weighed_at <= session.reached_at or weighed_at < closes_at <= at:
            found.append(session.pk)
    return found


def _latest(model: type[Model], name: str, session: str = "session") -> Subquery:
    own = model.objects.filter(**{session: OuterRef("pk")}).order_by().values(session)
    return Subquery(own.annotate(latest=Max(name)).values("latest"))
