"""The register of rules: what each one is called, what it needs, and what it says."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kaogong.rules.tallies import TALLIES
from kaogong.rules.truth import Maybe


class Say(NamedTuple):
    """The same sentence in Chinese and in English, with {fields} open."""

    zh: str
    en: str


@dataclass(frozen=True)
class Rule:
    """One condition: an expression over facts and values, and its sentences.

    ``passed`` is the docstring; ``failed`` says what is wrong, ``remedy`` what would change it.
    ``values`` maps each number the rulebook must give to its unit; ``tallies`` names what it counts of
    the person's history, ``tells`` what else its sentences say.
    """

    id: str
    name: str
    title: Say
    expression: Callable[[Any, Any], Any]
    passed: Say
    failed: Say
    remedy: Say
    waivable: bool = False
    values: dict[str, str] = field(default_factory=dict)
    tallies: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()

    @property
    def shows(self) -> tuple[str, ...]:
        """The figures that are told and decide nothing: those that list what was counted, and what it tells."""
        return (*(TALLIES[name].shown for name in self.tallies), *self.tells)

    def outcome(self, figures: dict[str, Any], values: dict[str, Any]) -> tuple[bool | None, list[str]]:
        """The truth of the expression, and the names of the facts it read, in order.

        A value that no paper gives leaves it unknown, whatever the facts.
        """
        facts_read = Reader(figures)
        truth = self.expression(facts_read, Reader(values))
        unset = any(values[name] is None for name in self.values)
        return None if unset else truth.value, facts_read.names


class Reader:
    """Hands out values as Maybe and remembers which were asked for."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._content = content
        self.names: list[str] = []

    def __getattr__(self, name: str) -> Maybe:
        if name not in self._content:
            raise AttributeError(f"no such fact or value: {name}")
        if name not in self.names:
            self.names.append(name)
        return Maybe(self._content[name])


RULES: dict[str, Rule] = {}


def said_by(function: Callable[..., Any]) -> Say:
    """The two lines of a docstring: Chinese, English."""
    zh, en = (line.strip() for line in (inspect.getdoc(function) or "").strip().splitlines())
    return Say(zh, en)


def rule(
    rule_id: str,
    *,
    title: Say,
    failed: Say,
    remedy: Say,
    waivable: bool = False,
    values: dict[str, str] | None = None,
    tallies: tuple[str, ...] = (),
    tells: tuple[str, ...] = (),
) -> Callable[[Callable[[Any, Any], Any]], Callable[[Any, Any], Any]]:
    """Register the function below under its name; its docstring's two lines are what it says when passed."""

    def register(expression: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        if expression.__name__ in RULES:
            raise ValueError(f"two rules are called {expression.__name__}")
        RULES[expression.__name__] = Rule(
            rule_id,
            expression.__name__,
            title,
            expression,
            said_by(expression),
            failed,
            remedy,
            waivable,
            values or {},
            tallies,
            tells,
        )
        return expression

    return register
