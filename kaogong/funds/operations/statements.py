"""Reading bank statements: they add up, they follow each other, and no line is taken twice."""

import hashlib
from datetime import date, datetime
from itertools import pairwise

from django.db import transaction
from django.utils.timezone import localdate

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.gateways.bank import FOREIGN, is_foreign
from kaogong.gateways.bank.statements import Booked, StatementTold, fen_of, read_statement
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.money import yuan
from kaogong.kernel.writing import compact, tidy
from kaogong.sheets.statement_layouts import BANK_STATEMENT
from kaogong.trail.operations import begin_many, record, require_may

from ..models import BankStatement, FundAccount, StatementLine
from ..queries import reconciling as queries
from ..queries.budgets import fund as fund_in_reach
from .batch_files import digest_of
from .payments import account_index, mask_account, plain_account

IN, OUT = (
    ("贷", "收", "C", "CR", "CRDT", "收入", "转入"),
    ("借", "付", "支", "D", "DR", "DBIT", "支出", "转出"),
)
PROBLEMS_TOLD = 5


class AccountFollowed(Refused):
    """账号{number}已经登记为“{fund}”的资金账户。"""


class StatementColumnsMissing(Refused):
    """“{filename}”缺少这些列：{missing}。请向银行索取完整的对账单。"""


class StatementLinesUnreadable(Refused):
    """“{filename}”有{count}行读不出来，没有读入：{problems}。"""


class StatementOfAnotherAccount(Refused):
    """对账单是账号{told}的，不是{account}的。"""


class BalancesMissing(Refused):
    """对账单没有写期初和期末余额，也没有余额列；请在读取时填写。"""


class StatementDoesNotAddUp(Refused):
    """期初{opening}加逐笔发生额{moved}应为{expected}，对账单期末是{closing}，相差{difference}。"""


class BalanceColumnDiffers(Refused):
    """第{row}行的余额{told}，按上一行推算应为{expected}；对账单可能缺行或被改过。"""


class StatementDoesNotFollow(Refused):
    """{on}的期初余额{told}，按此前读入的对账单应为{expected}；请先读缺少的对账单，或与银行核对。"""


class SerialDiffers(Refused):
    """银行流水号{serial}此前记为{before}，这份对账单却是{now}；请与银行核对。"""


class PeriodReconciled(Refused):
    """{until}及以前已经复核结束，不能再改动；这里有{on}的记录。"""


class LinesOutsideSpan(Refused):
    """对账单的期间是{starts_on}至{ends_on}，第{row}行却是{on}的。"""


@transaction.atomic
def follow_account(
    fund_id: int, *, number: str, bank: str, begins_on: date, opening_fen: int, by: Actor, at: datetime
) -> FundAccount:
    """Begin to follow the bank account a fund lives in, from a day and the balance its books say."""
    require_may(by, Permission.RECONCILE_BANK, "登记资金账户")
    fund = fund_in_reach(fund_id, by)
    number = plain_account(number)
    taken = FundAccount.objects.filter(number=number).select_related("fund").first()
    if taken is not None:
        raise AccountFollowed(number=number, fund=str(taken.fund))
    account = FundAccount.objects.create(
        fund=fund, number=number, bank=tidy(bank), begins_on=begins_on, opening_fen=opening_fen,
        region_code=fund.region_code, opened_at=at,
    )  # fmt: skip
    record(
        "fund_account.followed", account, by=by, at=at, subject_kind="fund_account",
        begins_on=begins_on.isoformat(), opening_fen=opening_fen,
    )  # fmt: skip
    return account


@transaction.atomic
def read_bank_statement(
    account_id: int,
    data: bytes,
    filename: str,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
    opening_fen: int | None = None,
    closing_fen: int | None = None,
    by: Actor,
    at: datetime,
) -> BankStatement:
    """Take a statement in whatever form the bank gives it; the same file again changes nothing.

    It is refused as a whole where it does not add up or does not follow what was read before. Lines an
    overlapping statement brought already are left out; a line repeated under its own serial counts once.
    """
    require_may(by, Permission.RECONCILE_BANK, "读取银行对账单")
    account = queries.fund_account_for_update(account_id, by=by)
    digest = digest_of(data)
    earlier = BankStatement.objects.filter(account=account, digest=digest).first()
    if earlier is not None:
        record(
            "bank_statement.repeated", earlier, by=by, at=at, subject_kind="bank_statement", filename=filename
        )
        return earlier
    told = read_statement(data, filename) or _table(data, filename)
    if told.account and plain_account(told.account) not in (account.number, "NOTPROVIDED"):
        raise StatementOfAnotherAccount(told=mask_account(told.account), account=mask_account(account.number))
    lines, repeated = _without_repeats(told.lines)
    opening, closing = _balances(told, lines, opening_fen, closing_fen)
    starts_on, ends_on = _span(told, lines, starts_on, ends_on, at)
    _require_following(account, starts_on, opening)
    statement = BankStatement(
        account=account, starts_on=starts_on, ends_on=ends_on, opening_fen=opening, closing_fen=closing,
        filename=filename[:200], digest=digest, layout_code=told.layout_code, region_code=account.region_code,
        read_at=at, line_count=0, repeated_count=repeated,
    )  # fmt: skip
    fresh = _fresh(account, lines)
    until = queries.closed_until(account)
    late = min((line.booked_on for line in fresh), default=None)
    if until is not None and late is not None and late <= until:
        raise PeriodReconciled(until=until.isoformat(), on=late.isoformat())
    statement.line_count, statement.known_count = len(fresh), len(lines) - len(fresh)
    statement.save()
    for line in fresh:
        line.statement = statement
    StatementLine.objects.bulk_create(fresh, batch_size=5_000)
    begin_many(
        fresh, "read", by=by, at=at, details={line.pk: {"amount_fen": line.amount_fen} for line in fresh}
    )
    record(
        "bank_statement.read", statement, by=by, at=at, subject_kind="bank_statement",
        lines=len(fresh), known=statement.known_count, repeated=repeated,
    )  # fmt: skip
    return statement


def _table(data: bytes, filename: str) -> StatementTold:
    """A statement as a sheet, under its real headings."""
    table = sheets.read(data, filename, layout=BANK_STATEMENT)
    if table.missing:
        raise StatementColumnsMissing(filename=filename, missing="、".join(table.missing_labels))
    problems = [f"第{row}行{'、'.join(said)}" for row, said in table.cell_problems.items()]
    lines = []
    for row in table.frame.iter_rows(named=True):
        if is_foreign(row.get("currency")):
            problems.append(f"第{row['row_number']}行" + FOREIGN.format(currency=tidy(row["currency"])))
        try:
            lines.append(_row(row))
        except ValueError:
            problems.append(f"第{row['row_number']}行的金额或借贷方向不清楚")
    if problems:
        raise StatementLinesUnreadable(
            filename=filename, count=len(problems), problems="；".join(problems[:PROBLEMS_TOLD])
        )
    if not _runs(lines) and _runs(lines[::-1]):  # many banks print the newest first
        lines.reverse()
    return StatementTold(lines=lines, layout_code="sheet")


def _runs(lines: list[Booked]) -> bool:
    """Whether each balance is the one before and the line's own amount."""
    return all(
        None not in (before.balance_fen, line.balance_fen)
        and before.balance_fen + line.amount_fen == line.balance_fen
        for before, line in pairwise(lines)
    )


def _row(row: dict) -> Booked:
    def text(name: str) -> str:
        return str(row[name]) if row.get(name) is not None else ""

    return Booked(
        row_number=row["row_number"],
        booked_on=date.fromisoformat(text("booked_on")),
        amount_fen=_signed(text("paid_out"), text("paid_in"), text("amount"), text("side")),
        serial=compact(text("serial")),
        counter_name=tidy(text("counter_name")),
        counter_account=plain_account(text("counter_account")),
        remark=tidy(f"{text('remark')} {text('note')}"),
        balance_fen=fen_of(text("balance")) if text("balance") else None,
    )


def _signed(paid_out: str, paid_in: str, amount: str, side: str) -> int:
    out, into = (fen_of(told) if told else 0 for told in (paid_out, paid_in))
    if out or into:
        if out and into:
            raise ValueError("both sides")
        return into - out
    fen, side = fen_of(amount), compact(side).upper()
    if side in IN:
        return fen
    if side in OUT:
        return -fen
    if not side and fen < 0:
        return fen
    raise ValueError("no side")


def _without_repeats(lines: list[Booked]) -> tuple[list[Booked], int]:
    """Lines told twice under one serial counted once; the same serial over another amount is refused."""
    seen: dict[str, Booked] = {}
    kept = []
    for line in lines:
        before = seen.get(line.serial) if line.serial else None
        if before is None:
            seen[line.serial] = line
            kept.append(line)
        elif (before.booked_on, before.amount_fen) != (line.booked_on, line.amount_fen):
            raise SerialDiffers(serial=line.serial, before=yuan(before.amount_fen), now=yuan(line.amount_fen))
    return kept, len(lines) - len(kept)


def _balances(
    told: StatementTold, lines: list[Booked], opening_fen: int | None, closing_fen: int | None
) -> tuple[int, int]:
    """Opening and closing, from the file, its balance column or the person, proved by adding up."""
    opening = told.opening_fen if told.opening_fen is not None else opening_fen
    closing = told.closing_fen if told.closing_fen is not None else closing_fen
    running = lines if lines and all(line.balance_fen is not None for line in lines) else []
    if running:
        opening = opening if opening is not None else running[0].balance_fen - running[0].amount_fen
        closing = closing if closing is not None else running[-1].balance_fen
    if opening is None or closing is None:
        raise BalancesMissing()
    expected = opening
    for line in running:
        expected += line.amount_fen
        if line.balance_fen != expected:
            raise BalanceColumnDiffers(
                row=line.row_number, told=yuan(line.balance_fen), expected=yuan(expected)
            )
    moved = sum(line.amount_fen for line in lines)
    if opening + moved != closing:
        raise StatementDoesNotAddUp(
            opening=yuan(opening), moved=yuan(moved), expected=yuan(opening + moved), closing=yuan(closing),
            difference=yuan(closing - opening - moved),
        )  # fmt: skip
    return opening, closing


def _span(
    told: StatementTold, lines: list[Booked], starts_on: date | None, ends_on: date | None, at: datetime
) -> tuple[date, date]:
    """The days of a statement: what the file says, else the person, else its first and last line."""
    days = [line.booked_on for line in lines] or [localdate(at)]
    starts_on, ends_on = told.starts_on or starts_on or min(days), told.ends_on or ends_on or max(days)
    for line in lines:
        if not starts_on <= line.booked_on <= ends_on:
            raise LinesOutsideSpan(
                starts_on=starts_on.isoformat(), ends_on=ends_on.isoformat(), row=line.row_number,
                on=line.booked_on.isoformat(),
            )  # fmt: skip
    return starts_on, ends_on


def _require_following(account: FundAccount, starts_on: date, opening: int) -> None:
    """The opening balance is what stood at the end of the day before, where that day is known."""
    expected = queries.opening_expected(account, starts_on)
    if expected is None:
        return
    if opening != expected:
        raise StatementDoesNotFollow(on=starts_on.isoformat(), told=yuan(opening), expected=yuan(expected))


def _fresh(account: FundAccount, lines: list[Booked]) -> list[StatementLine]:
    """The lines not read before: by the bank's serial, else by what they say and how often they say it."""
    known = {
        serial: (booked_on, fen)
        for serial, booked_on, fen in StatementLine.objects.filter(
            account=account, serial__in={line.serial for line in lines if line.serial}
        ).values_list("serial", "booked_on", "amount_fen")
    }
    counted: dict[str, int] = {}
    found = []
    for told in lines:
        identity = _identity(told)
        counted[identity] = counted.get(identity, 0) + 1
        if told.serial in known:
            if known[told.serial] != (told.booked_on, told.amount_fen):
                raise SerialDiffers(
                    serial=told.serial, before=yuan(known[told.serial][1]), now=yuan(told.amount_fen)
                )
            continue
        found.append(_line(account, told, identity, counted[identity]))
    there = set(
        StatementLine.objects.filter(
            account=account, identity__in={line.identity for line in found}
        ).values_list("identity", "nth")
    )
    return [line for line in found if (line.identity, line.nth) not in there]


def _identity(told: Booked) -> str:
    said = (
        told.serial, told.booked_on.isoformat(), str(told.amount_fen), told.counter_account, told.counter_name,
        told.remark,
    )  # fmt: skip
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()


def _line(account: FundAccount, told: Booked, identity: str, nth: int) -> StatementLine:
    counter = plain_account(told.counter_account)
    return StatementLine(
        account=account,
        row_number=told.row_number,
        booked_on=told.booked_on,
        amount_fen=told.amount_fen,
        serial=told.serial[:60],
        counter_name=told.counter_name[:200],
        counter_account_index=account_index(counter) if counter else b"",
        counter_account_masked=mask_account(counter)[:60] if counter else "",
        remark=told.remark[:400],
        identity=identity,
        nth=nth,
        region_code=account.region_code,
    )
