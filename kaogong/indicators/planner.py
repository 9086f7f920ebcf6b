"""Every indicator of a fact by every dimension, in expressions that an engine of several machines runs.

The rows are taken once into a narrow table: dimensions, month, and every condition packed into a number. For a
dimension, rows are grouped by it and month, and two counts are taken with each sum of such numbers. People are
counted apart: who comes only once in a year needs no comparing and is counted as a row; the others are grouped by
person with the months they came in as bits of a number, so that months, quarters and years are exact from one
grouping. Inside the product ``numbered`` counts the same in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Protocol

from kaogong.indicators.measures import TOTAL
from kaogong.indicators.passes import GRAINS, MONTHS, Pass, merged
from kaogong.indicators.terms import BITS, Piece, Taken, holds, words

if TYPE_CHECKING:
    import polars as pl
    from ibis.expr.types import BooleanValue, IntegerValue, Table

ALL_MONTHS = (1 << MONTHS) - 1
ALL_BITS = (1 << BITS) - 1
A_WORD = 5  # twelve months of five pieces in one whole number


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question in an engine's own words, asked once for each dimension."""

    sql: str
    kinds: dict[str, type[pl.DataType]]


class Asked(Protocol):
    """An engine that is asked in expressions: keeps a table in hand, gives a result back."""

    def hold(self, table: Table) -> Table: ...
    def key_by(self, held: Table, column: str) -> None: ...
    def prepare(self, table: Table) -> Prepared: ...
    def result(self, prepared: Prepared) -> pl.DataFrame: ...
    def let_go(self, table: Table) -> None: ...


def keyed_name(held: Table) -> str:
    """What a table in hand is called with the dimension of the moment as its ``key``."""
    return f"{held.get_name()}_by"


def keyed(held: Table) -> Table:
    """The table in hand with a ``key``, whichever dimension that will be."""
    import ibis

    return ibis.table({**dict(held.schema().items()), "key": "string"}, name=keyed_name(held))


def asked_passes(engine: Asked, taken: Taken, table: Table, dimensions: Sequence[str]) -> Iterator[Pass]:
    """Count the pieces by each dimension; "" is the whole region."""
    held = engine.hold(_narrow(taken, table, dimensions))
    try:
        asked = _questions(taken, keyed(held), engine)
        for dimension in dimensions:
            engine.key_by(held, f"d_{dimension}" if dimension else "")
            yield _answered(dimension, asked, engine)
    finally:
        engine.let_go(held)


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked of each dimension, put into the engine's words once."""

    monthly: list[Prepared]
    again: list[tuple[list[Piece], Prepared]]
    firsts: list[tuple[list[Piece], Prepared]]


def _questions(taken: Taken, by: Table, engine: Asked) -> Questions:
    monthly, again, firsts = [], [], []
    for on in taken.days():
        monthly.append(engine.prepare(_monthly(taken, by, on)))
        for some in _by_column(taken.of(on, repeats=True, stock=False)):
            again.append((some, engine.prepare(_again(by, on, some))))
        for some in _by_column(taken.of(on, repeats=True, stock=True)):
            firsts.append((some, engine.prepare(_firsts(by, on, some))))
    return Questions(monthly, again, firsts)


def _by_column(pieces: list[Piece]) -> list[list[Piece]]:
    columns = dict.fromkeys(piece.column for piece in pieces)
    return [[piece for piece in pieces if piece.column == column] for column in columns]


def _answered(dimension: str, asked: Questions, engine: Asked) -> Pass:

    monthly = [engine.result(one) for one in asked.monthly]
    repeated: dict[str, list[pl.DataFrame]] = {grain: [] for grain in GRAINS if asked.again}
    for pieces, one in asked.again:
        wide = engine.result(one)
        for grain, frames in repeated.items():
            frames.append(_long(wide, pieces, grain))
    firsts = [_upright(engine.result(one), pieces) for pieces, one in asked.firsts]
    return Pass(
        dimension,
        merged(monthly, "month"),
        {grain: merged(frames, "place") for grain, frames in repeated.items()},
        merged(firsts, "month") if firsts else None,
    )


def _narrow(taken: Taken, table: Table, dimensions: Sequence[str]) -> Table:
    """One row a row: dimensions, the month of each day, the conditions packed, amounts, who comes only once."""
    columns: dict[str, Any] = {f"d_{name}": table[name] for name in dimensions if name}
    for on in taken.days():
        columns[f"m_{on}"] = (table[on].year() * MONTHS + table[on].month() - 1).cast("int32")
    for number, amount in enumerate(taken.amounts):
        columns[f"a{number}"] = amount
    for number, word in enumerate(words(taken.conditions)):
        columns[f"b{number}"] = word
    repeating = [piece for piece in taken.pieces if piece.repeats]
    for column in dict.fromkeys(piece.column for piece in repeating):
        columns[f"c_{column}"] = table[column]
    narrow = table.select(**columns)
    for on in taken.days():
        for pieces in _by_column(taken.of(on, repeats=True, stock=False)):
            came = _came(narrow, on, pieces)
            narrow = narrow.mutate(**{f"y_{on}": narrow[f"m_{on}"] // MONTHS}, **came)
    for name, keys in _once(repeating).items():
        narrow = _marked(narrow, name, [_key(narrow, key) for key in keys])
    return narrow


def _once(repeating: Iterable[Piece]) -> dict[str, list[str]]:
    """The marks of who comes once, each with what it is looked for by; only people, who mostly come once.

    In a year; where stocks are asked for, in all years, which serves both.
    """
    people = [piece for piece in repeating if piece.column == "person"]
    if any(piece.stock for piece in people):
        return {"once": ["c_person"]}
    return {f"once_{piece.on}": ["c_person", f"y_{piece.on}"] for piece in people}


def _mark(held: Table, piece: Piece) -> str:
    return "once" if "once" in held.columns else f"once_{piece.on}"


def _key(narrow: Table, name: str) -> IntegerValue:
    return narrow[f"m_{name[2:]}"] // MONTHS if name.startswith("y_") else narrow[name]


def _marked(narrow: Table, mark: str, keys: list[IntegerValue]) -> Table:
    """The table with the mark: those found more than once are looked up, for they are few."""
    by_key = narrow.mutate(**{f"k{number}": key for number, key in enumerate(keys)})
    names = [f"k{number}" for number in range(len(keys))]
    counted = by_key.group_by(names).aggregate(times=by_key.count())
    often = counted.filter(counted.times > 1).rename({f"often_{name}": name for name in names})
    joined = by_key.left_join(often, [(name, f"often_{name}") for name in names])
    once = joined.times.isnull() & joined.c_person.notnull()
    return joined.mutate(**{mark: once}).select(*narrow.columns, mark)


def _monthly(taken: Taken, held: Table, on: str) -> Table:
    """What does not repeat, and who came once, by key and month.

    Each condition's rows and, BITS higher, its rows of people who came once are summed as one number.
    """
    plain, repeating = taken.of(on, repeats=False), taken.of(on, repeats=True)
    people = [piece for piece in repeating if piece.column == "person"]
    counted = [piece for piece in plain if piece.kind != TOTAL]
    narrow = held.filter(held[f"m_{on}"].notnull())
    rows = narrow.mutate(**_twice(narrow, [*counted, *people], _mark(held, people[0]) if people else ""))
    sums = {f"s{condition}": _both(rows, condition) for condition in _conditions([*counted, *people])}
    for piece in plain:
        if piece.kind == TOTAL:
            sums[piece.name] = _sum(rows[f"a{piece.amount}"], holds(rows, piece.condition))
    found = rows.group_by(key=rows.key, month=rows[f"m_{on}"]).aggregate(**sums)
    counts = {piece.name: found[f"s{piece.condition}"] & _number(ALL_BITS) for piece in counted}
    counts |= {piece.name: found[f"s{piece.condition}"] >> _number(BITS) for piece in people}
    counts |= {piece.name: found[piece.name] for piece in plain if piece.kind == TOTAL}
    return found.select("key", "month", **counts)


def _conditions(pieces: Iterable[Piece]) -> list[int]:
    return sorted({piece.condition for piece in pieces})


def _twice(narrow: Table, pieces: Iterable[Piece], mark: str) -> dict[str, IntegerValue]:
    """The packed conditions these pieces look at; of who came once, a second time BITS higher."""
    found = {}
    for number in sorted({condition // BITS for condition in _conditions(pieces)}):
        word = narrow[f"b{number}"]
        found[f"q{number}"] = word + (narrow[mark].cast("int64") * word << _number(BITS)) if mark else word
    return found


def _both(rows: Table, condition: int) -> IntegerValue:
    word = rows[f"q{condition // BITS}"] >> _number(condition % BITS)
    return (word & _number(1 << BITS | 1)).sum().cast("int64")


def _sum(of_it: IntegerValue, where) -> IntegerValue:
    return of_it.sum(where=where).fill_null(0).cast("int64")


def _number(number: int) -> IntegerValue:
    import ibis

    return ibis.literal(number, "int64")


def _may_come_again(held: Table, on: str, piece: Piece) -> list[BooleanValue]:
    """That the row is of a person (or thing) that may come again."""
    found = [held[f"m_{on}"].notnull(), held[f"c_{piece.column}"].notnull()]
    return [*found, ~held[_mark(held, piece)]] if piece.column == "person" else found


def _came_names(on: str, pieces: list[Piece]) -> list[str]:
    words = (len(pieces) + A_WORD - 1) // A_WORD
    return [f"w_{on}_{pieces[0].column}_{number}" for number in range(words)]


def _came(narrow: Table, on: str, pieces: list[Piece]) -> dict[str, IntegerValue]:
    """For each row, the bit of its month for each piece that holds, five pieces in a number."""
    import ibis

    bit = _number(1) << (narrow[f"m_{on}"] % MONTHS).cast("int64")
    found = {}
    for number, name in enumerate(_came_names(on, pieces)):
        word = _number(0)
        for place, piece in enumerate(pieces[number * A_WORD : (number + 1) * A_WORD]):
            here = _number(1 << (MONTHS * place))
            word = word + ibis.ifelse(holds(narrow, piece.condition), here, _number(0))
        found[name] = word * bit
    return found


def _again(held: Table, on: str, pieces: list[Piece]) -> Table:
    """Those who came more than once: by key and year, how many came in which months, for each piece."""
    import ibis

    names = _came_names(on, pieces)
    ever = reduce(or_, (held[name] for name in names)) != _number(0)
    rows = held.filter([ever, *_may_come_again(held, on, pieces[0])])
    packed = {f"w{number}": _bits_of_all()(rows[name]) for number, name in enumerate(names)}
    people = rows.group_by("key", year=rows[f"y_{on}"], who=rows[f"c_{pieces[0].column}"]).aggregate(**packed)
    alike = people.group_by("key", "year", *packed).aggregate(n=people.count())
    came = []
    for number in range(len(pieces)):
        shift = ibis.literal(MONTHS * (number % A_WORD), "int64")
        months = (alike[f"w{number // A_WORD}"] >> shift) & ibis.literal(ALL_MONTHS, "int64")
        came.append(months + ibis.literal(number * (ALL_MONTHS + 1), "int64"))
    each = alike.select("key", "year", "n", came=ibis.array(came).unnest())
    each = each.filter((each.came & ibis.literal(ALL_MONTHS, "int64")) != ibis.literal(0, "int64"))
    return each.group_by("key", "year", "came").aggregate(n=each.n.sum().cast("int64"))


@lru_cache(maxsize=1)
def _bits_of_all() -> Callable[[IntegerValue], IntegerValue]:
    """The engines' own ``bit_or``; Ibis knows it of DuckDB only."""
    import ibis

    @ibis.udf.agg.builtin(name="bit_or")
    def bit_or(words: int) -> int: ...

    return bit_or


def _long(found: pl.DataFrame, pieces: list[Piece], grain: str) -> pl.DataFrame:
    """One row a key and month, quarter or year, numbered from year 0: how many came in it at all."""
    import polars as pl

    size = GRAINS[grain]
    per_year = MONTHS // size
    within = [
        (months, place)
        for months in range(1, ALL_MONTHS + 1)
        for place in range(per_year)
        if months >> (place * size) & ((1 << size) - 1)
    ]
    places = pl.DataFrame(within, schema={"months": pl.Int64, "in_year": pl.Int64}, orient="row")
    came = found.select(
        "key",
        "year",
        "n",
        months=pl.col("came") % (ALL_MONTHS + 1),
        piece=pl.col("came") // (ALL_MONTHS + 1),
    ).join(places, on="months")
    return came.group_by("key", place=(pl.col("year") * per_year + pl.col("in_year")).cast(pl.Int32)).agg(
        pl.col("n").filter(pl.col("piece") == number).sum().alias(piece.name)
        for number, piece in enumerate(pieces)
    )


def _firsts(held: Table, on: str, pieces: list[Piece]) -> Table:
    """Those who came more than once: how many came first in each month, by key and piece."""
    import ibis

    wanted = reduce(or_, (holds(held, piece.condition) for piece in pieces))
    rows = held.filter([wanted, *_may_come_again(held, on, pieces[0])])
    first = {piece.name: rows[f"m_{on}"].min(where=holds(rows, piece.condition)) for piece in pieces}
    people = rows.group_by("key", who=rows[f"c_{pieces[0].column}"]).aggregate(**first)
    alike = people.group_by("key", *first).aggregate(n=people.count())
    every = [
        alike.filter(alike[piece.name].notnull())
        .group_by(alike.key, month=alike[piece.name])
        .aggregate(n=alike.n.sum().cast("int64"))
        .mutate(piece=ibis.literal(piece.name))
        for piece in pieces
    ]
    return ibis.union(*every) if len(every) > 1 else every[0]


def _upright(found: pl.DataFrame, pieces: list[Piece]) -> pl.DataFrame:
    """A column for each piece."""
    import polars as pl

    return found.group_by("key", "month").agg(
        pl.col("n").filter(pl.col("piece") == piece.name).sum().alias(piece.name) for piece in pieces
    )
