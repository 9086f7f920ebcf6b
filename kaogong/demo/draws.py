"""Chance that repeats: one independent stream of draws per name, the same on every machine."""

import random
from collections.abc import Sequence
from itertools import accumulate

import polars as pl


class Draws:
    """Streams of chance under one seed; a stream depends on its name alone, not on what was drawn before."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def stream(self, name: str) -> random.Random:
        return random.Random(f"kaogong:{self.seed}:{name}")  # noqa: S311 - repeatable, not secret

    def uniform(self, name: str, count: int) -> pl.Series:
        """As many numbers in [0, 1) as asked for."""
        draw = self.stream(name).random
        return pl.Series(name, [draw() for _ in range(count)], dtype=pl.Float64)

    def pick(self, name: str, count: int, values: Sequence, weights: Sequence[float]) -> pl.Series:
        """As many values as asked for, each as likely as its weight says."""
        bounds = list(accumulate(weights))
        places = (self.uniform(name, count) * bounds[-1]).rename(name)
        found = pl.Series(bounds, dtype=pl.Float64).search_sorted(places, side="right")
        return pl.Series(name, values).gather(found.clip(0, len(values) - 1)).alias(name)

    def whole(self, name: str, count: int, least: int, most: int) -> pl.Series:
        """As many whole numbers between the two, both possible."""
        return (self.uniform(name, count) * (most - least + 1)).floor().cast(pl.Int64) + least
