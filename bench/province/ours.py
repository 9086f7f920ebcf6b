"""The product's two paths, and the limit: reading and sorting the same frame with nothing judged."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from bench.province.policy import SCHEME, VERDICTS, book

ORDER = ("claimant", "on", "reference")


def limit(path: Path) -> pl.DataFrame:
    """Read every column and sort; what any way to judge in order must at least do."""
    return pl.read_parquet(path).sort(*ORDER)
