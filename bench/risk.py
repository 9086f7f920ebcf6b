"""The risk pass over millions of enrolments with their sessions and check-ins, beside Polars and DuckDB alone."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import polars as pl

from bench import rig
from bench.rig import ROOT

LONG = ("marks", "checkins", "plays")
SHORT = ("classes", "sessions", "enrolments", "persons", "accounts", "photos", "results", "standings", "busy",
         "surveys", "sites")  # fmt: skip
REGION = "370211"


def scans(folder: Path, name: str) -> list[pl.LazyFrame]:
    return [pl.scan_parquet(path) for path in sorted(folder.glob(f"{name}-*.parquet"))]


def frames(folder: Path):
    """The region's frames: the long ones in their pieces, the others whole."""
    from kaogong.detection import Frames

    return Frames.of(
        **{name: scans(folder, name) for name in LONG},
        **{name: pl.concat(scans(folder, name)) for name in SHORT},
    )


def settings():
    from kaogong.detection import Settings
    from kaogong.rules import load

    return Settings.of(load().conduct(REGION, "detection", date(2026, 1, 1)))


def write(folder: Path, enrolments: int) -> None:
    """The files themselves."""
    from bench.risk_frames import write_region

    began = time.perf_counter()
    rows = write_region(folder, enrolments)
    mib = sum(path.stat().st_size for path in folder.iterdir()) / 2**20
    rig.answer(rows=rows, wall=time.perf_counter() - began, file_mib=mib)


def product(folder: Path, _: int) -> None:
    """Every detector over every frame."""
    from kaogong.detection import detect

    known = settings()
    began, cpu = time.perf_counter(), time.process_time()
    found = detect(frames(folder), known)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    kinds: dict[str, int] = {}
    for one in found.findings:
        if one.severity != "notice":
            kinds[one.kind] = kinds.get(one.kind, 0) + 1
    rig.answer(wall=wall, cpu=cpu, mib=rig.peak_mib(), looked=len(found.looked), kinds=kinds,
               not_looked=[one.kind for one in found.not_looked], findings=len(found.findings))  # fmt: skip


def limit(folder: Path, _: int) -> None:
    """Polars alone reads every check-in and mark and sorts them by session and moment, piece by piece."""
    began, cpu = time.perf_counter(), time.process_time()
    rows = 0
    for piece in scans(folder, "checkins"):
        rows += piece.collect().sort("session", "server_at").height
    for piece in scans(folder, "marks"):
        rows += piece.collect().sort("session", "enrolment").height
    rig.answer(wall=time.perf_counter() - began, cpu=time.process_time() - cpu, mib=rig.peak_mib(), rows=rows)


def accounts(folder: Path, _: int) -> None:
    """The product's detector of shared accounts alone."""
    from kaogong.detection import detect

    known = settings()
    began, cpu = time.perf_counter(), time.process_time()
    found = detect(frames(folder), known, kinds=["account_shared"])
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    rig.answer(
        wall=wall, cpu=cpu, mib=rig.peak_mib(), rows=sum(len(one.people) >= 5 for one in found.findings)
    )


def duck(folder: Path, _: int) -> None:
    """DuckDB joins and counts the same shared accounts."""
    import duckdb

    began, cpu = time.perf_counter(), time.process_time()
    rows = duckdb.sql(
        f"""SELECT account, count(*) AS people, count(DISTINCT address) AS homes
        FROM (SELECT DISTINCT person, account FROM read_parquet('{folder}/accounts-*.parquet'))
        JOIN (SELECT DISTINCT person FROM read_parquet('{folder}/enrolments-*.parquet')) USING (person)
        JOIN (SELECT person, address FROM read_parquet('{folder}/persons-*.parquet')) USING (person)
        GROUP BY account HAVING people >= 5 AND homes > 1"""
    ).fetchall()
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    rig.answer(wall=wall, cpu=cpu, mib=rig.peak_mib(), rows=len(rows))


PARTS = {"write": write, "product": product, "limit": limit, "accounts": accounts, "duck": duck}


def child(name: str, folder: Path, enrolments: int) -> dict:
    """One part in a process of its own; what it printed last."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.risk", name, str(folder), str(enrolments)],
        cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout.strip().splitlines()[-1])


def measure(*, enrolments: int, times: int) -> dict:
    """Written once; the best of ``times`` for each part."""
    with tempfile.TemporaryDirectory(prefix="kaogong-bench-risk-") as place:
        folder = Path(place) / "region"
        found: dict = {"enrolments": enrolments, "file": child("write", folder, enrolments)}
        for name in ("product", "limit", "accounts", "duck"):
            found[name] = min(
                (child(name, folder, enrolments) for _ in range(times)), key=lambda one: one["wall"]
            )
        return found


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("part", choices=PARTS)
    words.add_argument("folder", type=Path)
    words.add_argument("enrolments", type=int)
    chosen = words.parse_args()
    PARTS[chosen.part](chosen.folder, chosen.enrolments)


if __name__ == "__main__":
    main()
