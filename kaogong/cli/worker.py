"""``kaogong worker``: long work, done beside the website."""

import click

from kaogong.cli.framework import set_up_django


@click.command(help="运行后台任务：导入、批量计算、定时任务。收到停止信号后先做完手上的任务。")
@click.option(
    "--concurrency", default=2, show_default=True, type=click.IntRange(1, 64), help="同时进行的任务数"
)
@click.option("--until-empty", is_flag=True, help="做完排队的任务就结束")
def worker(concurrency: int, until_empty: bool) -> None:
    set_up_django()
    from django.core.management import call_command

    words = ["--concurrency", str(concurrency), "--shutdown-graceful-timeout", "30"]
    call_command("procrastinate", "worker", *words, *(["--one-shot"] if until_empty else []))
