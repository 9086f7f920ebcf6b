"""Snapshots of facts made of a few rows, as if they had been gathered from the registers."""

import secrets
from datetime import datetime

import polars as pl

from kaogong.indicators.facts import FACTS, keep, write_year
from kaogong.statistics import queries
from kaogong.statistics.models import Snapshot
from kaogong.statistics.operations.writing import files_in, rows_in


def make_snapshot(at: datetime, **rows: list[dict]) -> Snapshot:
    """A snapshot of these rows (see ``tests.indicators.making.row``); facts without rows are there, empty."""
    name = f"made-{secrets.token_hex(4)}"
    folder = queries.home() / name
    for fact in FACTS.values():
        some = rows.get(fact.name, [])
        frame = pl.DataFrame(some, schema=fact.schema)
        if some:
            keep(fact, frame, folder)
        else:
            write_year(fact, frame, folder, at.year)
    files = files_in(folder, None)
    last = queries.latest_snapshot()
    return Snapshot.objects.create(
        number=last.number + 1 if last else 1,
        taken_at=at,
        as_of=at,
        watermark=0,
        recipe="0" * 64,
        folder=name,
        files=files,
        rows=rows_in(files),
        digest=secrets.token_hex(32),
    )
