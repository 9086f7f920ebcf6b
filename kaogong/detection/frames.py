"""The columns detectors read: typed frames of keys, times and figures, never of names or identity numbers.

A frame that is missing, or lacks a column, is not guessed: detectors that need it answer "not looked".
Keys are whole numbers of the caller's choosing; what must not be told (phone, address, account, device) comes
as an opaque number that only says "the same" or "another": ``opaque`` makes one of a keyed index.
Times are naive local wall time of the region; days are dates. Marks and check-ins, the long ones, may come
in several pieces as long as no class lies in two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

KEY = pl.Int64()
AT = pl.Datetime("us")
DAY = pl.Date()

# What a person's entry in a register says for a span of days.
STANDINGS = ("dead", "pension", "at_school")
# What keeps a person elsewhere at an hour.
BUSY = ("work", "hospital", "exam", "class")
# What a scheme or filing allows that would be odd elsewhere: two standings, work in class hours, nights, advances.
ALLOWANCES = ("pension", "at_school", "work", "night", "claimed_early")
# How a presence was shown. Only the first two come from the learner's own hand at a moment the server saw.
WAYS = ("qr", "face", "assisted", "card", "paper", "offline")
PHOTO_KINDS = ("portrait", "scene", "document")


def opaque(index: bytes) -> int:
    """A keyed index (16 bytes or more) as the number frames carry; equal exactly when the index is."""
    return int.from_bytes(index[:8], "big", signed=True)


@dataclass(frozen=True)
class Column:
    """One column: its type, what it means, and whether a frame may come without it."""

    name: str
    dtype: pl.DataType
    meaning: str
    optional: bool = False


def _columns(*columns: tuple) -> tuple[Column, ...]:
    return tuple(Column(*one) for one in columns)


MAY_LACK = True
SCHEMAS: dict[str, tuple[Column, ...]] = {
    "institutions": _columns(
        ("institution", KEY, "the provider, one row each"),
        ("phone", KEY, "its office phone, as opaque as a person's", MAY_LACK),
        ("address", KEY, "its own address", MAY_LACK),
    ),
    "sites": _columns(
        ("site", KEY, "a place where classes are held, one row each"),
        ("capacity", pl.Int64(), "people it holds at a time", MAY_LACK),
        ("rooms", pl.Int64(), "rooms where a session can be held at the same hour", MAY_LACK),
    ),
    "classes": _columns(
        ("class", KEY, "a training class, one row each"),
        ("institution", KEY, "who runs it"),
        ("scheme", pl.String(), "code of the subsidy scheme"),
        ("occupation", pl.String(), "code of the occupation"),
        ("level", pl.String(), "code of the level, empty where there is none"),
        ("site", KEY, "where it was filed to be held", MAY_LACK),
        ("starts_on", DAY, "first day"),
        ("ends_on", DAY, "last day"),
        ("hours", pl.Float64(), "hours filed"),
        ("head_count", pl.Int64(), "people filed"),
        ("allows", pl.List(pl.String()), "what its scheme or filing allows, of ALLOWANCES"),
        ("finished", pl.Boolean(), "reported as held to the end"),
        ("claimed_on", DAY, "day its subsidy was first claimed, null before", MAY_LACK),
    ),
    "enrolments": _columns(
        ("enrolment", KEY, "one person in one class, one row each"),
        ("class", KEY, "the class"),
        ("person", KEY, "the person"),
    ),
    "persons": _columns(
        ("person", KEY, "one row each"),
        ("born_on", DAY, "birthday", MAY_LACK),
        ("phone", KEY, "registered phone, opaque; null when none", MAY_LACK),
        ("address", KEY, "registered address down to the door, opaque; null when none", MAY_LACK),
    ),
    "accounts": _columns(
        ("person", KEY, "the person money is for"),
        ("account", KEY, "the bank account it goes to, opaque"),
        (
            "holder_matches",
            pl.Boolean(),
            "the account is in the person's own name; null when not asked",
            MAY_LACK,
        ),
    ),
    "sessions": _columns(
        ("session", KEY, "one meeting of a class, one row each; cancelled ones left out"),
        ("class", KEY, "the class"),
        ("starts_at", AT, "as in the timetable"),
        ("ends_at", AT, "as in the timetable"),
        ("hours", pl.Float64(), "class hours it is to count"),
        ("trainer", KEY, "who teaches; one key for one human being over all providers", MAY_LACK),
        ("site", KEY, "where", MAY_LACK),
        ("room", KEY, "room within the site; null when the timetable names none", MAY_LACK),
    ),
    "marks": _columns(
        ("session", KEY, "the session"),
        ("enrolment", KEY, "the learner in the class"),
        ("present", pl.Boolean(), "counted as present, late or leaving early included"),
        ("hours", pl.Float64(), "hours counted", MAY_LACK),
    ),
    "checkins": _columns(
        ("session", KEY, "the session"),
        ("enrolment", KEY, "the learner in the class"),
        ("way", pl.String(), "how, of WAYS"),
        ("server_at", AT, "when the server received it"),
        ("phone_at", AT, "what the device's clock said", MAY_LACK),
        ("device", KEY, "the device, opaque; null for paper", MAY_LACK),
        ("latitude", pl.Float64(), "degrees as told, null without", MAY_LACK),
        ("longitude", pl.Float64(), "degrees as told, null without", MAY_LACK),
        ("accuracy_m", pl.Float64(), "metres, as the device estimates", MAY_LACK),
        ("evidence", pl.Int64(), "evidence score, 0 to 100", MAY_LACK),
    ),
    "photos": _columns(
        ("photo", KEY, "one picture, one row each"),
        (
            "kind",
            pl.String(),
            "of PHOTO_KINDS: a learner's face, the class at work, a paper handed in as a picture",
        ),
        ("hash", KEY, "64-bit perceptual hash"),
        ("class", KEY, "the class it was handed in for"),
        ("person", KEY, "the learner it shows; null for a scene", MAY_LACK),
        ("session", KEY, "the session it was taken in; null where none is named", MAY_LACK),
    ),
    "plays": _columns(
        ("enrolment", KEY, "the learner in the class"),
        ("lesson", KEY, "an online lesson"),
        ("length_s", pl.Int64(), "seconds of the lesson credited by this play"),
        ("started_at", AT, "when it began"),
        ("ended_at", AT, "when it ended"),
        ("device", KEY, "the device, opaque", MAY_LACK),
    ),
    "results": _columns(
        ("enrolment", KEY, "the learner in the class, one row for each sitting"),
        ("exam", KEY, "the sitting of the exam"),
        ("assessor", KEY, "the institution that examined"),
        ("theory", pl.Float64(), "points of 100, null when not sat"),
        ("practice", pl.Float64(), "points of 100, null when not sat"),
        ("passed", pl.Boolean(), "the verdict"),
        ("answers", KEY, "opaque number of the whole answer sheet; equal sheets are equal", MAY_LACK),
    ),
    "standings": _columns(
        ("person", KEY, "the person"),
        ("kind", pl.String(), "of STANDINGS"),
        ("start_on", DAY, "first day, for the dead the day of death"),
        ("end_on", DAY, "day after the last, null while it lasts"),
    ),
    "busy": _columns(
        ("person", KEY, "the person"),
        (
            "kind",
            pl.String(),
            "of BUSY: a shift worked, a stay in hospital, an exam sat, a class kept elsewhere",
        ),
        ("starts_at", AT, "from"),
        ("ends_at", AT, "until"),
    ),
    "surveys": _columns(
        ("enrolment", KEY, "the learner asked, one row each"),
        ("attended", pl.Boolean(), "says to have been taught; null when not reached"),
    ),
}

# The frames that may come in several pieces.
LONG = ("marks", "checkins", "plays")


class FrameWrong(ValueError):
    """A frame given to the detectors lacks a needed column or holds another type."""


@dataclass(frozen=True)
class Frames:
    """The frames of one region and period, each checked and cast to its schema; unknown names are refused."""

    tables: Mapping[str, tuple[pl.LazyFrame, ...]] = field(default_factory=dict)
    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @staticmethod
    def of(**given: pl.LazyFrame | pl.DataFrame | Sequence[pl.LazyFrame | pl.DataFrame] | None) -> Frames:
        """Frames by name; a long one may be a sequence of pieces, none of which shares a class with another."""
        tables, columns = {}, {}
        for name, value in given.items():
            if name not in SCHEMAS:
                raise FrameWrong(f"no frame is called {name}")
            if value is None:
                continue
            pieces = [value] if isinstance(value, pl.LazyFrame | pl.DataFrame) else list(value)
            if len(pieces) > 1 and name not in LONG:
                raise FrameWrong(f"{name} must come in one piece")
            if not pieces:
                continue
            checked = [_conform(name, piece.lazy()) for piece in pieces]
            tables[name] = tuple(piece for piece, _ in checked)
            columns[name] = frozenset.intersection(*(names for _, names in checked))
        return Frames(tables, columns)

    def has(self, needs: Mapping[str, Iterable[str]]) -> bool:
        """Whether every frame and column asked for was given."""
        return all(
            name in self.tables and set(wanted) <= self.columns[name] for name, wanted in needs.items()
        )

    def lacks(self, needs: Mapping[str, Iterable[str]]) -> list[str]:
        """What is missing, as ``frame`` or ``frame.column``."""
        missing = []
        for name, wanted in needs.items():
            if name not in self.tables:
                missing.append(name)
            else:
                missing += [f"{name}.{column}" for column in wanted if column not in self.columns[name]]
        return missing

    def pieces(self, name: str) -> tuple[pl.LazyFrame, ...]:
        """The pieces of a long frame."""
        return self.tables[name]

    def __getattr__(self, name: str) -> pl.LazyFrame:
        if name not in SCHEMAS:
            raise AttributeError(name)
        if name not in self.tables:
            raise FrameWrong(f"the frame {name} was not given")
        pieces = self.tables[name]
        return pieces[0] if len(pieces) == 1 else pl.concat(pieces)


def _conform(name: str, frame: pl.LazyFrame) -> tuple[pl.LazyFrame, frozenset[str]]:
    """The frame with the schema's columns in their types, absent optional ones as nulls; and those it had."""
    schema = frame.collect_schema()
    chosen = []
    for column in SCHEMAS[name]:
        if column.name not in schema:
            if not column.optional:
                raise FrameWrong(f"{name} lacks the column {column.name}")
            chosen.append(pl.lit(None, dtype=column.dtype).alias(column.name))
        elif schema[column.name] == column.dtype:
            chosen.append(pl.col(column.name))
        elif _may_become(schema[column.name], column.dtype):
            chosen.append(pl.col(column.name).cast(column.dtype))
        else:
            raise FrameWrong(f"{name}.{column.name} is {schema[column.name]}, not {column.dtype}")
    return frame.select(chosen), frozenset(schema.names()) & {one.name for one in SCHEMAS[name]}


def _may_become(given: pl.DataType, wanted: pl.DataType) -> bool:
    """Whether a cast loses nothing: narrower numbers, coarser clocks, categories, a column of nulls only."""
    if given == pl.Null:
        return True
    if wanted.is_integer():
        return given.is_integer() and given != pl.UInt64
    if wanted.is_float():
        return given.is_numeric()
    if isinstance(wanted, pl.Datetime):
        return isinstance(given, pl.Datetime) and given.time_zone is None
    if wanted == pl.String:
        return given in (pl.Categorical, pl.Enum)
    if isinstance(wanted, pl.List):
        return isinstance(given, pl.List)
    return False
