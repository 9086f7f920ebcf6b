"""Backups of the embedded server: whole copies, the log since, and the way back to a chosen second.

A backup folder holds ``base-<instant>`` (one whole copy each, with the passwords of its roles) and ``wal`` (every
segment of the write-ahead log since the first copy). The keys that seal personal numbers are never in it.
"""

import gzip
import json
import re
import shutil
import tarfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg

from kaogong.gateways.archiving import quoted
from kaogong.gateways.machine import write_private
from kaogong.gateways.postgres import (
    SUPERUSER,
    EmbeddedPostgres,
    ServerUnreachable,
    ServerWillNotStart,
)
from kaogong.kernel.errors import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")

_STAMP = "%Y%m%dT%H%M%SZ"
_SEGMENT = re.compile(r"[0-9A-F]{24}")


class NotArchiving(Refused):
    """{folder} 的数据库启动时没有打开日志归档。请停止后重新启动，再做备份（Windows 上暂不支持）。"""


class ServerNotRunning(Refused):
    """{folder} 里没有正在运行的内置数据库。请先启动（kaogong demo），或核对 --data。"""


class ArchiveStuck(Refused):
    """等了 {seconds} 秒，日志仍没有归档到 {folder}：请检查目录的权限和剩余空间。数据库日志在 {log}。"""


class NothingToRestore(Refused):
    """{folder} 里没有可用的备份{before}。"""


class PlaceTaken(Refused):
    """{folder} 里已经有数据库。请换一个空目录恢复，核对无误后再替换。"""


class NotKeptSoFar(Refused):
    """备份里的日志只到 {reaches}，恢复不到 {wanted}。可去掉 --at 恢复到最后一刻，或用 --live 指出原数据目录。"""


@dataclass(frozen=True, slots=True)
class Copy:
    """One whole copy of the cluster: usable for any instant from ``ended_at`` on."""

    folder: Path
    ended_at: datetime
    size: int


class Backups:
    """The backups kept in one folder."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder).expanduser().resolve()
        self.wal = self.folder / "wal"

    # -- taking --------------------------------------------------------------------------------

    def take(self, server: EmbeddedPostgres, *, seconds: float = 120) -> Copy:
        """Copy the running server whole and have its log kept here from now on.

        Raises ServerNotRunning, NotArchiving, ArchiveStuck; a copy that was broken off leaves nothing.
        """
        if server.pid is None:
            raise ServerNotRunning(folder=server.data_dir)
        with self._superuser(server) as connection:
            if connection.execute("SHOW archive_mode").fetchone()[0] != "on":
                raise NotArchiving(folder=server.data_dir)
        self._make_folders(server)
        (server.home / "archive_to").write_text(str(self.wal))
        (server.home / "archive_to").chmod(0o644)
        fresh = self.folder / "base.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._copy_whole(server, fresh)
        ended_at = self.flush(server, seconds=seconds)
        write_private(
            fresh / "copy.json",
            json.dumps({"ended_at": ended_at.isoformat(), "passwords": server.passwords}, indent=2),
        )
        kept = self.folder / f"base-{ended_at.strftime(_STAMP)}"
        fresh.rename(kept)
        return _copy(kept)

    def _copy_whole(self, server: EmbeddedPostgres, fresh: Path) -> None:
        password = server.home / "backup.pass"
        try:
            write_private(password, f"127.0.0.1:*:*:{SUPERUSER}:{server.passwords[SUPERUSER]}\n")
            server.system_user.own(password)
            server.run(
                "pg_basebackup",
                *("-d", f"host=127.0.0.1 port={server.port} user={SUPERUSER} passfile={password}"),
                *("-D", str(fresh), "-F", "tar", "-z", "-X", "stream", "-c", "fast", "--no-password"),
                seconds=24 * 3600,
            )
        finally:
            password.unlink(missing_ok=True)

    def flush(self, server: EmbeddedPostgres, *, seconds: float = 120) -> datetime:
        """Have everything committed so far kept here; the database's instant from which that is so."""
        with self._superuser(server) as connection:
            ended_at = connection.execute("SELECT clock_timestamp()").fetchone()[0]
            # A switch of a segment nothing was written to since the last one is no switch: write a mark.
            connection.execute("SELECT pg_create_restore_point('kaogong')")
            segment = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()[0]
        deadline = time.monotonic() + seconds
        while not (self.wal / f"{segment}.gz").exists():
            if time.monotonic() > deadline:
                raise ArchiveStuck(seconds=f"{seconds:.0f}", folder=self.wal, log=server.log)
            time.sleep(0.1)
        return ended_at

    def _make_folders(self, server: EmbeddedPostgres) -> None:
        self.wal.mkdir(parents=True, exist_ok=True)
        for place in (self.folder, self.wal):
            server.system_user.own(place)
            place.chmod(0o700)
        if server.system_user.uid is not None and not server.may_enter(self.wal):
            raise ServerUnreachable(user=server.system_user.name, folder=self.folder)

    @staticmethod
    def _superuser(server: EmbeddedPostgres) -> psycopg.Connection:
        return psycopg.connect(server.url(SUPERUSER, "postgres"), autocommit=True)

    # -- looking -------------------------------------------------------------------------------

    def copies(self) -> list[Copy]:
        """The whole copies, oldest first."""
        found = [_copy(path) for path in self.folder.glob("base-*") if (path / "copy.json").exists()]
        return sorted(found, key=lambda copy: copy.ended_at)

    def reaches(self) -> datetime | None:
        """The instant the last segment kept here was finished, or None when there is none."""
        times = [path.stat().st_mtime for path in self.wal.glob("*.gz")]
        return datetime.fromtimestamp(max(times), tz=UTC) if times else None

    # -- going back ----------------------------------------------------------------------------

    def restore(
        self, to: Path | str, *, at: datetime | None = None, live: Path | None = None
    ) -> EmbeddedPostgres:
        """Make a new data folder that stands as everything stood at ``at``, or at the last instant kept.

        ``live`` names the data folder of the lost server, when its disk can still be read: what it had not
        handed over yet is taken from there. The server made is stopped. Raises NothingToRestore, PlaceTaken,
        NotKeptSoFar, and then leaves the new folder as it was.
        """
        fitting = [copy for copy in self.copies() if at is None or copy.ended_at <= at]
        if not fitting:
            raise NothingToRestore(
                folder=self.folder, before=f"（{_said(at)} 之前做的）" if at is not None else ""
            )
        server = EmbeddedPostgres(to)
        if server.home.exists():
            raise PlaceTaken(folder=server.data_dir)
        try:
            self._unpack(fitting[-1], server, live=live)
            try:
                self._recover(server, at)
            except _EndedEarly:
                # Every commit kept is from before: that is the state asked for, if the log goes on that far.
                reaches = datetime.now(tz=UTC) if live is not None else self.reaches()
                if reaches is None or reaches < at:
                    raise NotKeptSoFar(reaches=_said(reaches), wanted=_said(at)) from None
                shutil.rmtree(server.home)
                self._unpack(fitting[-1], server, live=live)
                self._recover(server, None)
        except BaseException:
            server.stop()
            shutil.rmtree(server.home, ignore_errors=True)
            (server.data_dir / "passwords.json").unlink(missing_ok=True)
            raise
        return server

    def _unpack(self, copy: Copy, server: EmbeddedPostgres, *, live: Path | None) -> None:
        server.make_folder()
        told = json.loads((copy.folder / "copy.json").read_text())
        write_private(server.data_dir / "passwords.json", json.dumps(told["passwords"], indent=2))
        with tarfile.open(copy.folder / "base.tar.gz") as archive:
            archive.extractall(server.cluster, filter="data")
        with tarfile.open(copy.folder / "pg_wal.tar.gz") as archive:
            archive.extractall(server.cluster / "pg_wal", filter="data")
        recent = server.home / "recent"
        recent.mkdir()
        if live is not None:
            for segment in sorted((EmbeddedPostgres(live).cluster / "pg_wal").iterdir()):
                if _SEGMENT.fullmatch(segment.name) and not (self.wal / f"{segment.name}.gz").exists():
                    with (
                        segment.open("rb") as source,
                        gzip.open(recent / f"{segment.name}.gz", "wb", 1) as out,
                    ):
                        shutil.copyfileobj(source, out)
        (server.home / "archive_from").write_text(str(self.wal))
        for place in (server.home, *server.home.rglob("*")):
            server.system_user.own(place)
            place.chmod(0o700 if place.is_dir() else 0o600)

    def _recover(self, server: EmbeddedPostgres, at: datetime | None) -> None:
        """Play the log up to that instant, then make the server an ordinary one again and stop it."""
        automatic = server.cluster / "postgresql.auto.conf"
        before = automatic.read_text()
        ask = f'sh "{server.home}/fetch.sh" "%f" "%p"'
        lines = [f"restore_command = {quoted(ask)}"]
        if at is not None:
            lines += [
                f"recovery_target_time = {quoted(at.astimezone(UTC).isoformat())}",
                "recovery_target_action = 'promote'",
            ]
        automatic.write_text(before + "\n".join(lines) + "\n")
        (server.cluster / "recovery.signal").touch(mode=0o600)
        server.system_user.own(server.cluster / "recovery.signal")
        server.log.unlink(missing_ok=True)
        try:
            server.launch()
            _until_promoted(server)
        except (ServerWillNotStart, psycopg.OperationalError):
            if "recovery ended before configured recovery target" in server.log.read_text(errors="replace"):
                raise _EndedEarly from None
            raise
        server.shut_down()
        automatic.write_text(before)


class _EndedEarly(Exception):
    """The log ended and no commit in it was as late as asked."""


def _until_promoted(server: EmbeddedPostgres) -> None:
    while True:
        with psycopg.connect(server.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT pg_is_in_recovery()").fetchone()[0]:
                return
        time.sleep(0.2)


def _copy(folder: Path) -> Copy:
    told = json.loads((folder / "copy.json").read_text())
    size = sum(path.stat().st_size for path in folder.iterdir())
    return Copy(folder, datetime.fromisoformat(told["ended_at"]), size)


def _said(at: datetime | None) -> str:
    """As the option is written: in the clock of the place, wherever the machine stands."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if at is not None else "—"
