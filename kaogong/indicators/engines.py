"""What counts whole snapshots: DuckDB inside the product, Spark past one machine; both from the same definitions."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from kaogong.indicators.facts import Fact
from kaogong.indicators.numbered import Numbered
from kaogong.indicators.passes import Pass
from kaogong.indicators.planner import Prepared, asked_passes, keyed_name
from kaogong.indicators.register import unbound
from kaogong.indicators.terms import Taken

if TYPE_CHECKING:
    import polars as pl
    from ibis.expr.types import Table
    from pyspark.sql import DataFrame, SparkSession


class Embedded:
    """DuckDB in this process; while one fact is looked through in memory it sums the next."""

    at_once = 2

    def __init__(self, *, threads: int | None, memory: str, scratch: str) -> None:
        import duckdb

        told: dict[str, str | bool | int] = {
            "memory_limit": memory,
            "temp_directory": scratch,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
        }
        if threads is not None:
            told["threads"] = threads
        self._con = duckdb.connect(":memory:", config=told)

    def read(self, paths: list[Path], fact: Fact) -> Table:
        name = f"rows_{uuid4().hex}"
        self._con.cursor().read_parquet([str(path) for path in paths]).create_view(name)
        return _named(unbound(fact), name)

    def passes(self, taken: Taken, table: Table, dimensions: Sequence[str]) -> Iterator[Pass]:
        return Numbered(self._con.cursor(), taken, table, dimensions).passes()

    def close(self) -> None:
        self._con.close()


class OnSpark:
    """A Spark session; files lie where its machines all read them."""

    at_once = 1

    def __init__(self, spark: SparkSession, *, partitions: int) -> None:
        spark.conf.set("spark.sql.shuffle.partitions", str(partitions))
        self._spark = spark
        self._held: dict[str, DataFrame] = {}

    def read(self, paths: list[Path], fact: Fact) -> Table:
        name = f"rows_{uuid4().hex}"
        frame = self._spark.read.parquet(*(str(path.absolute()) for path in paths))
        frame.createOrReplaceTempView(name)
        return _named(unbound(fact), name)

    def passes(self, taken: Taken, table: Table, dimensions: Sequence[str]) -> Iterator[Pass]:
        return asked_passes(self, taken, table, dimensions)

    def hold(self, table: Table) -> Table:
        name = f"held_{uuid4().hex}"
        self._held[name] = self._spark.sql(_sql(table)).persist()
        self._held[name].createOrReplaceTempView(name)
        return _named(table, name)

    def key_by(self, held: Table, column: str) -> None:
        from pyspark.sql import functions as F

        frame = self._held[held.get_name()]
        key = F.col(column) if column else F.lit("")
        frame.withColumn("key", key).createOrReplaceTempView(keyed_name(held))

    def prepare(self, table: Table) -> Prepared:
        return Prepared(_sql(table), _kinds(table))

    def result(self, prepared: Prepared) -> pl.DataFrame:
        import polars as pl

        frame = self._spark.sql(prepared.sql).toPandas()
        return pl.DataFrame(
            {name: pl.Series(frame[name].to_list(), dtype=kind) for name, kind in prepared.kinds.items()}
        )

    def let_go(self, table: Table) -> None:
        self._held.pop(table.get_name()).unpersist()


def _sql(table: Table) -> str:
    import ibis

    return str(ibis.to_sql(table, dialect="pyspark", pretty=False))


def _kinds(table: Table) -> dict:
    """Polars kinds of a result."""
    import polars as pl

    return {name: pl.String if kind.is_string() else pl.Int64 for name, kind in table.schema().items()}


def _named(table: Table, name: str) -> Table:
    """A table of the same columns under that name."""
    import ibis

    return ibis.table(table.schema(), name=name)


@contextmanager
def embedded(*, threads: int | None = None, memory: str = "3GB") -> Iterator[Embedded]:
    """DuckDB with so much memory; what does not fit goes to a scratch folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="kaogong-figures-") as scratch:
        engine = Embedded(threads=threads, memory=memory, scratch=scratch)
        try:
            yield engine
        finally:
            engine.close()
