"""History rules over whole columns: everyone's first events, then everyone's second, and so on.

When a rank is decided, each of its claims that is granted is compared once with all later ones of the same
person; the counts grow with the ranks, so no pair is looked at twice and no list of pairs is ever made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from kaogong.rules.batch_claims import Batch
from kaogong.rules.batch_columns import Vocabulary, coded
from kaogong.rules.batch_figures import Figures, facts_behind
from kaogong.rules.batch_layout import Layout
from kaogong.rules.batch_plans import Plan, days, is_set
from kaogong.rules.batch_rows import WAIVED, with_history
from kaogong.rules.columns import Column, Words, taken
from kaogong.rules.frames import Values
from kaogong.rules.registry import Reader
from kaogong.rules.tallies import TALLIES, Tally

_SIDES = ("occupation_code", "level", "year", "serial", "scheme")


@dataclass(frozen=True)
class Counter:
    """One tally with the values it is counted with, and the column that counts it."""

    tally: Tally
    values: Mapping[str, Any]
    column: str


class Counters:
    """Every tally the plans ask for, each once."""

    def __init__(self, plans: list[Plan]) -> None:
        self._counters: dict[tuple[str, str], Counter] = {}
        self._reads: dict[str, list[str]] = {}
        self.sides: set[str] = set()
        for plan in plans:
            for thing, values in plan.history_uses:
                if is_set(thing.values, values):
                    for name in thing.tallies:
                        self._add(TALLIES[name], values)

    def _add(self, tally: Tally, values: dict[str, Any]) -> None:
        this, earlier, read = (Reader(dict.fromkeys(names)) for names in (_SIDES, _SIDES, values))
        tally.matches(this, earlier, read)
        self.sides |= {*this.names, *earlier.names}
        self._reads[tally.name] = read.names
        found = Counter(tally, values, f"counted{len(self._counters)}")
        self._counters.setdefault(self._key(tally.name, values), found)

    def _key(self, name: str, values: dict[str, Any]) -> tuple[str, str]:
        return name, repr([values[read] for read in self._reads[name]])

    @property
    def every(self) -> list[Counter]:
        return list(self._counters.values())

    @property
    def has_sums(self) -> bool:
        return any(counter.tally.sums for counter in self.every)

    def column(self, name: str, values: dict[str, Any]) -> pl.Expr:
        """The column of a tally as counted with these values."""
        return pl.col(self._counters[self._key(name, values)].column)


class Side:
    """One side of a comparison: columns by the names of ``measures.Moment``."""

    def __init__(self, columns: Mapping[str, pl.Expr], words: Mapping[str, list[str]]) -> None:
        for name, expr in columns.items():
            setattr(self, name, Words(expr, words[name]) if name in words else Column(expr))


class Ranks:
    """The events rank by rank, and what it takes to compare and to judge them."""

    def __init__(
        self,
        batch: Batch,
        judged: pl.DataFrame,
        laid: Layout,
        had: pl.DataFrame,
        figures: Figures,
        bits: Any,
    ) -> None:
        """``judged``: each row as it stands without any history: ``promising`` (nothing stands against it),
        and sums where they matter: ``paid`` in all, ``fen`` as far as it asks nothing of the history.
        """
        every = batch.plans.every
        self._figures, self._bits = figures, bits
        self._counters = Counters(every)
        self._ways = list(dict.fromkeys(plan.history_key for plan in every))
        self._plans = [next(plan for plan in every if plan.history_key == key) for key in self._ways]
        self._schemes, self._components = Vocabulary(), Vocabulary()
        self._sizes = laid.sizes
        events = self._claims_laid_out(batch, judged, laid.events)
        events = self._with_earlier(events, laid.had, had, batch.occupations)
        self._words = {"occupation_code": batch.occupations.words, "scheme": self._schemes.words}
        wide = pl.UInt16 if len(laid.sizes) < 1 << 16 else pl.UInt32
        self._events = events.with_columns(
            pl.lit(0, dtype=pl.Int64 if counter.tally.sums else wide).alias(counter.column)
            for counter in self._counters.every
        )

    def _claims_laid_out(self, batch: Batch, judged: pl.DataFrame, laid: pl.DataFrame) -> pl.DataFrame:
        """The claims' columns in the order of the events; null for earlier subsidies."""
        every, frame = batch.plans.every, batch.frame
        wanted = {fact for plan in every for fact in facts_behind(plan.history_figures)}
        if {"occupation_code", "level"} & self._counters.sides:
            wanted |= {"certificate_occupation_code", "certificate_level"}
        columns = [frame[name] for name in frame.columns if name in wanted - {"on"}]
        columns += judged.get_columns()
        if batch.waived is not None:
            columns.append(batch.waived.cast(self._bits).alias(WAIVED))
        if batch.plan is not None:
            columns.append(batch.plan.alias("plan"))
        events = laid.hstack(pl.DataFrame(columns).select(pl.all().gather(laid["row"])))
        tables = {
            "way": [self._ways.index(plan.history_key) for plan in every],
            "scheme": [self._schemes.place(plan.scheme.code) for plan in every],
            "component": [self._components.place(plan.scheme.counts_as) for plan in every],
        }
        if batch.plan is None:
            return events.with_columns(
                pl.lit(table[0], dtype=pl.UInt32).alias(n) for n, table in tables.items()
            )
        number = pl.col("plan")
        return events.with_columns(taken(number, table, pl.UInt32).alias(n) for n, table in tables.items())

    def _with_earlier(
        self,
        events: pl.DataFrame,
        places: pl.Series | None,
        had: pl.DataFrame | None,
        occupations: Vocabulary,
    ) -> pl.DataFrame:
        """The columns of both sides of a comparison, those of earlier subsidies included."""
        blank = occupations.place("")
        places_of = pl.UInt8 if len(occupations.words) <= 1 << 8 else pl.UInt32
        lacking = {"certificate_occupation_code": places_of, "certificate_level": pl.Int8}
        events = events.with_columns(
            pl.lit(None, dtype=dtype).alias(name)
            for name, dtype in lacking.items()
            if name not in events.columns
        )
        events = events.with_columns(
            occupation_code=pl.col("certificate_occupation_code").cast(places_of),
            level=pl.col("certificate_level"),
        ).with_columns(
            earlier_occupation_code=pl.col("occupation_code").fill_null(blank),
            earlier_level=pl.col("level").fill_null(0),
        )
        if places is not None:
            words = {"scheme": self._schemes, "component": self._components}
            own = had.select(
                pl.col("event_on").alias("on"),
                pl.col("occupation_code").cast(places_of).alias("earlier_occupation_code"),
                pl.col("level").alias("earlier_level"),
                pl.col("amount_fen").alias("paid"),
                *(known.places(*coded(n, had[n])).cast(pl.UInt32).alias(n) for n, known in words.items()),
            )
            given = own.select(pl.all().gather(places))
            names = [name for name in given.columns if name in events.columns]
            events = events.with_columns(pl.coalesce(given[name], pl.col(name)).alias(name) for name in names)
        return _with_calendar(events, self._counters.sides)

    def judged(self) -> pl.DataFrame:
        """What the history makes of each claim that is not its claimant's first: ``row`` and the columns
        of ``with_history``."""
        events, found = self._events, []
        has_money = "fen" in events.columns
        for rank, size in enumerate(self._sizes):
            block = events.head(size)
            events = events.slice(size)
            outcome = self._outcome(block)
            granted = block["promising"] & outcome.select(is_granted(has_money=has_money)).to_series()
            is_had = block["row"].is_null()
            if has_money and "paid" in block.columns:  # an earlier subsidy keeps the sum it paid
                paid = pl.when(pl.lit(is_had)).then("paid").otherwise(outcome["fen"])
                block = block.with_columns(paid=paid)
            if block["row"].null_count():
                granted = granted.fill_null(False) | is_had
            if rank:
                outcome = (
                    outcome.hstack([block["row"]])
                    if has_money
                    else outcome.drop("fen").hstack([block["row"]])
                )
                found.append(outcome.filter(~is_had) if block["row"].null_count() else outcome)
            if granted.any():
                events = self._counted(events, block.with_columns(granted=granted))
        return pl.concat(found) if found else pl.DataFrame()

    def _counted(self, events: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
        """The later events with one more earlier event counted, where that one was granted."""
        place = pl.col("place")

        def of_earlier(name: str) -> pl.Expr:
            return pl.lit(earlier[name]).gather(place)

        columns = {
            name: f"earlier_{name}" if name in ("occupation_code", "level") else name for name in _SIDES
        }
        this = Side({name: pl.col(name) for name in _SIDES}, self._words)
        other = Side({name: of_earlier(column) for name, column in columns.items()}, self._words)
        granted, alike = of_earlier("granted"), of_earlier("component") == pl.col("component")
        counted = []
        for counter in self._counters.every:
            tally = counter.tally
            is_one = granted
            if len(self._components.words) > 1 and not tally.every_kind:
                is_one = granted & alike
            found = is_one & tally.matches(this, other, Values(dict(counter.values))).expr
            dtype = events.schema[counter.column]
            more = found.cast(dtype)
            if tally.sums:
                more = more * of_earlier("paid").fill_null(0)  # what was not granted may have no sum
            counted.append((pl.col(counter.column) + more).alias(counter.column))
        return events.with_columns(counted)

    def _outcome(self, block: pl.DataFrame) -> pl.DataFrame:
        if len(self._plans) == 1:
            return self._judged_by(self._plans[0], block)
        ways = block["way"].fill_null(len(self._plans))
        parts = []
        for way in ways.unique().to_list():
            at = (ways == way).arg_true()
            plan = self._plans[way if way < len(self._plans) else 0]  # whatever, for earlier subsidies
            some = block.select(pl.all().gather(at))
            parts.append(self._judged_by(plan, some).with_columns(at.alias("at")))
        return pl.concat(parts).sort("at").drop("at")

    def _judged_by(self, plan: Plan, block: pl.DataFrame) -> pl.DataFrame:
        return with_history(plan, block, self._figures, self._bits, self._counters.column)


def is_granted(prefix: str = "", *, has_money: bool = True) -> pl.Expr:
    """Whether nothing stands against a claim: nothing failed or unknown, and its sum can be worked out."""
    clear = [pl.col(prefix + name) == 0 for name in ("failed", "unknown", "pending")]
    if has_money:
        clear.append(pl.col(prefix + "fen").is_not_null())
    return pl.all_horizontal(clear)


def _with_calendar(events: pl.DataFrame, sides: set[str]) -> pl.DataFrame:
    """Year and serial of each day, where they are compared: worked out once a day, not once a claim."""
    if not events.height or not {"year", "serial"} & sides:
        return events.with_columns(year=pl.lit(None, dtype=pl.Int32), serial=pl.lit(None, dtype=pl.Int32))
    on = pl.col("on")
    first, last = events["on"].min(), events["on"].max()
    calendar = pl.DataFrame({"on": pl.date_range(first, last, eager=True)}).select(
        year=on.dt.year(), serial=(on.dt.year() * 12 + on.dt.month()) * 32 + on.dt.day()
    )
    place = on.cast(pl.Int32) - days(first)
    return events.with_columns(
        pl.lit(calendar[name]).gather(place.cast(pl.UInt32)).alias(name)
        for name in calendar.columns
        if name in sides
    ).with_columns(pl.lit(None, dtype=pl.Int32).alias(name) for name in calendar.columns if name not in sides)
