"""Figures from the shell: counted here and on a Spark cluster of two workers, listed and explained."""

import subprocess
import sys
from datetime import date
from pathlib import Path
from random import Random

import polars as pl
import pytest

from tests.indicators.making import row, snapshot

SPARK = ("--engine", "spark", "--master", "local-cluster[2,1,1024]", "--executor-memory", "1g")
CODES = ("training.persons", "training.person_times", "training.certified_share", "training.migrant_person_times",
         "training.hours", "certificate.persons", "certificate.high_new", "talent.senior", "talent.high",
         "money.paid", "money.payees", "money.per_person_time", "class.running")  # fmt: skip


def run(*words: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "kaogong.cli", "figures", *map(str, words)],
        capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def region(tmp_path_factory) -> Path:
    """Some hundred rows of each fact over two years: people who come again, in other months and districts."""
    draw = Random(5)

    def some(fact: str, **said) -> dict:
        on = date(2023 + draw.randrange(2), draw.randrange(1, 13), draw.randrange(1, 28))
        place = draw.choice(("370202", "370211", "370213"))
        return row(fact, draw.choice((None, *range(60))), on=on, region=place, sex=draw.choice("12"), **said)

    def flag() -> bool:
        return draw.random() < 0.7

    return snapshot(
        tmp_path_factory.mktemp("region"),
        training=[
            some("training", counted=flag(), finished=flag(), certified=flag(), hours_attended=draw.randrange(9000),
                 group=draw.choice(("migrant_worker", "veteran")))
            for _ in range(400)
        ],
        certificate=[
            some("certificate", stands=flag(), level=draw.choice("54321"), high=flag(), steps_from=draw.choice("035"))
            for _ in range(300)
        ],
        payment=[
            some("payment", amount_fen=draw.randrange(-10_000, 90_000), provider=draw.choice("1234"))
            for _ in range(200)
        ],
        class_=[some("class", starts_on=date(2023, draw.randrange(1, 13), 1), cancelled=flag()) for _ in range(60)],
    )  # fmt: skip


def test_figures_list_and_show_explain_an_indicator(region):
    listed = run("list")
    assert listed.returncode == 0, listed.stderr
    assert "talent.high_share_of_skilled\t高技能人才占技能人才比例\t%\t证书\t002:49" in listed.stdout
    shown = run("show", "training.persons", "--snapshot", region, "--year", 2023, "--region", "370202")
    assert "同一人参加几期只计一人" in shown.stdout
    assert "COUNT(DISTINCT" in shown.stdout
    assert int(shown.stdout.splitlines()[-1]) > 10


def test_figures_refuse_an_unknown_indicator_before_counting(region, tmp_path):
    done = run("count", region, "--indicator", "no.such", "--out", tmp_path / "none.parquet")
    assert done.returncode != 0
    assert "没有指标“no.such”" in done.stderr
    assert not (tmp_path / "none.parquet").exists()


def test_figures_on_two_spark_workers_are_identical(region, tmp_path):
    pytest.importorskip("pyspark", reason="Spark is not installed: uv sync --inexact --extra spark")
    asked = [word for code in CODES for word in ("--indicator", code)] + [
        "--dimension",
        "region",
        "--dimension",
        "sex",
    ]
    here, there = tmp_path / "here.parquet", tmp_path / "there.parquet"
    done = run("count", region, "--out", here, *asked)
    assert done.returncode == 0, done.stderr
    done = run("count", region, "--out", there, *asked, *SPARK)
    assert done.returncode == 0, done.stderr[-3000:]
    assert pl.read_parquet(there).equals(pl.read_parquet(here))
    assert set(pl.read_parquet(here)["indicator"]) == set(CODES)
