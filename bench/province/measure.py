"""Every way to judge in a process of its own, in turn, each compared with ``decide_many`` claim by claim."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.rig import ROOT

# What judges everything, and what is too slow for that and judges the claims of some of the people.
WHOLE = ("limit", "many", "openfisca", "duckdb", "loop")
SOME = ("openfisca_months", "zen", "in_order")


def measure(*, claims: int, people: int, times: int, sampled: int, slowest: int, seed: int = 1) -> dict:
    """``sampled`` claims for OpenFisca by months, ``slowest`` for what takes one claim at a time; best of ``times``."""
    with tempfile.TemporaryDirectory(prefix="kaogong-bench-") as place:
        folder = Path(place)
        every = folder / "claims.parquet"
        found: dict = {
            "claims": claims,
            "people": people,
            "file": child("write", every, claims, people, seed),
        }
        files = dict.fromkeys(WHOLE, every)
        eighth = folder / "eighth.parquet"
        child("sample", every, 8, eighth)
        for name, most in zip(SOME, (sampled, slowest, slowest), strict=True):
            files[name] = folder / f"claims-{most}.parquet"
            if not files[name].exists():
                child("sample", every, max(claims // most, 1), files[name])
        best = found["ways"] = {}
        for _ in range(times):
            for name in WHOLE:
                _better(best, name, _judge(name, files[name], folder))
        for name in SOME:
            best[name] = _judge(name, files[name], folder)
        found["eighth"] = _judge("many", eighth, folder, "eighth")
        found["agree"] = {
            name: child("compare", folder / "many.out", folder / f"{name}.out")
            for name in (*WHOLE[2:], *SOME, "eighth")
        }
        found["one"] = child("one", slowest)
        return found


def _judge(name: str, path: Path, folder: Path, out: str = "") -> dict:
    return child("judge", name, path, folder / f"{out or name}.out")


def _better(best: dict, name: str, took: dict) -> None:
    if name not in best or took["wall"] < best[name]["wall"]:
        best[name] = took


def child(*words: object) -> dict:
    """Run one part alone; what it printed last, as JSON."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.province.part", *map(str, words)],
        cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout.strip().splitlines()[-1])
