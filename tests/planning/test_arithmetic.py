"""Forecasts, splits and overlaps: what must hold whatever the numbers."""

from datetime import date
from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaogong.kernel.period import Period
from kaogong.planning.queries.forecast import (
    forecast,
    in_words,
    progress,
    shaped_line,
    straight_line,
)
from kaogong.planning.queries.overlapping import Asked, overlaps
from kaogong.planning.queries.splitting import Ask, split

YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))
increments = st.lists(st.integers(0, 10_000), min_size=3, max_size=11)


def summed(steps):
    total, points = 0, []
    for step in steps:
        total += step
        points.append(total)
    return points


def test_straight_line_is_nothing_before_and_everything_on_the_last_day():
    assert straight_line(36_500, YEAR, date(2025, 12, 31)) == 0
    assert straight_line(36_500, YEAR, date(2026, 1, 1)) == 100
    assert (
        straight_line(36_500, YEAR, date(2026, 12, 31))
        == straight_line(36_500, YEAR, date(2028, 1, 1))
        == 36_500
    )


def test_shape_of_last_year_says_what_a_busy_autumn_leaves_open():
    earlier = [0, 0, 100, 100, 100, 200, 200, 200, 500, 900, 1000, 1000]
    assert shaped_line(2000, earlier, 6) == 400  # a straight line would ask for 1,000
    assert shaped_line(2000, [*earlier[:5], None, *earlier[6:]], 6) is None
    assert shaped_line(2000, [0] * 12, 6) is None


def test_forecast_of_even_months_is_exact_and_sure():
    told = forecast([100, 200, 300, 400, 500, 600], 12)
    assert (told.value, told.low, told.high) == (1200, 1200, 1200)
    assert not told.shaped and told.months_ahead == 6


def test_forecast_by_last_years_shape_sees_the_autumn_coming():
    earlier = [0, 0, 100, 100, 100, 200, 200, 200, 500, 900, 1000, 1000]
    told = forecast([0, 0, 200, 200, 200, 400], 12, earlier=earlier)
    assert told.shaped and told.value == 2000


def test_forecast_interval_is_the_one_the_docstring_words():
    """Pace 100 a month, strays −30, +30, −30, +30: spread 34.64, six months ahead of six known."""
    points = summed([70, 130, 70, 130, 70, 130])
    told = forecast(points, 12)
    spread = sqrt(6 * 30**2 / 5)
    half = 1.2816 * spread * sqrt(6 + 36 / 6)
    assert told.value == 1200
    assert (told.low, told.high) == (round(1200 - half), round(1200 + half))


@pytest.mark.parametrize("points", [[], [5], [5, 9], [5, None, 20, 30]])
def test_forecast_is_not_made_of_too_little(points):
    assert forecast(points, 12) is None


@given(increments, st.integers(1, 24))
def test_forecast_interval_widens_with_distance(steps, further):
    points = summed(steps)
    near, far = forecast(points, len(points) + 1), forecast(points, len(points) + 1 + further)
    assert far.high - far.value >= near.high - near.value - 1
    assert near.low <= near.value <= near.high


@given(increments, st.integers(0, 12))
def test_what_is_counted_up_never_falls_below_what_came(steps, ahead):
    points = summed(steps)
    told = forecast(points, len(points) + ahead)
    assert told.low >= points[-1]
    if not ahead:
        assert told.value == told.low == told.high == points[-1]


@given(increments, st.integers(1, 50_000))
def test_a_met_target_stays_met(steps, value):
    points = summed(steps)
    told = progress(value, YEAR, date(2026, len(points), 28), points=points, months=12)
    if told.reached:
        assert told.forecast.low >= value


def test_a_stock_is_measured_against_the_whole_and_may_fall():
    told = progress(
        3200, YEAR, date(2026, 6, 30), points=[3000, 2990, 2980], months=12, stock=True, is_share=True
    )
    assert told.straight == 3200 and told.shaped is None
    assert told.forecast.value < 2980


def test_a_share_never_passes_the_whole():
    told = forecast([9000, 9500, 9900], 12, falls=True, ceiling=10_000)
    assert told.value == told.high == 10_000


def test_behind_is_told_in_hundredths_of_a_percent_of_the_target():
    told = progress(1000, YEAR, date(2026, 7, 2), points=[300], months=12)
    assert told.straight == 501 and told.behind == 2010 and told.share == 3000
    unknown = progress(1000, YEAR, date(2026, 7, 2), points=[None], months=12)
    assert unknown.behind is None and unknown.reached is None


@pytest.mark.parametrize(
    "value, unit, words",
    [
        (3250, "%", "32.50%"),
        (3200, "%", "32%"),
        (29900, "元", "299.00元"),
        (50000, "人次", "50,000人次"),
        (None, "人", "—"),
    ],
)
def test_figures_are_read_as_people_read_them(value, unit, words):
    assert in_words(value, unit) == words


asks = st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000)), min_size=1, max_size=30).map(
    lambda pairs: [Ask(key, need, capacity) for key, (need, capacity) in enumerate(pairs)]
)


@given(st.integers(0, 100_000), asks, st.integers(0, 100), st.booleans())
def test_a_split_always_adds_up(total, lines, percent, within):
    done = split(total, lines, capacity_percent=percent, within_capacity=within)
    assert done.given + done.left == total
    assert all(row.people >= 0 for row in done.rows)
    if within:
        assert all(row.people <= row.capacity for row in done.rows)
        assert done.left == max(total - sum(line.capacity for line in lines), 0)
    else:
        assert done.left == 0
        assert all(abs(row.people - row.exact) < 1 for row in done.rows)


@given(asks, st.integers(0, 100))
def test_weights_of_a_split_sum_to_one(lines, percent):
    done = split(100, lines, capacity_percent=percent, within_capacity=False)
    assert sum(row.weight for row in done.rows) == 1


def test_split_by_hand():
    """Ten by need 3:3:1, half by capacity 1:1:5 → weights 2/7, 2/7, 3/7 → 2.86, 2.86, 4.29 → 3, 3, 4."""
    lines = [Ask(1, 3, 1), Ask(2, 3, 1), Ask(3, 1, 5)]
    done = split(10, lines, capacity_percent=50, within_capacity=False)
    assert [row.weight for row in done.rows] == [Fraction(2, 7), Fraction(2, 7), Fraction(3, 7)]
    assert [row.people for row in done.rows] == [3, 3, 4]
    full = split(10, lines, capacity_percent=50, within_capacity=True)
    assert [row.people for row in full.rows] == [1, 1, 5]
    assert full.left == 3


def line(key, unit, **more):
    said = {
        "region_code": "370211",
        "programme": "farmer_training",
        "occupation_code": "",
        "group_code": "farmer",
    }
    return Asked(key, ("370211", unit), **(said | more), people=100 * key)


def test_two_departments_for_the_same_people_overlap():
    (pair,) = overlaps([line(1, "agriculture"), line(2, "hrss")])
    assert (pair.first.key, pair.second.key, pair.same, pair.people) == (1, 2, ("group",), 100)


@pytest.mark.parametrize(
    "other",
    [
        line(2, "agriculture"),  # the same department may have two lines
        line(2, "hrss", group_code="veteran"),
        line(2, "hrss", region_code="370212"),
        line(2, "hrss", group_code="", occupation_code="6-31-01-03"),
    ],
)
def test_lines_for_other_people_do_not_overlap(other):
    assert overlaps([line(1, "agriculture"), other]) == []


def test_a_line_for_the_whole_city_overlaps_one_for_its_district():
    (pair,) = overlaps([line(1, "agriculture", region_code="370200"), line(2, "hrss")])
    assert pair.same == ("group",)


def test_lines_that_name_nobody_overlap_where_they_are_of_one_programme():
    first, second = line(1, "agriculture", group_code=""), line(2, "hrss", group_code="")
    assert len(overlaps([first, second])) == 1
    assert overlaps([first, line(2, "hrss", group_code="", programme="veteran_training")]) == []


def test_an_unfinished_month_is_no_measure_of_the_pace_but_what_it_brought_stands():
    said = {"months": 12, "complete": 3}
    told = progress(1200, YEAR, date(2026, 4, 3), points=[100, 200, 300, 305], **said)
    assert told.forecast.value == 1200
    leapt = progress(1200, YEAR, date(2026, 4, 3), points=[100, 200, 300, 1500], **said)
    assert leapt.reached and leapt.forecast.low == 1500


def test_shape_within_a_month_grows_by_its_days():
    assert shaped_line(1000, [100, 300, 1000], 1, Fraction(1, 2)) == 200
    assert shaped_line(1000, [100, 300, 1000], 0, Fraction(1, 2)) == 50
