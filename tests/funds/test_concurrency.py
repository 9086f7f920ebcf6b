"""Two people at the same instant, each on a connection of their own, really committing."""

from datetime import date

import pytest
from django.db import transaction

from kaogong.funds import operations as ops
from kaogong.funds import queries
from kaogong.funds.models import BankReturn, Payment, PaymentBatch
from kaogong.gateways.bank import StandInBank
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import Refused, WrongState
from kaogong.ledger import operations as ledger
from kaogong.ledger import queries as ledger_queries
from tests.factories.funds import AT, REGION, make_batch, make_cashier, make_fund, make_order, make_payments
from tests.ledger.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def standing(state: str) -> int:
    return sum(getattr(row, f"{state}_fen") for row in ledger_queries.trial_balance())


def test_two_claims_at_once_for_the_last_of_the_budget_one_wins():
    make_fund(district=60_00, city=40_00)

    def claiming(reference):
        return lambda: ops.reserve_for_claim(
            reference,
            region_code=REGION,
            programme="skills",
            year=2026,
            amount_fen=100_00,
            by=system_actor(),
            at=AT,
        )

    outcomes = at_once(claiming("SL-1"), claiming("SL-2"))
    assert sum(isinstance(outcome, ledger.BudgetExceeded) for outcome in outcomes) == 1
    assert (standing("available"), standing("reserved")) == (0, 100_00)
    assert ledger_queries.recount() == []


def test_one_claim_reserved_twice_at_once_is_reserved_once():
    make_fund()
    words = {"region_code": REGION, "programme": "skills", "year": 2026, "amount_fen": 7}
    outcomes = at_once(
        *(lambda: ops.reserve_for_claim("SL-1", **words, by=system_actor(), at=AT) for _ in range(3))
    )
    assert outcomes == [{"district": 4, "city": 3}] * 3
    assert standing("reserved") == 7


def test_the_same_payments_queued_twice_at_once_are_owed_once():
    make_fund()
    make_payments(1, reference="SL-1")
    ops.cancel_payment(Payment.objects.get().pk, by=system_actor(), at=AT, reason="重来")
    order = make_order("SL-1-again", amount_fen=100_00)
    outcomes = at_once(
        *(lambda: ops.queue_payments("SL-1", [order], by=system_actor(), at=AT) for _ in range(2))
    )
    assert outcomes[0] == outcomes[1]
    assert standing("payable") == 100_00


def test_a_payment_put_into_two_batches_at_once_is_in_one():
    make_fund()
    payments = [payment.pk for payment in make_payments(2)]
    outcomes = at_once(
        *(lambda n=n: ops.prepare_batch(payments, by=make_cashier(n), at=AT) for n in (901, 911))
    )
    assert sum(isinstance(outcome, ops.PaymentsNotQueued) for outcome in outcomes) == 1
    assert PaymentBatch.objects.count() == 1


def test_two_batches_prepared_at_once_have_two_numbers():
    make_fund()
    works = [[payment.pk] for payment in make_payments(4)]
    outcomes = at_once(
        *(lambda ids=ids: ops.prepare_batch(ids, by=make_cashier(), at=AT).number for ids in works)
    )
    assert sorted(outcomes) == [f"ZF-2026-{n:04d}" for n in range(1, 5)]


def test_one_batch_released_twice_at_once_goes_to_the_bank_once():
    make_fund()
    batch = make_batch(make_payments(3), status="checked")
    outcomes = at_once(
        *(lambda n=n: ops.release_batch(batch.pk, by=make_cashier(n), at=AT) for n in (903, 913))
    )
    assert sum(isinstance(outcome, WrongState) for outcome in outcomes) == 1
    assert standing("in_transit") == 300_00
    assert ledger_queries.recount() == []


def test_one_bank_return_read_twice_at_once_is_read_once():
    make_fund()
    batch = make_batch(make_payments(3))
    _, payments = ops.bank_file(batch.pk, by=make_cashier(), at=AT)
    data = StandInBank().answer(payments, on=date(2026, 3, 3))
    outcomes = at_once(
        *(lambda: ops.read_bank_return(data, "回盘.xlsx", by=make_cashier(904), at=AT) for _ in range(2))
    )
    assert not [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert outcomes[0].pk == outcomes[1].pk
    assert BankReturn.objects.count() == 1
    assert standing("paid") == 300_00
    assert ledger_queries.recount() == []


def test_a_crash_in_the_middle_of_a_release_leaves_the_batch_as_it_was(monkeypatch):
    make_fund()
    batch = make_batch(make_payments(3), status="checked")
    calls = []

    def stop_at_the_third(payments, *args, **words):
        calls.append(payments)
        if len(calls) == 3:
            raise ConnectionError("the machine stopped")
        return move_many(payments, *args, **words)

    from kaogong.funds.operations import batches

    move_many = batches.move_many
    monkeypatch.setattr(batches, "SLICE", 1)
    monkeypatch.setattr(batches, "move_many", stop_at_the_third)
    with pytest.raises(ConnectionError):
        ops.release_batch(batch.pk, by=make_cashier(903), at=AT)
    batch.refresh_from_db()
    assert batch.status == "checked"
    assert set(Payment.objects.values_list("status", flat=True)) == {"batched"}
    assert (standing("payable"), standing("in_transit")) == (300_00, 0)
    assert ledger_queries.recount() == []


def paid_batch():
    make_fund()
    batch = make_batch(make_payments(3, reference="SL-1"))
    _, payments = ops.bank_file(batch.pk, by=make_cashier(), at=AT)
    data = StandInBank().answer(payments, on=date(2026, 3, 3))
    ops.read_bank_return(data, "回盘.xlsx", by=make_cashier(904), at=AT)
    return batch


BACK = "流水号,金额,结果\nSL-1-002,100.00,退汇\n"


def come_back(name="退汇.csv", extra=""):
    return lambda: ops.read_bank_return((BACK + extra).encode(), name, by=make_cashier(904), at=AT)


def repaid(account_id, digits):
    payment = Payment.objects.get(reference="SL-1-002")
    return lambda: ops.correct_bank_account(
        payment.pk, bank_name="示例银行", bank_account=f"622999000000000{digits}",
        bank_account_holder=payment.payee_name, by=make_cashier(account_id), at=AT,
    )  # fmt: skip


def test_one_return_told_by_two_files_at_once_moves_money_once():
    paid_batch()
    outcomes = at_once(come_back(), come_back("又一份.csv", "NO-SUCH,1.00,成功\n"))
    assert sorted(outcome.returned_count for outcome in outcomes) == [0, 1]
    assert (standing("paid"), standing("returned")) == (200_00, 100_00)
    assert ledger_queries.recount() == []


def test_two_clerks_correcting_one_returned_payment_at_once_pay_it_anew_once():
    paid_batch()
    come_back()()
    outcomes = at_once(repaid(905, 1234), repaid(915, 5678))
    assert sum(isinstance(outcome, WrongState) for outcome in outcomes) == 1
    assert Payment.objects.filter(reference="SL-1-002-R1").count() == 1
    assert (standing("payable"), standing("returned")) == (100_00, 0)
    assert ledger_queries.recount() == []


def test_paid_anew_and_given_up_at_once_one_of_them_stands():
    paid_batch()
    come_back()()
    payment = Payment.objects.get(reference="SL-1-002")
    outcomes = at_once(
        repaid(905, 1234),
        lambda: ops.void_payment(payment.pk, by=make_cashier(915), at=AT, reason="不再支付"),
    )
    assert sum(isinstance(outcome, WrongState) for outcome in outcomes) == 1
    assert standing("returned") == 0
    assert standing("payable") + standing("reserved") == 100_00
    assert ledger_queries.recount() == []


def test_a_return_told_again_while_it_is_being_paid_anew_moves_nothing_more():
    paid_batch()
    come_back()()
    outcomes = at_once(repaid(905, 1234), come_back("又一份.csv", "NO-SUCH,1.00,成功\n"))
    assert not [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert ledger_queries.journal().filter(kind="come_back").count() == 1
    assert (standing("paid"), standing("payable"), standing("returned")) == (200_00, 100_00, 0)


def test_a_return_while_the_money_is_asked_back_leaves_it_in_one_place():
    paid_batch()
    two = Payment.objects.select_related("fund").get(reference="SL-1-002")
    words = {"programme": two.programme, "year": two.year, "amounts": two.shares, "note": two.reference}

    def ask_back():
        """As approving a recoupment does: the payment locked, and only where it is still paid."""
        if queries.payment_for_update(two.pk, by=make_cashier(905)).status == "paid":
            ledger.claim_back(
                two.fund.code,
                **words,
                reference="ZH-2026-00001",
                key="claim_back:1",
                by=make_cashier(905),
                at=AT,
            )

    at_once(transaction.atomic(ask_back), come_back())
    two.refresh_from_db()
    places = (standing("recovering"), standing("returned"))
    assert places == ((100_00, 0) if two.status == "paid" else (0, 100_00))
    assert standing("paid") == 200_00
    assert ledger_queries.recount() == []


def test_a_release_asked_twice_is_one_work_and_done_twice_at_once_happens_once():
    make_fund()
    batch = make_batch(make_payments(3), status="checked")
    works = at_once(*(lambda: ops.ask_release(batch.pk, by=make_cashier(903), at=AT) for _ in range(2)))
    assert works[0].pk == works[1].pk

    def do(work, data):
        return ops.release_batch(work.batch_id, by=make_cashier(903), at=AT)

    done = at_once(*(lambda: ops.do_work(works[0].pk, do, at=AT) for _ in range(2)))
    assert [work.refusal for work in done] == ["", ""]
    assert standing("in_transit") == 300_00
    assert ledger_queries.recount() == []
