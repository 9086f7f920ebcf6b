"""The embedded PostgreSQL: started, shared, recovered, and closed to everybody it does not know."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import psycopg
import pytest

from kaogong.gateways.machine import SYSTEM_USER, is_same_process, write_private
from kaogong.gateways.postgres import APP, OWNER, SUPERUSER, EmbeddedPostgres, ServerUnreachable

ROOT = Path(__file__).resolve().parents[2]
AS_ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def folder():
    """A folder the server's own user may pass through; the tests' usual one is closed to it."""
    made = Path(tempfile.mkdtemp(prefix="kaogong-pg-", dir="/var/tmp" if AS_ROOT else None))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def server(folder):
    server = EmbeddedPostgres(folder / "deep" / "data", durable=False)
    server.start()
    yield server
    server.stop()


def test_start_when_running_reuses_the_server(server):
    before = server.pid
    assert before
    assert EmbeddedPostgres(server.data_dir, durable=False).start() is False
    assert server.pid == before


def test_start_keeps_data_and_port_over_a_restart(server):
    with psycopg.connect(server.url(OWNER)) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('䶮')")
    port = server.port
    assert server.stop() is True
    assert server.pid is None
    assert server.start() is True
    assert server.port == port
    with psycopg.connect(server.url(OWNER)) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("䶮",)


def test_start_takes_another_port_when_the_old_one_is_taken(server):
    import socket

    server.stop()
    port = server.port
    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        thief.bind(("127.0.0.1", port))
        thief.listen()
        assert server.start() is True
    assert server.port != port
    psycopg.connect(server.url(APP)).close()


@pytest.mark.fault
def test_start_after_kill_recovers_committed_rows(server):
    with psycopg.connect(server.url(OWNER)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS survived (n int)")
        connection.execute("INSERT INTO survived VALUES (1)")
    open_session = psycopg.connect(server.url(OWNER))
    os.kill(server.pid, signal.SIGKILL)
    assert server.start() is True
    with psycopg.connect(server.url(OWNER)) as connection:
        assert connection.execute("SELECT count(*) FROM survived").fetchone()[0] >= 1
    with pytest.raises(psycopg.OperationalError):
        open_session.execute("SELECT 1")
    open_session.close()


def test_start_when_the_pid_file_names_a_stranger_leaves_the_stranger_alone(server):
    server.stop()
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        (server.cluster / "postmaster.pid").write_text(f"{stranger.pid}\n{server.cluster}\n")
        assert server.pid is None
        assert server.start() is True
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_stop_when_another_process_holds_the_server_leaves_it_running(server):
    script = (
        "import sys; from kaogong.gateways.postgres import EmbeddedPostgres;"
        "s = EmbeddedPostgres(sys.argv[1], durable=False); s.start(); print('held', flush=True);"
        "sys.stdin.read(); s.stop()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(server.data_dir)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout.readline() == "held\n"
        running = server.pid
        assert server.stop() is False
        assert server.pid == running
        other.kill()
    # The other died without letting go; the list does not keep the dead.
    server.start()
    assert server.stop() is True
    server.start()


def test_roles_are_plain_and_the_app_may_not_change_tables(server):
    with psycopg.connect(server.url(SUPERUSER)) as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles "
            "WHERE rolname = ANY(%s) ORDER BY 1",
            [[APP, OWNER]],
        ).fetchall()
    assert rows == [(APP, False, False, False, False), (OWNER, False, False, False, False)]
    with psycopg.connect(server.url(APP)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE mine (n int)")


def test_owner_may_create_the_extensions_the_product_uses(server):
    with psycopg.connect(server.url(OWNER)) as connection:
        for name in ("btree_gist", "pg_trgm", "ltree"):
            connection.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")


def test_server_refuses_a_wrong_password_and_listens_on_loopback_alone(server):
    wrong = server.url(APP).replace(server.passwords[APP], "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    addresses = {
        c.laddr.ip for c in psutil.Process(server.pid).net_connections() if c.status == psutil.CONN_LISTEN
    }
    assert addresses == {"127.0.0.1"}


def test_secret_files_are_closed_to_others(server):
    for path in (server.data_dir / "passwords.json", server.log):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE(server.home.stat().st_mode) == 0o700


def test_write_private_replaces_whole(tmp_path):
    path = tmp_path / "secret"
    write_private(path, "old")
    write_private(path, "new")
    assert path.read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["secret"]


def test_is_same_process_tells_a_newcomer_from_the_one_noted():
    me = psutil.Process()
    assert is_same_process(me.pid, me.create_time())
    assert not is_same_process(me.pid, me.create_time() - 60)


if AS_ROOT:

    def test_start_as_root_runs_under_a_user_of_its_own(server):
        assert psutil.Process(server.pid).username() == SYSTEM_USER

    def test_start_as_root_refuses_a_closed_folder_and_loosens_nothing(folder):
        closed = folder / "closed"
        closed.mkdir(mode=0o700)
        with pytest.raises(ServerUnreachable):
            EmbeddedPostgres(closed / "data", durable=False).start()
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700

    def test_start_as_an_ordinary_user_keeps_everything_to_that_user(folder, server):
        nobody = pwd.getpwnam("nobody")
        home = folder / "home"
        home.mkdir(mode=0o700)
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, home / "share" / "kaogong", server.binaries, server.url()],
            cwd=ROOT,
            env={"HOME": str(home), "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.stdout.split() == [APP, "nobody", "True"], done.stderr
        assert stat.S_IMODE((home / "share").stat().st_mode) == 0o700
        assert (home / "share").stat().st_uid == nobody.pw_uid

    # Everything is imported before the change of user, who may not be able to read this interpreter.
    AS_NOBODY = """
import os, pwd, sys
from pathlib import Path
import psutil, psycopg
from kaogong.gateways.postgres import EmbeddedPostgres
psycopg.connect(sys.argv[3]).close()
nobody = pwd.getpwnam("nobody")
psutil.Process().username()
os.chdir("/")
os.setgroups([])
os.setgid(nobody.pw_gid)
os.setuid(nobody.pw_uid)
server = EmbeddedPostgres(sys.argv[1], durable=False)
server.binaries = Path(sys.argv[2])
server.start()
with psycopg.connect(server.url()) as connection:
    print(connection.execute("SELECT current_user").fetchone()[0])
print(psutil.Process(server.pid).username())
print(server.stop())
"""


def test_an_interrupted_initialisation_leaves_nothing_that_looks_finished(folder):
    server = EmbeddedPostgres(folder / "broken", durable=False)
    server.make_folder()
    half = server.home / "cluster.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    try:
        server.start()
        psycopg.connect(server.url()).close()
    finally:
        server.stop()
    assert not half.exists()
