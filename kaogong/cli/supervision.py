"""Child processes that live and die with the command that started them, and with nothing else."""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import fasteners
import psutil

from kaogong.gateways.machine import WINDOWS, write_private
from kaogong.kernel.errors import Refused

MARK = "KAOGONG_RUN"
PATIENCE = 15.0  # seconds between asking a child to stop and ending it
CALM = 30.0  # a child that lived this long is restarted at once


class AlreadyRunning(Refused):
    """这份数据已有一个程序在使用：{address}。请先在它的窗口按 Ctrl-C，或用 --data 指定另一个目录。"""


@dataclass
class Child:
    name: str
    words: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen = field(init=False)
    started: float = field(init=False)
    failures: int = 0

    def launch(self) -> None:
        self.log.parent.mkdir(mode=0o700, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.words,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A Ctrl-C in the terminal reaches the supervisor alone, which then stops them in order.
                start_new_session=not WINDOWS,
                creationflags=subprocess.CREATE_NEW_PROCESS_GROUP if WINDOWS else 0,
            )
        self.started = time.monotonic()


class Supervisor:
    """Runs children for one data folder. Only one supervisor has a folder at a time.

    Every child carries the run's mark in its environment, and so do the children's children. That is
    how the remains of a supervisor that was killed are told from everybody else's processes.
    """

    def __init__(self, folder: Path, *, say: Callable[[str], None] = print) -> None:
        self.folder = folder
        self.say = say
        self.children: list[Child] = []
        self.mark = secrets.token_hex(16)
        self._note = folder / "run.json"
        self._lock = fasteners.InterProcessLock(str(folder / "run.lock"))

    def __enter__(self) -> "Supervisor":
        """Take the folder, and clear away what an earlier supervisor had to leave behind."""
        if not self._lock.acquire(blocking=False):
            self._lock.lockfile.close()  # the library leaves it open
            raise AlreadyRunning(address=self._noted().get("address") or str(self.folder))
        earlier = self._noted().get("mark")
        if earlier:
            left = end_marked(earlier)
            if left:
                self.say(f"上次没有正常结束，已清理遗留的 {left} 个进程。")
        self.announce("")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._note.unlink(missing_ok=True)
        self._lock.release()

    def announce(self, address: str) -> None:
        """Leave a note of this run, so that the next one can clean up after it."""
        write_private(self._note, json.dumps({"mark": self.mark, "address": address}))

    def start(self, name: str, *words: str, environment: Mapping[str, str] | None = None) -> Child:
        """Start ``kaogong WORDS…`` as a child; its output goes to ``logs/NAME.log``."""
        return self.start_program(name, sys.executable, "-m", "kaogong.cli", *words, environment=environment)

    def start_program(self, name: str, *words: str, environment: Mapping[str, str] | None = None) -> Child:
        child = Child(
            name,
            list(words),
            {**os.environ, **(environment or {}), MARK: self.mark},
            self.folder / "logs" / f"{name}.log",
        )
        child.launch()
        self.children.append(child)
        return child

    def revive(self) -> None:
        """Start again each child that ended by itself, more slowly the more often it does."""
        for child in self.children:
            if child.process.poll() is None:
                continue
            lived = time.monotonic() - child.started
            child.failures = 0 if lived > CALM else child.failures
            if lived < min(2.0**child.failures - 1, CALM):
                continue
            child.failures += 1
            self.say(f"{child.name} 意外结束（{child.process.returncode}），正在重新启动；详见 {child.log}")
            child.launch()

    def stop(self) -> None:
        """Ask every child to stop, wait, and end what is left of this run."""
        for child in reversed(self.children):
            with contextlib.suppress(ProcessLookupError):
                child.process.terminate()
        deadline = time.monotonic() + PATIENCE
        for child in self.children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
        end_marked(self.mark)
        for child in self.children:
            child.process.wait()
        self.children.clear()

    def _noted(self) -> dict[str, str]:
        try:
            return json.loads(self._note.read_text())
        except (OSError, ValueError):
            return {}


def end_marked(mark: str) -> int:
    """End every process carrying the mark; how many there were."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.environ().get(MARK) == mark:
                found.append(process)
    for process in found:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    _, stubborn = psutil.wait_procs(found, timeout=PATIENCE)
    for process in stubborn:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(stubborn, timeout=PATIENCE)
    return len(found)
