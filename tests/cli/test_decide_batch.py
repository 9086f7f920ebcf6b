"""Batch judgement from the shell: here, on a Spark cluster of two workers, and with a worker killed."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from random import Random

import polars as pl
import psutil
import pytest

from kaogong import rules
from kaogong.rules.batch import decide_many

SCHEMES = ("employment_training", "insured_upgrade")
OCCUPATIONS = ("4-09-06-04", "6-18-02-04", "4-10-01-05")


def province(claims: int, seed: int = 7) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Claims of a made-up province: many people once, some often, some with earlier subsidies."""
    draw = Random(seed)
    people = max(claims * 2 // 3, 1)
    rows = []
    for number in range(claims):
        occupation, level = draw.choice(OCCUPATIONS), draw.choice((5, 5, 4, 3))
        on = date(2024, 1, 1) + timedelta(days=draw.randrange(1000))
        rows.append(
            {
                "claimant": int(people * draw.random() ** 2),
                "reference": f"SL-{number:07d}",
                "region_code": "370299",
                "scheme": draw.choice(SCHEMES),
                "on": on,
                "age_on_event": draw.randrange(15, 66),
                "identity_verified": True,
                "receives_pension": draw.choice((False, False, False, None, True)),
                "groups": ["registered_unemployed"] if draw.random() < 0.9 else [],
                "insured": True,
                "insured_months": draw.randrange(6, 60),
                "household_region_code": "370299",
                "serving_region_code": "370299",
                "certificate_kind": "skill_level",
                "certificate_occupation_code": occupation,
                "certificate_level": level,
                "certificate_issued_on": on,
                "certificate_verified": True,
                "certificate_revoked": False,
                "class_occupation_code": occupation,
                "class_level": level,
                "class_started_on": on - timedelta(days=30),
                "class_approved": True,
                "provider_recognised_on_day": True,
                "occupation_in_scope": True,
                "hours_planned": "80",
                "hours_attended": draw.choice(("80", "76.5", "60")),
                "paid_first_by": "provider",
            }
        )
    had = [
        {
            "claimant": draw.randrange(people),
            "occupation_code": draw.choice(OCCUPATIONS),
            "level": draw.choice((5, 4, 3)),
            "event_on": date(2023, 1, 1) + timedelta(days=draw.randrange(365)),
            "status": "paid",
            "reference": f"OLD-{number}",
            "amount_fen": 120000,
            "component": "training",
            "region_code": "370299",
            "scheme": "employment_training",
        }
        for number in range(claims // 10)
    ]
    return pl.DataFrame(rows), pl.DataFrame(had)


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("province")
    claims, history = province(3000)
    claims.write_parquet(folder / "claims.parquet")
    history.write_parquet(folder / "history.parquet")
    return folder / "claims.parquet", folder / "history.parquet"


def command(claims: Path, history: Path, out: Path, *more: str) -> list[str]:
    start = [sys.executable, "-m", "kaogong.cli", "decide-batch", str(claims)]
    return [*start, "--history", str(history), "--out", str(out), *more]


def run(*words, **more) -> subprocess.CompletedProcess:
    return subprocess.run(words[0], capture_output=True, text=True, timeout=280, check=False, **more)


def test_decide_batch_here_gives_what_decide_many_gives(files, tmp_path):
    out = tmp_path / "out.parquet"
    done = run(command(*files, out))
    assert done.returncode == 0, done.stderr
    expected = decide_many(pl.read_parquet(files[0]), pl.read_parquet(files[1]), rules.load())
    found = pl.read_parquet(out)
    assert found["verdict"].to_list() == expected.sort("reference")["verdict"].cast(pl.String).to_list()
    assert found["amount_fen"].sum() == expected["amount_fen"].sum() > 0
    assert f"{found.height:,} 份" in done.stdout
    assert set(found["verdict"].unique()) == {"payable", "refused", "needs_evidence"}


def test_decide_batch_refuses_a_file_without_claimants(files, tmp_path):
    strange = tmp_path / "strange.parquet"
    pl.read_parquet(files[0]).drop("claimant").write_parquet(strange)
    done = run(command(strange, files[1], tmp_path / "out.parquet"))
    assert done.returncode != 0
    assert "claimant" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out.parquet").exists()


SPARK = ("--engine", "spark", "--master", "local-cluster[2,1,1024]", "--executor-memory", "1g")


@pytest.fixture
def spark_there():
    pytest.importorskip("pyspark", reason="Spark is not installed: uv sync --inexact --extra spark")


def executors(parent: int) -> list[psutil.Process]:
    """The executors' Java processes below a command."""
    found = []
    for child in psutil.Process(parent).children(recursive=True):
        with contextlib.suppress(psutil.Error):  # one that is just ending
            if any("CoarseGrainedExecutorBackend" in word for word in child.cmdline()):
                found.append(child)
    return found


@pytest.mark.usefixtures("spark_there")
def test_decide_batch_on_two_workers_is_identical(files, tmp_path):
    assert run(command(*files, tmp_path / "here.parquet")).returncode == 0
    done = run(command(*files, tmp_path / "there.parquet", *SPARK, "--partitions", "6"))
    assert done.returncode == 0, done.stderr[-3000:]
    assert pl.read_parquet(tmp_path / "there.parquet").equals(pl.read_parquet(tmp_path / "here.parquet"))
    assert not (tmp_path / "there.parquet.parts").exists()


@pytest.mark.usefixtures("spark_there")
@pytest.mark.skipif(os.name != "posix", reason="kills a process by signal")
def test_decide_batch_is_identical_when_an_executor_is_killed(files, tmp_path):
    assert run(command(*files, tmp_path / "here.parquet")).returncode == 0
    words = command(*files, tmp_path / "there.parquet", *SPARK, "--partitions", "12")
    killed = []
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as job:
        for line in job.stderr:
            told = re.fullmatch(r"已完成 (\d+)/12 份\s*", line)
            if told and not killed and int(told[1]) > 0:
                victim = executors(job.pid)[0]
                victim.send_signal(signal.SIGKILL)
                killed.append(victim.pid)
        said = job.stdout.read()
    assert job.returncode == 0
    assert killed, "the job ended before an executor could be killed"
    assert "3,000 份" in said
    assert pl.read_parquet(tmp_path / "there.parquet").equals(pl.read_parquet(tmp_path / "here.parquet"))
