"""Posting: balanced two-leg transactions of 32 clients on one hot pot, with every guard on.

Each client is a connection of its own and calls the operation the product calls; all reserve from the same
available money of one budget line. In the same run: the same rows inserted bare (no trigger, no check, no index but
the key) through the same library, django-hordak doing the same transfer, and whole batches told at once.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from bench import rig

SMALL = {"seconds": 3.0, "rounds": 1, "batch": 5_000, "peer_seconds": 2.0}
FULL = {"seconds": 20.0, "rounds": 3, "batch": 100_000, "peer_seconds": 15.0}
CLIENTS = 32
LEAST_RATE, LEAST_BULK, MOST_RATIO = 3_000, 20_000, 3.0
DATABASE = "bench_posting"


def measure(*, seconds: float, rounds: int, batch: int, peer_seconds: float) -> dict:
    """Run the four in turn; what each did in how long, and whether the books still agree afterwards."""
    found: dict = {"ours": [], "bare": [], "processors": os.cpu_count(), "clients": CLIENTS}
    with rig.rig() as here:
        here.fresh(DATABASE)
        here.child("bench.posting_clients", "prepare", database=DATABASE)
        here.child("bench.posting_clients", "ours", 2, database=DATABASE)  # warm: plans, parts, pages
        for _ in range(rounds):
            for which in ("ours", "bare"):
                found[which].append(here.child("bench.posting_clients", which, seconds, database=DATABASE))
        found["bulk"] = here.child("bench.posting_clients", "bulk", batch, database=DATABASE)
        found["checked"] = here.child("bench.posting_clients", "check", database=DATABASE)
        found["peer"] = here.child("bench.posting_peer", peer_seconds, database="postgres")
    found["load"] = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return found


def rate(runs: list[dict]) -> float:
    """Transactions a second over several runs."""
    return sum(run["sent"] for run in runs) / sum(run["took"] for run in runs)


def spent(runs: list[dict]) -> float:
    """Microseconds of processor each took, client and database together."""
    return sum(run["cpu"] for run in runs) / sum(run["sent"] for run in runs) * 1e6


def table(found: dict) -> list[tuple[str, float, float]]:
    """(what, a second, microseconds of processor each)."""
    bulk = found["bulk"]
    return [
        ("Product, one posting each", rate(found["ours"]), spent(found["ours"])),
        ("Same rows inserted bare", rate(found["bare"]), spent(found["bare"])),
        ("django-hordak", rate([found["peer"]]), spent([found["peer"]])),
        (f"Product, a batch of {bulk['sent']:,}", rate([bulk]), spent([bulk])),
    ]


def targets(found: dict) -> list[tuple[str, str, bool]]:
    """(target, found, met)."""
    ours, bulk, ratio = rate(found["ours"]), rate([found["bulk"]]), rate(found["bare"]) / rate(found["ours"])
    by_processor = spent(found["ours"]) / spent(found["bare"])
    peer = ours / rate([found["peer"]])
    whole = found["checked"]
    return [
        (
            f"≥ {LEAST_RATE:,} a second, {found['clients']} clients, one hot pot",
            f"{ours:,.0f}",
            ours >= LEAST_RATE,
        ),
        (
            f"≤ {MOST_RATIO:g} × the bare insert",
            f"{ratio:.1f} × (by CPU {by_processor:.1f} ×)",
            ratio <= MOST_RATIO,
        ),
        ("faster than django-hordak", f"{peer:.1f} ×", peer > 1),
        (f"batch ≥ {LEAST_BULK:,} transfers a second", f"{bulk:,.0f}", bulk >= LEAST_BULK),
        (
            "afterwards every leg added again agrees, nothing overdrawn",
            f"{whole['differences']} differences in {whole['entries']:,} entries, {whole['parts']} parts of the pot",
            whole["differences"] == 0,
        ),
    ]


def is_met(found: dict) -> bool:
    """Whether every target is met."""
    return all(met for _target, _found, met in targets(found))


def section(found: dict) -> list[str]:
    """The figures as a part of docs/benchmarks.md."""
    return [
        "## Posting",
        "",
        f"{found['clients']} clients, each on a connection of its own, reserve from the same available money of one"
        " budget line: key, two phases, zero sum, append-only, balance and closing checks on, every transaction"
        f" flushed to disk. Load {found['load']:.1f} at the end on {found['processors']} processors; CPU is client and"
        " database together.",
        "",
        "| What | Transactions/s | CPU µs each |",
        "|---|---:|---:|",
        *(f"| {what} | {each:,.0f} | {cpu:,.0f} |" for what, each, cpu in table(found)),
        "",
        "| Target | Found | |",
        "|---|---|---|",
        *(
            f"| {target} | {told} | {'met' if met else '**missed**'} |"
            for target, told, met in targets(found)
        ),
    ]


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--full", action="store_true", help="20 seconds, three rounds, a batch of 100,000")
    words.add_argument("--save", type=Path, help="keep the plain figures in this file")
    chosen = words.parse_args()
    found = measure(**(FULL if chosen.full else SMALL))
    if chosen.save:
        chosen.save.write_text(json.dumps(found))
    print("\n".join(section(found)))
    sys.exit(0 if is_met(found) else 1)


if __name__ == "__main__":
    main()
