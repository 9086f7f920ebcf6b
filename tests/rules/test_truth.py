"""Three-valued logic: the tables, and agreement with Polars over every rule."""

import itertools

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaogong import rules
from kaogong.rules.frames import outcomes
from kaogong.rules.measures import measure, tallied
from kaogong.rules.truth import Maybe

from .builders import ON, scheme

TRUTHS = (True, False, None)


@pytest.mark.parametrize(("a", "b"), list(itertools.product(TRUTHS, TRUTHS)))
def test_and_or_not_as_polars_has_them(a, b):
    frame = pl.DataFrame({"a": [a], "b": [b]}, schema={"a": pl.Boolean, "b": pl.Boolean})
    both, either, neither = frame.select(
        (pl.col("a") & pl.col("b")).alias("x"),
        (pl.col("a") | pl.col("b")).alias("y"),
        (~pl.col("a")).alias("z"),
    ).row(0)
    assert (Maybe(a) & Maybe(b)).value is both
    assert (Maybe(a) | b).value is either
    assert (~Maybe(a)).value is neither


def test_comparing_with_unknown_is_unknown():
    unknown = Maybe(None)
    for result in (
        unknown == 1,
        unknown != 1,
        unknown < 1,
        Maybe(1) >= unknown,
        unknown + 1,
        unknown.is_in([1]),
    ):
        assert result.value is None


def test_unknown_is_never_decided_in_silence():
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(Maybe(True))


def maybe(strategy):
    return st.none() | strategy


HOURS = st.decimals(0, 200, places=2).map(lambda d: format(d, "f"))
OCCUPATIONS = st.sampled_from(["4-09-06-04", "6-18-02-04"])
LEVELS = st.sampled_from(sorted(rules.LEVELS))
EARLIER = st.builds(
    rules.Earlier,
    OCCUPATIONS,
    LEVELS,
    st.dates(min_value=ON.replace(year=2025), max_value=ON.replace(year=2027)),
    st.sampled_from(["claimed", "reserved", "paid", "refused", "withdrawn", "recovered"]),
    st.sampled_from(["SL-1", "SL-2", "SL-3"]),
    component=st.sampled_from(["training", "living"]),
)
PLACES = maybe(st.sampled_from(["370299", "370202", "510703"]))
FACTS = st.builds(
    rules.Facts,
    age_on_event=maybe(st.integers(10, 90)),
    identity_verified=maybe(st.booleans()),
    receives_pension=maybe(st.booleans()),
    groups=maybe(st.lists(st.sampled_from(["registered_unemployed", "hard_to_employ", "veteran"]))),
    insured=maybe(st.booleans()),
    insured_months=maybe(st.integers(0, 40)),
    household_region_code=PLACES,
    residence_region_code=PLACES,
    job_region_code=PLACES,
    serving_region_code=maybe(st.sampled_from(["370299", "370200"])),
    certificate_kind=maybe(st.sampled_from(sorted(rules.CERTIFICATE_KINDS))),
    certificate_occupation_code=maybe(OCCUPATIONS),
    certificate_level=maybe(LEVELS),
    certificate_issued_on=maybe(st.dates(min_value=ON.replace(year=2026, month=1), max_value=ON)),
    certificate_verified=maybe(st.booleans()),
    certificate_revoked=maybe(st.booleans()),
    class_occupation_code=maybe(OCCUPATIONS),
    class_level=maybe(LEVELS),
    class_certificate_kind=maybe(st.sampled_from(sorted(rules.CERTIFICATE_KINDS))),
    class_started_on=maybe(st.dates(min_value=ON.replace(year=2026, month=1), max_value=ON)),
    class_approved=maybe(st.booleans()),
    provider_recognised_on_day=maybe(st.booleans()),
    occupation_in_scope=maybe(st.booleans()),
    hours_planned=maybe(HOURS),
    hours_attended=maybe(HOURS),
    days_attended=maybe(HOURS),
    hours_counted=maybe(HOURS),
    hours_unproven=maybe(HOURS),
    short_days=maybe(st.integers(0, 5)),
    paid_first_by=maybe(st.sampled_from(["provider", "person"])),
    history=maybe(st.lists(EARLIER, max_size=5)),
)
TYPES = {
    "groups": pl.List(pl.String),
    "certificate_issued_on": pl.Date,
    "class_started_on": pl.Date,
    "class_ended_on": pl.Date,
    "lowest_day_on": pl.Date,
}
TEXTS = {
    "sex",
    "tier",
    "stage",
    "certificate_kind",
    "class_certificate_kind",
    "certificate_occupation_code",
    "class_occupation_code",
    "paid_first_by",
    "attendance_rule",
}
NUMBERS = {
    "age",
    "heads",
    "months",
    "score",
    "hours_online",
    "hours_in_person",
    "contract_months",
    "insured_months",
    "certificate_level",
    "class_level",
    "hours_planned",
    "hours_attended",
}
NUMBERS |= {"hours_counted", "hours_unproven", "short_days", "lowest_day_percent"}
NUMBERS |= {"days_attended", "used_this_year", "same_level_before", "higher_level_before"}


def column_type(name):
    if name in TYPES:
        return TYPES[name]
    number = name in NUMBERS or name.endswith("_fen") or "months" in name
    return pl.String if name in TEXTS else pl.Int64 if number else pl.Boolean


@settings(max_examples=150, deadline=None)
@given(st.lists(FACTS, min_size=1, max_size=20), st.sampled_from(["employment_training", "insured_upgrade"]))
def test_columns_give_what_single_values_give(people, code):
    judged = scheme(code)
    uses = (*judged.rules, *(use for part in judged.parts for use in part.rules))
    counted = ("used_this_year", "same_level_before", "higher_level_before")
    measures = [
        measure(person, ON) | tallied(counted, person, ON, judged.code, judged.counts_as, {})
        for person in people
    ]
    names = [name for name in measures[0] if not name.startswith("earlier_")]
    frame = pl.DataFrame(
        {
            name: [list(m[name]) if isinstance(m[name], tuple) else m[name] for m in measures]
            for name in names
        },
        schema={name: column_type(name) for name in names},
    )
    columns = outcomes(frame, uses)
    for use in uses:
        values = {name: value.value for name, value in use.values.items()}
        plain = [use.rule.outcome(m, values)[0] for m in measures]
        assert columns[use.rule.name].to_list() == plain, use.rule.name


@settings(max_examples=200, deadline=None)
@given(FACTS, st.sampled_from(["employment_training", "insured_upgrade"]))
def test_any_facts_are_judged_and_replay_to_the_byte(person, code):
    decision = rules.decide(scheme(code), person, ON)
    again = rules.decide(scheme(code), rules.Facts.from_dict(person.to_dict()), ON)
    assert again.to_json() == decision.to_json()
    assert rules.Decision.from_dict(decision.to_dict()).to_json() == decision.to_json()
    assert decision.amount_fen == sum(part.working[-1].fen for part in decision.components)
    assert (decision.amount_fen > 0) <= decision.payable
    outcomes_seen = {finding.outcome for finding in decision.findings if not finding.component}
    assert decision.refused == ("failed" in outcomes_seen)
    assert not (decision.payable and "unknown" in {finding.outcome for finding in decision.findings})
    for finding in decision.findings_that("unknown"):
        assert finding.missing
        assert finding.evidence_from
