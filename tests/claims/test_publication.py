"""A notice of claims withdrawn: what stood before the public is approved again, its money untouched."""

from datetime import date, timedelta

import pytest

from kaogong.claims import operations, queries
from kaogong.claims.models import Claim
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, WrongState
from kaogong.ledger import queries as ledger
from kaogong.notices import operations as notice_operations
from kaogong.notices import queries as notices
from kaogong.trail.queries import timeline
from tests.factories.claims import (
    close_notice_of,
    line_of,
    make_certified_class,
    make_claim,
    make_learner,
    make_money,
)
from tests.factories.people import an_actor
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
AT = a_day_at(date(2026, 7, 12))
TRAINING = 1200_00


def now(claim: Claim) -> Claim:
    return Claim.objects.get(pk=claim.pk)


def reserved(claim: Claim) -> int:
    return sum(ledger.standing(claim.number).get("reserved", {}).values())


def object_to(claim: Claim, person) -> int:
    notice_id = now(claim).published_notice_id
    row = notices.rows_of(notice_id).get(subject_reference=line_of(claim, person).reference)
    return notice_operations.receive_objection(
        notice_id, row_id=row.pk, content="此人没有上课", contact="示例信箱", at=AT
    ).pk


def test_withdraw_claims_notice_takes_every_claim_on_it_back_to_approved():
    make_money()
    first, second = make_claim(status="approved"), make_claim(status="approved")
    clerk, reviewer = an_actor("bureau_clerk"), an_actor("reviewer")
    operations.publish_claims([first.pk, second.pk], by=clerk, at=AT)
    notice_id = now(first).published_notice_id
    with pytest.raises(NotPermitted):
        operations.withdraw_claims_notice(notice_id, by=clerk, at=AT, reason="名单有误")
    with pytest.raises(ReasonMissing):
        operations.withdraw_claims_notice(notice_id, by=reviewer, at=AT, reason=" ")
    assert now(first).status == "published"

    operations.withdraw_claims_notice(notice_id, by=reviewer, at=AT, reason="名单有误")

    assert notices.notice(notice_id).status == "withdrawn"
    for claim in (first, second):
        assert (now(claim).status, now(claim).published_notice_id) == ("approved", None)
        assert reserved(claim) == claim.amount_fen == 3 * TRAINING
        assert {line.status for line in queries.lines(claim.pk)} == {"approved"}
        told = timeline("claim", claim.pk).last()
        assert (told.verb, told.reason) == ("claim.unpublished", "名单有误")
        assert queries.money_story(claim.pk, by=clerk).agrees


def test_withdraw_claims_notice_lets_the_claims_be_published_again_and_paid():
    make_money()
    claim = make_claim(status="published")
    withdrawn = now(claim).published_notice_id
    operations.withdraw_claims_notice(withdrawn, by=an_actor("reviewer"), at=AT, reason="标题有误")
    with pytest.raises(NotFound):
        operations.withdraw_claims_notice(withdrawn, by=an_actor("reviewer"), at=AT, reason="再次")
    operations.publish_claims([claim.pk], by=an_actor("bureau_clerk"), at=AT)
    assert now(claim).published_notice_id not in (None, withdrawn)
    close_notice_of(claim)
    assert now(claim).status == "cleared"
    assert {line.status for line in queries.lines(claim.pk)} == {"cleared"}


def test_withdraw_claims_notice_waits_for_answers_and_keeps_to_what_was_upheld():
    make_money()
    kept, doubted = make_learner("陈静"), make_learner("李明")
    claim = make_claim(make_certified_class([kept, doubted]), status="published")
    reviewer, notice_id = an_actor("reviewer"), now(claim).published_notice_id
    objection = object_to(claim, doubted)
    with pytest.raises(notice_operations.ObjectionsUnanswered):
        operations.withdraw_claims_notice(notice_id, by=reviewer, at=AT, reason="名单有误")
    assert notices.notice(notice_id).status == "published"
    notice_operations.answer_objection(objection, upheld=True, answer="核实未到课", by=reviewer, at=AT)
    operations.withdraw_claims_notice(notice_id, by=reviewer, at=AT, reason="名单有误")
    assert (line_of(claim, kept).status, line_of(claim, doubted).status) == ("approved", "dropped")
    assert (now(claim).status, reserved(claim)) == ("approved", TRAINING)


def test_withdraw_claims_notice_ends_a_claim_whose_only_person_fell():
    make_money()
    doubted = make_learner("李明")
    claim = make_claim(make_certified_class([doubted]), status="published")
    reviewer, notice_id = an_actor("reviewer"), now(claim).published_notice_id
    notice_operations.answer_objection(
        object_to(claim, doubted), upheld=True, answer="核实未到课", by=reviewer, at=AT
    )
    operations.withdraw_claims_notice(notice_id, by=reviewer, at=AT, reason="名单有误")
    assert (now(claim).status, reserved(claim)) == ("lapsed", 0)


def test_withdraw_claims_notice_is_refused_once_closed():
    make_money()
    claim = make_claim(status="cleared")
    with pytest.raises(WrongState):
        operations.withdraw_claims_notice(
            now(claim).published_notice_id, by=an_actor("reviewer"), at=AT + timedelta(days=30), reason="迟了"
        )
    assert now(claim).status == "cleared"


def test_withdraw_claims_notice_of_another_region_is_not_found():
    make_money()
    claim = make_claim(status="published")
    stranger = an_actor("reviewer", region_code="370102")
    with pytest.raises(NotFound):
        operations.withdraw_claims_notice(
            now(claim).published_notice_id, by=stranger, at=AT, reason="名单有误"
        )
