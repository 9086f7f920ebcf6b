"""What stood where at any instant: by the dates of the entries, or by when they were recorded."""

from datetime import UTC, date, datetime, time, timedelta

from django.db import connection
from django.db.models import F, Max, Min, QuerySet, Sum
from django.utils import timezone

from kaogong.ledger.models import (
    AccountBalance,
    AccountClosing,
    JournalEntry,
    LedgerAccount,
    LedgerSeal,
    PeriodBalance,
    PeriodClosing,
    RecordedBalance,
)

from .standing import TrialRow, trial_rows

# Not the bare number: looking for its least and greatest, the database would walk the key from both ends.
_SPAN = {"first": Min(F("pk") + 0), "last": Max(F("pk") + 0)}


def end_of(last_on: date) -> datetime:
    """The first instant after a day."""
    return timezone.make_aware(datetime.combine(last_on + timedelta(days=1), time.min))


def last_day(until_at: datetime) -> date:
    """The day that ends at this instant."""
    return (timezone.localtime(until_at) - timedelta(microseconds=1)).date()


def closings(fund_codes: list[str] | None = None) -> QuerySet[PeriodClosing]:
    """Closings of books, the latest first."""
    rows = PeriodClosing.objects.order_by("-until_at", "-id")
    return rows if fund_codes is None else rows.filter(fund_code__in=fund_codes)


def last_closing(fund_code: str) -> PeriodClosing | None:
    """The latest closing in force of a fund."""
    return closings([fund_code]).filter(status="closed").first()


def account_closings(fund_codes: list[str] | None = None) -> QuerySet[AccountClosing]:
    """Closings of single accounts, the latest first."""
    rows = AccountClosing.objects.select_related("account").order_by("-id")
    return rows if fund_codes is None else rows.filter(account__fund_code__in=fund_codes)


def entries_dated(fund_code: str, since: datetime | None, until: datetime) -> QuerySet[JournalEntry]:
    """Entries of a fund dated within [since, until)."""
    rows = JournalEntry.objects.filter(fund_code=fund_code, at__lt=until)
    return rows if since is None else rows.filter(at__gte=since)


def dated_balances(fund_codes: list[str], until: datetime) -> dict[int, int]:
    """Account → what the entries dated before an instant left on it: the last closing before, and what followed."""
    periods: dict[str, PeriodClosing] = {}
    for period in closings(fund_codes).filter(status="closed", until_at__lte=until):
        periods.setdefault(period.fund_code, period)
    kept = dict(
        PeriodBalance.objects.filter(period__in=periods.values()).values_list("account_id", "balance_fen")
    )
    beginning = datetime(1, 1, 2, tzinfo=UTC)
    since = {code: periods[code].until_at if code in periods else beginning for code in fund_codes}
    if not since:
        return {}
    open_at = min(since.values())
    span = JournalEntry.objects.filter(at__gte=open_at, at__lt=until).aggregate(**_SPAN)
    return _with_legs(
        kept, span,
        "e.fund_code = ANY(%s) AND e.at >= %s AND e.at < %s AND e.at >= ("
        "SELECT v.since FROM unnest(%s::text[], %s::timestamptz[]) v(code, since) WHERE v.code = e.fund_code)",
        [fund_codes, open_at, until, list(since), list(since.values())],
    )  # fmt: skip


def accounts_that_differ(fund_code: str) -> list[int]:
    """Accounts of a fund whose balance is not what the last closing kept and the legs since then add up to."""
    told = dated_balances([fund_code], datetime(9000, 1, 1, tzinfo=UTC))
    kept = AccountBalance.objects.filter(account__fund_code=fund_code).values_list("account_id")
    return [pk for pk, fen in kept.annotate(fen=Sum("balance_fen")) if told.get(pk, 0) != fen]


def recorded_balances(instant: datetime) -> dict[int, int]:
    """Account → what the entries recorded by an instant left on it: the last balances kept under a seal, and
    what followed."""
    seal = LedgerSeal.objects.filter(with_balances=True, latest_recorded_at__lte=instant)
    seal = seal.order_by("-until_transaction").defer("marks").first()
    kept = (
        dict(RecordedBalance.objects.filter(seal=seal).values_list("account_id", "balance_fen"))
        if seal
        else {}
    )
    since = seal.until_transaction if seal else 0
    span = JournalEntry.objects.filter(transaction_number__gte=since).aggregate(**_SPAN)
    return _with_legs(kept, span, "e.transaction_number >= %s AND e.recorded_at <= %s", [since, instant])


def balances_under(seal: LedgerSeal) -> dict[int, int]:
    """Account → what the entries under a seal and all before it left on it."""
    earlier = LedgerSeal.objects.filter(with_balances=True, until_transaction__lt=seal.until_transaction)
    earlier = earlier.order_by("-until_transaction").defer("marks").first()
    kept = (
        dict(RecordedBalance.objects.filter(seal=earlier).values_list("account_id", "balance_fen"))
        if earlier
        else {}
    )
    since, until = earlier.until_transaction if earlier else 0, seal.until_transaction
    covered = JournalEntry.objects.filter(transaction_number__gte=since, transaction_number__lt=until)
    span = covered.aggregate(**_SPAN)
    return _with_legs(kept, span, "e.transaction_number >= %s AND e.transaction_number < %s", [since, until])


def _with_legs(kept: dict[int, int], span: dict, condition: str, values: list) -> dict[int, int]:
    """The balances kept, and the legs of the entries that meet the condition; none outside the span does."""
    found = {account: int(fen) for account, fen in kept.items()}
    if span["first"] is None:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.account_id, sum(l.amount_fen) FROM ledger_journalentry e"  # noqa: S608 - fixed conditions
            " JOIN ledger_leg l ON l.entry_id = e.id AND l.entry_id BETWEEN %s AND %s"
            f" WHERE e.id BETWEEN %s AND %s AND {condition} GROUP BY l.account_id",
            [span["first"], span["last"], span["first"], span["last"], *values],
        )
        for account, fen in cursor.fetchall():
            found[account] = found.get(account, 0) + int(fen)
    return found


def trial_balance_dated(fund_codes: list[str], until: datetime) -> list[TrialRow]:
    """The trial balance by the dates of the entries: all dated before the instant."""
    return _rows(dated_balances(fund_codes, until), fund_codes)


def trial_balance_recorded(fund_codes: list[str], instant: datetime) -> list[TrialRow]:
    """The trial balance as the books stood at an instant, whatever was told later under an earlier date."""
    return _rows(recorded_balances(instant), fund_codes)


def _rows(balances: dict[int, int], fund_codes: list[str]) -> list[TrialRow]:
    accounts = LedgerAccount.objects.filter(fund_code__in=fund_codes, pk__in=balances).values_list(
        "fund_code", "year", "programme", "source_level", "state", "pk"
    )
    return trial_rows((*of, balances[pk]) for *of, pk in accounts)
