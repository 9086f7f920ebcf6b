"""``kaogong figures``: count a snapshot's figures on this machine or on Spark; list and explain indicators."""

import tempfile
import time
from datetime import date
from pathlib import Path

import click

_SNAPSHOT = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(help="统计指标：计算快照里的全部指标，查看指标目录和口径")
def figures() -> None:
    pass


@figures.command("count", help="计算快照文件夹里的全部指标，写出 cells.parquet；不改动快照中的数据。")
@click.argument("snapshot", type=_SNAPSHOT)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="结果文件，默认写在快照里")
@click.option("--engine", type=click.Choice(["local", "spark"]), default="local", show_default=True)
@click.option("--master", default="local[2]", show_default=True, help="Spark 集群地址")
@click.option("--executor-memory", default="1g", show_default=True, help="每个 Spark 执行器的内存")
@click.option("--partitions", default=4, show_default=True, type=click.IntRange(1), help="Spark 分成几份")
@click.option("--memory", default="3GB", show_default=True, help="本机计算最多使用的内存")
@click.option("--indicator", "codes", multiple=True, help="只计算这些指标，可重复；默认全部")
@click.option("--dimension", "dimensions", multiple=True, help="只按这些维度，可重复；默认全部和全地区")
def count(
    snapshot: Path,
    out: Path | None,
    engine: str,
    master: str,
    executor_memory: str,
    partitions: int,
    memory: str,
    codes: tuple[str, ...],
    dimensions: tuple[str, ...],
) -> None:
    from kaogong.indicators.cells import count_all
    from kaogong.indicators.engines import OnSpark, embedded
    from kaogong.indicators.register import indicator_of

    for code in codes:
        indicator_of(code)
    started = time.monotonic()
    asked = {"codes": codes or None, "dimensions": ("", *dimensions) if dimensions else None, "out": out}
    if engine == "local":
        with embedded(memory=memory) as duck:
            found = count_all(snapshot, engine=duck, **asked)
    else:
        from kaogong.rules.spark import session

        with (
            tempfile.TemporaryDirectory(prefix="kaogong-spark-") as scratch,
            session(master, scratch=Path(scratch), executor_memory=executor_memory) as spark,
        ):
            found = count_all(snapshot, engine=OnSpark(spark, partitions=partitions), **asked)
    seconds = time.monotonic() - started
    number = found["indicator"].n_unique() if found.height else 0
    click.echo(f"{number} 项指标，{found.height:,} 个数，用时 {seconds:.1f} 秒")


@figures.command("list", help="指标目录：编码、名称、单位、条款")
def list_() -> None:
    from kaogong.indicators.register import indicators

    for one in indicators():
        kind = "公布" if one.is_stated else "比率" if one.is_derived else one.fact.label
        click.echo(f"{one.code}\t{one.name}\t{one.unit}\t{kind}\t{'、'.join(one.clauses)}")


@figures.command("show", help="一项指标的口径、各版本和计算语句；给出快照时算出这一年的数")
@click.argument("code")
@click.option("--snapshot", type=_SNAPSHOT, help="在这个快照里计算")
@click.option("--year", type=int, help="统计年度")
@click.option("--region", help="六位行政区划代码")
def show(code: str, snapshot: Path | None, year: int | None, region: str | None) -> None:
    from kaogong.indicators.counting import count_one, sql_of
    from kaogong.indicators.register import versions_of
    from kaogong.kernel.period import Period

    for one in versions_of(code):
        click.echo(f"{one.name}（{one.unit}）{one.code}  自 {one.since}  {'、'.join(one.clauses)}")
        click.echo(one.meaning)
    period = Period(date(year, 1, 1), date(year + 1, 1, 1)) if year else None
    click.echo(sql_of(code, region=region, period=period))
    if snapshot is not None:
        if period is None:
            raise click.UsageError("计算要给出统计年度：--year")
        found = count_one(code, snapshot, region=region, period=period)
        if found.value is None:
            click.echo(found.note.format(**found.note_facts))
        else:
            click.echo(f"{found.value / one.scale:,.2f}" if one.scale > 1 else f"{found.value:,}")
