"""A fund's bank account: the months before reconciled and closed, this month with open lines; papers for payees."""

from datetime import date, timedelta
from itertools import groupby

from django.utils import timezone

from kaogong.demo.batches import PAYER
from kaogong.demo.cast import Cast, at_hour
from kaogong.funds import queries as funds
from kaogong.funds.models import FundAccount
from kaogong.funds.operations import reconciling, statements
from kaogong.funds.queries import bank_books
from kaogong.funds.queries.bank_books import BookItem
from kaogong.statements import operations as papers
from kaogong.statements import queries as issued

OPENING = 5_000_000_00
HEADINGS = "交易日期,交易流水号,借方发生额,贷方发生额,对方户名,摘要"


def show_reconciling(cast: Cast) -> None:
    """Follow the account of the fund that paid most, read what the bank says, close what is over."""
    batches = list(funds.batches(cast["auditor"]).filter(released_at__isnull=False).order_by("released_at"))
    if not batches:
        return
    fund = max({batch.fund for batch in batches}, key=lambda one: sum(b.fund_id == one.pk for b in batches))
    first = next(timezone.localdate(batch.released_at) for batch in batches if batch.fund_id == fund.pk)
    begins_on = first.replace(day=1)
    at = at_hour(cast.on, 7)
    account = statements.follow_account(
        fund.pk, number=PAYER["payer_account"], bank=PAYER["payer_bank"], begins_on=begins_on,
        opening_fen=OPENING, by=cast["cashier"], at=at,
    )  # fmt: skip
    month, yesterday = cast.on.replace(day=1), cast.on - timedelta(days=1)
    items = bank_books.open_items(account, yesterday)
    before = [item for item in items if item.on < month]
    balance = OPENING
    if begins_on < month:
        last = month - timedelta(days=1)
        balance = _read(cast, account, _told(before), begins_on, last, balance)
        made = reconciling.prepare_reconciliation(
            account.pk, starts_on=begins_on, ends_on=last, by=cast["cashier"], at=at
        )
        reconciling.close_reconciliation(made.pk, by=cast["reviewer"], at=at)
    if month <= yesterday:
        now = [item for item in items if item.on >= month]
        lines = _told(now[: len(now) // 2])
        lines += [
            (yesterday, 1_286_40, "存款利息"), (yesterday, -12_00, "转账手续费"),
            (yesterday, 860_00, "退款 姓名未写明"),
        ]  # fmt: skip
        _read(cast, account, lines, month, yesterday, balance)
    _papers(cast, at)


def _told(items: list[BookItem]) -> list[tuple[date, int, str]]:
    """What the bank would book: each payment under its reference, on its day."""
    words = {"out": "代发", "back": "退汇", "transfer": "财政拨款", "recovery": "退回补贴"}
    ordered = sorted(items, key=lambda item: (item.on, item.kind, item.pk))
    return [
        (on, item.amount_fen, f"{words[kind]} {item.reference}")
        for (on, kind), same in groupby(ordered, key=lambda item: (item.on, item.kind))
        for item in same
    ]


def _read(
    cast: Cast,
    account: FundAccount,
    lines: list[tuple[date, int, str]],
    since: date,
    until: date,
    opening: int,
) -> int:
    rows, closing = [HEADINGS], opening
    for number, (on, fen, remark) in enumerate(sorted(lines), 1):
        closing += fen
        told = f"{abs(fen) // 100}.{abs(fen) % 100:02d}"
        sides = (told, "") if fen < 0 else ("", told)
        rows.append(f"{on},{until:%Y%m}{number:06d},{sides[0]},{sides[1]},,{remark}")
    at = at_hour(cast.on, 7)
    if len(rows) > 1:
        statements.read_bank_statement(
            account.pk, "\n".join(rows).encode(), f"对账单-{until:%Y%m}.csv", starts_on=since, ends_on=until,
            opening_fen=opening, closing_fen=closing, by=cast["cashier"], at=at,
        )  # fmt: skip
        reconciling.accept_proposals(account.pk, by=cast["cashier"], at=at)
    return closing


def _papers(cast: Cast, at) -> None:
    """A receipt and a statement for two payees who were paid."""
    for kind in ("institution", "person"):
        payment = issued.payments_with_receipts(cast["cashier"]).filter(payee_kind=kind).first()
        if payment is None:
            continue
        papers.issue_receipt(payment.pk, by=cast["cashier"], at=at)
        papers.issue_statement(
            institution_id=payment.institution_id, person_id=payment.person_id,
            starts_on=date(cast.on.year, 1, 1), ends_on=cast.on, by=cast["cashier"], at=at,
        )  # fmt: skip
