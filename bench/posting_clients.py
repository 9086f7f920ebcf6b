"""The clients of ``bench.posting``: processes of threads, each thread on a database connection of its own."""

import json
import multiprocessing
import os
import random
import sys
import threading
import time
from contextlib import suppress

import psutil

from bench import rig

PROCESSES = 2
LINE = {"fund_code": "ZX", "programme": "skills", "year": 2026}
BARE = """
    WITH told AS (
        INSERT INTO bare_entry (key, kind, fund_code, programme, year, amounts, reference, note, at, by_name)
        VALUES (%s, 'reserve', 'ZX', 'skills', 2026, %s, %s, '', %s, '系统')
        RETURNING id, transaction_number, recorded_at
    ), legs AS (
        INSERT INTO bare_leg (entry_id, account_id, amount_fen)
        SELECT told.id, v.account_id, v.fen FROM told, unnest(%s::bigint[], %s::bigint[]) v(account_id, fen)
    )
    SELECT * FROM told
"""


def prepare() -> dict:
    """A budget nobody will use up, and the bare tables: the same columns, the key and nothing else."""
    from django.db import connection

    from kaogong.kernel.actor import system_actor
    from kaogong.ledger import operations

    operations.set_budget(
        **LINE, source_level="district", amount_fen=10**15, key="budget", by=system_actor(), at=rig.AT
    )
    with connection.cursor() as cursor:
        for bare, whole in (("bare_entry", "ledger_journalentry"), ("bare_leg", "ledger_leg")):
            cursor.execute(
                f"CREATE TABLE {bare} (LIKE {whole} INCLUDING DEFAULTS INCLUDING IDENTITY, PRIMARY KEY (id))"
            )
    return {"done": True}


def ours(key: str, fen: int) -> None:
    """One posting as the product makes it."""
    from kaogong.kernel.actor import system_actor
    from kaogong.ledger import operations

    operations.reserve(
        **LINE, amounts={"district": fen}, reference=key, key=key, by=system_actor(), at=rig.AT
    )


def bare(key: str, fen: int) -> None:
    """The same rows, believed as they are."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(BARE, [key, json.dumps({"district": fen}), key, rig.AT, [1, 2], [-fen, fen]])
        cursor.fetchone()


def crowd(work, clients: int, seconds: float) -> dict:
    """Let that many clients work at once for that long; how much they did and what it cost."""
    from django.db import connection

    connection.ensure_connection()
    server = psutil.Process(connection.connection.info.backend_pid).parent()
    barrier, told = multiprocessing.Barrier(PROCESSES + 1), multiprocessing.Queue()
    crew = [
        multiprocessing.get_context("fork").Process(
            target=_process, args=(work, clients // PROCESSES, seconds, barrier, told)
        )
        for _ in range(PROCESSES)
    ]
    connection.close()
    for one in crew:
        one.start()
    barrier.wait()
    meter = _Meter(server)
    began = time.perf_counter()
    found = [told.get() for _ in crew]
    took = time.perf_counter() - began
    database = meter.stop()
    for one in crew:
        one.join()
    return {
        "sent": sum(sent for sent, _cpu in found), "took": took,
        "cpu": sum(cpu for _sent, cpu in found) + database, "database_cpu": database,
    }  # fmt: skip


class _Meter:
    """Processor time of a database server's sessions, also of those that end meanwhile."""

    def __init__(self, server: psutil.Process) -> None:
        self._server, self._seen, self._over = server, {}, threading.Event()
        self._look()
        self._before = dict(self._seen)
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _look(self) -> None:
        for one in self._server.children():
            with suppress(psutil.Error):
                spent = one.cpu_times()
                self._seen[one.pid] = spent.user + spent.system

    def _watch(self) -> None:
        while not self._over.wait(0.2):
            self._look()

    def stop(self) -> float:
        self._look()
        self._over.set()
        self._thread.join()
        return sum(spent - self._before.get(pid, 0.0) for pid, spent in self._seen.items())


def _process(work, threads: int, seconds: float, barrier, told) -> None:
    from django.db import connection

    counts: list[int] = []
    ready = threading.Barrier(threads + 1)

    def client() -> None:
        connection.ensure_connection()
        chance = random.Random()
        ready.wait()
        until, sent = time.perf_counter() + seconds, 0
        while time.perf_counter() < until:
            work(f"{os.getpid()}:{threading.get_ident()}:{sent}:{chance.random()}", chance.randint(1, 10_000))
            sent += 1
        counts.append(sent)
        connection.close()

    crew = [threading.Thread(target=client) for _ in range(threads)]
    for one in crew:
        one.start()
    barrier.wait()
    before = time.process_time()
    ready.wait()
    for one in crew:
        one.join()
    told.put((sum(counts), time.process_time() - before))


def bulk(size: int) -> dict:
    """A batch told at once, three times over; the fastest."""
    from kaogong.kernel.actor import system_actor
    from kaogong.ledger import operations

    best: dict = {}
    for turn in range(3):
        postings = [
            operations.Posting(
                kind="reserve", **LINE, amounts={"district": 1 + n % 999}, reference=f"b{turn}:{n}", key=f"b{turn}:{n}"
            )
            for n in range(size)
        ]  # fmt: skip
        watch = rig.Stopwatch()
        operations.post(postings, by=system_actor(), at=rig.AT)
        spent = watch.read()
        if not best or spent.wall < best["took"]:
            best = {"sent": size, "took": spent.wall, "cpu": spent.cpu + spent.server_cpu}
    return best


def check() -> dict:
    """Every leg added again."""
    from kaogong.ledger import queries
    from kaogong.ledger.models import AccountBalance, JournalEntry

    return {
        "differences": len(queries.recount()),
        "entries": JournalEntry.objects.count(),
        "parts": AccountBalance.objects.filter(account__state="available").count(),
    }


def main() -> None:
    rig.setup()
    which, *words = sys.argv[1:]
    if which in ("ours", "bare"):
        found = crowd({"ours": ours, "bare": bare}[which], 32, float(words[0]))
    elif which == "bulk":
        found = bulk(int(words[0]))
    else:
        found = {"prepare": prepare, "check": check}[which]()
    rig.answer(**found)


if __name__ == "__main__":
    main()
