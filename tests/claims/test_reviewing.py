"""Claims reviewed at once: only the clean ones, never those drawn; a large one takes a second person first."""

from datetime import date, timedelta

import pytest

from kaogong.claims import operations, queries
from kaogong.claims.models import ReviewSample
from kaogong.claims.queries import reviewing
from kaogong.kernel.errors import NotPermitted, SamePerson
from kaogong.trail import queries as trail
from tests.claims.test_judging import ELSEWHERE, an_outside_subsidy
from tests.factories import a_day_at, an_actor
from tests.factories.claims import make_certified_class, make_claim, make_learner, make_money

pytestmark = pytest.mark.django_db
AT = a_day_at(date(2026, 7, 13))


@pytest.fixture
def clerk():
    return an_actor("bureau_clerk")


@pytest.fixture
def setting(monkeypatch):
    """Say how claims are reviewed, whatever the data say."""
    told = {"sample_percent": 0, "second_review_from": None}
    monkeypatch.setattr(reviewing, "review_setting", lambda region, name, on: told[name])
    return told


def status(claim) -> str:
    claim.refresh_from_db()
    return claim.status


def test_review_claims_passes_the_clean_and_names_the_others(clerk, setting):
    clean = make_claim(make_certified_class(2))
    refused = make_claim(make_certified_class([make_learner(standings={"pension": True}), make_learner()]))
    found = operations.review_claims([clean.pk, refused.pk], by=clerk, at=AT)
    assert [claim.pk for claim in found.passed] == [clean.pk]
    assert [(left.claim.pk, left.why) for left in found.unclean] == [(refused.pk, "有人不予补贴或需补充材料")]
    assert (status(clean), status(refused)) == ("reviewed", "submitted")


def test_review_claims_leaves_who_was_granted_an_exception(clerk, setting):
    person = make_learner()
    for n, occupation in enumerate(ELSEWHERE):
        an_outside_subsidy(person, occupation, n=n)
    claim = make_claim(make_certified_class([person]))
    line = queries.lines(claim.pk).get()
    operations.waive_rule(line.pk, rule_id="G2", reason="确需", by=an_actor("reviewer"), at=AT)
    found = operations.review_claims([claim.pk], by=clerk, at=AT)
    assert [left.why for left in found.unclean] == ["有例外批准或有待定事项"]
    assert status(claim) == "submitted"


def test_review_claims_leaves_whose_money_is_held(clerk, setting):
    held = make_claim(make_certified_class(2))
    operations.place_payment_hold(
        held="institution", subject_id=held.institution_id, reason="核对考勤", answer_by="提交签到表",
        cause="test:1", by=an_actor("reviewer"), at=AT,
    )  # fmt: skip
    found = operations.review_claims([held.pk], by=clerk, at=AT)
    assert [left.why for left in found.unclean] == ["有款项暂缓支付"]
    assert status(held) == "submitted"


def test_review_claims_draws_its_part_by_a_kept_seed_and_keeps_it_drawn(clerk, setting):
    setting["sample_percent"] = 30
    claims = [make_claim(make_certified_class(1)) for _ in range(4)]
    found = operations.review_claims([claim.pk for claim in claims], by=clerk, at=AT)
    assert len(found.drawn) == 2  # 30 % of four, rounded up
    assert len(found.passed) == 2
    seed = ReviewSample.objects.values_list("seed", flat=True).distinct().get()
    assert reviewing.drawn_from(claims, 30, seed) == found.drawn
    again = operations.review_claims([claim.pk for claim in found.drawn], by=clerk, at=AT)
    assert (again.passed, again.drawn) == ([], [])
    assert {left.why for left in again.unclean} == {"已抽中，须逐份审核"}
    assert status(operations.review_claim(found.drawn[0].pk, by=clerk, at=AT)) == "reviewed"


def test_review_claims_never_by_whoever_may_not_review(setting):
    claim = make_claim(make_certified_class(1))
    with pytest.raises(NotPermitted):
        operations.review_claims([claim.pk], by=an_actor("auditor"), at=AT)


def test_review_claims_without_a_rule_of_sampling_is_refused(clerk, setting):
    setting["sample_percent"] = None
    claim = make_claim(make_certified_class(1))
    with pytest.raises(operations.SampleUnknown):
        operations.review_claims([claim.pk], by=clerk, at=AT)
    assert status(claim) == "submitted"


def test_review_claims_of_nothing_says_so(clerk, setting):
    with pytest.raises(operations.NothingToReview):
        operations.review_claims([], by=clerk, at=AT)


def test_approve_claim_from_the_threshold_on_wants_a_second_review(clerk, setting):
    make_money()
    claim = make_claim(make_certified_class(2), status="reviewed", clerk=clerk)
    setting["second_review_from"] = claim.amount_fen
    reviewer = an_actor("reviewer")
    with pytest.raises(operations.SecondReviewMissing):
        operations.approve_claim(claim.pk, by=reviewer, at=AT)
    with pytest.raises(SamePerson):
        operations.second_claim(claim.pk, by=clerk, at=AT)
    second = an_actor("bureau_clerk")
    operations.second_claim(claim.pk, by=second, at=AT)
    assert reviewing.second_review_of(claim) == second.name
    assert status(operations.approve_claim(claim.pk, by=reviewer, at=AT)) == "approved"
    assert trail.last_doer("claim", claim.pk, "seconded").actor_name == second.name


def test_approve_claim_by_who_gave_the_second_review_is_refused(clerk, setting):
    make_money()
    claim = make_claim(make_certified_class(1), status="reviewed", clerk=clerk)
    reviewer = an_actor("reviewer")
    operations.second_claim(claim.pk, by=reviewer, at=AT)
    with pytest.raises(SamePerson):
        operations.approve_claim(claim.pk, by=reviewer, at=AT)


def test_second_review_counts_only_for_the_review_it_followed(clerk, setting):
    claim = make_claim(make_certified_class(1), status="reviewed", clerk=clerk)
    operations.second_claim(claim.pk, by=an_actor("reviewer"), at=AT)
    provider = an_actor("provider_clerk", organisation_id=claim.institution_id)
    operations.return_claim(claim.pk, by=clerk, at=AT, reason="补发票")
    operations.resubmit_claim(claim.pk, by=provider, at=AT + timedelta(hours=1))
    operations.review_claim(claim.pk, by=clerk, at=AT + timedelta(hours=2))
    claim.refresh_from_db()
    assert reviewing.second_review_of(claim) is None


def test_threshold_stands_in_the_example_district_only():
    on = date(2026, 7, 13)
    assert reviewing.review_setting("370299", "second_review_from", on) == 200_000_00
    assert reviewing.review_setting("370211", "second_review_from", on) is None
    assert reviewing.review_setting("370211", "sample_percent", on) == 10
