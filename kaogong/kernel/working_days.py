"""Working days on the mainland calendar, with holidays and the weekends worked in their stead (调休)."""

from datetime import date, timedelta
from functools import lru_cache

from chinese_calendar import constants

_FIRST_YEAR = min(constants.holidays).year
_LAST_YEAR = max(constants.holidays).year
_DAY = timedelta(days=1)


def is_known(day: date) -> bool:
    """Say whether the State Council's arrangement for that year is known; otherwise only weekends count."""
    return _FIRST_YEAR <= day.year <= _LAST_YEAR


@lru_cache(maxsize=20_000)
def is_working_day(day: date) -> bool:
    """Say whether offices work on that day."""
    day = date(day.year, day.month, day.day)
    if day in constants.workdays:
        return True
    return day.weekday() < 5 and day not in constants.holidays


def add_working_days(day: date, count: int) -> date:
    """Return the count-th working day after the day, before it when negative; the day itself never counts."""
    step = _DAY if count > 0 else -_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Count the working days after start up to and including end, so that adding the count leads back.

    Negative when end comes first: then those before start down to and including end.
    """
    step = _DAY if end >= start else -_DAY
    days = abs((end - start).days)
    count = sum(is_working_day(start + step * n) for n in range(1, days + 1))
    return count if end >= start else -count
