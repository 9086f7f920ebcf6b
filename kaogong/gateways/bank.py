"""The bank's batch files: the payment file given, the return file sent back, and a stand-in bank."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import openpyxl
import xlsxwriter

PAYMENT_HEADINGS = ("批次号", "流水号", "收款户名", "收款账号", "开户银行", "金额", "用途")
RETURN_HEADINGS = ("批次号", "流水号", "收款户名", "收款账号", "金额", "结果", "失败原因", "交易日期")

PAID = "paid"
FAILED = "failed"
_PAID_WORDS = frozenset({"成功", "已入账", "已支付", "S", "Y", "0000", "00", "SUCCESS"})
_FAILED_WORDS = frozenset({"失败", "退汇", "已退汇", "退回", "已退回", "F", "N", "FAIL", "FAILED"})
_BEFORE = ("交易", "处理", "代发", "入账", "付款", "支付")  # 交易成功, 代发失败 …


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One payment as the bank is told of it."""

    batch_number: str
    reference: str
    holder: str
    account: str
    bank_name: str
    amount_fen: int
    purpose: str


def payment_file(lines: Iterable[PaymentLine]) -> bytes:
    """Write the sheet the bank takes: account numbers as text, amounts in yuan, a total it can check."""
    rows = [
        (
            line.batch_number,
            line.reference,
            line.holder,
            line.account,
            line.bank_name,
            Decimal(line.amount_fen) / 100,
            line.purpose,
        )
        for line in lines
    ]
    return _sheet("代发明细", PAYMENT_HEADINGS, rows, widths=(16, 30, 24, 26, 30, 14, 40))


def outcome_of(result: str | None) -> str | None:
    """Read the bank's word for one line as PAID or FAILED; None when it is neither for sure."""
    word = "".join((result or "").split()).upper()
    word = next((word.removeprefix(lead) for lead in _BEFORE if word.startswith(lead)), word)
    if word in _PAID_WORDS:
        return PAID
    if word in _FAILED_WORDS:
        return FAILED
    return None


class StandInBank:
    """A bank for demonstrations and tests: pays every line of a payment file but those it is told to fail."""

    def __init__(self, failing: Mapping[str, str] | None = None) -> None:
        """``failing`` maps an account number or a reference to the reason given."""
        self.failing = dict(failing or {})

    def answer(self, payments: bytes, *, on: date) -> bytes:
        """Return the sheet a bank sends back for that payment file."""
        sheet = openpyxl.load_workbook(io.BytesIO(payments), read_only=True).active
        found = sheet.iter_rows(values_only=True)
        columns = {heading: place for place, heading in enumerate(next(found))}
        rows = []
        for row in found:
            batch, reference, holder, account, amount = (
                row[columns[heading]] for heading in ("批次号", "流水号", "收款户名", "收款账号", "金额")
            )
            reason = self.failing.get(account) or self.failing.get(reference) or ""
            rows.append(
                (
                    batch,
                    reference,
                    holder,
                    account,
                    Decimal(str(amount)),
                    "失败" if reason else "成功",
                    reason,
                    on.isoformat(),
                )
            )
        return _sheet("回盘明细", RETURN_HEADINGS, rows, widths=(16, 30, 24, 26, 14, 8, 30, 12))


def _sheet(name: str, headings: tuple[str, ...], rows: list[tuple], *, widths: tuple[int, ...]) -> bytes:
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        text, money = book.add_format({"num_format": "@"}), book.add_format({"num_format": "0.00"})
        head = book.add_format({"bold": True, "bottom": 1})
        page = book.add_worksheet(name)
        page.freeze_panes(1, 0)
        for place, (heading, width) in enumerate(zip(headings, widths, strict=True)):
            page.set_column(place, place, width)
            page.write_string(0, place, heading, head)
        for number, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                if isinstance(value, Decimal):
                    page.write_number(number, place, value, money)
                else:
                    page.write_string(number, place, value, text)
    return output.getvalue()
