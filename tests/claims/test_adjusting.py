"""A rulebook that reaches back: found, decided by another person, and never paid by itself."""

from datetime import date, timedelta

import pytest

from kaogong.claims import operations, queries
from kaogong.claims.models import Adjustment, ClaimLine, Decision, RulebookEdition
from kaogong.funds.models import Payment
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.ledger.models import JournalEntry
from kaogong.trail.queries import timeline
from tests.claims.rulebooks import NO_PENSION_RULE, OLD_ONLY, RATE, in_use, rulebook_with
from tests.factories.claims import line_of, make_certified_class, make_claim, make_learner, make_money
from tests.factories.people import an_actor
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
AT = a_day_at(date(2026, 8, 3))
SINCE = a_day_at(date(2026, 1, 1))


@pytest.fixture
def settled():
    """An approved claim of two people paid for and one refused for drawing a pension."""
    make_money()
    people = [make_learner("陈静"), make_learner("赵伟"), make_learner("王芳", standings={"pension": True})]
    claim = make_claim(make_certified_class(people), status="approved")
    return claim, people


def looked(text: str, by=None, at=AT):
    with in_use(rulebook_with(text)):
        return operations.find_adjustments(SINCE, by=by or system_actor(), at=at)


def test_find_adjustments_opens_a_top_up_for_each_with_the_clause_that_caused_it(settled):
    claim, people = settled
    money = (Payment.objects.count(), JournalEntry.objects.count())
    found = looked(RATE.format(yuan=1500))
    assert [(a.kind, a.old_fen, a.new_fen) for a in found] == [("top_up", 1200_00, 1500_00)] * 2
    assert {a.line.person_id for a in found} == {people[0].pk, people[1].pk}
    [cause] = found[0].causes
    assert (cause["rule_id"], cause["component"]) == ("G1", "training")
    assert cause["clause"] == "青西新管办发〔2020〕2号#15"
    assert found[0].parts == [
        {"code": "training", "label": "职业培训补贴", "label_en": "Training subsidy", "payee": "provider",
         "before_fen": 1200_00, "after_fen": 1500_00}
    ]  # fmt: skip
    assert found[0].old_digest == queries.rulebook().digest != found[0].new_digest
    assert RulebookEdition.objects.filter(digest=found[0].new_digest).exists()
    assert (Payment.objects.count(), JournalEntry.objects.count()) == money
    assert claim.amount_fen == 2400_00


def test_find_adjustments_tops_up_who_was_refused_and_recovers_who_is_no_longer_entitled(settled):
    claim, people = settled
    [found] = looked(NO_PENSION_RULE)
    assert (found.kind, found.old_fen, found.new_fen, found.line.person_id) == (
        "top_up", 0, 1200_00, people[2].pk,
    )  # fmt: skip
    assert [cause["rule_id"] for cause in found.causes] == ["G15"]
    recovered = looked(OLD_ONLY)
    assert [(a.kind, a.new_fen) for a in recovered] == [("recovery", 0)] * 2
    assert {a.causes[0]["rule"] for a in recovered} == {"of_working_age"}
    assert claim.status == "approved"


def test_find_adjustments_again_finds_nothing_new_and_none_under_the_same_rulebook(settled):
    assert len(looked(RATE.format(yuan=1500))) == 2
    assert looked(RATE.format(yuan=1500)) == []
    assert operations.find_adjustments(SINCE, by=system_actor(), at=AT) == []
    assert Adjustment.objects.filter(status="found").count() == 0  # what stands is as it was decided
    assert Adjustment.objects.filter(status="superseded").count() == 2


def test_find_adjustments_under_a_newer_rulebook_supersedes_the_open_ones(settled):
    looked(RATE.format(yuan=1500))
    newer = looked(RATE.format(yuan=1400))
    assert {a.new_fen for a in newer} == {1400_00}
    assert sorted(Adjustment.objects.values_list("status", flat=True)) == ["found"] * 2 + ["superseded"] * 2


def test_find_adjustments_looks_no_further_back_than_asked(settled):
    with in_use(rulebook_with(RATE.format(yuan=1500))):
        late = a_day_at(date(2026, 8, 1))
        assert operations.find_adjustments(late, by=system_actor(), at=AT) == []


def test_approve_adjustment_takes_a_second_person_and_a_reason_and_pays_nothing(settled):
    finder, other = an_actor("reviewer"), an_actor("reviewer")
    adjustment = looked(RATE.format(yuan=1500), by=finder)[0]
    with pytest.raises(SamePerson):
        operations.approve_adjustment(adjustment.pk, by=finder, at=AT, reason="依新标准")
    with pytest.raises(ReasonMissing):
        operations.approve_adjustment(adjustment.pk, by=other, at=AT, reason=" ")
    with pytest.raises(NotPermitted):
        operations.approve_adjustment(adjustment.pk, by=an_actor("bureau_clerk"), at=AT, reason="依新标准")
    with pytest.raises(NotFound):
        operations.approve_adjustment(
            adjustment.pk, by=an_actor("reviewer", region_code="510700"), at=AT, reason="依新标准"
        )
    money = (Payment.objects.count(), JournalEntry.objects.count())
    approved = operations.approve_adjustment(adjustment.pk, by=other, at=AT, reason="依新标准")
    assert (approved.status, approved.reason) == ("approved", "依新标准")
    assert (Payment.objects.count(), JournalEntry.objects.count()) == money
    assert [e.verb for e in timeline("adjustment", adjustment.pk)] == [
        "adjustment.found", "adjustment.approved",
    ]  # fmt: skip
    with pytest.raises(WrongState):
        operations.dismiss_adjustment(adjustment.pk, by=other, at=AT, reason="再议")


def test_an_approved_adjustment_counts_as_due_and_a_dismissed_one_stays_dismissed(settled):
    other = an_actor("reviewer")
    one, two = looked(RATE.format(yuan=1500), by=an_actor("reviewer"))
    operations.approve_adjustment(one.pk, by=other, at=AT, reason="依新标准")
    operations.dismiss_adjustment(two.pk, by=other, at=AT, reason="本人放弃")
    later = AT + timedelta(days=1)
    assert looked(RATE.format(yuan=1500), at=later) == []
    newer = {a.line_id: (a.kind, a.old_fen, a.new_fen) for a in looked(RATE.format(yuan=1400), at=later)}
    assert newer == {
        one.line_id: ("recovery", 1500_00, 1400_00), two.line_id: ("top_up", 1200_00, 1400_00),
    }  # fmt: skip
    # Back under the rulebook of the decision what was agreed meanwhile is too much.
    [back] = operations.find_adjustments(SINCE, by=system_actor(), at=later)
    assert (back.line_id, back.old_fen, back.new_fen) == (one.line_id, 1500_00, 1200_00)


def test_find_adjustments_leaves_lines_and_decisions_as_they_are(settled):
    lines = list(ClaimLine.objects.order_by("pk").values())
    decisions = list(Decision.objects.order_by("pk").values())
    looked(RATE.format(yuan=1500))
    assert list(ClaimLine.objects.order_by("pk").values()) == lines
    assert list(Decision.objects.order_by("pk").values()) == decisions


def test_adjustment_sums_tell_what_waits(settled):
    claim, people = settled
    looked(RATE.format(yuan=1500))
    sums = queries.adjustment_sums(an_actor("reviewer"))
    assert sums["top_up"] == {"count": 2, "people": 2, "fen": 600_00}
    assert sums["recovery"]["count"] == 0
    line = line_of(claim, people[0])
    matching = queries.adjustments_matching(queries.adjustments(an_actor("reviewer")), line.reference)
    assert [a.line_id for a in matching] == [line.pk]


def test_replay_names_the_clause_that_causes_each_difference(settled):
    with in_use(rulebook_with(NO_PENSION_RULE)):
        outcome = queries.replay(SINCE)
    [difference] = [row for row in outcome.differences if row.under == "today"]
    assert [cause.clause for cause in difference.causes] == ["青西新管办发〔2020〕2号#9"]
    assert any("G15" in words and "青西新管办发〔2020〕2号#9" in words for words in difference.what)
    assert [row for row in outcome.differences if row.under == "kept"] == []
