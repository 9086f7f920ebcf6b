"""``kaogong createadmin``: the first account of a new installation."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from kaogong.cli.framework import set_up_django


@click.command(help="开设系统管理员账号。口令从键盘输入，不出现在命令行里。")
@click.option("--username", prompt="登录名", help="登录名")
@click.option("--name", prompt="姓名", help="姓名")
@click.option("--region", default="", help="行政区划代码，默认为本系统所属地区")
@click.password_option(
    "--password", prompt="口令", confirmation_prompt="再输一次口令", help="口令；省略则提示输入"
)
def createadmin(username: str, name: str, region: str, password: str) -> None:
    set_up_django()
    from django.conf import settings
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from kaogong.access.operations import open_account
    from kaogong.kernel.actor import system_actor

    try:
        validate_password(password)
    except ValidationError as problem:
        raise click.ClickException("".join(problem.messages)) from problem
    open_account(
        username=username,
        name=name,
        role="administrator",
        password=password,
        region_code=region or settings.REGION_CODE,
        by=system_actor("命令行"),
        at=datetime.now(ZoneInfo("Asia/Shanghai")),
    )
    click.echo(f"已开设管理员账号 {username}。")
