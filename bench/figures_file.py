"""A province's three years as facts: person-times, certificates, payments, follow-ups, classes; seeded."""

import csv
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from bench.province.claims_file import OCCUPATIONS, claimants
from bench.rig import ROOT
from kaogong.indicators.facts import (
    AGES,
    CERTIFICATE,
    CLASS,
    OUTCOME,
    PAYMENT,
    TRAINING,
    Fact,
    fitted,
    write_year,
)

PERSON_TIMES, PEOPLE, PAID_FEN = 6_518_000, 4_000_000, 560_000_000_000
FIRST_DAY, DAYS, CLASS_SIZE, PROVIDERS = date(2019, 1, 1), 1096, 30, 2_000
SCHEMES = ("employment_training", "insured_upgrade", "work_training", "apprenticeship", "golden_blue_collar",
           "new_hire_training", "entrepreneurship_training", "home_service_training", "farmer_training",
           "veteran_training", "special_operation_safety", "labour_reserve_training")  # fmt: skip
GROUPS = ("migrant_worker", "insured_employee", "farmer", "rural_transferred_worker", "registered_unemployed",
          "graduating_student", "veteran", "disabled_person", "hard_to_employ", "student", "school_leaver",
          "")  # fmt: skip
DEPARTMENTS = ("hrss", "agriculture", "education", "emergency", "veterans", "disabled", "commerce", "women")
CHAINS = ("", *(f"chain{number:02}" for number in range(1, 14)))
KINDS = ("skill_level", "qualification", "special_ability", "special_operation", "training_completion")
LEVELS = ("5", "4", "3", "2", "1")
FUNDS = ("central", "provincial", "city", "county")

Drawn = np.ndarray


def write_facts(
    snapshot: Path, person_times: int = PERSON_TIMES, people: int = PEOPLE, seed: int = 1
) -> dict[str, int]:
    """Write all five facts of that many person-times of that many people; how many rows each has."""
    chance = np.random.default_rng(seed)
    training = _training(person_times, people, chance)
    written = {"training": _write(TRAINING, training, snapshot)}
    certified = training.filter("certified")
    written["certificate"] = _write(CERTIFICATE, _certificates(certified, chance), snapshot)
    del certified
    paid = training.filter("subsidised")
    written["payment"] = _write(PAYMENT, _payments(paid, chance), snapshot)
    del paid
    followed = training.filter(pl.col("finished") & (pl.col("class_id") % 5 == 0))
    written["outcome"] = _write(OUTCOME, _outcomes(followed, chance), snapshot)
    written["class"] = _write(CLASS, _classes(training), snapshot)
    return written


def districts() -> tuple[str, ...]:
    """The districts of the province of 003."""
    with (ROOT / "reference" / "regions.csv").open() as file:
        return tuple(
            row["code"] for row in csv.DictReader(file) if row["code"][:2] == "37" and row["depth"] == "3"
        )


def _write(fact: Fact, frame: pl.DataFrame, snapshot: Path) -> int:
    year = pl.col(fact.on).dt.year()
    for one in frame.select(year.unique().sort()).to_series().to_list():
        write_year(fact, fitted(fact, frame.filter(year == one)), snapshot, one)
    return frame.height


def _training(size: int, people: int, chance: np.random.Generator) -> pl.DataFrame:
    whose = claimants(size, people, chance)
    places = districts()
    classes = max(size // CLASS_SIZE, 1)
    class_id = chance.integers(0, classes, size)
    day = class_id * DAYS // classes  # classes run forward in time
    scheme, trade = class_id % len(SCHEMES), (class_id * 7919) % len(OCCUPATIONS)
    home = (whose * 2654435761 >> 9) % len(places)
    away = chance.random(size) < 0.05
    finished = chance.random(size) < 0.96
    passed = finished & (chance.random(size) < 0.9)
    certified = passed & (chance.random(size) < 0.78)
    subsidised = certified & (chance.random(size) < 0.97)
    counted = chance.random(size) < 0.995
    planned = np.array([4000, 6000, 8000, 12000])[class_id % 4]
    fen = chance.integers(40_000, 180_000, size)
    ends = _days(day)
    return pl.DataFrame(
        {
            "record": pl.Series(np.arange(size)).cast(pl.String).str.pad_start(8, "0").alias("record"),
            "person": whose,
            "region": _words(np.where(away, chance.integers(0, len(places), size), home), places),
            "programme": _words(scheme, SCHEMES),
            "department": _words(
                np.where(chance.random(size) < 0.7, 0, class_id % len(DEPARTMENTS)), DEPARTMENTS
            ),
            "occupation": _words(trade, OCCUPATIONS),
            "chain": _words(trade % len(CHAINS), CHAINS),
            "level": _words(chance.choice(5, size, p=[0.45, 0.3, 0.17, 0.06, 0.02]), LEVELS),
            "group": _words((whose * 40503 >> 5) % len(GROUPS), GROUPS),
            "sex": _words(whose % 2, ("1", "2")),
            "age": _words(1 + (whose * 7919 >> 4) % 5, AGES),
            "provider": _words(
                class_id % PROVIDERS, tuple(str(number) for number in range(1, PROVIDERS + 1))
            ),
            "origin": _words((chance.random(size) < 0.3).astype(np.int64), ("own", "department")),
            "class_id": class_id,
            "starts_on": ends.dt.offset_by("-20d"),
            "ends_on": ends,
            "year": ends.dt.year().cast(pl.Int64),
            "counted": counted,
            "finished": finished,
            "passed": passed,
            "certified": certified,
            "subsidised": subsidised,
            "online": class_id % 9 == 0,
            "subsidy_fen": np.where(subsidised, fen, 0),
            "hours_planned": planned,
            "hours_attended": planned * chance.integers(80, 101, size) // 100,
        }
    )


def _certificates(certified: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    size = certified.height
    rank = {level: place for place, level in enumerate(reversed(LEVELS), start=1)}
    issued = certified.with_columns(
        record=pl.lit("c") + pl.col("record"),
        kind=_words(chance.choice(5, size, p=[0.72, 0.08, 0.08, 0.06, 0.06]), KINDS),
        issued_on=pl.col("ends_on").dt.offset_by("15d"),
        stands=pl.Series(chance.random(size) < 0.998),
        high=pl.col("level").is_in(["3", "2", "1"]),
        rank=pl.col("level").replace_strict(rank),
    ).sort("person", "issued_on")
    best = pl.col("rank").cum_max().shift(1, fill_value=0).over("person")
    names = {0: "0"} | {place: level for level, place in rank.items()}
    return issued.with_columns(steps_from=best.replace_strict(names, return_dtype=pl.String))


def _payments(paid: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    size = paid.height
    share = PAID_FEN * size // PERSON_TIMES
    amount = (paid["subsidy_fen"] * (share / paid["subsidy_fen"].sum())).round().cast(pl.Int64)
    back = pl.Series(chance.random(size) < 0.003)
    return paid.with_columns(
        record=pl.lit("p") + pl.col("record"),
        person=pl.when(pl.Series(chance.random(size) < 0.2)).then("person"),
        paid_on=pl.col("ends_on").dt.offset_by("60d"),
        payee_kind=_words(chance.integers(0, 3, size), ("provider", "enterprise", "person")),
        source=_words(chance.integers(0, 4, size), FUNDS),
        fund=pl.lit("action"),
        amount_fen=pl.when(back).then(-amount).otherwise(amount),
    )


def _outcomes(followed: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    size = followed.height
    return followed.with_columns(
        record=pl.lit("o") + pl.col("record"),
        months=pl.Series(np.where(chance.random(size) < 0.5, 3, 6)),
        due_on=pl.col("ends_on").dt.offset_by("3mo"),
        settled=pl.Series(chance.random(size) < 0.8),
        employed=pl.Series(chance.random(size) < 0.7),
    )


def _classes(training: pl.DataFrame) -> pl.DataFrame:
    of_one = training.group_by("class_id").agg(
        pl.len().alias("head_count").cast(pl.Int64), pl.exclude("class_id", "person", "record").first()
    )
    return of_one.with_columns(
        record=pl.lit("k") + pl.col("class_id").cast(pl.String),
        person=pl.lit(None, pl.Int64),
        running=pl.lit(False),
        approved=pl.lit(True),
        cancelled=pl.col("class_id") % 97 == 0,
    )


def _words(places: Drawn, words: tuple[str, ...]) -> pl.Series:
    kind = np.uint8 if len(words) < 256 else np.uint16
    return pl.Series(np.asarray(places).astype(kind)).cat.to(pl.Enum(words))


def _days(days: Drawn) -> pl.Series:
    return pl.Series((days + (FIRST_DAY - date(1970, 1, 1)).days).astype(np.int32)).cast(pl.Date)
