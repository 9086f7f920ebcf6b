"""Appeals against decisions on claims: in time, once, answered by another, with what follows."""

from datetime import date, timedelta

import pytest

from kaogong.claims import operations, queries
from kaogong.claims.models import Claim, ClaimAppeal, Decision, Evidence
from kaogong.institutions.operations import AppealAnswerMissing, AppealTooLate
from kaogong.kernel.errors import NotFound, NotPermitted, SamePerson, WrongState
from kaogong.kernel.working_days import add_working_days
from kaogong.notices import operations as notices
from kaogong.notices import queries as notice_queries
from kaogong.trail.models import Entry
from kaogong.training.models import Enrolment
from tests.factories.claims import (
    a_provider_clerk,
    close_notice_of,
    line_of,
    make_certified_class,
    make_claim,
    make_learner,
    make_money,
)
from tests.factories.paper import A_PDF
from tests.factories.people import an_actor
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
AT = a_day_at(date(2026, 7, 13))


@pytest.fixture
def refused():
    """An approved claim of two, one of them refused for a pension somebody wrongly recorded."""
    make_money()
    plain, pensioner = make_learner("陈静"), make_learner("王芳", standings={"pension": True})
    clerk, reviewer = an_actor("bureau_clerk"), an_actor("reviewer")
    claim = make_claim(
        make_certified_class([plain, pensioner]), status="approved", clerk=clerk, reviewer=reviewer
    )
    return claim, pensioner, clerk, reviewer


def owner(person):
    return an_actor("learner", person_id=person.pk)


def appeal(claim, *, by, line=None, at=AT, **words) -> ClaimAppeal:
    words = {"content": "我没有领养老金，社保记录有误", **words}
    return operations.appeal_claim(claim.pk, line_id=line and line.pk, by=by, at=at, **words)


def settle(filed, upheld=True, *, by=None, answer="已向社保核实", at=AT):
    return operations.settle_claim_appeal(
        filed.pk, upheld=upheld, answer=answer, by=by or an_actor("reviewer"), at=at
    )


def test_story_of_a_learner_refused_who_appeals_and_is_claimed_for_anew(refused):
    claim, person, _clerk, _reviewer = refused
    line = line_of(claim, person)
    filed = appeal(claim, line=line, by=owner(person), papers=[("证明.pdf", A_PDF)])
    decided_on = date(2026, 7, 10)
    assert (filed.against, filed.status, filed.person_id) == ("refused", "filed", person.pk)
    assert filed.appeal_until == add_working_days(decided_on, 10)
    assert filed.answer_by_on == add_working_days(AT.date(), 15)
    assert filed.papers.count() == 1
    assert list(queries.claim_appeals(owner(person))) == [filed]

    done = settle(filed)
    line.refresh_from_db()
    assert (done.status, done.followed, line.status) == ("upheld", "claimed_again", "left_out")
    new = Claim.objects.get(pk=done.new_claim_id)
    assert (new.status, new.training_class_id) == ("submitted", claim.training_class_id)
    (anew,) = queries.lines(new.pk)
    assert anew.person_id == person.pk
    assert Decision.objects.get(line=anew).cause == "appeal"
    assert Claim.objects.get(pk=claim.pk).status == "approved"
    told = Entry.objects.get(verb="claim.appeal_followed")
    assert told.detail == {"new": new.number, "lines": [line.reference]}


def test_evidence_supplied_before_goes_with_the_person(refused):
    claim, person, _clerk, _reviewer = refused
    line = line_of(claim, person)
    Evidence.objects.create(
        line=line, fact="paid_first_by", value="provider", source="收据", reason="补", at=AT, by_name="甲"
    )
    new = settle(appeal(claim, line=line, by=a_provider_clerk(claim.training_class))).new_claim
    assert [row.fact for row in queries.evidence(new.lines.get().pk)] == ["paid_first_by"]


def test_a_returned_claim_is_under_review_again_judged_anew():
    make_money()
    claim = make_claim()
    clerk = an_actor("bureau_clerk")
    operations.return_claim(claim.pk, by=clerk, at=AT, reason="缺发票")
    filed = appeal(claim, by=a_provider_clerk(claim.training_class), content="发票已交")
    assert (filed.against, filed.decided_reason, filed.line_id) == ("returned", "缺发票", None)
    assert settle(filed).followed == "resumed"
    claim = Claim.objects.get(pk=claim.pk)
    assert claim.status == "submitted"
    latest = Decision.objects.filter(line__claim=claim).latest("id")
    assert (latest.cause, latest.version) == ("appeal", 2)


def test_an_upheld_appeal_about_a_claim_sent_in_again_meanwhile_leaves_nothing_to_do():
    make_money()
    claim = make_claim()
    operations.return_claim(claim.pk, by=an_actor("bureau_clerk"), at=AT, reason="缺发票")
    by = a_provider_clerk(claim.training_class)
    filed = appeal(claim, by=by)
    operations.resubmit_claim(claim.pk, by=by, at=AT)
    assert settle(filed).followed == "nothing_left"
    assert Claim.objects.get(pk=claim.pk).status == "submitted"


def test_people_dropped_of_a_lapsed_claim_are_claimed_for_anew():
    make_money()
    person = make_learner("陈静")
    claim = make_claim(make_certified_class([person]), status="published")
    notice_id = claim.published_notice_id
    reviewer = an_actor("reviewer")
    (row,) = notice_queries.rows_of(notice_id)
    objection = notices.receive_objection(
        notice_id, content="没上过课", contact="13800000000", row_id=row.pk, at=a_day_at(date(2026, 7, 14))
    )
    notices.answer_objection(
        objection.pk, answer="属实", upheld=True, by=reviewer, at=a_day_at(date(2026, 7, 15))
    )
    close_notice_of(claim)
    claim = Claim.objects.get(pk=claim.pk)
    assert (claim.status, line_of(claim, person).status) == ("lapsed", "dropped")
    assert notice_queries.upheld_references(notice_id)
    at = a_day_at(date(2026, 7, 24))
    filed = appeal(claim, by=a_provider_clerk(claim.training_class), at=at)
    done = settle(filed, at=at)
    assert (filed.against, done.followed) == ("lapsed", "claimed_again")
    assert done.new_claim.lines.get().person_id == person.pk
    assert Claim.objects.get(pk=claim.pk).status == "lapsed"


def test_where_the_class_has_a_claim_under_way_the_person_may_be_claimed_after_it(refused):
    claim, person, _clerk, _reviewer = refused
    late = make_learner("后来")
    Enrolment.objects.create(training_class=claim.training_class, person=late, sequence=9)
    operations.submit_claim(claim.training_class_id, by=a_provider_clerk(claim.training_class), at=AT)
    done = settle(appeal(claim, line=line_of(claim, person), by=owner(person)))
    assert (done.followed, done.new_claim_id) == ("claimable", None)
    assert line_of(claim, person).status == "left_out"


def test_dismissed_with_an_answer_changes_nothing_and_is_final(refused):
    claim, person, _clerk, _reviewer = refused
    line = line_of(claim, person)
    filed = appeal(claim, line=line, by=owner(person))
    with pytest.raises(AppealAnswerMissing):
        settle(filed, False, answer=" ")
    done = settle(filed, False, answer="社保记录无误")
    assert (done.status, done.answer, done.followed) == ("dismissed", "社保记录无误", "")
    line.refresh_from_db()
    assert line.status == "refused"
    with pytest.raises(WrongState):
        settle(filed)
    with pytest.raises(operations.ClaimAppealedAlready):
        appeal(claim, line=line, by=a_provider_clerk(claim.training_class))


def test_too_late_is_refused_by_name_and_the_last_day_is_not(refused):
    claim, person, _clerk, _reviewer = refused
    line, last = line_of(claim, person), add_working_days(date(2026, 7, 10), 10)
    with pytest.raises(AppealTooLate, match=str(last)):
        appeal(claim, line=line, by=owner(person), at=a_day_at(last + timedelta(days=1)))
    assert appeal(claim, line=line, by=owner(person), at=a_day_at(last)).appeal_until == last


def test_where_no_paper_sets_a_term_an_appeal_is_always_taken():
    assert queries.appeal_term("appeal_days", "370211", AT.date()) is None
    assert queries.appeal_term("appeal_answer_days", "370299", AT.date()) == add_working_days(AT.date(), 15)


def test_nothing_to_appeal_against_without_a_decision_against_and_grounds_are_wanted(refused):
    claim, person, _clerk, _reviewer = refused
    by = a_provider_clerk(claim.training_class)
    with pytest.raises(operations.NothingToAppeal, match=claim.number):
        appeal(claim, by=by)
    good = queries.lines(claim.pk).exclude(person=person).get()
    with pytest.raises(operations.NothingToAppeal):
        appeal(claim, line=good, by=by)
    with pytest.raises(operations.AppealGroundsMissing):
        appeal(claim, line=line_of(claim, person), by=by, content=" ")


def test_who_may_appeal_and_who_may_answer(refused):
    claim, person, clerk, reviewer = refused
    line = line_of(claim, person)
    for stranger in (owner(make_learner("旁人")), an_actor("provider_clerk", organisation_id=1)):
        with pytest.raises(NotFound):
            appeal(claim, line=line, by=stranger)
    with pytest.raises(NotPermitted):
        appeal(claim, line=line, by=clerk)
    with pytest.raises(NotFound):
        appeal(make_claim(), line=line, by=owner(person))
    filed = appeal(claim, line=line, by=owner(person))
    with pytest.raises(SamePerson, match=reviewer.name):
        settle(filed, by=reviewer)
    for role in ("bureau_clerk", "cashier", "auditor"):
        with pytest.raises(NotPermitted):
            settle(filed, by=an_actor(role))
    with pytest.raises(NotFound):
        settle(filed, by=an_actor("reviewer", region_code="370211"))
    assert settle(filed, by=an_actor("reviewer")).status == "upheld"
