"""A payment batch of so many people: built, filed, returned and posted, each step timed, memory held.

Beside it in the same run, the rows those steps leave, copied by the database itself into tables of the same
columns and indexes but without one trigger: what writing them costs at least.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from bench import rig

SMALL = {"people": 5_000}
FULL = {"people": 100_000}
MOST_SECONDS, MOST_MIB = 300.0, 1_024.0
STEPS = {
    "prepare": "组批: batched, the layout's limits tried on every line",
    "check": "复核: added up",
    "release": "发放: the file made, its digest kept, money in transit",
    "file": "the file handed out again, compared with its digest",
    "return": "回盘: every line judged, posted and kept",
}


def measure(*, people: int) -> dict:
    """One batch from the queue to settled in a process of its own; what it took and what it left."""
    with rig.rig() as here:
        here.fresh("bench_batch")
        return here.child("bench.batch_run", people, database="bench_batch") | {"processors": os.cpu_count()}


def said(found: dict) -> str:
    """The figures in a few lines."""
    steps = "、".join(f"{name} {found['steps'][name]:.1f} s" for name in STEPS)
    return "\n".join(
        [
            f"{found['people']:,} people ({found['failed']:,} fail, {found['file_mib']:.1f} MiB in"
            f" {found['layout']}) in {found['wall']:.1f} s (at most {MOST_SECONDS:g}) on {found['processors']}"
            f" processors, load {found['load']:.1f}; processor time {found['cpu']:.1f} s",
            steps,
            f"queued before it in {found['queued']:.1f} s; peak {found['mib']:.0f} MiB (at most {MOST_MIB:g})",
            f"{found['entries']:,} trail entries, {found['journal']:,} ledger entries, {found['legs']:,} legs,"
            f" {found['lines']:,} return lines; the same rows bare in {found['bare']:.1f} s: ratio"
            f" {found['wall'] / found['bare']:.1f}",
            f"paid {found['paid']:,}, returned {found['returned']:,}, differences in the ledger {found['faults']}",
        ]
    )


def section(found: dict) -> list[str]:
    """The figures as a part of docs/benchmarks.md."""
    return [
        f"## A payment batch of {found['people']:,} people",
        "",
        "From the queue to settled through the operations a page calls: made, checked and released by three people,"
        " written for the bank, answered by the stand-in bank (whose own time is not counted), read back. Each"
        " payment has its trail entry and its ledger entry at every step, under the same guards as one alone.",
        "",
        "| Step | Seconds |",
        "|---|---:|",
        *(f"| {label} | {found['steps'][name]:.1f} |" for name, label in STEPS.items()),
        f"| All | {found['wall']:.1f} |",
        "",
        *(f"- {line}" for line in said(found).splitlines()),
        f"- at most {MOST_SECONDS:g} s and {MOST_MIB:g} MiB: {'met' if is_met(found) else '**missed**'}",
    ]


def is_met(found: dict) -> bool:
    """Whether nothing differs and time and memory are within their bounds."""
    whole = found["faults"] == 0 and found["paid"] + found["returned"] == found["people"]
    return whole and found["wall"] <= MOST_SECONDS and found["mib"] <= MOST_MIB


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--full", action="store_true", help="100,000 people")
    words.add_argument("--people", type=int, help="another number of people")
    words.add_argument("--save", type=Path, help="keep the plain figures in this file")
    chosen = words.parse_args()
    found = measure(people=chosen.people or (FULL if chosen.full else SMALL)["people"])
    if chosen.save:
        chosen.save.write_text(json.dumps(found))
    print(said(found))
    sys.exit(0 if is_met(found) else 1)


if __name__ == "__main__":
    main()
