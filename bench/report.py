"""docs/benchmarks.md from what was measured."""

import os
import platform
from datetime import date

from bench import batch, check_in, figures, posting, risk_report, trial
from bench.pages import MOST_MS, MOST_QUERIES
from bench.province import report as province
from bench.rig import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"


def page(found: dict, *, full: bool) -> str:
    """The page as Markdown."""
    load = f", load {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    parts = [
        "# Benchmarks",
        "",
        f"`just bench{' --full' if full else ''}` on {date.today().isoformat()}: {os.cpu_count()} cores"
        f" ({platform.machine()}), Python {platform.python_version()}, PostgreSQL 18 on the same machine{load}."
        " Ratios are of figures measured in the same run; wall time is what a clock shows, CPU is the"
        " processor time of the process and of its database session, which other work on the machine does not"
        " stretch.",
    ]
    tell = {
        "roster": _roster,
        "pages": _pages,
        "decide": _decide,
        "timetable": _timetable,
        "risk": risk_report.section,
        "check_in": check_in.section,
        "batch": batch.section,
        "posting": posting.section,
        "trial": trial.section,
        "figures": figures.section,
        "province": province.section,
    }
    for name, measured in found.items():
        parts += ["", *tell[name](measured)]
    return "\n".join(parts) + "\n"


def _verdict(met: bool, missed: str) -> str:
    return "met" if met else f"**missed**: {missed}"


def _rate(figures: dict, *, cpu: bool = False) -> float:
    seconds = figures["cpu"] + figures["server_cpu"] if cpu else figures["wall"]
    return figures["rows"] / max(seconds, 0.01)  # processor time is told in hundredths


def _roster(found: dict) -> list[str]:
    whole, same, peer, bare = (found[name] for name in ("product", "product_same", "peer", "bare"))
    labels = ((f"Product, {whole['rows']:,} rows", whole), (f"Product, {same['rows']:,} rows", same),
              (f"django-import-export, {peer['rows']:,} rows", peer),
              (f"Bare reading and COPY, {bare['rows']:,} rows", bare))  # fmt: skip
    rate, ratio = _rate(whole), _rate(same) / _rate(peer)
    return [
        "## Importing a roster",
        "",
        "One .xlsx of 13 columns, 2 % of the rows wrong: read, every check, registered, sealed, enrolled, through"
        " the operations a page calls. The peer makes the same checks of each row and saves through the ORM.",
        "",
        "| What | Seconds | Rows/s | CPU s | Rows/CPU s | Peak MiB |",
        "|---|---:|---:|---:|---:|---:|",
        *(
            f"| {label} | {one['wall']:.1f} | {_rate(one):,.0f} | {one['cpu'] + one['server_cpu']:.1f} |"
            f" {_rate(one, cpu=True):,.0f} | {one['mib']:.0f} |"
            for label, one in labels
        ),
        "",
        "| Target | Found | |",
        "|---|---|---|",
        f"| ≥ 5,000 rows/s end to end | {rate:,.0f} | {_verdict(rate >= 5000, f'{rate / 5000:.0%} of it')} |",
        f"| ≤ 1 GB | {whole['mib']:.0f} MiB | {_verdict(whole['mib'] <= 1024, 'above')} |",
        f"| ≥ 10 × django-import-export, same file | {ratio:.1f} × (by CPU"
        f" {_rate(same, cpu=True) / _rate(peer, cpu=True):.1f} ×; long file against the peer"
        f" {rate / _rate(peer):.1f} ×) | {_verdict(ratio >= 10, f'{ratio:.1f} of 10')} |",
        f"| to bare reading and COPY | {_rate(bare) / rate:.1f} × its time | reported |",
    ]


def _pages(found: dict) -> list[str]:
    loaded = found["loaded"]
    lists = [one for one in found["pages"] if not one["path"].endswith(":home")]
    by_page: dict[str, list[dict]] = {}
    for one in lists:
        by_page.setdefault(one["path"], []).append(one)
    slow = [one for one in lists if one["p95"] > MOST_MS]
    heavy = [one for one in lists if one["queries"] > MOST_QUERIES]
    too_slow = f"{len(slow)}, the slowest {max((one['p95'] for one in slow), default=0):.0f} ms"
    too_many = ", ".join(one["path"] for one in heavy)
    rows = []
    for path, several in by_page.items():
        worst = max(several, key=lambda one: one["p95"])
        words = ", ".join(f"{key}={value}" for key, value in worst["filters"].items()) or "no filter"
        rows.append(
            f"| {path} | {len(several)} | {max(one['queries'] for one in several)} | {worst['median']:.0f} |"
            f" {worst['p95']:.0f} | {max(one['cpu_p95'] for one in several):.0f} |"
            f" {worst['median'] / found['bare']:.0f} × | {words} |"
        )
    return [
        "## List pages",
        "",
        f"{loaded['people']:,} people, {loaded['enrolments']:,} enrolments, {loaded['classes']:,} classes; loaded in"
        f" {loaded['wall']:.0f} s, of which the people {loaded['people_wall']:.0f} s through the product's own bulk"
        f" registration; {loaded['gib']:.1f} GiB. Server time in Django's handler, each filter of each list; the row"
        f" shows the slowest filter. A bare view (one indexed query, empty template, no middleware) takes"
        f" {found['bare']:.2f} ms, {found['bare_p95']:.2f} ms at p95.",
        "",
        "| List | Filters tried | Most queries | Median ms | p95 ms | CPU p95 ms | Median to bare | Slowest |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
        *rows,
        "",
        "| Target | Found | |",
        "|---|---|---|",
        f"| ≤ {MOST_QUERIES} queries | at most {max(one['queries'] for one in lists)} |"
        f" {_verdict(not heavy, too_many)} |",
        f"| p95 ≤ {MOST_MS} ms | {len(lists) - len(slow)} of {len(lists)} | {_verdict(not slow, too_slow)} |",
    ]


def _decide(found: dict) -> list[str]:
    met, missed = found["whole_p95"] <= 200, f"{found['whole_p95'] - 200:.0f} ms above at p95"
    return [
        f"## Judging a class of {found['lines']}",
        "",
        "Facts gathered, every rule asked, decisions kept and the claim recounted, as the step on the claim's page.",
        "",
        "| What | ms |",
        "|---|---:|",
        f"| The whole step, median | {found['whole']:.0f} |",
        f"| The whole step, p95 | {found['whole_p95']:.0f} |",
        f"| Its CPU, median | {found['cpu']:.0f} |",
        f"| {found['lines']} decisions by the pure engine | {found['engine']:.1f} |",
        f"| Ratio | {found['whole'] / found['engine']:.1f} × |",
        "",
        f"Target ≤ 200 ms: {_verdict(met, missed)}.",
    ]


def _timetable(found: dict) -> list[str]:
    size, kept = found["sessions"], found["kept"]
    met, missed = found["worst"] <= 1, f"{found['worst'] - 1:.2f} s above"
    return [
        f"## Clashes of {size:,} sessions",
        "",
        f"A plan of {size:,} sessions beside {kept:,} kept ones, one in a hundred planned where another already"
        f" is; {found['clashes']:,} clashes, and both ways find the same or the benchmark fails.",
        "",
        "| What | Seconds |",
        "|---|---:|",
        f"| The product's look-up, median | {found['seconds']:.3f} |",
        f"| The slowest time | {found['worst']:.3f} |",
        f"| Its CPU, median | {found['cpu']:.3f} |",
        f"| Every pair compared, in Python | {found['pairs']:.2f} |",
        f"| Keeping the {found['inserted']:,} that do not clash, every guard standing | {found['guarded']:.2f} |",
        f"| Inserting the same rows into a bare table | {found['bare']:.3f} |",
        "",
        f"Every pair compared takes {found['pairs'] / found['seconds']:.0f} × as long as the look-up; keeping with"
        f" guards {found['guarded'] / found['bare']:.0f} × a bare insert. Target ≤ 1 s: {_verdict(met, missed)}.",
    ]
