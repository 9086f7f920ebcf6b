"""The stretch of time a figure is asked of, as the address names it: 2026, 2026H1, 2026Q3, 2026-11 or two days."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from kaogong.kernel.period import Period, add_months

_KEY = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?:H(?P<half>[12])|-?Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?"
)
_BETWEEN = "~"
_MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}
YEARS_BACK = 4


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch: its key in the address, its days, and what it is called."""

    key: str
    kind: str  # year | half | quarter | month | days
    period: Period

    @property
    def label(self) -> str:
        """Its name as people say it."""
        start = self.period.start
        if self.kind == "days":
            last = self.period.last
            if start.day == 1 and self.period.end.day == 1 and start.year == last.year:
                return gettext("{year} 年 {first}—{last} 月").format(
                    year=start.year, first=start.month, last=last.month
                )
            if (start.day, start.month) == (self.period.end.day, self.period.end.month) == (1, 1):
                return gettext("{first}—{last} 年").format(first=start.year, last=last.year)
            return gettext("{start} 至 {end}").format(start=start.isoformat(), end=last.isoformat())
        if self.kind == "year":
            return gettext("{year} 年").format(year=start.year)
        if self.kind == "half":
            words = gettext("{year} 年上半年") if start.month == 1 else gettext("{year} 年下半年")
            return words.format(year=start.year)
        if self.kind == "quarter":
            return gettext("{year} 年第 {n} 季度").format(year=start.year, n=(start.month + 2) // 3)
        return gettext("{year} 年 {month} 月").format(year=start.year, month=start.month)

    def a_year_before(self) -> "Span":
        """The same stretch of the year before."""
        start, end = add_months(self.period.start, -12), add_months(self.period.end, -12)
        if self.kind == "days":
            return between(start, add_months(self.period.last, -12))
        return Span(_key(self.kind, start), self.kind, Period(start, end))

    def so_far(self, today: date) -> "Span":
        """The same stretch under the same name, without the days to come; itself when it is over or all to come."""
        if self.period.end <= today or not self.period.contains(today):
            return self
        return Span(self.key, self.kind, Period.from_days(self.period.start, today))

    def up_to(self, today: date) -> "Span":
        """The part of it that has passed, today included; itself when it is over."""
        if self.period.end <= today or not self.period.contains(today):
            return self
        return between(self.period.start, today)

    def months(self) -> list["Span"]:
        """The calendar months it touches, in order."""
        found, day = [], self.period.start.replace(day=1)
        while day < self.period.end:
            found.append(_of("month", day))
            day = add_months(day, 1)
        return found


def _key(kind: str, start: date) -> str:
    if kind == "year":
        return f"{start.year}"
    if kind == "half":
        return f"{start.year}H{1 if start.month == 1 else 2}"
    if kind == "quarter":
        return f"{start.year}Q{(start.month + 2) // 3}"
    return f"{start:%Y-%m}"


def _of(kind: str, start: date) -> Span:
    return Span(_key(kind, start), kind, Period(start, add_months(start, _MONTHS[kind])))


def year(number: int) -> Span:
    """A calendar year."""
    return _of("year", date(number, 1, 1))


def between(first: date, last: date) -> Span:
    """The days from the first to the last, both included."""
    return Span(f"{first.isoformat()}{_BETWEEN}{last.isoformat()}", "days", Period.from_days(first, last))


def span_of(start: date, end: date) -> Span:
    """The stretch of these days, ``end`` not included, under the shortest name it has."""
    for kind, months in _MONTHS.items():
        if start.day == 1 and (start.month - 1) % months == 0 and add_months(start, months) == end:
            return _of(kind, start)
    return between(start, Period(start, end).last)


def span_named(key: str) -> Span | None:
    """The stretch an address names, None where it names none."""
    if _BETWEEN in key:
        return _two_days(*key.split(_BETWEEN, 1))
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    number = int(found["year"])
    if found["half"]:
        return _of("half", date(number, 6 * int(found["half"]) - 5, 1))
    if found["quarter"]:
        return _of("quarter", date(number, 3 * int(found["quarter"]) - 2, 1))
    if found["month"]:
        return _of("month", date(number, int(found["month"]), 1))
    return year(number)


def _two_days(first: str, last: str) -> Span | None:
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None
    return between(*days) if days[0] <= days[1] and days[0].year > 1900 and days[1].year < 2100 else None


def choices(today: date) -> list[tuple[str, list[Span]]]:
    """What the picker offers, newest first: years, halves, quarters and months that have begun."""
    begun = [year(today.year - back) for back in range(YEARS_BACK + 1)]
    parts = {
        kind: list(_begun(kind, today, years)) for kind, years in (("half", 2), ("quarter", 2), ("month", 2))
    }
    return [
        (gettext("年"), begun),
        (gettext("半年"), parts["half"]),
        (gettext("季度"), parts["quarter"]),
        (gettext("月"), parts["month"]),
    ]


def _begun(kind: str, today: date, years: int) -> Iterator[Span]:
    day = date(today.year, 12, 1)
    step = _MONTHS[kind]
    day = add_months(day, 1 - step)
    while day.year > today.year - years:
        if day <= today:
            yield _of(kind, day)
        day = add_months(day, -step)
