"""``kaogong ledger``: where every fen stands, the chain of seals, and books for other ledgers to add again."""

import sys
from datetime import datetime
from pathlib import Path

import click

from kaogong.cli.framework import set_up_django


@click.group(help="专账：余额、复核、封存链与导出。")
def ledger() -> None:
    pass


@ledger.command(help="打印各资金、项目、来源的余额表并逐笔复算；有一分钱对不上就返回 1。")
@click.option("--fund", "fund_code", help="只看这个资金代码")
@click.option("--year", type=int, help="只看这一年度")
def balance(fund_code: str | None, year: int | None) -> None:
    set_up_django()
    from rich.console import Console
    from rich.table import Table

    from kaogong.kernel.money import yuan_plain
    from kaogong.ledger import queries

    table = Table(title="专账余额表（元）", show_footer=True)
    rows = queries.trial_balance(fund_code, year)
    for heading in ("资金", "年度", "项目", "来源"):
        table.add_column(heading, footer="合计" if heading == "资金" else "")
    for state, label in queries.STATES.items():
        total = sum(getattr(row, f"{state}_fen") for row in rows)
        table.add_column(str(label), yuan_plain(total), justify="right", no_wrap=True)
    difference = sum(row.difference_fen for row in rows)
    table.add_column("差额", yuan_plain(difference), justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            row.fund_code,
            str(row.year),
            row.programme,
            str(queries.SOURCE_LEVELS[row.source_level]),
            *(yuan_plain(getattr(row, f"{state}_fen")) for state in queries.STATES),
            yuan_plain(row.difference_fen),
        )
    console = Console()
    if not console.is_terminal:
        console.width = 240  # a file or a pipe is never folded
    console.print(table if rows else "专账里还没有分录。")
    faults = queries.recount()
    for fault in faults:
        click.echo(
            f"对不上：{fault.what}，余额 {yuan_plain(fault.balance_fen)}，"
            f"逐笔相加 {yuan_plain(fault.legs_fen)}",
            err=True,
        )
    if faults or any(row.difference_fen for row in rows):
        raise SystemExit(1)
    click.echo("逐笔复算一致。")


@ledger.command(help="导出一天的账，供 beancount 或 hledger 复算：期初、逐笔、期末余额断言。")
@click.option("--format", "form", type=click.Choice(["beancount", "hledger"]), required=True, help="账本格式")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="记账日")
@click.option("--to", "target", type=click.Path(path_type=Path, dir_okay=False), help="写到文件；不给就打印")
def export(form: str, on: datetime, target: Path | None) -> None:
    set_up_django()
    from kaogong.ledger import queries

    text = queries.beancount_text if form == "beancount" else queries.hledger_text
    lines = text(queries.books_of_day(on.date()))
    if target is None:
        sys.stdout.writelines(f"{line}\n" for line in lines)
        return
    with target.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    click.echo(f"已写入 {target}。")


@ledger.command("cross-check", help="请 beancount 和 hledger 复算一天的账；有一分钱对不上就返回 1。")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="记账日")
def cross_check(on: datetime) -> None:
    set_up_django()
    from kaogong.ledger import queries

    words = {True: "一致", False: "对不上", None: "本机没有安装"}
    opinions = queries.second_opinions(on.date())
    for opinion in opinions:
        click.echo(f"{opinion.program}：{words[opinion.agrees]}")
        for problem in opinion.problems:
            click.echo(f"  {problem}", err=True)
    if any(opinion.agrees is False for opinion in opinions):
        raise SystemExit(1)


@ledger.command(
    "chain", help="逐笔复核封存链；内容与封存时不同就指出分录并返回 1。--to 把整条链写到文件，可离线复核。"
)
@click.option(
    "--to", "target", type=click.Path(path_type=Path, dir_okay=False), help="导出封存与分录（每行一条 JSON）"
)
def chain(target: Path | None) -> None:
    set_up_django()
    from kaogong.ledger import queries

    if target is not None:
        with target.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in queries.chain_lines())
        click.echo(f"已写入 {target}。")
    last = queries.seals().first()
    if last is None:
        click.echo("还没有封存。")
        return
    _tell(queries.chain_faults(), last.digest)


@ledger.command("verify", help="不连数据库，复核 chain --to 导出的文件。")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def verify(file: Path) -> None:
    set_up_django()
    from kaogong.ledger import queries

    with file.open(encoding="utf-8") as lines:
        _tell(queries.faults_of_lines(lines), "")


def _tell(faults: list, digest: str) -> None:
    for fault in faults:
        entries = "、".join(map(str, fault.entries[:20]))
        click.echo(
            f"封存 {fault.seal_id}：{fault.problem}" + (f"，分录 {entries}" if entries else ""), err=True
        )
    if faults:
        raise SystemExit(1)
    click.echo(f"封存链完好。{digest}")
