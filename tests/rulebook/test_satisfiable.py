"""That no facts meet some conditions is said exactly when none do: tried against whole grids of facts."""

from datetime import date
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from kaogong.rules import RULES, loading  # noqa: F401  (loading registers the conditions)
from kaogong.rules.satisfiable import Condition, contradictions, term_of, witness
from kaogong.rules.terms import Resolved, RuleUse
from kaogong.rules.vocabulary import UNITS

from .writing import BY

ON = date(2026, 11, 9)

FAMILIES = [
    [
        ("of_working_age", {"min_age": st.integers(0, 9)}),
        ("not_older_than", {"max_age": st.integers(0, 9)}),
        (
            "of_working_age_by_sex",
            dict.fromkeys(("min_age", "male_until", "female_until"), st.integers(0, 9)),
        ),
    ],
    [
        (
            "certificate_of_an_accepted_kind",
            {"accepted_kinds": st.lists(st.sampled_from(["skill_level", "special_ability"]), min_size=1)},
        ),
        ("certificate_of_an_accepted_level", {"levels": st.lists(st.integers(0, 5), min_size=1)}),
        ("employer_paid_first", {}),
        ("provider_paid_first", {}),
        ("person_paid_first", {}),
        ("of_an_accepted_tier", {"tiers": st.lists(st.sampled_from(["national", "county"]), min_size=1)}),
    ],
    [
        ("scored_at_least", {"min_score": st.integers(0, 9)}),
        ("hours_enough", {"min_hours": st.integers(0, 9)}),
        ("within_months_of_hiring", {"months": st.integers(0, 9)}),
        ("attended_enough", {"min_percent": st.integers(0, 100)}),
    ],
]
GRID = {
    "age": range(12),
    "sex": ("male", "female"),
    "certificate_kind": ("skill_level", "special_ability", "special_operation", "none"),
    "certificate_level": range(6),
    "certificate_revoked": (True, False),
    "paid_first_by": ("employer", "provider", "person", "applicant"),
    "tier": ("national", "provincial", "municipal", "county"),
    "score": range(11),
    "hours_attended": range(0, 1001, 50),
    "hours_planned": (500,),
    "months_since_hired": range(-1, 11),
}


def condition(name, values):
    used = {
        key: Resolved(key, said, RULES[name].values[key], ON, BY, "", True, False, "", "990000", "示例")
        for key, said in values.items()
    }
    return Condition(RuleUse(RULES[name], BY, "", used, "990000"), term_of(RULES[name].expression, values))


@st.composite
def rule_sets(draw):
    family = draw(st.sampled_from(FAMILIES))
    chosen = draw(st.lists(st.sampled_from(family), min_size=1, max_size=4, unique_by=lambda item: item[0]))
    return [(name, {key: draw(said) for key, said in values.items()}) for name, values in chosen]


def meets_all(rules, figures):
    return all(RULES[name].outcome(figures, values)[0] is True for name, values in rules)


@settings(max_examples=300, deadline=None)
@given(rule_sets())
def test_never_is_said_exactly_when_no_facts_of_a_whole_grid_pass(rules):
    conditions = [condition(name, values) for name, values in rules]
    read = [name for name in GRID if any(name in c.term.figures for c in conditions)]
    possible = any(
        meets_all(rules, figures)
        for cell in product(*(GRID[name] for name in read))
        if real(figures := dict(zip(read, cell, strict=True)))
    )
    found = witness(conditions)
    assert (found is not None) == possible
    assert bool(contradictions(conditions)) != possible
    for clash in contradictions(conditions):
        assert witness(clash) is None
        for one in clash:
            assert witness([other for other in clash if other is not one]) is not None


def real(figures):
    """No certificate without levels has one."""
    unlevelled = figures.get("certificate_kind") in ("special_ability", "special_operation")
    return not (unlevelled and figures.get("certificate_level"))


def test_every_rule_kind_can_be_looked_into():
    """Whatever a rule kind is made of, its expression can be run on terms and says which figures it reads."""
    for name, rule in RULES.items():
        values = {key: 99 if key.endswith("_until") else sample(unit) for key, unit in rule.values.items()}
        found = condition(name, values)
        assert found.term.figures, name
        assert witness([found]) is not None, name


def sample(unit):
    lists = {
        "kinds": ["skill_level"],
        "groups": ["farmer"],
        "levels": [5],
        "occupations": ["4-09-06-04"],
        "tiers": ["national"],
        "schemes": ["plain"],
        "stages": ["start"],
    }
    shape = UNITS[unit].shape
    return 9 if shape in ("count", "percent", "money") else lists[shape]
