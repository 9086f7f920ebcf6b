"""What a pack is about: one region, some whole days, with or without personal data."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kaogong.kernel.region_code import RegionCode

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Period:
    """The days of [from_on, to_on] in one region's subtree."""

    region_code: str
    from_on: date
    to_on: date
    is_full: bool = False

    @property
    def start(self) -> datetime:
        return datetime.combine(self.from_on, time(), tzinfo=SHANGHAI)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return datetime.combine(self.to_on + timedelta(days=1), time(), tzinfo=SHANGHAI)

    @property
    def prefix(self) -> str:
        return RegionCode(self.region_code).prefix

    def has(self, at: datetime) -> bool:
        """Whether an instant lies within."""
        return self.start <= at < self.end

    def on(self, field: str) -> dict[str, datetime]:
        """The condition that an instant lies within."""
        return {f"{field}__gte": self.start, f"{field}__lt": self.end}

    def here(self, field: str = "region_code") -> dict[str, str]:
        """The condition that a region lies within."""
        return {f"{field}__startswith": self.prefix} if self.prefix else {}
