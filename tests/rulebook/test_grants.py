"""Subsidies, allowances and awards of Qingdao and Mianyang: cited, their own figures tried, none invented."""

from collections import defaultdict
from datetime import date

import pytest

from kaogong import rules
from kaogong.rules.cases import cases
from kaogong.rules.loading import shipped_folder
from kaogong.rules.terms import fen

BOOK = rules.load()
CONTENT = BOOK.content
REGIONS = ("370200", "510700")
SCHEMES = [(region, code) for region in REGIONS for code in CONTENT["regions"][region]["schemes"]]
CASES = [case for case in cases(shipped_folder()) if case.region in REGIONS]
IDS = ["G7", "G11", "G12", "G13", "G14", "L4", "L5", "L6", "L12", "L13", "M1", "M2", "M3", "M4", "M6"]


def days(region, code):
    """Every day on which a number of the scheme's own file begins, within the scheme's life."""
    said = CONTENT["regions"][region]["schemes"][code]
    found = {said["in_force"]["from"]}
    for part in said["components"]:
        found |= set(part["rate"])
    return [date.fromisoformat(day) for day in sorted(found)]


@pytest.mark.parametrize("rule_id", IDS)
def test_each_clause_has_a_payment_that_quotes_it(rule_id):
    found = [
        part
        for region, code in SCHEMES
        for day in days(region, code)
        for part in BOOK.at(region, day).scheme(code).parts
        if part.rule_id == rule_id
    ]
    assert found
    for part in found:
        assert part.words in BOOK.document(part.by).text


@pytest.mark.parametrize(("region", "code"), SCHEMES)
def test_no_number_is_invented(region, code):
    for day in days(region, code):
        scheme = BOOK.at(region, day).scheme(code)
        assert not scheme.illustrative
        for name, value in scheme.values().items():
            assert value.value is None or (value.verified and value.by) or value.source, name
        for use in (*scheme.rules, *(u for part in scheme.parts for u in (*part.rules, *part.limits))):
            assert use.words in BOOK.document(use.by).text


@pytest.mark.parametrize(("region", "code"), SCHEMES)
def test_each_scheme_quotes_every_clause_it_rests_on(region, code):
    said = CONTENT["regions"][region]["schemes"][code]
    uses = [said["fund_programme"], *said["rules"].values(), *said["components"]]
    for part in said["components"]:
        uses += [*part.get("rules", {}).values(), *part.get("limits", {}).values()]
    assert all(use["by"] and use["quote"] for use in uses)
    assert said["label"]
    assert said["label_en"].isascii()


@pytest.mark.parametrize(("region", "code"), SCHEMES)
def test_each_scheme_has_a_case(region, code):
    assert [case for case in CASES if (case.region, case.scheme) == (region, code)]


def paid():
    """The sums the cases come out at, by region and scheme, in yuan."""
    found = defaultdict(set)
    for case in CASES:
        sums = [case.expect[name] for name in ("amount", "total") if name in case.expect]
        found[case.region, case.scheme] |= {fen(yuan) // 100 for yuan in sums}
    return found


FIGURES = [
    ("370200", "apprenticeship", {1112000}),
    ("370200", "settling_grant", {100000, 200000, 300000}),
    ("370200", "full_time_talent_award", {2000000}),
    ("370200", "flexible_talent_pay", {60000, 100000, 0}),
    ("370200", "employer_skill_award", {12000}),
    ("370200", "training_base_award", {3000000}),
    ("370200", "master_workstation_grant", {200000}),
    ("370200", "national_base_grant", {5000000}),
    ("370200", "brand_school_grant", {2850000}),
    ("370200", "public_base_grant", {10000000}),
    ("510700", "apprenticeship", {1200000}),
    ("510700", "studio_top_up_provincial", {150000}),
    ("510700", "studio_top_up_national", {200000}),
    ("510700", "excellence_plan", {1000000}),
]


@pytest.mark.parametrize(("region", "code", "yuan"), FIGURES)
def test_the_papers_own_figures_are_cases(region, code, yuan):
    assert yuan <= paid()[region, code]


def test_the_share_of_a_base_without_the_base_pays_nothing_and_says_what_is_missing():
    case = next(case for case in CASES if case.scheme == "labour_reserve_living")
    decision = case.decide(BOOK)
    (rate,) = decision.findings_that("unknown")
    assert (decision.verdict, decision.amount_fen, rate.missing) == ("needs_evidence", 0, ("base",))
    assert "尚未公布" in rate.message_zh
    assert rate.values["rate"]["value"] == 80


def test_a_grant_does_not_use_up_a_training_subsidy():
    training = {"apprenticeship", "technician_training"}
    for region, code in SCHEMES:
        counts_as = BOOK.at(region, days(region, code)[0]).scheme(code).counts_as
        assert (counts_as == "training") is (code in training), code


def test_what_rests_on_public_reports_is_marked():
    marked = {
        code
        for region, code in SCHEMES
        for day in days(region, code)
        for part in BOOK.at(region, day).scheme(code).parts
        if part.rate.value is not None and not part.rate.verified
    }
    assert marked == {"apprenticeship", "chief_technician_allowance", "school_output_award", "zhenchao_award"}


def test_what_no_paper_gives_is_unset():
    last = {(region, code): BOOK.at(region, days(region, code)[-1]).scheme(code) for region, code in SCHEMES}
    unset = {code for (_, code), scheme in last.items() if any(p.rate.value is None for p in scheme.parts)}
    assert unset == {
        "base_performance_support",
        "craftsman_award",
        "duty_allowance",
        "first_job_award",
        "leading_skill_award",
        "master_training_grant",
        "mentoring",
        "post_allowance",
        "skill_base_grant",
        "technician_training",
    }


def test_districts_inherit_what_the_city_grants():
    for region in ("370211", "370299"):
        here = {scheme.code: scheme for scheme in BOOK.schemes(region, date(2026, 11, 9))}
        for code in CONTENT["regions"]["370200"]["schemes"]:
            assert code in here
        assert here["settling_grant"].values("of_an_accepted_tier")["tiers"].region == "370200"


def test_a_district_judges_by_the_city_s_rule():
    on = date(2026, 11, 9)
    facts = rules.Facts(full_time=False, contract_signed=True, annual_pay_fen=60_000_000, history=())
    scheme = BOOK.at("370299", on).scheme("flexible_talent_pay")
    decision = rules.decide(scheme, facts, on)
    assert {f.rule for f in decision.findings_that("unknown")} == {"within_the_contract"}
    known = facts.to_dict() | {"contract_started_on": "2026-01-01", "contract_ended_on": "2027-01-01"}
    decision = rules.decide(scheme, known, on)
    assert (decision.verdict, decision.amount_fen) == ("payable", 10_000_000)
    assert [line.fen for line in decision.working] == [12_000_000, 10_000_000]
    assert decision.components[0].payee == "employer"
