"""The bank reconciliation sheet (银行存款余额调节表) of one account at the end of one day."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date

from django.db import connection
from django.db.models import Q

from ..models import FundAccount, StatementLine
from ..states import EXPLANATIONS
from .bank_books import books_moved
from .bank_open import open_sql, straddling
from .reconciling import bank_balance

AT_ONCE = 5_000  # rows fetched at a time


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One thing one side knows and the other does not yet."""

    on: str
    what: str
    amount_fen: int
    days: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Both balances, what the other side lacks, and what both come to."""

    on: str
    bank_fen: int
    books_fen: int
    books_in: list[SheetRow] = field(default_factory=list)  # in the books, not yet at the bank
    books_out: list[SheetRow] = field(default_factory=list)
    bank_in: list[SheetRow] = field(default_factory=list)  # at the bank, not yet in the books
    bank_out: list[SheetRow] = field(default_factory=list)

    @property
    def bank_adjusted_fen(self) -> int:
        return self.bank_fen + _sum(self.books_in) + _sum(self.books_out)

    @property
    def books_adjusted_fen(self) -> int:
        return self.books_fen + _sum(self.bank_in) + _sum(self.bank_out)

    @property
    def difference_fen(self) -> int:
        return self.bank_adjusted_fen - self.books_adjusted_fen

    def told(self) -> dict:
        """As kept: with the two results, so that whoever reads it can add it up again."""
        return asdict(self) | {
            "bank_adjusted_fen": self.bank_adjusted_fen, "books_adjusted_fen": self.books_adjusted_fen
        }  # fmt: skip

    @classmethod
    def kept(cls, told: dict) -> "Sheet":
        """A sheet as it was kept."""
        rows = {
            name: [SheetRow(**row) for row in told[name]]
            for name in ("books_in", "books_out", "bank_in", "bank_out")
        }
        return cls(on=told["on"], bank_fen=told["bank_fen"], books_fen=told["books_fen"], **rows)


def _sum(rows: Iterable[SheetRow]) -> int:
    return sum(row.amount_fen for row in rows)


def sheet(account: FundAccount, until: date) -> Sheet:
    """The sheet at the end of a day, from everything known now; a match counts once both sides are dated."""
    bank_rows, book_rows = _bank_rows(account, until), _book_rows(account, until)
    return Sheet(
        on=until.isoformat(),
        bank_fen=bank_balance(account, until),
        books_fen=account.opening_fen + books_moved(account, until),
        books_in=[row for row in book_rows if row.amount_fen > 0],
        books_out=[row for row in book_rows if row.amount_fen < 0],
        bank_in=[row for row in bank_rows if row.amount_fen > 0],
        bank_out=[row for row in bank_rows if row.amount_fen < 0],
    )


def _bank_rows(account: FundAccount, until: date) -> list[SheetRow]:
    """The bank's lines the books do not have by the day, the oldest first."""
    across = straddling(account, until).exclude(line=None).values("line")
    lines = StatementLine.objects.filter(account=account, booked_on__lte=until)
    waiting = lines.filter(~Q(status="matched") | Q(pk__in=across)).order_by("booked_on", "id")
    told = waiting.values_list("booked_on", "serial", "remark", "amount_fen", "explained_as", "explanation")
    return [
        SheetRow(
            on.isoformat(), " ".join(word for word in (serial, remark) if word) or "—", fen, (until - on).days,
            f"{EXPLANATIONS[kind]}：{explanation}" if kind else "",
        )
        for on, serial, remark, fen, kind, explanation in told.iterator(chunk_size=AT_ONCE)
    ]  # fmt: skip


def _book_rows(account: FundAccount, until: date) -> list[SheetRow]:
    """The movements of the books the bank does not have by the day; what of one batch went out on a day is one row."""
    items, parameters = open_sql(account, until, both_dated=True)
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT item_on, coalesce(nullif(item_batch, ''), item_reference) COLLATE \"C\" AS name, item_batch <> '',"  # noqa: S608
            f" count(*), sum(item_fen)::bigint FROM ({items}) AS items GROUP BY item_on, item_kind, name, 3"
            " ORDER BY item_on, item_kind, name",
            parameters,
        )
        found = []
        while rows := cursor.fetchmany(AT_ONCE):
            for on, name, in_batch, count, fen in rows:
                what = f"{name}（{count}笔）" if in_batch or count > 1 else name
                found.append(SheetRow(on.isoformat(), what, fen, (until - on).days))
    return found
