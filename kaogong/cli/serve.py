"""``kaogong serve``: the website under a production server."""

import os
import sys

import click

from kaogong.cli.framework import set_up_django


@click.command(help="运行网站。静态文件由程序自己提供；HTTPS 请放在反向代理上。")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听的地址")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="监听的端口")
@click.option("--workers", default=0, type=click.IntRange(0, 64), help="进程数，0 表示按处理器数")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64), help="每个进程的线程数")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    set_up_django()  # a wrong setting is told here, once, and not by every worker
    print(f"考工运行在 http://{host}:{port}", file=sys.stderr)
    # A thread without a connection would wait in vain: never more threads than the pool has.
    threads = min(threads, int(os.environ.get("KAOGONG_POOL", "8")) or threads)
    Granian(
        "kaogong.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers or min(os.cpu_count() or 1, 8),
        blocking_threads=threads,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_access=False,
    ).serve()
