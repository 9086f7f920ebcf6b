"""The reconciliation sheet of thousands of lines: the same rows, made by as many statements as that of three."""

import io
import tracemalloc
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kaogong.funds.operations import reconciling, statements
from kaogong.funds.queries import bank_sheet
from kaogong.web.parts.reconciling import sheet_xlsx
from tests.factories.funds import AT, make_batch, make_cashier, make_fund, make_payments

pytestmark = pytest.mark.django_db
CASHIER = {"by": make_cashier(904), "at": AT}
RELEASED, DAY, LATER = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)
OPENING = 5_000_000_00
UNKNOWN = 3_000
HEADINGS = "交易日期,交易流水号,借方发生额,贷方发生额,对方户名,摘要"


@pytest.fixture
def account():
    fund = make_fund()
    return statements.follow_account(
        fund.pk, number="37029900000000000001", bank="示例银行", begins_on=date(2026, 3, 1), opening_fen=OPENING,
        **CASHIER,
    )  # fmt: skip


def read(account, unknown: int) -> None:
    """A payment made the day after its batch went out, and lines nobody knows; the bank tells the newest first."""
    rows = [f"{DAY},B1,100.00,,,代发 SL-1-001"]
    rows += [f"{RELEASED if n % 2 else DAY},X{n:05d},{n}.01,,,不明" for n in range(unknown, 0, -1)]
    closing = OPENING - 100_00 - sum(n * 100 + 1 for n in range(1, unknown + 1))
    statements.read_bank_statement(
        account.pk, "\n".join([HEADINGS, *rows]).encode(), "对账单.csv", starts_on=date(2026, 3, 1), ends_on=DAY,
        opening_fen=OPENING, closing_fen=closing, **CASHIER,
    )  # fmt: skip
    reconciling.accept_proposals(account.pk, **CASHIER)


def read_more(account) -> None:
    opening = OPENING - 100_00 - sum(n * 100 + 1 for n in (1, 2, 3))
    rows = [f"{LATER},Y{n:05d},1.00,,,不明" for n in range(UNKNOWN)]
    statements.read_bank_statement(
        account.pk, "\n".join([HEADINGS, *rows]).encode(), "对账单2.csv", starts_on=LATER, ends_on=LATER,
        opening_fen=opening, closing_fen=opening - UNKNOWN * 1_00, **CASHIER,
    )  # fmt: skip


def statements_for(account) -> int:
    with CaptureQueriesContext(connection) as asked:
        bank_sheet.sheet(account, LATER)
    return len(asked)


def test_the_sheet_of_thousands_of_lines_takes_as_many_statements_as_that_of_three(account):
    make_batch(make_payments(2, reference="SL-1"))
    read(account, 3)
    few = statements_for(account)
    read_more(account)
    assert statements_for(account) == few
    tracemalloc.start()
    sheet = bank_sheet.sheet(account, LATER)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(sheet.bank_out) == UNKNOWN + 3
    assert peak < 1_500 * UNKNOWN  # bytes: the rows that are kept, no line or movement as a whole


def test_the_sheet_of_thousands_of_lines_adds_up_in_order_and_as_a_workbook(account):
    batch = make_batch(make_payments(2, reference="SL-1"))
    read(account, UNKNOWN)
    # Both payments of the batch are out in the books at the day's end: one the bank booked a day later, one never.
    at_release = bank_sheet.sheet(account, RELEASED)
    assert [(row.what, row.amount_fen) for row in at_release.books_out] == [
        (f"{batch.number}（2笔）", -200_00)
    ]
    assert len(at_release.bank_out) == UNKNOWN // 2
    assert at_release.difference_fen == 0
    sheet = bank_sheet.sheet(account, DAY)
    assert [(row.what, row.amount_fen) for row in sheet.books_out] == [(f"{batch.number}（1笔）", -100_00)]
    assert [row.on for row in sheet.bank_out] == sorted(row.on for row in sheet.bank_out)
    assert sum(row.amount_fen for row in sheet.bank_out) == -sum(n * 100 + 1 for n in range(1, UNKNOWN + 1))
    assert sheet.difference_fen == 0
    made = reconciling.prepare_reconciliation(account.pk, starts_on=date(2026, 3, 1), ends_on=DAY, **CASHIER)
    told = openpyxl.load_workbook(io.BytesIO(sheet_xlsx(made)), read_only=True).active
    rows = [row for row in told.iter_rows(values_only=True) if str(row[1] or "").startswith("　X")]
    assert len(rows) == UNKNOWN
    assert round(sum(row[3] for row in rows) * 100) == sum(row.amount_fen for row in sheet.bank_out)
