"""kill -9 of the site and of PostgreSQL in the middle of an import, an approval and a payment batch.

A real installation of its own: a durable server, migrated by the product's own command, served by the
product's own server. The moment is chosen by a row the test holds locked; nothing in the product knows.
"""

import base64
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg import sql

from kaogong.gateways.postgres import APP, DATABASE, OWNER, SUPERUSER, EmbeddedPostgres

pytestmark = pytest.mark.fault
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30
# Whose contents are none of the business at stake: sessions, code tables, the queue's own bookkeeping.
ASIDE = ("django_", "catalog_", "procrastinate", "axes_", "auth_")
TOKEN = "k" * 32
LEARNERS = 30


def until(what, said: str):
    """Wait for ``what`` to come true."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {PATIENCE} s: {said}")


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def end_all(processes) -> None:
    """Kill each; one that ends meanwhile, because its parent did, is as dead."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()


class Installation:
    """One server, one database, one site, to be killed."""

    def __init__(self, folder: Path) -> None:
        self.server = EmbeddedPostgres(folder / "data", durable=True)
        self.server.start()
        self.site: subprocess.Popen | None = None
        self.port = free_port()
        self.log = folder / "site.log"
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "kaogong.config.settings",
            "DATABASE_URL": self.server.url(APP),
            "KAOGONG_SECRET_KEY": "s" * 60,
            "KAOGONG_SEALING_KEYS": "1:" + base64.b64encode(os.urandom(32)).decode(),
            "KAOGONG_INDEX_KEY": base64.b64encode(os.urandom(32)).decode(),
            "KAOGONG_HTTPS": "0",
        }

    def run(self, *words: str, **more: str) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment | more,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def serve(self) -> None:
        with self.log.open("ab") as log:
            self.site = subprocess.Popen(
                [sys.executable, "-m", "kaogong.cli", "serve", "--port", str(self.port), "--workers", "1"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        until(self.answers, f"the site answers; see {self.log}")

    def answers(self) -> bool:
        try:
            return self.ask("GET", "/healthz", "") == 200
        except OSError:
            return False

    def ask(self, method: str, path: str, session: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with closing(connection):
            connection.request(
                method,
                path,
                body="" if method == "POST" else None,
                headers={
                    "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
                    "X-CSRFToken": TOKEN,
                    "Content-Type": "application/x-www-form-urlencoded",
                },
            )
            return connection.getresponse().status

    def kill_site(self) -> None:
        parent = psutil.Process(self.site.pid)
        end_all([parent, *parent.children(recursive=True)])
        self.site.wait()

    def kill_database(self) -> None:
        parent = psutil.Process(self.server.pid)
        everybody = [parent, *parent.children(recursive=True)]
        end_all(everybody)
        psutil.wait_procs(everybody, timeout=PATIENCE)

    def asked(self, words: str, *values) -> list[tuple]:
        with psycopg.connect(self.server.url(SUPERUSER, DATABASE)) as connection:
            return connection.execute(words, values).fetchall()

    def contents(self) -> dict[str, str]:
        """Table → digest of every row in it."""
        found = {}
        with psycopg.connect(self.server.url(SUPERUSER, DATABASE)) as connection:
            tables = connection.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            ).fetchall()
            for (table,) in tables:
                if not table.startswith(ASIDE):
                    words = sql.SQL("SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM {} t")
                    (found[table],) = connection.execute(words.format(sql.Identifier(table))).fetchone()
        return found

    @contextmanager
    def held_at(self, rows: str, waiting_on: str, *values):
        """Hold rows locked; the block begins when a session of the site waits for them."""
        holder = psycopg.connect(self.server.url(SUPERUSER, DATABASE))
        holder.execute(rows, values)

        def is_waiting():
            return self.asked(
                "SELECT pid FROM pg_stat_activity WHERE usename = %s AND wait_event_type = 'Lock'"
                " AND query LIKE %s",
                APP,
                f"%{waiting_on}%",
            )

        try:
            yield lambda: until(is_waiting, f"somebody waits for {waiting_on}; see {self.log}")
        finally:
            holder.close()

    def close(self) -> None:
        if self.site and self.site.poll() is None:
            self.kill_site()
        self.server.stop()


@pytest.fixture(scope="module")
def installation():
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    folder = Path(tempfile.mkdtemp(prefix="kaogong-kill-", dir="/var/tmp" if root else None))
    folder.chmod(0o711)
    installation = Installation(folder)
    try:
        installation.run("-m", "kaogong.cli", "migrate", DATABASE_OWNER_URL=installation.server.url(OWNER))
        installation.waiting = json.loads(installation.run("-W", "ignore", "-m", "tests.faults.filling"))
        installation.serve()
        yield installation
    finally:
        installation.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["site", "database"])
def killed(request, installation):
    return request.param


def die_and_come_back(installation, killed: str, waiting: dict, *held) -> None:
    """Send the request, kill in its middle, start again; assert that nothing at all has changed."""
    before = installation.contents()
    outcome = []

    def send():
        try:
            outcome.append(installation.ask("POST", waiting["path"], waiting["session"]))
        except (OSError, http.client.HTTPException) as broken:
            outcome.append(broken)

    def in_time():
        try:
            in_the_middle()
        except AssertionError:
            raise AssertionError(f"never in the middle; the site said {outcome}") from None

    request = threading.Thread(target=send)
    with installation.held_at(*held) as in_the_middle:
        request.start()
        in_time()
        if killed == "site":
            installation.kill_site()
        else:
            installation.kill_database()
    request.join(PATIENCE)
    if killed == "site":
        assert isinstance(outcome[0], Exception)
        until(
            lambda: not installation.asked("SELECT 1 FROM pg_stat_activity WHERE usename = %s", APP),
            "the sessions of the dead site end",
        )
        assert installation.contents() == before
        installation.serve()
    else:
        assert outcome == [500]
        port = installation.server.port
        assert installation.server.start() is True
        assert installation.server.port == port
    assert installation.contents() == before
    until(installation.answers, f"the site answers; see {installation.log}")


def done_once_and_sound(installation, waiting: dict, counts: str, wanted: tuple) -> None:
    """The same request again completes what was begun; a third changes nothing; the ledger is sound."""
    assert installation.ask("POST", waiting["path"], waiting["session"]) == 302
    assert installation.asked(counts) == [wanted]
    after = installation.contents()
    installation.ask("POST", waiting["path"], waiting["session"])
    assert installation.contents() == after
    assert "逐笔复算一致" in installation.run("-m", "kaogong.cli", "ledger", "balance")


def place(killed: str) -> int:
    return ("site", "database").index(killed)


def test_in_the_middle_of_a_roster_import(installation, killed):
    waiting = installation.waiting["roster"][place(killed)]
    ((people,),) = installation.asked("SELECT count(*) FROM people_person")
    # Everybody is registered and enrolled by then; the upload's own figures and the trail are not.
    die_and_come_back(
        installation, killed, waiting,
        "SELECT 1 FROM training_rosterupload WHERE id = %s FOR UPDATE", "training_rosterupload", waiting["id"],
    )  # fmt: skip
    done_once_and_sound(
        installation, waiting,
        f"""SELECT (SELECT count(*) FROM people_person),
                   (SELECT count(*) FROM training_enrolment WHERE training_class_id = {waiting["class"]}),
                   (SELECT status FROM training_rosterupload WHERE id = {waiting["id"]}),
                   (SELECT count(*) FROM trail_entry WHERE verb = 'roster.taken'
                                                       AND subject_id = '{waiting["id"]}')""",
        (people + LEARNERS, LEARNERS, "taken", 1),
    )  # fmt: skip


def test_in_the_middle_of_an_approval(installation, killed):
    waiting = installation.waiting["claim"][place(killed)]
    # The lines are approved by then; the money is about to be set aside.
    die_and_come_back(
        installation, killed, waiting,
        "SELECT 1 FROM ledger_accountbalance FOR UPDATE", "ledger_post",
    )  # fmt: skip
    done_once_and_sound(
        installation, waiting,
        f"""SELECT (SELECT status FROM claims_claim WHERE id = {waiting["id"]}),
                   (SELECT count(*) FROM claims_claimline WHERE claim_id = {waiting["id"]}
                                                            AND status = 'approved'),
                   (SELECT amount_fen::bigint FROM claims_claim WHERE id = {waiting["id"]})
                   - (SELECT sum(amount_fen)::bigint FROM funds_reservation WHERE reference =
                      (SELECT number FROM claims_claim WHERE id = {waiting["id"]}))""",
        ("approved", 5, 0),
    )  # fmt: skip


def test_in_the_middle_of_a_payment_batch(installation, killed):
    waiting = installation.waiting["batch"][place(killed)]
    # The batch is released by then and the entries told; no money has moved yet.
    die_and_come_back(
        installation, killed, waiting,
        "SELECT 1 FROM ledger_accountbalance FOR UPDATE", "ledger_post",
    )  # fmt: skip
    done_once_and_sound(
        installation, waiting,
        f"""SELECT status, (SELECT count(*) FROM funds_payment WHERE batch_id = b.id AND status = 'in_transit')
                   - count,
                   (SELECT sum(amount_fen)::bigint FROM funds_payment WHERE batch_id = b.id) - total_fen,
                   (SELECT count(*) FROM ledger_journalentry e JOIN funds_payment p
                    ON e.key = 'send:' || p.reference WHERE p.batch_id = b.id) - count
            FROM funds_paymentbatch b WHERE id = {waiting["id"]}""",
        ("released", 0, 0, 0),
    )  # fmt: skip
