"""How likely chance alone is: exact small-sample tails and a spread that outliers do not move."""

from __future__ import annotations

import math

import polars as pl

_TO_SIGMA = 1.4826  # the median distance from the median, as the standard deviation of a normal


def binomial_tail(count: int, of: int, rate: float) -> float:
    """The chance of ``count`` or more successes among ``of`` tries at ``rate`` each, exactly."""
    if count <= 0:
        return 1.0
    if rate <= 0:
        return 0.0
    if rate >= 1:
        return 1.0
    logs = [
        math.lgamma(of + 1) - math.lgamma(k + 1) - math.lgamma(of - k + 1)
        + k * math.log(rate) + (of - k) * math.log1p(-rate)
        for k in range(count, of + 1)
    ]  # fmt: skip
    return min(1.0, sum(math.exp(one) for one in logs))


def robust_spread(values: pl.Series) -> float:
    """The standard deviation of the bulk of the values: the odd ones do not widen it."""
    middle = values.median()
    return _TO_SIGMA * ((values - middle).abs().median() or 0.0) if middle is not None else 0.0


def spread_too_small(count: pl.Expr, spread: pl.Expr, usual: float) -> pl.Expr:
    """How many sigmas a sample's spread lies below the usual (chi-square by Wilson and Hilferty); negative is less."""
    free = (count - 1).cast(pl.Float64)
    ratio = (spread / usual) ** 2
    return (ratio ** (1 / 3) - (1 - 2 / (9 * free))) / (2 / (9 * free)).sqrt()
