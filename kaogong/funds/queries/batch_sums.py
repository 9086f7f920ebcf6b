"""What batches add up to: by bank, by source, by state; and how long they have waited."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import BigIntegerField, Count, Q, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from kaogong.kernel.actor import Actor
from kaogong.ledger.states import SOURCE_LEVELS
from kaogong.trail.queries import latest_entries

from ..models import Payment, PaymentBatch
from .payments import batch

MOST_BANKS = 8
STEPS = {
    "prepared": "batch.prepared", "checked": "batch.checked", "released": "batch.released",
    "settled": "batch.settled", "stopped": "batch.stopped",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a batch: a bank or a source, how many payments, how much, how much of it arrived or failed."""

    label: str
    count: int
    fen: int
    paid_fen: int
    failed_fen: int


def sums_by_bank(batch_id: int, by: Actor) -> tuple[list[Part], Part | None]:
    """The banks paid into, the largest first, and the rest as one."""
    rows = (
        Payment.objects.filter(batch=batch(batch_id, by))
        .values("bank_name")
        .annotate(count=Count("pk"), fen=Sum("amount_fen"), **_ended())
        .order_by("-fen", "bank_name")
    )
    parts = [
        Part(row["bank_name"], row["count"], int(row["fen"]), int(row["paid"] or 0), int(row["failed"] or 0))
        for row in rows
    ]
    shown, rest = parts[:MOST_BANKS], parts[MOST_BANKS:]
    if not rest:
        return shown, None
    return shown, Part(
        str(len(rest)), sum(one.count for one in rest), sum(one.fen for one in rest),
        sum(one.paid_fen for one in rest), sum(one.failed_fen for one in rest),
    )  # fmt: skip


def sums_by_source(batch_id: int, by: Actor) -> list[Part]:
    """What each level of government bears of a batch."""
    rows = Payment.objects.filter(batch=batch(batch_id, by))
    found = []
    for level, label in SOURCE_LEVELS.items():
        part = Cast(KeyTextTransform(level, "shares"), BigIntegerField())
        told = rows.filter(shares__has_key=level).aggregate(
            count=Count("pk"), fen=Sum(part),
            paid=Sum(part, filter=Q(status="paid")), failed=Sum(part, filter=Q(status__in=FAILED)),
        )  # fmt: skip
        if told["count"]:
            found.append(
                Part(label, told["count"], int(told["fen"]), int(told["paid"] or 0), int(told["failed"] or 0))
            )
    return found


FAILED = ("failed", "returned", "replaced", "voided")


def _ended() -> dict[str, Sum]:
    return {
        "paid": Sum("amount_fen", filter=Q(status="paid")),
        "failed": Sum("amount_fen", filter=Q(status__in=FAILED)),
    }


def sums_by_state(batch_id: int, by: Actor) -> dict[str, tuple[int, int]]:
    """State of payment → how many, how much."""
    rows = Payment.objects.filter(batch=batch(batch_id, by)).values_list("status")
    return {
        status: (count, int(fen))
        for status, count, fen in rows.annotate(count=Count("pk"), fen=Sum("amount_fen")).order_by("status")
    }


def reached_at(batches: Iterable[PaymentBatch]) -> dict[int, object]:
    """Batch → when it came to the state it is in, for how long it has waited."""
    batches = list(batches)
    entries = latest_entries("batch", [one.pk for one in batches], STEPS.values())
    return {one.pk: entries[str(one.pk)].at if str(one.pk) in entries else one.prepared_at for one in batches}
