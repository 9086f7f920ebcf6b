"""OpenFisca-Core: vectors of people by period, as in a tax simulation.

It holds one value a person and month. ``judge_by_month`` uses it as meant: real months, everybody in one simulation,
and whoever claims twice in a month left out. ``judge`` bends it: the n-th claim of a person stands in the n-th month
with its real year beside it as a figure, and people with equally many claims are simulated together, which spares
the empty months and expresses every claim. Unknown facts it does not have: they are -1 here, and each formula minds
them. It gives no reasons.
"""

from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from openfisca_core.entities import Entity
from openfisca_core.periods import MONTH, period
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from bench.province.claims_file import KINDS, MOST_TIMES, OCCUPATIONS
from bench.province.policy import FIRST_DAY, NEEDS_EVIDENCE, PAYABLE, REFUSED, REGION, policy

INPUTS = (
    "year", "age", "pension", "groups", "household", "residence", "job", "kind", "revoked", "occupation", "level",
    "recognised", "planned", "attended",
)  # fmt: skip
PLACES = ("household", "residence", "job")
PERSON = Entity("claimant", "claimants", "claimant", "")
MONTHS = [period("2021-01").offset(place, "month") for place in range(MOST_TIMES)]


def judge(path: Path) -> pl.DataFrame:
    """Verdict and amount of every claim, in any order."""
    claims = _figures(pl.read_parquet(path), pl.len().over("claimant").alias("times"))
    cohorts = claims.partition_by("times", as_dict=True, include_key=False)
    return pl.concat([_simulate(cohort, times) for (times,), cohort in sorted(cohorts.items())])


def judge_by_month(path: Path) -> pl.DataFrame:
    """The same of everybody who never claims twice in a month, in real months."""
    month = (pl.col("on").dt.year() - FIRST_DAY.year) * 12 + pl.col("on").dt.month() - 1
    claims = _figures(
        pl.read_parquet(path).filter(pl.struct("claimant", month).is_first_distinct().all().over("claimant")),
        pl.col("claimant").rle_id().alias("person"),
        month.alias("month"),
    )
    people = claims["person"].max() + 1
    simulation = SimulationBuilder().build_default_simulation(_system(), count=people)
    answers = []
    for (place,), these in sorted(claims.partition_by("month", as_dict=True).items()):
        persons = these["person"].to_numpy()
        for name in INPUTS:
            column = np.full(people, -1, dtype=np.int32)
            column[persons] = these[name]
            simulation.set_input(name, MONTHS[place], column)
        present = np.zeros(people, dtype=bool)
        present[persons] = True
        simulation.set_input("present", MONTHS[place], present)
        verdict, granted, fen = (
            simulation.calculate(name, MONTHS[place])[persons] for name in ("verdict", "granted", "fen")
        )
        answers.append(_answer(these["reference"], verdict, granted, fen))
    return pl.concat(answers)


def _figures(claims: pl.DataFrame, *more: pl.Expr) -> pl.DataFrame:
    """Numbers only, in order, -1 for what is unknown."""
    here = {name: pl.col(f"{name}_region_code") == REGION for name in PLACES}
    return claims.sort("claimant", "on", "reference").select(
        "reference",
        *more,
        *(
            figure.cast(pl.Int32).fill_null(-1).alias(name)
            for name, figure in (
                here | {
                    "year": pl.col("on").dt.year(),
                    "age": pl.col("age_on_event"),
                    "pension": pl.col("receives_pension"),
                    "groups": pl.col("groups"),
                    "kind": pl.col("certificate_kind").to_physical(),
                    "revoked": pl.col("certificate_revoked"),
                    "occupation": pl.col("certificate_occupation_code").to_physical(),
                    "level": pl.col("certificate_level"),
                    "recognised": pl.col("provider_recognised_on_day"),
                    "planned": pl.col("hours_planned_hundredths"),
                    "attended": pl.col("hours_attended_hundredths"),
                }
            ).items()
        ),
    )  # fmt: skip


def _simulate(cohort: pl.DataFrame, times: int) -> pl.DataFrame:
    people = len(cohort) // times
    simulation = SimulationBuilder().build_default_simulation(_system(), count=people)
    for name in INPUTS:
        column = cohort[name].to_numpy().reshape(people, times)
        for place in range(times):
            simulation.set_input(name, MONTHS[place], np.ascontiguousarray(column[:, place]))
    found = {"verdict": [], "granted": [], "fen": []}
    for month in MONTHS[:times]:
        for name, columns in found.items():
            columns.append(simulation.calculate(name, month))
    verdict, granted, fen = (np.stack(columns, axis=1).ravel() for columns in found.values())
    return _answer(cohort["reference"], verdict, granted, fen)


def _answer(reference: pl.Series, verdict: np.ndarray, granted: np.ndarray, fen: np.ndarray) -> pl.DataFrame:
    paid = np.where(granted, fen, 0).astype(np.int64)
    return pl.DataFrame({"reference": reference, "verdict": verdict.astype(np.int8), "amount_fen": paid})


def _fails(person, period):
    """Whether a rule that asks nothing of the history definitely fails."""
    said = policy()
    age, groups, kind = person("age", period), person("groups", period), person("kind", period)
    planned, attended = person("planned", period), person("attended", period)
    elsewhere = np.ones(len(age), dtype=bool)
    for place in PLACES:
        elsewhere &= person(place, period) == 0
    return (
        ((age >= 0) & (age < said.min_age))
        | (person("pension", period) == 1)
        | ((groups >= 0) & (groups & said.groups == 0))
        | elsewhere
        | ((kind >= 0) & ~np.isin(kind, [list(KINDS).index(name) for name in said.kinds]))
        | (person("revoked", period) == 1)
        | (person("recognised", period) == 0)
        | ((planned >= 0) & (attended >= 0) & (attended * 100 < planned * said.min_percent))
    )


def _lacks(person, period):
    """Whether some fact of these rules is unknown."""
    lacking = np.logical_and.reduce([person(place, period) != 1 for place in PLACES])
    for name in ("age", "pension", "groups", "kind", "revoked", "recognised", "planned", "attended"):
        lacking |= person(name, period) < 0
    return lacking


def _fen(person, period):
    """The rate; 0 where there is none or a key is unknown."""
    kind, level, occupation = (person(name, period) for name in ("kind", "level", "occupation"))
    known = (kind >= 0) & (level >= 0) & (occupation >= 0)
    return np.where(known, _rates()[kind, level, occupation], 0)


def _fails_by_history(person, period):
    """Three times this year already, or this level or a higher one of the occupation: among what was granted."""
    year, occupation, level = (person(name, period) for name in ("year", "occupation", "level"))
    this_year, ruled_out = np.zeros(len(year), dtype=int), np.zeros(len(year), dtype=bool)
    for before in MONTHS[: MONTHS.index(period)]:
        granted, had = person("granted", before), person("level", before)
        this_year += granted & (person("year", before) == year)
        same = granted & (person("occupation", before) == occupation)
        ruled_out |= same & ((had == level) | ((had > 0) & (level > 0) & (had < level)))
    return (this_year >= policy().times_a_year) | ruled_out


def _verdict(person, period):
    """The verdict's number."""
    refused = person("fails", period) | person("fails_by_history", period)
    lacks = person("lacks", period) | (person("fen", period) == 0)
    return np.where(refused, REFUSED, np.where(lacks, NEEDS_EVIDENCE, PAYABLE))


def _granted(person, period):
    """Whether it counts for what follows."""
    return (person("verdict", period) == PAYABLE) & person("present", period)


FORMULAS = {"fails": (bool, _fails), "lacks": (bool, _lacks), "fen": (int, _fen), "granted": (bool, _granted),
            "fails_by_history": (bool, _fails_by_history), "verdict": (int, _verdict)}  # fmt: skip


@cache
def _rates() -> np.ndarray:
    """Fen by kind, level and occupation."""
    said = policy()
    table = np.zeros((len(KINDS), 6, len(OCCUPATIONS)), dtype=np.int32)
    for (kind, level), fen in said.fen.items():
        table[list(KINDS).index(kind), level, :] = fen
    for (kind, level, occupation), fen in said.fen_of.items():
        table[list(KINDS).index(kind), level, OCCUPATIONS.index(occupation)] = fen
    return table


@cache
def _system() -> TaxBenefitSystem:
    system = TaxBenefitSystem([PERSON])
    for name in INPUTS:
        system.add_variable(_variable(name, int))
    system.add_variable(_variable("present", bool, default_value=True))
    for name, (kind, formula) in FORMULAS.items():
        system.add_variable(_variable(name, kind, formula=formula))
    return system


def _variable(name: str, kind: type, **more: object) -> type[Variable]:
    said = {"value_type": kind, "entity": PERSON, "definition_period": MONTH, "label": name}
    return type(name, (Variable,), said | more)
