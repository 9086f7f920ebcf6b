"""The drill of the earmarked fund: many clients, killed processes, a killed database, then the reckoning."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import click

from drills.bank import Bank
from drills.model import faults_of
from kaogong.gateways.machine import is_root
from kaogong.gateways.postgres import APP, OWNER, EmbeddedPostgres

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 3600.0


@dataclass(frozen=True, slots=True)
class Report:
    """What the drill did and what the independent model found wrong."""

    text: str
    faults: list[str]
    operations: int
    outcomes: Counter
    money: dict[str, int]


class Drill:
    """One drill, in a folder of its own that is removed at the end unless something is wrong.

    With ``leave`` the database is left running and the folder stays: ``clear`` ends both.
    """

    def __init__(
        self,
        *,
        operations: int = 10_000,
        clients: int = 16,
        classes: int = 60,
        client_kills: int = 20,
        database_kills: int = 3,
        seed: int = 1,
        leave: bool = False,
    ) -> None:
        self.operations, self.clients, self.classes = operations, clients, classes
        self.client_kills, self.database_kills = client_kills, database_kills
        self.seed, self.random, self.leave = seed, Random(seed), leave
        self.folder = Path(tempfile.mkdtemp(prefix="kaogong-drill-", dir="/var/tmp" if is_root() else None))
        self.folder.chmod(0o711)
        self.server = EmbeddedPostgres(self.folder / "data")
        self.started: dict[int, subprocess.Popen] = {}
        self.numbered = 0
        self.killed = Counter()

    def run(self) -> Report:
        began = time.monotonic()
        self.server.start()
        try:
            self._program("kaogong.cli", "migrate", owner=True)
            self._program("drills.filling", str(self.folder), str(self.classes))
            self._disturb()
            self._settle()
            report = self._reckon(time.monotonic() - began)
        finally:
            self._end_clients()
            if not self.leave:
                self.server.stop()
        if not report.faults and not self.leave:
            self.clear()
        return report

    def clear(self) -> None:
        """Stop the database and remove the folder."""
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- the disturbance -----------------------------------------------------------------------

    def _disturb(self) -> None:
        """Let the clients work until enough was done, killing them and the database on the way."""
        due = sorted(
            [
                *((self._point(), "client") for _ in range(self.client_kills)),
                *((self._point(), "database") for _ in range(self.database_kills)),
            ]
        )
        deadline = time.monotonic() + PATIENCE
        while (done := self._done()) < self.operations:
            if time.monotonic() > deadline:
                raise click.ClickException(f"{PATIENCE:.0f} 秒内只完成 {done} 次操作，记录在 {self.folder}")
            while due and due[0][0] <= done:
                self._kill(due.pop(0)[1])
            self._keep_running()
            time.sleep(0.1)
        for _, what in due:  # whatever fell due within the last moment
            self._kill(what)
        self._end_clients()

    def _point(self) -> int:
        return self.random.randrange(self.operations // 20, self.operations)

    def _keep_running(self) -> None:
        self.started = {n: client for n, client in self.started.items() if client.poll() is None}
        while len(self.started) < self.clients:
            self.numbered += 1
            words = ("drills.client", self.folder, self.numbered, self.seed * 10_000 + self.numbered)
            with (self.folder / f"client-{self.numbered:04d}.log").open("wb") as log:
                self.started[self.numbered] = subprocess.Popen(
                    [sys.executable, "-m", *map(str, words)],
                    cwd=ROOT, env=self._environment(), stdout=log, stderr=log,
                )  # fmt: skip

    def _kill(self, what: str) -> None:
        self.killed[what] += 1
        if what == "client":
            if self.started:
                self.started[self.random.choice(list(self.started))].kill()
            return
        if self.server.pid is not None:
            os.kill(self.server.pid, signal.SIGKILL)
        while self.server.pid is not None:
            time.sleep(0.05)
        self.server.start()

    def _end_clients(self) -> None:
        (self.folder / "stop").touch()
        for client in self.started.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                client.wait(60)
            client.kill()
            client.wait()
        self.started = {}

    # -- the end and the reckoning --------------------------------------------------------------

    def _settle(self) -> None:
        """Whatever is with the bank is taken there and answered; then nothing may change any more."""
        self._program("drills.settling", str(self.folder))

    def _reckon(self, seconds: float) -> Report:
        outcomes = Counter()
        for line in self._told():
            told = json.loads(line)
            kind = next(key for key in ("did", "refused", "lost", "broke") if key in told)
            outcomes[kind if kind in ("did", "lost") else f"{kind} {told[kind]}"] += 1
        bank = Bank(self.folder / "bank.sqlite")
        faults, money = faults_of(self.server.url(OWNER), bank.paid())
        broken = [(what, count) for what, count in outcomes.items() if what.startswith("broke")]
        faults += [f"操作出错：{what}（{count} 次）" for what, count in broken]
        for words in (("ledger", "balance"), ("trail", "verify")):
            done = self._program("kaogong.cli", *words, check=False)
            if done.returncode:
                faults.append(f"kaogong {' '.join(words)}：{done.stdout[-300:]}{done.stderr[-300:]}")
        faults += self._audited()
        operations = outcomes.total() - outcomes["lost"]
        lines = [
            f"{operations} 次操作，{self.clients} 个客户端，{seconds:.0f} 秒；"
            f"杀客户端 {self.killed['client']} 次，杀数据库 {self.killed['database']} 次",
            *(f"  {count:>6}  {what}" for what, count in outcomes.most_common()),
            "  ".join(f"{what} {fen / 100:,.2f}" for what, fen in money.items()),
            *(faults or ["核对一致：独立模型与专账、银行逐笔相符。"]),
        ]
        if faults:
            lines.append(f"现场保留在 {self.folder}")
        return Report("\n".join(lines), faults, operations, outcomes, money)

    def _audited(self) -> list[str]:
        """What the stand-alone verifier, run with nothing but Python, says of a pack of everything."""
        pack = self.folder / "audit.zip"
        days = ("--from", "2000-01-01", "--to", f"{date.today():%F}")
        made = self._program("kaogong.cli", "audit", "pack", *days, "--out", str(pack), check=False)
        if made.returncode:
            return [f"kaogong audit pack：{made.stdout[-300:]}{made.stderr[-300:]}"]
        with zipfile.ZipFile(pack) as archive:
            archive.extract("verify.py", self.folder)
        words = [sys.executable, "-I", str(self.folder / "verify.py"), str(pack)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        faults = [line for line in done.stdout.splitlines() if line.startswith("✗")]
        if done.returncode and not faults:
            faults = [done.stdout[-300:] + done.stderr[-300:]]
        return [f"审计包核对：{fault}" for fault in faults]

    def _done(self) -> int:
        """Operations with an outcome; one the database was lost under does not count."""
        return sum('"lost"' not in line for line in self._told())

    def _told(self) -> list[str]:
        """The lines the clients finished; a killed client's last one may be torn."""
        lines = []
        for file in sorted(self.folder.glob("client-*.jsonl")):
            lines += [line for line in file.read_text().split("\n")[:-1] if line.endswith("}")]
        return lines

    def _environment(self, *, owner: bool = False) -> dict[str, str]:
        dropped = ("DATABASE_URL", "DATABASE_OWNER_URL", "KAOGONG_DATA")
        words = {name: value for name, value in os.environ.items() if name not in dropped}
        words |= {
            "DATABASE_URL": self.server.url(APP),
            "DJANGO_SETTINGS_MODULE": "kaogong.config.settings",
            "KAOGONG_REQUIRE_SECRETS": "0",
            "KAOGONG_POOL": "0",
            "KAOGONG_LOG": "ERROR",
        }
        return words | ({"DATABASE_OWNER_URL": self.server.url(OWNER)} if owner else {})

    def _program(
        self, module: str, *words: str, owner: bool = False, check: bool = True
    ) -> subprocess.CompletedProcess:
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT, env=self._environment(owner=owner), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if check and done.returncode:
            raise click.ClickException(f"{module} {' '.join(words)}：{done.stderr[-2000:]}")
        return done
