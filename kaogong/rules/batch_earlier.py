"""Earlier subsidies given as a frame: checked as ``Earlier`` checks one, and only those that count kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from kaogong.rules.batch_claims import key_column
from kaogong.rules.batch_columns import MOST_FEN, Vocabulary, coded
from kaogong.rules.errors import FactsMalformed
from kaogong.rules.facts import Earlier
from kaogong.rules.vocabulary import COUNTING_STATUSES, LEVELS, SUBSIDY_STATUSES

NEEDED = ("claimant", "occupation_code", "level", "event_on", "status", "reference")
LEFT_OUT: dict[str, Any] = {"amount_fen": 0, "component": "training", "region_code": "", "scheme": ""}


def checked(history: pl.DataFrame) -> pl.DataFrame:
    """The whole frame with every column there, or FactsMalformed naming the column."""
    for name in history.columns:
        if name not in (*NEEDED, *LEFT_OUT, "paid_on"):
            raise FactsMalformed(field=f"history.{name}", problem="没有这一项事实")
    for name in NEEDED:
        if name not in history.columns or history[name].null_count():
            raise FactsMalformed(field=f"history.{name}", problem="以往补贴的这一项必须填写")
    history = history.with_columns(
        (pl.col(name).fill_null(value) if name in history.columns and history[name].dtype != pl.Null
         else pl.lit(value)).alias(name)
        for name, value in LEFT_OUT.items()
        if name not in history.columns or history[name].null_count()
    )  # fmt: skip
    _number("level", history["level"], max(LEVELS))
    _number("amount_fen", history["amount_fen"], MOST_FEN)
    for name in ("event_on", "paid_on"):
        if name in history.columns and history[name].dtype not in (pl.Date, pl.Null):
            raise FactsMalformed(field=f"history.{name}", problem="应为日期，如 2026-11-22")
    names = ("claimant", "reference")
    history = history.with_columns(key_column(f"history.{name}", history[name]).alias(name) for name in names)
    return history.with_columns(_text(name, history[name]) for name in _TEXTS)


_TEXTS = ("status", "component", "occupation_code", "region_code", "scheme")


def _number(name: str, column: pl.Series, most: int) -> None:
    if column.dtype == pl.Null:
        return
    if not column.dtype.is_integer() or (column.min() or 0) < 0 or (column.max() or 0) > most:
        raise FactsMalformed(field=f"history.{name}", problem=f"应为 0 至 {most} 的整数")


def _text(name: str, column: pl.Series) -> pl.Series:
    if column.dtype != pl.String and not isinstance(column.dtype, pl.Categorical | pl.Enum | pl.Null):
        raise FactsMalformed(field=f"history.{name}", problem="应为文字")
    column = column.cast(pl.String)
    wrong = (
        column.is_in(list(SUBSIDY_STATUSES)).not_() if name == "status" else column.str.strip_chars() == ""
    )
    if name in ("status", "component") and wrong.any():
        problem = "应为其中之一：" + "、".join(SUBSIDY_STATUSES) if name == "status" else "应为文字"
        raise FactsMalformed(field=f"history.{name}", problem=problem)
    return column


def counting(history: pl.DataFrame, claimants: pl.Series, occupations: Vocabulary) -> pl.DataFrame:
    """The live earlier subsidies of those who claim now; occupations as places in the vocabulary."""
    history = checked(history)
    if history["claimant"].dtype.is_integer() != claimants.dtype.is_integer() and history.height:
        raise FactsMalformed(field="history.claimant", problem="与申领表的 claimant 类型不同")
    live = history.filter(pl.col("status").is_in(list(COUNTING_STATUSES)))
    if live.is_empty() or claimants.is_empty():
        return live.clear().with_columns(pl.lit(None, dtype=pl.UInt32).alias("occupation_code"))
    key = pl.Int64 if claimants.dtype.is_integer() else pl.String
    live = live.with_columns(pl.col("claimant").cast(key))
    live = live.join(pl.DataFrame({"claimant": claimants.cast(key)}), on="claimant", how="semi")
    places = occupations.places(*coded("history.occupation_code", live["occupation_code"]))
    return live.select(
        "claimant",
        "event_on",
        "component",
        "scheme",
        pl.col("level").cast(pl.Int8),
        pl.col("amount_fen").cast(pl.Int64),
        places.cast(pl.UInt32).alias("occupation_code"),
    )


def by_claimant(
    history: pl.DataFrame | Mapping[Any, Iterable[Earlier]] | None,
) -> dict[Any, list[Earlier]] | None:
    """The earlier subsidies of each claimant, one by one."""
    if history is None:
        return None
    if not isinstance(history, pl.DataFrame):
        return {claimant: list(earlier) for claimant, earlier in history.items()}
    found: dict[Any, list[Earlier]] = {}
    for row in checked(history).iter_rows(named=True):
        claimant, reference = row.pop("claimant"), str(row.pop("reference"))
        found.setdefault(claimant, []).append(Earlier(reference=reference, **row))
    return found
