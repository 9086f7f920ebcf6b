"""The whole judgement: verdicts, waivers, components, unset rates, what a finding carries."""

import json
from datetime import date

import pytest

from kaogong import rules

from .builders import ON, book, earlier, facts, scheme

YEAR = [earlier("6-18-02-04", 5, date(2026, month, 1), reference=f"SL-{month}") for month in (1, 4, 8)]


def decide(code="employment_training", region="370299", waived=(), on=ON, **changes):
    return rules.decide(scheme(code, region, on), facts(**changes), on, waived)


def find(decision, name):
    (finding,) = [f for f in decision.findings if name in (f.rule, f.rule_id)]
    return finding


def test_decide_pays_the_provider_that_paid_first():
    decision = decide()
    assert (decision.verdict, decision.amount_fen, decision.fund_programme) == (
        "payable",
        120000,
        "employment_training",
    )
    (part,) = decision.components
    assert (part.code, part.payee, part.amount_fen) == ("training", "provider", 120000)
    assert part.working[0].text_zh == "职业技能等级证书 五级（初级工）：1,200.00 元/人（示例标准）"
    assert decision.illustrative
    assert decision.rulebook_digest == book().digest


def test_decide_adds_a_living_allowance_for_the_person():
    decision = decide(groups=("registered_unemployed", "hard_to_employ"), hours_attended="76.5")
    assert [(c.code, c.payee, c.amount_fen) for c in decision.components] == [
        ("training", "provider", 120000),
        ("living", "person", 38250),
    ]
    assert find(decision, "A6").outcome == "passed"
    assert decision.working[1].text_zh == "76.5 学时 × 5.00 元/学时（示例标准） = 382.50 元"


def test_no_living_allowance_outside_its_groups_does_not_refuse_the_rest():
    decision = decide()
    assert find(decision, "A6").outcome == "failed"
    assert find(decision, "A6").component == "living"
    assert decision.payable


def test_decide_refuses_and_says_what_would_change_it():
    decision = decide(history=[earlier(level=3, amount_fen=200000, reference="SL-2025-000107")])
    finding = find(decision, "G4")
    assert decision.refused
    assert not decision.waivable
    assert decision.amount_fen == 0
    assert finding.clause == "青西新管办发〔2020〕2号#15"
    assert finding.clause_text == "同一职业（工种）享受高级别培训补贴的不再享受低级别培训补贴"
    assert "4-09-06-04 三级（高级工） 2025-06-18 已拨付 ¥2,000.00 SL-2025-000107" in finding.message_zh
    assert "level 3 (advanced) 2025-06-18 paid" in finding.message_en
    assert finding.facts["earlier_higher_level"][0]["reference"] == "SL-2025-000107"
    assert finding.remedy_zh == "前次补贴被撤销或追回"


def test_decide_waives_only_what_is_waivable():
    refused = decide(history=YEAR)
    assert refused.refused
    assert refused.waivable
    assert find(refused, "G2").values["limit"]["value"] == 3
    assert find(refused, "G2").values["limit"]["since"] == "2020-01-20"
    assert find(refused, "G2").values["limit"]["region_label"] == "青岛西海岸新区"
    waived = decide(history=YEAR, waived={"G2"})
    assert waived.payable
    assert find(waived, "G2").outcome == "waived"
    assert find(waived, "G2").message_zh.endswith("已例外批准")
    with pytest.raises(rules.NotWaivable, match="G3"):
        decide(waived={"G3"})


def test_a_waiver_helps_only_where_everything_else_is_in_order():
    assert not decide(history=YEAR, receives_pension=True).waivable
    decision = decide(history=YEAR, certificate_verified=None, waived={"G2"})
    assert decision.verdict == "needs_evidence"


def test_unknown_asks_by_name_and_pays_nothing():
    decision = decide(receives_pension=None)
    finding = find(decision, "draws_no_monthly_pension")
    assert (decision.verdict, decision.amount_fen, decision.components) == ("needs_evidence", 0, ())
    assert finding.missing == ("receives_pension",)
    assert finding.evidence_from == "社会保险经办机构"
    assert finding.message_zh == "需补证据：是否按月领取养老金；由社会保险经办机构提供"


def test_facts_all_unknown_are_evidence_to_ask_for_not_a_refusal():
    decision = rules.decide(scheme(), {}, ON)
    assert decision.verdict == "needs_evidence"
    assert {f.outcome for f in decision.findings} == {"unknown"}


def test_a_rate_not_published_is_named_and_not_paid():
    on = date(2021, 6, 30)
    here = scheme(region="370211", on=on)
    places = {"serving_region_code": "370200", "job_region_code": "370211"}
    person = facts(certificate_issued_on=on, class_started_on=date(2021, 5, 6), **places)
    decision = rules.decide(here, person, on)
    finding = find(decision, "training_rate")
    assert (decision.verdict, decision.amount_fen) == ("needs_evidence", 0)
    assert "青岛西海岸新区尚未公布“职业培训补贴：职业技能等级证书 五级（初级工）”的标准" in finding.message_zh
    assert finding.evidence_from == "发布标准的部门"
    assert not decision.illustrative
    assert set(here.unset) >= {"training.rate", "living.rate", "publish_working_days"}


def test_a_living_rate_that_is_due_but_not_published_holds_the_whole():
    content = json.loads(json.dumps(book().content))
    parts = content["regions"]["370299"]["schemes"]["employment_training"]["components"]
    content["regions"]["370299"]["schemes"]["employment_training"]["components"] = [
        part for part in parts if part["code"] != "living"
    ]
    here = rules.Rulebook(content).at("370299", ON).scheme("employment_training")
    assert rules.decide(here, facts(), ON).amount_fen == 120000
    decision = rules.decide(here, facts(groups=("school_leaver", "rural_school_leaver")), ON)
    assert (decision.verdict, decision.amount_fen, decision.components) == ("needs_evidence", 0, ())
    assert "“生活费补贴：每学时标准”" in find(decision, "living_rate").message_zh


def test_values_to_be_verified_are_marked():
    decision = decide()
    assert find(decision, "attended_enough").unverified
    assert "使用了待核实的数值" in decision.notes
    assert not find(decision, "G2").unverified


def test_decide_uses_the_rules_of_the_day_of_the_event():
    today = scheme(on=date(2026, 11, 22))
    assert rules.decide(today, facts(), ON).to_json() == decide().to_json()
    before = date(2020, 1, 19)
    with pytest.raises(rules.SchemeUnknown, match="2020-01-19"):
        rules.decide(today, facts(certificate_issued_on=before), before)


def test_replay_is_the_same_to_the_byte():
    decision = decide(groups=("registered_unemployed", "hard_to_employ"), history=YEAR, waived={"G2"})
    stored = json.loads(decision.to_json())
    assert rules.Decision.from_dict(stored) == decision
    frozen_book = rules.Rulebook(json.loads(json.dumps(book().content, sort_keys=True)))
    frozen_facts = rules.Facts.from_dict(
        json.loads(facts(groups=("hard_to_employ", "registered_unemployed"), history=YEAR).to_json())
    )
    again = rules.decide(frozen_book.at("370299", ON).scheme("employment_training"), frozen_facts, ON, {"G2"})
    assert again.to_json() == decision.to_json()


def test_facts_of_the_wrong_kind_are_refused_by_name():
    for data, field in [
        ({"age_on_event": "38"}, "age_on_event"),
        ({"age_on_event": -1}, "age_on_event"),
        ({"hours_attended": 80}, "hours_attended"),
        ({"hours_attended": "80.125"}, "hours_attended"),
        ({"certificate_kind": "diploma"}, "certificate_kind"),
        ({"certificate_level": 7}, "certificate_level"),
        ({"certificate_issued_on": "2026-02-30"}, "certificate_issued_on"),
        ({"shoe_size": 42}, "shoe_size"),
        ({"insured": "yes"}, "insured"),
        ({"history": [{"level": 5}]}, "history.occupation_code"),
        ({"groups": "registered_unemployed"}, "groups"),
    ]:
        with pytest.raises(rules.FactsMalformed) as refusal:
            rules.Facts.from_dict(data)
        assert refusal.value.facts["field"] == field
