"""A small region made by hand: classes with timetables, marks and check-ins that nothing is wrong with."""

from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from random import Random

import polars as pl

from kaogong.detection import SCHEMAS, Finding, Frames, Settings, Severity, detect
from kaogong.rules import load

FIRST = date(2026, 3, 2)


@cache
def settings() -> Settings:
    return Settings.of(load().conduct("370211", "detection", date(2026, 6, 1)))


class Region:
    """Rows by frame; what a row leaves out is null, or what is usual."""

    def __init__(self, seed: int = 0):
        self.rng = Random(seed)
        self.rows: dict[str, list[dict]] = {name: [] for name in SCHEMAS}
        self.numbers = count(1)

    def add(self, frame: str, **row) -> dict:
        self.rows[frame].append(row)
        return row

    def a_person(self, **more) -> int:
        number = next(self.numbers)
        self.add("persons", **{"person": number, "born_on": date(1985, 1, 1), "phone": 10**6 + number,
                               "address": 2 * 10**6 + number} | more)  # fmt: skip
        self.add("accounts", person=number, account=3 * 10**6 + number, holder_matches=True)
        return number

    def a_class(self, people: int | list[int] = 20, sessions: int = 8, *, start: date = FIRST, hour: int = 8,
                institution: int = 9001, site: int = 9101, trainer: int | None = None, check_in: bool = True,
                **more) -> "Class":  # fmt: skip
        """Everybody there every time, each by an own phone at an own moment."""
        number = next(self.numbers)
        members = people if isinstance(people, list) else [self.a_person() for _ in range(people)]
        self.add("classes", **{
            "class": number, "institution": institution, "scheme": "s", "occupation": "4-01", "level": "5",
            "site": site, "starts_on": start, "ends_on": start + timedelta(days=sessions - 1), "hours": 4.0 * sessions,
            "head_count": len(members), "allows": [], "finished": True, "claimed_on": start + timedelta(days=60),
        } | more)  # fmt: skip
        made = Class(self, number, {next(self.numbers): person for person in members}, [])
        for enrolment, person in made.members.items():
            self.add("enrolments", **{"enrolment": enrolment, "class": number, "person": person})
        trainer = trainer or next(self.numbers)
        for turn in range(sessions):
            begins = datetime.combine(start + timedelta(days=turn), datetime.min.time()) + timedelta(
                hours=hour
            )
            made.sessions.append(
                self.add("sessions", **{"session": next(self.numbers), "class": number, "starts_at": begins,
                                        "ends_at": begins + timedelta(hours=3), "hours": 4.0, "trainer": trainer,
                                        "site": site, "room": 1})
            )  # fmt: skip
            for enrolment in made.members:
                made.mark(made.sessions[-1], enrolment)
                if check_in:
                    made.check_in(made.sessions[-1], enrolment, self.rng.gauss(-200, 300))
        return made

    def frames(self) -> Frames:
        return Frames.of(
            **{
                name: pl.DataFrame(rows, schema={column.name: column.dtype for column in SCHEMAS[name]})
                for name, rows in self.rows.items()
            }
        )

    def found(self, kind: str) -> list[Finding]:
        """What that detector says, notices included."""
        detection = detect(self.frames(), settings(), kinds=[kind])
        assert detection.looked == (kind,), detection.not_looked
        return list(detection.findings)

    def grave(self, kind: str) -> list[Finding]:
        """What it says above a notice."""
        return [one for one in self.found(kind) if one.severity is not Severity.NOTICE]


class Class:
    def __init__(self, region: Region, number: int, members: dict[int, int], sessions: list[dict]):
        self.region, self.number, self.members, self.sessions = region, number, members, sessions

    @property
    def people(self) -> list[int]:
        return list(self.members.values())

    def mark(self, session: dict, enrolment: int, *, present: bool = True) -> None:
        self.region.add("marks", session=session["session"], enrolment=enrolment, present=present, hours=4.0)

    def check_in(self, session: dict, enrolment: int, seconds: float, way: str = "qr", **more) -> dict:
        at = session["starts_at"] + timedelta(seconds=seconds)
        rng = self.region.rng
        return self.region.add(
            "checkins",
            **{"session": session["session"], "enrolment": enrolment, "way": way, "server_at": at, "phone_at": at,
               "device": 5 * 10**6 + self.members[enrolment], "latitude": 36 + rng.gauss(0, 1e-4),
               "longitude": 120 + rng.gauss(0, 1e-4), "accuracy_m": 12.0}
            | more,
        )  # fmt: skip

    def shown(self) -> list[dict]:
        """Its check-ins, session by session."""
        theirs = {session["session"] for session in self.sessions}
        return [row for row in self.region.rows["checkins"] if row["session"] in theirs]

    def check_in_again(self, seconds, *, sessions: int | None = None, way: str = "qr") -> None:
        """Other moments: ``seconds(session turn, learner turn)`` after the beginning."""
        for turn, session in enumerate(self.sessions[:sessions]):
            for at, row in enumerate(row for row in self.shown() if row["session"] == session["session"]):
                row["server_at"] = session["starts_at"] + timedelta(seconds=seconds(turn, at))
                row["phone_at"], row["way"] = row["server_at"], way

    def photographed(self, hash_of=lambda turn: 0x5A5A_1234_0F0F_7777 + turn * 0x1111_0000_1111) -> None:
        for turn, session in enumerate(self.sessions[:3]):
            self.region.add(
                "photos",
                **{"photo": next(self.region.numbers), "kind": "scene", "hash": hash_of(turn), "class": self.number,
                   "person": None, "session": session["session"]},
            )  # fmt: skip

    def examined(
        self, theory, practice=lambda at: 70 + at % 17, *, answers=None, assessor: int = 9500
    ) -> None:
        exam = next(self.region.numbers)
        for at, enrolment in enumerate(self.members):
            marks = float(theory(at)), float(practice(at))
            self.region.add("results", enrolment=enrolment, exam=exam, assessor=assessor, theory=marks[0],
                            practice=marks[1], passed=min(marks) >= 60,
                            answers=answers(at) if answers else next(self.region.numbers))  # fmt: skip
