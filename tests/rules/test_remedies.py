"""What would change an outcome is worked out by judging again, never guessed."""

from datetime import date

import pytest

from kaogong.rules import Earlier, Facts, decide, load
from kaogong.rules.remedies import remedies

ON = date(2026, 5, 1)
NURSE = "4-10-01-05"
IN_ORDER = {
    "birth_on": date(1990, 3, 1), "identity_verified": True, "receives_pension": False,
    "groups": ("registered_unemployed",), "household_region_code": "370299", "serving_region_code": "370299",
    "certificate_kind": "skill_level", "certificate_level": 5, "certificate_occupation_code": NURSE,
    "certificate_issued_on": ON, "certificate_verified": True, "certificate_revoked": False,
    "class_occupation_code": NURSE, "class_level": 5, "class_started_on": date(2026, 3, 1),
    "class_approved": True, "provider_recognised_on_day": True, "occupation_in_scope": True,
    "hours_planned": "80", "hours_attended": "80", "paid_first_by": "provider", "history": (),
}  # fmt: skip


@pytest.fixture(scope="module")
def scheme():
    return load().at("370299", ON).scheme("employment_training")


def asked(scheme, waived=(), **changed):
    facts = Facts(**(IN_ORDER | changed))
    return decide(scheme, facts, ON, waived), remedies(scheme, facts, ON, waived)


def test_nothing_needs_a_remedy_when_all_is_in_order(scheme):
    decision, found = asked(scheme)
    assert decision.payable
    assert [one for one in found if not one.component] == []


def test_an_unknown_answer_is_tried_both_ways(scheme):
    decision, found = asked(scheme, receives_pension=None)
    assert decision.verdict == "needs_evidence"
    no, yes = sorted(
        (one for one in found if one.rule == "draws_no_monthly_pension"), key=lambda r: r.is_against
    )
    assert (no.then.verdict, yes.then.verdict) == ("payable", "refused")
    assert no.then.amount_fen == asked(scheme)[0].amount_fen
    assert "为否" in no.what.zh and "is no" in no.what.en


def test_the_yearly_limit_names_the_day_it_lifts_the_exception_and_each_earlier_one(scheme):
    earlier = [Earlier("6-18-01-01", 5, date(2026, 1, day), "paid", f"X{day}", 100_000) for day in (1, 2, 3)]
    decision, found = asked(scheme, history=earlier)
    assert decision.refused and decision.waivable
    by_kind = {}
    for one in found:
        by_kind.setdefault(one.kind, []).append(one)
    assert by_kind["day"][0].on == date(2027, 1, 1)
    assert by_kind["waiver"][0].then.payable
    assert len(by_kind["history"]) == 3
    assert all(one.then.payable for one in found)


def test_never_twice_is_lifted_by_no_day_only_by_taking_the_earlier_one_back(scheme):
    earlier = Earlier(NURSE, 5, date(2024, 1, 1), "paid", "X1", 120_000)
    decision, found = asked(scheme, history=(earlier,))
    assert decision.refused and not decision.waivable
    assert [one.kind for one in found] == ["history"]
    assert "X1" in found[0].what.zh


def test_who_is_too_young_is_told_the_birthday(scheme):
    decision, found = asked(scheme, birth_on=date(2010, 9, 9))
    assert decision.refused
    assert [(one.kind, one.on) for one in found] == [("day", date(2026, 9, 9))]


@pytest.mark.parametrize(
    ("changed", "rule", "words"),
    [
        ({"receives_pension": True}, "draws_no_monthly_pension", "为 否"),
        ({"hours_attended": "60"}, "attended_enough", "达到 64"),
        ({"groups": ("veteran",)}, "in_an_entitled_group", "城乡登记失业人员"),
        ({"certificate_kind": "special_equipment"}, "certificate_of_an_accepted_kind", "职业技能等级证书"),
    ],
)
def test_a_single_correction_that_would_do_is_named(scheme, changed, rule, words):
    decision, found = asked(scheme, **changed)
    assert decision.refused
    (one,) = [one for one in found if one.rule == rule]
    assert words in one.what.zh
    assert not any(f.rule == rule for f in one.then.findings_that("failed"))


def test_a_change_that_is_not_enough_says_what_still_fails(scheme):
    _decision, found = asked(scheme, receives_pension=True, hours_attended="60")
    assert {one.then.verdict for one in found} == {"refused"}
    assert {f.rule for one in found for f in one.then.findings_that("failed")} == {
        "draws_no_monthly_pension",
        "attended_enough",
    }


def test_a_rate_nobody_published_has_no_remedy_by_facts():
    scheme = load().at("370211", ON).scheme("employment_training")
    facts = Facts(**(IN_ORDER | {"serving_region_code": "370211", "household_region_code": "370211"}))
    assert decide(scheme, facts, ON).verdict == "needs_evidence"
    assert remedies(scheme, facts, ON) == []


def test_what_was_waived_stays_waived(scheme):
    earlier = [Earlier("6-18-01-01", 5, date(2026, 1, day), "paid", f"X{day}") for day in (1, 2, 3)]
    decision, found = asked(scheme, ("at_most_so_many_a_year",), history=earlier, receives_pension=None)
    assert decision.verdict == "needs_evidence"
    assert {one.rule for one in found} == {"draws_no_monthly_pension"}
