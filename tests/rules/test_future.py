"""Facts from the future are refused by name, one claim or a whole column of them."""

from datetime import date, timedelta

import polars as pl
import pytest

from kaogong import rules
from kaogong.rules.future import PAST_ON, refuse_future_rows
from kaogong.rules.measures import measure

from .builders import ON, facts, scheme

LATER = ON + timedelta(days=1)


@pytest.mark.parametrize("name", PAST_ON)
def test_a_day_after_the_day_judged_is_refused_by_name(name):
    with pytest.raises(rules.FactsMalformed, match=str(LATER)) as refusal:
        rules.decide(scheme(), facts(**{name: LATER}), ON)
    assert refusal.value.facts["field"] == name
    assert rules.decide(scheme(), facts(**{name: ON}), ON)


AHEAD = ["class_ended_on", "contract_ended_on", "employed_on", "hired_on", "discharged_on", "graduated_on"]


@pytest.mark.parametrize("name", AHEAD)
def test_what_may_lie_ahead_does_not_hold_up_a_scheme_that_does_not_ask(name):
    assert rules.decide(scheme(), facts(**{name: LATER}), ON).verdict == "payable"


@pytest.mark.parametrize(
    ("rule", "fact"),
    [
        ("within_months_of_hiring", "hired_on"),
        ("within_months_of_discharge", "discharged_on"),
        ("within_months_of_graduation", "graduated_on"),
    ],
)
def test_a_scheme_that_asks_refuses_with_its_clause_what_came_only_later(rule, fact):
    figures = measure(facts(**{fact: date(2027, 1, 1)}), ON)
    assert rules.RULES[rule].outcome(figures, {"months": 12}) == (False, [read_by(rule)])
    assert rules.RULES[rule].outcome(measure(facts(**{fact: ON}), ON), {"months": 12})[0] is True


def read_by(rule):
    return (
        "months_since_"
        + {"hiring": "hired", "discharge": "discharged", "graduation": "graduated"}[rule.split("_")[-1]]
    )


@pytest.mark.parametrize("name", PAST_ON)
def test_columns_are_refused_as_single_facts_are(name):
    on = [ON, ON, date(2020, 2, 29)]
    good = pl.DataFrame({"on": on, name: [ON, None, date(2020, 2, 29)]})
    refuse_future_rows(good)
    late = good.with_columns(pl.Series(name, [ON, LATER, None]))
    with pytest.raises(rules.FactsMalformed) as refusal:
        refuse_future_rows(late)
    with pytest.raises(rules.FactsMalformed) as single:
        rules.decide(scheme(), facts(**{name: LATER}), ON)
    assert refusal.value.message == single.value.message


def test_columns_that_are_not_there_are_unknown():
    refuse_future_rows(pl.DataFrame({"on": [ON]}))
