"""From the registers to the columns of facts: a few set-based queries, copied out slice by slice."""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import polars as pl
from django.db import connection

from kaogong.departments import queries as departments
from kaogong.indicators.facts import AGES, FACTS, Fact
from kaogong.kernel.levels import LEVELS

from .standing import Standing
from .tables import Table, filled_by, tables

_READ_AS = {"key": pl.Int64, "int": pl.Int64, "text": pl.String, "day": pl.Int32, "flag": pl.Int8}
_KINDS = {"day": pl.Date, "flag": pl.Boolean}
_RANKS = {level.code: level.rank for level in LEVELS}
_CODES = {level.rank: level.code for level in LEVELS}
NO_LEVEL = "0"
OWN = "own"
OUR_DEPARTMENT = "hrss"


def all_keys(source: str) -> list[int]:
    """Everything one register's rows are gathered by."""
    with connection.cursor() as cursor:
        cursor.execute(tables()[source].keys)
        return [row[0] for row in cursor.fetchall()]


def gathered(source: str, keys: Iterable[int], stands: Standing) -> Iterator[pl.DataFrame]:
    """The fact's rows of these keys, in frames of so many keys each; people come as the one that stands."""
    table = tables()[source]
    wanted = list(keys)
    if table.by_person:
        wanted = sorted({stands.people.get(key, key) for key in wanted})
    fact = FACTS[next(name for name, sources in filled_by().items() if source in sources)]
    for start in range(0, len(wanted), table.slice):
        piece = wanted[start : start + table.slice]
        frame = _copied(table, _with_merged(piece, stands) if table.by_person else piece)
        if frame.height:
            yield _as_fact(fact, frame, stands)


def gathered_from_others(stands: Standing, *, since: datetime | None = None) -> Iterator[pl.DataFrame]:
    """Other departments' records as rows of ``training``; with ``since`` those that may have changed from then on."""
    for frame in departments.counted_records(since=since):
        yield frame.with_columns(
            pl.col("region").replace(dict(stands.regions)),
            pl.col("occupation").replace(dict(stands.occupations)),
        )


def _with_merged(people: Sequence[int], stands: Standing) -> list[int]:
    """These people and everybody who was merged into them."""
    chosen = set(people)
    return [*people, *(old for old, heir in stands.people.items() if heir in chosen)]


def _copied(table: Table, keys: Sequence[int]) -> pl.DataFrame:
    spool = io.BytesIO()
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(f"COPY ({table.sql}) TO STDOUT WITH (FORMAT csv)", {"keys": list(keys)}) as copy,
    ):
        for block in copy:
            spool.write(block)
    names = [name for name, _ in table.columns]
    if not spool.tell():
        return pl.DataFrame(schema={name: _KINDS.get(kind, _READ_AS[kind]) for name, kind in table.columns})
    frame = pl.read_csv(
        spool.getvalue(),
        has_header=False,
        new_columns=names,
        schema_overrides={name: _READ_AS[kind] for name, kind in table.columns},
    )
    return frame.with_columns(
        [pl.col(name).cast(_KINDS[kind]) for name, kind in table.columns if kind in _KINDS]
        + [pl.col(name).fill_null("") for name, kind in table.columns if kind == "text"]
    )


def _as_fact(fact: Fact, frame: pl.DataFrame, stands: Standing) -> pl.DataFrame:
    """The rows under today's codes, with the columns that follow from the others."""
    frame = frame.with_columns(pl.col("region").str.slice(0, 6).replace(dict(stands.regions)))
    if "person" in fact.names:
        frame = _of_people(fact, frame, stands)
    if fact.name == "training":
        frame = frame.with_columns(
            pl.col("ends_on").dt.year().cast(pl.Int64).alias("year"),
            (pl.col("subsidy_fen") > 0).alias("subsidised"),
        )
    if fact.name == "certificate":
        frame = _with_steps(frame)
    return frame.select(fact.names)


def _of_people(fact: Fact, frame: pl.DataFrame, stands: Standing) -> pl.DataFrame:
    """With who it is today, what they do and how old they were; rows of our own registers are this department's."""
    return frame.with_columns(
        pl.col("person").replace(dict(stands.people)),
        pl.col("occupation").replace(dict(stands.occupations)),
        pl.when(pl.col("level") == "").then(pl.lit(NO_LEVEL)).otherwise(pl.col("level")).alias("level"),
        pl.lit(OUR_DEPARTMENT).alias("department"),
        pl.lit("").alias("chain"),
        pl.lit(OWN).alias("origin"),
        _age(pl.col("born_on"), pl.col(fact.on)).alias("age"),
    )


def _age(born_on: pl.Expr, on: pl.Expr) -> pl.Expr:
    """The band of the age on that day, as ``indicators.facts.age_band`` tells it of one person."""
    before = (on.dt.month() * 100 + on.dt.day()) < (born_on.dt.month() * 100 + born_on.dt.day())
    age = on.dt.year() - born_on.dt.year() - before.cast(pl.Int32)
    bands = pl.when(age.is_null() | (age < 0)).then(pl.lit(""))
    for below, band in zip((16, 25, 35, 45, 55), AGES, strict=False):
        bands = bands.when(age < below).then(pl.lit(band))
    return bands.otherwise(pl.lit(AGES[-1]))


def _with_steps(frame: pl.DataFrame) -> pl.DataFrame:
    """Whether it is a high one, and the best level its holder had by certificates that stand, before it."""
    rank = pl.col("level").replace_strict(_RANKS, default=-1, return_dtype=pl.Int64)
    frame = frame.sort("person", "issued_on", "serial").with_columns(rank.alias("rank"))
    standing = pl.when(pl.col("stands")).then(pl.col("rank")).otherwise(-1)
    before = standing.cum_max().shift(1).over("person").fill_null(-1)
    return frame.with_columns(
        (pl.col("rank") >= _RANKS["3"]).alias("high"),
        before.replace_strict(_CODES, default=NO_LEVEL, return_dtype=pl.String).alias("steps_from"),
    )
