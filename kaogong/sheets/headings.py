"""Finding the heading row and telling which column is which, by what the headings say."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache

import polars as pl

from kaogong.sheets.layouts import Column, Layout

ROWS_SEARCHED = 30
SURE = 0.8  # below this a person is asked
SURELY = 0.95  # the very words of a known heading

_BRACKETS = re.compile(r"[(\[【〔{<《].*?[)\]】〕}>》]")
_NOISE = re.compile(r"[\s*:：_\-—.。、,，'\"“”/\\\u200b\ufeff]+")
_DAY = re.compile(r"^(?:第)?(\d{1,2})(?:日|号|天)?$")
_MONTH_DAY = re.compile(r"^(\d{1,2})[./月-](\d{1,2})日?$")
_FULL_DATE = re.compile(r"^(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?(?: 00:00:00)?$")


@dataclass(frozen=True, slots=True)
class Match:
    """One column of the file: its heading, and which field it was taken for with what certainty."""

    heading: str
    column_letter: str
    field: str | None
    certainty: float


@dataclass(frozen=True, slots=True)
class Day:
    """One day column of an attendance book: its name in the frame and the day it stands for."""

    column: str
    heading: str
    day: int
    on: dt.date | None


@dataclass
class HeadingRows:
    """Where the headings stand (0-based, one row or two) and what they were recognised as."""

    first: int
    last: int
    matches: list[Match]
    days: dict[str, Day] = field(default_factory=dict)  # by column letter

    @property
    def found(self) -> dict[str, str]:
        """Field → column letter."""
        return {match.field: match.column_letter for match in self.matches if match.field}

    def missing(self, layout: Layout) -> list[str]:
        found = self.found
        missing = [column.field for column in layout.columns if column.required and column.field not in found]
        for group in layout.any_of:
            if not any(name in found for name in group):
                missing.append(group[0])
        if layout.name == "attendance" and not self.days:
            missing.append("days")
        return missing

    def score(self, layout: Layout) -> tuple[float, float]:
        return (-len(self.missing(layout)), sum(match.certainty for match in self.matches) + len(self.days))


ALIKE = 0.75  # how alike two headings must be to be taken for one another
LONGER = 5 / 3  # one this much longer than the other cannot be so alike


@lru_cache(maxsize=8192)
def plain(heading: str) -> str:
    """A heading without spaces, stars, colons and width differences, for comparing."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", heading)).casefold()


@lru_cache(maxsize=8192)
def _bare(heading: str) -> str:
    """A heading without what stands in brackets, for comparing."""
    return plain(_BRACKETS.sub("", unicodedata.normalize("NFKC", heading)))


def certainty(heading: str, column: Column) -> float:
    """How surely a heading means a column: 1 the same words, down to 0 nothing in common."""
    whole, bare = plain(heading), _bare(heading)
    if not whole:
        return 0.0
    known = _known(column.label, tuple(column.synonyms))
    if whole in known:
        return 1.0
    if bare and bare in known:
        return 0.95
    best = 0.0
    for name in known:
        if len(name) >= 3 and (name in bare or (bare in name and len(bare) >= 3)):
            best = max(best, 0.5 + 0.25 * min(len(name), len(bare)) / max(len(name), len(bare)))
        elif (
            3 <= len(name) <= LONGER * len(bare)
            and 3 <= len(bare) <= LONGER * len(name)
            and not _letters(name).isdisjoint(bare)
        ):
            words = SequenceMatcher(None, name, bare)
            if words.quick_ratio() >= ALIKE:  # never below the ratio itself, and much quicker
                likeness = words.ratio()
                best = max(best, 0.7 * likeness if likeness >= ALIKE else 0.0)
    return round(best, 2)


@lru_cache(maxsize=1024)
def _letters(name: str) -> frozenset[str]:
    return frozenset(name)


@lru_cache(maxsize=1024)
def _known(label: str, synonyms: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(plain(name) for name in (label, *synonyms))


def find_heading_rows(
    top: pl.DataFrame, layout: Layout, mapping: Mapping[str, str] | None, month: tuple[int, int] | None
) -> HeadingRows | None:
    """The best heading row among the first rows of a sheet, or None where nothing looks like one."""
    rows = [[(cell or "").strip() for cell in row] for row in top.head(ROWS_SEARCHED + 1).rows()]
    letters = top.columns
    best: HeadingRows | None = None
    for index, row in enumerate(rows[:ROWS_SEARCHED]):
        if sum(1 for cell in row if cell) < 2:
            continue
        single = HeadingRows(index, index, _assign(row, letters, layout, mapping))
        single.days = _days(row, single, letters, layout, month)
        candidates = [single]
        if index + 1 < len(rows) and _continues(single, rows[index + 1], letters, layout):
            joined, leaves = _joined(row, rows[index + 1])
            double = HeadingRows(index, index + 1, _assign(joined, letters, layout, mapping, leaves))
            double.days = _days(leaves, double, letters, layout, month)
            candidates.append(double)
        for candidate in candidates:
            recognised = sum(1 for match in candidate.matches if match.certainty >= 0.5)
            if not recognised or (recognised + len(candidate.days) < 2 and not mapping):
                continue
            if best is None or candidate.score(layout) > best.score(layout):
                best = candidate
    return best


def _continues(single: HeadingRows, below: list[str], letters: list[str], layout: Layout) -> bool:
    """Whether the row below is the lower half of a merged heading: under every clear column blank or a heading."""
    clear = {match.column_letter for match in single.matches if match.field and match.certainty >= SURELY}
    return (
        any(below)
        and bool(clear)
        and all(
            not cell or any(certainty(cell, column) >= SURELY for column in layout.columns)
            for letter, cell in zip(letters, below, strict=True)
            if letter in clear
        )
    )


def _joined(upper: list[str], lower: list[str]) -> tuple[list[str], list[str]]:
    """Two heading rows as one: a merged upper cell counts for the columns to its right."""
    joined, leaves, above = [], [], ""
    for top, bottom in zip(upper, lower, strict=True):
        above = top or (above if bottom else "")
        joined.append(above + bottom)
        leaves.append(bottom or top)
    return joined, leaves


def _assign(
    row: list[str],
    letters: list[str],
    layout: Layout,
    mapping: Mapping[str, str] | None,
    leaves: list[str] | None = None,
) -> list[Match]:
    chosen: dict[int, tuple[str | None, float]] = {}
    taken: set[str] = set()
    for index, heading in enumerate(row):
        if mapping and heading and (wanted := _mapped(heading, letters[index], mapping)) is not None:
            chosen[index] = (wanted or None, 1.0 if wanted else 0.0)
            taken.add(wanted)
    claims = []
    for index, heading in enumerate(row):
        if index in chosen or not heading:
            continue
        for column in layout.columns:
            sure = certainty(heading, column)
            if leaves and leaves[index] != heading:
                sure = max(sure, certainty(leaves[index], column) - 0.01)
            if sure > 0:
                claims.append((-sure, index, column.field))
    for minus_sure, index, name in sorted(claims, key=lambda claim: claim[:2]):
        if index in chosen or name in taken:
            continue
        chosen[index] = (name, -minus_sure)
        taken.add(name)
    return [
        Match(heading, letters[index], *chosen.get(index, (None, 0.0)))
        for index, heading in enumerate(row)
        if heading or index in chosen
    ]


def _mapped(heading: str, letter: str, mapping: Mapping[str, str]) -> str | None:
    """The field a person chose for this column: by its heading, or by its letter where headings repeat."""
    for key in (letter, heading, plain(heading)):
        if key in mapping:
            return mapping[key]
    return None


def _days(
    row: list[str], headings: HeadingRows, letters: list[str], layout: Layout, month: tuple[int, int] | None
) -> dict[str, Day]:
    if not layout.day_columns:
        return {}
    used = set(headings.found.values())
    days: dict[str, Day] = {}
    for letter, heading in zip(letters, row, strict=True):
        day = None if letter in used or not heading else _day(heading, month)
        if day and all(day.column != other.column for other in days.values()):
            days[letter] = day
    # One lone small number is data, not a day.
    return days if len(days) >= 2 or any(day.on for day in days.values()) else {}


def _day(heading: str, month: tuple[int, int] | None) -> Day | None:
    text = unicodedata.normalize("NFKC", heading).strip()
    year_number, month_number = month or (None, None)
    if match := _FULL_DATE.match(text):
        year_number, month_number, day = (int(part) for part in match.groups())
    elif match := _MONTH_DAY.match(text):
        month_number, day = (int(part) for part in match.groups())
    elif match := _DAY.match(text):
        day = int(match.group(1))
    else:
        return None
    if not 1 <= day <= 31:
        return None
    on = None
    if year_number and month_number:
        try:
            on = dt.date(year_number, month_number, day)
        except ValueError:
            return None
    return Day(f"day:{on.isoformat()}" if on else f"day:{day}", heading, day, on)
