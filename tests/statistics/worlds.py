"""What the facts hold, read back for tests."""

from datetime import timedelta

import polars as pl

from kaogong.indicators.facts import FACTS
from kaogong.statistics import queries
from kaogong.statistics.models import Snapshot
from kaogong.statistics.operations import refresh_facts


def rows_of(snapshot: Snapshot, fact: str) -> pl.DataFrame:
    """All rows of one fact in a snapshot, by record."""
    paths = sorted((queries.folder_of(snapshot) / fact).glob("*.parquet"))
    frames = [pl.read_parquet(path) for path in paths]
    whole = pl.concat(frames) if frames else pl.DataFrame(schema=FACTS[fact].schema)
    return whole.sort("record")


def one(snapshot: Snapshot, fact: str, **is_) -> dict:
    """The one row of which all this is true."""
    return rows_of(snapshot, fact).row(
        by_predicate=pl.all_horizontal(pl.col(k) == v for k, v in is_.items()), named=True
    )


def as_if_read_whole(snapshot: Snapshot) -> None:
    """A snapshot reached step by step holds exactly what reading everything would give."""
    whole = refresh_facts(at=snapshot.as_of + timedelta(seconds=1), full=True)
    for fact in FACTS:
        assert rows_of(snapshot, fact).equals(rows_of(whole, fact)), fact
    assert {name: told["rows"] for name, told in snapshot.files.items()} == {
        name: told["rows"] for name, told in whole.files.items()
    }
