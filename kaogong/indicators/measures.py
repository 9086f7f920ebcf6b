"""What an indicator measures: markers that hold expressions over a fact's columns and count nothing themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, IntegerValue

COUNT, DISTINCT, TOTAL = "count", "distinct", "total"


@dataclass(frozen=True, eq=False, slots=True)
class Term:
    """One thing to count: rows, different values of a column, or a column's sum, where a condition holds.

    ``on`` is the day it happens at, where that is not the indicator's own.
    """

    kind: str
    where: BooleanValue
    column: str = ""
    amount: IntegerValue | None = None
    on: str = ""

    def signed(self) -> Iterator[tuple[int, Term]]:
        yield 1, self


@dataclass(frozen=True, eq=False, slots=True)
class Less:
    """The first without the second, which is part of it."""

    whole: Term
    taken: Term

    def signed(self) -> Iterator[tuple[int, Term]]:
        yield 1, self.whole
        yield -1, self.taken


Amount = Term | Less


@dataclass(frozen=True, eq=False, slots=True)
class Share:
    """The numerator in the denominator; as hundredths of a percent, or as so much for each."""

    numerator: Amount
    denominator: Amount
    percent: bool = True


@dataclass(frozen=True, slots=True)
class Ratio:
    """One indicator in another, by their codes: of two facts, or of a figure stated elsewhere."""

    numerator: str
    denominator: str
    percent: bool = True


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure nobody here can count; its values are kept with their documents."""


Measure = Amount | Share | Ratio | Stated


def count(where: BooleanValue, *, on: str = "") -> Term:
    """How many rows the condition holds for."""
    return Term(COUNT, where, on=on)


def persons(where: BooleanValue, *, on: str = "") -> Term:
    """How many different people; a row without a person is nobody."""
    return Term(DISTINCT, where, "person", on=on)


def different(column: str, where: BooleanValue, *, on: str = "") -> Term:
    """How many different values of the column; unknown ("") is no value."""
    return Term(DISTINCT, where, column, on=on)


def total(amount: IntegerValue, where: BooleanValue, *, on: str = "") -> Term:
    """The sum of a column, of an expression over columns."""
    return Term(TOTAL, where, amount=amount, on=on)


def less(whole: Term, taken: Term) -> Less:
    """The whole without the part taken away; both of one kind."""
    return Less(whole, taken)


def share(numerator: Amount, denominator: Amount) -> Share:
    """The numerator as a share of the denominator."""
    return Share(numerator, denominator)


def each(numerator: Amount, denominator: Amount) -> Share:
    """So much of the numerator for each of the denominator."""
    return Share(numerator, denominator, percent=False)


def ratio(numerator: str, denominator: str) -> Ratio:
    """One indicator as a share of another."""
    return Ratio(numerator, denominator)


def per(numerator: str, denominator: str) -> Ratio:
    """So much of one indicator for each of another."""
    return Ratio(numerator, denominator, percent=False)


def stated() -> Stated:
    """A figure that other bodies publish."""
    return Stated()


def value(numerator: int | None, denominator: int | None, *, percent: bool) -> int | None:
    """The quotient as a whole number, half rounded away from zero; None where it has no meaning."""
    if numerator is None or not denominator:
        return None
    doubled = 2 * numerator * (10_000 if percent else 1)
    whole, sign = abs(doubled) + abs(denominator), 1 if (doubled >= 0) == (denominator > 0) else -1
    return sign * (whole // (2 * abs(denominator)))
