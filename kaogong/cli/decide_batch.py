"""``kaogong decide-batch``: millions of claims from a Parquet file, on this machine or on a Spark cluster."""

import shutil
import tempfile
import time
from pathlib import Path

import click

_FILE = click.Path(exists=True, path_type=Path)


@click.command(
    help="批量测算：读入 Parquet 申领表，逐人按先后次序测算，写出每一份的结论和金额；不改动任何数据。"
)
@click.argument("claims", type=_FILE)
@click.option("--history", type=_FILE, help="以往补贴的 Parquet 表；不给则视为以往情况不明")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="结果文件 .parquet"
)
@click.option("--engine", type=click.Choice(["local", "spark"]), default="local", show_default=True)
@click.option("--master", default="local[2]", show_default=True, help="Spark 集群地址")
@click.option("--partitions", default=8, show_default=True, type=click.IntRange(1), help="Spark 分成几份")
@click.option("--executor-memory", default="1g", show_default=True, help="每个 Spark 执行器的内存")
@click.option(
    "--rulebook", type=click.Path(exists=True, file_okay=False, path_type=Path), help="规则库文件夹"
)
def decide_batch(
    claims: Path,
    history: Path | None,
    out: Path,
    engine: str,
    master: str,
    partitions: int,
    executor_memory: str,
    rulebook: Path | None,
) -> None:
    import polars as pl

    from kaogong import rules
    from kaogong.rules.batch import decide_many

    book = rules.load(rulebook)
    started = time.monotonic()
    if engine == "local":
        found = decide_many(pl.read_parquet(claims), pl.read_parquet(history) if history else None, book)
        found = found.with_columns(
            pl.col("verdict").cast(pl.String), pl.col("failed", "unknown").cast(pl.Int64)
        )
    else:
        found = _on_spark(claims, history, book, out, master, partitions, executor_memory)
    found = found.select("reference", "verdict", "amount_fen", "waivable", "failed", "unknown")
    _write(found.sort("reference"), out)
    seconds = time.monotonic() - started
    paid = found["amount_fen"].sum()
    click.echo(
        f"{found.height:,} 份，应予补贴 {(found['verdict'] == 'payable').sum():,} 份，"
        f"合计 {paid / 100:,.2f} 元；用时 {seconds:.1f} 秒；规则库 {book.digest[:12]}"
    )


def _on_spark(claims, history, book, out: Path, master: str, partitions: int, executor_memory: str):
    import polars as pl

    from kaogong.rules import spark as engine

    with (
        tempfile.TemporaryDirectory(prefix="kaogong-spark-") as scratch,
        engine.session(master, scratch=Path(scratch), executor_memory=executor_memory) as spark,
    ):
        frame = engine.decide_partitioned(
            spark, str(claims), str(history) if history else None, book, partitions=partitions
        )
        progress = engine.Progress(spark, lambda done, all_: click.echo(f"已完成 {done}/{all_} 份", err=True))
        progress.start()
        parts = out.with_name(
            out.name + ".parts"
        )  # beside the result: every machine of a cluster writes there
        try:
            frame.write.mode("overwrite").parquet(str(parts.absolute()))
        finally:
            progress.stop()
        found = pl.read_parquet(parts / "*.parquet")
    shutil.rmtree(parts)
    return found


def _write(found, out: Path) -> None:
    """The whole file or none of it."""
    half = out.with_name(out.name + ".part")
    found.write_parquet(half)
    half.replace(out)
