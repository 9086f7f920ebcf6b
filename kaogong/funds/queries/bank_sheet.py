"""The bank reconciliation sheet (银行存款余额调节表) of one account at the end of one day."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date

from ..models import FundAccount, StatementLine
from .bank_books import BookItem, books_moved, items_named, open_items
from .bank_open import straddling
from .reconciling import bank_balance


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
    across = straddling(account, until)
    lines = StatementLine.objects.filter(account=account, booked_on__lte=until)
    waiting = [
        *lines.exclude(status="matched"),
        *lines.filter(pk__in=across.exclude(line=None).values("line")),
    ]
    keys = [
        f"{part.kind}-{part.payment_id or part.transfer_id or part.entry_id}"
        for part in across.filter(line=None)
    ]
    items = [*open_items(account, until), *items_named(account, keys)]
    bank_rows = sorted((_of_line(line, until) for line in waiting), key=lambda row: row.on)
    book_rows = _of_items(items, until)
    return Sheet(
        on=until.isoformat(),
        bank_fen=bank_balance(account, until),
        books_fen=account.opening_fen + books_moved(account, until),
        books_in=[row for row in book_rows if row.amount_fen > 0],
        books_out=[row for row in book_rows if row.amount_fen < 0],
        bank_in=[row for row in bank_rows if row.amount_fen > 0],
        bank_out=[row for row in bank_rows if row.amount_fen < 0],
    )


def _of_line(line: StatementLine, until: date) -> SheetRow:
    what = " ".join(word for word in (line.serial, line.remark) if word) or "—"
    why = f"{line.get_explained_as_display()}：{line.explanation}" if line.explained_as else ""
    return SheetRow(line.booked_on.isoformat(), what, line.amount_fen, (until - line.booked_on).days, why)


def _of_items(items: list[BookItem], until: date) -> list[SheetRow]:
    """The items as rows; what of one batch went out on one day stands in one row."""
    rows: dict[tuple, list[BookItem]] = {}
    for item in items:
        rows.setdefault((item.on, item.kind, item.batch_number or item.reference), []).append(item)
    return [
        SheetRow(
            on.isoformat(),
            name if len(same) == 1 and not same[0].batch_number else f"{name}（{len(same)}笔）",
            sum(item.amount_fen for item in same),
            (until - on).days,
        )
        for (on, _kind, name), same in sorted(rows.items())
    ]
