"""All indicators of a fact taken apart into different terms, each counted once however many indicators use it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kaogong.indicators.facts import Fact
from kaogong.indicators.measures import DISTINCT, TOTAL, Amount, Term
from kaogong.indicators.register import STOCK, Indicator

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, IntegerValue, Table

BITS = 31  # conditions packed into one whole number, which leaves room for each a second time


@dataclass(frozen=True, slots=True)
class Piece:
    """A term to count: where the n-th condition holds, at day ``on``, of a column or of the n-th amount."""

    number: int
    kind: str
    on: str
    stock: bool
    condition: int
    column: str = ""
    amount: int = -1

    @property
    def name(self) -> str:
        return f"t{self.number}"

    @property
    def repeats(self) -> bool:
        """Whether the same person or thing may come again, so that counts of parts do not add up."""
        return self.kind == DISTINCT


@dataclass(slots=True)
class Taken:
    """A fact's indicators taken apart: the conditions, the amounts, and the pieces made of them."""

    fact: Fact
    indicators: tuple[Indicator, ...]
    conditions: list[BooleanValue] = field(default_factory=list)
    amounts: list[IntegerValue] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    numerators: list[list[tuple[int, Piece]]] = field(default_factory=list)
    denominators: list[list[tuple[int, Piece]] | None] = field(default_factory=list)

    def days(self) -> list[str]:
        return list(dict.fromkeys(piece.on for piece in self.pieces))

    def of(self, on: str, *, repeats: bool, stock: bool | None = None) -> list[Piece]:
        return [
            piece
            for piece in self.pieces
            if piece.on == on and piece.repeats == repeats and stock in (None, piece.stock)
        ]


def take_apart(fact: Fact, indicators: Iterable[Indicator], table: Table) -> Taken:
    """Take apart the indicators over a table that has the fact's columns."""
    taken = Taken(fact, tuple(indicators))
    conditions: dict = {}
    amounts: dict = {}
    pieces: dict = {}

    def place(expression, known: dict, kept: list) -> int:
        key = expression.op()
        if key not in known:
            known[key] = len(kept)
            kept.append(expression)
        return known[key]

    def piece_of(one: Indicator, term: Term) -> Piece:
        condition = place(term.where, conditions, taken.conditions)
        amount = place(term.amount, amounts, taken.amounts) if term.kind == TOTAL else -1
        key = (term.kind, term.on or one.on, one.time == STOCK, condition, term.column, amount)
        if key not in pieces:
            kind, on, stock, *_ = key
            pieces[key] = Piece(len(taken.pieces), kind, on, stock, condition, term.column, amount)
            taken.pieces.append(pieces[key])
        return pieces[key]

    def signed(one: Indicator, amount: Amount) -> list[tuple[int, Piece]]:
        return [(sign, piece_of(one, term)) for sign, term in amount.signed()]

    for one in taken.indicators:
        numerator, denominator = one.amounts(table)
        taken.numerators.append(signed(one, numerator))
        taken.denominators.append(None if denominator is None else signed(one, denominator))
    return taken


def words(conditions: Sequence[BooleanValue]) -> list[IntegerValue]:
    """The conditions packed into whole numbers, the n-th one in bit n % BITS of number n // BITS."""
    import ibis

    zero = ibis.literal(0, "int64")
    packed = []
    for first in range(0, len(conditions), BITS):
        word = zero
        for place, condition in enumerate(conditions[first : first + BITS]):
            word = word + ibis.ifelse(condition.fill_null(False), ibis.literal(1 << place, "int64"), zero)
        packed.append(word)
    return packed


def holds(table: Table, condition: int) -> BooleanValue:
    """Whether the n-th condition holds, read back from the packed numbers ``b0``, ``b1`` …"""
    import ibis

    word = table[f"b{condition // BITS}"]
    return (word & ibis.literal(1 << condition % BITS, "int64")) != ibis.literal(0, "int64")
