"""``kaogong trail``: every link of the trail's chain reckoned again, and the digests anybody may keep."""

from pathlib import Path

import click

from kaogong.cli.framework import set_up_django

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(help="留痕：核对链条，公布和核对逐日指纹。")
def trail() -> None:
    pass


@trail.command(
    help="逐批重算留痕的链条，再把结论和付款与轨迹当时所记的核对；有一处对不上就返回 1。"
    "--against 另与以前保存的逐日指纹核对：整条链重做过也看得出来。"
)
@click.option("--against", type=_FILE, help="以前保存的逐日指纹（kaogong trail digests 或门户下载的）")
def verify(against: Path | None) -> None:
    set_up_django()
    from kaogong.audit import queries as audit
    from kaogong.trail import queries

    faults = [str(fault) for fault in queries.chain_faults()]
    faults += audit.row_faults()
    if against is not None:
        with against.open(encoding="utf-8") as lines:
            kept = audit.read_digests(lines)
        faults += [f"{day} 公布的{chain}指纹已不在链上" for day, chain in audit.digests_gone(kept)]
    for fault in faults:
        click.echo(f"对不上：{fault}", err=True)
    if faults:
        raise SystemExit(1)
    click.echo("留痕链条完整。")


@trail.command(help="打印两条封存链逐日的最后一个指纹，供在系统以外保存（门户“封存指纹”页同此）。")
def digests() -> None:
    set_up_django()
    from kaogong.audit import queries

    for day, chain, digest in queries.published_digests():
        click.echo(f"{day} {chain} {digest}")
