"""Periods are half-open; working days follow the mainland calendar where it is known."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaogong.kernel.errors import Malformed
from kaogong.kernel.period import Period
from kaogong.kernel.working_days import add_working_days, is_known, is_working_day, working_days_between

days = st.dates(date(2003, 1, 1), date(2032, 12, 31))
periods = st.builds(
    lambda start, length: Period(start, None if length is None else start + timedelta(days=length)),
    st.dates(date(2020, 1, 1), date(2020, 3, 1)),
    st.none() | st.integers(0, 40),
)


def test_a_period_holds_its_first_day_and_not_its_end():
    period = Period(date(2026, 1, 1), date(2026, 2, 1))
    assert period.contains(date(2026, 1, 1))
    assert not period.contains(date(2026, 2, 1))
    assert (period.days, period.last) == (31, date(2026, 1, 31))
    assert Period.from_days(date(2026, 1, 1), date(2026, 1, 31)) == period


def test_a_period_may_not_end_before_it_starts():
    with pytest.raises(Malformed):
        Period(date(2026, 2, 1), date(2026, 1, 1))


def test_an_open_period_has_no_length():
    period = Period(date(2026, 1, 1))
    assert (period.days, period.last) == (None, None)
    assert period.contains(date(9999, 1, 1))


def _set(period):
    return {
        date(2020, 1, 1) + timedelta(days=n)
        for n in range(200)
        if period.contains(date(2020, 1, 1) + timedelta(days=n))
    }


@given(periods, periods)
def test_overlap_and_clip_are_those_of_sets_of_days(one, other):
    both = _set(one) & _set(other)
    assert one.overlaps(other) == other.overlaps(one) == bool(both)
    clipped = one.clip(other)
    assert (_set(clipped) if clipped else set()) == both


def test_holidays_and_the_weekends_worked_for_them():
    assert not is_working_day(date(2026, 10, 1))
    assert is_working_day(date(2026, 10, 10))  # a Saturday worked for the National Day week
    assert not is_working_day(date(2026, 11, 22))
    assert add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert working_days_between(date(2026, 9, 30), date(2026, 10, 10)) == 3


def test_unknown_years_fall_back_to_weekends():
    assert not is_known(date(2040, 1, 2))
    assert is_known(date(2026, 1, 2))
    assert is_working_day(date(2040, 1, 2))
    assert not is_working_day(date(2040, 1, 1))  # a Sunday


@given(days, st.integers(-60, 60))
def test_adding_and_counting_agree(day, count):
    there = add_working_days(day, count)
    assert working_days_between(day, there) == count
    assert count == 0 or is_working_day(there)
