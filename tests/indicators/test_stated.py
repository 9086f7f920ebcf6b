"""Indicators papers give, and those divided by one: what is stated is told as it is, what lacks is said."""

import importlib
import json

import pytest

from kaogong.indicators.counting import NotCounted, count_one, rows_of, sql_of
from kaogong.indicators.register import indicator_of, indicators
from kaogong.kernel.reference import reference_dir
from tests.indicators.making import YEAR, row, snapshot

STATED = [
    "workforce.veterans_to_train",
    "workforce.skilled",
    "workforce.employed",
    "workforce.industrial",
    "money.budget",
    "money.education_surcharge",
    "money.surcharge_for_vocation",
    "school.students",
    "school.graduates",
    "school.trained",
    "school.brand_majors",
    "school.majors",
    "school.majors_matched",
    "talent.honour_quota",
    "talent.honour_quota_skilled",
    "enterprise.eligible",
    "enterprise.self_assessing",
    "base.training",
    "project.rewarded_occupations",
    "school.rewarded_majors",
    "project.talent_works",
    "project.talent_platforms",
]
# code -> its rows, what is stated, the share in hundredths of a percent
SHARES = {
    "training.veteran_coverage": (
        {"training": [row("training", person=n, group="veteran") for n in (1, 1, 2)]},
        {"workforce.veterans_to_train": 8},
        2500,
    ),
    "money.execution_share": (
        {"payment": [row("payment", amount_fen=250_00), row("payment", amount_fen=-50_00)]},
        {"money.budget": 800_00},
        2500,
    ),
    "money.surcharge_share": (
        {},
        {"money.surcharge_for_vocation": 30_00, "money.education_surcharge": 100_00},
        3000,
    ),
    "school.match_share": ({}, {"school.majors_matched": 3, "school.majors": 4}, 7500),
    "talent.honour_share": ({}, {"talent.honour_quota_skilled": 1, "talent.honour_quota": 3}, 3333),
    "workforce.skilled_share_of_employed": ({}, {"workforce.skilled": 32, "workforce.employed": 100}, 3200),
    "enterprise.self_assessing_share": (
        {},
        {"enterprise.self_assessing": 7, "enterprise.eligible": 7},
        10000,
    ),
}


@pytest.mark.parametrize("code", STATED)
def test_indicator_of_a_paper_is_what_the_paper_says(code, tmp_path):
    asked = []

    def stated(*of):
        asked.append(of)
        return 36

    found = count_one(code, tmp_path, region="370200", period=YEAR, stated=stated)
    assert (found.value, asked) == (36, [(code, "370200", YEAR)])
    unknown = count_one(code, tmp_path, region="370200", period=YEAR)
    assert unknown.value is None
    assert unknown.note_facts == {"name": indicator_of(code).name}
    assert count_one(code, tmp_path, period=YEAR, where={"sex": "1"}, stated=stated).value is None
    assert sql_of(code, period=YEAR) == ""
    with pytest.raises(NotCounted, match=indicator_of(code).name):
        rows_of(code, tmp_path, period=YEAR)


@pytest.mark.parametrize("code", SHARES)
def test_share_over_a_stated_figure(code, tmp_path):
    rows, told, share = SHARES[code]
    folder = snapshot(tmp_path, **rows)
    found = count_one(code, folder, period=YEAR, stated=lambda one, *_: told.get(one))
    assert found.value == share
    lacking = dict(told)
    gone, _value = lacking.popitem()
    without = count_one(code, folder, period=YEAR, stated=lambda one, *_: lacking.get(one))
    assert without.value is None
    assert without.note_facts == {"name": indicator_of(gone).name}


def test_every_indicator_lists_tests_and_each_is_there():
    told = json.loads((reference_dir() / "indicator_tests.json").read_text(encoding="utf-8"))
    assert set(told) == {one.code for one in indicators()}
    assert [code for code, tests in told.items() if not tests] == []
    for code, tests in told.items():
        for test in tests:
            path, _, name = test.partition("::")
            function, _, case = name.partition("[")
            there = getattr(importlib.import_module(path.removesuffix(".py").replace("/", ".")), function)
            if case:
                (mark,) = (one for one in there.pytestmark if one.name == "parametrize")
                cases = [one if isinstance(one, tuple) else (one,) for one in mark.args[1]]
                assert any(code in one and case == f"{'-'.join(map(str, one))}]" for one in cases), test
