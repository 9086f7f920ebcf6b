"""What is still owed: principal of each part and source, and interest with its working."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.timezone import localdate

from kaogong.claims.queries import rulebook
from kaogong.rules.conduct import Conduct, ConductValue, conduct_said

from ..models import Recoupment, RecoupmentReceipt
from .fetching import parts, receipts

TOPIC = "recovery"
DAYS_OF_A_YEAR = 365
MILLION = 1_000_000


def conduct(region_code: str, on: date) -> Conduct | None:
    """What the region says about asking money back on a day; None where nobody wrote anything."""
    return conduct_said(rulebook(), region_code, TOPIC, on)


def days_of(region_code: str, name: str, on: date) -> ConductValue | None:
    """A number of days by name with its source; its value None while no paper gives it."""
    found = conduct(region_code, on)
    return found.value(name) if found else None


@dataclass(frozen=True, slots=True)
class InterestSpan:
    """Some days in a row with the same principal owed; the last day counts."""

    from_on: date
    until_on: date
    principal_fen: int

    @property
    def days(self) -> int:
        return (self.until_on - self.from_on).days + 1


@dataclass(frozen=True, slots=True)
class Interest:
    """Simple interest to a day with its working; ``rate`` None where no rule gives one."""

    rate: ConductValue | None
    begins_on: date | None
    spans: tuple[InterestSpan, ...]
    fen: int
    received_fen: int

    @property
    def left_fen(self) -> int:
        return max(0, self.fen - self.received_fen)


def interest(recoupment: Recoupment, on: date) -> Interest:
    """Interest from the day the rule says after the deadline, on what was owed each day, up to ``on``.

    A day's principal is what was owed at its end: the day money arrives it no longer bears interest.
    Fractions of a fen are dropped once, from the whole sum.
    """
    standing = [row for row in receipts(recoupment.pk) if row.status != "reversed"]
    received = sum(row.interest_fen for row in standing)
    at = recoupment.served_on or on
    rate = days_of(recoupment.region_code, "interest_rate", at)
    grace = days_of(recoupment.region_code, "interest_grace_days", at)
    if (
        recoupment.due_on is None
        or rate is None
        or rate.value is None
        or grace is None
        or grace.value is None
    ):
        return Interest(None if rate is None or rate.value is None else rate, None, (), 0, received)
    begins_on = recoupment.due_on + timedelta(days=int(grace.value) + 1)
    until = min(on, localdate(recoupment.ended_at)) if recoupment.ended_at else on
    spans = _spans(recoupment.amount_fen, standing, begins_on, until)
    fen_days = sum(span.principal_fen * span.days for span in spans)
    millionths = int(Decimal(str(rate.value)) * MILLION / 100)
    return Interest(rate, begins_on, spans, fen_days * millionths // (DAYS_OF_A_YEAR * MILLION), received)


def _spans(
    amount_fen: int, received: list[RecoupmentReceipt], begins_on: date, until: date
) -> tuple[InterestSpan, ...]:
    changes = sorted({row.received_on for row in received if begins_on < row.received_on <= until})
    starts = [begins_on, *changes]
    ends = [day - timedelta(days=1) for day in changes] + [until]
    found = []
    for start, end in zip(starts, ends, strict=True):
        left = amount_fen - sum(row.amount_fen for row in received if row.received_on <= start)
        if start <= end and left > 0:
            found.append(InterestSpan(start, end, left))
    return tuple(found)


def left_by_part(recoupment_id: int) -> dict[str, int]:
    """What each source of each part still lacks: {"part:source": fen}."""
    left = {
        f"{part.pk}:{level}": fen
        for part in parts(recoupment_id)
        for level, fen in part.shares.items()
        if fen
    }
    for receipt in receipts(recoupment_id).exclude(status="reversed"):
        for key, fen in receipt.shares.items():
            left[key] -= fen
    return left


def left_fen(recoupment_id: int) -> int:
    """Principal not yet back."""
    return sum(left_by_part(recoupment_id).values())
