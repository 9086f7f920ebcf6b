"""Evidence, exceptions, approval by another person, and what is left out."""

import dataclasses
from datetime import date, timedelta

import pytest

from kaogong.claims import operations, queries
from kaogong.claims.models import Claim
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import Malformed, NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.people.operations import record_standing
from kaogong.rules import NotWaivable
from kaogong.trail.queries import timeline
from tests.factories.claims import (
    a_provider_clerk,
    line_of,
    make_certified_class,
    make_claim,
    make_learner,
    make_money,
)
from tests.factories.people import an_actor
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
AT = a_day_at(date(2026, 7, 10))
ELSEWHERE = ("4-10-01-05", "6-18-02-04", "4-04-05-01")


def an_outside_subsidy(
    person, occupation="4-03-02-01", *, level=5, event_on=date(2026, 2, 1), n=1, paid_on=None
):
    return operations.register_subsidy(
        person.pk, region_code="370211", occupation_code=occupation, level=level, event_on=event_on,
        paid_on=paid_on, amount_fen=1000_00, source="邻区数据交换", reference=f"OUT-{person.pk}-{n}",
        by=an_actor("bureau_clerk"), at=AT,
    )  # fmt: skip


def failed(line) -> list[str]:
    return [f["rule"] for f in queries.decision(line.pk).decision["findings"] if f["outcome"] == "failed"]


def test_supply_evidence_answers_what_was_unknown():
    unsure = make_learner(standings={})
    claim = make_claim(make_certified_class([unsure]))
    line = line_of(claim, unsure)
    assert line.verdict == "needs_evidence"
    line = operations.supply_evidence(
        line.pk, fact="receives_pension", value=False, source="社保经办机构证明", reason="窗口核验",
        by=an_actor("bureau_clerk"), at=AT,
    )  # fmt: skip
    assert (line.verdict, line.amount_fen) == ("payable", 1200_00)
    assert Claim.objects.get(pk=claim.pk).amount_fen == 1200_00
    assert [row.cause for row in queries.decisions(line.pk)] == ["submitted", "evidence"]


def test_supply_evidence_never_outweighs_what_the_product_knows():
    person = make_learner(standings={"pension": True})
    line = line_of(make_claim(make_certified_class([person])), person)
    words = {"source": "本人声明", "by": an_actor("bureau_clerk"), "at": AT}
    with pytest.raises(operations.FactKnown):
        operations.supply_evidence(line.pk, fact="receives_pension", value=False, reason="声明", **words)
    with pytest.raises(operations.FactUnknown):
        operations.supply_evidence(line.pk, fact="wealth", value=1, reason="声明", **words)
    with pytest.raises(ReasonMissing):
        operations.supply_evidence(line.pk, fact="insured", value=True, reason=" ", **words)


def test_waive_rule_lets_the_fourth_of_the_year_through_by_name():
    person = make_learner()
    for n, occupation in enumerate(ELSEWHERE):
        an_outside_subsidy(person, occupation, n=n)
    claim = make_claim(make_certified_class([person]))
    line = line_of(claim, person)
    assert failed(line) == ["at_most_so_many_a_year"]
    reviewer = an_actor("reviewer")
    with pytest.raises(NotPermitted):
        operations.waive_rule(line.pk, rule_id="G2", reason="确需", by=an_actor("bureau_clerk"), at=AT)
    with pytest.raises(ReasonMissing):
        operations.waive_rule(line.pk, rule_id="G2", reason="", by=reviewer, at=AT)
    line = operations.waive_rule(line.pk, rule_id="G2", reason="急需紧缺工种，集体研究", by=reviewer, at=AT)
    assert line.verdict == "payable"
    outcomes = {f["rule"]: f["outcome"] for f in queries.decision(line.pk).decision["findings"]}
    assert outcomes["at_most_so_many_a_year"] == "waived"
    with pytest.raises(operations.RuleWaivedAlready):
        operations.waive_rule(line.pk, rule_id="G2", reason="再次", by=reviewer, at=AT)
    assert timeline("claim", claim.pk).last().verb == "claim.rule_waived"


def test_waive_rule_takes_two_people_the_granter_and_the_approver():
    make_money()
    person = make_learner()
    for n, occupation in enumerate(ELSEWHERE):
        an_outside_subsidy(person, occupation, n=n)
    clerk = an_actor("bureau_clerk")
    claim = make_claim(make_certified_class([person]), status="reviewed", clerk=clerk)
    line = line_of(claim, person)
    rights = frozenset({"waive_rule", "approve_claim"})
    reviewed_it = dataclasses.replace(clerk, permissions=rights)
    with pytest.raises(SamePerson):
        operations.waive_rule(line.pk, rule_id="G2", reason="急需", by=reviewed_it, at=AT)
    granter = an_actor("reviewer")
    operations.waive_rule(line.pk, rule_id="G2", reason="急需紧缺工种", by=granter, at=AT)
    with pytest.raises(SamePerson):
        operations.approve_claim(claim.pk, by=granter, at=AT)
    assert operations.approve_claim(claim.pk, by=an_actor("reviewer"), at=AT).status == "approved"


def test_waive_rule_refuses_what_the_papers_do_not_leave_open():
    person = make_learner()
    an_outside_subsidy(person)
    line = line_of(make_claim(make_certified_class([person])), person)
    assert failed(line) == ["never_twice_at_one_level"]
    with pytest.raises(NotWaivable):
        operations.waive_rule(line.pk, rule_id="G3", reason="请通融", by=an_actor("reviewer"), at=AT)
    with pytest.raises(operations.RuleNotAgainst):
        operations.waive_rule(line.pk, rule_id="G2", reason="请通融", by=an_actor("reviewer"), at=AT)
    assert line_of(line.claim, person).verdict == "refused"


def test_submit_claim_refuses_a_lower_level_after_a_higher_one():
    person = make_learner()
    an_outside_subsidy(person, level=4)
    assert failed(line_of(make_claim(make_certified_class([person])), person)) == ["none_lower_after_higher"]


def test_approve_claim_is_never_by_who_reviewed_it():
    make_money()
    clerk = an_actor("bureau_clerk")
    claim = make_claim(clerk=clerk, status="reviewed")
    both = type(clerk)(
        **{**{n: getattr(clerk, n) for n in clerk.__slots__}, "permissions": frozenset({"approve_claim"})}
    )
    with pytest.raises(SamePerson):
        operations.approve_claim(claim.pk, by=both, at=AT)
    with pytest.raises(NotPermitted):
        operations.approve_claim(claim.pk, by=clerk, at=AT)


def test_approve_claim_refuses_when_facts_changed_and_changes_nothing():
    make_money()
    person = make_learner(standings={})
    claim = make_claim(make_certified_class([person, make_learner()]), status="submitted")
    operations.review_claim(claim.pk, by=an_actor("bureau_clerk"), at=AT)
    record_standing(
        person.pk,
        kind="pension",
        holds=True,
        start_on=date(2026, 1, 1),
        source="社保",
        by=system_actor(),
        at=AT,
    )
    with pytest.raises(operations.FactsChanged) as refusal:
        operations.approve_claim(claim.pk, by=an_actor("reviewer"), at=AT, leave_out_open=True)
    assert refusal.value.facts["lines"] == line_of(claim, person).reference
    assert {line.status for line in queries.lines(claim.pk)} == {"judged"}
    reviewer = an_actor("reviewer")
    operations.rejudge_claim(claim.pk, by=reviewer, at=AT)
    assert Claim.objects.get(pk=claim.pk).status == "reviewed"
    operations.approve_claim(claim.pk, by=reviewer, at=AT)
    assert line_of(claim, person).status == "refused"


def test_approve_claim_leaves_out_open_lines_only_when_told_and_they_may_be_claimed_again():
    make_money()
    unsure = make_learner(standings={})
    claim = make_claim(make_certified_class([unsure, make_learner()]), status="reviewed")
    reviewer = an_actor("reviewer")
    with pytest.raises(operations.EvidenceOutstanding):
        operations.approve_claim(claim.pk, by=reviewer, at=AT)
    operations.approve_claim(claim.pk, by=reviewer, at=AT, leave_out_open=True)
    assert line_of(claim, unsure).status == "left_out"
    assert claim.training_class in queries.claimable_classes(a_provider_clerk(claim.training_class))
    again = make_claim(claim.training_class, at=AT + timedelta(days=1))
    assert [line.person for line in queries.lines(again.pk)] == [unsure]


def test_approve_claim_refuses_when_nobody_is_payable():
    make_money()
    claim = make_claim(make_certified_class([make_learner(standings={"pension": True})]), status="reviewed")
    with pytest.raises(operations.NothingPayable):
        operations.approve_claim(claim.pk, by=an_actor("reviewer"), at=AT)


def test_rejudge_claim_is_refused_once_approved():
    make_money()
    claim = make_claim(status="approved")
    with pytest.raises(WrongState):
        operations.rejudge_claim(claim.pk, by=an_actor("bureau_clerk"), at=AT)


@pytest.mark.parametrize("role", ["cashier", "auditor"])
def test_rejudge_claim_is_for_those_who_decide(role):
    with pytest.raises(NotPermitted):
        operations.rejudge_claim(make_claim().pk, by=an_actor(role), at=AT)


def test_claim_is_out_of_reach_of_another_provider_and_region():
    claim = make_claim(people=1)
    for stranger in (an_actor("provider_clerk"), an_actor("bureau_clerk", region_code="370211")):
        with pytest.raises(NotFound):
            queries.claim(claim.pk, by=stranger)
        with pytest.raises(NotFound):
            queries.line(queries.lines(claim.pk)[0].pk, by=stranger)


def test_learner_reads_only_their_own_line():
    mine, other = make_learner("陈静"), make_learner("李明")
    claim = make_claim(make_certified_class([mine, other]))
    learner = an_actor("learner", person_id=mine.pk)
    assert queries.line(line_of(claim, mine).pk, by=learner).person == mine
    with pytest.raises(NotFound):
        queries.line(line_of(claim, other).pk, by=learner)


def test_supply_evidence_refuses_a_value_of_the_wrong_kind():
    unsure = make_learner(standings={})
    line = line_of(make_claim(make_certified_class([unsure])), unsure)
    with pytest.raises(Exception, match="是或否") as refusal:
        operations.supply_evidence(
            line.pk, fact="receives_pension", value="maybe", source="证明", reason="核验",
            by=an_actor("bureau_clerk"), at=AT,
        )  # fmt: skip
    assert not isinstance(refusal.value, Malformed)
