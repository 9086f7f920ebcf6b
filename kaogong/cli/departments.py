"""``kaogong departments``: another department's list taken in from a file, and what has come so far."""

from datetime import date, datetime
from pathlib import Path

import click

from kaogong.cli.framework import set_up_django

SEVERITIES = {"error": "错误", "warning": "提醒", "note": "说明"}
DAY = click.DateTime(["%Y-%m-%d"])


@click.group(help="其他部门报送的培训明细表。")
def departments() -> None:
    pass


@departments.command(
    help="收下一份明细表并逐行核验；接纳仍由另一人在网页上办。有错误行、列待确认或合计不符时返回 1。"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--department", required=True, help="报送部门的代码，如 agriculture")
@click.option("--region", required=True, help="区划代码（六位）")
@click.option("--from", "from_on", type=DAY, required=True, help="期间的第一天，如 2026-07-01")
@click.option("--to", "to_on", type=DAY, required=True, help="期间的最后一天")
@click.option("--rows", type=click.IntRange(min=0), help="来文声明的人次；默认按表尾“合计”行")
@click.option("--yuan", help="来文声明的补贴合计（元）")
@click.option("--replaces", type=int, help="更正第几号文件")
@click.option("--map", "pairs", multiple=True, metavar="标题=字段", help="指定某个标题是哪一列，可多次给出")
@click.option("--as", "login", default="", help="以谁的登录名办理；默认由系统办理")
def take(
    file: Path,
    department: str,
    region: str,
    from_on: datetime,
    to_on: datetime,
    rows: int | None,
    yuan: str | None,
    replaces: int | None,
    pairs: tuple[str, ...],
    login: str,
) -> None:
    set_up_django()
    from django.utils import timezone

    from kaogong.departments import operations, queries

    by = _actor(login)
    taken = operations.send_department_file(
        file.read_bytes(),
        file.name,
        department_code=department,
        region_code=region,
        from_on=from_on.date(),
        to_on=to_on.date(),
        stated_rows=rows,
        stated_fen=_fen(yuan),
        replaces_id=replaces,
        mapping=dict(pair.split("=", 1) for pair in pairs if "=" in pair),
        by=by,
        at=timezone.now(),
    )
    headings = {one["field"]: one for one in taken.columns if one["field"]}
    found = queries.file_problems(taken.pk, by=by)
    for one in found:
        click.echo(
            f"第 {one.row_number} 行  {_column(one, headings)}{SEVERITIES[one.severity]}  {one.message}"
        )
    for said in operations.differences(taken):
        click.echo(f"合计不符：{said}")
    click.echo(
        f"第 {taken.pk} 号文件，{taken.get_status_display()}：共 {taken.rows_total} 行，"
        f"合格 {taken.rows_good} 行，有错误 {taken.rows_problem} 行，{taken.rows_unmatched} 行对应不到人。"
    )
    if taken.status == "received":
        click.echo("有的列没有把握，请在网页“部门数据”里确认，或用 --map 指定后重新收。")
    if taken.rows_problem or taken.totals_differ or taken.status == "received":
        raise SystemExit(1)


@departments.command("list", help="列出收到的文件，新的在前。")
@click.option("--department", default="", help="只列这个部门")
@click.option("--as", "login", default="", help="以谁的登录名查看；默认由系统查看")
def list_(department: str, login: str) -> None:
    set_up_django()
    from kaogong.departments import queries

    rows = queries.department_files(_actor(login))
    found = list(rows.filter(department_code=department) if department else rows)
    for one in found:
        differs = "，合计不符" if one.totals_differ and not one.totals_explained else ""
        click.echo(
            f"第 {one.pk} 号  {queries.department_name(one.department_code)}  {one.region_code}  "
            f"{_day(one.from_on)}至{_day(one.to_on)}  {one.filename}  {one.get_status_display()}  "
            f"合格 {one.rows_good}/{one.rows_total} 行{differs}"
        )
    if not found:
        click.echo("还没有收到部门报送的文件。")


def _actor(login: str):
    from kaogong.access import queries as access
    from kaogong.access.permissions import Permission
    from kaogong.kernel.actor import system_actor

    if not login:
        return system_actor("系统（命令行）").may_also(Permission.SEND_DEPARTMENT_FILE)
    account = access.account_named(login)
    if account is None or not account.is_active:
        raise click.ClickException(f"没有“{login}”这个在用的登录名。")
    return access.actor_of(account)


def _column(finding, headings: dict) -> str:
    match = headings.get(finding.column)
    return f"{match['letter']} 列“{match['heading']}”  " if match else ""


def _fen(yuan: str | None) -> int | None:
    from kaogong.kernel.money import parse_yuan

    return None if yuan is None else parse_yuan(yuan)


def _day(day: date) -> str:
    return day.isoformat()
