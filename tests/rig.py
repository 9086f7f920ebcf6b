"""The test rig: one embedded PostgreSQL for the whole run, loaded before the settings are read.

Named in pyproject's pytest options. ``DATABASE_URL`` in the environment points the tests elsewhere.
"""

import os
import shutil
import tempfile
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
    server = EmbeddedPostgres(folder / "pg", durable=False)
    server.start()
    os.environ["DATABASE_URL"] = server.url("postgres", "postgres")
    _started.append((server, folder))


if "DATABASE_URL" not in os.environ:
    _start()


def pytest_unconfigure(config):
    """Stop what this process started."""
    while _started:
        server, folder = _started.pop()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
