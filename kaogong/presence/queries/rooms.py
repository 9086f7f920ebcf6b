"""A session's hours as instants, and which phase an instant belongs to."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from .settings import Settings

IN, OUT = "in", "out"


@dataclass(frozen=True, slots=True)
class Hours:
    """When one session begins and ends, and from when to when its code is on the screen."""

    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    out_opens_at: datetime
    late_from: datetime
    early_until: datetime

    def is_open(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at

    def is_on(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at

    def phase(self, at: datetime) -> str:
        """Checking in until shortly before the end, out from then on; the same whoever comes first."""
        return OUT if at >= self.out_opens_at else IN


def hours_of(on: date, starts_at: time, ends_at: time, settings: Settings) -> Hours:
    """The hours of a session; one shorter than the spans lets no more than its half be for going out."""
    zone = timezone.get_default_timezone()
    begins, ends = datetime.combine(on, starts_at, zone), datetime.combine(on, ends_at, zone)
    half = (ends - begins) / 2
    return Hours(
        starts_at=begins,
        ends_at=ends,
        opens_at=begins - settings.opens_before,
        closes_at=ends + settings.closes_after,
        out_opens_at=ends - min(settings.out_opens_before, half),
        late_from=begins + min(settings.late_after, half),
        early_until=ends - min(settings.early_before, half),
    )
