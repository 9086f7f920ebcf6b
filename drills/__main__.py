"""``python -m drills money``: the drill of the earmarked fund."""

import click

from drills.money import Drill


@click.group(help="演练：多人同时操作、进程和数据库被杀，之后由独立的模型核对。")
def drills() -> None:
    pass


@drills.command(help="资金演练：随机操作、杀进程、杀数据库、重复乱序的银行文件，之后核对每一分钱。")
@click.option("--operations", default=10_000, show_default=True, type=click.IntRange(20))
@click.option("--clients", default=16, show_default=True, type=click.IntRange(1, 64))
@click.option("--classes", default=60, show_default=True, type=click.IntRange(2), help="可申领的班级数")
@click.option("--client-kills", default=20, show_default=True, type=click.IntRange(0))
@click.option("--database-kills", default=3, show_default=True, type=click.IntRange(0))
@click.option("--seed", default=1, show_default=True)
def money(**options: int) -> None:
    report = Drill(**options).run()
    click.echo(report.text)
    if report.faults:
        raise SystemExit(1)


if __name__ == "__main__":
    drills(prog_name="python -m drills")
