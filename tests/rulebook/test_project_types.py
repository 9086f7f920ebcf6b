"""Every project type and subsidy of the papers has a scheme; the example district can pay each of them."""

from datetime import date

import pytest

from kaogong import rules
from kaogong.rules.cases import cases
from kaogong.rules.loading import shipped_folder

BOOK = rules.load()
ON = date(2026, 11, 9)
PLAN = "青西新管办发〔2020〕2号"
CASES = list(cases(shipped_folder()))

# E1: the closed list of uses of the earmarked ledger (clause 16) and the scheme that answers each.
PROJECT_TYPES = {
    "企业新录用人员技能培训": "new_hire_training",
    "以工代训": "work_training",
    "参保职工技能提升": "insured_upgrade",
    "企业新型学徒制": "apprenticeship",
    "“金蓝领”培训": "golden_blue_collar",
    "家庭服务业从业人员技能培训": "home_service_training",
    "五类人员就业技能培训": "employment_training",
    "创业培训补贴": "entrepreneurship_training",
    "劳动预备制（两后生）培训费补贴": "labour_reserve_training",
    "初次参加职业技能鉴定人员的鉴定费补贴": "first_assessment",
    "特种作业人员安全技能培训补贴": "special_operation_safety",
    "困难企业组织在岗职工开展在岗培训（含安全技能培训)": "hardship_on_job_training",
    "转岗转业培训补贴": "hardship_job_change_training",
}
# Groups the plan wants trained (clauses 4, 5, 6) and what they must belong to.
GROUP_PROJECTS = {
    "veteran_training": {"veteran"},
    "disabled_person_training": {"disabled_person"},
    "farmer_training": {"farmer", "migrant_worker"},
}
NOT_OF_CLAUSE_15 = {
    "work_training",
    "first_assessment",
    "online_training",
    "facility_upgrade_grant",
}  # no training subsidy of clause 15


def schemes(region):
    return {scheme.code: scheme for scheme in BOOK.schemes(region, ON)}


@pytest.mark.parametrize(("words", "code"), PROJECT_TYPES.items())
def test_each_project_type_of_the_plan_has_a_scheme(words, code):
    assert words in BOOK.document(f"{PLAN}#16").text
    scheme = schemes("370211")[code]
    own = BOOK.content["regions"]["370211"]["schemes"][code]
    assert f"{PLAN}#16" in scheme.clauses
    assert own["fund_programme"]["by"] == f"{PLAN}#16"
    assert own["in_force"] == {"from": "2020-01-20"}
    assert scheme.parts
    assert "real_name_verified" in {use.rule.name for use in scheme.rules}


def test_the_groups_the_plan_wants_trained_have_their_schemes():
    for code, groups in GROUP_PROJECTS.items():
        allowed = schemes("370211")[code].values("in_an_entitled_group")["allowed_groups"].value
        assert set(allowed) == groups
        assert set(allowed) <= set(BOOK.groups)


def test_the_caps_of_clause_15_hold_for_every_training_subsidy_of_the_district():
    for code in BOOK.content["regions"]["370211"]["schemes"]:
        scheme = schemes("370211")[code]
        caps = {use.rule.id for use in scheme.rules if use.by == f"{PLAN}#15"} & {"G2", "G3", "G4"}
        assert caps == (set() if code in NOT_OF_CLAUSE_15 else {"G2", "G3", "G4"}), code
        assert (scheme.counts_as == "training") == bool(caps), code


def test_each_subsidy_of_the_papers_is_cited_by_a_rule_or_a_payment():
    cited = {
        rule_id
        for region in BOOK.regions
        for scheme in BOOK.schemes(region, ON)
        for rule_id in (
            *(use.rule.id for use in scheme.rules),
            *(part.rule_id for part in scheme.parts),
            *(use.rule.id for part in scheme.parts for use in part.rules),
        )
    }
    assert {f"G{number}" for number in range(1, 18)} <= cited


def test_no_number_of_the_real_regions_is_invented():
    for region in ("370000", "370200", "370211", "510700"):
        for scheme in BOOK.schemes(region, ON):
            for name, value in scheme.values().items():
                assert not value.illustrative, (region, scheme.code, name)
                stated = value.value is None or value.by if value.verified else value.source
                assert stated, (region, scheme.code, name)


def test_a_number_of_another_city_is_not_used_as_a_rate():
    for scheme in BOOK.schemes("370211", ON):
        for part in scheme.parts:
            for value in part.values.values():
                assert not any(city in value.source for city in ("济南", "天津", "泰安", "青海"))


def test_the_example_district_lacks_no_number_and_pays_every_scheme():
    paid = {
        case.scheme
        for case in CASES
        if case.region == "370299"
        and case.expect["verdict"] == "payable"
        and case.decide(BOOK).amount_fen > 0
    }
    for code, scheme in schemes("370299").items():
        assert scheme.unset == (), code
        assert code in paid, code


def test_every_scheme_of_the_example_district_has_cases_of_each_kind():
    found = {}
    for case in CASES:
        if case.region == "370299":
            found.setdefault(case.scheme, []).append(case.expect["verdict"])
    for code in schemes("370299"):
        assert len(found[code]) >= 3, code
        assert {"payable", "refused"} <= set(found[code]), code


def test_where_a_number_is_unset_the_real_district_says_which_and_pays_nothing():
    told = {
        case.scheme
        for case in CASES
        if case.region == "370211" and case.expect["verdict"] == "needs_evidence"
    }
    for code, scheme in schemes("370211").items():
        if set(scheme.unset) - {"publish_working_days"}:
            assert code in told, code
    for case in CASES:
        if case.region == "370211" and case.expect["verdict"] == "needs_evidence":
            decision = case.decide(BOOK)
            assert (decision.amount_fen, decision.components) == (0, ())
            named = case.expect["findings"]
            unknown = [f for f in decision.findings_that("unknown") if f.rule in named]
            assert unknown, case.title
            assert all("尚未公布" in finding.message_zh for finding in unknown), case.title


def test_what_only_public_reports_give_is_paid_with_its_mark():
    for case in CASES:
        if case.file == "370211/cases/rates_to_be_verified.yaml" and not case.groups:
            decision = case.decide(BOOK)
            assert decision.payable
            assert "使用了待核实的数值" in decision.notes
            assert any("（待核实）" in line.text_zh for line in decision.working)


def test_a_district_takes_over_what_its_city_and_province_say():
    apprenticeship = schemes("370211")["apprenticeship"]
    assert {use.rule.name: use.region for use in apprenticeship.rules}["contract_is_signed"] == "370000"
    assert apprenticeship.values()["training.rate"].region == "370200"
    assert schemes("370211")["work_training"].parts[0].by == f"{PLAN}#1"
    assert BOOK.at("370000", ON).scheme("work_training").parts[0].by.endswith("2023#L27")
    assert schemes("370299")["qilu_chief_technician"].parts[0].rate.region == "370000"
