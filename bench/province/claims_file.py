"""The claims: most people come once, some several times, a few dozens of times; one part after another.

The same seed and sizes give the same file. Days run forward with the file but for a few weeks either way, as
certificates and claims do; references count up, so they are not in the order of days.
"""

import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from bench.province.policy import DAYS, FIRST_DAY, REGION, SCHEME, book

CLAIMS, PEOPLE = 6_518_000, 4_000_000
PART = 500_000
MOST_TIMES = 36

# How many of a thousand people come once, twice, …; whoever comes more often comes up to 36 times.
_TIMES = {1: 683, 2: 177, 3: 73, 4: 37, 5: 17, 6: 12}
OCCUPATIONS = ("4-10-01-05", *(f"6-{n % 31 + 1:02}-{n % 7 + 1:02}-{n % 11 + 1:02}" for n in range(59)))
KINDS = {"skill_level": 76, "qualification": 8, "special_ability": 6, "special_operation": 4,
          "training_completion": 4, "none": 1, "special_equipment": 1}  # fmt: skip
_GROUPS = {"rural_transferred_worker": 50, "registered_unemployed": 30, "graduating_student": 7,
           "school_leaver": 3, "poor_family_child": 4, "": 3, "hard_to_employ": 3}  # fmt: skip
_ABROAD = ("370211", "370202", "510700")

Drawn = np.ndarray


def write_claims(path: Path, claims: int = CLAIMS, people: int = PEOPLE, seed: int = 1) -> None:
    """Write that many claims of that many people as one parquet file."""
    from kaogong.rules.batch import group_bits

    whose = claimants(claims, people, np.random.default_rng(seed))
    bits = group_bits(book())
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        for number, first in enumerate(range(0, claims, PART)):
            part = whose[first : first + PART]
            chance = np.random.default_rng((seed, number))
            _part(part, first, claims, bits, chance).write_parquet(Path(folder) / f"{number:05}.parquet")
        pl.scan_parquet(folder).sink_parquet(path)


def claimants(claims: int, people: int, chance: np.random.Generator) -> Drawn:
    """Whose each claim is: everyone at least once, in no order."""
    times = chance.choice(
        [*_TIMES, 0], size=people, p=_shares([*_TIMES.values(), 1000 - sum(_TIMES.values())])
    )
    many = times == 0
    times[many] = 7 + np.minimum(chance.geometric(0.3, many.sum()), MOST_TIMES - 7)
    lacking = claims - int(times.sum())
    while lacking:  # one more or one fewer for some, until the sum is what was asked for
        able = np.flatnonzero(times < 3 if lacking > 0 else times > 1)
        some = chance.choice(able, size=min(abs(lacking), len(able)), replace=False)
        times[some] += 1 if lacking > 0 else -1
        lacking = claims - int(times.sum())
    numbers = chance.permutation(np.arange(1, people + 1, dtype=np.int64))
    return chance.permutation(np.repeat(numbers, times))


def _part(
    whose: Drawn, first: int, claims: int, bits: dict[str, int], chance: np.random.Generator
) -> pl.DataFrame:
    size = len(whose)
    place = np.arange(first, first + size, dtype=np.int64)
    day = np.clip(place * DAYS // claims + chance.integers(-20, 21, size), 0, DAYS - 1)
    kind = _draw(chance, KINDS.values(), size)
    own = (whose * 2654435761 >> 7) % len(OCCUPATIONS)  # the trade one keeps to
    trade = np.where(chance.random(size) < 0.5, own, chance.integers(0, len(OCCUPATIONS), size))
    level = chance.choice([5, 4, 3, 2, 1], size=size, p=_shares([45, 30, 17, 6, 2]))
    graded = np.isin(kind, [list(KINDS).index("skill_level"), list(KINDS).index("qualification")])
    planned = chance.choice([4000, 6000, 8000, 12000], size=size)
    share = np.where(
        chance.random(size) < 0.035, chance.integers(20, 80, size), chance.integers(80, 101, size)
    )
    groups = _draw(chance, _GROUPS.values(), size)
    mask = np.array([bits.get(group, 0) for group in _GROUPS], dtype=np.uint64)[groups]
    here = [
        np.where(chance.random(size) < most, 0, chance.integers(1, 4, size)) for most in (0.72, 0.8, 0.85)
    ]
    regions, trades = pl.Enum([REGION, *_ABROAD]), pl.Enum(OCCUPATIONS)
    constant = np.zeros(size, dtype=np.int64)
    return pl.DataFrame(
        {
            "claimant": whose,
            "reference": place + 1,
            "region_code": _words(constant, regions),
            "scheme": _words(constant, pl.Enum([SCHEME])),
            "on": pl.Series((day + (FIRST_DAY - date(1970, 1, 1)).days).astype(np.int32)).cast(pl.Date),
            "age_on_event": _some(chance, _ages(chance, size), 0.005),
            "receives_pension": _some(chance, chance.random(size) < 0.012, 0.01),
            "groups": _some(chance, mask, 0.012),
            "serving_region_code": _words(constant, regions),
            "household_region_code": _some(chance, _words(here[0], regions), 0.1),
            "residence_region_code": _some(chance, _words(here[1], regions), 0.1),
            "job_region_code": _some(chance, _words(here[2], regions), 0.1),
            "certificate_kind": _some(chance, _words(kind, pl.Enum(list(KINDS))), 0.002),
            "certificate_revoked": _some(chance, chance.random(size) < 0.002, 0.002),
            "certificate_occupation_code": _some(chance, _words(trade, trades), 0.001),
            "certificate_level": _some(chance, np.where(graded, level, 0).astype(np.int8), 0.003),
            "provider_recognised_on_day": _some(chance, chance.random(size) > 0.008, 0.003),
            "hours_planned_hundredths": planned.astype(np.int32),
            "hours_attended_hundredths": _some(chance, (planned * share // 100).astype(np.int32), 0.006),
        }
    )


def _shares(weights: Iterable[int]) -> Drawn:
    given = np.array(list(weights), dtype=float)
    return given / given.sum()


def _draw(chance: np.random.Generator, weights: Iterable[int], size: int) -> Drawn:
    """The place of each drawn word in its list."""
    weights = list(weights)
    return chance.choice(len(weights), size=size, p=_shares(weights))


def _ages(chance: np.random.Generator, size: int) -> Drawn:
    ages = np.clip(chance.normal(36, 11, size), 16, 70)
    return np.where(chance.random(size) < 0.004, 15, ages).astype(np.int8)


def _words(places: Drawn, words: pl.Enum) -> pl.Series:
    return pl.Series(places.astype(np.uint8)).cat.to(words)


def _some(chance: np.random.Generator, known: Drawn | pl.Series, unknown: float) -> pl.Series:
    """The column with that share of it unknown."""
    frame = pl.DataFrame({"known": known, "is_known": chance.random(len(known)) >= unknown})
    return frame.select(pl.when("is_known").then("known")).to_series()
