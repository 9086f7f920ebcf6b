"""All figures of a snapshot, counted at once and kept in its ``cells.parquet``.

One row an indicator, dimension, key, grain and start: numerator, denominator (null of a plain figure) and value.
Cells of nothing are not kept, nor months by provider. Stated figures, and ratios with one, are not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kaogong.indicators import snapshots
from kaogong.indicators.engines import embedded
from kaogong.indicators.facts import FACTS, Fact
from kaogong.indicators.measures import Ratio
from kaogong.indicators.passes import GRAINS, MONTHS, Engine, Pass
from kaogong.indicators.register import Indicator, indicators, versions_of
from kaogong.indicators.terms import Piece, Taken, take_apart

if TYPE_CHECKING:
    import polars as pl

NAME = "cells.parquet"
WHOLE = ""
MANY = ("provider",)  # so many keys that months are left to be counted when they are asked for
ORDER = ("indicator", "dimension", "grain", "start", "key")


def count_all(
    snapshot: Path,
    *,
    engine: Engine | None = None,
    codes: Iterable[str] | None = None,
    dimensions: Sequence[str] | None = None,
    out: Path | None = None,
) -> pl.DataFrame:
    """Count the indicators for the whole region and by every dimension, each month, quarter and year.

    Writes ``cells.parquet`` into the snapshot, or ``out``; facts the snapshot lacks are left out.
    """
    if engine is None:
        with embedded() as own:
            return count_all(snapshot, engine=own, codes=codes, dimensions=dimensions, out=out)
    import polars as pl

    wanted = None if codes is None else set(codes)
    ours = {fact: _versions(fact, wanted) for fact in FACTS.values() if snapshots.has(fact, snapshot)}

    def of(fact: Fact) -> pl.DataFrame:
        return _cells_of(fact, ours[fact], snapshot, engine, dimensions)

    with ThreadPoolExecutor(engine.at_once) as pool:
        found = list(pool.map(of, [fact for fact, some in ours.items() if some]))
    cells = pl.concat(found) if found else pl.DataFrame(schema=_schema())
    cells = pl.concat([cells, *_ratios(cells, wanted)]).sort(ORDER)
    path = out or snapshot / NAME
    half = path.with_suffix(".part")
    cells.write_parquet(half, row_group_size=65_536, statistics=True)
    half.replace(path)
    return cells


def cells(snapshot: Path, code: str, *, dimension: str = WHOLE, grain: str = "month") -> pl.DataFrame:
    """The kept cells of an indicator by a dimension, in order of time then key; nothing where none were kept."""
    import polars as pl

    path = snapshot / NAME
    if not path.exists():
        return pl.DataFrame(schema=_schema())
    of_it = (pl.col("indicator") == code) & (pl.col("dimension") == dimension) & (pl.col("grain") == grain)
    return pl.scan_parquet(path).filter(of_it).collect()


def _schema() -> dict:
    import polars as pl

    return {
        "indicator": pl.String,
        "dimension": pl.String,
        "grain": pl.String,
        "start": pl.Date,
        "key": pl.String,
        "numerator": pl.Int64,
        "denominator": pl.Int64,
        "value": pl.Int64,
    }


def _versions(fact: Fact, wanted: set[str] | None) -> list[Indicator]:
    ours = (one.code for one in indicators(fact.name) if wanted is None or one.code in wanted)
    return [version for code in ours for version in versions_of(code)]


def _cells_of(
    fact: Fact, ours: list[Indicator], snapshot: Path, engine: Engine, dimensions: Sequence[str] | None
) -> pl.DataFrame:
    import polars as pl

    every = dimensions if dimensions is not None else (WHOLE, *fact.dimensions)
    by = [name for name in every if name == WHOLE or name in fact.dimensions]
    table = engine.read(snapshots.files(fact, snapshot), fact)
    taken = take_apart(fact, ours, table)
    found = []
    with closing(engine.passes(taken, table, by)) as made:
        for one in made:
            grains = [grain for grain in GRAINS if grain != "month" or one.dimension not in MANY]
            wides = {grain: _wide(taken, one, grain) for grain in grains}
            found += [
                _cells(taken, one.dimension, grain, wide) for grain, wide in wides.items() if wide.height
            ]
    return _named(taken, pl.concat(found)) if found else pl.DataFrame(schema=_schema())


def _wide(taken: Taken, one: Pass, grain: str) -> pl.DataFrame:
    """A row a key and place in time, a column a piece; what happened in it, and stocks at its end."""
    import polars as pl

    size = GRAINS[grain]
    events = [piece for piece in taken.pieces if not piece.stock]
    stocks = [piece for piece in taken.pieces if piece.stock]
    monthly = _with(one.monthly, taken.pieces)
    place = (pl.col("month") // size).cast(pl.Int32).alias("place")
    wide = monthly.group_by("key", place).agg(pl.col(piece.name).sum() for piece in events)
    if grain in one.repeated:
        more = _with(one.repeated[grain], events)
        wide = pl.concat([wide, more.select(wide.columns)]).group_by("key", "place").agg(pl.all().sum())
    if stocks:
        wide = wide.join(_stocks(one, monthly, stocks, size), on=["key", "place"], how="full", coalesce=True)
    return wide.with_columns(pl.exclude("key", "place").fill_null(0))


def _with(frame: pl.DataFrame, pieces: Iterable[Piece]) -> pl.DataFrame:
    """The frame with every piece's column, nothing where it had none."""
    import polars as pl

    lacking = [piece.name for piece in pieces if piece.name not in frame.columns]
    return frame.with_columns(pl.lit(0, pl.Int64).alias(name) for name in lacking)


def _stocks(one: Pass, monthly: pl.DataFrame, pieces: list[Piece], size: int) -> pl.DataFrame:
    """What there is at the end of each month that the rows reach, then at the last of each quarter or year."""
    import polars as pl

    names = [piece.name for piece in pieces]
    steps = monthly.select("key", "month", *names)
    if one.firsts is not None:
        came = _with(one.firsts, pieces).select("key", "month", *names)
        steps = pl.concat([steps, came])
    steps = steps.group_by("key", "month").agg(pl.col(names).sum())
    if steps.is_empty():
        return steps.rename({"month": "place"})
    months = pl.int_range(steps["month"].min(), steps["month"].max() + 1, dtype=pl.Int32, eager=True)
    grid = steps.select("key").unique().join(pl.DataFrame({"month": months}), how="cross")
    filled = grid.join(steps, on=["key", "month"], how="left").sort("key", "month")
    running = filled.with_columns(pl.col(names).fill_null(0).cum_sum().over("key"))
    place = (pl.col("month") // size).cast(pl.Int32).alias("place")
    return running.group_by("key", place, maintain_order=True).agg(pl.col(names).last())


def _cells(taken: Taken, dimension: str, grain: str, wide: pl.DataFrame) -> pl.DataFrame:
    """From pieces to indicators: numerator and denominator, one row a cell of something."""
    import polars as pl

    def added(parts: list[tuple[int, Piece]] | None) -> pl.Expr:
        if parts is None:
            return pl.lit(None, pl.Int64)
        return pl.sum_horizontal(sign * pl.col(piece.name) for sign, piece in parts).cast(pl.Int64)

    places = pl.col("place") * GRAINS[grain]
    at = wide.select(pl.date(places // MONTHS, places % MONTHS + 1, 1).alias("start"), "key")
    asked = [
        (str(number), above, below)
        for number, (one, above, below) in enumerate(
            zip(taken.indicators, taken.numerators, taken.denominators, strict=True)
        )
        if dimension == WHOLE or dimension in one.dimensions
    ]
    names = [name for name, _, _ in asked]
    above = at.hstack(wide.with_columns(added(above).alias(name) for name, above, _ in asked)[names])
    below = wide.with_columns(added(below).alias(name) for name, _, below in asked)[names]
    upright = above.unpivot(index=["start", "key"], variable_name="number", value_name="numerator")
    upright = upright.with_columns(below.unpivot(value_name="denominator")["denominator"])
    something = (pl.col("numerator") != 0) | (pl.col("denominator").fill_null(0) != 0)
    return upright.filter(something).with_columns(
        pl.lit(dimension).alias("dimension"), pl.lit(grain).alias("grain")
    )


def _named(taken: Taken, found: pl.DataFrame) -> pl.DataFrame:
    """Cells under their indicators' codes with values, each from the version in force on its last day."""
    import polars as pl

    ends = {grain: f"{size}mo" for grain, size in GRAINS.items()}
    last = pl.col("start").dt.offset_by(pl.col("grain").replace_strict(ends)) - timedelta(days=1)
    known = pl.DataFrame(
        [(str(number), one.code, one.percent, *_reach(one)) for number, one in enumerate(taken.indicators)],
        schema={
            "number": pl.String,
            "indicator": pl.String,
            "percent": pl.Boolean,
            "first": pl.Date,
            "end": pl.Date,
        },
        orient="row",
    )
    joined = found.join(known, on="number")
    if any(len(versions_of(one.code)) > 1 for one in taken.indicators):
        joined = joined.filter((last >= pl.col("first")) & (last < pl.col("end")))
    return joined.with_columns(_value().alias("value")).select(list(_schema()))


def _reach(one: Indicator) -> tuple[date, date]:
    """From which day this version counts, and from which no more; the first also counts what was before it."""
    versions = versions_of(one.code)
    later = [version.since for version in versions if version.since > one.since]
    return date.min if one.since == versions[0].since else one.since, min(later, default=date.max)


def _value() -> pl.Expr:
    """The quotient as ``measures.value`` gives it, by the column ``percent``: null of a plain figure."""
    import polars as pl

    above, below, percent = pl.col("numerator"), pl.col("denominator"), pl.col("percent")
    doubled = above.abs() * pl.when(percent).then(20_000).otherwise(2)
    whole = (doubled + below.abs()) // (2 * below.abs())
    sign = pl.when((above >= 0) == (below > 0)).then(1).otherwise(-1)
    quotient = pl.when(below != 0).then(whole * sign).otherwise(None)
    return pl.when(percent.is_null()).then(above).otherwise(quotient).cast(pl.Int64)


def _ratios(cells: pl.DataFrame, wanted: set[str] | None) -> Iterator[pl.DataFrame]:
    """Ratios of two figures that were both counted, by the dimensions both have."""
    import polars as pl

    counted = {one.code: one for one in indicators() if one.fact is not None and one.percent is None}
    for one in indicators():
        measure = one.define() if one.is_derived else None
        if not isinstance(measure, Ratio) or (wanted is not None and one.code not in wanted):
            continue
        if measure.numerator not in counted or measure.denominator not in counted:
            continue
        at = ["dimension", "grain", "start", "key"]
        above = cells.filter(pl.col("indicator") == measure.numerator).select(*at, "numerator")
        below = cells.filter(pl.col("indicator") == measure.denominator).select(
            *at, denominator=pl.col("numerator")
        )
        shared = set(counted[measure.numerator].dimensions) & set(counted[measure.denominator].dimensions)
        joined = above.join(below, on=at, how="full", coalesce=True).filter(
            pl.col("dimension").is_in([WHOLE, *shared])
        )
        yield (
            joined.with_columns(
                pl.lit(one.code).alias("indicator"),
                pl.lit(measure.percent).alias("percent"),
                pl.col("numerator", "denominator").fill_null(0),
            )
            .with_columns(_value().alias("value"))
            .select(list(_schema()))
        )
