"""The test rig: one embedded PostgreSQL for the whole run, loaded before the settings are read.

Named in pyproject's pytest options. ``DATABASE_URL`` in the environment points the tests elsewhere.
"""

import atexit
import os
import shutil
import signal
import tempfile
from collections import Counter
from pathlib import Path

os.environ.setdefault("KAOGONG_REQUIRE_SECRETS", "0")
os.environ.setdefault("KAOGONG_POOL", "0")
os.environ.setdefault("KAOGONG_HTTPS", "0")

_started: list = []


def _start() -> None:
    """Start the server in the process that leads; xdist's workers inherit its address."""
    from kaogong.gateways.postgres import EmbeddedPostgres

    # As root PostgreSQL runs under a user of its own, who cannot enter root's home.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    folder = Path(tempfile.mkdtemp(prefix="kaogong-tests-", dir="/var/tmp" if root else None))
    folder.chmod(0o711)
    os.environ.setdefault("KAOGONG_SNAPSHOTS", str(folder / "snapshots"))
    server = EmbeddedPostgres(folder / "pg", durable=False)
    _started.append((server, folder, os.getpid()))
    # Also when the run is ended from outside, before or without pytest's own end.
    atexit.register(_stop)
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _end)
    server.start()
    os.environ["DATABASE_URL"] = server.url("postgres", "postgres")


def _stop() -> None:
    """Stop what this very process started; a forked child leaves it alone."""
    while _started:
        server, folder, owner = _started.pop()
        if owner == os.getpid():
            server.stop()
            shutil.rmtree(folder, ignore_errors=True)


def _end(number: int, _frame: object) -> None:
    raise KeyboardInterrupt  # pytest ends the whole run in order, not one test of it


if "DATABASE_URL" not in os.environ:
    _start()


def pytest_collection_modifyitems(items):
    """Files that take longest go first, the many small ones last: all workers end together.

    Files whose tests drive browsers and processes, then by number of tests; within a file nothing moves.
    """
    counts = Counter(item.path for item in items)
    slow = {item.path for item in items if any(map(item.get_closest_marker, ("fault", "browser")))}
    items.sort(key=lambda item: (item.path not in slow, -counts[item.path], str(item.path)))


def pytest_unconfigure(config):
    """Stop what this process started."""
    _stop()
