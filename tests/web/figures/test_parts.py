"""Numbers, periods, sentences, charts and shades, without a page."""

from datetime import date

import pytest

from kaogong.kernel.period import Period
from kaogong.web.parts import figures, figures_charts, figures_map
from kaogong.web.parts import figures_period as periods


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (1234567, "元", "¥12,345.67"),
        (-500, "元", "-¥5.00"),
        (9234, "%", "92.34%"),
        (7950, "学时", "79.5"),
        (12345, "人次", "12,345"),
        (0, "人", "0"),
        (None, "人", "—"),
    ],
)
def test_a_figure_is_written_by_its_unit(value, unit, shown):
    assert figures.written(value, unit) == shown


def test_a_sheet_and_a_program_read_what_people_read():
    assert figures.in_sheet(1234567, "元") == 1234567
    assert figures.plain(1234567, "元") == 12345.67
    assert float(figures.in_sheet(9234, "%")) == 0.9234
    assert figures.plain(9234, "%") == 92.34
    assert figures.plain(12, "人") == 12


@pytest.mark.parametrize(
    ("key", "start", "end"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026H2", date(2026, 7, 1), date(2027, 1, 1)),
        ("2026Q3", date(2026, 7, 1), date(2026, 10, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026-02-03~2026-02-05", date(2026, 2, 3), date(2026, 2, 6)),
    ],
)
def test_a_period_is_read_from_the_address_and_written_back(key, start, end):
    span = periods.span_named(key)
    assert span.period == Period(start, end)
    assert span.key == key


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        (date(2026, 1, 1), date(2026, 9, 30), "2026 年 1—9 月"),
        (date(2021, 1, 1), date(2025, 12, 31), "2021—2025 年"),
        (date(2026, 1, 1), date(2026, 11, 22), "2026-01-01 至 2026-11-22"),
        (date(2025, 11, 1), date(2026, 1, 31), "2025-11-01 至 2026-01-31"),
    ],
)
def test_a_stretch_of_days_is_called_by_its_months_or_years(first, last, label):
    assert periods.between(first, last).label == label


@pytest.mark.parametrize(
    "key", ["", "26", "2026Q5", "2026-13", "2026-02-30~2026-03-01", "2026-02-02~2026-02-01", "x"]
)
def test_what_is_no_period_is_none(key):
    assert periods.span_named(key) is None


def test_the_year_before_is_compared_up_to_the_same_day():
    so_far = periods.year(2026).up_to(date(2026, 11, 22))
    assert so_far.a_year_before().period == Period(date(2025, 1, 1), date(2025, 11, 23))
    over = periods.year(2025).up_to(date(2026, 11, 22))
    assert over.a_year_before().period == periods.year(2024).period
    leap = periods.between(date(2024, 2, 1), date(2024, 2, 29)).a_year_before()
    assert leap.period == Period(date(2023, 2, 1), date(2023, 3, 1))


def test_a_year_that_runs_is_told_up_to_today_under_its_own_name():
    so_far = periods.year(2026).so_far(date(2026, 11, 22))
    assert (so_far.key, so_far.label) == ("2026", periods.year(2026).label)
    assert so_far.period == Period(date(2026, 1, 1), date(2026, 11, 23))
    assert so_far.a_year_before().period == Period(date(2025, 1, 1), date(2025, 11, 23))
    assert periods.year(2025).so_far(date(2026, 11, 22)) == periods.year(2025)


def test_the_picker_offers_only_what_has_begun_newest_first():
    offered = {label: [span.key for span in spans] for label, spans in periods.choices(date(2026, 5, 1))}
    years, halves, quarters, months = offered.values()
    assert years[:2] == ["2026", "2025"]
    assert halves == ["2026H1", "2025H2", "2025H1"]
    assert quarters[:2] == ["2026Q2", "2026Q1"]
    assert months[0] == "2026-05"
    assert "2026-06" not in months


def test_the_sentence_says_where_it_is_most_and_how_much_of_the_whole():
    rows = [("甲区", 60), ("乙区", 40)]
    said = figures.finding("培训人次", rows, unit="人次", dimension="region", adds_up=True)
    assert said == "培训人次：甲区 最多，60 人次，占 60.0%"
    people = figures.finding("培训人数", rows, unit="人", dimension="region", adds_up=False)
    assert "占" not in people
    shares = figures.finding(
        "就业率", [("甲区", 9000), ("乙区", 8000)], unit="%", dimension="region", adds_up=False
    )
    assert shares == "就业率：甲区 最高 90.00%，乙区 最低 80.00%"
    assert "没有可以计算的数" in figures.finding(
        "x", [("甲区", None)], unit="人", dimension="region", adds_up=True
    )


def test_a_change_is_points_for_a_share_and_per_cent_for_the_rest():
    assert figures.change(9250, 9000, "%") == "比上年同期 +2.50 个百分点"
    assert figures.change(90, 100, "人") == "比上年同期 -10.0%"
    assert figures.change(90, 0, "人") == ""
    assert figures.change(None, 5, "人") == ""


def test_bars_stand_in_order_of_size_and_time_keeps_its_own():
    drawn = figures_charts.option([("a", 1), ("b", 3), ("c", 2)], unit="人", dimension="sex")
    assert drawn["yAxis"]["data"] == ["b", "c", "a"]
    assert drawn["series"][0]["data"] == [3, 2, 1]
    along = figures_charts.option(
        [("1月", 100), ("2月", 300)], unit="元", dimension="month", before=[200, None], names=("今", "昔")
    )
    assert along["xAxis"]["data"] == ["1月", "2月"]
    assert [one["type"] for one in along["series"]] == ["bar", "line"]
    assert along["series"][0]["data"] == [0.0001, 0.0003]
    assert figures_charts.option([("a", 1)], unit="人", dimension="sex") is None


def test_shades_hold_like_numbers_of_districts_and_none_is_empty():
    values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 100]
    lower = figures_map.limits(values)
    classes = [figures_map.class_of(value, lower) for value in values]
    assert set(classes) == set(range(len(lower)))
    assert classes == sorted(classes)
    assert max(classes.count(one) for one in set(classes)) == 2
    assert figures_map.limits([7, 7, 7]) == [7]


def test_a_map_says_its_values_and_hatches_what_has_none():
    values = {"370211": 40, "370215": 25, "370202": None, "370299": 3}
    drawn = figures_map.shaded("370200", values, unit="人次", opens=lambda code: f"/{code}")
    shown = {place.outline.code: place for place in drawn.places}
    assert shown["370211"].value == "40"
    assert shown["370211"].shade == "4"
    assert shown["370299"].shade == "0"
    assert shown["370202"].shade == figures_map.NONE
    assert drawn.has_none
    assert shown["370215"].url == "/370215"
    assert [words for _shade, words in drawn.legend] == ["3", "25", "40"]
    assert figures_map.shaded("370211", {"370211": 5}, unit="人次") is None
