"""What counting a fact by one dimension gives, whichever engine counted, and the engines' promise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kaogong.indicators.facts import Fact

if TYPE_CHECKING:
    import polars as pl
    from ibis.expr.types import Table

    from kaogong.indicators.terms import Taken

MONTHS = 12
GRAINS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Pass:
    """What one dimension gave: sums by key and month, and of repeating pieces what to add to a sum of months.

    A month is numbered from year 0, a place is the number of a month, quarter or year.
    """

    dimension: str
    monthly: pl.DataFrame  # key, month, t…
    repeated: dict[
        str, pl.DataFrame
    ]  # grain -> key, place, t…: to add, of people (or things) that come again
    firsts: pl.DataFrame | None  # key, month, t…: the same for stocks, where each counts from its first month


class Engine(Protocol):
    """What counts whole snapshots: reads files as a table, and counts it by each dimension.

    ``at_once``: how many facts it is asked for at a time, each from a thread of its own.
    """

    at_once: int

    def read(self, paths: list[Path], fact: Fact) -> Table: ...
    def passes(self, taken: Taken, table: Table, dimensions: Sequence[str]) -> Iterator[Pass]: ...


def merged(frames: list[pl.DataFrame], time: str) -> pl.DataFrame:
    """The frames' columns side by side, nothing where a frame has no such key and time."""
    import polars as pl

    if not frames:
        return pl.DataFrame(schema={"key": pl.String, time: pl.Int32})
    found = frames[0]
    for frame in frames[1:]:
        found = found.join(frame, on=["key", time], how="full", coalesce=True, nulls_equal=True)
    return found.with_columns(pl.exclude("key", time).fill_null(0)).with_columns(pl.col(time).cast(pl.Int32))
