"""Reading what is owed and what was sent to the bank."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import CharField, Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Concat

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor

from ..models import Payment, PaymentBatch
from ..states import UNPAID
from .reach import only, within_reach


@dataclass(frozen=True, slots=True)
class SharedAccount:
    """One bank account that several payees are paid into, as seen from one batch."""

    account_masked: str
    payees: tuple[tuple[str, int, str], ...]  # kind, id, name
    references: tuple[str, ...]


def payments(
    by: Actor, *, status: str = "", batch_id: int | None = None, text: str = ""
) -> QuerySet[Payment]:
    """Payments in reach, newest first, without sealed accounts; an institution or person sees its own.

    ``status`` is a state, or ``unpaid``: failed or given back by the bank.
    """
    rows = in_reach(Payment.objects.all(), by, person="person_id")
    if status:
        rows = rows.filter(status__in=UNPAID if status == "unpaid" else (status,))
    if batch_id is not None:
        rows = rows.filter(batch_id=batch_id)
    if text.strip():
        words = text.strip()
        rows = rows.filter(Q(reference__startswith=words.upper()) | Q(payee_name__startswith=words))
    return rows.select_related("batch", "fund").defer("bank_account").order_by("-id")


def payment(payment_id: int, by: Actor) -> Payment:
    return only(payments(by).filter(pk=payment_id))


def payments_for(reference_prefix: str) -> QuerySet[Payment]:
    """Every payment whose reference begins so (all of one claim), oldest first."""
    rows = Payment.objects.filter(reference__startswith=reference_prefix)
    return rows.select_related("batch", "fund").defer("bank_account").order_by("id")


def payment_for_update(payment_id: int, by: Actor) -> Payment:
    rows = in_reach(Payment.objects.all(), by, person="person_id").filter(pk=payment_id)
    return only(rows.select_related("fund", "reservation__fund").select_for_update(of=("self",)))


def payments_to_batch(payment_ids: list[int], by: Actor) -> list[Payment]:
    """These payments, locked in one order, with no more than a batch has to know of each."""
    rows = within_reach(Payment.objects.filter(pk__in=payment_ids), by)
    named = rows.only("reference", "status", "fund_id", "amount_fen", "region_code", "institution_id")
    return list(named.select_for_update(of=("self",)).order_by("id"))


def payments_answered_for_update(
    references: Iterable[str], indexes: Iterable[bytes], by: Actor
) -> list[Payment]:
    """The payments some lines of a bank return may speak of, locked in one order; accounts stay sealed."""
    rows = within_reach(Payment.objects.all(), by).filter(
        Q(reference__in=references) | Q(bank_account_index__in=indexes, status="in_transit")
    )
    return list(
        rows.select_related("fund", "batch")
        .defer("bank_account")
        .select_for_update(of=("self",))
        .order_by("id")
    )


def batches_answered(references: Iterable[str], indexes: Iterable[bytes], by: Actor) -> set[int]:
    """The batches of the payments that some lines of a bank return may speak of."""
    rows = within_reach(Payment.objects.all(), by).filter(
        Q(reference__in=references) | Q(bank_account_index__in=indexes, status="in_transit")
    )
    return set(rows.exclude(batch=None).values_list("batch_id", flat=True))


def batches_for_update(batch_ids: Iterable[int]) -> list[PaymentBatch]:
    """These batches, locked in one order: who stops one and who reads its return wait for each other."""
    rows = PaymentBatch.objects.filter(pk__in=batch_ids).select_related("fund")
    return list(rows.select_for_update(of=("self",)).order_by("id"))


def slices_of_batch(batch: PaymentBatch, size: int, *, sealed: bool = True) -> Iterator[list[Payment]]:
    """The payments of a batch, locked, so many at a time in one order; ``sealed`` leaves accounts unopened."""
    last = 0
    rows = Payment.objects.filter(batch=batch).select_for_update(of=("self",)).order_by("id")
    if sealed:
        rows = rows.defer("bank_account")
    while part := list(rows.filter(pk__gt=last)[:size]):
        for payment in part:  # one batch is of one fund
            payment.batch, payment.fund = batch, batch.fund
        yield part
        last = part[-1].pk


def batch_sum(batch: PaymentBatch) -> tuple[int, int]:
    """How many payments a batch holds and what they add up to."""
    found = Payment.objects.filter(batch=batch).aggregate(count=Count("pk"), fen=Sum("amount_fen"))
    return found["count"], int(found["fen"] or 0)


def awaiting_bank(batch: PaymentBatch) -> QuerySet[Payment]:
    return Payment.objects.filter(batch=batch, status="in_transit")


def batches(by: Actor, *, status: str = "", text: str = "") -> QuerySet[PaymentBatch]:
    """Batches in reach, newest first; ``text`` is the beginning of a number, or names a payment or payee in it."""
    rows = within_reach(PaymentBatch.objects.select_related("fund", "terms").order_by("-id"), by)
    if text.strip():
        words = text.strip()
        inside = Payment.objects.filter(
            Q(reference__startswith=words.upper()) | Q(payee_name__startswith=words)
        )
        rows = rows.filter(Q(number__startswith=words.upper()) | Q(pk__in=inside.values("batch_id")))
    return rows.filter(status=status) if status else rows


def batch(batch_id: int, by: Actor) -> PaymentBatch:
    return only(batches(by).filter(pk=batch_id))


def batch_for_update(batch_id: int, by: Actor) -> PaymentBatch:
    return only(batches(by).filter(pk=batch_id).select_for_update(of=("self",)))


def shared_accounts(batch_id: int, by: Actor) -> list[SharedAccount]:
    """Accounts of the batch that another payee is or was paid into too, in this batch or any other."""
    here = batch(batch_id, by)
    return _shared(Payment.objects.filter(batch=here), by)


def shared_accounts_among(payment_ids: Iterable[int], by: Actor) -> list[SharedAccount]:
    """The same warning for payments chosen but not yet in a batch."""
    return _shared(within_reach(Payment.objects.filter(pk__in=list(payment_ids)), by), by)


def _shared(chosen: QuerySet[Payment], by: Actor) -> list[SharedAccount]:
    """Accounts with more than one payee: found by the database, so that a batch of any size may ask."""
    payee = Concat("payee_kind", Value(":"), Cast("payee_id", CharField()))
    alive = within_reach(Payment.objects.exclude(status="cancelled"), by).filter(
        bank_account_index__in=chosen.values("bank_account_index")
    )
    doubled = (
        alive.order_by()
        .values("bank_account_index")
        .annotate(payees=Count(payee, distinct=True))
        .filter(payees__gt=1)
        .values_list("bank_account_index", flat=True)
    )
    rows = defaultdict(list)
    for row in alive.filter(bank_account_index__in=list(doubled)).defer("bank_account").order_by("id"):
        rows[bytes(row.bank_account_index)].append(row)
    ids = [row.pk for same in rows.values() for row in same]
    own = set(chosen.filter(pk__in=ids).values_list("pk", flat=True))
    found = []
    for same in rows.values():
        payees = {(row.payee_kind, row.payee_id): row.payee_name for row in same}
        found.append(
            SharedAccount(
                account_masked=same[0].bank_account_masked,
                payees=tuple((kind, pk, name) for (kind, pk), name in payees.items()),
                references=tuple(row.reference for row in same if row.pk in own),
            )
        )
    return found


def holders_differing(batch_id: int, by: Actor) -> list[Payment]:
    """Payments of the batch whose account is not held in the payee's own name."""
    rows = payments(by, batch_id=batch(batch_id, by).pk).exclude(bank_account_holder=F("payee_name"))
    return list(rows.order_by("id"))
