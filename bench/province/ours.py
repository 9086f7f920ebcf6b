"""The product's own paths, and the limit: reading and sorting the same frame with nothing judged."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import perf_counter

import polars as pl

from bench.province.policy import VERDICTS, book
from kaogong import rules
from kaogong.rules.batch import Claim, decide_in_order, decide_many, group_bits

ORDER = ("claimant", "on", "reference")
NO_HISTORY = pl.DataFrame(
    schema={
        "claimant": pl.Int64, "occupation_code": pl.String, "level": pl.Int8, "event_on": pl.Date,
        "status": pl.String, "reference": pl.Int64, "amount_fen": pl.Int64, "component": pl.String,
        "region_code": pl.String, "scheme": pl.String,
    }
)  # fmt: skip
FACTS = (
    "age_on_event", "receives_pension", "serving_region_code", "household_region_code", "residence_region_code",
    "job_region_code", "certificate_kind", "certificate_revoked", "certificate_occupation_code",
    "certificate_level", "provider_recognised_on_day",
)  # fmt: skip


def limit(path: Path) -> pl.DataFrame:
    """Read every column and sort: what any way to judge in order must at least do."""
    return pl.read_parquet(path).sort(*ORDER)


def many(path: Path) -> pl.DataFrame:
    """All of them at once."""
    found = decide_many(pl.read_parquet(path), NO_HISTORY, book())
    return found.select("reference", pl.col("verdict").to_physical().cast(pl.Int8), "amount_fen")


def in_order(path: Path) -> pl.DataFrame:
    """One by one, every finding explained; facts from a dictionary each, as a file of claims would give them."""
    claims = list(_claims(pl.read_parquet(path)))
    found = decide_in_order(claims, {}, book())
    return pl.DataFrame(
        {
            "reference": [claim.reference for claim in claims],
            "verdict": pl.Series([VERDICTS.index(one.verdict) for one in found], dtype=pl.Int8),
            "amount_fen": [one.amount_fen for one in found],
        }
    )


def _claims(frame: pl.DataFrame) -> Iterator[Claim]:
    bits = group_bits(book())
    for row in frame.iter_rows(named=True):
        facts = {name: row[name] for name in FACTS}
        if row["groups"] is not None:
            facts["groups"] = [group for group, bit in bits.items() if row["groups"] & bit]
        for name in ("hours_planned", "hours_attended"):
            hundredths = row[f"{name}_hundredths"]
            facts[name] = None if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02}"
        yield Claim(
            claimant=row["claimant"], reference=row["reference"], region_code=row["region_code"],
            scheme=row["scheme"], on=row["on"], facts=rules.Facts.from_dict(facts),
        )  # fmt: skip


def one(times: int) -> dict:
    """Milliseconds of a single decision with its findings, under every rule the shipped scheme has."""
    on = date(2026, 11, 9)
    scheme = rules.load().at("370299", on).scheme("employment_training")
    certificate = {"certificate_kind": "skill_level", "certificate_occupation_code": "4-09-06-04"}
    earlier = [
        rules.Earlier("4-03-02-01", 5, date(2026, 1, 15), "paid", "SL-1", 120000),
        rules.Earlier("4-09-06-04", 5, date(2025, 6, 18), "paid", "SL-2", 120000),
    ]
    taken = []
    for turn in range(times):
        facts = rules.Facts(
            age_on_event=20 + turn % 40, identity_verified=True, receives_pension=False,
            groups=("registered_unemployed", "hard_to_employ"), household_region_code="370299",
            residence_region_code="370299", job_region_code="370299", serving_region_code="370299",
            **certificate, certificate_level=4 + turn % 2, certificate_issued_on=on, certificate_verified=True,
            certificate_revoked=False, class_occupation_code="4-09-06-04", class_level=4,
            class_started_on=date(2026, 10, 12), class_ended_on=date(2026, 11, 3), class_approved=True,
            provider_recognised_on_day=True, occupation_in_scope=True, hours_planned="80",
            hours_attended=str(60 + turn % 21), paid_first_by="provider", history=tuple(earlier),
        )  # fmt: skip
        began = perf_counter()
        decision = rules.decide(scheme, facts, on)
        taken.append((perf_counter() - began) * 1000)
    taken.sort()
    return {
        "rules": len(scheme.rules), "findings": len(decision.findings), "median": taken[len(taken) // 2],
        "p99": taken[len(taken) * 99 // 100], "times": times,
    }  # fmt: skip
