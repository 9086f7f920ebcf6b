"""Amount kinds: from a person's figures and dated values to fen. One expression each, as conditions are.

Rounding: each line is worked out exactly and rounded once, at its end, to whole fen, half up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kaogong.rules.registry import Reader, Say, said_by
from kaogong.rules.tables import RateTable
from kaogong.rules.truth import Maybe
from kaogong.rules.wording import figure_words, shown

Expression = Callable[..., Any]
UNMARKED = Say("", "")


@dataclass(frozen=True)
class AmountKind:
    """One way to reach a sum: an expression over facts and values, and the line that shows the working.

    ``values`` maps each number the rulebook must give to its unit; the first one is ``rate``. ``lacking``
    says which figure is missing when the rate is not published.
    """

    name: str
    title: Say
    expression: Expression
    says: Say
    lacking: Say
    values: dict[str, str]

    @property
    def unit(self) -> str:
        """The unit the rate must carry."""
        return self.values["rate"]


@dataclass(frozen=True)
class LimitKind:
    """What may still change a sum once it is worked out: a cap, a share, a stage."""

    name: str
    title: Say
    expression: Expression
    says: Say
    values: dict[str, str]
    tallies: tuple[str, ...] = field(default=())


AMOUNT_KINDS: dict[str, AmountKind] = {}
LIMIT_KINDS: dict[str, LimitKind] = {}


def amount(
    unit: str, *, title: Say, lacking: Say, values: dict[str, str] | None = None
) -> Callable[[Expression], Expression]:
    """Register the function below as an amount kind; its docstring's two lines show the working."""

    def register(expression: Expression) -> Expression:
        name = expression.__name__
        every = {"rate": unit} | (values or {})
        AMOUNT_KINDS[name] = AmountKind(name, title, expression, said_by(expression), lacking, every)
        return expression

    return register


def limit(
    *, title: Say, values: dict[str, str], tallies: tuple[str, ...] = ()
) -> Callable[[Expression], Expression]:
    """Register the function below as a limit; its docstring's two lines show the working."""

    def register(expression: Expression) -> Expression:
        name = expression.__name__
        LIMIT_KINDS[name] = LimitKind(name, title, expression, said_by(expression), values, tallies)
        return expression

    return register


@dataclass(frozen=True, slots=True)
class Worked:
    """The result: the sum in fen and its line, or None; and which figures were read."""

    fen: int | None
    text: Say
    figures: dict[str, Any]

    @property
    def read(self) -> tuple[str, ...]:
        return tuple(self.figures)


def work(
    kind: AmountKind | LimitKind,
    figures: dict[str, Any],
    values: dict[str, Any],
    labels: dict[str, tuple[str, str]],
    mark: Say = UNMARKED,
    fen: int | None = None,
) -> Worked:
    """One line of working; ``fen`` is the sum so far, for a limit. Unknown facts or unset values give None."""
    facts_read, values_read = Reader(figures), Reader(values)
    before = () if isinstance(kind, AmountKind) else (Maybe(fen),)
    reached = kind.expression(*before, facts_read, values_read).value
    read = {name: figures[name] for name in facts_read.names}
    if reached is None or any(values[name] is None for name in kind.values):
        return Worked(None, Say("", ""), read)
    text = []
    for side, said in enumerate(kind.says):
        words = {name: figure_words(name, value, labels, bool(side)) for name, value in read.items()}
        words |= {name: _value_words(kind, name, value, labels, bool(side)) for name, value in values.items()}
        words |= {"fen": figure_words("fen", reached, labels), "mark": mark[side]}
        words |= {"before": figure_words("fen", fen, labels), "special": _special(values, figures)[side]}
        text.append(said.format(**words))
    return Worked(reached, Say(*text), read)


def _value_words(
    kind: AmountKind | LimitKind, name: str, value: Any, labels: dict[str, tuple[str, str]], english: bool
) -> str:
    unit = kind.values.get(name, "")
    if isinstance(value, int) and unit.startswith("元"):
        return figure_words("fen", value, labels, english)
    return "" if isinstance(value, dict) else shown(name, value, labels, english)


def _special(values: dict[str, Any], figures: dict[str, Any]) -> Say:
    """Says so where a table of the occupation's own, or of shortage occupations, gives the figure."""
    table = values.get("rate")
    if not isinstance(table, RateTable):
        return Say("", "")
    occupation = figures["certificate_occupation_code"]
    origin = table.origin(
        figures["certificate_kind"],
        figures["certificate_level"],
        occupation,
        figures.get("occupation_in_shortage"),
    )
    return {
        "occupations": Say(f"（{occupation} 专项标准）", f" (occupation {occupation})"),
        "shortage": Say("（紧缺职业标准）", " (shortage occupation)"),
    }.get(origin, Say("", ""))


def half_up(numerator: Any, denominator: int) -> Any:
    """A quotient ≥ 0 rounded half up, for plain values and columns alike."""
    return (numerator * 2 + denominator) // (2 * denominator)
