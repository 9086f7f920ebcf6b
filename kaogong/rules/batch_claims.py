"""A frame of claims read and checked once: keys, facts as small columns, and the plan that judges each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl

from kaogong.rules import batch_columns, facts
from kaogong.rules.batch_columns import HUNDREDTHS, Vocabulary
from kaogong.rules.batch_errors import ClaimsWithoutScheme
from kaogong.rules.batch_plans import Plans, days
from kaogong.rules.errors import FactsMalformed
from kaogong.rules.future import refuse_future_rows
from kaogong.rules.rulebook import Rulebook

KEYS = ("claimant", "reference", "region_code", "scheme", "on")
OCCUPATIONS = ("certificate_occupation_code", "class_occupation_code")
_FREE_TEXT = ("certificate_number", "occupation_name")  # no rule reads them: too many words to list
_GROUP_BITS = 64


@lru_cache(maxsize=32)
def group_bits(book: Rulebook) -> dict[str, int]:
    """The bit of each group of people in a mask: in the order of their codes."""
    codes = sorted(book.groups)
    if len(codes) > _GROUP_BITS:
        raise FactsMalformed(field="groups", problem=f"人员类别超过 {_GROUP_BITS} 种，请用列表")
    return {code: 1 << place for place, code in enumerate(codes)}


@dataclass(frozen=True)
class Batch:
    """The claims as columns. ``frame`` holds ``on`` and the facts; words are places in ``words``."""

    claimant: pl.Series
    reference: pl.Series
    frame: pl.DataFrame
    words: dict[str, list[str]]
    occupations: Vocabulary
    groups: dict[str, int]
    plans: Plans
    plan: pl.Series | None  # None: one plan judges them all
    waived: pl.Series | None

    @property
    def height(self) -> int:
        return self.frame.height


def gathered(claims: pl.DataFrame | pl.LazyFrame, columns: Mapping[str, str] | None = None) -> pl.DataFrame:
    """The claims with their own names for columns put right; ``columns`` says ``{ours: theirs}``."""
    theirs = {name: ours for ours, name in (columns or {}).items()}
    schema = claims.collect_schema()
    names = [theirs.get(name, name) for name in schema.names()]
    for name in names:
        fact = name.removesuffix(HUNDREDTHS)
        known = name in facts.CHECKS or (fact != name and fact in facts.HOURS) or name in (*KEYS, "waived")
        if name == "history":
            raise FactsMalformed(field=name, problem="以往补贴另行给出")
        if not known:
            raise FactsMalformed(field=name, problem="没有这一项事实")
        if names.count(name) > 1 or (fact != name and fact in names):
            raise FactsMalformed(field=fact, problem="给了两列")
    for key in KEYS:
        if key not in names:
            raise FactsMalformed(field=key, problem="缺少这一列")
    if theirs:
        claims = claims.rename({name: ours for name, ours in theirs.items() if name in schema})
    return claims.collect() if isinstance(claims, pl.LazyFrame) else claims


def read(claims: pl.DataFrame, book: Rulebook) -> Batch:
    """Check the claims and say which plan judges each. Raises FactsMalformed and ClaimsWithoutScheme."""
    bits = group_bits(book)
    claimant, reference = checked_keys(claims)
    occupations = Vocabulary()
    columns, words = [claims["on"]], {}
    for name in claims.columns:
        if name in (*KEYS, "waived"):
            continue
        if name in _FREE_TEXT:
            _check_free_text(name, claims[name])
            continue
        shared = occupations if name in OCCUPATIONS else None
        fact = name.removesuffix(HUNDREDTHS)
        if fact != name:
            column, vocabulary = batch_columns.in_hundredths(fact, claims[name]), None
        else:
            column, vocabulary = batch_columns.checked(name, claims[name], bits, shared)
        if name == "serving_region_code" and column.min() is not None and column.min() == column.max():
            column, vocabulary = (
                column - column.min(),
                [vocabulary[column.min()]],
            )  # one place is compared quicker
        columns.append(column.alias(fact))
        if vocabulary is not None:
            words[fact] = vocabulary
    frame = pl.DataFrame(columns)
    plans = Plans(book)
    plan = _plan_of_each(claims, plans)
    refuse_future_rows(frame)
    waived = _waived(claims, plans, plan)
    return Batch(claimant, reference, frame, words, occupations, bits, plans, plan, waived)


def checked_keys(claims: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Claimant and reference, when all keys are there, none is empty, and no reference comes twice."""
    for key in KEYS:
        if claims[key].null_count():
            raise FactsMalformed(field=key, problem="每一行都必须填写")
    if claims["on"].dtype not in (pl.Date, pl.Null):
        raise FactsMalformed(field="on", problem="应为日期，如 2026-11-22")
    claimant, reference = (key_column(key, claims[key]) for key in ("claimant", "reference"))
    if reference.dtype == pl.String and (reference.str.strip_chars() == "").any():
        raise FactsMalformed(field="reference", problem="应为文字")
    again = reference.is_sorted() and (reference == reference.shift(1)).any()
    if again or (not reference.is_sorted() and reference.n_unique() < reference.len()):
        twice = reference.filter(reference.is_duplicated()).sort()[0]
        raise FactsMalformed(field="reference", problem=f"“{twice}”出现了不止一次")
    return claimant, reference


def key_column(name: str, column: pl.Series) -> pl.Series:
    """Whole numbers, or text."""
    if isinstance(column.dtype, pl.Categorical | pl.Enum) or column.dtype == pl.Null:
        column = column.cast(pl.String)
    if not column.dtype.is_integer() and column.dtype != pl.String:
        raise FactsMalformed(field=name, problem="应为整数或文字")
    return column


def _check_free_text(name: str, column: pl.Series) -> None:
    text = column.cast(pl.String) if isinstance(column.dtype, pl.Categorical | pl.Enum) else column
    if text.dtype not in (pl.String, pl.Null) or (
        text.dtype == pl.String and (text.str.strip_chars() == "").any()
    ):
        raise FactsMalformed(field=name, problem="应为文字")


_SHIFT = 1 << 23  # there are fewer days than that
_FIRST = days(date.min)


def _plan_of_each(claims: pl.DataFrame, plans: Plans) -> pl.Series | None:
    (regions, region_words), (schemes, scheme_words) = (
        batch_columns.coded(name, claims[name]) for name in ("region_code", "scheme")
    )
    if claims.is_empty():
        return None
    on = claims["on"]
    if regions.min() == regions.max() and schemes.min() == schemes.max():
        pairs = [(regions[0], schemes[0], on.min(), on.max())]
    else:
        keyed = pl.DataFrame([regions.alias("region"), schemes.alias("scheme"), on.alias("on")])
        spans = keyed.group_by("region", "scheme").agg(first=pl.col("on").min(), last=pl.col("on").max())
        pairs = spans.sort("region", "scheme").rows()
    starts, numbers, places = [], [], {}
    for place, (region, scheme, first, last) in enumerate(pairs):
        places[region, scheme] = place
        for segment in plans.segments(region_words[region], scheme_words[scheme], first, last):
            starts.append(place * _SHIFT + days(segment.since) - _FIRST)
            numbers.append(segment.plan)
    if set(numbers) == {0}:
        return None
    width = len(scheme_words)
    place_of = [0] * (len(region_words) * width)
    for (region, scheme), place in places.items():
        place_of[region * width + scheme] = place
    pair = regions.cast(pl.UInt32) * width + schemes.cast(pl.UInt32)
    key = (
        pl.Series(place_of, dtype=pl.Int64).gather(pair) * _SHIFT + on.cast(pl.Int32).cast(pl.Int64) - _FIRST
    )
    found = pl.Series(starts, dtype=pl.Int64).search_sorted(key, side="right").cast(pl.UInt32) - 1
    plan = pl.Series("plan", numbers, dtype=pl.UInt32).gather(found)
    if plan.null_count():
        _refuse_without_scheme(claims.filter(plan.is_null()), plans)
    return None if len(plans.every) == 1 else plan


def _refuse_without_scheme(claims: pl.DataFrame, plans: Plans) -> None:
    first = claims.sort("on", "reference").select("reference", "region_code", "scheme", "on").row(0)
    references = [first[0], *(other for other in claims["reference"].sort().to_list() if other != first[0])]
    raise ClaimsWithoutScheme(
        references, region=plans.region_label(first[1]), scheme=first[2], on=first[3].isoformat()
    )


def _waived(claims: pl.DataFrame, plans: Plans, plan: pl.Series | None) -> pl.Series | None:
    """The bits of the rules set aside for each row; None where none is. Raises NotWaivable."""
    if "waived" not in claims.columns or claims["waived"].dtype == pl.Null:
        return None
    column = claims["waived"]
    if not isinstance(column.dtype, pl.List):
        raise FactsMalformed(field="waived", problem="应为规则名称的列表")
    if column.dtype.inner == pl.Null and not column.list.len().sum():
        return None
    if column.dtype.inner not in (pl.String, pl.Categorical, pl.Enum):
        raise FactsMalformed(field="waived", problem="应为规则名称的列表")
    numbers = plan if plan is not None else pl.repeat(0, claims.height, dtype=pl.UInt32, eager=True)
    asked = pl.DataFrame([column.cast(pl.List(pl.String)).alias("name"), numbers.alias("plan")])
    named = asked.with_row_index("row").filter(pl.col("name").list.len() > 0).explode("name")
    if named.is_empty():
        return None
    meant = named.select("plan", "name").unique(maintain_order=True)
    meant = meant.with_columns(
        bits=pl.Series(
            [plans.waived_bits(plans.every[number], name) for number, name in meant.rows()], dtype=pl.UInt64
        )
    )
    found = named.join(meant, on=["plan", "name"]).group_by("row").agg(pl.col("bits").bitwise_or())
    none = pl.repeat(0, claims.height, dtype=pl.UInt64, eager=True)
    return none.scatter(found["row"], found["bits"]).alias("waived")


def row_facts(row: Mapping[str, Any], groups: Mapping[str, int]) -> dict[str, Any]:
    """The facts of one row of claims, as ``Facts`` takes them."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        fact = name.removesuffix(HUNDREDTHS)
        if name in (*KEYS, "waived"):
            continue
        if fact != name and value is not None:
            value = f"{value // 100}.{value % 100:02d}"
        if name == "groups" and isinstance(value, int):
            value = [code for code, bit in groups.items() if value & bit]
        found[fact] = value
    return found
