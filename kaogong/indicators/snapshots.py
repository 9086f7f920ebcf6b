"""A snapshot's folder: which files hold a fact, and asking them by SQL that the definitions gave."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from kaogong.indicators.facts import Fact
from kaogong.kernel.errors import Refused

if TYPE_CHECKING:
    import duckdb
    import polars as pl
    from ibis.expr.types import Table

_kept = threading.local()


class FactMissing(Refused):
    """这个快照里没有“{fact}”的数据，不能计算。请重新生成快照。"""


def files(fact: Fact, snapshot: Path, first: int | None = None, last: int | None = None) -> list[Path]:
    """The fact's files, of the years asked for only; raises FactMissing where the snapshot has none at all."""
    every = sorted((snapshot / fact.name).glob("[0-9][0-9][0-9][0-9].parquet"))
    if not every:
        raise FactMissing(fact=fact.label)
    return [
        path
        for path in every
        if (first is None or int(path.stem) >= first) and (last is None or int(path.stem) <= last)
    ]


def has(fact: Fact, snapshot: Path) -> bool:
    """Whether the snapshot holds the fact."""
    return any((snapshot / fact.name).glob("[0-9][0-9][0-9][0-9].parquet"))


def sql_text(expression: Table, *, pretty: bool = False, dialect: str = "duckdb") -> str:
    """The expression as an engine's SQL: ``duckdb`` or ``pyspark``."""
    import ibis

    return str(ibis.to_sql(expression, dialect=dialect, pretty=pretty))


def ask(expression: Table, fact: Fact, paths: list[Path]) -> pl.DataFrame:
    """What the expression over the fact's columns gives for those files; for no files, as for no rows."""
    return ask_text(sql_text(expression), fact, paths)


def ask_text(sql: str, fact: Fact, paths: list[Path]) -> pl.DataFrame:
    """The same in DuckDB's SQL, where the fact's rows go by its name."""
    import polars as pl

    con = _connection()
    if paths:
        con.read_parquet([str(path) for path in paths]).create_view(fact.name, replace=True)
    else:
        con.from_arrow(pl.DataFrame(schema=fact.schema).to_arrow()).create_view(fact.name, replace=True)
    return pl.DataFrame(con.sql(sql).to_arrow_table())


def _connection() -> duckdb.DuckDBPyConnection:
    """This thread's own embedded engine, kept between questions; it holds no data."""
    if not hasattr(_kept, "con"):
        import duckdb

        _kept.con = duckdb.connect(":memory:")
        _kept.con.execute("SET enable_progress_bar = false")
        _kept.con.execute("SET autoinstall_known_extensions = false")
    return _kept.con
