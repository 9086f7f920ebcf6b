"""Backups: a server restored to a chosen second holds what it held then, and nothing later."""

import os
import shutil
import signal
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from kaogong.gateways.archiving import archive_settings
from kaogong.gateways.backups import (
    Backups,
    NotArchiving,
    NothingToRestore,
    NotKeptSoFar,
    PlaceTaken,
    ServerNotRunning,
)
from kaogong.gateways.machine import WINDOWS
from kaogong.gateways.postgres import OWNER, EmbeddedPostgres

pytestmark = [pytest.mark.fault, pytest.mark.skipif(WINDOWS, reason="the archive's scripts want a shell")]


@pytest.fixture(scope="module")
def folder():
    made = Path(tempfile.mkdtemp(prefix="kaogong-backup-", dir="/var/tmp" if os.geteuid() == 0 else None))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def server(folder):
    server = EmbeddedPostgres(folder / "data")
    server.start()
    with psycopg.connect(server.url(OWNER)) as connection:
        connection.execute("CREATE TABLE told (word text)")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def backups(folder):
    return Backups(folder / "kept")


def tell(server, word: str) -> datetime:
    """Commit a word; an instant after its commit and before the next one's."""
    with psycopg.connect(server.url(OWNER), autocommit=True) as connection:
        connection.execute("INSERT INTO told VALUES (%s)", [word])
    time.sleep(0.05)
    after = datetime.now(UTC)
    time.sleep(0.05)
    return after


def words(server) -> list[str]:
    server.start()
    try:
        with psycopg.connect(server.url(OWNER)) as connection:
            return [word for (word,) in connection.execute("SELECT word FROM told ORDER BY word")]
    finally:
        server.stop()


@pytest.fixture(scope="module")
def instants(server, backups):
    before = tell(server, "a")
    backups.take(server)
    between = tell(server, "b")
    last = tell(server, "c")
    backups.flush(server)
    return {"before": before, "between": between, "last": last}


def test_restore_to_a_second_holds_what_was_committed_by_then(folder, backups, instants):
    assert words(backups.restore(folder / "then", at=instants["between"])) == ["a", "b"]


def test_restore_without_an_instant_holds_everything_kept(folder, backups, instants):
    assert words(backups.restore(folder / "all")) == ["a", "b", "c"]


def test_restore_to_a_quiet_instant_after_the_last_commit_holds_everything(folder, backups, instants):
    assert words(backups.restore(folder / "quiet", at=instants["last"])) == ["a", "b", "c"]


def test_restore_later_than_the_log_reaches_is_refused_and_leaves_nothing(folder, backups, instants):
    with pytest.raises(NotKeptSoFar) as refused:
        backups.restore(folder / "late", at=datetime.now(UTC) + timedelta(days=1))
    assert "--live" in refused.value.message
    assert not (folder / "late" / "postgres").exists()


def test_a_refusal_tells_the_instant_in_the_clock_it_was_asked_in(tmp_path):
    with pytest.raises(NothingToRestore, match="2026-11-23 10:00:00"):
        Backups(tmp_path / "none").restore(tmp_path / "new", at=datetime(2026, 11, 23, 2, tzinfo=UTC))


def test_restore_before_the_first_copy_is_refused(folder, backups, instants):
    with pytest.raises(NothingToRestore):
        backups.restore(folder / "early", at=instants["before"] - timedelta(hours=1))


def test_restore_over_a_database_is_refused_and_leaves_it(server, backups, instants):
    with pytest.raises(PlaceTaken):
        backups.restore(server.data_dir)
    assert server.pid


def test_restored_server_takes_writes_and_has_no_superfluous_settings(folder, backups, instants):
    restored = backups.restore(folder / "writes", at=instants["between"])
    assert "recovery_target" not in (restored.cluster / "postgresql.auto.conf").read_text()
    restored.start()
    tell(restored, "d")
    restored.stop()
    assert words(restored) == ["a", "b", "d"]


def test_restore_from_a_killed_server_takes_what_it_had_not_handed_over(folder, server, backups, instants):
    tell(server, "e")
    os.kill(server.pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while server.pid is not None and time.monotonic() < deadline:
        time.sleep(0.1)
    assert "e" not in words(backups.restore(folder / "without"))
    assert words(backups.restore(folder / "with", live=server.data_dir)) == ["a", "b", "c", "e"]


def test_take_from_a_server_not_running_is_refused(folder, backups):
    with pytest.raises(ServerNotRunning):
        backups.take(EmbeddedPostgres(folder / "nothing"))


def test_take_from_a_server_that_does_not_archive_is_refused(folder):
    server = EmbeddedPostgres(folder / "fleeting", durable=False)
    server.start()
    try:
        with pytest.raises(NotArchiving):
            Backups(folder / "elsewhere").take(server)
    finally:
        server.stop()
    assert not list((folder / "elsewhere").glob("base-*"))


def test_archive_script_is_content_without_a_backup_folder(folder):
    home = folder / "scripts"
    home.mkdir()
    settings = archive_settings(home, EmbeddedPostgres(folder / "data").system_user)
    assert settings["archive_mode"] == "on"
    assert os.system(f'sh "{home}/archive.sh" /nonexistent 000000010000000000000001') == 0
