"""``kaogong statistics``: facts brought up to date, snapshots listed, verified and taken to a cluster."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from kaogong.cli.framework import set_up_django


@click.group(help="统计数据：取数、列出、核对摘要、导出到集群。")
def statistics() -> None:
    pass


@statistics.command(help="取数：读取上次以来的变化，写成新的统计数据；没有变化就不新增。")
@click.option("--full", is_flag=True, help="全部重新读取")
def refresh(full: bool) -> None:
    set_up_django()
    from kaogong.statistics import operations

    taken = operations.refresh_facts(at=_now(), full=full)
    click.echo(f"第{taken.number}号，数据截至{_minute(taken.as_of)}，{_rows(taken)}")


@statistics.command("list", help="列出现有的统计数据，新的在前。")
def list_() -> None:
    set_up_django()
    from kaogong.kernel.actor import system_actor
    from kaogong.statistics import queries

    found = list(queries.snapshots(system_actor()))
    for one in found:
        frozen = (
            f"，{_minute(one.frozen_at)}由{one.frozen_by}冻结：{one.frozen_because}" if one.frozen_at else ""
        )
        click.echo(f"第{one.number}号，数据截至{_minute(one.as_of)}，{_rows(one)}{frozen}")
    if not found:
        click.echo("还没有统计数据。请先运行 kaogong statistics refresh。")


@statistics.command(help="逐个文件核对摘要；有一个文件不符或缺失就返回 1。")
@click.option("--number", type=int, help="只核对这一号；默认全部")
@click.option("--frozen", is_flag=True, help="只核对已冻结的")
def verify(number: int | None, frozen: bool) -> None:
    set_up_django()
    from kaogong.kernel.actor import system_actor
    from kaogong.statistics import queries

    by = system_actor()
    chosen = [queries.snapshot(number, by=by)] if number else list(queries.snapshots(by))
    chosen = [one for one in chosen if one.status == "frozen" or not frozen]
    wrong = 0
    for one in chosen:
        for fault in queries.faults_of(one):
            wrong += 1
            said = "文件不在了" if fault.kind == "missing" else "内容与保存时的摘要不符"
            click.echo(f"第{one.number}号 {fault.file}：{said}", err=True)
    if wrong:
        click.echo(
            "请从备份恢复上列文件；未冻结的数据可以运行 kaogong statistics refresh --full 重新取数。",
            err=True,
        )
        raise SystemExit(1)
    click.echo(f"{len(chosen)}份统计数据，{sum(len(one.files) for one in chosen)}个文件，摘要全部一致。")


@statistics.command(help="导出一号统计数据到一个空目录（例如集群的共享存储），先核对摘要，再写清单。")
@click.option("--number", type=int, help="默认最新的一号")
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False), required=True, help="目标目录，须为空"
)
def export(number: int | None, to: Path) -> None:
    set_up_django()
    from kaogong.kernel.actor import system_actor
    from kaogong.statistics import operations, queries

    by = system_actor()
    one = queries.snapshot(number, by=by) if number else queries.latest_snapshot()
    if one is None:
        raise operations.NothingTaken()
    if to.exists() and any(to.iterdir()):
        raise click.ClickException(f"{to} 不是空目录。请换一个目录，以免新旧文件混在一起。")
    operations.export_snapshot(one, to)
    click.echo(f"第{one.number}号已导出到 {to}：{len(one.files)}个文件，清单 manifest.json")


def _now() -> datetime:
    return datetime.now(ZoneInfo("Asia/Shanghai"))


def _minute(at: datetime) -> str:
    from django.utils import timezone

    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _rows(snapshot) -> str:
    from kaogong.indicators.facts import FACTS

    return "，".join(f"{fact.label}{snapshot.rows.get(name, 0)}行" for name, fact in FACTS.items())
