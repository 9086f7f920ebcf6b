"""Each rule at its boundary, and the form they must all keep."""

import ast
import string
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from kaogong import rules
from kaogong.rules.frames import Columns, Values
from kaogong.rules.loading import CONDITION_MODULES
from kaogong.rules.measures import measure, tallied

from .builders import ON, earlier, facts, outcome

SAME, OTHER = "4-09-06-04", "6-18-02-04"
YEAR = [earlier(OTHER, 5, date(2026, month, 1), reference=f"SL-{month}") for month in (1, 4, 8)]

BOUNDARIES = [
    ("real_name_verified", {"identity_verified": False}, "failed"),
    ("real_name_verified", {"identity_verified": None}, "unknown"),
    ("of_working_age", {"age_on_event": 16}, "passed"),
    ("of_working_age", {"age_on_event": 15}, "failed"),
    ("of_working_age", {"age_on_event": None, "birth_on": date(2010, 11, 9)}, "passed"),
    ("of_working_age", {"age_on_event": None, "birth_on": date(2010, 11, 10)}, "failed"),
    ("of_working_age", {"age_on_event": None}, "unknown"),
    ("of_working_age", {"age_on_event": 90}, "passed"),
    ("draws_no_monthly_pension", {"receives_pension": True}, "failed"),
    ("draws_no_monthly_pension", {"receives_pension": None}, "unknown"),
    ("in_an_entitled_group", {"groups": ("veteran",)}, "failed"),
    ("in_an_entitled_group", {"groups": ()}, "failed"),
    ("in_an_entitled_group", {"groups": None}, "unknown"),
    ("in_an_entitled_group", {"groups": ("veteran", "school_leaver")}, "passed"),
    ("in_one_of_three_places", {"household_region_code": "510703", "residence_region_code": None}, "passed"),
    (
        "in_one_of_three_places",
        {"household_region_code": "510703", "residence_region_code": None, "job_region_code": "370202"},
        "unknown",
    ),
    (
        "in_one_of_three_places",
        {"household_region_code": "1", "residence_region_code": "2", "job_region_code": "3"},
        "refused input",
    ),
    ("certificate_of_an_accepted_kind", {"certificate_kind": "none", "certificate_revoked": None}, "failed"),
    ("certificate_of_an_accepted_kind", {"certificate_revoked": True}, "failed"),
    ("certificate_of_an_accepted_kind", {"certificate_revoked": None}, "unknown"),
    ("certificate_of_an_accepted_kind", {"certificate_kind": None, "certificate_revoked": True}, "failed"),
    ("certificate_of_an_accepted_kind", {"certificate_kind": "training_completion"}, "passed"),
    ("certificate_verified_before_pay", {"certificate_verified": False}, "failed"),
    ("certificate_verified_before_pay", {"certificate_verified": None}, "unknown"),
    ("certificate_of_the_class_taken", {"certificate_level": 4}, "failed"),
    ("certificate_of_the_class_taken", {"certificate_level": 0}, "passed"),
    ("certificate_of_the_class_taken", {"class_occupation_code": OTHER}, "failed"),
    ("certified_after_training", {"certificate_issued_on": date(2026, 10, 11)}, "failed"),
    ("certified_after_training", {"certificate_issued_on": date(2026, 10, 12)}, "passed"),
    ("provider_recognised_on_the_day", {"provider_recognised_on_day": False}, "failed"),
    ("occupation_within_contract", {"occupation_in_scope": False}, "failed"),
    ("class_approved_beforehand", {"class_approved": False}, "failed"),
    ("provider_paid_first", {"paid_first_by": "person"}, "failed"),
    ("provider_paid_first", {"paid_first_by": None}, "unknown"),
    ("attended_enough", {"hours_attended": "64"}, "passed"),
    ("attended_enough", {"hours_attended": "63.99"}, "failed"),
    ("attended_enough", {"hours_attended": None}, "unknown"),
    ("class_there_each_day", {"short_days": 0}, "passed"),
    ("class_there_each_day", {"short_days": 1}, "failed"),
    ("class_there_each_day", {"short_days": None}, "passed"),  # only marks are known
    ("class_there_each_day", {"hours_attended": None}, "unknown"),
    ("presence_proven", {"hours_unproven": "16"}, "passed"),
    ("presence_proven", {"hours_unproven": "16.01"}, "failed"),
    ("presence_proven", {"hours_unproven": None, "hours_attended": "60"}, "passed"),
    ("presence_proven", {"hours_attended": None}, "unknown"),
    ("at_most_so_many_a_year", {"history": YEAR[:2]}, "passed"),
    ("at_most_so_many_a_year", {"history": YEAR}, "failed"),
    ("at_most_so_many_a_year", {"history": None}, "unknown"),
    ("at_most_so_many_a_year", {"history": [*YEAR[:2], earlier(OTHER, 5, date(2025, 12, 31))]}, "passed"),
    ("at_most_so_many_a_year", {"history": [*YEAR[:2], earlier(OTHER, 5, ON, "refused")]}, "passed"),
    ("at_most_so_many_a_year", {"history": [*YEAR[:2], earlier(OTHER, 5, ON, "reserved")]}, "failed"),
    ("at_most_so_many_a_year", {"history": [*YEAR[:2], earlier(OTHER, 5, ON, component="living")]}, "passed"),
    ("never_twice_at_one_level", {"history": [earlier(SAME, 5)]}, "failed"),
    ("never_twice_at_one_level", {"history": [earlier(SAME, 5, status="recovered")]}, "passed"),
    ("never_twice_at_one_level", {"history": [earlier(SAME, 4), earlier(OTHER, 5)]}, "passed"),
    ("never_twice_at_one_level", {"history": [earlier(SAME, 4)], "certificate_level": None}, "unknown"),
    ("never_twice_at_one_level", {"history": [earlier(OTHER, 4)], "certificate_level": None}, "passed"),
    ("none_lower_after_higher", {"history": [earlier(SAME, 4)]}, "failed"),
    ("none_lower_after_higher", {"history": [earlier(SAME, 3, date(2027, 1, 1))]}, "failed"),
    ("none_lower_after_higher", {"history": [earlier(OTHER, 1)]}, "passed"),
    ("none_lower_after_higher", {"history": [earlier(SAME, 0)]}, "passed"),
    ("none_lower_after_higher", {"history": [earlier(SAME, 4)], "certificate_level": 0}, "passed"),
    ("none_lower_after_higher", {"history": None}, "unknown"),
]


@pytest.mark.parametrize(("name", "changes", "expected"), BOUNDARIES)
def test_boundary(name, changes, expected):
    if expected == "refused input":
        with pytest.raises(rules.FactsMalformed, match="household_region_code"):
            outcome(name, **changes)
    else:
        assert outcome(name, **changes) == expected


def test_insured_rules_at_their_boundaries():
    assert outcome("insured_on_the_day", "insured_upgrade", insured=False) == "failed"
    assert outcome("insured_on_the_day", "insured_upgrade", insured=None) == "unknown"
    assert outcome("insured_long_enough", "insured_upgrade", insured_months=12) == "passed"
    assert outcome("insured_long_enough", "insured_upgrade", insured_months=11) == "failed"


def test_a_city_serves_its_districts():
    assert outcome("in_one_of_three_places", serving_region_code="370200") == "passed"
    assert outcome("in_one_of_three_places", serving_region_code="370202") == "failed"


MONEY = 30000000
DAY = date(2026, 5, 9)  # six months before ON
FIGURES = [
    ("unemployed_and_willing", {"unemployed": True, "willing_to_train": True}, {}, True),
    ("unemployed_and_willing", {"unemployed": True, "willing_to_train": None}, {}, None),
    ("unemployed_and_willing", {"unemployed": None, "willing_to_train": False}, {}, False),
    ("not_older_than", {"age": 35}, {"max_age": 35}, True),
    ("not_older_than", {"age": 36}, {"max_age": 35}, False),
    ("not_older_than", {"age": 36}, {"max_age": None}, None),
    ("within_months_of_hiring", {"months_since_hired": 11}, {"months": 12}, True),
    ("within_months_of_hiring", {"months_since_hired": 12}, {"months": 12}, False),
    ("within_months_of_hiring", {"months_since_hired": -1}, {"months": 12}, False),
    ("within_months_of_discharge", {"months_since_discharged": 0}, {"months": 1}, True),
    ("within_months_of_discharge", {"months_since_discharged": 1}, {"months": 1}, False),
    ("within_months_of_graduation", {"months_since_graduated": 23}, {"months": 24}, True),
    ("within_months_of_graduation", {"months_since_graduated": None}, {"months": 24}, None),
    ("within_months_of_graduation", {"months_since_graduated": 24}, {"months": 24}, False),
    ("employed_within_months", {"months_to_employment": 5}, {"months": 6}, True),
    ("employed_within_months", {"months_to_employment": 6}, {"months": 6}, False),
    ("certificate_of_an_accepted_level", {"certificate_level": 3}, {"levels": [3, 2]}, True),
    ("certificate_of_an_accepted_level", {"certificate_level": 4}, {"levels": [3, 2]}, False),
    ("occupation_on_the_list", {"certificate_occupation_code": SAME}, {"occupations": [SAME]}, True),
    ("occupation_on_the_list", {"certificate_occupation_code": OTHER}, {"occupations": [SAME]}, False),
    ("occupation_on_the_subsidised_list", {"occupation_subsidised": True}, {}, True),
    ("occupation_on_the_subsidised_list", {"occupation_subsidised": None}, {}, None),
    ("occupation_on_the_shortage_list", {"occupation_in_shortage": False}, {}, False),
    ("hours_enough", {"hours_attended": 18000}, {"min_hours": 180}, True),
    ("hours_enough", {"hours_attended": 17999}, {"min_hours": 180}, False),
    ("employer_is_insured", {"employer_insured": False}, {}, False),
    ("employer_insured_long_enough", {"employer_insured_months": 12}, {"min_months": 12}, True),
    ("employer_insured_long_enough", {"employer_insured_months": 11}, {"min_months": 12}, False),
    ("employer_is_in_hardship", {"employer_in_hardship": True}, {}, True),
    ("works_in_the_occupation", {"works_in_occupation": False}, {}, False),
    ("employer_paid_first", {"paid_first_by": "employer"}, {}, True),
    ("employer_paid_first", {"paid_first_by": "provider"}, {}, False),
    ("person_paid_first", {"paid_first_by": "person"}, {}, True),
    ("person_paid_first", {"paid_first_by": "employer"}, {}, False),
    ("contract_is_signed", {"contract_signed": None}, {}, None),
    ("contract_long_enough", {"contract_months": 12}, {"min_months": 12}, True),
    ("contract_long_enough", {"contract_months": 11}, {"min_months": 12}, False),
    ("within_the_contract", {"within_contract": False}, {}, False),
    ("annual_pay_at_least", {"annual_pay_fen": MONEY}, {"threshold": MONEY}, True),
    ("annual_pay_at_least", {"annual_pay_fen": MONEY - 1}, {"threshold": MONEY}, False),
    ("works_full_time", {"full_time": True}, {}, True),
    ("works_part_time", {"full_time": True}, {}, False),
    ("of_an_accepted_tier", {"tier": "national"}, {"tiers": ["national", "provincial"]}, True),
    ("of_an_accepted_tier", {"tier": "county"}, {"tiers": ["national", "provincial"]}, False),
    ("upper_grant_received", {"upper_grant_fen": 0}, {}, False),
    ("upper_grant_received", {"upper_grant_fen": 1}, {}, True),
    ("filed_before_it_began", {"filed_beforehand": True}, {}, True),
    ("recognised_by_the_authority", {"approved": False}, {}, False),
    ("scored_at_least", {"score": 60}, {"min_score": 60}, True),
    ("scored_at_least", {"score": 59}, {"min_score": 60}, False),
    ("at_an_accepted_stage", {"stage": "creation"}, {"stages": ["creation"]}, True),
    ("at_an_accepted_stage", {"stage": "evaluation"}, {"stages": ["creation"]}, False),
    ("on_the_award_list", {"on_award_list": True}, {}, True),
    ("on_the_award_list", {"on_award_list": False}, {}, False),
    ("works_here", {"job_here": False}, {}, False),
    ("works_here", {"job_here": True}, {}, True),
    (
        "employer_is_insured_unless_hiring",
        {"employer_insured": True, "groups": ("hard_to_employ",)},
        {"exempt_groups": ["poverty_worker"]},
        True,
    ),
    (
        "employer_is_insured_unless_hiring",
        {"employer_insured": False, "groups": ("hard_to_employ",)},
        {"exempt_groups": ["poverty_worker"]},
        False,
    ),
    (
        "employer_is_insured_unless_hiring",
        {"employer_insured": False, "groups": ("poverty_worker",)},
        {"exempt_groups": ["poverty_worker"]},
        True,
    ),
    (
        "employer_is_insured_unless_hiring",
        {"employer_insured": None, "groups": ("poverty_worker",)},
        {"exempt_groups": ["poverty_worker"]},
        True,
    ),
    (
        "employer_is_insured_unless_hiring",
        {"employer_insured": None, "groups": ("hard_to_employ",)},
        {"exempt_groups": ["poverty_worker"]},
        None,
    ),
    ("heads_enough", {"heads": 9}, {"min_heads": 10}, False),
    ("heads_enough", {"heads": 10}, {"min_heads": 10}, True),
]
SEXES = {"min_age": 16, "male_until": 60, "female_until": 55}
FIGURES += [
    ("of_working_age_by_sex", {"age": age, "sex": sex}, SEXES, truth)
    for age, sex, truth in [
        (16, "male", True),
        (15, "male", False),
        (59, "male", True),
        (60, "male", False),
        (54, "female", True),
        (55, "female", False),
        (57, None, None),
        (60, None, False),
        (15, None, False),
    ]
]


@pytest.mark.parametrize(("name", "figures", "values", "expected"), FIGURES)
def test_condition_on_plain_values_and_on_columns(name, figures, values, expected):
    rule = rules.RULES[name]
    assert rule.outcome(figures, values)[0] is expected
    if None not in values.values():
        frame = pl.DataFrame({key: [value] for key, value in figures.items()}, schema_overrides=TYPES)
        found = frame.select(rule.expression(Columns(), Values(values)).expr.alias("truth"))
        assert found["truth"][0] is expected


TYPES = {
    "sex": pl.String,
    "willing_to_train": pl.Boolean,
    "unemployed": pl.Boolean,
    "contract_signed": pl.Boolean,
    "occupation_subsidised": pl.Boolean,
    "months_since_graduated": pl.Int64,
}

SCHEME = "employment_training"
FEES = {"scheme": SCHEME, "amount_fen": 10000}
HISTORY = [
    ("at_most_so_many_in_all", {"limit": 1}, [], True),
    ("at_most_so_many_in_all", {"limit": 1}, [earlier(OTHER, 5, date(2019, 1, 1))], False),
    ("at_most_so_many_in_all", {"limit": 1}, [earlier(OTHER, 5, component="living")], True),
    ("at_most_so_many_within_months", {"limit": 1, "months": 6}, [earlier(on=date(2026, 5, 9))], True),
    ("at_most_so_many_within_months", {"limit": 1, "months": 6}, [earlier(on=date(2026, 5, 10))], False),
    ("at_most_so_many_within_months", {"limit": 1, "months": 6}, [earlier(on=date(2027, 5, 8))], False),
    ("at_most_so_many_within_months", {"limit": 1, "months": 6}, [earlier(on=date(2027, 5, 9))], True),
    ("at_most_so_many_a_year_of_this_scheme", {"limit": 1}, [earlier(on=ON, scheme="other")], True),
    ("at_most_so_many_a_year_of_this_scheme", {"limit": 1}, [earlier(on=ON, scheme=SCHEME)], False),
    ("at_most_so_many_a_year_of_this_scheme", {"limit": 1}, [earlier(scheme=SCHEME)], True),
    ("at_most_so_many_of_this_scheme", {"limit": 1}, [earlier(scheme=SCHEME)], False),
    ("at_most_so_many_of_this_scheme", {"limit": 1}, [earlier(scheme="other")], True),
    ("at_most_so_many_of_an_occupation", {"limit": 1}, [earlier(OTHER, 5)], True),
    ("at_most_so_many_of_an_occupation", {"limit": 1}, [earlier(SAME, 0)], False),
    ("none_of_the_excluding_schemes", {"schemes": ["a", "b"]}, [earlier(scheme="c")], True),
    ("none_of_the_excluding_schemes", {"schemes": ["a", "b"]}, [earlier(scheme="b", component="x")], False),
]


@pytest.mark.parametrize(("name", "values", "history", "expected"), HISTORY)
def test_history_condition(name, values, history, expected):
    rule = rules.RULES[name]
    known = facts(history=history)
    figures = measure(known, ON) | tallied(rule.tallies, known, ON, SCHEME, "training", values)
    assert rule.outcome(figures, values)[0] is expected
    unknown = tallied(rule.tallies, facts(history=None), ON, SCHEME, "training", values)
    assert rule.outcome(measure(known, ON) | unknown, values)[0] is None


def test_what_was_received_is_added_up():
    had = [earlier(on=ON, **FEES), earlier(on=date(2020, 1, 1), **FEES), earlier(on=ON, amount_fen=5)]
    names = ("received_this_year_fen", "received_in_all_fen")
    found = tallied(names, facts(history=had), ON, SCHEME, "training", {})
    assert [found[name] for name in names] == [10000, 20000]


def test_months_and_terms_are_counted_in_full():
    figures = measure(
        facts(
            hired_on=date(2026, 5, 10),
            discharged_on=DAY,
            contract_started_on=date(2025, 11, 9),
            contract_ended_on=ON,
            hours_online="20.5",
        ),
        ON,
    )
    names = ("months_since_hired", "months_since_discharged", "contract_months", "within_contract")
    assert [figures[name] for name in names] == [5, 6, 12, False]
    assert figures["hours_in_person"] == 5950


def test_every_rule_is_tried():
    tried = {name for name, *_ in (*BOUNDARIES, *FIGURES, *HISTORY)}
    tried |= {"insured_on_the_day", "insured_long_enough"}
    assert set(rules.RULES) - tried == {"in_a_living_allowance_group"}  # tried in test_decide


def test_every_sentence_names_only_what_its_rule_reads():
    for rule in rules.RULES.values():
        unknown = dict.fromkeys(rules.MEASURES)
        _, facts_read = rule.outcome(unknown, dict.fromkeys(rule.values))
        assert set(rule.tallies) <= set(facts_read)
        allowed = {*facts_read, *rule.values, *rule.shows}
        for said in (rule.passed, rule.failed, rule.remedy):
            for text in said:
                fields = {field for _, field, _, _ in string.Formatter().parse(text) if field}
                assert fields <= allowed, (rule.name, fields - allowed)


ALLOWED = (
    ast.Attribute,
    ast.Name,
    ast.Load,
    ast.BinOp,
    ast.BitAnd,
    ast.BitOr,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.UnaryOp,
    ast.Invert,
    ast.Compare,
    ast.Eq,
    ast.NotEq,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
    ast.Constant,
    ast.Call,
)


def faults(source: str) -> list[str]:
    """Where the functions of a conditions module are more than one expression of operators."""
    found = []
    for node in ast.parse(source).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        if len(node.body) != 2 or not isinstance(node.body[1], ast.Return):
            found.append(f"{node.name}: a docstring and one return")
            continue
        for part in ast.walk(node.body[1].value):
            if not isinstance(part, ALLOWED):
                found.append(f"{node.name}: {type(part).__name__}")
            elif isinstance(part, ast.Compare) and len(part.ops) > 1:
                found.append(f"{node.name}: chained comparison")
            elif isinstance(part, ast.Call) and getattr(part.func, "attr", "") not in ("is_in", "overlaps"):
                found.append(f"{node.name}: call")
            elif isinstance(part, ast.Name) and part.id not in ("facts", "values"):
                found.append(f"{node.name}: {part.id}")
    return found


@pytest.mark.parametrize("path", sorted(Path(CONDITION_MODULES[0].__file__).parent.glob("conditions*.py")))
def test_conditions_are_single_expressions(path):
    assert faults(path.read_text(encoding="utf-8")) == []
    assert path.stem in {module.__name__.rsplit(".", 1)[1] for module in CONDITION_MODULES}


@pytest.mark.parametrize(
    "body",
    [
        "return a.x if a.y else a.z",
        "return facts.x and facts.y",
        "return not facts.x",
        "return 1 < facts.x < 3",
        "return len(facts.x)",
        "return facts.x in values.y",
        "x = 1\n    return facts.x",
    ],
)
def test_the_linter_sees_anything_else(body):
    assert faults(f'def rule(facts, values):\n    """x"""\n    {body}\n')
