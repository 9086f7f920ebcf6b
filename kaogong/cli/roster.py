"""``kaogong roster check FILE``: what is wrong with a roster, row by row, before it is sent."""

import os
from datetime import datetime
from pathlib import Path

import click

from kaogong.cli.framework import set_up_django

SEVERITIES = {"error": "错误", "warning": "提醒", "note": "说明"}


@click.group(help="培训学员花名册。")
def roster() -> None:
    pass


@roster.command(help="逐行核验一个花名册文件，不写入任何数据；有错误行时返回 1。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--class", "class_number", default="", help="按这个班（班期编号）的开班日期、课程表和协议核验")
@click.option("--problems", type=click.Path(dir_okay=False, path_type=Path), help="把问题行另存为 .xlsx")
@click.option("--map", "pairs", multiple=True, metavar="标题=字段", help="指定某个标题是哪一列，可多次给出")
def check(file: Path, class_number: str, problems: Path | None, pairs: tuple[str, ...]) -> None:
    registry = "DATABASE_URL" in os.environ
    if registry:
        set_up_django()
    elif class_number:
        raise click.ClickException("要按班级核验，请先设置 DATABASE_URL。")
    else:
        _set_up_without_database()
    from django.utils import timezone

    from kaogong.claims.queries import earlier_subsidies
    from kaogong.kernel.actor import system_actor
    from kaogong.training import queries
    from kaogong.training.operations import check_roster

    by, class_id = system_actor(), None
    if class_number:
        class_id = queries.class_numbered(class_number, by=by).pk
    now: datetime = timezone.now()
    data = file.read_bytes()
    found = check_roster(
        data,
        file.name,
        class_id=class_id,
        mapping=dict(pair.split("=", 1) for pair in pairs if "=" in pair),
        by=by,
        at=now,
        registry=registry,
        earlier=earlier_subsidies if registry else None,
    )
    _print_columns(found)
    if not registry:
        click.echo("未连接数据库：没有核对已登记的人员、行政区划和班级。")
    for row, said in found.findings_of().items():
        for finding in said:
            click.echo(f"第 {row} 行  {SEVERITIES[finding.severity]}  {finding.message}")
    click.echo(f"共 {found.rows_total} 行：合格 {found.rows_good} 行，有错误 {found.rows_problem} 行。")
    if problems and found.rows_problem:
        problems.write_bytes(found.problem_sheet(data, file.name))
        click.echo(f"问题行已写入 {problems}")
    if found.rows_problem:
        raise SystemExit(1)


def _set_up_without_database() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaogong.config.settings")
    import django

    django.setup()


def _print_columns(found) -> None:
    labels = {column.field: column.label for column in found.table.layout.columns}
    for match in found.table.columns:
        if match.field:
            sure = "" if match.certainty >= 1 else f"（把握 {match.certainty:.0%}，请核对）"
            click.echo(f"{match.column_letter} 列“{match.heading}” → {labels[match.field]}{sure}")
        elif match.heading:
            click.echo(f"{match.column_letter} 列“{match.heading}” → 不导入")
