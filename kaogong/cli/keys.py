"""``kaogong keys``: the keys that seal identity numbers and accounts, made and changed."""

import base64
import os
import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from kaogong.cli.framework import set_up_django


@click.group(
    help="加密证件号码与银行账号的密钥：生成、轮换、查看使用情况。密钥只放在环境变量里，不进数据库。"
)
def keys() -> None:
    pass


@keys.command(help="生成一把新密钥，打印要写入的环境变量；不改动任何数据。首次安装时连同索引密钥一起生成。")
def new() -> None:
    known = os.environ.get("KAOGONG_SEALING_KEYS", "")
    numbers = [int(pair.split(":", 1)[0]) for pair in known.split(",") if pair]
    # One byte of each sealed value names its key; a number long dropped may come round again.
    after = max(numbers, default=0) + 1
    number = next(n for n in [*range(after, 256), *range(1, after)] if n not in numbers)
    key = f"{number}:{_random_key()}"
    click.echo(f"KAOGONG_SEALING_KEYS={','.join(filter(None, [key, known]))}")
    if not os.environ.get("KAOGONG_INDEX_KEY"):
        if known:
            raise click.ClickException(
                "未设置 KAOGONG_INDEX_KEY。它一旦使用就不能更换，请找回原来的值，不要另行生成。"
            )
        click.echo(f"KAOGONG_INDEX_KEY={_random_key()}")
        click.echo("KAOGONG_INDEX_KEY 用于按号码查找，启用后不要更换。", err=True)
    if known:
        click.echo(
            "请写入环境变量并重启网站和后台任务，再运行 kaogong keys rotate；完成之前不要删去旧密钥。",
            err=True,
        )
    else:
        click.echo("请写入环境变量并妥善备份：密钥丢失，证件号码与银行账号就再也解不开。", err=True)


@keys.command(help="用最新的密钥重新加密全部数据，可随时中断、重新运行；完成后旧密钥就可以删去。")
def rotate() -> None:
    set_up_django()
    from kaogong.access.operations import rotate_keys
    from kaogong.kernel.actor import system_actor

    done = rotate_keys(by=system_actor("命令行"), at=datetime.now(ZoneInfo("Asia/Shanghai")))
    for column, rows in done.items():
        click.echo(f"{column}: {rows}")
    _tell_usage()


@keys.command(help="列出每把密钥还封存着多少数据；有数据用了配置里没有的密钥就返回 1。")
def usage() -> None:
    set_up_django()
    _tell_usage()


def _tell_usage() -> None:
    from django.conf import settings

    from kaogong.access.queries import seals_by_key

    seals = seals_by_key()
    newest = next(iter(settings.SEALING_KEYS))
    for number in sorted({*seals, *settings.SEALING_KEYS}):
        rows = sum(seals.get(number, {}).values())
        if number not in settings.SEALING_KEYS:
            said = "不在配置中，这些数据解不开"
        elif number == newest:
            said = "当前使用"
        else:
            said = (
                "还在使用，请运行 kaogong keys rotate"
                if rows
                else "不再使用，可以从 KAOGONG_SEALING_KEYS 中删去"
            )
        click.echo(f"密钥 {number}：{rows} 项，{said}")
    if set(seals) - set(settings.SEALING_KEYS):
        raise SystemExit(1)


def _random_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
