"""``kaogong simulate CHANGE.yaml``: what a proposed change would have cost on real claims."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from kaogong.cli.framework import set_up_django

_ASPECTS = {
    "group": "按人员类别",
    "district": "按区划",
    "scheme": "按补贴项目",
    "occupation": "按职业",
    "level": "按等级",
}


@click.command(
    help="把拟议的政策改动（CHANGE.yaml）套在真实申领上试算：现行与改动后的支出，谁增谁减。不改动任何数据。"
)
@click.argument("path", metavar="CHANGE.yaml", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--year", type=int, help="试算哪一年的申领；默认按文件里的 period，没有写则为上一年度")
@click.option("--region", default="", help="只算这个区划（6 位代码）")
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), help="把结果写成表格")
def simulate(path: Path, year: int | None, region: str, xlsx: Path | None) -> None:
    set_up_django()
    from django.utils import timezone

    from kaogong.claims import queries
    from kaogong.kernel.actor import system_actor
    from kaogong.rules.change import read_change

    change = read_change(path.read_bytes(), path.name)
    since, until = queries.period_of(change, timezone.localdate(), year)
    with click.progressbar(length=1, label="测算", file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        result = queries.simulate(
            change, since, until, by=system_actor(), region_code=region, progress=progress
        )
    _print(result, since, until)
    if xlsx:
        xlsx.write_bytes(queries.simulation_sheet(result))
        click.echo(f"表格：{xlsx}")


def _print(result: dict[str, Any], since: date, until: date) -> None:
    from kaogong.claims import queries
    from kaogong.kernel.money import yuan

    total = result["total"]
    click.echo(
        f"{result['title']}：{since} 至 {until}（不含）的申领 {total['lines']} 条，{total['people']} 人"
    )
    difference = total["after_fen"] - total["before_fen"]
    click.echo(
        f"现行 {yuan(total['before_fen'])}，改动后 {yuan(total['after_fen'])}，"
        f"差额 {'+' if difference > 0 else ''}{yuan(difference)}；增加 {total['gaining']} 人，减少 {total['losing']} 人"
    )
    if result["begins_on"] >= until.isoformat():
        click.echo(f"提示：改动从 {result['begins_on']} 起施行，晚于所试算的申领，所以没有差别。")
    for cause in result["causes"]:
        click.echo(
            f"  因 {cause['rule_id']} {cause['title_zh']}（{cause['clause'] or '—'}）：{cause['people']} 人"
        )
    for aspect, heading in _ASPECTS.items():
        click.echo(heading)
        for row in result[aspect]:
            click.echo(
                f"  {queries.heading_words(aspect, row['code'])}  {row['people']} 人  "
                f"{yuan(row['before_fen'])} → {yuan(row['after_fen'])}  增 {row['gaining']} 减 {row['losing']}"
            )
