"""Reading what a phone sent: which window was on the screen, and how long the phone kept it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from kaogong.kernel import rotating_code
from kaogong.presence import queries

from .refusals import CodeExpired, CodeForged, CodePhotographed, QueuedTooLong

_AHEAD = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Shown:
    """A window that was on the room's screen, and how what told of it came."""

    window: int
    shown_at: datetime
    way: str
    is_queued: bool
    queue_gap_seconds: int | None
    skew_seconds: int | None


@dataclass(frozen=True, slots=True)
class Clocks:
    """The phone's clock when the code was taken and when it was sent, and the server's when it came."""

    taken_at: datetime | None
    sent_at: datetime | None
    received_at: datetime

    @property
    def waited(self) -> timedelta | None:
        """How long the phone says it kept the code: a wrong clock cancels out when both were told."""
        if self.taken_at is None:
            return None
        return (self.sent_at or self.received_at) - self.taken_at

    @property
    def skew_seconds(self) -> int | None:
        return None if self.sent_at is None else _bounded((self.sent_at - self.received_at).total_seconds())


def place_in(token: str) -> rotating_code.Claimed:
    """The session and window a token names, proven by its room's key; otherwise CodeForged."""
    said = rotating_code.claimed(token.strip()[:80])
    if said is None or not rotating_code.is_proven(queries.room_key(said.place), said):
        raise CodeForged()
    return said


def window_typed(
    session_id: int, typed: str, settings: queries.Settings, hours: queries.Hours, clocks: Clocks
) -> int:
    """The window a typed code belongs to: now, or when a phone without network took it; else CodeForged."""
    key, seconds = queries.room_key(session_id), settings.code_seconds
    now = rotating_code.window_of(clocks.received_at, seconds)
    behind = ceil(settings.grace.total_seconds() / seconds) + 1
    found = rotating_code.window_typed(key, session_id, typed, now - behind, now)
    if found is None:
        first = rotating_code.window_of(hours.opens_at, seconds)
        last = min(now, rotating_code.window_of(hours.closes_at, seconds))
        found = rotating_code.window_typed(key, session_id, typed, first, last)
    if found is None:
        raise CodeForged()
    return found


def shown(window: int, way: str, settings: queries.Settings, hours: queries.Hours, clocks: Clocks) -> Shown:
    """When the code was on the screen; refused by name when that was too long ago and no queue explains it."""
    shown_at = rotating_code.begins_at(window, settings.code_seconds)
    replaced_at = rotating_code.begins_at(window + 1, settings.code_seconds)
    if shown_at > clocks.received_at + _AHEAD:
        raise CodeForged()
    behind = clocks.received_at - replaced_at
    gap, is_queued = None, False
    if behind > settings.grace:
        waited = clocks.waited
        if waited is None or waited <= settings.grace:
            if hours.is_on(clocks.received_at) and behind > settings.photographed_after:
                raise CodePhotographed(minutes=int(behind.total_seconds() // 60))
            raise CodeExpired()
        if behind > settings.queued_for:
            raise QueuedTooLong(hours=int(settings.queued_for.total_seconds() // 3600))
        is_queued = True
        gap = _bounded(abs((waited - (clocks.received_at - shown_at)).total_seconds()))
    return Shown(window, shown_at, way, is_queued, gap, clocks.skew_seconds)


def _bounded(seconds: float) -> int:
    return int(max(-2_000_000_000, min(2_000_000_000, seconds)))
