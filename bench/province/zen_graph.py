"""zen-engine: a decision graph of two tables, asked claim by claim; it has no memory, so the history is kept for it."""

from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import polars as pl
import zen

from bench.province.policy import NEEDS_EVIDENCE, PAYABLE, REFUSED, REGION, VERDICTS, policy

COLUMNS = {
    "age": "age_on_event", "pension": "receives_pension", "groups": "groups",
    "household": "household_region_code", "residence": "residence_region_code", "job": "job_region_code",
    "kind": "certificate_kind", "revoked": "certificate_revoked", "occupation": "certificate_occupation_code",
    "level": "certificate_level", "recognised": "provider_recognised_on_day",
    "planned": "hours_planned_hundredths", "attended": "hours_attended_hundredths",
}  # fmt: skip


def judge(path: Path) -> pl.DataFrame:
    """Verdict and amount of every claim, in order of person and day."""
    claims = pl.read_parquet(path).sort("claimant", "on", "reference")
    engine = zen.ZenEngine(
        {"loader": {"type": "static", "content": {"claim": graph()}}}
    )  # compiled once: the fastest way
    allowed = policy().groups
    rows = claims.select(
        "claimant",
        "reference",
        year=pl.col("on").dt.year(),
        **{name: pl.col(of) for name, of in COLUMNS.items()},
    ).with_columns(groups=(pl.col("groups") & allowed) != 0)
    before, answers = None, []
    for row in rows.iter_rows(named=True):
        if row["claimant"] != before:
            before, years, levels = row["claimant"], Counter(), defaultdict(set)
        had = levels[row["occupation"]] if row["level"] is not None and row["occupation"] else ()
        row["used_this_year"] = years[row["year"]]
        row["same_level"] = row["level"] in had
        row["higher_level"] = any(0 < one < (row["level"] or 0) for one in had)
        said = engine.evaluate("claim", row)["result"]
        verdict = VERDICTS.index(said["verdict"])
        if verdict == PAYABLE:
            years[row["year"]] += 1
            levels[row["occupation"]].add(row["level"])
        answers.append((row["reference"], verdict, said["fen"] if verdict == PAYABLE else 0))
    schema = {"reference": pl.Int64, "verdict": pl.Int8, "amount_fen": pl.Int64}
    return pl.DataFrame(answers, schema, orient="row")


def graph() -> dict:
    """The rates as one table, the verdict as another; each takes the first row that fits."""
    said = policy()
    rates = [
        *((f"kind == '{kind}' and level == {level} and occupation == '{occupation}'", fen)
          for (kind, level, occupation), fen in said.fen_of.items()),
        *((f"kind == '{kind}' and level == {level} and occupation != null", fen)
          for (kind, level), fen in said.fen.items()),
        ("true", "null"),
    ]  # fmt: skip
    known = " or ".join(
        f"{name} == null"
        for name in (
            "age",
            "pension",
            "groups",
            "kind",
            "revoked",
            "recognised",
            "planned",
            "attended",
            "fen",
        )
    )
    here = " or ".join(f"{place} == '{REGION}'" for place in ("household", "residence", "job"))
    nowhere = " and ".join(
        f"{place} != null and {place} != '{REGION}'" for place in ("household", "residence", "job")
    )
    kinds = ", ".join(f"'{kind}'" for kind in said.kinds)
    refused = (
        f"age != null and age < {said.min_age}",
        "pension == true",
        "groups == false",
        nowhere,
        f"kind != null and kind not in [{kinds}]",
        "revoked == true",
        "recognised == false",
        f"planned != null and attended != null and attended * 100 < planned * {said.min_percent}",
        f"used_this_year >= {said.times_a_year}",
        "same_level",
        "higher_level",
    )
    verdicts = [
        *((test, f"'{VERDICTS[REFUSED]}'") for test in refused),
        (f"{known} or not ({here})", f"'{VERDICTS[NEEDS_EVIDENCE]}'"),
        ("true", f"'{VERDICTS[PAYABLE]}'"),
    ]
    nodes = [
        {"id": "claim", "name": "claim", "type": "inputNode", "content": {}},
        _table("rates", "fen", rates),
        _table("verdict", "verdict", verdicts),
        {"id": "decision", "name": "decision", "type": "outputNode", "content": {}},
    ]
    names = [node["id"] for node in nodes]
    edges = [
        {"id": f"{one}-{other}", "type": "edge", "sourceId": one, "targetId": other}
        for one, other in pairwise(names)
    ]
    return {"nodes": nodes, "edges": edges}


def _table(name: str, gives: str, rows: list[tuple[str, object]]) -> dict:
    content = {
        "hitPolicy": "first",
        "passThrough": True,
        "inputField": None,
        "outputPath": None,
        "executionMode": "single",
        "inputs": [{"id": "if", "name": "if"}],
        "outputs": [{"id": "then", "name": gives, "field": gives}],
        "rules": [
            {"_id": f"{name}{n}", "if": test, "then": str(found)} for n, (test, found) in enumerate(rows)
        ],
    }
    return {"id": name, "name": name, "type": "decisionTableNode", "content": content}
