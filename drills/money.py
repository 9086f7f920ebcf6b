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
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import click

from drills.bank import Bank
from drills.model import faults_of, happened
from kaogong.gateways.machine import is_root
from kaogong.gateways.postgres import APP, OWNER, EmbeddedPostgres
from kaogong.ledger.states import REVERSE, STEPS

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 3600.0
SHANGHAI = ZoneInfo("Asia/Shanghai")
LONG = 5_000  # a drill of so many operations takes money along every step there is
WORDS = {"did": "办成", "refused": "拒绝", "deadlock": "死锁重来", "lost": "断线", "broke": "出错"}


@dataclass(frozen=True, slots=True)
class Report:
    """What the drill did and what the independent model found wrong."""

    text: str
    faults: list[str]
    operations: int
    outcomes: Counter
    money: dict[str, int]
    steps: dict[str, int]


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
        self.heard: dict[Path, int] = {}  # how far each client's notes were read
        self.outcomes: Counter = Counter()
        self.took: Counter = Counter()  # seconds, by kind of operation
        self.spans: dict[str, float] = {}  # seconds, by part of the drill
        self.cuts = 0
        self.crashed: list[int] = []

    def run(self) -> Report:
        self.server.start()
        try:
            with self._span("建库"):
                self._program("kaogong.cli", "migrate", owner=True)
            with self._span("造数"):
                self._program("drills.filling", str(self.folder), str(self.classes))
            with self._span("操作"):
                self._disturb()
            with self._span("了结"):
                self._settle()
            report = self._reckon()
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

    @contextlib.contextmanager
    def _span(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.spans[name] = time.monotonic() - began

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
        for number, client in list(self.started.items()):
            if client.poll() is not None:
                self._ended(number)
        while len(self.started) < self.clients:
            self.numbered += 1
            words = ("drills.client", self.folder, self.numbered, self.seed * 10_000 + self.numbered)
            with (self.folder / f"client-{self.numbered:04d}.log").open("wb") as log:
                self.started[self.numbered] = subprocess.Popen(
                    [sys.executable, "-m", *map(str, words)],
                    cwd=ROOT, env=self._environment(), stdout=log, stderr=log,
                )  # fmt: skip

    def _ended(self, number: int) -> None:
        """A client ends when it is told to or killed; one that ends by itself is a fault."""
        if self.started.pop(number).wait() not in (0, -signal.SIGKILL):
            self.crashed.append(number)

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
        for number in list(self.started):
            self._ended(number)

    # -- the end and the reckoning --------------------------------------------------------------

    def _settle(self) -> None:
        """Whatever is with the bank is taken there and answered; then nothing may change any more."""
        self._program("drills.settling", str(self.folder))

    def _reckon(self) -> Report:
        self._listen()
        began = time.monotonic()
        bank = Bank(self.folder / "bank.sqlite")
        faults, money = faults_of(self.server.url(OWNER), bank.paid(), bank.back())
        steps, repeated = happened(self.server.url(OWNER))
        faults += [
            f"操作出错：{name}：{what}（{count} 次）"
            for (name, kind, what), count in self.outcomes.items()
            if kind == "broke"
        ]
        faults += [f"客户端 {n} 自己退出：{self._last_words(n)}" for n in self.crashed]
        missing = [kind for kind in (*STEPS, REVERSE) if not steps.get(kind)]
        if missing and self.operations >= LONG:
            faults.append(f"这么多操作里没有发生过：{'、'.join(missing)}")
        for words in (("ledger", "balance"), ("ledger", "chain"), ("trail", "verify")):
            done = self._program("kaogong.cli", *words, check=False)
            if done.returncode:
                faults.append(f"kaogong {' '.join(words)}：{done.stdout[-300:]}{done.stderr[-300:]}")
        faults += self._audited()
        self.spans["核对"] = time.monotonic() - began
        lines = [
            f"{self._done()} 次操作，{self.clients} 个客户端，{sum(self.spans.values()):.0f} 秒"
            f"（{'，'.join(f'{name} {seconds:.0f}' for name, seconds in self.spans.items())}）；"
            f"杀客户端 {self.killed['client']} 次，杀数据库 {self.killed['database']} 次，"
            f"减预算 {self.cuts} 次，银行重复的回盘行 {repeated} 行",
            *self._by_operation(),
            "专账各步：" + "  ".join(f"{kind} {count}" for kind, count in sorted(steps.items())),
            *([f"没有发生的步骤：{'、'.join(missing)}"] if missing else []),
            "资金所在（元）：" + "  ".join(f"{what} {fen / 100:,.2f}" for what, fen in money.items()),
            *(faults or ["核对一致：独立模型与专账、银行逐笔相符。"]),
            f"同样的随机操作：python -m drills money --operations {self.operations} --clients {self.clients}"
            f" --classes {self.classes} --client-kills {self.client_kills}"
            f" --database-kills {self.database_kills} --seed {self.seed}",
        ]
        if faults:
            lines.append(f"现场保留在 {self.folder}")
        told: Counter = Counter()
        for (_name, kind, what), count in self.outcomes.items():
            told[f"{kind} {what}".strip()] += count
        return Report("\n".join(lines), faults, self._done(), told, money, steps)

    def _by_operation(self) -> list[str]:
        """One line for each kind of operation: how often it was done, refused and by what name."""
        lines = []
        for name in sorted({name for name, _, _ in self.outcomes}):
            mine = Counter({key[1:]: count for key, count in self.outcomes.items() if key[0] == name})
            told = "，".join(
                f"{WORDS[kind]}{' ' + what if what else ''} {count}"
                for (kind, what), count in mine.most_common()
            )
            each = self.took[name] / mine.total() * 1_000
            lines.append(f"  {name:<14}{mine.total():>6}  每次 {each:>5.0f} 毫秒  {told}")
        return lines

    def _audited(self) -> list[str]:
        """What the stand-alone verifier, run with nothing but Python, says of a pack of everything."""
        pack = self.folder / "audit.zip"
        days = ("--from", "2000-01-01", "--to", f"{datetime.now(SHANGHAI):%F}")
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
        self._listen()
        return sum(count for (_, kind, _), count in self.outcomes.items() if kind != "lost")

    def _listen(self) -> None:
        """Take in what the clients noted since the last time; a killed client's last line may be torn."""
        for file in sorted(self.folder.glob("client-*.jsonl")):
            with file.open("rb") as notes:
                notes.seek(self.heard.get(file, 0))
                whole, _, _ = notes.read().rpartition(b"\n")
            if not whole:
                continue
            self.heard[file] = self.heard.get(file, 0) + len(whole) + 1
            for line in whole.splitlines():
                told = json.loads(line)
                kind = next(key for key in WORDS if key in told)
                self.outcomes[told["op"], kind, "" if kind == "did" else told[kind]] += 1
                self.took[told["op"]] += told["took"]
                self.cuts += told["op"] == "budget" and "-" in str(told.get("did", ""))

    def _last_words(self, number: int) -> str:
        return (self.folder / f"client-{number:04d}.log").read_text(errors="replace")[-300:]

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
