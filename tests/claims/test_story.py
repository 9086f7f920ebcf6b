"""The whole chain by operations only: from a finished class to money in the bank, with one failed payment."""

from datetime import date, timedelta

import pytest

from kaogong.claims import operations, queries
from kaogong.claims.models import Claim
from kaogong.funds import operations as funds
from kaogong.funds.models import Payment
from kaogong.gateways.bank import StandInBank
from kaogong.kernel.actor import Actor
from kaogong.kernel.bank_card import make_bank_card
from kaogong.ledger import queries as ledger
from kaogong.notices import operations as notice_operations
from kaogong.notices import queries as notices
from kaogong.people import queries as people
from kaogong.people.operations import set_bank_account
from tests.factories.claims import (
    a_provider_clerk,
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
SUBMITTED = a_day_at(date(2026, 7, 10))
PAYING = a_day_at(date(2026, 7, 27))
TRAINING, ALLOWANCE = 1200_00, 18 * 500
BUDGET = 1_000_000_00


def standing() -> dict[str, int]:
    """Where all money stands, zeros left out; and that the ledger agrees with itself to the fen."""
    assert ledger.recount() == []
    rows = ledger.trial_balance()
    assert all(row.difference_fen == 0 for row in rows)
    sums = {
        state: sum(getattr(row, f"{state}_fen") for row in rows)
        for state in ("available", "reserved", "payable", "in_transit", "returned", "paid")
    }
    return {state: fen for state, fen in sums.items() if fen}


def agrees(claim: Claim, by: Actor) -> bool:
    story = queries.money_story(claim.pk, by=by)
    assert story.disagreements == []
    return story.agrees


def bank_answers(payments: list[int], *, failing=None) -> None:
    """Prepare, check, release and hear the bank: three people."""
    at = PAYING
    batch = funds.prepare_batch(payments, by=an_actor("cashier"), at=at)
    funds.check_batch(batch.pk, by=an_actor("reviewer"), at=at)
    releaser = an_actor("cashier")
    operations.release_payment_batch(batch.pk, by=releaser, at=at)
    _, sheet = funds.bank_file(batch.pk, by=releaser, at=at)
    funds.read_bank_return(
        StandInBank(failing).answer(sheet, on=at.date()), f"{batch.number}.xlsx", by=releaser, at=at
    )


def test_story_of_a_class_from_claim_to_paid_with_a_failed_line_and_a_corrected_account():
    make_money()
    needy, plain = make_learner("李明", allowance=True), make_learner("陈静")
    cardless = make_learner("赵伟", allowance=True, account=False)
    pensioner = make_learner("王芳", standings={"pension": True})
    training_class = make_certified_class([needy, plain, cardless, pensioner])
    clerk, reviewer = an_actor("bureau_clerk"), an_actor("reviewer")
    total = 3 * TRAINING + 2 * ALLOWANCE

    claim = operations.submit_claim(training_class.pk, by=a_provider_clerk(training_class), at=SUBMITTED)
    assert claim.amount_fen == total
    assert standing() == {"available": BUDGET}

    operations.review_claim(claim.pk, by=clerk, at=SUBMITTED + timedelta(hours=1))
    operations.approve_claim(claim.pk, by=reviewer, at=SUBMITTED + timedelta(hours=2))
    assert standing() == {"available": BUDGET - total, "reserved": total}
    assert line_of(claim, pensioner).status == "refused"

    operations.publish_claims([claim.pk], by=clerk, at=SUBMITTED + timedelta(hours=3))
    notice = notices.notice(Claim.objects.get(pk=claim.pk).published_notice_id)
    shown = [row.cells for row in notices.rows_of(notice.pk)]
    assert [row["name"] for row in shown] == ["李*", "陈*", "赵*"]
    assert all(person.id_number not in str(shown) for person in (needy, plain, cardless))
    assert notice.closes_on == date(2026, 7, 17)

    close_notice_of(claim, by=clerk)
    waiting = ALLOWANCE
    assert standing() == {"available": BUDGET - total, "payable": total - waiting, "reserved": waiting}
    assert list(queries.lines_without_bank_account(clerk)) == [line_of(claim, cardless)]
    assert agrees(claim, clerk)

    payments = list(Payment.objects.order_by("reference"))
    assert {p.payee_kind: p.amount_fen for p in payments} == {
        "person": ALLOWANCE,
        "institution": 3 * TRAINING,
    }
    failing = line_of(claim, needy).allowance_payment
    bank_answers([p.pk for p in payments], failing={failing: "户名不符"})
    assert standing() == {
        "available": BUDGET - total, "returned": ALLOWANCE, "reserved": waiting, "paid": 3 * TRAINING
    }  # fmt: skip

    cashier = an_actor("cashier")
    assert operations.mark_paid_claims(by=cashier, at=PAYING) == [line_of(claim, plain)]
    assert Claim.objects.get(pk=claim.pk).status == "cleared"
    (told,) = [row for row in queries.payment_story(needy.pk) if row["claim"] == claim]
    assert told["failure_reason"] == "户名不符"
    assert queries.payment_story(cardless.pk)[0]["waiting_for_account"] is True

    failed = Payment.objects.get(reference=failing)
    anew = funds.correct_bank_account(
        failed.pk, bank_name="示例银行", bank_account="6229990000000001234", bank_account_holder="李明",
        by=cashier, at=PAYING,
    )  # fmt: skip
    set_bank_account(
        cardless.pk, bank_name="示例银行", account=make_bank_card("622848", 999).value, by=cashier, at=PAYING
    )
    operations.queue_claim_payments(claim.pk, by=cashier, at=PAYING)
    assert not queries.lines_without_bank_account(clerk).exists()
    late = Payment.objects.get(reference=line_of(claim, cardless).allowance_payment)
    bank_answers([anew.pk, late.pk])
    assert standing() == {"available": BUDGET - total, "paid": total}

    newly = operations.mark_paid_claims(by=cashier, at=PAYING)
    assert {line.person_id for line in newly} == {needy.pk, cardless.pk}
    assert Claim.objects.get(pk=claim.pk).status == "paid"
    assert agrees(claim, clerk)
    assert operations.mark_paid_claims(by=cashier, at=PAYING) == []

    for person, fen in ((needy, TRAINING + ALLOWANCE), (plain, TRAINING), (cardless, TRAINING + ALLOWANCE)):
        (entry,) = people.file_of(person.pk).filter(kind="subsidy")
        assert entry.detail["amount_fen"] + entry.detail["allowance_fen"] == fen
    assert not people.file_of(pensioner.pk).filter(kind="subsidy").exists()
    story = queries.money_story(claim.pk, by=clerk)
    assert sum(line.amount_fen for row in story.lines for line in row.bank_lines if line.outcome == "failed")
    assert story.standing == {"paid": total, "available": -total}


def test_story_where_an_upheld_objection_drops_a_line_and_frees_its_money():
    make_money()
    kept, doubted = make_learner("陈静"), make_learner("李明")
    training_class = make_certified_class([kept, doubted])
    clerk = an_actor("bureau_clerk")
    claim = operations.submit_claim(training_class.pk, by=a_provider_clerk(training_class), at=SUBMITTED)
    operations.review_claim(claim.pk, by=clerk, at=SUBMITTED)
    operations.approve_claim(claim.pk, by=an_actor("reviewer"), at=SUBMITTED)
    operations.publish_claims([claim.pk], by=clerk, at=SUBMITTED)
    notice_id = Claim.objects.get(pk=claim.pk).published_notice_id
    row = notices.rows_of(notice_id).get(subject_reference=line_of(claim, doubted).reference)
    objection = notice_operations.receive_objection(
        notice_id, row_id=row.pk, content="此人没有上课", contact="示例信箱", at=SUBMITTED + timedelta(days=1)
    )
    with pytest.raises(notice_operations.ObjectionsUnanswered):
        close_notice_of(claim, by=clerk)
    assert line_of(claim, kept).status == "approved"
    notice_operations.answer_objection(
        objection.pk, upheld=True, answer="核实未到课，不予补贴", by=clerk, at=SUBMITTED + timedelta(days=2)
    )
    close_notice_of(claim, by=clerk)
    assert (line_of(claim, kept).status, line_of(claim, doubted).status) == ("cleared", "dropped")
    assert Claim.objects.get(pk=claim.pk).amount_fen == TRAINING
    assert standing() == {"available": BUDGET - TRAINING, "payable": TRAINING}
    assert agrees(claim, clerk)


def test_story_of_insured_workers_paid_each_to_themselves():
    make_money(programme="insured_upgrade")
    workers = [
        make_learner(name, groups={}, standings={"pension": False, "insured": True})
        for name in ("李明", "陈静")
    ]
    training_class = make_certified_class(workers, scheme_code="insured_upgrade")
    clerk = an_actor("bureau_clerk")
    claim = operations.submit_claim(training_class.pk, by=a_provider_clerk(training_class), at=SUBMITTED)
    assert (claim.payer_mode, claim.amount_fen) == ("person", 2 * 1000_00)
    operations.review_claim(claim.pk, by=clerk, at=SUBMITTED)
    operations.approve_claim(claim.pk, by=an_actor("reviewer"), at=SUBMITTED)
    operations.publish_claims([claim.pk], by=clerk, at=SUBMITTED)
    close_notice_of(claim, by=clerk)
    assert {p.person_id for p in Payment.objects.all()} == {worker.pk for worker in workers}
    bank_answers([p.pk for p in Payment.objects.all()])
    assert len(operations.mark_paid_claims(by=an_actor("cashier"), at=PAYING)) == 2
    assert standing() == {"available": BUDGET - 2 * 1000_00, "paid": 2 * 1000_00}


def test_money_story_tells_each_disagreement_as_a_sentence():
    make_money()
    claim = make_claim(make_certified_class(1), status="approved")
    story = queries.money_story(claim.pk, by=an_actor("auditor"))
    assert story.agrees
    story.claim.amount_fen += 100
    story.lines[0].decision.amount_fen -= 200
    said = queries.money.disagreements(story.claim, story.lines, {"reserved": 500, "paid": 300})
    reference = story.lines[0].line.reference
    assert said == [
        "申领金额 ¥1,201.00，逐人合计 ¥1,200.00",
        f"明细 {reference} 的金额 ¥1,200.00，最新测算结论 ¥1,198.00",
        "专账中预留、待支付、在途、退回和已支付共 ¥8.00，逐人合计 ¥1,200.00",
        "专账已支付 ¥3.00，付款记录已支付 ¥0.00",
    ]
