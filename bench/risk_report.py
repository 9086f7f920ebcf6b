"""The section of docs/benchmarks.md about the risk pass."""

SECONDS, GIB = 300, 4
LABELS = {
    "product": "The risk pass, every detector",
    "limit": "The limit: Polars reads and sorts check-ins and marks",
    "accounts": "Shared accounts alone, with their findings",
    "duck": "DuckDB: the same join and count",
}


def section(found: dict) -> list[str]:
    """What was measured, against its targets."""
    ours, limit, rows = found["product"], found["limit"], found["file"]["rows"]
    gib = ours["mib"] / 1024
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(ours["kinds"].items()))
    table = [
        f"| {label} | {found[name]['wall']:,.1f} | {found[name]['cpu']:,.1f} | {found[name]['mib']:,.0f} |"
        for name, label in LABELS.items()
    ]
    return [
        "## The risk pass",
        "",
        f"{rows['enrolments']:,} enrolments of {rows['persons']:,} people in {rows['classes']:,} classes,"
        f" {rows['sessions']:,} sessions, {rows['checkins']:,} check-ins, as many marks,"
        f" {rows['photos']:,} photographs, {rows['results']:,} results;"
        f" Parquet in {rows['pieces']} pieces, {found['file']['file_mib']:,.0f} MiB."
        f" {ours['looked']} detectors looked, {len(ours['not_looked'])} could not. Planted in each piece: one class"
        f" checked in by a machine and one account for eight people. Above a notice it says: {told}.",
        "",
        "| What | Seconds | CPU s | Peak MiB |",
        "|---|---:|---:|---:|",
        *table,
        "",
        "| Target | Found | |",
        "|---|---|---|",
        f"| ≤ {SECONDS} s | {ours['wall']:.0f} s ({ours['cpu']:.0f} s of CPU) | {_met(ours['wall'] <= SECONDS)} |",
        f"| ≤ {GIB} GiB | {gib:.1f} GiB | {_met(gib <= GIB)} |",
        f"| to the limit | {ours['cpu'] / max(limit['cpu'], 0.01):.1f} × its CPU | reported |",
        f"| shared accounts to DuckDB | {found['accounts']['cpu'] / max(found['duck']['cpu'], 0.01):.1f} × its CPU |"
        " reported |",
    ]


def _met(met: bool) -> str:
    return "met" if met else "**missed**"
