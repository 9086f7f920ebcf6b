"""Calling a room over in the middle of a session."""

import secrets
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.recall_times import commitment, recall_times
from kaogong.presence import queries
from kaogong.presence.models import Recall, RecallPlan
from kaogong.trail.operations import record, require_may
from kaogong.training.models import Session

from .refusals import ClassNotRunning, RecallTooSoon, SessionNotOn


@transaction.atomic
def call_recall(session_id: int, *, by: Actor, at: datetime, reason: str = "") -> Recall:
    """Call a room over now; who is there answers with the code on the screen before it closes."""
    require_may(by, Permission.CALL_RECALL, "随机点名")
    session = queries.session(session_id, by=by)
    return _call(session, by=by, at=at, reason=reason, is_random=False)


@transaction.atomic
def plan_recalls(session_id: int, *, by: Actor, at: datetime) -> RecallPlan | None:
    """Fix beforehand, by a secret nobody sees before the end, when a room will be called over.

    None where the region calls for none or the session is too short; planned twice, the first plan stands.
    """
    session = queries.session(session_id, by=by)
    settings, hours = queries.settings_for(session), queries.hours_for(session)
    first, last = hours.starts_at + settings.recall_margin, hours.ends_at - settings.recall_margin
    last -= settings.recall_open
    if not settings.recalls_each_session or last < first:
        return None
    seed = secrets.token_hex(32)
    new = RecallPlan(
        session=session,
        count=settings.recalls_each_session,
        first_at=first,
        last_at=last,
        commitment=commitment(seed),
        seed=seed,
        planned_at=at,
    )
    RecallPlan.objects.bulk_create([new], ignore_conflicts=True)
    return RecallPlan.objects.get(session=session)


@transaction.atomic
def call_due_recalls(session_id: int, *, by: Actor, at: datetime) -> list[Recall]:
    """Make the planned calls whose time has come; one that is past its time to answer is left out."""
    session = queries.session(session_id, by=by)
    plan = RecallPlan.objects.select_for_update().filter(session_id=session_id).first()
    if plan is None:
        return []
    settings = queries.settings_for(session)
    due = recall_times(plan.seed, plan.first_at, plan.last_at, plan.count)
    made = Recall.objects.filter(session_id=session_id, is_random=True).count()
    called = []
    for planned in [when for when in due if when <= at][made:]:
        if at - planned <= settings.recall_open and not _open(session_id, at):
            called.append(_call(session, by=by, at=at, reason="", is_random=True))
    return called


def _open(session_id: int, at: datetime) -> Recall | None:
    return Recall.objects.filter(session_id=session_id, closes_at__gt=at).order_by("number").last()


def _call(session: Session, *, by: Actor, at: datetime, reason: str, is_random: bool) -> Recall:
    settings, hours = queries.settings_for(session), queries.hours_for(session)
    training_class = session.training_class
    if training_class.status != "running":
        raise ClassNotRunning(number=training_class.number, state=training_class.get_status_display())
    if session.cancelled or not hours.is_on(at):
        raise SessionNotOn(
            on=session.on,
            opens=f"{timezone.localtime(hours.starts_at):%H:%M}",
            closes=f"{timezone.localtime(hours.ends_at):%H:%M}",
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('kaogong.presence.recall'), %s)", [session.pk])
    standing = _open(session.pk, at)
    if standing is not None:
        raise RecallTooSoon(closes=f"{timezone.localtime(standing.closes_at):%H:%M}")
    last = Recall.objects.filter(session=session).aggregate(n=Max("number"))["n"] or 0
    recall = Recall.objects.create(
        session=session,
        number=last + 1,
        called_at=at,
        closes_at=at + settings.recall_open,
        called_by=by.name,
        is_random=is_random,
    )
    record(
        "class.recalled",
        training_class,
        by=by,
        at=at,
        reason=reason,
        session=session.pk,
        number=recall.number,
        random=is_random,
    )
    return recall
