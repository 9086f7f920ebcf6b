"""Closing the books of a fund and opening them again; the same for a single account."""

from datetime import date, datetime

from django.db import connection, transaction

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing, Refused
from kaogong.kernel.money import yuan
from kaogong.ledger import queries
from kaogong.ledger.models import AccountClosing, LedgerAccount, PeriodClosing
from kaogong.ledger.states import ENDS, SOURCE_LEVELS, STATES
from kaogong.trail.operations import begin, move, require_may


class PeriodNotOver(Refused):
    """{until}还没有过完，不能结账。"""


class PeriodAlreadyClosed(Refused):
    """已经结账至{until}，请选择更晚的日期。"""


class LaterPeriodClosed(Refused):
    """之后的期间（结至{until}）还是已结账状态，请先反结账之后的期间。"""


class BooksDiffer(Refused):
    """逐笔相加有{count}个科目对不上，不能结账；请先在“逐笔重算”中查明。"""


class AccountNotEmpty(Refused):
    """{source}“{state}”还有{amount}，关闭前请先转出。"""


class AccountAlreadyClosed(Refused):
    """{source}“{state}”科目已经关闭。"""


class FundUnknown(Refused):
    """资金{fund_code}还没有分录，不能结账。"""


def _shut_out(fund_code: str) -> None:
    """Keep new accounts of the fund from being opened, and lock every balance there is, in the posting's order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('kaogong.ledger.accounts'), hashtext(%s))", [fund_code]
        )
        for part in ("AND b.part = 0", ""):  # parts are added under the lock of the first
            cursor.execute(
                "SELECT FROM ledger_accountbalance b JOIN ledger_ledgeraccount a ON a.id = b.account_id"
                f" WHERE a.fund_code = %s {part} ORDER BY a.source_level, a.id, b.part FOR UPDATE OF b",
                [fund_code],
            )


def _closed_until(fund_code: str, until: datetime | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_accountbalance b SET closed_before = %s FROM ledger_ledgeraccount a"
            " WHERE a.id = b.account_id AND a.fund_code = %s",
            [until, fund_code],
        )


@transaction.atomic
def close_period(
    fund_code: str, *, last_on: date, by: Actor, at: datetime, reason: str = ""
) -> PeriodClosing:
    """Close a fund's books through a day: nothing dated up to it is told any more; balances are kept.

    Raises PeriodNotOver, PeriodAlreadyClosed, FundUnknown or BooksDiffer.
    """
    require_may(by, Permission.CLOSE_PERIOD, "结账")
    until = queries.end_of(last_on)
    if until > at:
        raise PeriodNotOver(until=last_on)
    _shut_out(fund_code)
    if not LedgerAccount.objects.filter(fund_code=fund_code).exists():
        raise FundUnknown(fund_code=fund_code)
    before = queries.last_closing(fund_code)
    if before is not None and before.until_at >= until:
        raise PeriodAlreadyClosed(until=queries.last_day(before.until_at))
    differing = queries.accounts_that_differ(fund_code)
    if differing:
        raise BooksDiffer(count=len(differing))
    standing = queries.dated_balances([fund_code], until)
    period = PeriodClosing.objects.create(
        fund_code=fund_code, from_at=before.until_at if before else None, until_at=until,
        entry_count=queries.entries_dated(fund_code, before.until_at if before else None, until).count(),
        closed_at=at, closed_by_account_id=by.account_id, closed_by_name=by.name, reason=reason.strip(),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_periodbalance (period_id, account_id, balance_fen)"
            " SELECT %s, v.account_id, v.fen FROM unnest(%s::bigint[], %s::bigint[]) v(account_id, fen)",
            [period.pk, list(standing), list(standing.values())],
        )
    _closed_until(fund_code, until)
    begin(period, "closed", by=by, at=at, reason=reason, entries=period.entry_count)
    return period


@transaction.atomic
def reopen_period(period_id: int, *, by: Actor, at: datetime, reason: str) -> PeriodClosing:
    """Open the latest closed period of a fund again; another person than who closed it, with a reason.

    Raises LaterPeriodClosed besides what every move is refused for.
    """
    require_may(by, Permission.REOPEN_PERIOD, "反结账")
    period = PeriodClosing.objects.filter(pk=period_id).first()
    if period is None:
        raise NotFound()
    _shut_out(period.fund_code)
    period.refresh_from_db()
    later = queries.last_closing(period.fund_code)
    if later is not None and later.until_at > period.until_at:
        raise LaterPeriodClosed(until=queries.last_day(later.until_at))
    move(period, "reopen", by=by, at=at, reason=reason)
    _closed_until(period.fund_code, period.from_at)
    return period


@transaction.atomic
def close_account(account_id: int, *, by: Actor, at: datetime, reason: str) -> AccountClosing:
    """Let nothing more be posted on one account. Where money only passes through, none may be left."""
    require_may(by, Permission.CLOSE_LEDGER_ACCOUNT, "关闭科目")
    if not reason.strip():
        raise ReasonMissing(label="关闭科目")
    account = _locked(account_id)
    words = {"source": SOURCE_LEVELS[account.source_level], "state": STATES[account.state]}
    if AccountClosing.objects.filter(account=account, status="closed").exists():
        raise AccountAlreadyClosed(**words)
    left = sum(part.balance_fen for part in account.parts.all())
    if left and account.state not in ENDS:
        raise AccountNotEmpty(amount=yuan(left), **words)
    closing = AccountClosing.objects.create(
        account=account, closed_at=at, closed_by_account_id=by.account_id, closed_by_name=by.name,
        reason=reason.strip(),
    )  # fmt: skip
    account.parts.update(is_closed=True)
    begin(closing, "closed", by=by, at=at, reason=reason)
    return closing


@transaction.atomic
def reopen_account(closing_id: int, *, by: Actor, at: datetime, reason: str) -> AccountClosing:
    """Let money move on a closed account again; another person than who closed it, with a reason."""
    require_may(by, Permission.REOPEN_LEDGER_ACCOUNT, "重新启用科目")
    closing = AccountClosing.objects.filter(pk=closing_id).first()
    if closing is None:
        raise NotFound()
    account = _locked(closing.account_id)
    move(closing, "reopen", by=by, at=at, reason=reason)
    account.parts.update(is_closed=False)
    return closing


def _locked(account_id: int) -> LedgerAccount:
    account = LedgerAccount.objects.filter(pk=account_id).first()
    if account is None:
        raise NotFound()
    for rows in (account.parts.filter(part=0), account.parts.order_by("part")):
        list(rows.select_for_update())
    return account
