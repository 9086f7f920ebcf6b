"""Rounding: each line exact, then once to whole fen, half up."""

from decimal import ROUND_HALF_UP, Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaogong.rules import loading  # noqa: F401  (registers the kinds)
from kaogong.rules.amounts import AMOUNT_KINDS, LIMIT_KINDS, UNMARKED, half_up, work
from kaogong.rules.columns import Column
from kaogong.rules.frames import Columns, Values
from kaogong.rules.tables import BandTable, RateTable, Table
from kaogong.rules.terms import fen
from kaogong.rules.wording import yuan


def test_half_a_fen_goes_up():
    assert [half_up(n, 100) for n in (49, 50, 149, 150, 250)] == [0, 1, 1, 2, 3]


def worked(name, figures, mark=UNMARKED, **values):
    return work(AMOUNT_KINDS[name], figures, values, {}, mark)


@given(st.integers(0, 10**8), st.integers(0, 10**6))
def test_per_hour_rounds_as_decimal_does(hundredths, rate):
    exact = Decimal(hundredths) / 100 * rate
    found = worked("per_hour", {"hours_attended": hundredths}, rate=rate)
    assert found.fen == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def test_per_day_counts_days():
    found = worked("per_day", {"days_attended": 1250}, rate=3333)
    assert (found.fen, found.text.zh) == (41663, "12.5 天 × 33.33 元/天 = 416.63 元")


def test_an_occupation_without_its_own_level_falls_back_to_the_kind():
    rate = RateTable(kinds={"skill_level": {"3": 200000}}, occupations={"X": {"skill_level": {"5": 150000}}})
    figures = {"certificate_kind": "skill_level", "certificate_occupation_code": "X"}
    own = worked("rate_table", figures | {"certificate_level": 5}, rate=rate)
    assert (own.fen, "X 专项标准" in own.text.zh) == (150000, True)
    general = worked("rate_table", figures | {"certificate_level": 3}, rate=rate)
    assert (general.fen, "专项" in general.text.zh) == (200000, False)
    assert worked("rate_table", figures | {"certificate_level": 1}, rate=rate).fen is None


CERTIFICATE = {"certificate_kind": "skill_level", "certificate_level": 4, "certificate_occupation_code": "X"}
COURSE = {
    "class_certificate_kind": "skill_level",
    "class_level": 4,
    "class_occupation_code": "X",
    **dict.fromkeys(CERTIFICATE),  # none is held yet
}
RATE = RateTable(kinds={"skill_level": {"4": 500000}}, shortage={"skill_level": {"4": 600000}})
TIERS = Table(national=30000000, provincial=20000000)
BANDS = BandTable({"60": 500000, "90": 1200000})
EXAMPLES = [
    ("rate_table", CERTIFICATE, {"rate": RATE}, 500000),
    ("rate_table_by_shortage", CERTIFICATE | {"occupation_in_shortage": False}, {"rate": RATE}, 500000),
    ("rate_table_by_shortage", CERTIFICATE | {"occupation_in_shortage": True}, {"rate": RATE}, 600000),
    ("rate_table_by_shortage", CERTIFICATE | {"occupation_in_shortage": None}, {"rate": RATE}, None),
    ("rate_table_per_year", CERTIFICATE | {"months": 18}, {"rate": RATE}, 750000),
    ("rate_table_per_year", CERTIFICATE | {"months": None}, {"rate": RATE}, None),
    ("class_rate_per_year", COURSE | {"months": 12}, {"rate": RATE}, 500000),
    ("class_rate_per_year", COURSE | {"months": 12, "class_level": None}, {"rate": RATE}, None),
    ("fixed", {}, {"rate": 123456}, 123456),
    ("fixed", {}, {"rate": None}, None),
    ("per_hour", {"hours_attended": 7650}, {"rate": 500}, 38250),
    ("per_counted_hour", {"hours_counted": 6001}, {"rate": 500}, 30005),
    ("per_counted_hour", {"hours_counted": None}, {"rate": 500}, None),
    (
        "per_hour_blended",
        {"hours_in_person": 4000, "hours_online": 2001},
        {"rate": 500, "online_percent": 50},
        25003,
    ),
    (
        "per_hour_blended",
        {"hours_in_person": 4000, "hours_online": None},
        {"rate": 500, "online_percent": 50},
        None,
    ),
    ("per_online_hour", {"hours_online": 4001}, {"rate": 550}, 22006),
    ("per_online_hour", {"hours_online": None}, {"rate": 550}, None),
    ("per_day", {"days_attended": 100}, {"rate": 3000}, 3000),
    ("per_month", {"months": 6}, {"rate": 50000}, 300000),
    ("per_year", {"months": 7}, {"rate": 500000}, 291667),
    ("per_head", {"heads": 3}, {"rate": 60000}, 180000),
    ("per_head_month", {"heads": 12, "months": 6}, {"rate": 50000}, 3600000),
    ("by_tier", {"tier": "national"}, {"rate": TIERS}, 30000000),
    ("by_tier", {"tier": "county"}, {"rate": TIERS}, None),
    ("by_tier", {"tier": None}, {"rate": TIERS}, None),
    ("by_score", {"score": 59}, {"rate": BANDS}, None),
    ("by_score", {"score": 60}, {"rate": BANDS}, 500000),
    ("by_score", {"score": 90}, {"rate": BANDS}, 1200000),
    ("percent_of_pay", {"annual_pay_fen": 30000000}, {"rate": 20}, 6000000),
    ("percent_of_cost", {"cost_fen": 333}, {"rate": 50}, 167),
    ("share_of_base", {"months": 10}, {"rate": 80, "base": 20000}, 160000),
    ("share_of_base", {"months": 10}, {"rate": 80, "base": None}, None),
    ("approved_up_to", {"approved_fen": 500}, {"rate": 400}, 400),
    ("approved_up_to", {"approved_fen": 300}, {"rate": 400}, 300),
    ("top_up", {"tier": "provincial", "upper_grant_fen": 1}, {"rate": TIERS}, 20000000),
    ("top_up", {"tier": "provincial", "upper_grant_fen": None}, {"rate": TIERS}, None),
]
LIMITED = [
    ("staged", {"stage": "start"}, {"shares": Table(start=30, completion=70)}, 1001, 300),
    ("staged", {"stage": "evaluation"}, {"shares": Table(start=30)}, 1001, None),
    ("less_earlier_stages", {"earlier_stages_fen": 400}, {}, 1001, 601),
    ("less_earlier_stages", {"earlier_stages_fen": 1400}, {}, 1001, 0),
    ("less_earlier_stages", {"earlier_stages_fen": None}, {}, 1001, None),
    ("share", {}, {"percent": 80}, 1001, 801),
    ("cap_per_claim", {}, {"cap": 1000}, 1001, 1000),
    ("cap_per_claim", {}, {"cap": 1000}, 999, 999),
    ("cap_per_claim", {}, {"cap": None}, 999, None),
    ("cap_per_year", {"received_this_year_fen": 400}, {"cap": 1000}, 999, 600),
    ("cap_per_year", {"received_this_year_fen": 1400}, {"cap": 1000}, 999, 0),
    ("cap_per_year", {"received_this_year_fen": None}, {"cap": 1000}, 999, None),
    ("cap_in_all", {"received_in_all_fen": 1}, {"cap": 1000}, 1000, 999),
    ("cap_per_employer", {"employer_received_fen": 30000000}, {"cap": 30000000}, 5, 0),
    ("cap_per_class", {"class_received_fen": 10}, {"cap": 30}, 25, 20),
]


@pytest.mark.parametrize(("name", "figures", "values", "fen"), EXAMPLES)
def test_amount_on_plain_values_and_on_columns(name, figures, values, fen):
    found = work(AMOUNT_KINDS[name], figures, values, {})
    assert found.fen == fen
    assert (found.text == UNMARKED) is (fen is None)
    if None not in values.values():
        reached = AMOUNT_KINDS[name].expression(Columns(), Values(values))
        assert as_column(reached, figures) == fen


@pytest.mark.parametrize(("name", "figures", "values", "before", "fen"), LIMITED)
def test_limit_on_plain_values_and_on_columns(name, figures, values, before, fen):
    found = work(LIMIT_KINDS[name], figures, values, {}, UNMARKED, before)
    assert found.fen == fen
    if None not in values.values():
        reached = LIMIT_KINDS[name].expression(Column(pl.col("before")), Columns(), Values(values))
        assert as_column(reached, figures | {"before": before}) == fen


def as_column(reached, figures):
    kinds = {str: pl.String, int: pl.Int64, bool: pl.Boolean}
    schema = {
        name: kinds.get(type(value), pl.String if name in ("tier", "stage") else pl.Int64)
        for name, value in figures.items()
    }
    schema |= {"occupation_in_shortage": pl.Boolean} if "occupation_in_shortage" in figures else {}
    frame = pl.DataFrame(
        {name: [value] for name, value in figures.items()} | {"_": [0]}, schema=schema | {"_": pl.Int8}
    )
    expression = reached.expr if isinstance(reached, Column) else pl.lit(reached)
    return frame.select(expression.alias("fen"))["fen"][0]


def test_every_amount_and_limit_is_tried():
    assert {name for name, *_ in EXAMPLES} == set(AMOUNT_KINDS)
    assert {name for name, *_ in LIMITED} == set(LIMIT_KINDS)


def test_yuan_and_fen():
    assert fen("5.5") == 550
    assert fen(1200) == 120000
    assert yuan(123456789) == "1,234,567.89"
