"""A proposed change: laid over the shipped rulebook, checked like it, every mistake in its own line."""

from datetime import date

import pytest

from kaogong.rules import Facts, RulebookMalformed, decide, load
from kaogong.rules.causes import causes
from kaogong.rules.change import changed, read_change
from kaogong.rules.errors import NumberUnknown
from kaogong.rules.proposing import numbers_of, proposal

DISTRICT, SCHEME, ON = "370299", "employment_training", date(2025, 6, 1)
YEAR = (date(2025, 1, 1), date(2026, 1, 1))


def change_of(text: str):
    return read_change(text.encode())


def scheme_under(text: str, on: date = ON):
    return changed(change_of(text)).at(DISTRICT, on).scheme(SCHEME)


def mistakes(text: str) -> list[tuple[str, int]]:
    with pytest.raises(RulebookMalformed) as refusal:
        changed(change_of(text))
    return [(problem.file, problem.line) for problem in refusal.value.problems]


LIMIT = """\
title: 每年两次
files:
  370299/employment_training.yaml:
    rules:
      at_most_so_many_a_year:
        values:
          limit:
            2025-01-01: {value: 2, unit: 次/年}
"""


def test_a_new_date_joins_the_series_and_the_rest_stays():
    limit = scheme_under(LIMIT).values("at_most_so_many_a_year")["limit"]
    assert (limit.value, limit.verified, limit.source) == (2, False, "拟议：每年两次")
    before = scheme_under(LIMIT, date(2024, 6, 1)).values("at_most_so_many_a_year")["limit"]
    assert (before.value, before.verified) == (3, True)
    assert {use.rule.name for use in scheme_under(LIMIT).rules} == {
        use.rule.name for use in load().at(DISTRICT, ON).scheme(SCHEME).rules
    }


def test_left_out_drops_a_rule_and_the_shipped_rulebook_is_untouched():
    digest = load().digest
    text = LIMIT.split("        values:")[0] + "        left_out: true\n"
    assert "at_most_so_many_a_year" not in {use.rule.name for use in scheme_under(text).rules}
    assert load().digest == digest
    assert "at_most_so_many_a_year" in {u.rule.name for u in load().at(DISTRICT, ON).scheme(SCHEME).rules}


def test_parts_are_merged_by_their_code():
    scheme = scheme_under(
        "title: 生活费\nfiles:\n  370299/employment_training.yaml:\n    components:\n      - code: living\n"
        "        rate:\n          2025-01-01: {value: 8, unit: 元/学时}\n"
    )
    assert [part.code for part in scheme.parts] == ["training", "living"]
    assert scheme.parts[1].rate.value == 800
    assert scheme.parts[0].rate.value["kinds"]["skill_level"]["5"] == 1200_00


def test_a_new_scheme_file_is_a_scheme_like_any_other():
    text = """\
title: 新项目
files:
  370299/new_award.yaml:
    scheme: new_award
    label: 取证奖励
    label_en: Certificate award
    clauses: ["青西新管办发〔2020〕2号#15"]
    in_force: {from: 2025-01-01}
    payee: person
    counts_as: award
    fund_programme: {code: new_award, label: 取证奖励, by: 青西新管办发〔2020〕2号#15}
    components:
      - code: award
        id: X1
        label: 取证奖励
        label_en: Certificate award
        payee: person
        amount: fixed
        by: 青西新管办发〔2020〕2号#15
        rate:
          2025-01-01: {value: 300, unit: 元/项}
"""
    book = changed(change_of(text))
    assert [s.code for s in book.schemes(DISTRICT, ON) if s.code == "new_award"] == ["new_award"]
    assert decide(book.at(DISTRICT, ON).scheme("new_award"), Facts(), ON).amount_fen == 300_00


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (LIMIT.replace("value: 2", "value: 两"), 8),
        (LIMIT.replace("次/年}", "元/人}"), 8),
        (LIMIT.replace("次/年}", "次/年, by: 无此文号#1}"), 8),
        (LIMIT.replace("2025-01-01", "2025-02-30"), 8),
        (LIMIT.replace("2025-01-01: {value: 2", "2019-01-01: {until: 2021-01-01, value: 2"), 7),
        (LIMIT.replace("            2025", "            oops: 1\n            2025"), 8),
        (LIMIT.replace("at_most_so_many_a_year", "at_most_as_you_like"), 5),
        (LIMIT.replace("    rules:", "    rulez:"), 4),
    ],
    ids=["not a number", "unit", "clause", "no such day", "overlap", "not a date", "no such rule", "word"],
)
def test_each_mistake_is_located_in_the_change(text, line):
    if line == 7:  # the region's own series must hold the later entry for two to overlap
        text = text.replace("370299/", "370211/")
    assert ("CHANGE.yaml", line) in mistakes(text)
    assert {file for file, _line in mistakes(text)} == {"CHANGE.yaml"}


def test_a_mistake_that_shows_in_another_file_is_told_in_the_change():
    text = "title: 去掉标准\nfiles:\n  370211/region.yaml:\n    region: '370211'\n    inherits: '999999'\n"
    assert {file for file, _line in mistakes(text)} == {"CHANGE.yaml"}


@pytest.mark.parametrize(
    "text",
    [
        "", "- 1", "title: 只有名称", "title: x\nfiles: {}", "title: x\nfiles: {../etc.yaml: {a: 1}}",
        "title: x\nwho: me\nfiles: {groups.yaml: {groups: {}}}", "title: [1]\nfiles: {groups.yaml: 1}",
        "title: x\nperiod: {from: 2025-01-01}\nfiles: {groups.yaml: {a: 1}}",
        "title: x\nperiod: {from: 2026-01-01, until: 2025-01-01}\nfiles: {groups.yaml: {a: 1}}",
        "title: x\nperiod: {from: soon, until: 2025-01-01}\nfiles: {groups.yaml: {a: 1}}",
        "title: &a x\nfiles: *a", "title: 'x", "\x00", "title: x\nfiles:\n  370299/a.yaml: [1]",
    ],
)  # fmt: skip
def test_a_change_that_cannot_be_read_is_refused_by_line(text):
    with pytest.raises(RulebookMalformed) as refusal:
        read_change(text.encode())
    assert all(p.file == "CHANGE.yaml" and p.line >= 1 for p in refusal.value.problems)


def test_every_number_of_a_scheme_can_be_proposed_otherwise():
    book = load()
    for number in numbers_of(book, DISTRICT, SCHEME, ON):
        text = proposal(book, DISTRICT, SCHEME, number.key, 1, period=YEAR, title="试")
        again = {n.key: n for n in numbers_of(changed(change_of(text)), DISTRICT, SCHEME, ON)}
        assert again[number.key].written == 1
        others = {n.key: n.written for n in numbers_of(book, DISTRICT, SCHEME, ON) if n.key != number.key}
        assert others == {key: again[key].written for key in others}
    with pytest.raises(NumberUnknown):
        proposal(book, DISTRICT, SCHEME, "rules/none/values/limit", 1, period=YEAR, title="试")


def test_causes_name_the_rule_and_the_clause_that_made_the_difference():
    scheme, other = load().at(DISTRICT, ON).scheme(SCHEME), scheme_under(LIMIT)
    history = [
        {"occupation_code": f"4-01-0{n}-01", "level": 5, "event_on": "2025-02-01", "status": "paid",
         "reference": f"A{n}"}
        for n in (1, 2)
    ]  # fmt: skip
    facts = Facts.from_dict(
        {
            "birth_on": "1990-01-01", "identity_verified": True, "receives_pension": False,
            "groups": ["registered_unemployed"], "residence_region_code": "370299", "serving_region_code": "370299",
            "household_region_code": "370299", "job_region_code": "370299", "certificate_kind": "skill_level",
            "certificate_revoked": False, "certificate_occupation_code": "4-03-02-01", "certificate_level": 5,
            "certificate_issued_on": "2025-06-01", "certificate_verified": True, "history": history,
            "class_occupation_code": "4-03-02-01", "class_level": 5, "class_started_on": "2025-05-01",
            "class_ended_on": "2025-05-20", "class_approved": True, "provider_recognised_on_day": True,
            "occupation_in_scope": True, "hours_planned": "80", "hours_attended": "80", "days_attended": "10",
            "paid_first_by": "provider",
        }
    )  # fmt: skip
    before, after = decide(scheme, facts, ON), decide(other, facts, ON)
    assert (before.verdict, after.verdict) == ("payable", "refused")
    [cause] = causes(before, after)
    assert (cause.rule_id, cause.before, cause.after) == ("G2", "passed", "failed")
    assert cause.clause == "青西新管办发〔2020〕2号#15"
    assert causes(before, before) == ()
    dearer = scheme_under(
        proposal(
            load(), DISTRICT, SCHEME, "components/training/rate/kinds/职业技能等级证书/五级", 1500,
            period=YEAR, title="提高",
        )
    )  # fmt: skip
    [rate] = causes(before, decide(dearer, facts, ON))
    assert (rate.component, rate.rule) == ("training", "training_rate")
