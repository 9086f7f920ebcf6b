"""The things of a made-up region: institutions, people, classes and what they leave behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

import polars as pl

from kaogong.detection.frames import SCHEMAS, Frames


@dataclass(slots=True)
class Site:
    number: int
    institution: int
    rooms: int
    capacity: int
    latitude: float
    longitude: float
    one_fix: float  # share of phones that take their place from the building's network


@dataclass(slots=True)
class Institution:
    number: int
    phone: int
    address: int
    skill: float
    sites: list[Site] = field(default_factory=list)
    trainers: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Person:
    number: int
    born_on: date
    phone: int | None
    address: int | None
    account: int
    own_account: bool
    device: int
    village: int | None
    portrait: int
    ability: float


@dataclass(slots=True)
class Session:
    number: int
    starts_at: datetime
    ends_at: datetime
    hours: float
    trainer: int
    site: Site
    room: int


@dataclass(slots=True)
class CheckIn:
    session: int
    enrolment: int
    way: str
    server_at: datetime
    phone_at: datetime | None
    device: int | None
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None


@dataclass(slots=True)
class Class:
    number: int
    institution: Institution
    mode: str
    scheme: str
    occupation: str
    level: str
    allows: list[str]
    sessions: list[Session] = field(default_factory=list)
    members: dict[int, Person] = field(default_factory=dict)  # by enrolment
    claimed_on: date | None = None
    checkins: list[CheckIn] = field(default_factory=list)
    marks: dict[tuple[int, int], bool] = field(default_factory=dict)  # session, enrolment -> present
    scenes: list[tuple[int, int]] = field(default_factory=list)  # hash, session
    results: list[list] = field(
        default_factory=list
    )  # enrolment, exam, assessor, theory, practice, passed, answers
    plays: list[list] = field(default_factory=list)  # enrolment, lesson, length, started, ended, device
    surveys: dict[int, bool | None] = field(default_factory=dict)
    planted: bool = False

    @property
    def site(self) -> Site:
        return self.sessions[0].site

    def on(self, session: Session) -> list[CheckIn]:
        """The check-ins of one session."""
        return [one for one in self.checkins if one.session == session.number]


@dataclass
class World:
    """A region-year, its honest mess and what was planted in it."""

    rng: Random
    institutions: list[Institution] = field(default_factory=list)
    people: dict[int, Person] = field(default_factory=dict)
    everyone: list[Person] = field(default_factory=list)
    villagers: dict[int, list[Person]] = field(default_factory=dict)
    classes: dict[int, Class] = field(default_factory=dict)
    standings: list[tuple] = field(default_factory=list)
    busy: list[tuple] = field(default_factory=list)
    portraits: dict[tuple[int, int], int] = field(default_factory=dict)  # class, person -> another hash
    places: dict[int, list[Class]] = field(default_factory=dict)  # person -> the classes they are in
    last_number: int = 1000
    year: int = 2025

    def number(self) -> int:
        """A key never used before."""
        self.last_number += self.rng.randint(1, 3)
        return self.last_number

    def opaque(self) -> int:
        """An opaque index, as a keyed digest would be."""
        return self.rng.getrandbits(63)

    def enrol(self, group: Class, person: Person) -> int:
        """Put a person on the roster; the enrolment's key."""
        number = self.number()
        group.members[number] = person
        self.places.setdefault(person.number, []).append(group)
        return number

    def drop(self, group: Class, number: int) -> None:
        """Take a learner off the roster with everything they left."""
        self.places[group.members.pop(number).number].remove(group)
        group.checkins = [one for one in group.checkins if one.enrolment != number]
        group.marks = {key: value for key, value in group.marks.items() if key[1] != number}
        group.results = [row for row in group.results if row[0] != number]
        group.plays = [row for row in group.plays if row[0] != number]
        group.surveys.pop(number, None)

    def frames(self) -> Frames:
        """What a detector may see of it: nothing says what was planted."""
        rows: dict[str, list[tuple]] = {
            "institutions": [(one.number, one.phone, one.address) for one in self.institutions],
            "sites": [
                (site.number, site.capacity, site.rooms) for one in self.institutions for site in one.sites
            ],
            "persons": [(one.number, one.born_on, one.phone, one.address) for one in self.people.values()],
            "accounts": [(one.number, one.account, one.own_account) for one in self.people.values()],
            "standings": self.standings,
            "busy": self.busy,
        } | {name: [] for name in ("classes", "enrolments", "sessions", "marks", "checkins", "photos", "plays",
                                   "results", "surveys")}  # fmt: skip
        for one in self.classes.values():
            for name, row in _rows_of(one, self.portraits):
                rows[name].append(row)
        return Frames.of(
            **{
                name: pl.DataFrame(
                    content, schema={column.name: column.dtype for column in _given(name)}, orient="row"
                )
                for name, content in rows.items()
            }
        )


_LEFT_OUT = {"checkins": {"evidence"}, "marks": {"hours"}}


def _given(name: str) -> list:
    return [column for column in SCHEMAS[name] if column.name not in _LEFT_OUT.get(name, set())]


def _rows_of(one: Class, portraits: dict[tuple[int, int], int]) -> Iterator[tuple[str, tuple]]:
    days = [session.starts_at.date() for session in one.sessions]
    yield "classes", (
        one.number, one.institution.number, one.scheme, one.occupation, one.level, one.site.number, min(days),
        max(days), sum(session.hours for session in one.sessions), len(one.members), one.allows, True, one.claimed_on,
    )  # fmt: skip
    for number, person in one.members.items():
        yield "enrolments", (number, one.number, person.number)
        face = portraits.get((one.number, person.number), person.portrait)
        yield "photos", (number * 4, "portrait", face, one.number, person.number, None)
    for at in one.sessions:
        yield "sessions", (
            at.number, one.number, at.starts_at, at.ends_at, at.hours, at.trainer, at.site.number, at.room
        )  # fmt: skip
    for (session, enrolment), present in one.marks.items():
        yield "marks", (session, enrolment, present)
    for c in one.checkins:
        yield "checkins", (
            c.session, c.enrolment, c.way, c.server_at, c.phone_at, c.device, c.latitude, c.longitude, c.accuracy_m
        )  # fmt: skip
    for turn, (picture, session) in enumerate(one.scenes):
        yield "photos", (session * 4 + 1 + turn * 10**12, "scene", picture, one.number, None, session)
    for row in one.plays:
        yield "plays", tuple(row)
    for row in one.results:
        yield "results", tuple(row)
    for enrolment, attended in one.surveys.items():
        yield "surveys", (enrolment, attended)
