"""A supervisor ends what it started, also what a killed predecessor started, and nothing else."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from kaogong.cli.supervision import MARK, AlreadyRunning, Supervisor

ROOT = Path(__file__).resolve().parents[2]
SLEEP = "import time; time.sleep(120)"
# A child with a child of its own that ignores the polite request.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(120)"
subprocess.Popen([sys.executable, "-c", deaf])
print("ready", flush=True)
time.sleep(120)
"""
# What the demo does, without its database: hold the folder until told to stop.
HOLDER = """
import sys, time
from pathlib import Path
from kaogong.cli.demo import Stopped, stoppable
from kaogong.cli.supervision import Supervisor
try:
    with stoppable(), Supervisor(Path(sys.argv[1])) as supervisor:
        for name in ("one", "two"):
            print(supervisor.start_program(name, sys.executable, "-c", sys.argv[2]).process.pid, flush=True)
        print("ready", flush=True)
        while True:
            time.sleep(0.05)
            supervisor.revive()
except Stopped:
    print("stopped", flush=True)
"""


@pytest.fixture
def unrelated():
    """Somebody else's process, as like ours as can be."""
    environment = {**os.environ, MARK: "somebody-else"}
    process = subprocess.Popen([sys.executable, "-c", SLEEP], env=environment)
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path), SLEEP],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    children = [psutil.Process(int(process.stdout.readline())) for _ in range(2)]
    assert process.stdout.readline() == "ready\n"
    yield process, children
    process.kill()
    process.wait()
    process.stdout.close()
    for child in children:
        if child.is_running():
            child.kill()


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stop_on_a_signal_ends_the_children_and_leaves_others_alone(holder, unrelated, number):
    process, children = holder
    process.send_signal(number)
    assert process.wait(20) == 0
    assert process.stdout.read() == "stopped\n"
    assert all(gone(child) for child in children)
    assert unrelated.poll() is None


def test_stop_ends_grandchildren_that_will_not_listen(tmp_path, monkeypatch):
    monkeypatch.setattr("kaogong.cli.supervision.PATIENCE", 0.5)
    with Supervisor(tmp_path, say=lambda _: None) as supervisor:
        child = supervisor.start_program("stubborn", sys.executable, "-c", STUBBORN)
        deadline = time.monotonic() + 20
        while b"ready" not in child.log.read_bytes() and time.monotonic() < deadline:
            time.sleep(0.05)
        family = [psutil.Process(child.process.pid), *psutil.Process(child.process.pid).children()]
        assert len(family) == 2
    assert all(gone(member) for member in family)


@pytest.mark.fault
def test_start_after_a_killed_supervisor_clears_its_children_only(holder, unrelated, tmp_path):
    process, children = holder
    process.kill()
    process.wait()
    assert all(child.is_running() for child in children)
    said = []
    with Supervisor(tmp_path, say=said.append):
        assert all(gone(child) for child in children)
        assert unrelated.poll() is None
    assert said == ["上次没有正常结束，已清理遗留的 2 个进程。"]


def test_start_when_another_supervisor_has_the_folder_is_refused(holder, tmp_path):
    process, children = holder
    with pytest.raises(AlreadyRunning), Supervisor(tmp_path):
        pass
    assert process.poll() is None
    assert all(child.is_running() for child in children)


@pytest.mark.fault
def test_revive_starts_a_killed_child_again(tmp_path):
    said = []
    with Supervisor(tmp_path, say=said.append) as supervisor:
        child = supervisor.start_program("one", sys.executable, "-c", SLEEP)
        first = child.process.pid
        child.process.kill()
        child.process.wait()
        supervisor.revive()
        assert child.process.pid != first
        assert child.process.poll() is None
    assert len(said) == 1
