"""Rounding: each line exact, then once to whole fen, half up."""

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from kaogong.rules.amounts import AMOUNT_KINDS, half_up
from kaogong.rules.terms import fen
from kaogong.rules.wording import yuan


def test_half_a_fen_goes_up():
    assert [half_up(n, 100) for n in (49, 50, 149, 150, 250)] == [0, 1, 1, 2, 3]


@given(st.integers(0, 10**8), st.integers(0, 10**6))
def test_per_hour_rounds_as_decimal_does(hundredths, rate):
    exact = Decimal(hundredths) / 100 * rate
    worked = AMOUNT_KINDS["per_hour"].work({"hours_attended": hundredths}, rate, ("", ""))
    assert worked.line.fen == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def test_per_day_counts_days():
    worked = AMOUNT_KINDS["per_day"].work({"days_attended": 1250}, 3333, ("", ""))
    assert (worked.line.fen, worked.line.text_zh) == (41663, "12.5 天 × 33.33 元/天 = 416.63 元")


def test_an_occupation_without_its_own_level_falls_back_to_the_kind():
    rate = {"kinds": {"skill_level": {"3": 200000}}, "occupations": {"X": {"skill_level": {"5": 150000}}}}
    figures = {"certificate_kind": "skill_level", "certificate_occupation_code": "X"}
    table = AMOUNT_KINDS["rate_table"].work
    assert table(figures | {"certificate_level": 5}, rate, ("", "")).line.fen == 150000
    assert table(figures | {"certificate_level": 3}, rate, ("", "")).line.fen == 200000
    assert (
        table(figures | {"certificate_level": 1}, rate, ("", "")).missing_rate[0]
        == "职业技能等级证书 一级（高级技师）"
    )


def test_yuan_and_fen():
    assert fen("5.5") == 550
    assert fen(1200) == 120000
    assert yuan(123456789) == "1,234,567.89"
