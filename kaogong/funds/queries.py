"""Reading funds: what is left, what is owed, what was sent, what came back."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode
from kaogong.ledger import queries as ledger_queries
from kaogong.ledger.states import SOURCE_LEVELS

from .models import BankReturn, BankReturnLine, Fund, FundShare, Payment, PaymentBatch, Reservation


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One source of one programme of one fund: how much, and where it stands."""

    fund: Fund
    programme: str
    source_level: str
    budgeted_fen: int
    available_fen: int
    reserved_fen: int
    payable_fen: int
    in_transit_fen: int
    paid_fen: int
    returned_fen: int

    @property
    def source_label(self) -> str:
        return SOURCE_LEVELS[self.source_level]

    @property
    def executed_permille(self) -> int:
        """Paid so far, of a thousand parts of the budget."""
        return self.paid_fen * 1000 // self.budgeted_fen if self.budgeted_fen else 0


@dataclass(frozen=True, slots=True)
class SharedAccount:
    """One bank account that several payees are paid into, as seen from one batch."""

    account_masked: str
    payees: tuple[tuple[str, int, str], ...]  # kind, id, name
    references: tuple[str, ...]


def _reach(rows: QuerySet, by: Actor) -> QuerySet:
    return in_reach(rows, by, organisation=None)


def funds(by: Actor) -> QuerySet[Fund]:
    return _reach(Fund.objects.order_by("-year", "code"), by)


def fund(fund_id: int, by: Actor) -> Fund:
    return _one(funds(by).filter(pk=fund_id))


def share_for(region_code: str, programme: str, year: int) -> FundShare | None:
    """Who pays a programme in a region: the region's own fund, else that of the nearest region above."""
    region = RegionCode(region_code)
    codes = [region.value, *(parent.value for parent in region.parents())]
    rows = FundShare.objects.select_related("fund").filter(
        region_code__in=codes, programme=programme, year=year
    )
    return min(rows, key=lambda share: codes.index(share.region_code), default=None)


def reservation_for_update(reference: str) -> Reservation:
    return _one(
        Reservation.objects.select_related("fund").select_for_update(of=("self",)).filter(reference=reference)
    )


def fund_board(by: Actor, year: int | None = None) -> list[BoardRow]:
    """Where the money of every fund in reach stands, by programme and source, in two queries."""
    mine = {(row.code, row.year): row for row in funds(by) if year is None or row.year == year}
    rows = ledger_queries.trial_balance(fund_codes={code for code, _ in mine}, year=year) if mine else []
    return [
        BoardRow(
            fund=mine[row.fund_code, row.year],
            programme=row.programme,
            source_level=row.source_level,
            budgeted_fen=row.budgeted_fen,
            available_fen=row.available_fen,
            reserved_fen=row.reserved_fen,
            payable_fen=row.payable_fen,
            in_transit_fen=row.in_transit_fen,
            paid_fen=row.paid_fen,
            returned_fen=row.returned_fen,
        )
        for row in rows
        if (row.fund_code, row.year) in mine
    ]


def payments(
    by: Actor, *, status: str = "", batch_id: int | None = None, text: str = ""
) -> QuerySet[Payment]:
    """Payments in reach, newest first, without sealed accounts; an institution or person sees its own."""
    rows = in_reach(Payment.objects.all(), by, person="person_id")
    if status:
        rows = rows.filter(status=status)
    if batch_id is not None:
        rows = rows.filter(batch_id=batch_id)
    if text.strip():
        words = text.strip()
        rows = rows.filter(Q(reference__startswith=words.upper()) | Q(payee_name__startswith=words))
    return rows.select_related("batch", "fund").defer("bank_account").order_by("-id")


def payment(payment_id: int, by: Actor) -> Payment:
    return _one(payments(by).filter(pk=payment_id))


def payments_for(reference_prefix: str) -> QuerySet[Payment]:
    """Every payment whose reference begins so (all of one claim), oldest first."""
    rows = Payment.objects.filter(reference__startswith=reference_prefix)
    return rows.select_related("batch", "fund").defer("bank_account").order_by("id")


def payment_for_update(payment_id: int, by: Actor) -> Payment:
    rows = in_reach(Payment.objects.all(), by, person="person_id").filter(pk=payment_id)
    return _one(rows.select_related("fund", "reservation__fund").select_for_update(of=("self",)))


def payments_for_update(payment_ids: Iterable[int], by: Actor) -> list[Payment]:
    rows = _reach(Payment.objects.filter(pk__in=payment_ids), by).select_related("fund")
    return list(rows.select_for_update(of=("self",)).order_by("id"))


def payments_of_batch_for_update(batch: PaymentBatch) -> list[Payment]:
    rows = Payment.objects.filter(batch=batch).select_related("fund", "batch")
    return list(rows.select_for_update(of=("self",)).order_by("id"))


def payments_answered_for_update(
    references: Iterable[str], indexes: Iterable[bytes], by: Actor
) -> list[Payment]:
    """The payments a bank return may speak of, locked in one order."""
    rows = _reach(Payment.objects.all(), by).filter(
        Q(reference__in=references) | Q(bank_account_index__in=indexes, status="in_transit")
    )
    return list(rows.select_related("fund", "batch").select_for_update(of=("self",)).order_by("id"))


def awaiting_bank(batch: PaymentBatch) -> QuerySet[Payment]:
    return Payment.objects.filter(batch=batch, status="in_transit")


def batches(by: Actor, *, status: str = "") -> QuerySet[PaymentBatch]:
    """Batches in reach, newest first."""
    rows = _reach(PaymentBatch.objects.select_related("fund").order_by("-id"), by)
    return rows.filter(status=status) if status else rows


def batch(batch_id: int, by: Actor) -> PaymentBatch:
    return _one(batches(by).filter(pk=batch_id))


def batch_for_update(batch_id: int, by: Actor) -> PaymentBatch:
    return _one(batches(by).filter(pk=batch_id).select_for_update(of=("self",)))


def shared_accounts(batch_id: int, by: Actor) -> list[SharedAccount]:
    """Accounts of the batch that another payee is or was paid into too, in this batch or any other."""
    here = batch(batch_id, by)
    return _shared(Payment.objects.filter(batch=here), by)


def shared_accounts_among(payment_ids: Iterable[int], by: Actor) -> list[SharedAccount]:
    """The same warning for payments chosen but not yet in a batch."""
    return _shared(_reach(Payment.objects.filter(pk__in=list(payment_ids)), by), by)


def _shared(chosen: QuerySet[Payment], by: Actor) -> list[SharedAccount]:
    own = dict(chosen.values_list("reference", "bank_account_index"))
    rows = defaultdict(list)
    alive = _reach(Payment.objects.exclude(status="cancelled"), by).filter(
        bank_account_index__in=set(own.values())
    )
    for row in alive.defer("bank_account").order_by("id"):
        rows[bytes(row.bank_account_index)].append(row)
    found = []
    for same in rows.values():
        payees = {(row.payee_kind, row.payee_id): row.payee_name for row in same}
        if len(payees) > 1:
            found.append(
                SharedAccount(
                    account_masked=same[0].bank_account_masked,
                    payees=tuple((kind, pk, name) for (kind, pk), name in payees.items()),
                    references=tuple(row.reference for row in same if row.reference in own),
                )
            )
    return found


def holders_differing(batch_id: int, by: Actor) -> list[Payment]:
    """Payments of the batch whose account is not held in the payee's own name."""
    rows = payments(by, batch_id=batch(batch_id, by).pk).order_by("id")
    return [row for row in rows if row.bank_account_holder != row.payee_name]


def bank_returns(by: Actor) -> QuerySet[BankReturn]:
    """Returns read, newest first."""
    return _reach(BankReturn.objects.select_related("batch").order_by("-id"), by)


def bank_return(return_id: int, by: Actor) -> BankReturn:
    return _one(bank_returns(by).filter(pk=return_id))


def bank_return_with(digest: str) -> BankReturn | None:
    return BankReturn.objects.filter(digest=digest).first()


def return_lines(return_id: int, by: Actor) -> QuerySet[BankReturnLine]:
    """The lines of one return in their order, each with what was made of it."""
    lines = BankReturnLine.objects.filter(bank_return=bank_return(return_id, by))
    return lines.select_related("payment").defer("payment__bank_account").order_by("row_number")


def _one(rows: QuerySet):
    found = rows.first()
    if found is None:
        raise NotFound()
    return found
