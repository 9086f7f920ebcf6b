"""Pictures that are the same but for compression: perceptual hashes a few bits apart, found without comparing all."""

from __future__ import annotations

from itertools import combinations

import polars as pl

from kaogong.detection.components import components

BITS, BANDS = 64, 4
MOST_APART = 2  # with four bands, two changed bits leave at least two bands whole


def alike(hashes: pl.Series, *, apart: int, plain_bits: int) -> pl.DataFrame:
    """``hash`` and ``picture`` for each hash that stands for a picture: those at most ``apart`` bits away share it.

    Hashes with fewer than ``plain_bits`` bits set, or unset, are of an empty picture and left out.
    """
    if not 0 <= apart <= MOST_APART:
        raise ValueError(f"at most {MOST_APART} bits apart can be looked for")
    set_bits = pl.col("hash").bitwise_count_ones()
    known = (
        pl.DataFrame({"hash": hashes})
        .unique()
        .filter((set_bits >= plain_bits) & (set_bits <= BITS - plain_bits))
        .sort("hash")
    )
    pairs = (
        []
        if not apart
        else [_near(known, bands, apart) for bands in combinations(range(BANDS), BANDS - apart)]
    )
    edges = pl.concat([*pairs, pl.DataFrame(schema={"a": pl.Int64, "b": pl.Int64})]).unique()
    grouped = (
        components(edges) if edges.height else pl.DataFrame(schema={"node": pl.Int64, "group": pl.Int64})
    )
    return known.join(grouped, left_on="hash", right_on="node", how="left").select(
        "hash", picture=pl.coalesce("group", "hash")
    )


def _near(known: pl.DataFrame, bands: tuple[int, ...], apart: int) -> pl.DataFrame:
    """Pairs of hashes that agree on these bands and are near enough."""
    mask = sum(0xFFFF << (16 * band) for band in bands)
    signed = mask - (1 << BITS) if mask >> (BITS - 1) else mask
    banded = known.with_columns(band=pl.col("hash") & pl.lit(signed, dtype=pl.Int64))
    crowded = banded.filter(pl.col("band").is_duplicated())
    return (
        crowded.join(crowded, on="band", suffix="_b")
        .filter(pl.col("hash") < pl.col("hash_b"))
        .filter((pl.col("hash") ^ pl.col("hash_b")).bitwise_count_ones() <= apart)
        .select(a="hash", b="hash_b")
    )
