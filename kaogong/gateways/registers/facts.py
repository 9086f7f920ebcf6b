"""What a register may say of a person, and how it stands in JSON (docs/howto/connect_a_register.md)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


class Unreadable(ValueError):
    """A register's answer is not of the agreed form."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whether name and number belong together (None: no name was given), and the day of death if dead."""

    name_matches: bool | None
    died_on: date | None


@dataclass(frozen=True, slots=True)
class InsuredSpell:
    """Insured by one employer on the days of [since, until); ``last_paid`` is the last month paid (YYYY-MM)."""

    employer: str
    credit_code: str
    since: date
    until: date | None
    last_paid: str


@dataclass(frozen=True, slots=True)
class Insurance:
    """Every spell of social insurance, oldest first."""

    spells: tuple[InsuredSpell, ...]

    def on(self, day: date) -> tuple[InsuredSpell, ...]:
        return tuple(s for s in self.spells if s.since <= day and (s.until is None or day < s.until))


@dataclass(frozen=True, slots=True)
class Pension:
    """Since when a pension is drawn; None: none is."""

    since: date | None


@dataclass(frozen=True, slots=True)
class SchoolSpell:
    """At one school on the days of [since, until)."""

    school: str
    since: date
    until: date | None
    full_time: bool


@dataclass(frozen=True, slots=True)
class Schooling:
    """Every enrolment at a school, oldest first."""

    spells: tuple[SchoolSpell, ...]

    def full_time_between(self, first: date, last: date) -> tuple[SchoolSpell, ...]:
        return tuple(
            s for s in self.spells if s.full_time and s.since <= last and (s.until is None or first < s.until)
        )


@dataclass(frozen=True, slots=True)
class Employment:
    """The present employer and since when; both empty: none."""

    employer: str
    credit_code: str
    since: date | None


@dataclass(frozen=True, slots=True)
class SubsidyPaid:
    """One training subsidy paid by another region."""

    region: str
    occupation_code: str
    level_code: str
    paid_on: date


@dataclass(frozen=True, slots=True)
class Subsidies:
    """Every training subsidy other regions have paid, oldest first."""

    paid: tuple[SubsidyPaid, ...]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One thing that took place at an hour asked about: at work, in hospital, sitting an exam."""

    kind: str  # work | hospital | exam
    place: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Hours:
    """What overlaps the hours asked about; empty: nothing is known against them."""

    found: tuple[Whereabouts, ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two photographs are, 0 to 100."""

    percent: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A message was handed over; ``reference`` is the sender's number for it."""

    reference: str


Facts = Identity | Insurance | Pension | Schooling | Employment | Subsidies | Hours | Likeness | Sent


def read_facts(kind: str, told: Mapping[str, Any]) -> Facts:
    """Read one answer in JSON; raises Unreadable when it is not of the agreed form."""
    try:
        return _READERS[kind](told)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise Unreadable(f"{kind}: {type(problem).__name__} {problem}") from problem


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return instant


def _month(text: str) -> str:
    if text:
        date.fromisoformat(f"{text}-01")
    return text


def _words(text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError("a text is wanted")
    return text[:200]


def _truth(value: Any) -> bool | None:
    if value not in (True, False, None):
        raise TypeError("true, false or null is wanted")
    return value


def _identity(told: Mapping) -> Identity:
    return Identity(_truth(told["name_matches"]), _day(told["died_on"]))


def _insurance(told: Mapping) -> Insurance:
    spells = (
        InsuredSpell(
            _words(s["employer"]),
            _words(s.get("credit_code", "")),
            date.fromisoformat(s["since"]),
            _day(s["until"]),
            _month(s.get("last_paid", "")),
        )
        for s in told["spells"]
    )
    return Insurance(tuple(sorted(spells, key=lambda s: s.since)))


def _schooling(told: Mapping) -> Schooling:
    spells = (
        SchoolSpell(
            _words(s["school"]),
            date.fromisoformat(s["since"]),
            _day(s["until"]),
            bool(_truth(s.get("full_time", True))),
        )
        for s in told["spells"]
    )
    return Schooling(tuple(sorted(spells, key=lambda s: s.since)))


def _employment(told: Mapping) -> Employment:
    return Employment(_words(told["employer"]), _words(told.get("credit_code", "")), _day(told["since"]))


def _subsidies(told: Mapping) -> Subsidies:
    paid = (
        SubsidyPaid(
            _words(s["region"]),
            _words(s["occupation_code"]),
            _words(s.get("level_code", "")),
            date.fromisoformat(s["paid_on"]),
        )
        for s in told["paid"]
    )
    return Subsidies(tuple(sorted(paid, key=lambda s: s.paid_on)))


def _hours(told: Mapping) -> Hours:
    found = []
    for s in told["found"]:
        if s["kind"] not in ("work", "hospital", "exam"):
            raise ValueError(f"kind {s['kind']!r} is not known")
        found.append(Whereabouts(s["kind"], _words(s["place"]), _instant(s["since"]), _instant(s["until"])))
    return Hours(tuple(sorted(found, key=lambda s: s.since)))


def _likeness(told: Mapping) -> Likeness:
    percent = told["percent"]
    if type(percent) is not int or not 0 <= percent <= 100:
        raise ValueError("percent must be a whole number from 0 to 100")
    return Likeness(percent)


_READERS: dict[str, Callable[[Mapping], Facts]] = {
    "identity": _identity,
    "insurance": _insurance,
    "pension": lambda told: Pension(_day(told["since"])),
    "schooling": _schooling,
    "employment": _employment,
    "subsidies": _subsidies,
    "hours": _hours,
    "face": _likeness,
    "message": lambda told: Sent(_words(told["reference"])),
}
