"""What the bank answers, line by line, and a payment made anew."""

import io
from datetime import date

import openpyxl
import pytest

from kaogong import sheets
from kaogong.funds import operations as ops
from kaogong.funds import queries
from kaogong.funds.models import BankReturn, Payment
from kaogong.gateways.bank import FAILED, PAID, RETURN_HEADINGS, RETURNED, StandInBank, outcome_of
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, NotPermitted, WrongState
from kaogong.ledger import operations as ledger
from kaogong.ledger import queries as ledger_queries
from kaogong.trail.queries import timeline
from tests.factories.funds import AT, make_batch, make_cashier, make_fund, make_payments, make_reviewer

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 3)
CASHIER = {"by": make_cashier(904), "at": AT}


def answered(batch, failing=None) -> bytes:
    _, payments = ops.bank_file(batch.pk, **CASHIER)
    return StandInBank(failing).answer(payments, on=ON)


def edited(data: bytes, edit) -> bytes:
    """The same sheet after ``edit(sheet)``."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book.active)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def put(row: int, heading: str, value):
    return lambda sheet: setattr(sheet.cell(row, RETURN_HEADINGS.index(heading) + 1), "value", value)


def problems(bank_return) -> dict[int, str]:
    lines = queries.return_lines(bank_return.pk, by=make_cashier())
    return {line.row_number: line.problem for line in lines if line.problem}


def statuses(batch) -> list[str]:
    return list(Payment.objects.filter(batch=batch).order_by("id").values_list("status", flat=True))


def in_state(state: str) -> int:
    return sum(getattr(row, f"{state}_fen") for row in ledger_queries.trial_balance())


@pytest.fixture
def batch():
    make_fund()
    return make_batch(make_payments(3, reference="SL-1"))


def test_stand_in_bank_writes_what_the_sheets_reader_reads(batch):
    data = answered(batch, {"SL-1-002": "户名不符"})
    table = sheets.read(data, "回盘.xlsx", layout=sheets.BANK_RETURN)
    assert table.missing == []
    assert table.frame["payment_number"].to_list() == ["SL-1-001", "SL-1-002", "SL-1-003"]
    assert table.frame["result"].to_list() == ["成功", "失败", "成功"]
    assert table.cell_problems == {}


@pytest.mark.parametrize(
    ("word", "outcome"),
    [("成功", PAID), ("交易 成功", PAID), ("处理成功", PAID), ("success", PAID), ("失败", FAILED),
     ("代发失败", FAILED), ("退汇", RETURNED), ("已退票", RETURNED), ("RTRN", RETURNED),
     ("处理中", None), ("", None), (None, None), ("不成功", None)],
)  # fmt: skip
def test_outcome_of_never_guesses(word, outcome):
    assert outcome_of(word) == outcome


def test_read_bank_return_pays_bounces_and_settles_the_batch(batch):
    bank_return = ops.read_bank_return(answered(batch, {"SL-1-002": "户名不符"}), "回盘.xlsx", **CASHIER)
    assert (bank_return.paid_count, bank_return.failed_count, bank_return.problem_count) == (2, 1, 0)
    assert bank_return.batch_id == batch.pk
    assert statuses(batch) == ["paid", "failed", "paid"]
    failed = Payment.objects.get(reference="SL-1-002")
    assert (failed.failure_reason, failed.answered_at) == ("户名不符", AT)
    assert queries.batch(batch.pk, by=make_cashier()).status == "settled"
    assert (in_state("paid"), in_state("returned"), in_state("in_transit")) == (200_00, 100_00, 0)
    assert ledger_queries.recount() == []
    assert timeline("payment", failed.pk).last().verb == "payment.failed"


def test_read_bank_return_the_same_file_twice_changes_nothing(batch):
    data = answered(batch)
    first = ops.read_bank_return(data, "回盘.xlsx", **CASHIER)
    entries = ledger_queries.journal().count()
    again = ops.read_bank_return(data, "换个名字.xlsx", **CASHIER)
    assert again.pk == first.pk
    assert BankReturn.objects.count() == 1
    assert ledger_queries.journal().count() == entries
    assert in_state("paid") == 300_00


def test_read_bank_return_for_an_unknown_payment_takes_the_rest(batch):
    data = edited(answered(batch), put(3, "流水号", "SL-9-777"))
    bank_return = ops.read_bank_return(data, "回盘.xlsx", **CASHIER)
    assert problems(bank_return) == {3: "找不到流水号为“SL-9-777”的付款。"}
    assert statuses(batch) == ["paid", "in_transit", "paid"]
    assert queries.batch(batch.pk, by=make_cashier()).status == "released"


@pytest.mark.parametrize(
    ("heading", "value", "problem"),
    [
        ("金额", 100.01, "金额¥100.01与付款登记的¥100.00不同。"),
        ("金额", -100, "金额-¥100.00与付款登记的¥100.00不同。"),
        (
            "收款账号",
            "6299990000000009999",
            "收款账号6299***********9999与付款登记的6299***********2123不同。",
        ),
        ("批次号", "ZF-2026-0999", "批次号是ZF-2026-0999，而这笔付款在批次ZF-2026-0001。"),
        ("结果", "处理中", "处理结果“处理中”看不出是成功还是失败。"),
        ("流水号", "SL-1-001", ""),
    ],
)
def test_read_bank_return_keeps_a_wrong_line_with_its_problem(batch, heading, value, problem):
    data = edited(answered(batch), put(3, heading, value))
    bank_return = ops.read_bank_return(data, "回盘.xlsx", **CASHIER)
    found = problems(bank_return)
    assert list(found) == [3]
    assert problem in found[3]
    assert statuses(batch) == ["paid", "in_transit", "paid"]
    assert (bank_return.paid_count, bank_return.problem_count) == (2, 1)
    assert in_state("in_transit") == 100_00
    assert ledger_queries.recount() == []


def test_read_bank_return_partly_unreadable_takes_what_can_be_read(batch):
    def spoil(sheet):
        put(2, "金额", "壹佰元")(sheet)
        put(4, "金额", None)(sheet)

    bank_return = ops.read_bank_return(edited(answered(batch), spoil), "回盘.xlsx", **CASHIER)
    assert sorted(problems(bank_return)) == [2, 4]
    assert all("金额" in problem for problem in problems(bank_return).values())
    assert statuses(batch) == ["in_transit", "paid", "in_transit"]


def test_the_corrected_file_settles_what_was_left(batch):
    data = answered(batch)
    ops.read_bank_return(edited(data, put(3, "金额", 1)), "回盘.xlsx", **CASHIER)
    second = ops.read_bank_return(data, "回盘（更正）.xlsx", **CASHIER)
    assert second.paid_count == 1
    assert set(problems(second)) == {2, 4}
    assert "未重复入账" in problems(second)[2]
    assert statuses(batch) == ["paid"] * 3
    assert queries.batch(batch.pk, by=make_cashier()).status == "settled"
    assert in_state("paid") == 300_00


def test_a_line_twice_in_one_file_is_answered_once(batch):
    def twice(sheet):
        sheet.append([cell.value for cell in sheet[2]])

    bank_return = ops.read_bank_return(edited(answered(batch), twice), "回盘.xlsx", **CASHIER)
    assert "第2行已经答复过" in problems(bank_return)[5]
    assert in_state("paid") == 300_00


def test_without_a_reference_the_account_names_the_payment(batch):
    data = edited(answered(batch), lambda sheet: sheet.delete_cols(RETURN_HEADINGS.index("流水号") + 1))
    bank_return = ops.read_bank_return(data, "回盘.xlsx", **CASHIER)
    assert bank_return.paid_count == 3


def test_without_a_reference_two_payments_into_one_account_are_not_guessed(batch):
    other = make_batch(make_payments(1, reference="SL-2"))  # the same payee and account as SL-1-001

    def strip(sheet):
        for heading in ("流水号", "批次号"):
            put(2, heading, None)(sheet)

    bank_return = ops.read_bank_return(edited(answered(batch), strip), "回盘.xlsx", **CASHIER)
    assert "对应2笔在途付款" in problems(bank_return)[2]
    assert statuses(batch) == ["in_transit", "paid", "paid"]
    assert statuses(other) == ["in_transit"]


def test_one_file_may_answer_several_batches(batch):
    other = make_batch(make_payments(2, reference="SL-2"))
    second = openpyxl.load_workbook(io.BytesIO(answered(other))).active

    def both(sheet):
        for row in second.iter_rows(min_row=2, values_only=True):
            sheet.append(row)

    bank_return = ops.read_bank_return(edited(answered(batch), both), "回盘.xlsx", **CASHIER)
    assert bank_return.paid_count == 5
    assert bank_return.batch is None
    assert {row.status for row in queries.batches(make_cashier())} == {"settled"}


def test_a_ledger_refusal_on_one_line_does_not_stop_the_others(batch, monkeypatch):
    real = ledger.post

    def refuse_one(postings, **words):
        if any(posting.reference == "SL-1-002" for posting in postings):
            raise ledger.NothingToPost()
        return real(postings, **words)

    monkeypatch.setattr(ledger, "post", refuse_one)
    bank_return = ops.read_bank_return(answered(batch), "回盘.xlsx", **CASHIER)
    assert list(problems(bank_return)) == [3]
    assert statuses(batch) == ["paid", "in_transit", "paid"]


def test_read_bank_return_of_no_bank_file_is_refused_whole(batch):
    with pytest.raises(sheets.SheetRefused):
        ops.read_bank_return(b"not a sheet", "回盘.xlsx", **CASHIER)
    data = edited(answered(batch), lambda sheet: sheet.delete_cols(RETURN_HEADINGS.index("结果") + 1))
    with pytest.raises(ops.ReturnColumnsMissing, match="结果"):
        ops.read_bank_return(data, "回盘.xlsx", **CASHIER)
    assert not BankReturn.objects.exists()


def test_read_bank_return_without_the_right_or_for_another_region(batch):
    data = answered(batch)
    with pytest.raises(NotPermitted):
        ops.read_bank_return(data, "回盘.xlsx", by=make_reviewer(), at=AT)
    elsewhere = make_cashier(905, region_code="370211")
    bank_return = ops.read_bank_return(data, "回盘.xlsx", by=elsewhere, at=AT)
    assert bank_return.problem_count == 3
    assert statuses(batch) == ["in_transit"] * 3
    with pytest.raises(NotFound):
        queries.bank_return(bank_return.pk, by=make_cashier())


def test_a_failed_payment_is_paid_again_into_the_corrected_account(batch):
    ops.read_bank_return(answered(batch, {"SL-1-002": "账号不存在"}), "回盘.xlsx", **CASHIER)
    failed = Payment.objects.get(reference="SL-1-002")
    again = ops.correct_bank_account(
        failed.pk,
        bank_name="示例银行",
        bank_account="6299 9900 0000 0077 777",
        bank_account_holder=failed.payee_name,
        reason="本人更正",
        **CASHIER,
    )
    assert (again.reference, again.status, again.amount_fen) == ("SL-1-002-R1", "queued", 100_00)
    assert again.replaces_id == failed.pk
    failed.refresh_from_db()
    assert (failed.status, failed.failure_reason) == ("replaced", "账号不存在")
    second = make_batch([again])
    ops.read_bank_return(answered(second, {"SL-1-002-R1": "户名不符"}), "回盘2.xlsx", **CASHIER)
    third = ops.correct_bank_account(
        again.pk,
        bank_name="示例银行",
        bank_account="6299990000000088888",
        bank_account_holder=failed.payee_name,
        **CASHIER,
    )
    assert third.reference == "SL-1-002-R2"
    ops.read_bank_return(answered(make_batch([third])), "回盘3.xlsx", **CASHIER)
    assert (in_state("paid"), in_state("payable"), in_state("in_transit")) == (300_00, 0, 0)
    assert ledger_queries.recount() == []


def test_correct_bank_account_only_of_a_failed_payment_in_reach_with_a_usable_account(batch):
    words = {
        "bank_name": "示例银行",
        "bank_account": "6299990000000077777",
        "bank_account_holder": "示例收款人2",
    }
    payment = Payment.objects.get(reference="SL-1-002")
    with pytest.raises(WrongState):
        ops.correct_bank_account(payment.pk, **words, **CASHIER)
    ops.read_bank_return(answered(batch, {"SL-1-002": "账号不存在"}), "回盘.xlsx", **CASHIER)
    with pytest.raises(ops.BankAccountMissing):
        ops.correct_bank_account(payment.pk, **(words | {"bank_account": ""}), **CASHIER)
    with pytest.raises(NotPermitted):
        ops.correct_bank_account(payment.pk, **words, by=make_reviewer(), at=AT)
    stranger = Actor("他人", "provider_clerk", make_cashier().permissions, 9, organisation_id=5)
    with pytest.raises(NotFound):
        ops.correct_bank_account(payment.pk, **words, by=stranger, at=AT)
    assert Payment.objects.count() == 3
