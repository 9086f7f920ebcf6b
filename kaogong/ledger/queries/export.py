"""One day of the books, for ledgers that nobody here wrote: what stood before, each movement, what stood after.

What stood before is added up from the first leg (or from balances kept under a seal); what stood after comes from
the balances the site works with, less what was told later. A reader that adds the day's movements to the first and
compares with the second has compared the two.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from kaogong.ledger.states import BUDGETED, PAID

from .past import end_of, recorded_balances

_PLAIN = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class ExportedAccount:
    """One account under the names other programs can read."""

    number: int
    state: str
    words: str
    path: str

    @property
    def beancount(self) -> str:
        root = {BUDGETED: "Equity", PAID: "Expenses"}.get(self.state, "Assets")
        return f"{root}:{self.state.replace('_', '-').title()}:{self.path}"

    @property
    def hledger(self) -> str:
        return f"{self.state}:{self.path}"


@dataclass(frozen=True, slots=True)
class Movement:
    """What one entry moved of one source: its legs sum to zero by themselves."""

    key: str
    kind: str
    reference: str
    legs: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class DayOfBooks:
    """Everything recorded on one day, between what stood before and after it."""

    on: date
    accounts: dict[int, ExportedAccount]
    before: dict[int, int]
    movements: tuple[Movement, ...]
    after: dict[int, int]


def books_of_day(on: date) -> DayOfBooks:
    """The day's movements in the order they were recorded, and all balances before and after."""
    start, end = timezone.make_aware(datetime.combine(on, time.min)), end_of(on)
    before = recorded_balances(start - timedelta(microseconds=1))
    accounts, movements, live = {}, [], {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id, a.fund_code, a.year, a.programme, a.source_level, a.state, sum(b.balance_fen)"
            " FROM ledger_ledgeraccount a JOIN ledger_accountbalance b ON b.account_id = a.id GROUP BY a.id"
        )
        for pk, fund, year, programme, source, state, fen in cursor.fetchall():
            path = f"F{_PLAIN.sub('-', fund).strip('-')}-{year}-{source.title()}:A{pk}"
            words = f"{fund} {year} {programme} {source} {state}"
            accounts[pk] = ExportedAccount(pk, state, words, path)
            live[pk] = int(fen)
        cursor.execute(
            "SELECT l.account_id, sum(l.amount_fen) FROM ledger_journalentry e"
            " JOIN ledger_leg l ON l.entry_id = e.id WHERE e.recorded_at >= %s GROUP BY l.account_id",
            [end],
        )
        for pk, fen in cursor.fetchall():
            live[pk] = live.get(pk, 0) - int(fen)
        cursor.execute(
            "SELECT e.key, e.kind, e.reference, array_agg(l.account_id ORDER BY l.id),"
            " array_agg(l.amount_fen ORDER BY l.id)"
            " FROM ledger_journalentry e JOIN ledger_leg l ON l.entry_id = e.id"
            " LEFT JOIN ledger_ledgeraccount a ON a.id = l.account_id"
            " WHERE e.recorded_at >= %s AND e.recorded_at < %s"
            " GROUP BY e.id, a.fund_code, a.year, a.programme, a.source_level ORDER BY e.id, a.source_level",
            [start, end],
        )
        for key, kind, reference, numbers, fens in cursor.fetchall():
            movements.append(Movement(key, kind, reference, tuple(zip(numbers, fens, strict=True))))
    return DayOfBooks(on, accounts, before, tuple(movements), live)


def beancount_text(books: DayOfBooks) -> Iterator[str]:
    """The day for beancount: no padding, every balance asserted exactly before and after (``~ 0``)."""
    first, next_day = books.on - timedelta(days=1), books.on + timedelta(days=1)
    yield f'option "title" "Kaogong {books.on}"'
    yield 'option "operating_currency" "CNY"'
    for account in books.accounts.values():
        yield f'{first} open {account.beancount} CNY\n  holds: "{_quoted(account.words)}"'
    opening = [(pk, fen) for pk, fen in books.before.items() if fen]
    if opening:
        yield f'{first} * "opening"'
        for pk, fen in opening:
            yield f"  {books.accounts[pk].beancount}  {_yuan(fen)} CNY"
    for pk, account in books.accounts.items():
        yield f"{books.on} balance {account.beancount}  {_yuan(books.before.get(pk, 0))} ~ 0 CNY"
    for movement in books.movements:
        yield f'{books.on} * "{_quoted(movement.kind)}" "{_quoted(movement.key)}"'
        for pk, fen in movement.legs:
            yield f"  {books.accounts[pk].beancount}  {_yuan(fen)} CNY"
    for pk, account in books.accounts.items():
        yield f"{next_day} balance {account.beancount}  {_yuan(books.after.get(pk, 0))} ~ 0 CNY"


def hledger_text(books: DayOfBooks) -> Iterator[str]:
    """The day for hledger: accounts and commodity declared, every balance asserted at the end."""
    first = books.on - timedelta(days=1)
    yield "commodity 1000.00 CNY"
    for account in books.accounts.values():
        yield f"account {account.hledger}  ; {account.words}"
    opening = [(pk, fen) for pk, fen in books.before.items() if fen]
    if opening:
        yield f"\n{first} opening"
        for pk, fen in opening:
            yield f"    {books.accounts[pk].hledger}  {_yuan(fen)} CNY"
    for movement in books.movements:
        yield f"\n{books.on} {movement.kind} | {_quoted(movement.key)}"
        for pk, fen in movement.legs:
            yield f"    {books.accounts[pk].hledger}  {_yuan(fen)} CNY"
    yield f"\n{books.on} closing"
    for pk, account in books.accounts.items():
        yield f"    {account.hledger}  0.00 CNY = {_yuan(books.after.get(pk, 0))} CNY"


def _yuan(fen: int) -> str:
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


def _quoted(text: str) -> str:
    return " ".join(re.sub(r'["\\;|]', " ", text).split())
