"""Payments the bank gives back: after they arrived, before, twice, in any order, by file or by statement."""

from datetime import timedelta

import pytest

from kaogong.funds import operations as ops
from kaogong.funds import queries
from kaogong.funds.models import Payment
from kaogong.funds.operations import reconciling
from kaogong.funds.operations.coming_back import NoPaymentNamed, NotThisPayment
from kaogong.funds.queries import bank_books, bank_sheet
from kaogong.funds.queries import reconciling as bank
from kaogong.gateways.bank import iso_answers
from kaogong.kernel.errors import NotPermitted, ReasonMissing, WrongState
from kaogong.ledger import operations as ledger
from kaogong.ledger import queries as ledger_queries
from kaogong.trail.queries import timeline
from tests.factories.funds import AT, make_batch, make_cashier, make_payments, make_reviewer
from tests.funds.test_reconciling import DAY, account, fund, read  # noqa: F401 - fixtures and the reading of a sheet

pytestmark = pytest.mark.django_db
BY = make_cashier(904)
LATER = AT + timedelta(days=3)
WORDS = {"paid": "成功", "failed": "失败", "returned": "退汇"}


def told(*lines: tuple[str, str]) -> bytes:
    """A plain answer: (reference, paid | failed | returned)."""
    rows = [f"{one},100.00,{WORDS[what]},{'' if what == 'paid' else '账户已销户'}" for one, what in lines]
    return "\n".join(["流水号,金额,结果,失败原因", *rows]).encode()


def hear(*lines: tuple[str, str], at=AT):
    return ops.read_bank_return(told(*lines), "回盘.csv", by=BY, at=at)


def standing() -> dict[str, int]:
    assert ledger_queries.recount() == []
    sums = {
        state: sum(getattr(row, f"{state}_fen") for row in ledger_queries.trial_balance())
        for state in ("reserved", "payable", "in_transit", "paid", "returned", "recovering")
    }
    return {state: fen for state, fen in sums.items() if fen}


def payment(n: int) -> Payment:
    return Payment.objects.get(reference=f"SL-1-{n:03d}")


ALL_PAID = [(f"SL-1-{n:03d}", "paid") for n in (1, 2, 3)]
BACK = ("SL-1-002", "returned")


@pytest.fixture
def batch(account):  # noqa: F811
    return make_batch(make_payments(3, reference="SL-1"))


def test_a_payment_paid_and_given_back_days_later_lies_returned(batch):
    hear(*ALL_PAID)
    answer = hear(BACK, at=LATER)
    assert (answer.returned_count, answer.failed_count, answer.problem_count) == (1, 0, 0)
    back = payment(2)
    assert (back.status, back.failure_reason) == ("returned", "账户已销户")
    assert (back.answered_at, back.came_back_at) == (AT, LATER)
    assert standing() == {"paid": 200_00, "returned": 100_00}
    assert [entry.kind for entry in ledger_queries.journal(back.reference).order_by("id")] == [
        "send", "settle", "come_back"
    ]  # fmt: skip
    assert timeline("payment", back.pk).last().verb == "payment.returned"
    assert queries.batch(batch.pk, by=BY).status == "settled"


def test_the_same_return_twice_or_told_again_by_another_file_moves_money_once(batch):
    hear(*ALL_PAID)
    assert hear(BACK, at=LATER).pk == hear(BACK, at=LATER).pk
    other = hear(BACK, ("SL-1-001", "paid"), at=LATER)
    assert (other.repeated_count, other.returned_count, other.problem_count) == (2, 0, 0)
    assert ledger_queries.journal().filter(kind="come_back").count() == 1


def test_the_return_before_the_paid_line_ends_the_same(batch):
    hear(BACK)
    assert (payment(2).status, payment(2).answered_at) == ("returned", None)
    late = hear(*ALL_PAID, at=LATER)
    assert (late.paid_count, late.repeated_count, late.problem_count) == (2, 1, 0)
    assert standing() == {"paid": 200_00, "returned": 100_00}
    assert queries.batch(batch.pk, by=BY).status == "settled"


def test_paid_and_given_back_in_one_file_has_come_back_in_whichever_order(batch):
    answer = hear(*ALL_PAID, BACK)
    assert (answer.paid_count, answer.returned_count, answer.repeated_count) == (2, 1, 1)
    assert payment(2).status == "returned"


def test_a_camt_054_of_days_later_gives_it_back(batch):
    hear(*ALL_PAID)
    rows = [
        {
            "reference": "SL-1-002",
            "account": payment(2).bank_account,
            "amount": "100.00",
            "reason": "AC04 销户",
        }
    ]
    file = iso_answers.write("camt.054", batch.number, rows, DAY)
    first = ops.read_bank_return(file, "通知.xml", by=BY, at=LATER)
    assert (first.returned_count, first.repeated_count, first.problem_count) == (1, 1, 0)
    assert ops.read_bank_return(file, "通知.xml", by=BY, at=LATER).pk == first.pk
    assert standing() == {"paid": 200_00, "returned": 100_00}


def test_a_failed_line_of_a_paid_payment_still_contradicts(batch):
    hear(*ALL_PAID)
    answer = hear(("SL-1-002", "failed"), at=LATER)
    (line,) = queries.return_lines(answer.pk, by=BY)
    assert line.problem_code == "contradicts"
    assert payment(2).status == "paid"


def test_it_is_paid_anew_to_a_corrected_account_and_the_old_words_of_the_bank_change_nothing(batch):
    hear(*ALL_PAID)
    hear(BACK, at=LATER)
    anew = ops.correct_bank_account(
        payment(2).pk, bank_name="示例银行", bank_account="6229990000000001234", bank_account_holder="示例收款人2",
        by=make_cashier(905), at=LATER,
    )  # fmt: skip
    assert (anew.reference, payment(2).status) == ("SL-1-002-R1", "replaced")
    assert standing() == {"paid": 200_00, "payable": 100_00}
    again = hear(BACK, ("SL-1-002", "paid"), at=LATER + timedelta(days=1))
    assert (again.repeated_count, again.problem_count) == (2, 0)
    second = make_batch([anew])
    ops.read_bank_return(told(("SL-1-002-R1", "paid")), "回盘2.csv", by=BY, at=LATER)
    assert queries.batch(second.pk, by=BY).status == "settled"
    assert standing() == {"paid": 300_00}
    with pytest.raises(WrongState):
        ops.void_payment(payment(2).pk, by=BY, at=LATER, reason="不付了")


def test_it_may_come_back_a_second_time(batch):
    hear(*ALL_PAID)
    hear(BACK, at=LATER)
    into = {"bank_name": "示例银行", "bank_account_holder": "示例收款人2", "by": BY, "at": LATER}
    anew = ops.correct_bank_account(payment(2).pk, bank_account="6229990000000001234", **into)
    make_batch([anew])
    hear(("SL-1-002-R1", "paid"), at=LATER)
    hear(("SL-1-002-R1", "returned"), at=LATER)
    third = ops.correct_bank_account(anew.pk, bank_account="6229990000000005678", **into)
    assert third.reference == "SL-1-002-R2"
    assert standing() == {"paid": 200_00, "payable": 100_00}


def test_paid_no_more_its_money_stands_set_aside_and_can_be_given_back(batch):
    hear(*ALL_PAID)
    hear(BACK, at=LATER)
    with pytest.raises(NotPermitted):
        ops.void_payment(payment(2).pk, by=make_reviewer(), at=LATER, reason="收款人去世")
    with pytest.raises(ReasonMissing):
        ops.void_payment(payment(2).pk, by=BY, at=LATER, reason=" ")
    ops.void_payment(payment(2).pk, by=BY, at=LATER, reason="收款人去世")
    assert payment(2).status == "voided"
    assert standing() == {"paid": 200_00, "reserved": 100_00}
    with pytest.raises(WrongState):
        ops.correct_bank_account(
            payment(2).pk, bank_name="示例银行", bank_account="6229990000000001234",
            bank_account_holder="示例收款人2", by=BY, at=LATER,
        )  # fmt: skip
    again = hear(BACK, ("SL-1-002", "paid"), at=LATER)
    assert (again.repeated_count, again.problem_count) == (2, 0)


def test_a_failed_payment_may_be_voided_too(batch):
    hear(("SL-1-002", "failed"))
    ops.void_payment(payment(2).pk, by=BY, at=AT, reason="不再支付")
    assert standing() == {"in_transit": 200_00, "reserved": 100_00}


def test_money_asked_back_does_not_come_back_a_second_way(batch):
    hear(*ALL_PAID)
    two = payment(2)
    ledger.claim_back(
        two.fund.code, programme=two.programme, year=two.year, amounts=two.shares, reference="ZH-2026-00001",
        key="claim_back:ZH-2026-00001:1", note=two.reference, by=BY, at=AT,
    )  # fmt: skip
    answer = hear(BACK, at=LATER)
    (line,) = queries.return_lines(answer.pk, by=BY)
    assert (line.outcome, line.problem_code) == ("problem", "asked_back")
    assert "请在追回中登记" in line.problem
    assert standing() == {"paid": 200_00, "recovering": 100_00}
    ledger.drop_claim_back(
        two.fund.code, programme=two.programme, year=two.year, amounts=two.shares, reference="ZH-2026-00001",
        key="drop_claim_back:ZH-2026-00001:1", note=two.reference, by=BY, at=AT,
    )  # fmt: skip
    assert hear(BACK, at=LATER).returned_count == 1
    assert standing() == {"paid": 200_00, "returned": 100_00}


def test_what_was_set_off_never_was_at_the_bank(batch):
    (one,) = make_payments(1, reference="SL-2")
    ops.offset_payment(
        one.pk, amount_fen=100_00, against="ZH-2026-00001", by=make_cashier(905), at=AT, reason="本人同意"
    )
    answer = hear(("SL-2-001", "returned"), at=LATER)
    (line,) = queries.return_lines(answer.pk, by=BY)
    assert line.problem_code == "set_off"


def test_a_statement_line_naming_a_paid_payment_is_proposed_and_gives_it_back(account, batch):  # noqa: F811
    hear(*ALL_PAID)
    read(account, [
        (DAY, "B1", -300_00, f"批量代发 {batch.number}"),
        (DAY + timedelta(days=3), "B2", 100_00, "退汇 SL-1-002 账户已销户"),
    ])  # fmt: skip
    reconciling.accept_proposals(account.pk, by=BY, at=LATER)
    assert payment(2).status == "paid"  # never by itself
    (proposal,) = bank.proposed(account, DAY)
    assert (proposal.rule_code, proposal.first_item.reference, proposal.sure) == (
        "come_back",
        "SL-1-002",
        False,
    )
    clerk = make_reviewer(921)
    with pytest.raises(NotPermitted):
        reconciling.accept_proposals(account.pk, [proposal.key], by=clerk, at=LATER)
    (match,) = reconciling.accept_proposals(account.pk, [proposal.key], by=BY, at=LATER)
    assert match.rule_code == "come_back"
    assert (payment(2).status, payment(2).failure_reason) == ("returned", "退汇 SL-1-002 账户已销户")
    assert bank_books.open_items(account) == []
    assert standing() == {"paid": 200_00, "returned": 100_00}
    again = hear(BACK, at=LATER)
    assert (again.repeated_count, again.problem_count) == (1, 0)


def test_a_file_first_and_the_statement_line_later_find_each_other(account, batch):  # noqa: F811
    hear(*ALL_PAID)
    hear(BACK, at=LATER)
    read(account, [(DAY + timedelta(days=3), "B2", 100_00, "退汇 SL-1-002")])
    (match,) = reconciling.accept_proposals(account.pk, by=BY, at=LATER)
    assert match.rule_code == "refund"


def test_by_hand_a_line_that_names_nothing_is_a_payment_come_back_with_a_reason(account, batch):  # noqa: F811
    hear(*ALL_PAID)
    read(account, [(DAY, "B2", 100_00, "退票"), (DAY, "B3", 99_00, "退票")])
    line, other = bank.statement_lines(account)
    with pytest.raises(ReasonMissing):
        reconciling.return_by_statement(line.pk, reference="SL-1-002", by=BY, at=LATER, reason="")
    with pytest.raises(NoPaymentNamed):
        reconciling.return_by_statement(line.pk, reference="SL-9-999", by=BY, at=LATER, reason="电话核实")
    with pytest.raises(NotThisPayment):
        reconciling.return_by_statement(other.pk, reference="SL-1-002", by=BY, at=LATER, reason="电话核实")
    match = reconciling.return_by_statement(line.pk, reference="sl-1-002", by=BY, at=LATER, reason="电话核实")
    assert (match.rule_code, match.reason, payment(2).status) == ("come_back", "电话核实", "returned")
    with pytest.raises(reconciling.MatchedAlready):
        reconciling.return_by_statement(line.pk, reference="SL-1-002", by=BY, at=LATER, reason="再来")
    assert standing() == {"paid": 200_00, "returned": 100_00}


def test_the_sheet_adds_up_with_a_payment_that_left_and_came_back(account, batch):  # noqa: F811
    hear(*ALL_PAID)
    hear(BACK, at=LATER)
    read(account, [
        (DAY, "B1", -300_00, f"批量代发 {batch.number}"),
        (DAY + timedelta(days=3), "B2", 100_00, "退汇 SL-1-002"),
    ])  # fmt: skip
    reconciling.accept_proposals(account.pk, by=BY, at=LATER)
    made = bank_sheet.sheet(account, DAY + timedelta(days=3))
    assert (made.difference_fen, made.bank_fen, made.books_fen) == (0, 4_800_00, 4_800_00)
