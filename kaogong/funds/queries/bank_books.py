"""What the books say moved through a fund's bank account: payments sent and come back, money from above, recoveries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import BigIntegerField, Exists, F, Func, OuterRef, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.timezone import get_current_timezone, localtime

from kaogong.ledger import queries as ledger

from ..models import FundAccount, MatchPart, Payment, Transfer

LEFT = ("in_transit", "paid", "failed", "returned", "replaced", "voided")
CAME_BACK = ("failed", "returned", "replaced", "voided")
# When the bank said so: of what was paid first, the later word.
BACK_AT = Coalesce("came_back_at", "answered_at")


@dataclass(frozen=True, slots=True)
class BookItem:
    """One movement in the books: positive should come in at the bank, negative should go out."""

    kind: str  # out | back | transfer | recovery
    pk: int
    on: date
    amount_fen: int
    reference: str
    batch_number: str = ""
    name: str = ""
    account_index: bytes = b""
    status: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.pk}"


_AMOUNTS = Func(
    F("amounts"),
    template="(SELECT coalesce(sum(value::bigint), 0) FROM jsonb_each_text(%(expressions)s))",
    output_field=BigIntegerField(),
)


def start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=get_current_timezone())


def end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, tzinfo=get_current_timezone())


def _matched(field: str, kind: str) -> Exists:
    return Exists(MatchPart.objects.filter(**{field: OuterRef("pk")}, kind=kind, standing=True))


def payments_left(account: FundAccount) -> QuerySet[Payment]:
    """Payments sent to the bank since the account is followed, by the day their batch was released."""
    return Payment.objects.filter(
        fund__code=account.fund.code,
        fund__region_code=account.fund.region_code,
        status__in=LEFT,
        batch__released_at__gte=start_of(account.begins_on),
    )


def payments_back(account: FundAccount) -> QuerySet[Payment]:
    """Those of them the bank gave back, by the day it said so."""
    rows = payments_left(account).annotate(back_at=BACK_AT)
    return rows.filter(status__in=CAME_BACK, back_at__isnull=False)


def transfers_in(account: FundAccount) -> QuerySet[Transfer]:
    """Money the books say arrived from above, corrections included."""
    return Transfer.objects.filter(
        fund__code=account.fund.code,
        fund__region_code=account.fund.region_code,
        kind="received",
        told_on__gte=account.begins_on,
    )


def recovery_entries(account: FundAccount, until: date | None = None) -> QuerySet:
    """Ledger entries of money got back through the bank, each with its ``fen``.

    What was set off, or reversed, is left out.
    """
    set_off = Payment.objects.filter(
        fund__code=account.fund.code, status="paid", batch=None, offset_for=OuterRef("reference"),
        answered_at=OuterRef("at"),
    ).exclude(offset_for="")  # fmt: skip
    rows = ledger.journal(fund_code=account.fund.code).filter(
        ~Exists(set_off), kind="recover", at__gte=start_of(account.begins_on), reversed_by=None
    )
    if until is not None:
        rows = rows.filter(at__lte=end_of(until))
    return rows.prefetch_related(None).annotate(fen=_AMOUNTS)


def open_items(account: FundAccount, until: date | None = None) -> list[BookItem]:
    """Movements of the books no standing match holds, the oldest first."""
    out, back = payments_left(account), payments_back(account)
    transfers, recoveries = transfers_in(account), recovery_entries(account, until)
    if until is not None:
        out = out.filter(batch__released_at__lte=end_of(until))
        back = back.filter(back_at__lte=end_of(until))
        transfers = transfers.filter(told_on__lte=until)
    matched = set(
        MatchPart.objects.filter(match__account=account, kind="recovery", standing=True).values_list(
            "entry_id", flat=True
        )
    )
    found = [
        *_outs(out.filter(~_matched("payment", "out"))),
        *_backs(back.filter(~_matched("payment", "back"))),
        *_transfers(transfers.filter(~_matched("transfer", "transfer"))),
        *(item for item in _recoveries(recoveries) if item.pk not in matched),
    ]
    return sorted(found, key=lambda item: (item.on, item.kind, item.pk))


def items_named(account: FundAccount, keys: Iterable[str]) -> list[BookItem]:
    """The movements of these keys in this account's books, matched or not."""
    wanted: dict[str, list[int]] = {}
    for key in keys:
        kind, _, pk = key.partition("-")
        if pk.isdecimal():
            wanted.setdefault(kind, []).append(int(pk))
    return [
        *_outs(payments_left(account).filter(pk__in=wanted.get("out", []))),
        *_backs(payments_back(account).filter(pk__in=wanted.get("back", []))),
        *_transfers(transfers_in(account).filter(pk__in=wanted.get("transfer", []))),
        *_recoveries(recovery_entries(account).filter(pk__in=wanted.get("recovery", []))),
    ]


def keys_matched(items: Iterable[BookItem]) -> set[str]:
    """The keys of those that a standing match holds."""
    items, found = list(items), set()
    for field, kinds in (("payment", ("out", "back")), ("transfer", ("transfer",)), ("entry", ("recovery",))):
        ids = [item.pk for item in items if item.kind in kinds]
        rows = MatchPart.objects.filter(**{f"{field}_id__in": ids}, kind__in=kinds, standing=True)
        found |= {f"{kind}-{pk}" for kind, pk in rows.values_list("kind", f"{field}_id")} if ids else set()
    return found


def books_moved(account: FundAccount, until: date) -> int:
    """What all movements of the books up to the day add up to."""
    out = payments_left(account).filter(batch__released_at__lte=end_of(until))
    back = payments_back(account).filter(back_at__lte=end_of(until))
    transfers = transfers_in(account).filter(told_on__lte=until)
    recovered = recovery_entries(account, until).order_by().aggregate(all=Sum("fen"))["all"] or 0
    return _sum(back) - _sum(out) + _sum(transfers) + int(recovered)


def _sum(rows: QuerySet) -> int:
    return int(rows.aggregate(fen=Sum("amount_fen"))["fen"] or 0)


_ROW = ("pk", "amount_fen", "reference", "batch__number", "payee_name", "bank_account_index", "status")


def _outs(rows: QuerySet[Payment]) -> Iterator[BookItem]:
    for pk, fen, reference, batch, name, index, status, at in rows.order_by("pk").values_list(
        *_ROW, "batch__released_at"
    ):
        yield BookItem("out", pk, localtime(at).date(), -fen, reference, batch, name, bytes(index), status)


def _backs(rows: QuerySet[Payment]) -> Iterator[BookItem]:
    for pk, fen, reference, batch, name, index, status, at in rows.order_by("pk").values_list(
        *_ROW, "back_at"
    ):
        yield BookItem("back", pk, localtime(at).date(), fen, reference, batch, name, bytes(index), status)


def _transfers(rows: QuerySet[Transfer]) -> Iterator[BookItem]:
    for row in rows.order_by("pk"):
        yield BookItem("transfer", row.pk, row.told_on, row.amount_fen, row.document)


def _recoveries(entries: Iterable) -> Iterator[BookItem]:
    for entry in entries:
        yield BookItem("recovery", entry.pk, localtime(entry.at).date(), entry.fen, entry.reference)
