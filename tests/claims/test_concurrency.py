"""Two people at the same instant, each on a connection of their own, really committing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import transaction

from kaogong.certificates import operations as certificates
from kaogong.claims import operations, queries
from kaogong.claims.models import AccountChange, Claim, ClaimLine
from kaogong.funds import operations as funds
from kaogong.funds.models import Payment
from kaogong.kernel.actor import system_actor
from kaogong.kernel.bank_card import make_bank_card
from kaogong.kernel.errors import WrongState
from kaogong.ledger import operations as ledger_operations
from kaogong.ledger import queries as ledger
from kaogong.trail.models import Entry
from tests.factories.claims import (
    a_provider_clerk,
    close_notice_of,
    line_of,
    make_certified_class,
    make_claim,
    make_learner,
    make_money,
)
from tests.factories.institutions import make_institution
from tests.factories.payees import ask_change
from tests.factories.people import an_actor
from tests.factories.training import a_day_at
from tests.ledger.test_concurrency import at_once
from tests.training.test_two_places import in_a_thread, wait_for_a_waiter

pytestmark = pytest.mark.django_db(transaction=True)
AT = a_day_at(date(2026, 7, 10))
OTHERS = ("4-10-01-05", "6-18-02-04", "4-04-05-01")


def test_two_submits_of_one_class_at_once_make_one_claim():
    training_class = make_certified_class(2)
    clerks = [a_provider_clerk(training_class) for _ in range(2)]
    outcomes = at_once(
        *(lambda by=by: operations.submit_claim(training_class.pk, by=by, at=AT) for by in clerks)
    )
    assert sum(isinstance(outcome, operations.ClassClaimedAlready) for outcome in outcomes) == 1
    assert Claim.objects.count() == 1
    assert ClaimLine.objects.count() == 2


def test_two_claims_for_the_last_of_the_budget_at_once_one_is_approved_and_nothing_is_half_done():
    make_money(district=720_00, city=480_00)
    claims = [make_claim(status="reviewed", people=1) for _ in range(2)]
    reviewers = [an_actor("reviewer") for _ in claims]
    outcomes = at_once(
        *(
            lambda claim=claim, by=by: operations.approve_claim(claim.pk, by=by, at=AT)
            for claim, by in zip(claims, reviewers, strict=True)
        )
    )
    assert sum(isinstance(outcome, ledger_operations.BudgetExceeded) for outcome in outcomes) == 1
    assert sorted(Claim.objects.values_list("status", flat=True)) == ["approved", "reviewed"]
    assert sorted(ClaimLine.objects.values_list("status", flat=True)) == ["approved", "judged"]
    assert sum(row.reserved_fen for row in ledger.trial_balance()) == 1200_00
    assert ledger.recount() == []


def test_the_fourth_claim_of_the_year_from_two_providers_at_once_approves_exactly_one():
    make_money()
    person = make_learner()
    for month, occupation in ((1, OTHERS[0]), (2, OTHERS[1])):
        operations.register_subsidy(
            person.pk, region_code="370211", occupation_code=occupation, level=5,
            event_on=date(2026, month, 20), amount_fen=1000_00, source="邻区数据交换",
            reference=f"OUT-{month}", by=an_actor("bureau_clerk"), at=AT,
        )  # fmt: skip
    claims = []
    for weeks, occupation in enumerate(("4-03-02-01", "4-03-02-02")):
        first_day = date(2026, 5, 4) + timedelta(weeks=4 * weeks)
        training_class = make_certified_class(
            [person], institution=make_institution(recognised_for=[(occupation, "5")]),
            occupation_code=occupation, starts_on=first_day, ends_on=first_day + timedelta(days=14),
        )  # fmt: skip
        claims.append(make_claim(training_class, status="reviewed"))
    assert [line_of(claim, person).verdict for claim in claims] == ["payable", "payable"]
    reviewers = [an_actor("reviewer") for _ in claims]
    outcomes = at_once(
        *(
            lambda claim=claim, by=by: operations.approve_claim(claim.pk, by=by, at=AT)
            for claim, by in zip(claims, reviewers, strict=True)
        )
    )
    refusals = [outcome for outcome in outcomes if isinstance(outcome, operations.FactsChanged)]
    assert len(refusals) == 1
    assert sorted(Claim.objects.values_list("status", flat=True)) == ["approved", "reviewed"]
    left = Claim.objects.get(status="reviewed")
    assert line_of(left, person).reference in refusals[0].message
    operations.rejudge_claim(left.pk, by=an_actor("bureau_clerk"), at=AT)
    assert line_of(left, person).verdict == "refused"
    assert queries.money_story(left.pk, by=system_actor()).agrees


def test_a_certificate_revoked_between_approval_and_payment_is_not_paid():
    make_money()
    good, bad = make_learner("陈静"), make_learner("李明", allowance=True)
    claim = make_claim(make_certified_class([good, bad]), status="published")
    close_notice_of(claim)
    at = a_day_at(date(2026, 7, 27))
    batch = funds.prepare_batch([p.pk for p in Payment.objects.all()], by=an_actor("cashier"), at=at)
    funds.check_batch(batch.pk, by=an_actor("reviewer"), at=at)
    certificate_id = line_of(claim, bad).certificate_id
    certificates.revoke_certificate(certificate_id, by=an_actor("reviewer"), at=at, reason="替考")
    with pytest.raises(operations.LinesNotDue) as refusal:
        operations.release_payment_batch(batch.pk, by=an_actor("cashier"), at=at)
    assert line_of(claim, bad).reference in refusal.value.message
    assert operations.stop_lines_of_certificate(certificate_id, by=system_actor(), at=at).in_batch
    funds.dissolve_batch(batch.pk, by=an_actor("cashier"), at=at, reason="证书撤销")
    stopped = operations.stop_lines_of_certificate(certificate_id, by=system_actor(), at=at)
    assert stopped.dropped == [line_of(claim, bad).reference]
    due = Payment.objects.filter(status="queued")
    assert [(p.payee_kind, p.amount_fen) for p in due] == [("institution", 1200_00)]
    assert line_of(claim, bad).status == "dropped"
    assert queries.money_story(claim.pk, by=system_actor()).disagreements == []
    assert sum(row.payable_fen for row in ledger.trial_balance()) == 1200_00
    assert sum(row.available_fen for row in ledger.trial_balance()) == 1_000_000_00 - 1200_00


def test_revoking_and_releasing_at_once_never_pays_a_stopped_line():
    make_money()
    person = make_learner("李明")
    claim = make_claim(make_certified_class([person, make_learner("陈静")]), status="published")
    close_notice_of(claim)
    at = a_day_at(date(2026, 7, 27))
    batch = funds.prepare_batch([p.pk for p in Payment.objects.all()], by=an_actor("cashier"), at=at)
    funds.check_batch(batch.pk, by=an_actor("reviewer"), at=at)
    certificate_id = line_of(claim, person).certificate_id
    reviewer, cashier = an_actor("reviewer"), an_actor("cashier")

    def revoke():
        certificates.revoke_certificate(certificate_id, by=reviewer, at=at, reason="替考")
        return operations.stop_lines_of_certificate(certificate_id, by=reviewer, at=at)

    stopped, released = at_once(revoke, lambda: operations.release_payment_batch(batch.pk, by=cashier, at=at))
    if isinstance(released, operations.LinesNotDue):
        assert stopped.in_batch
        assert not Payment.objects.filter(status="in_transit").exists()
    else:
        assert stopped.conflicts == [line_of(claim, person).reference]
        assert queries.conflicts(reviewer).count() == 1
    assert ledger.recount() == []


def test_holding_and_releasing_at_once_either_comes_in_time_or_says_that_the_money_went():
    make_money()
    claim = make_claim(make_certified_class([make_learner("李明"), make_learner("陈静")]), status="published")
    close_notice_of(claim)
    at = a_day_at(date(2026, 7, 27))
    batch = operations.prepare_payment_batch(
        [p.pk for p in Payment.objects.all()], by=an_actor("cashier"), at=at
    )
    funds.check_batch(batch.pk, by=an_actor("reviewer"), at=at)
    clerk, cashier = an_actor("bureau_clerk"), an_actor("cashier")
    held, released = at_once(
        lambda: operations.place_payment_hold(
            held="class",
            subject_id=claim.training_class_id,
            reason="课次过于整齐",
            answer_by="请说明考勤方式",
            cause="letter:1",
            by=clerk,
            at=at,
        ),
        lambda: operations.release_payment_batch(batch.pk, by=cashier, at=at),
    )
    sent = Payment.objects.filter(status="in_transit")
    if isinstance(released, operations.PaymentsHeld):
        assert held.gone == []
        assert not sent.exists()
    else:
        assert [row["reference"] for row in held.gone] == [p.reference for p in sent]
        assert sent.exists()
    assert ledger.recount() == []


def test_a_hold_placed_while_a_notice_closes_never_lets_the_money_into_a_batch():
    make_money()
    claim = make_claim(make_certified_class([make_learner("李明"), make_learner("陈静")]), status="published")
    clerk, other = an_actor("bureau_clerk"), an_actor("bureau_clerk")
    held, _ = at_once(
        lambda: operations.place_payment_hold(
            held="institution",
            subject_id=claim.institution_id,
            reason="多人共用一个银行账号",
            answer_by="请说明",
            cause="letter:1",
            by=clerk,
            at=a_day_at(date(2026, 7, 27)),
        ),
        lambda: close_notice_of(claim, by=other),
    )
    assert held.status == "placed"
    waiting = [p.pk for p in Payment.objects.filter(status="queued")]
    if waiting:
        with pytest.raises(operations.PaymentsHeld):
            operations.prepare_payment_batch(waiting, by=an_actor("cashier"), at=AT)
    else:
        assert {line.status for line in queries.lines(claim.pk)} == {"approved"}


def test_money_decided_says_so_from_approval_on_and_holds_an_approval_back_meanwhile():
    make_money()
    claim = make_claim(status="reviewed", people=1)
    class_id, reviewer = claim.training_class_id, an_actor("reviewer")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert not queries.money_decided(class_id)
            approving = pool.submit(
                in_a_thread(lambda: operations.approve_claim(claim.pk, by=reviewer, at=AT))
            )
            wait_for_a_waiter()
            assert not queries.money_decided(class_id)
        _approved, refusal = approving.result(20)
    assert refusal is None
    with transaction.atomic():
        assert queries.money_decided(class_id)
        assert not queries.money_decided(class_id + 1_000)


def test_a_release_and_a_change_of_account_at_once_never_pay_an_account_reported_as_replaced():
    make_money()
    person = make_learner("李明", allowance=True)
    make_claim(make_certified_class([person]), status="cleared")
    cashier, own = an_actor("cashier"), an_actor("learner", person_id=person.pk)
    batch = operations.prepare_payment_batch(
        Payment.objects.values_list("pk", flat=True), by=an_actor("cashier"), at=AT
    )
    funds.check_batch(batch.pk, by=an_actor("reviewer"), at=AT)
    outcomes = at_once(
        lambda: operations.release_payment_batch(batch.pk, by=cashier, at=AT),
        lambda: ask_change("person", person, make_bank_card("622848", 8_001).value, by=own, at=AT),
    )
    sent = Payment.objects.filter(person_id=person.pk, status="in_transit").exists()
    refused = [outcome for outcome in outcomes if isinstance(outcome, operations.AccountsChanging)]
    asked = Entry.objects.get(verb="account_change.asked")
    if sent:  # the release came first: what went is named in the request
        assert asked.detail["gone"]
    else:
        assert len(refused) == 1
        assert asked.detail["gone"] == []


def test_two_who_ask_for_a_change_and_two_who_decide_at_once():
    make_money()
    person = make_learner("李明", allowance=True)
    make_claim(make_certified_class([person]), status="cleared")
    own, desk = an_actor("learner", person_id=person.pk), an_actor("bureau_clerk")
    outcomes = at_once(
        *(
            lambda by=by, n=n: ask_change("person", person, make_bank_card("622848", n).value, by=by, at=AT)
            for by, n in ((own, 8_002), (desk, 8_003))
        )
    )
    assert sum(isinstance(outcome, operations.AccountChangeUnderWay) for outcome in outcomes) == 1
    (change,) = AccountChange.objects.all()
    deciders = [an_actor("reviewer") for _ in range(2)]
    outcomes = at_once(
        lambda: operations.approve_account_change(change.pk, by=deciders[0], at=AT),
        lambda: operations.return_account_change(change.pk, by=deciders[1], at=AT, reason="看不清"),
    )
    assert sum(isinstance(outcome, WrongState) for outcome in outcomes) == 1


def test_two_who_appeal_one_decision_at_once_file_one_appeal():
    make_money()
    person = make_learner("王芳", standings={"pension": True})
    claim = make_claim(make_certified_class([make_learner("陈静"), person]), status="approved")
    line = line_of(claim, person)
    actors = [an_actor("learner", person_id=person.pk), a_provider_clerk(claim.training_class)]
    outcomes = at_once(
        *(
            lambda by=by: operations.appeal_claim(
                claim.pk, line_id=line.pk, content="有误", by=by, at=AT + timedelta(days=3)
            )
            for by in actors
        )
    )
    assert sum(isinstance(outcome, operations.ClaimAppealedAlready) for outcome in outcomes) == 1
    assert claim.appeals.count() == 1
