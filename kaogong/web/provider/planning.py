"""Drawing up a timetable from a few wishes: days of the week, halves of the day, theory first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kaogong.kernel.errors import Refused
from kaogong.kernel.working_days import is_working_day


class DaysTooFew(Refused):
    """按这些日子只能排{planned}课时，还差{missing}课时。请多选几天、增加每次课时，或推迟结业日期。"""


@dataclass(frozen=True, slots=True)
class Wish:
    """When teaching may happen: weekdays (0 Monday), the starts of each sitting, lessons in one sitting."""

    starts_on: date
    ends_on: date
    weekdays: frozenset[int]
    starts: tuple[time, ...]
    lessons: int
    minutes: int = 45
    skip_holidays: bool = True


def days_of(wish: Wish) -> Iterator[date]:
    """The days that fit; a working day that is a holiday is left out when asked."""
    day = wish.starts_on
    while day <= wish.ends_on:
        holiday = wish.skip_holidays and day.weekday() < 5 and not is_working_day(day)
        if day.weekday() in wish.weekdays and not holiday:
            yield day
        day += timedelta(days=1)


def planned(wish: Wish, *, theory: int, practice: int) -> list[dict]:
    """Sessions that add up to exactly these hours, theory first; raises DaysTooFew when the days run out."""
    left = {"theory": theory, "practice": practice}
    sessions: list[dict] = []
    for day, start in _sittings(wish):
        room, begins = wish.lessons, datetime.combine(day, start)
        while room and any(left.values()):
            kind = "theory" if left["theory"] else "practice"
            lessons = min(room, left[kind])
            ends = begins + timedelta(minutes=wish.minutes * lessons)
            if ends.date() != day:
                break
            sessions.append(
                {
                    "on": day,
                    "starts_at": begins.time(),
                    "ends_at": ends.time(),
                    "hours": lessons,
                    "kind": kind,
                }
            )
            left[kind] -= lessons
            room -= lessons
            begins = ends
    missing = sum(left.values())
    if missing:
        raise DaysTooFew(planned=theory + practice - missing, missing=missing)
    return sessions


def _sittings(wish: Wish) -> Iterable[tuple[date, time]]:
    return ((day, start) for day in days_of(wish) for start in sorted(wish.starts))
