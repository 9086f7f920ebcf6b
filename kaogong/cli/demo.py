"""``kaogong demo``: everything on one machine, from an empty folder to a page in the browser."""

import base64
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from kaogong.cli.framework import set_up_django
from kaogong.cli.supervision import MARK, Supervisor
from kaogong.gateways.machine import write_private
from kaogong.gateways.postgres import APP, OWNER, EmbeddedPostgres, default_data_dir
from kaogong.kernel.errors import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_PAGE = 60.0  # seconds the site may take to answer


class PortTaken(Refused):
    """端口 {port} 已被别的程序占用。请用 --port 换一个。"""


class SiteSilent(Refused):
    """网站在 {seconds} 秒内没有应答。日志在 {log}。"""


class StepFailed(Refused):
    """“{step}”没有完成。日志在 {log}。"""


class NotOurs(Refused):
    """--reset 只清空内置数据库；现在用的是 DATABASE_URL 指定的数据库，请由它的管理员处理。"""


class Stopped(BaseException):
    """Somebody asked the demo to stop."""


@click.command(help="启动演示：内置数据库、虚构的示例城市、网站与后台任务。按 Ctrl-C 全部停止，数据保留。")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="数据目录，默认在用户目录下")
@click.option("--people", default=2000, show_default=True, type=click.IntRange(300), help="示例城市的人数")
@click.option("--seed", default=2020, show_default=True, help="随机种子：同样的种子得到同样的城市")
@click.option("--port", type=click.IntRange(1, 65535), help="端口，默认从 8000 起找一个空的")
@click.option("--reset", is_flag=True, help="清空演示数据重新开始（先询问）")
@click.option("--yes", is_flag=True, help="不再询问")
@click.option("--headless", is_flag=True, help="不开网站，把整个业务走一遍并核对资金")
@click.option("--no-browser", is_flag=True, help="不自动打开浏览器")
def demo(
    data: Path | None,
    people: int,
    seed: int,
    port: int | None,
    reset: bool,
    yes: bool,
    headless: bool,
    no_browser: bool,
) -> None:
    console = Console(highlight=False)
    began = time.monotonic()
    folder = (data or default_data_dir()).expanduser().resolve()
    server = None if "DATABASE_URL" in os.environ else EmbeddedPostgres(folder)
    if reset:
        if server is None:
            raise NotOurs
        if not yes:
            click.confirm(f"将删除 {folder} 中的全部演示数据，不能恢复。继续吗？", abort=True)
    try:
        with stoppable(), Supervisor(prepared(folder, server), say=console.print) as supervisor:
            if server and (reset or (folder / "seeding.json").exists()):
                wipe(server)
            try:
                if server:
                    console.print("启动数据库 …", end=" ")
                    server.start()
                    console.print("[green]好了[/]")
                os.environ.update(environment(folder, server))
                bring_up_to_date(console, supervisor, server)
                seed_when_empty(console, folder, people=people, seed=seed)
                if headless:
                    tell_the_story(console)
                    return
                attend(console, supervisor, server, free_port(port), began, open_browser=not no_browser)
            finally:
                close_connections()
                supervisor.stop()
                if server:
                    server.stop()
    except (Stopped, KeyboardInterrupt):
        console.print("\n已停止，数据保留在", str(folder))


@contextmanager
def stoppable() -> Iterator[None]:
    """Within, SIGTERM and a closed terminal end the demo in order, as Ctrl-C does."""

    def stop(number: int, frame: object) -> None:
        for name in handled:
            signal.signal(name, signal.SIG_IGN)  # the second Ctrl-C must not break off the stopping
        raise Stopped

    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    handled = {getattr(signal, name): None for name in names if hasattr(signal, name)}
    handled = {number: signal.signal(number, stop) for number in handled}
    try:
        yield
    finally:
        for number, earlier in handled.items():
            signal.signal(number, earlier)


def prepared(folder: Path, server: EmbeddedPostgres | None) -> Path:
    """The data folder, made where it is missing with the permissions the server needs."""
    if server:
        server.make_folder()
    else:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def wipe(server: EmbeddedPostgres) -> None:
    """Forget the database and what was noted about it; other files in the folder stay."""
    server.stop()
    shutil.rmtree(server.home, ignore_errors=True)
    (server.data_dir / "seeding.json").unlink(missing_ok=True)


def environment(folder: Path, server: EmbeddedPostgres | None) -> dict[str, str]:
    """What the site and its worker run under. The owner's and the superuser's passwords are not in it."""
    note = folder / "secrets.json"
    if not note.exists():
        fresh = {
            "KAOGONG_SECRET_KEY": secrets.token_urlsafe(64),
            "KAOGONG_SEALING_KEYS": "1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "KAOGONG_INDEX_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        write_private(note, json.dumps(fresh, indent=2))
    kept = {name: os.environ.get(name, value) for name, value in json.loads(note.read_text()).items()}
    words = {"KAOGONG_DEMO": "1", "KAOGONG_DATA": str(folder), **kept}
    if server:
        words["DATABASE_URL"] = server.url(APP)
    return words


def bring_up_to_date(console: Console, supervisor: Supervisor, server: EmbeddedPostgres | None) -> None:
    """Change the tables where something is missing, as their owner and in a process of its own."""
    set_up_django()
    waiting = steps_waiting()
    close_connections()
    if not waiting:
        return
    log = supervisor.folder / "logs" / "migrate.log"
    log.parent.mkdir(mode=0o700, exist_ok=True)
    words = {**os.environ, MARK: supervisor.mark}
    if server:
        words["DATABASE_OWNER_URL"] = server.url(OWNER)
    with console.status("建立数据库结构，装入目录与代码表 …"), log.open("ab") as file:
        done = subprocess.run(
            [sys.executable, "-m", "kaogong.cli", "migrate"],
            env=words,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            check=False,
        )
    if done.returncode:
        raise StepFailed(step="建立数据库结构", log=log)
    console.print("建立数据库结构 … [green]好了[/]")


def steps_waiting() -> bool:
    """Whether the tables lack something; rights that were never granted are a lack as well."""
    from django.db import ProgrammingError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except ProgrammingError:  # an earlier attempt ended between the tables and the rights
        return True


def seed_when_empty(console: Console, folder: Path, *, people: int, seed: int) -> None:
    """Fill an empty database with the synthetic city; an interrupted filling is begun anew next time."""
    from kaogong.access.queries import is_empty
    from kaogong.demo.seed import seed_city

    if not is_empty():
        return
    unfinished = folder / "seeding.json"
    write_private(unfinished, json.dumps({"people": people, "seed": seed}))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        now = datetime.now(SHANGHAI)
        seed_city(people=people, seed=seed, on=now.date(), at=now, progress=progress_bar(bars))
    unfinished.unlink()


def progress_bar(bars: Progress) -> Callable[[str, int, int], None]:
    """A callback ``(step, done, total)`` that keeps one bar a step."""
    known: dict[str, object] = {}

    def tell(step: str, done: int, total: int) -> None:
        if step not in known:
            known[step] = bars.add_task(step, total=total)
        bars.update(known[step], completed=done, total=total)

    return tell


def tell_the_story(console: Console) -> None:
    from kaogong.demo.story import run

    # Off a terminal the width is a guess of 80 columns, which would cut the sums off.
    wide = console if console.is_terminal else Console(highlight=False, width=190)
    wide.print(run(datetime.now(SHANGHAI).date()))


def attend(
    console: Console,
    supervisor: Supervisor,
    server: EmbeddedPostgres | None,
    port: int,
    began: float,
    *,
    open_browser: bool,
) -> None:
    """Serve until somebody asks to stop, starting again whatever falls over."""
    address = f"http://127.0.0.1:{port}"
    words = {"KAOGONG_PUBLIC_ADDRESS": address}
    site = supervisor.start("serve", "serve", "--port", str(port), "--workers", "2", environment=words)
    supervisor.start("worker", "worker", environment=words)
    with console.status("启动网站 …"):
        wait_for(address, site.process, log=site.log)
    supervisor.announce(address)
    show_logins(console)
    close_connections()
    console.print(f"\n[bold]{address}[/]   （{time.monotonic() - began:.1f} 秒）  按 Ctrl-C 停止\n")
    if open_browser and (os.environ.get("DISPLAY") or sys.platform in ("darwin", "win32")):
        webbrowser.open(address)
    while True:
        time.sleep(0.5)
        if server and server.pid is None:
            console.print("数据库意外结束，正在重新启动。")
            server.start()
        supervisor.revive()


def wait_for(address: str, process: subprocess.Popen, *, log: Path) -> None:
    """Return when the site answers at all; what it answers is its own affair."""
    deadline = time.monotonic() + FIRST_PAGE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=FIRST_PAGE).close()  # noqa: S310 - our own address
            return
        except urllib.error.HTTPError as answer:
            answer.close()
            return
        except OSError:
            time.sleep(0.1)
    raise SiteSilent(seconds=int(FIRST_PAGE), log=log)


def show_logins(console: Console) -> None:
    from kaogong.demo.seed import logins

    table = Table("前门", "岗位", "登录名", "口令", title="演示账号（人物与单位均为虚构）")
    for login in logins():
        table.add_row(*(str(word) for word in login))
    console.print(table)


def free_port(wanted: int | None) -> int:
    """The port asked for, or the first free one from 8000."""
    for port in [wanted] if wanted else range(8000, 8100):
        with socket.socket() as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise PortTaken(port=wanted or "8000–8099")


def close_connections() -> None:
    """Give back this process's own connections, so that the server can stop without waiting for them."""
    from django.conf import settings

    if not settings.configured:
        return
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
