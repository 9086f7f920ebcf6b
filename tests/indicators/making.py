"""Small snapshots: rows of facts with only what a test is about said."""

from collections.abc import Iterable
from datetime import date
from itertools import count
from pathlib import Path

import polars as pl

from kaogong.indicators.facts import FACTS, keep, write_year
from kaogong.kernel.period import Period

YEAR = Period(date(2024, 1, 1), date(2025, 1, 1))
DAY = date(2024, 5, 20)
USUAL = {
    "training": {"counted": True, "finished": True, "starts_on": date(2024, 4, 1)},
    "certificate": {"stands": True, "kind": "skill_level", "level": "5", "steps_from": "0"},
    "payment": {"amount_fen": 120_000, "payee_kind": "provider"},
    "outcome": {"months": 3},
    "class": {"approved": True, "starts_on": date(2024, 4, 1), "head_count": 30},
    "enquiry": {"category": "subsidy", "channel": "portal", "department": "hrss"},
}
_numbers = count(1)


def row(fact: str, person: int | None = 1, on: date | None = DAY, **said) -> dict:
    """One row of a fact: its record numbered, of the district 370202 unless said otherwise."""
    known = FACTS[fact]
    blank = {"code": "", "text": "", "number": 0, "flag": False, "day": None, "money": 0, "hours": 0}
    usual = {one.name: blank[one.kind] for one in known.columns}
    usual |= {"record": f"r{next(_numbers)}", "region": "370202", known.on: on}
    if "person" in usual:
        usual |= {"person": person, "origin": "own"}
    strange = set(said) - set(usual)
    assert not strange, strange
    return usual | USUAL[fact] | {known.on: on} | said


def snapshot(folder: Path, **rows: Iterable[dict]) -> Path:
    """A snapshot of these rows; ``class_`` stands for the fact of classes."""
    for name, some in rows.items():
        fact = FACTS[name.rstrip("_")]
        frame = pl.DataFrame(list(some), schema=fact.schema)
        if not keep(fact, frame, folder):
            write_year(fact, frame, folder, YEAR.start.year)
    return folder
