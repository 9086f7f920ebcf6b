"""What happens by itself while classes are on: random recalls, comparing faces, and weighing."""

from datetime import datetime, timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from kaogong.kernel.actor import system_actor
from kaogong.presence import operations, queries

QUEUE = "presence"
LOOKED_BACK = timedelta(days=3)


@app.task(name="presence.call_rooms", queue=QUEUE, queueing_lock="presence.call_rooms")
def call_rooms_every_minute(timestamp: int) -> None:
    """Plan the recalls of sessions that are opening, and make those whose secret time has come."""
    at = datetime.fromtimestamp(timestamp, tz=timezone.get_default_timezone())
    by = system_actor()
    for live in queries.sessions_on_now(by, at):
        operations.plan_recalls(live.session.pk, by=by, at=at)
        if live.hours.is_on(at):
            operations.call_due_recalls(live.session.pk, by=by, at=at)


@app.task(name="presence.compare_faces", queue=QUEUE, queueing_lock="presence.compare_faces")
def compare_faces_every_minute(timestamp: int) -> None:
    """Have the photographs taken since the last minute compared, and those nobody answered for again."""
    at = datetime.fromtimestamp(timestamp, tz=timezone.get_default_timezone())
    operations.compare_faces(by=system_actor(), at=at)


@app.task(name="presence.weigh_sessions", queue=QUEUE, queueing_lock="presence.weigh_sessions")
def weigh_every_five_minutes(timestamp: int) -> None:
    """Weigh the sessions something has reached since they were last weighed, and write marks of those over."""
    at = datetime.fromtimestamp(timestamp, tz=timezone.get_default_timezone())
    by = system_actor()
    for session_id in queries.sessions_to_weigh(at, since=LOOKED_BACK):
        operations.weigh_session(session_id, by=by, at=at)
