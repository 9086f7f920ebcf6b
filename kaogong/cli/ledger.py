"""``kaogong ledger balance``: where every fen stands, re-added from the first leg."""

import click

from kaogong.cli.framework import set_up_django


@click.group(help="专账：余额与复核。")
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
