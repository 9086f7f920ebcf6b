"""The bank's files twice, in any order, overlapping, doubled, early, edited: money moves once."""

import io
from datetime import date

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaogong.funds import operations as ops
from kaogong.funds import queries
from kaogong.funds.models import BankReturn, Payment, PaymentBatch
from kaogong.gateways.bank import RETURN_HEADINGS, StandInBank
from kaogong.ledger import queries as ledger_queries
from kaogong.trail.models import Entry
from tests.factories.funds import AT, make_batch, make_cashier, make_fund, make_payments

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 3)
CASHIER = {"by": make_cashier(904), "at": AT}
REFERENCES = [f"SL-1-{n:03d}" for n in range(1, 7)]
FAILING = {"SL-1-002": "户名不符", "SL-1-005": "账号不存在"}


def sheet(references, *, words=("成功", "失败"), extra=()) -> bytes:
    rows = ["流水号,金额,结果,失败原因"]
    rows += [f"{one},100.00,{words[one in FAILING]},{FAILING.get(one, '')}" for one in references]
    return "\n".join([*rows, *extra]).encode()


def read(data: bytes) -> BankReturn:
    return ops.read_bank_return(data, "回盘.csv", **CASHIER)


def standing() -> dict[str, int]:
    sums = {
        state: sum(getattr(row, f"{state}_fen") for row in ledger_queries.trial_balance())
        for state in ("payable", "in_transit", "paid", "returned")
    }
    return {state: fen for state, fen in sums.items() if fen}


END = {"paid": 400_00, "returned": 200_00}


@pytest.fixture
def batch():
    make_fund()
    return make_batch(make_payments(6, reference="SL-1"))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_files_in_any_order_end_the_same(db, data):
    from django.db import transaction

    with transaction.atomic():
        make_fund()
        made = make_batch(make_payments(6, reference="SL-1"))
        pieces = data.draw(
            st.lists(st.lists(st.sampled_from(REFERENCES), min_size=1, max_size=9), min_size=1, max_size=4)
        )
        files = [
            sheet(piece, extra=data.draw(st.sampled_from([(), ("NO-SUCH,100.00,成功,",)])))
            for piece in pieces
        ]
        files.append(sheet(REFERENCES))
        order = data.draw(st.permutations(files * 2))
        for file in order:
            read(file)
        assert standing() == END
        statuses = dict(Payment.objects.values_list("reference", "status"))
        assert statuses == {one: "failed" if one in FAILING else "paid" for one in REFERENCES}
        assert PaymentBatch.objects.get(pk=made.pk).status == "settled"
        settled = Entry.objects.filter(verb__in=["payment.settled", "payment.failed"])
        assert settled.count() == len(REFERENCES)
        assert ledger_queries.journal().filter(kind__in=["settle", "bounce"]).count() == len(REFERENCES)
        lines = [line for one in BankReturn.objects.all() for line in one.lines.all()]
        assert all(line.problem for line in lines if line.outcome in ("repeated", "problem"))
        assert ledger_queries.recount() == []
        transaction.set_rollback(True)


def test_a_line_told_before_is_repeated_and_says_so_by_row(batch):
    read(sheet(REFERENCES[:3]))
    second = read(sheet(REFERENCES[1:]))
    assert (second.paid_count, second.failed_count, second.repeated_count, second.problem_count) == (
        2,
        1,
        2,
        0,
    )
    told = {line.row_number: line.problem for line in queries.return_lines(second.pk, by=make_cashier())}
    assert told[2] == "这笔付款当前是“付款失败”，银行已经答复过，未重复入账。"
    assert told[3] == "这笔付款当前是“已到账”，银行已经答复过，未重复入账。"
    assert standing() == END


def test_an_answer_that_contradicts_an_earlier_one_moves_nothing(batch):
    read(sheet(REFERENCES))
    other = read(sheet(REFERENCES, words=("失败", "成功")))
    assert (other.repeated_count, other.problem_count) == (0, 6)
    lines = list(queries.return_lines(other.pk, by=make_cashier()))
    assert {line.problem_code for line in lines} == {"contradicts"}
    assert "银行答复记为“已到账”，这一行却报“失败”" in lines[0].problem
    assert standing() == END


def test_a_return_before_the_release_is_recorded_waits_and_the_same_file_then_counts():
    make_fund()
    early = make_batch(make_payments(6, reference="SL-1"), status="checked")
    data = sheet(REFERENCES)
    first = read(data)
    assert (first.paid_count, first.problem_count) == (0, 6)
    line = queries.return_lines(first.pk, by=make_cashier())[0]
    assert line.problem_code == "not_released"
    assert "还没有登记发放" in line.problem
    assert read(data).pk == first.pk
    ops.release_batch(early.pk, by=make_cashier(903), at=AT)
    second = read(data)
    assert (second.reading, second.paid_count, second.failed_count) == (2, 4, 2)
    assert standing() == END
    assert read(data).pk == second.pk
    assert BankReturn.objects.count() == 2
    assert PaymentBatch.objects.get(pk=early.pk).status == "settled"


def test_only_the_rows_left_before_are_read_again(batch):
    other = make_batch(make_payments(1, reference="SL-2"), status="checked")
    data = sheet(REFERENCES[:1], extra=("SL-2-001,100.00,成功,",))
    assert (read(data).paid_count, BankReturn.objects.count()) == (1, 1)
    ops.release_batch(other.pk, by=make_cashier(903), at=AT)
    again = read(data)
    assert [
        (line.row_number, line.outcome) for line in queries.return_lines(again.pk, by=make_cashier())
    ] == [(3, "paid")]


def answered(batch) -> openpyxl.Workbook:
    _, data = ops.bank_file(batch.pk, **CASHIER)
    return openpyxl.load_workbook(io.BytesIO(StandInBank(FAILING).answer(data, on=ON)))


def saved(book) -> bytes:
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def column(heading: str) -> int:
    return RETURN_HEADINGS.index(heading) + 1


def as_text(page):
    for row in range(2, page.max_row + 1):
        page.cell(row, column("金额")).value = f"{page.cell(row, column('金额')).value:,.2f}"


def full_width(page):
    wide = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
    for row in range(2, page.max_row + 1):
        for heading in ("金额", "收款账号"):
            page.cell(row, column(heading)).value = str(page.cell(row, column(heading)).value).translate(wide)


def trailing_blanks(page):
    for row in range(2, page.max_row + 1):
        for heading in ("流水号", "收款账号", "结果", "批次号"):
            cell = page.cell(row, column(heading))
            cell.value = f" {cell.value}\u3000 \xa0"


def serial_dates(page):
    for row in range(2, page.max_row + 1):
        page.cell(row, column("交易日期")).value = 46084


def title_above(page):
    page.insert_rows(1, 2)
    page.cell(1, 1).value = "示例银行代发回盘明细表"
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=8)


def heading_in_two_rows(page):
    page.insert_rows(1)
    for place in range(1, page.max_column + 1):
        page.cell(1, place).value = page.cell(2, place).value
        page.cell(2, place).value = None
    page.cell(1, column("结果")).value = "处理情况"
    page.cell(1, column("失败原因")).value = None
    page.cell(2, column("结果")).value, page.cell(2, column("失败原因")).value = "处理结果", "失败原因"
    page.merge_cells(start_row=1, start_column=column("结果"), end_row=1, end_column=column("失败原因"))


def total_below(page):
    page.append(["合计", None, None, None, 600, None, None, None])


def blank_rows(page):
    page.insert_rows(4, 2)


@pytest.mark.parametrize(
    "edit",
    [
        as_text,
        full_width,
        trailing_blanks,
        serial_dates,
        title_above,
        heading_in_two_rows,
        total_below,
        blank_rows,
    ],
    ids=lambda edit: edit.__name__,
)
def test_what_spreadsheets_do_to_a_return_changes_nothing(batch, edit):
    book = answered(batch)
    edit(book.active)
    told = ops.read_bank_return(saved(book), "回盘.xlsx", **CASHIER)
    assert (told.paid_count, told.failed_count, told.problem_count) == (4, 2, 0)
    assert standing() == END


def test_an_account_kept_as_a_number_is_told_by_row_and_the_rest_are_taken(batch):
    book = answered(batch)
    book.active.cell(3, column("收款账号")).value = 6299990000000002123
    told = ops.read_bank_return(saved(book), "回盘.xlsx", **CASHIER)
    assert (told.paid_count, told.failed_count, told.problem_count) == (4, 1, 1)
    (line,) = queries.return_lines(told.pk, by=make_cashier()).filter(outcome="problem")
    assert line.row_number == 3
    assert "后几位已丢失" in line.problem


def test_a_csv_saved_by_excel_in_gbk_is_read(batch):
    assert read(sheet(REFERENCES).decode().encode("gbk")).paid_count == 4
    assert standing() == END
