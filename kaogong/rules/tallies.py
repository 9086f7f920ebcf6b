"""What earlier subsidies a history rule counts: one expression over this claim and an earlier one.

Like conditions these are operators only, so the same function compares two plain claims or two whole
columns of them. ``this`` and ``earlier`` offer: occupation_code, level, year, serial, scheme. ``serial`` is
a day as (year × 12 + month) × 32 + day, so that N months are exactly N × 32.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Tally:
    """One figure of the history: how many earlier subsidies match, or (``sums``) how many fen they paid.

    ``shown`` names the figure that lists the matching ones. Only live subsidies of the same kind of
    entitlement are compared (``Scheme.counts_as``), unless ``every_kind``.
    """

    name: str
    shown: str
    matches: Callable[[Any, Any, Any], Any]
    label: str
    label_en: str
    sums: bool = False
    every_kind: bool = False


TALLIES: dict[str, Tally] = {}


def tally(shown: str, *, sums: bool = False, every_kind: bool = False) -> Callable[[Any], Any]:
    """Register the function below under its name; its docstring's two lines are its labels."""

    def register(matches: Callable[[Any, Any, Any], Any]) -> Callable[[Any, Any, Any], Any]:
        zh, en = (line.strip() for line in inspect.getdoc(matches).strip().splitlines())
        TALLIES[matches.__name__] = Tally(matches.__name__, shown, matches, zh, en, sums, every_kind)
        return matches

    return register


@tally("earlier_this_year")
def used_this_year(this, earlier, values):
    """本年度已享受次数
    subsidies already this year
    """
    return earlier.year == this.year


@tally("earlier_in_all")
def used_in_all(this, earlier, values):
    """历年已享受次数
    subsidies already in all years
    """
    return earlier.year == earlier.year


@tally("earlier_within_months")
def used_within_months(this, earlier, values):
    """前后若干个月内已享受次数
    subsidies within so many months
    """
    return (this.serial - earlier.serial < values.months * 32) & (
        earlier.serial - this.serial < values.months * 32
    )


@tally("earlier_of_this_scheme_this_year")
def used_of_this_scheme_this_year(this, earlier, values):
    """本项目本年度已享受次数
    of this scheme this year
    """
    return (earlier.scheme == this.scheme) & (earlier.year == this.year)


@tally("earlier_of_this_scheme")
def used_of_this_scheme(this, earlier, values):
    """本项目历年已享受次数
    of this scheme in all years
    """
    return earlier.scheme == this.scheme


@tally("earlier_of_this_occupation")
def used_of_this_occupation(this, earlier, values):
    """同一职业已享受次数
    earlier for this occupation
    """
    return earlier.occupation_code == this.occupation_code


@tally("earlier_same_level")
def same_level_before(this, earlier, values):
    """同职业同等级已享受次数
    earlier at this level
    """
    return (earlier.occupation_code == this.occupation_code) & (earlier.level == this.level)


@tally("earlier_higher_level")
def higher_level_before(this, earlier, values):
    """同职业更高等级已享受次数
    earlier at a higher level
    """
    return (
        (earlier.occupation_code == this.occupation_code)
        & (earlier.level != 0)
        & (this.level != 0)
        & (earlier.level < this.level)
    )


@tally("earlier_of_other_schemes", every_kind=True)
def used_of_other_schemes(this, earlier, values):
    """不可同享的项目已享受次数
    earlier under schemes that exclude this one
    """
    return earlier.scheme.is_in(values.schemes)


@tally("paid_of_this_scheme_this_year", sums=True)
def received_this_year_fen(this, earlier, values):
    """本项目本年度已付金额
    paid under this scheme this year
    """
    return (earlier.scheme == this.scheme) & (earlier.year == this.year)


@tally("paid_of_this_scheme", sums=True)
def received_in_all_fen(this, earlier, values):
    """本项目历年已付金额
    paid under this scheme in all years
    """
    return earlier.scheme == this.scheme
