"""Figures counted together are what each is by itself, whatever it is narrowed to or broken down by."""

from datetime import date
from random import Random

from kaogong.indicators.counting import break_down, count_one
from kaogong.indicators.register import indicators
from kaogong.indicators.together import AT_ONCE, Asked, count_together
from kaogong.kernel.period import Period
from tests.indicators.making import row, snapshot

PERIODS = (Period(date(2024, 1, 1), date(2025, 1, 1)), Period(date(2024, 4, 1), date(2024, 7, 1)))


def test_each_figure_counted_together_is_what_it_is_alone(tmp_path):
    draw = Random(5)

    def some(fact: str, **said) -> dict:
        on = date(2023 + draw.randrange(2), draw.randrange(1, 13), draw.randrange(1, 29))
        place, sex = draw.choice(("370202", "370211", "")), draw.choice("12")
        return row(fact, draw.choice((None, *range(20))), on=on, region=place, sex=sex, **said)

    where = snapshot(
        tmp_path,
        training=[some("training", certified=draw.random() < 0.5) for _ in range(90)],
        certificate=[some("certificate", level=draw.choice("531")) for _ in range(60)],
        payment=[some("payment", amount_fen=draw.randrange(-500, 900)) for _ in range(40)],
    )
    counted = [
        one.code
        for one in indicators()
        if one.fact and one.fact.name in ("training", "certificate", "payment")
    ]
    assert len(counted) > AT_ONCE
    asked = [
        Asked(code, region, period, narrowed, dimension)
        for code in counted
        for region, period, narrowed, dimension in (
            (None, PERIODS[0], (), ""),
            ("370200", PERIODS[1], (), ""),
            (None, PERIODS[0], (("sex", "2"),), "region"),
            ("370202", PERIODS[1], (), "month"),
        )
    ]
    found = count_together(asked, where)
    assert set(found) == set(asked)
    for one in asked:
        told = {"region": one.region, "period": one.period, "where": dict(one.where)}
        if one.dimension:
            assert found[one] == break_down(one.code, where, dimension=one.dimension, **told), one
        else:
            assert found[one] == count_one(one.code, where, **told), one


def test_what_would_be_refused_alone_is_left_out(tmp_path):
    where = snapshot(tmp_path, training=[row("training")])
    sound = Asked("training.person_times", None, PERIODS[0])
    refused = [
        Asked("training.person_times", None, PERIODS[0], dimension="source"),
        Asked("no.such", None, PERIODS[0]),
        Asked("money.paid", None, PERIODS[0]),
        Asked("training.person_times", None, Period(date(2024, 1, 1), None), dimension="month"),
        Asked("workforce.employed", None, PERIODS[0]),
    ]
    assert list(count_together([*refused, sound], where)) == [sound]
