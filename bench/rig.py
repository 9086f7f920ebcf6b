"""Where benchmarks run: a private PostgreSQL, one prepared database to copy, every part in a child process."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
import psycopg

from kaogong.gateways.postgres import EmbeddedPostgres

ROOT = Path(__file__).resolve().parents[1]
AT = datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TEMPLATE = "bench_template"


@dataclass(frozen=True)
class Spent:
    """What a stretch of work took: by the clock, and of the processor, here and in the database."""

    wall: float
    cpu: float
    server_cpu: float


class Stopwatch:
    """Wall and processor seconds from its making; the database's are those of this process's session."""

    def __init__(self) -> None:
        from django.db import connection

        connection.ensure_connection()
        self._session = psutil.Process(connection.connection.info.backend_pid)
        self._wall, self._cpu, self._server = time.perf_counter(), os.times(), self._session.cpu_times()

    def read(self) -> Spent:
        now, server = os.times(), self._session.cpu_times()
        return Spent(
            time.perf_counter() - self._wall,
            now.user + now.system - self._cpu.user - self._cpu.system,
            server.user + server.system - self._server.user - self._server.system,
        )


def processor_seconds() -> float:
    """Processor time of this process and of its database session so far; finer than ``os.times`` where told."""
    from django.db import connection

    session = connection.connection.info.backend_pid
    try:
        there = int(Path(f"/proc/{session}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        spent = psutil.Process(session).cpu_times()
        there = spent.user + spent.system
    return time.process_time() + there


class Rig:
    """One server with a migrated, loaded database that copies are made of."""

    def __init__(self, folder: Path, server: EmbeddedPostgres) -> None:
        self.folder = folder
        self._server = server

    def url(self, database: str) -> str:
        return self._server.url("postgres", database)

    def fresh(self, database: str) -> str:
        """A new copy of the prepared database; its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {database} TEMPLATE {TEMPLATE}")
        return self.url(database)

    def child(self, module: str, *words: object, database: str) -> dict:
        """Run one part in a process of its own on that database; what it printed last, as JSON."""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", module, *map(str, words)],
            cwd=ROOT,
            env=environment(self.url(database)),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return json.loads(done.stdout.strip().splitlines()[-1])


@contextmanager
def rig() -> Iterator[Rig]:
    """Start the server in a folder of its own; stop it and remove everything afterwards."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    folder = Path(tempfile.mkdtemp(prefix="kaogong-bench-", dir="/var/tmp" if root else None))
    folder.chmod(0o711)
    server = EmbeddedPostgres(folder / "pg")
    # Asked to end, this process cleans up as after an error instead of leaving a server behind.
    before = signal.signal(signal.SIGTERM, _end)
    try:
        server.start()
        prepared = Rig(folder, server)
        with psycopg.connect(prepared.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        prepared.child("bench.rig", database=TEMPLATE)
        yield prepared
    finally:
        signal.signal(signal.SIGTERM, before)
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _end(number: int, _frame: object) -> None:
    sys.exit(128 + number)


def environment(url: str) -> dict[str, str]:
    """What a child works with: this database, no secrets asked for, nothing else of the product set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAOGONG_")}
    return kept | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "kaogong.config.settings",
        "KAOGONG_REQUIRE_SECRETS": "0",
        "KAOGONG_POOL": "0",
        "KAOGONG_HTTPS": "0",
        "KAOGONG_LOG": "ERROR",
    }


def setup() -> None:
    """Make Django ready in a child."""
    import django

    django.setup()


def answer(**found: object) -> None:
    """Hand what a child found to its parent."""
    print(json.dumps(found))


def peak_mib() -> float:
    """The most memory this process ever held."""
    try:
        import resource
    except ImportError:
        import psutil

        return psutil.Process().memory_info().peak_wset / 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def highest_keys(tables: Sequence[str]) -> dict[str, int]:
    """Table → its highest key now: what comes later is what was written since."""
    from django.db import connection

    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
            found[table] = cursor.fetchone()[0]
        return found


def bare_seconds(before: dict[str, int]) -> float:
    """Seconds to write what came since into tables of the same columns and indexes without triggers."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in before:
            cursor.execute(f"DROP TABLE IF EXISTS bare_{table}")
            cursor.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING DEFAULTS INCLUDING INDEXES)")
        begun = time.perf_counter()
        for table, highest in before.items():
            cursor.execute(f"INSERT INTO bare_{table} SELECT * FROM {table} WHERE id > {highest}")
        return time.perf_counter() - begun


def prepare() -> None:
    """Migrate and load the reference data: what every benchmark starts from."""
    setup()
    from django.core.management import call_command

    from kaogong.catalog.operations import load_reference
    from kaogong.cli.states import changed_in_place
    from kaogong.kernel.actor import system_actor

    with changed_in_place():
        call_command("migrate", verbosity=0)
    load_reference(by=system_actor(), at=AT)
    answer(done=True)


if __name__ == "__main__":
    prepare()
