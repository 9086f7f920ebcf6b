"""Money held back: at every door where it could leave, and going on once somebody says so."""

from datetime import date, timedelta

import pytest

from kaogong.claims import operations, queries
from kaogong.claims.models import Claim, PaymentHold
from kaogong.funds import operations as funds
from kaogong.funds.models import Payment
from kaogong.kernel.actor import system_actor
from kaogong.kernel.bank_card import make_bank_card
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, WrongState
from kaogong.kernel.working_days import add_working_days
from kaogong.ledger import queries as ledger
from kaogong.people import operations as people
from tests.claims.test_story import bank_answers
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
AT = a_day_at(date(2026, 7, 27))


@pytest.fixture
def pair():
    make_money()
    return make_learner("陈静"), make_learner("李明", allowance=True)


def hold(held: str, subject_id: int, *, by=None, at=AT, cause="letter:1") -> PaymentHold:
    return operations.place_payment_hold(
        held=held,
        subject_id=subject_id,
        reason="多人共用一个银行账号",
        answer_by="请上传开户人与学员关系的说明",
        cause=cause,
        by=by or an_actor("bureau_clerk"),
        at=at,
    )


def lift(placed: PaymentHold, by=None) -> PaymentHold:
    return operations.lift_payment_hold(
        placed.pk, by=by or an_actor("reviewer"), at=AT + timedelta(days=1), reason="已核实"
    )


def subject(claim: Claim, held: str, person) -> int:
    return {
        "class": claim.training_class_id,
        "institution": claim.institution_id,
        "line": line_of(claim, person).pk,
        "person": person.pk,
    }[held]


def statuses(claim: Claim) -> list[str]:
    return [line.status for line in queries.lines(claim.pk)]


@pytest.mark.parametrize("held", ["class", "institution"])
def test_a_held_claim_is_not_cleared_when_its_notice_closes_and_goes_on_when_lifted(pair, held):
    claim = make_claim(make_certified_class(list(pair)), status="published")
    placed = hold(held, subject(claim, held, pair[0]))
    close_notice_of(claim)
    claim.refresh_from_db()
    assert (claim.status, statuses(claim)) == ("cleared", ["approved", "approved"])
    assert not Payment.objects.exists()
    assert queries.holds_of_claim(claim) == [placed]
    lift(placed)
    assert statuses(claim) == ["cleared", "cleared"]
    assert sum(p.amount_fen for p in Payment.objects.all()) == claim.amount_fen
    assert queries.money_story(claim.pk, by=system_actor()).agrees


@pytest.mark.parametrize("held", ["line", "person"])
def test_one_held_person_waits_and_the_others_are_paid(pair, held):
    good, bad = pair
    claim = make_claim(make_certified_class(list(pair)), status="published")
    placed = hold(held, subject(claim, held, bad))
    close_notice_of(claim)
    assert (line_of(claim, good).status, line_of(claim, bad).status) == ("cleared", "approved")
    assert [p.amount_fen for p in Payment.objects.all()] == [1200_00]
    assert queries.holds_of_person(bad.pk) == [placed]
    assert queries.holds_of_person(good.pk) == []
    lift(placed)
    assert line_of(claim, bad).status == "cleared"
    assert queries.money_story(claim.pk, by=system_actor()).agrees


def test_placing_a_hold_owes_a_queued_sum_anew_for_those_it_does_not_hold(pair):
    bad = pair[1]
    claim = make_claim(make_certified_class(list(pair)), status="cleared")
    (together,) = Payment.objects.filter(payee_kind="institution")
    assert together.amount_fen == 2400_00
    placed = hold("person", bad.pk)
    together.refresh_from_db()
    assert together.status == "cancelled"
    (alone,) = Payment.objects.filter(payee_kind="institution", status="queued")
    assert alone.amount_fen == 1200_00
    # The living allowance of the one who is held stays queued, and no batch may take it.
    (allowance,) = Payment.objects.filter(payee_kind="person")
    assert queries.holds_of_payments([alone.pk, allowance.pk]) == {allowance.pk: [placed]}
    with pytest.raises(operations.PaymentsHeld) as refusal:
        operations.prepare_payment_batch([alone.pk, allowance.pk], by=an_actor("cashier"), at=AT)
    assert allowance.reference in refusal.value.message
    assert "多人共用一个银行账号" in refusal.value.message
    operations.prepare_payment_batch([alone.pk], by=an_actor("cashier"), at=AT)
    lift(placed)
    due = Payment.objects.filter(status="queued").values_list("payee_kind", "amount_fen")
    assert ("institution", 1200_00) in set(due)
    assert queries.money_story(claim.pk, by=system_actor()).agrees
    assert ledger.recount() == []


def test_release_payment_batch_refuses_by_name_and_the_others_go_on_after_it_is_dissolved(pair):
    good, bad = pair
    claim = make_claim(make_certified_class(list(pair)), status="cleared")
    cashier, other = an_actor("cashier"), an_actor("cashier")
    batch = operations.prepare_payment_batch([p.pk for p in Payment.objects.all()], by=cashier, at=AT)
    funds.check_batch(batch.pk, by=an_actor("reviewer"), at=AT)
    hold("line", line_of(claim, bad).pk)
    with pytest.raises(operations.PaymentsHeld) as refusal:
        operations.release_payment_batch(batch.pk, by=other, at=AT)
    assert all(p.reference in refusal.value.message for p in Payment.objects.all())
    assert not Payment.objects.filter(status="in_transit").exists()
    operations.dissolve_payment_batch(batch.pk, by=cashier, at=AT, reason="其中有暂缓")
    free = [
        p.pk for p in Payment.objects.filter(status="queued") if p.pk not in queries.holds_of_payments([p.pk])
    ]
    again = operations.prepare_payment_batch(free, by=cashier, at=AT)
    funds.check_batch(again.pk, by=an_actor("reviewer"), at=AT)
    operations.release_payment_batch(again.pk, by=other, at=AT)
    assert [p.amount_fen for p in Payment.objects.filter(status="in_transit")] == [1200_00]
    assert line_of(claim, good).training_payment
    assert not line_of(claim, bad).training_payment
    assert queries.money_story(claim.pk, by=system_actor()).agrees


def test_queue_claim_payments_owes_nothing_to_whom_something_holds(pair):
    poor = make_learner("无账户", allowance=True, account=False)
    claim = make_claim(make_certified_class([pair[0], poor]), status="cleared")
    placed = hold("person", poor.pk)
    people.set_bank_account(
        poor.pk, bank_name="示例银行", account=make_bank_card("622848", 999).value,
        by=an_actor("bureau_clerk"), at=AT,
    )  # fmt: skip
    operations.queue_claim_payments(claim.pk, by=an_actor("cashier"), at=AT)
    assert not Payment.objects.filter(payee_kind="person").exists()
    lift(placed)
    assert Payment.objects.filter(payee_kind="person", status="queued").count() == 1


def test_a_corrected_account_does_not_get_round_a_hold(pair):
    claim = make_claim(make_certified_class(list(pair)), status="cleared")
    (payment,) = Payment.objects.filter(payee_kind="person")
    bank_answers([payment.pk], failing={payment.reference: "账号不存在"})
    placed = hold("line", line_of(claim, pair[1]).pk)
    again = funds.correct_bank_account(
        payment.pk, bank_name="示例银行", bank_account=make_bank_card("622848", 998).value,
        bank_account_holder=pair[1].name, by=an_actor("cashier"), at=AT,
    )  # fmt: skip
    assert queries.holds_of_payments([again.pk]) == {again.pk: [placed]}
    with pytest.raises(operations.PaymentsHeld):
        operations.prepare_payment_batch([again.pk], by=an_actor("cashier"), at=AT)


def test_a_hold_names_what_had_gone_to_the_bank_before_it(pair):
    claim = make_claim(make_certified_class(list(pair)), status="cleared")
    batch = funds.prepare_batch([p.pk for p in Payment.objects.all()], by=an_actor("cashier"), at=AT)
    funds.check_batch(batch.pk, by=an_actor("reviewer"), at=AT)
    operations.release_payment_batch(batch.pk, by=an_actor("cashier"), at=AT)
    placed = hold("class", claim.training_class_id)
    assert sorted(row["reference"] for row in placed.gone) == sorted(
        Payment.objects.values_list("reference", flat=True)
    )


def test_two_holds_of_different_causes_both_have_to_be_lifted(pair):
    claim = make_claim(make_certified_class(list(pair)), status="published")
    first = hold("class", claim.training_class_id, cause="letter:1")
    second = hold("institution", claim.institution_id, cause="letter:2")
    with pytest.raises(operations.HeldAlready):
        hold("class", claim.training_class_id, cause="letter:1")
    close_notice_of(claim)
    lift(first)
    assert statuses(claim) == ["approved", "approved"]
    lift(second)
    assert statuses(claim) == ["cleared", "cleared"]
    assert hold("class", claim.training_class_id, cause="letter:1").status == "placed"


def test_lift_payment_hold_wants_a_right_a_reason_and_a_standing_hold(pair):
    claim = make_claim(make_certified_class(list(pair)), status="approved")
    placed = hold("class", claim.training_class_id)
    with pytest.raises(ReasonMissing):
        operations.lift_payment_hold(placed.pk, by=an_actor("reviewer"), at=AT, reason=" ")
    with pytest.raises(NotPermitted):
        lift(placed, by=an_actor("cashier"))
    with pytest.raises(NotFound):
        lift(placed, by=an_actor("reviewer", region_code="370212"))
    placed.refresh_from_db()
    assert (placed.status, placed.lifted_at) == ("placed", None)
    lifted = lift(placed)
    assert (lifted.status, lifted.lifted_reason) == ("lifted", "已核实")
    with pytest.raises(WrongState):
        lift(placed)


def test_place_payment_hold_wants_a_right_a_subject_in_reach_and_its_words(pair):
    claim = make_claim(make_certified_class(list(pair)), status="approved")
    with pytest.raises(NotPermitted):
        hold("class", claim.training_class_id, by=an_actor("cashier"))
    with pytest.raises(NotFound):
        hold("class", claim.training_class_id, by=an_actor("bureau_clerk", region_code="370212"))
    with pytest.raises(NotFound):
        hold("institution", claim.institution_id, by=an_actor("bureau_clerk", region_code="370212"))
    with pytest.raises(NotFound):
        hold("class", 0)
    with pytest.raises(operations.HoldSubjectUnknown):
        hold("city", 1)
    with pytest.raises(operations.HoldTextMissing):
        operations.place_payment_hold(
            held="class", subject_id=claim.training_class_id, reason=" ", answer_by="说明", cause="letter:1",
            by=an_actor("bureau_clerk"), at=AT,
        )  # fmt: skip
    assert not PaymentHold.objects.exists()


def test_a_hold_has_a_day_in_working_days_and_is_overdue_after_it(pair):
    claim = make_claim(make_certified_class(list(pair)), status="approved")
    placed = hold("class", claim.training_class_id)
    days = queries.hold_working_days("370299", date(2026, 7, 27))
    assert days == 15
    assert placed.due_on == add_working_days(date(2026, 7, 27), days)
    clerk = an_actor("bureau_clerk")
    assert not queries.holds_overdue(clerk, placed.due_on).exists()
    assert list(queries.holds_overdue(clerk, placed.due_on + timedelta(days=1))) == [placed]
    assert placed.is_overdue(placed.due_on + timedelta(days=1))
    assert list(queries.holds_of_class(claim.training_class_id)) == [placed]
    assert list(queries.holds_of_institution(claim.institution_id)) == [placed]


def test_a_hold_of_a_person_reaches_only_the_region_it_was_placed_for(pair):
    claim = make_claim(make_certified_class(list(pair)), status="published")
    hold("person", pair[0].pk, by=an_actor("bureau_clerk", region_code="370211"))
    close_notice_of(claim)
    assert statuses(claim) == ["cleared", "cleared"]
