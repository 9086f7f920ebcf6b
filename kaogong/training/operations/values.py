"""Dated figures of training that are law or local practice, not choices of the code."""

from datetime import date

from kaogong import rules
from kaogong.rules.conduct import conduct_said

# 劳动法 第十五条: no one may employ a minor under 16.
_WORKING_AGE = ((date(1995, 1, 1), 16),)

# Which marks of the 出勤簿 count a session's hours. Being late or leaving early is recorded as such, and the
# hours count; absent, on leave and sick count none. No source states a deduction for lateness.
_MARKS_THAT_COUNT = ((date(2000, 1, 1), frozenset("PTE")),)


def working_age(on: date) -> int:
    """The legal working age on the day."""
    return _standing(_WORKING_AGE, on)


def hours_counted(mark: str, session_hours_hundredths: int, on: date) -> int:
    """How many hundredths of an hour a mark counts at a session of so many held on the day."""
    return session_hours_hundredths if mark in _standing(_MARKS_THAT_COUNT, on) else 0


def correction_days(region_code: str, on: date) -> int | None:
    """Days after a session within which a mark may be corrected without a reason; None where none are set."""
    conduct = conduct_said(rules.load(), region_code, "presence", on)
    value = conduct.values.get("correction_days") if conduct else None
    return value.value if value is not None else None


def _standing(table, on: date):
    for since, value in reversed(table):
        if since <= on:
            return value
    return table[0][1]
