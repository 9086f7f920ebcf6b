"""``kaogong trail verify``: every link of the trail's chain, reckoned again."""

import click

from kaogong.cli.framework import set_up_django


@click.group(help="留痕：核对链条。")
def trail() -> None:
    pass


@trail.command(help="逐批重算留痕的链条；有一处对不上就返回 1。")
def verify() -> None:
    set_up_django()
    from kaogong.trail import queries

    faults = queries.chain_faults()
    for fault in faults:
        click.echo(f"对不上：{fault}", err=True)
    if faults:
        raise SystemExit(1)
    click.echo("留痕链条完整。")
