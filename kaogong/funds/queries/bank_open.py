"""What is open on both sides, counted and added where it lies: no row is fetched to be counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import (
    BigIntegerField,
    BinaryField,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Abs, Cast, TruncDate
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _

from ..models import FundAccount, MatchPart, StatementLine
from .bank_books import (
    BACK_AT,
    books_moved,
    end_of,
    payments_back,
    payments_left,
    recovery_entries,
    transfers_in,
)

AGES = ((7, _("7 天以内")), (30, _("8 至 30 天")), (90, _("31 至 90 天")), (None, _("90 天以上")))
COLUMNS = ("item_kind", "item_id", "item_on", "item_fen", "item_reference", "item_batch", "item_name",
           "item_account", "item_status")  # fmt: skip


@dataclass(frozen=True, slots=True)
class AgeRow:
    """How much has been open so long, at the bank and in the books."""

    label: str
    bank_count: int
    bank_fen: int
    books_count: int
    books_fen: int


@dataclass(frozen=True, slots=True)
class SheetTotals:
    """What the reconciliation sheet of a day comes to, without its rows."""

    bank_fen: int
    books_fen: int
    books_open_fen: int  # in the books, not yet at the bank
    bank_open_fen: int  # at the bank, not yet in the books

    @property
    def bank_adjusted_fen(self) -> int:
        return self.bank_fen + self.books_open_fen

    @property
    def books_adjusted_fen(self) -> int:
        return self.books_fen + self.bank_open_fen

    @property
    def difference_fen(self) -> int:
        return self.bank_adjusted_fen - self.books_adjusted_fen


def _told(kind: str, rows: QuerySet, *, on: Any, fen: Any, reference: str, of_payment: bool) -> QuerySet:
    """Rows under the same nine columns whatever they are; of these kinds only payments have batch and payee."""

    def text(field: str) -> Any:
        return Cast(F(field) if of_payment else Value(""), CharField())

    return rows.order_by().values_list(
        *(
            Func(template=f"'{kind}'::text", output_field=CharField()),
            Cast(F("pk"), BigIntegerField()),
            Cast(on, DateField()),
            Cast(fen, BigIntegerField()),
            Cast(F(reference), CharField()),
            text("batch__number"),
            text("payee_name"),
            F("bank_account_index") if of_payment else Func(template="''::bytea", output_field=BinaryField()),
            text("status"),
        )
    )


def _unmatched(rows: QuerySet, field: str, kind: str, dated_by: date | None) -> QuerySet:
    held = MatchPart.objects.filter(**{field: OuterRef("pk")}, kind=kind, standing=True)
    return rows.filter(~Exists(_dated(held, dated_by)))


def _dated(held: QuerySet[MatchPart], dated_by: date | None) -> QuerySet[MatchPart]:
    """Of parts of matches those whose every side is dated by the day; all of them where no day is given."""
    if dated_by is None:
        return held
    later = MatchPart.objects.filter(match=OuterRef("match"), standing=True, on__gt=dated_by)
    return held.filter(~Exists(later))


def open_sql(
    account: FundAccount, until: date | None = None, *, both_dated: bool = False
) -> tuple[str, list[Any]]:
    """Movements of the books no standing match holds, as one SELECT under COLUMNS, and its parameters.

    With ``both_dated`` a match holds from the day on by which both its sides are dated.
    """
    dated_by = until if both_dated else None
    zone = get_current_timezone()
    out, back = payments_left(account), payments_back(account)
    transfers, recoveries = transfers_in(account), recovery_entries(account, until)
    if until is not None:
        out = out.filter(batch__released_at__lte=end_of(until))
        back = back.filter(back_at__lte=end_of(until))
        transfers = transfers.filter(told_on__lte=until)
    sides = (
        _told("out", _unmatched(out, "payment", "out", dated_by), on=TruncDate("batch__released_at", tzinfo=zone),
              fen=-F("amount_fen"), reference="reference", of_payment=True),
        _told("back", _unmatched(back, "payment", "back", dated_by), on=TruncDate(BACK_AT, tzinfo=zone),
              fen=F("amount_fen"), reference="reference", of_payment=True),
        _told("transfer", _unmatched(transfers, "transfer", "transfer", dated_by), on=F("told_on"), fen=F("amount_fen"),
              reference="document", of_payment=False),
        _told("recovery", _unmatched_entries(account, recoveries, dated_by), on=TruncDate("at", tzinfo=zone),
              fen=F("fen"), reference="reference", of_payment=False),
    )  # fmt: skip
    texts, parameters = [], []
    for side in sides:
        text, given = side.query.sql_with_params()
        texts.append(f"SELECT * FROM ({text}) AS side ({', '.join(COLUMNS)})")  # noqa: S608
        parameters += given
    return " UNION ALL ".join(texts), parameters


def _unmatched_entries(account: FundAccount, entries: QuerySet, dated_by: date | None) -> QuerySet:
    held = MatchPart.objects.filter(match__account=account, kind="recovery", standing=True)
    return entries.filter(~Exists(_dated(held.filter(entry_id=OuterRef("pk")), dated_by)))


def asked(sql: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def ageing(account: FundAccount, on: date) -> list[AgeRow]:
    """What has been open how long on the day, at the bank and in the books: two statements, however much."""
    spans, least = [], 0
    for most, label in AGES:
        first = date.min if most is None else on - timedelta(days=most)
        spans.append((label, first, on - timedelta(days=least)))
        least = (most or 0) + 1
    lines = StatementLine.objects.filter(account=account, status="open")
    sums: dict[str, Any] = {}
    for nth, (_label, first, last) in enumerate(spans):
        here = Q(booked_on__gte=first, booked_on__lte=last)
        sums |= {f"n{nth}": Count("pk", filter=here), f"fen{nth}": Sum(Abs("amount_fen"), filter=here)}
    bank = lines.aggregate(**sums)
    items, parameters = open_sql(account, on)
    told = ", ".join(
        "count(*) FILTER (WHERE item_on BETWEEN %s AND %s), "
        "coalesce(sum(abs(item_fen)) FILTER (WHERE item_on BETWEEN %s AND %s), 0)"
        for _span in spans
    )
    days = [day for _label, first, last in spans for day in (first, last, first, last)]
    (books,) = asked(f"SELECT {told} FROM ({items}) AS items", [*days, *parameters])  # noqa: S608
    return [
        AgeRow(label, bank[f"n{nth}"], int(bank[f"fen{nth}"] or 0), books[2 * nth], int(books[2 * nth + 1]))
        for nth, (label, _first, _last) in enumerate(spans)
    ]


def straddling(account: FundAccount, until: date) -> QuerySet[MatchPart]:
    """Parts dated by the day of matches whose other side is dated later: they count as open at its end."""
    later = MatchPart.objects.filter(match=OuterRef("match"), standing=True, on__gt=until)
    return MatchPart.objects.filter(match__account=account, standing=True, on__lte=until).filter(
        Exists(later)
    )


def sheet_totals(account: FundAccount, until: date, bank_fen: int) -> SheetTotals:
    """What the sheet of the day's end would come to; ``bank_fen``: what stood at the bank."""
    lines = StatementLine.objects.filter(account=account, booked_on__lte=until).exclude(status="matched")
    items, parameters = open_sql(account, until)
    ((open_fen,),) = asked(f"SELECT coalesce(sum(item_fen), 0) FROM ({items}) AS items", parameters)  # noqa: S608
    across = straddling(account, until).aggregate(
        bank=Sum("amount_fen", filter=Q(line__isnull=False)), books=Sum("amount_fen", filter=Q(line=None))
    )
    return SheetTotals(
        bank_fen=bank_fen,
        books_fen=account.opening_fen + books_moved(account, until),
        books_open_fen=int(open_fen) + int(across["books"] or 0),
        bank_open_fen=int(lines.aggregate(fen=Sum("amount_fen"))["fen"] or 0) + int(across["bank"] or 0),
    )
