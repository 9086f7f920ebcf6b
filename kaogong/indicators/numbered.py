"""A fact counted by every dimension in DuckDB: words as small numbers, several dimensions summed at once.

The rows are taken once into a narrow table: each word a small number, every condition a bit, the months. Rows are
summed for as many dimensions together as make a few thousand keys; what one dimension has is a sum of those sums.
Different people are the rows less those that come again (``again``). Nothing is approximate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import uuid4

from kaogong.indicators.again import Comings, comings
from kaogong.indicators.measures import TOTAL
from kaogong.indicators.passes import GRAINS, MONTHS, Pass, merged
from kaogong.indicators.terms import BITS, Piece, Taken, words

if TYPE_CHECKING:
    import duckdb
    import polars as pl
    from ibis.expr.types import BooleanValue, IntegerValue, Table

KEYS_AT_ONCE = 4096
Words = list[str | None]


@dataclass(frozen=True, slots=True)
class Cube:
    """Sums by several dimensions and month; a cell's number holds them in that order, the month first."""

    dimensions: tuple[str, ...]
    sizes: tuple[int, ...]
    first_month: int
    sums: pl.DataFrame  # cell, t…

    def by(self, dimension: str, known: Words) -> pl.DataFrame:
        """The sums of one of its dimensions (or of none): key, month, t…"""
        import polars as pl

        below, step, size = 1, 1, 1
        for name, many in zip(reversed(self.dimensions), reversed(self.sizes), strict=True):
            if name == dimension:
                step, size = below, many
            below *= many
        number = (pl.col("cell") // step % size).alias("number")
        month = (pl.col("cell") // below + self.first_month).cast(pl.Int32).alias("month")
        summed = self.sums.group_by(number, month).agg(pl.exclude("cell").sum())
        keys = pl.Series("key", known, dtype=pl.String).gather(summed["number"])
        return summed.select(keys, pl.exclude("number"))


@dataclass(frozen=True, slots=True)
class Lanes:
    """Bits of a row side by side in one number, each with room for as many rows as there are in a cell.

    ``many`` bits from ``first`` on are spread by one multiplication: bit n to place n times the width. No two
    products meet, for there are fewer bits than a lane is wide.
    """

    word: int
    first: int
    many: int
    width: int
    pieces: dict[int, list[Piece]]

    @property
    def sql(self) -> str:
        bits = f"(b{self.word}::BIGINT >> {self.first}) & {(1 << self.many) - 1}"
        copies = sum(1 << (self.width - 1) * place for place in range(self.many))
        lowest = sum(1 << self.width * place for place in range(self.many))
        return f"(({bits}) * {copies}) & {lowest}"

    def told(self, summed: str) -> Iterator[pl.Expr]:
        """Each piece's number, read back from the sum."""
        import polars as pl

        for place, pieces in self.pieces.items():
            lane = (pl.col(summed) // (1 << self.width * place)) % (1 << self.width)
            yield from (lane.alias(piece.name) for piece in pieces)


@dataclass
class Numbered:
    """A fact's rows in hand, in the embedded engine."""

    con: duckdb.DuckDBPyConnection
    taken: Taken
    table: Table
    dimensions: Sequence[str]
    name: str = field(default_factory=lambda: f"held_{uuid4().hex}")
    known: dict[str, Words] = field(default_factory=dict)

    def passes(self) -> Iterator[Pass]:
        """Count by each dimension; "" is the whole region."""
        self._hold()
        try:
            cubes = [self._cube(on, some) for on in self.taken.days() for some in self._together()]
            often = [self._comings(on, some) for on in self.taken.days() for some in self._repeating(on)]
        finally:
            self.con.execute(f'DROP TABLE IF EXISTS "{self.name}"')
        for dimension in self.dimensions:
            yield self._pass(dimension, cubes, often)

    @cached_property
    def bits(self) -> dict[Piece, int]:
        """Which bit says that a piece counts the row; nobody is no person, so different ones need somebody."""
        return {piece: place for place, pieces in enumerate(self._bits.values()) for piece in pieces}

    @cached_property
    def _bits(self) -> dict[object, list[Piece]]:
        alike: dict[object, list[Piece]] = {}
        for piece in self.taken.pieces:
            alike.setdefault(self._condition(piece).op(), []).append(piece)
        return alike

    def _condition(self, piece: Piece) -> BooleanValue:
        found = self.taken.conditions[piece.condition]
        return found & self.table[piece.column].notnull() if piece.repeats else found

    def _hold(self) -> None:
        """Take the rows into the narrow table."""
        columns: dict[str, IntegerValue] = {}
        for on in self.taken.days():
            columns[f"m_{on}"] = (self.table[on].year() * MONTHS + self.table[on].month() - 1).cast("int32")
        for number, amount in enumerate(self.taken.amounts):
            columns[f"a{number}"] = amount
        conditions = [self._condition(pieces[0]) for pieces in self._bits.values()]
        for number, word in enumerate(words(conditions)):
            columns[f"b{number}"] = word
        whose = {piece.column for piece in self.taken.pieces if piece.repeats}
        coded = [name for name in self.taken.fact.dimensions if name in {*self.dimensions, *whose}]
        for name in coded:
            columns[f"k_{name}"] = self.table[name]
        for name in sorted(whose - set(coded)):
            columns[f"k_{name}"] = self.table[name]
        numbers = ", ".join(f'{self._number_of(name)} AS "k_{name}"' for name in coded)
        chosen = f"* REPLACE ({numbers})" if numbers else "*"
        asked = f"SELECT {chosen} FROM ({_sql(self.table.select(**columns))})"  # noqa: S608 (names of our own)
        self.con.execute(f'CREATE TEMP TABLE "{self.name}" AS {asked}')

    def _number_of(self, column: str) -> str:
        """The number of a row's word; the words of the column are kept in the order of their numbers."""
        kind = f'"words_{uuid4().hex}"'
        found = f'SELECT DISTINCT "{column}" FROM "{self.table.get_name()}" WHERE "{column}" IS NOT NULL'  # noqa: S608
        self.con.execute(f"CREATE TEMP TYPE {kind} AS ENUM ({found})")
        [(every,)] = self.con.execute(f"SELECT enum_range(NULL::{kind})").fetchall()
        self.known[column] = [*every, None]
        small = "USMALLINT" if len(every) < 1 << 16 else "INT"
        # A cast that may fail is tried once a word instead of once a row: the file keeps its words apart.
        return f'coalesce(enum_code(try_cast("k_{column}" AS {kind})), {len(every)})::{small}'

    def _together(self) -> list[tuple[str, ...]]:
        """The dimensions in as few sets as keep a set's keys below so many, the largest first."""
        sets: list[tuple[list[str], int]] = []
        named = [name for name in self.dimensions if name]
        for name in sorted(named, key=lambda one: -len(self.known[one])):
            size = len(self.known[name])
            fits = next((at for at, (_, keys) in enumerate(sets) if keys * size <= KEYS_AT_ONCE), None)
            if fits is None:
                sets.append(([name], size))
            else:
                sets[fits] = ([*sets[fits][0], name], sets[fits][1] * size)
        return [tuple(some) for some, _ in sets] or [()]

    def _cube(self, on: str, some: tuple[str, ...]) -> Cube:
        """Rows counted and amounts summed by these dimensions and the month of that day."""
        sizes = tuple(len(self.known[name]) for name in some)
        held = f'FROM "{self.name}" WHERE "m_{on}" IS NOT NULL'
        [(first,)] = self.con.execute(f'SELECT min("m_{on}") {held}').fetchall()
        cell = f'("m_{on}" - {first or 0})::BIGINT'
        for name, size in zip(some, sizes, strict=True):
            cell = f'({cell}) * {size} + "k_{name}"'
        counted = f"SELECT count(*) AS n {held} GROUP BY {cell}"
        [(most,)] = self.con.execute(f"SELECT max(n) FROM ({counted})").fetchall()  # noqa: S608
        plain = self.taken.of(on, repeats=False)
        lanes = list(
            self._lanes([*(piece for piece in plain if piece.kind != TOTAL), *self._people(on)], most or 1)
        )
        sums = {f"s{number}": lane.sql for number, lane in enumerate(lanes)}
        sums |= {one.name: f"a{one.amount} * ({self._bit(one)})" for one in plain if one.kind == TOTAL}
        asked = "".join(f", sum({sql})::BIGINT AS {name}" for name, sql in sums.items())
        found = self._ask(f"SELECT {cell} AS cell{asked} {held} GROUP BY ALL")
        told = [told for number, lane in enumerate(lanes) for told in lane.told(f"s{number}")]
        totals = [name for name in sums if not name.startswith("s")]
        return Cube(some, sizes, first or 0, found.select("cell", *totals, *told))

    def _lanes(self, pieces: list[Piece], most: int) -> Iterator[Lanes]:
        """The bits of these pieces in as few sums as there is room for, none above ``most``."""
        width = most.bit_length()
        many = max(min(62 // width, width - 1), 1)
        alike: dict[int, list[Piece]] = {}
        for piece in pieces:
            alike.setdefault(self.bits[piece], []).append(piece)
        waiting = sorted(alike)
        while waiting:
            word, first = divmod(waiting[0], BITS)
            here = [bit for bit in waiting if bit // BITS == word and bit % BITS < first + many]
            yield Lanes(word, first, many, width, {bit % BITS - first: alike[bit] for bit in here})
            waiting = waiting[len(here) :]

    def _bit(self, piece: Piece) -> str:
        word, place = divmod(self.bits[piece], BITS)
        return f"(b{word} >> {place}) & 1"

    def _people(self, on: str) -> list[Piece]:
        return [piece for piece in self.taken.of(on, repeats=True) if piece.column == "person"]

    def _repeating(self, on: str) -> list[list[Piece]]:
        pieces = self.taken.of(on, repeats=True)
        columns = dict.fromkeys(piece.column for piece in pieces)
        return [[piece for piece in pieces if piece.column == column] for column in columns]

    def _comings(self, on: str, pieces: list[Piece]) -> Comings:
        """The rows that count different people or things, to be looked through for who comes again."""
        whose = pieces[0].column
        word = " | ".join(f"(({self._bit(piece)})::BIGINT << {place})" for place, piece in enumerate(pieces))
        numbers = {name: f'"k_{name}"' for name in self.dimensions if name}
        named = "".join(f', {column} AS "n_{name}"' for name, column in numbers.items())
        found = self._ask(
            f'SELECT * FROM (SELECT "k_{whose}" AS whose, "m_{on}" AS month, {word} AS word{named}'  # noqa: S608
            f' FROM "{self.name}" WHERE "m_{on}" IS NOT NULL) WHERE word != 0'
        )
        return comings(
            found["whose"].to_numpy(),
            found["month"].to_numpy(),
            found["word"].to_numpy(),
            {name: found[f"n_{name}"].to_numpy() for name in numbers},
            pieces,
            people=whose == "person",
        )

    def _pass(self, dimension: str, cubes: list[Cube], often: list[Comings]) -> Pass:

        known: Words = self.known[dimension] if dimension else [""]
        wanted = [cube for cube in cubes if not dimension or dimension in cube.dimensions]
        if not dimension:  # any set of dimensions sums to the whole; the smallest of each day does it soonest
            by_day = len(self.taken.days())
            sets = [wanted[at :: len(cubes) // by_day] for at in range(len(cubes) // by_day)]
            wanted = min(sets, key=lambda some: sum(cube.sums.height for cube in some))
        monthly = merged([cube.by(dimension, known) for cube in wanted], "month")
        found: dict[str, list[pl.DataFrame]] = {}
        for one in often:
            for grain, told in one.by(dimension).items():
                found.setdefault(grain, []).append(one.frame(told, grain, known))
        repeated = {grain: merged(found[grain], "place") for grain in GRAINS if grain in found}
        return Pass(dimension, monthly, repeated, merged(found["ever"], "month") if "ever" in found else None)

    def _ask(self, sql: str) -> pl.DataFrame:
        import polars as pl

        return pl.DataFrame(self.con.sql(sql).to_arrow_table())


def _sql(table: Table) -> str:
    import ibis

    return str(ibis.to_sql(table, dialect="duckdb", pretty=False))
