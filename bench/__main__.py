"""Run the benchmarks: small sizes by default, ``--full`` for those that are quoted in docs/benchmarks.md."""

import argparse
import json
from pathlib import Path

from bench import batch, check_in, decide, figures, pages, posting, report, risk, roster, timetable, trial
from bench.province import claims_file
from bench.province import measure as province

SMALL = {
    "roster": {"rows": 10_000, "peer_rows": 1_000, "times": 1},
    "pages": {"people": 20_000, "enrolments": 30_000, "times": 3},
    "decide": {"size": 50, "times": 5},
    "timetable": {"sessions": 1_000, "kept": 2_000, "times": 2},
    "risk": {"enrolments": 100_000, "times": 1},
    "check_in": check_in.SMALL,
    "batch": batch.SMALL,
    "posting": posting.SMALL,
    "trial": trial.SMALL,
    "figures": figures.SMALL,
    "province": {"claims": 100_000, "people": 61_000, "times": 1, "sampled": 50_000, "slowest": 2_000},
}
FULL = {
    "roster": {"rows": 100_000, "peer_rows": 20_000, "times": 3},
    "pages": {"people": 1_000_000, "enrolments": 1_500_000, "times": 20},
    "decide": {"size": 50, "times": 30},
    "timetable": {"sessions": 10_000, "kept": 20_000, "times": 9},
    "risk": {"enrolments": 6_500_000, "times": 1},
    "check_in": check_in.FULL,
    "batch": batch.FULL,
    "posting": posting.FULL,
    "trial": trial.FULL,
    "figures": figures.FULL,
    "province": {
        "claims": claims_file.CLAIMS,
        "people": claims_file.PEOPLE,
        "times": 3,
        "sampled": 500_000,
        "slowest": 20_000,
    },
}
MEASURES = {
    "roster": roster.measure,
    "pages": pages.measure,
    "decide": decide.measure,
    "timetable": timetable.measure,
    "risk": risk.measure,
    "check_in": check_in.measure,
    "batch": batch.measure,
    "posting": posting.measure,
    "trial": trial.measure,
    "figures": figures.measure,
    "province": province.measure,
}


def main() -> None:
    words = argparse.ArgumentParser(prog="just bench", description=__doc__)
    words.add_argument(
        "which", nargs="*", help="one or more of: " + ", ".join(MEASURES) + "; all unless named"
    )
    words.add_argument("--full", action="store_true", help="the quoted sizes; writes docs/benchmarks.md")
    words.add_argument("--save", type=Path, help="also keep the plain figures in this file")
    words.add_argument("--claims", type=int, help="another number of claims for the province")
    words.add_argument("--people", type=int, help="another number of people for the province")
    chosen = words.parse_args()
    sizes = FULL if chosen.full else SMALL
    sizes["province"] |= {
        name: getattr(chosen, name) for name in ("claims", "people") if getattr(chosen, name)
    }
    found = {name: MEASURES[name](**sizes[name]) for name in chosen.which or MEASURES}
    if chosen.save:
        chosen.save.write_text(json.dumps(found))
    text = report.page(found, full=chosen.full)
    print(text)
    if chosen.full and not chosen.which:
        report.PAGE.write_text(text)


if __name__ == "__main__":
    main()
