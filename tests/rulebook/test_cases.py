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


def test_a_case_of_many_adds_up_and_each_may_be_told_wrong(tmp_path):
    folder = tmp_path / "370299" / "cases"
    folder.mkdir(parents=True)
    given = (shipped_folder() / "370299/cases/employment_training.yaml").read_text(encoding="utf-8")
    (folder / "many.yaml").write_text(
        given.split("cases:")[0]
        + """cases:
  - case: 三人五级，两人特种作业
    groups:
      - {times: 3, amount: 1200}
      - {times: 2, facts: {certificate_kind: 特种作业操作证书, certificate_level: 不分等级}, amount: 800}
    expect: {verdict: payable, total: 5200}
  - case: 每人和合计都写错，还有一组不符合
    groups:
      - {times: 3, amount: 1000}
      - {times: 2, facts: {identity_verified: false}}
    expect: {verdict: payable, total: 5000}
  - case: 换一个项目
    scheme: insured_upgrade
    expect: {verdict: needs_evidence}
""",
        encoding="utf-8",
    )
    right, wrong, other = cases(tmp_path)
    assert right.differences(rules.load()) == []
    assert wrong.differences(rules.load()) == [
        "3 人一组，每人：应为 100000，实为 120000",
        "2 人一组，verdict：应为 payable，实为 refused",
        "合计：应为 500000，实为 360000",
    ]
    assert (other.scheme, other.differences(rules.load())) == ("insured_upgrade", [])


def test_both_schemes_and_both_regions_have_cases():
    assert {(case.region, case.scheme) for case in CASES} >= {
        ("370299", "employment_training"),
        ("370299", "insured_upgrade"),
        ("370211", "insured_upgrade"),
    }
