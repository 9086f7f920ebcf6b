"""How many asked, were answered, in time, how long it took, whether it helped; each figure opens to its enquiries.

Counted by the day of asking. What was merged into another is one question with it and counts once, with that one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kaogong.kernel.actor import Actor

from ..models import Enquiry
from ..states import OPEN
from .conduct import every_category
from .finding import enquiries

# Each word of the table and the rows it opens to.
MEASURES: dict[str, tuple[Any, Q]] = {
    "asked": (_("收到"), ~Q(status="merged")),
    "answered": (_("已答复"), ~Q(status="merged") & Q(first_answered_at__isnull=False)),
    "dismissed": (_("不予答复"), Q(status="dismissed", first_answered_at__isnull=True)),
    "waiting": (_("还没有答复"), Q(status__in=OPEN, first_answered_at__isnull=True)),
    "in_time": (_("按期答复"), ~Q(status="merged") & Q(is_in_time=True)),
    "late": (_("超期答复"), ~Q(status="merged") & Q(is_in_time=False)),
    "helped": (_("有帮助"), ~Q(status="merged") & Q(is_helped=True)),
    "not_helped": (_("没有帮助"), ~Q(status="merged") & Q(is_helped=False)),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One row of the table: of one category, or of all."""

    category: str
    counts: dict[str, int]
    median_days: float | None  # working days from asking to the first answer

    @property
    def in_time_share(self) -> int | None:
        """Thousandths of the first answers that had a term; None where none had one."""
        return _share(self.counts["in_time"], self.counts["in_time"] + self.counts["late"])

    @property
    def helped_share(self) -> int | None:
        """Thousandths of those who said whether it helped; None while nobody said."""
        return _share(self.counts["helped"], self.counts["helped"] + self.counts["not_helped"])


def _share(part: int, whole: int) -> int | None:
    return (part * 1000 + whole // 2) // whole if whole else None


def asked_between(rows: QuerySet[Enquiry], first: date | None, last: date | None) -> QuerySet[Enquiry]:
    """Those that came on these days, both included."""
    if first is not None:
        rows = rows.filter(received_at__gte=_begins(first))
    if last is not None:
        rows = rows.filter(received_at__lt=_begins(last + timedelta(days=1)))
    return rows


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def rows_of_measure(rows: QuerySet[Enquiry], measure: str) -> QuerySet[Enquiry]:
    """The enquiries one figure counts; all of them for an unknown word."""
    return rows.filter(MEASURES[measure][1]) if measure in MEASURES else rows


def measured(by: Actor, first: date, last: date) -> list[Measured]:
    """One row a category asked about, then all together last."""
    rows = asked_between(enquiries(by), first, last)
    days: dict[str, list[int]] = {}
    taken = rows_of_measure(rows, "answered").order_by().values_list("category", "days_taken")
    for category, worked in taken.iterator():
        days.setdefault(category, []).append(worked)
    counted = {name: _by_category(rows_of_measure(rows, name)) for name in MEASURES}
    listed = list(every_category())
    categories = sorted(counted["asked"], key=listed.index)
    found = [_row(code, (code,), counted, days.get) for code in categories]
    return [*found, _row("", categories, counted, days.get)] if found else []


def _by_category(rows: QuerySet[Enquiry]) -> dict[str, int]:
    return dict(rows.order_by().values_list("category").annotate(n=Count("pk")))


def _row(code: str, of: Iterable[str], counted: dict[str, dict[str, int]], days: Callable) -> Measured:
    worked = [day for category in of for day in days(category) or []]
    return Measured(
        code,
        {name: sum(counts.get(category, 0) for category in of) for name, counts in counted.items()},
        median(worked) if worked else None,
    )
