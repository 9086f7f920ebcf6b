"""Each rule at its boundary, and the form they must all keep."""

import ast
import string
from datetime import date
from pathlib import Path

import pytest

from kaogong import rules
from kaogong.rules.loading import CONDITION_MODULES

from .builders import ON, earlier, outcome, scheme

NAME = "employment_training"
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


def test_every_rule_is_tried():
    tried = {name for name, _, _ in BOUNDARIES} | {"insured_on_the_day", "insured_long_enough"}
    assert set(rules.RULES) - tried == {"in_a_living_allowance_group"}  # tried in test_decide


def test_every_sentence_names_only_what_its_rule_reads():
    uses = {use.rule.name: use for code in (NAME, "insured_upgrade") for use in scheme(code).rules}
    for use in uses.values():
        rule = use.rule
        unknown = dict.fromkeys(rules.MEASURES)
        _, facts_read, values_read = rule.outcome(unknown, {n: v.value for n, v in use.values.items()})
        allowed = {*facts_read, *values_read, *rule.shows}
        assert set(values_read) == set(rule.values)
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
