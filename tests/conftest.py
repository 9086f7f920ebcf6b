"""The test rig: one embedded PostgreSQL for the whole run, one database per worker, no sockets beyond it."""

import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

SHANGHAI = ZoneInfo("Asia/Shanghai")


def pytest_configure(config):
    """Start the server once, in the process that leads; workers inherit its address."""
    os.environ.setdefault("KAOGONG_REQUIRE_SECRETS", "0")
    os.environ.setdefault("KAOGONG_POOL", "0")
    if "DATABASE_URL" in os.environ or hasattr(config, "workerinput"):
        return
    from kaogong.gateways.postgres import EmbeddedPostgres

    folder = Path(tempfile.mkdtemp(prefix="kaogong-tests-", dir=_where_tests_may_write()))
    folder.chmod(0o711)
    server = EmbeddedPostgres(folder / "pg", durable=False)
    server.start()
    os.environ["DATABASE_URL"] = server.url("postgres", "postgres")
    config._kaogong_server = (server, folder)


def _where_tests_may_write() -> str | None:
    """As root PostgreSQL runs under a user of its own, who cannot enter /root."""
    return None if os.name != "posix" or os.geteuid() else "/var/tmp"


def pytest_unconfigure(config):
    if hasattr(config, "_kaogong_server"):
        server, folder = config._kaogong_server
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
        del os.environ["DATABASE_URL"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Reference data belongs to the empty product: loaded once per worker, never rolled back."""
    from kaogong.catalog.operations import load_reference
    from kaogong.kernel.actor import system_actor

    with django_db_blocker.unblock():
        load_reference(by=system_actor(), at=datetime(2026, 1, 1, tzinfo=SHANGHAI))


@pytest.fixture
def now() -> datetime:
    """The instant tests happen at: a Monday morning."""
    return datetime(2026, 11, 16, 9, 0, tzinfo=SHANGHAI)


KEPT_BY_FLUSH = ("catalog_", "django_content_type", "django_migrations", "auth_permission", "procrastinate")


@pytest.fixture(autouse=True)
def _flush_past_the_guards(request, monkeypatch):
    """Tests that really commit clean up behind the append-only guards, as no code of the product may."""
    from django.db import connection
    from django.test import TransactionTestCase

    def clean(self):
        with connection.cursor() as cursor:
            tables = [
                name
                for name in connection.introspection.table_names(cursor)
                if not name.startswith(KEPT_BY_FLUSH)
            ]
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("TRUNCATE " + ", ".join(f'"{name}"' for name in tables) + " CASCADE")
            cursor.execute("SET session_replication_role = origin")

    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", clean)
