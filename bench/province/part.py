"""One part of the comparison, alone in its process: what it found goes to a file, what it took to the parent."""

import argparse
import time
from importlib import import_module
from pathlib import Path

import polars as pl

from bench import rig

JUDGES = {
    "limit": ("ours", "limit"),
    "many": ("ours", "many"),
    "in_order": ("ours", "in_order"),
    "loop": ("loop", "judge"),
    "duckdb": ("duck", "judge"),
    "openfisca": ("fisca", "judge"),
    "openfisca_months": ("fisca", "judge_by_month"),
    "zen": ("zen_graph", "judge"),
}


class Disagreement(AssertionError):
    """Two ways to judge do not say the same of some claim."""


def judge(name: str, path: Path, out: Path) -> None:
    """Everything is imported and the rulebook read before the clock starts; reading the claims is measured."""
    from bench.province.policy import policy

    module, function = JUDGES[name]
    act = getattr(import_module(f"bench.province.{module}"), function)
    policy()
    wall, cpu = time.perf_counter(), time.process_time()
    found = act(path)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    mib = rig.peak_mib()
    if name != "limit":
        found.select("reference", "verdict", "amount_fen").write_parquet(out)
    rig.answer(rows=len(found), wall=wall, cpu=cpu, mib=mib)


def write(path: Path, claims: int, people: int, seed: int) -> None:
    """The claims themselves."""
    from bench.province.claims_file import write_claims

    began = time.perf_counter()
    write_claims(path, claims, people, seed)
    wall = time.perf_counter() - began
    rig.answer(wall=wall, mib=rig.peak_mib(), file_mib=path.stat().st_size / 2**20)


def sample(path: Path, every: int, out: Path) -> None:
    """All claims of one person in so many."""
    pl.scan_parquet(path).filter(pl.col("claimant") % every == 0).sink_parquet(out)
    rig.answer(rows=pl.scan_parquet(out).select(pl.len()).collect().item())


def compare(ours: Path, theirs: Path) -> None:
    """Claim by claim; theirs may be fewer, never others."""
    one, other = pl.read_parquet(ours), pl.read_parquet(theirs)
    both = other.join(one, on="reference", how="left", suffix="_ours", validate="1:1")
    wrong = both.filter(
        (pl.col("verdict").ne_missing(pl.col("verdict_ours")))
        | (pl.col("amount_fen").ne_missing(pl.col("amount_fen_ours")))
    )
    if len(wrong):
        raise Disagreement(
            f"{theirs.stem}: {len(wrong):,} of {len(both):,} claims, such as {wrong.row(0, named=True)}"
        )
    shares = dict(one["verdict"].value_counts().iter_rows())
    rig.answer(
        rows=len(both), verdicts=[shares.get(number, 0) for number in range(3)], fen=one["amount_fen"].sum()
    )


def one(times: int) -> None:
    from bench.province.ours import one

    rig.answer(**one(times))


def main() -> None:
    words = argparse.ArgumentParser()
    what = words.add_subparsers(dest="what", required=True)
    for function, fields in (
        (judge, {"name": str, "path": Path, "out": Path}),
        (write, {"path": Path, "claims": int, "people": int, "seed": int}),
        (sample, {"path": Path, "every": int, "out": Path}),
        (compare, {"ours": Path, "theirs": Path}),
        (one, {"times": int}),
    ):
        asked = what.add_parser(function.__name__)
        for field, kind in fields.items():
            asked.add_argument(field, type=kind)
        asked.set_defaults(act=function)
    chosen = vars(words.parse_args())
    chosen.pop("what")
    chosen.pop("act")(**chosen)


if __name__ == "__main__":
    main()
