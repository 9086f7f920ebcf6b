"""``kaogong backup`` and ``kaogong restore``: the embedded database, kept and brought back to a chosen second."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from kaogong.cli.backup_snapshots import bring_back, keep_frozen
from kaogong.gateways.backups import Backups
from kaogong.gateways.machine import write_private
from kaogong.gateways.postgres import APP, EmbeddedPostgres, default_data_dir
from kaogong.kernel.errors import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")
FOLDER = click.Path(file_okay=False, path_type=Path)
# What is asked of a restored database: every leg added up again, every link of the trail's chain, every frozen file.
CHECKS = (("ledger", "balance"), ("trail", "verify"), ("statistics", "verify", "--frozen"))


class NotEmbedded(Refused):
    """现在用的是 DATABASE_URL 指定的数据库。它的备份由数据库自己的工具完成（docs/howto/operate.md）。"""


class InstantUnreadable(Refused):
    """看不懂时间“{text}”。请写成 2026-11-22 14:03:05（北京时间）。"""


class RestoredDiffers(Refused):
    """已恢复到 {folder}，但核对没有通过：{check}。请不要启用，先看上面的输出。"""


@click.command(
    help="备份内置数据库和已冻结的统计数据：整库一份，此后的日志持续归档，可恢复到任意一秒。密钥须另行保管。"
)
@click.option("--data", type=FOLDER, help="数据目录，默认与 kaogong demo 相同")
@click.option("--to", "folder", type=FOLDER, required=True, help="备份目录，最好在另一块磁盘上")
@click.option("--flush", is_flag=True, help="不再整库备份，只把此刻以前的日志归档完")
def backup(data: Path | None, folder: Path, flush: bool) -> None:
    server = _embedded(data)
    backups = Backups(folder)
    if flush:
        kept_until = backups.flush(server)
        click.echo(f"此刻以前的改动都已归档：{_said(kept_until)}")
        _keep_frozen(server, backups)
        return
    copy = backups.take(server)
    click.echo(
        f"已备份到 {copy.folder}（{copy.size / 2**20:.1f} MiB），{_said(copy.ended_at)} 起可恢复到任意一秒。"
    )
    _keep_frozen(server, backups)
    click.echo(f"此后的日志持续归档到 {backups.wal}。加密密钥不在其中，请另行保管。", err=True)


@click.command(
    help="把备份恢复到新的数据目录，停在指定的一秒，然后核对专账、留痕和已冻结的统计数据。原目录不动。"
)
@click.option("--from", "folder", type=FOLDER, required=True, help="备份目录")
@click.option("--data", "to", type=FOLDER, required=True, help="新的数据目录，须是空的")
@click.option("--at", "instant", help="恢复到哪一秒（北京时间），如 2026-11-22 14:03:05；默认最后一刻")
@click.option("--live", type=FOLDER, help="原数据目录还读得出时：补上尚未归档的日志")
@click.option(
    "--keys", type=click.Path(dir_okay=False, exists=True, path_type=Path), help="原来的 secrets.json"
)
def restore(folder: Path, to: Path, instant: str | None, live: Path | None, keys: Path | None) -> None:
    at = _instant(instant)
    server = Backups(folder).restore(to, at=at, live=live)
    bring_back(folder.expanduser().resolve(), server.data_dir, live=live)
    if keys is not None:
        kept = json.loads(keys.read_text())
        write_private(server.data_dir / "secrets.json", json.dumps(kept, indent=2))
    click.echo(f"已恢复到 {server.data_dir}，停在 {_said(at) if at else '最后一刻'}。")
    _verify(server)
    if keys is None:
        click.echo("还没有密钥：证件号码和银行账号要等原来的密钥放回后才看得到。", err=True)


def _keep_frozen(server: EmbeddedPostgres, backups: Backups) -> None:
    if number := keep_frozen(server, backups.folder):
        click.echo(f"已冻结的统计数据 {number} 份都在 {backups.folder}，摘要一致。")


def _embedded(data: Path | None) -> EmbeddedPostgres:
    if "DATABASE_URL" in os.environ:
        raise NotEmbedded
    return EmbeddedPostgres(data or default_data_dir())


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InstantUnreadable(text=text) from None
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def _said(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def _verify(server: EmbeddedPostgres) -> None:
    """Ask the restored database what is asked of a running one; a check that fails is named."""
    note = server.data_dir / "secrets.json"
    keys = json.loads(note.read_text()) if note.exists() else {"KAOGONG_REQUIRE_SECRETS": "0"}
    server.start()
    try:
        words = {**os.environ, **keys, "DATABASE_URL": server.url(APP), "KAOGONG_DATA": str(server.data_dir)}
        words |= {"KAOGONG_SNAPSHOTS": ""}  # those just brought back, not the running installation's
        for check in CHECKS:
            done = subprocess.run([sys.executable, "-m", "kaogong.cli", *check], env=words, check=False)
            if done.returncode:
                raise RestoredDiffers(folder=server.data_dir, check=" ".join(("kaogong", *check)))
    finally:
        server.stop()
