"""``kaogong audit``: packs to take along, and samples drawn again."""

import json
from datetime import datetime
from pathlib import Path

import click
from django.utils import timezone

from kaogong.cli.framework import set_up_django

_FILE = click.Path(exists=True, path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group(help="审计：制作审计包、核对审计包和抽样。")
def audit() -> None:
    pass


@audit.command(
    help="制作审计包：起止两日（含）的专账、申领、结论、付款、回盘、公示、轨迹和封存链，附独立核对程序。"
)
@click.option("--from", "since", type=_DAY, required=True, help="起始日")
@click.option("--to", "until", type=_DAY, required=True, help="截止日，含当日")
@click.option("--region", default="", help="区划代码；默认是经办人的管辖区域，没有经办人时是全部")
@click.option("--full", is_flag=True, help="含完整个人信息；须写明授权，并以有权查看的账号制作")
@click.option("--authority", default="", help="授权：文号/授权人")
@click.option("--by", "username", default="", help="以哪个账号制作（登录名）；查看完整个人信息时必填")
@click.option("--reason", default="专项审计", help="用途，记入经办轨迹")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="写到这个 ZIP 文件"
)
def pack(
    since: datetime,
    until: datetime,
    region: str,
    full: bool,
    authority: str,
    username: str,
    reason: str,
    out: Path,
) -> None:
    set_up_django()
    from kaogong.access.permissions import Permission
    from kaogong.access.queries import account_named, actor_of
    from kaogong.audit import operations
    from kaogong.kernel.actor import system_actor

    at = timezone.now()
    if username:
        account = account_named(username)
        if account is None or not account.is_active:
            raise click.ClickException(f"没有启用的账号“{username}”。")
        by = actor_of(account)
    else:
        by = system_actor("命令行").may_also(Permission.MAKE_AUDIT_PACK)
    asked = operations.ask_for_pack(
        from_on=since.date(), to_on=until.date(), by=by, at=at, reason=reason, region_code=region, is_full=full,
        authority=authority,
    )  # fmt: skip
    made = operations.build_pack(asked.pk, by=by, at=at, to=out)
    click.echo(f"{made.number}：{made.rows:,} 行，{made.size:,} 字节，写到 {out}")
    click.echo(f"内容指纹 {made.content_digest}")
    click.echo(f"文件指纹 {made.file_digest}")
    click.echo("请把内容指纹另行告知收包人；核对：python verify.py ZIP文件（包内附有核对程序）")


@audit.command(help="核对审计包：与包内 verify.py 相同的程序；有一处对不上返回 1。")
@click.argument("path", type=_FILE)
def verify(path: Path) -> None:
    from kaogong.audit import verifier

    raise SystemExit(verifier.main([str(path)]))


@audit.group(help="审计抽样。")
def sample() -> None:
    pass


@sample.command("verify", help="按抽样文件重新抽取一次：与所载一致返回 0，否则逐条列出并返回 1。不连数据库。")
@click.argument("file", type=_FILE)
def verify_sample(file: Path) -> None:
    from kaogong.kernel.sampling import differences

    try:
        package = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        package = None
    found = differences(package)
    for one in found:
        click.echo(f"✗ {one}")
    if found:
        click.echo(f"不一致：{len(found)} 处。")
        raise SystemExit(1)
    click.echo(f"一致：总体 {len(package['roster'])} 笔，抽中 {len(package['result'])} 笔。")
    click.echo(f"总体指纹 {package['roster_digest']}")
