"""A stretch of days, from its first day up to but not including its end."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from kaogong.kernel.errors import Malformed


@dataclass(frozen=True, slots=True)
class Period:
    """The days of [start, end); ``end`` None means still open."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise Malformed(field="期间", value=f"{self.start}—{self.end}", problem="结束早于开始")

    @classmethod
    def from_days(cls, first: date, last: date) -> "Period":
        """Make the period of two days both included, as people write them on forms."""
        return cls(first, last + timedelta(days=1))

    @property
    def last(self) -> date | None:
        """The last day included, None when open."""
        return None if self.end is None else self.end - timedelta(days=1)

    @property
    def days(self) -> int | None:
        """How many days, None when open."""
        return None if self.end is None else (self.end - self.start).days

    @property
    def is_empty(self) -> bool:
        return self.end == self.start

    def contains(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: "Period") -> bool:
        """Say whether at least one day lies in both."""
        return self.clip(other) is not None

    def clip(self, other: "Period") -> "Period | None":
        """Return the days lying in both, None when there are none."""
        start = max(self.start, other.start)
        ends = [end for end in (self.end, other.end) if end is not None]
        end = min(ends, default=None)
        if end is not None and end <= start:
            return None
        return Period(start, end)


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last of a month that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
