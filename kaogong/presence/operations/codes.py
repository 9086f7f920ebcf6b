"""The code on a room's screen."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel import rotating_code
from kaogong.kernel.actor import Actor
from kaogong.presence import queries
from kaogong.trail.operations import require_may

from .refusals import ClassNotRunning, SessionIsCancelled, SessionNotOn


@dataclass(frozen=True, slots=True)
class ShownCode:
    """What a room's screen shows now, in a square code and to be typed, and until when."""

    token: str
    short_code: str
    valid_until: datetime
    window: int
    phase: str  # what scanning it now would be: in | out


def show_code(session_id: int, *, by: Actor, at: datetime) -> ShownCode:
    """The code of a session's room for this moment; the next follows at ``valid_until``."""
    require_may(by, Permission.SHOW_CODE, "出示签到码")
    session = queries.session(session_id, by=by)
    training_class = session.training_class
    if session.cancelled:
        raise SessionIsCancelled(on=session.on)
    if training_class.status != "running":
        raise ClassNotRunning(number=training_class.number, state=training_class.get_status_display())
    hours = queries.hours_for(session)
    if not hours.is_open(at):
        raise SessionNotOn(
            on=session.on,
            opens=f"{timezone.localtime(hours.opens_at):%H:%M}",
            closes=f"{timezone.localtime(hours.closes_at):%H:%M}",
        )
    seconds = queries.settings_for(session).code_seconds
    window = rotating_code.window_of(at, seconds)
    key = queries.room_key(session.pk)
    return ShownCode(
        token=rotating_code.token(key, session.pk, window),
        short_code=rotating_code.short_code(key, session.pk, window),
        valid_until=rotating_code.begins_at(window + 1, seconds),
        window=window,
        phase=hours.phase(rotating_code.begins_at(window, seconds)),
    )
