"""Connected components of a graph of keys, by columns: every node takes the least name it can reach."""

from __future__ import annotations

import polars as pl


def components(edges: pl.DataFrame) -> pl.DataFrame:
    """``node`` and ``group`` for every node of the edges ``a``-``b``; two nodes share a group if a path joins them.

    Each round a node takes the least group of its neighbours, then the group of its group (which halves every
    chain), so that the rounds grow with the logarithm of the longest path and not with the path.
    """
    both = pl.concat([edges.select("a", "b"), edges.select(a="b", b="a")]).unique()
    nodes = both.select(node=pl.col("a").unique()).with_columns(group=pl.col("node")).sort("node")
    while True:
        least = (
            both.lazy()
            .join(nodes.lazy(), left_on="b", right_on="node")
            .group_by("a")
            .agg(pl.col("group").min().alias("near"))
        )
        reached = (
            nodes.lazy()
            .join(least, left_on="node", right_on="a", how="left")
            .select("node", was="group", group=pl.min_horizontal("group", "near"))
        )
        # What a group's own name was told, all its members are told.
        hooked = reached.group_by("was").agg(pl.col("group").min().alias("hook"))
        moved = (
            reached.join(hooked, on="was")
            .select("node", "was", group=pl.min_horizontal("group", "hook"))
            .collect()
        )
        jumped = (
            moved.lazy()
            .join(moved.lazy().select(group="node", jump="group"), on="group", how="left")
            .select("node", "was", group=pl.min_horizontal("group", "jump"))
            .sort("node")
            .collect()
        )
        if (jumped["group"] == jumped["was"]).all():
            return jumped.select("node", "group")
        nodes = jumped.select("node", "group")
