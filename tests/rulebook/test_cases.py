"""Runs the worked examples in rulebook/*/cases: given facts -> expected verdict and amount."""

import pytest

from kaogong import rules
from kaogong.rules.cases import cases
from kaogong.rules.loading import shipped_folder

CASES = list(cases(shipped_folder()))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}:{case.line}")
def test_case(case):
    assert case.differences(rules.load()) == []


def test_a_wrong_expectation_is_noticed():
    case = next(case for case in CASES if case.expect.get("amount") == 1200)
    case.expect["amount"], kept = 1, case.expect["amount"]
    assert case.differences(rules.load()) == ["amount_fen：应为 100，实为 120000"]
    case.expect["amount"] = kept


def test_both_schemes_and_both_regions_have_cases():
    assert {(case.region, case.scheme) for case in CASES} >= {
        ("370299", "employment_training"),
        ("370299", "insured_upgrade"),
        ("370211", "insured_upgrade"),
    }
