"""Whether any facts at all can meet a set of conditions: proved by trying every case, never guessed.

The conditions' own expressions run on terms instead of values, which shows the constants each figure is
compared with. Between two such constants a comparison cannot change, so one figure for each stretch stands
for all. A comparison of two figures counts as possibly true; "impossible" is therefore always a proof.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kaogong.kernel.certificate_number import CertificateKind
from kaogong.rules import vocabulary
from kaogong.rules.terms import RuleUse
from kaogong.rules.truth import Maybe

OTHER = "其他"
MOST_CASES = 200_000
CLOSED: dict[str, tuple[Any, ...]] = {
    "certificate_kind": tuple(vocabulary.CERTIFICATE_KINDS),
    "certificate_level": tuple(vocabulary.LEVELS),
    "class_level": tuple(vocabulary.LEVELS),
    "class_certificate_kind": tuple(vocabulary.CERTIFICATE_KINDS),
    "paid_first_by": tuple(vocabulary.PAYEES),
    "tier": tuple(vocabulary.TIERS),
    "stage": tuple(vocabulary.STAGES),
    "sex": ("male", "female"),
}
_OLDEST = 150
_ONE_PAPER = frozenset({"certificate_kind", "certificate_level"})
_LINEAR = frozenset({"add", "sub", "mul", "figure", "constant"})
_ORDER = frozenset({"eq", "ne", "lt", "le", "gt", "ge"})
_ATOMS = _ORDER | {"is_in", "overlaps"}
_JOINTS = frozenset({"and_", "or_", "invert"})


class Term:
    """A figure, a constant, or an operator over terms; built by running an expression."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, op: str, *args: Any) -> None:
        self.op, self.args = op, args

    def _with(self, op: str, *others: Any) -> Term:
        return Term(op, self, *(_term(other) for other in others))

    def __eq__(self, other: object) -> Term:  # type: ignore[override]
        return self._with("eq", other)

    def __ne__(self, other: object) -> Term:  # type: ignore[override]
        return self._with("ne", other)

    def __lt__(self, other: object) -> Term:
        return self._with("lt", other)

    def __le__(self, other: object) -> Term:
        return self._with("le", other)

    def __gt__(self, other: object) -> Term:
        return self._with("gt", other)

    def __ge__(self, other: object) -> Term:
        return self._with("ge", other)

    def __add__(self, other: object) -> Term:
        return self._with("add", other)

    def __radd__(self, other: object) -> Term:
        return Term("add", _term(other), self)

    def __sub__(self, other: object) -> Term:
        return self._with("sub", other)

    def __rsub__(self, other: object) -> Term:
        return Term("sub", _term(other), self)

    def __mul__(self, other: object) -> Term:
        return self._with("mul", other)

    def __rmul__(self, other: object) -> Term:
        return Term("mul", _term(other), self)

    def __floordiv__(self, other: object) -> Term:
        return self._with("floordiv", other)

    def __invert__(self) -> Term:
        return self._with("invert")

    def __and__(self, other: object) -> Term:
        return self._with("and_", other)

    def __or__(self, other: object) -> Term:
        return self._with("or_", other)

    def is_in(self, choices: object) -> Term:
        return self._with("is_in", choices)

    def overlaps(self, choices: object) -> Term:
        return self._with("overlaps", choices)

    def least(self, other: object) -> Term:
        return self._with("least", other)

    def greatest(self, other: object) -> Term:
        return self._with("greatest", other)

    def look_up(self, *keys: object) -> Term:
        return self._with("look_up", *keys)

    @cached_property
    def figures(self) -> frozenset[str]:
        """The names of the figures it reads."""
        if self.op in ("figure", "constant"):
            return frozenset(self.args) if self.op == "figure" else frozenset()
        return frozenset().union(*(arg.figures for arg in self.args))

    def parts(self) -> Iterator[Term]:
        """Itself and everything it is made of."""
        yield self
        if self.op not in ("figure", "constant"):
            for arg in self.args:
                yield from arg.parts()

    @cached_property
    def is_plain(self) -> bool:
        """A comparison of one figure with constants, through sums and multiples at most."""
        if self.op not in _ATOMS or len(self.figures) != 1:
            return False
        inside = [part for arg in self.args for part in arg.parts()]
        straight = all(
            part.op in _LINEAR and not (part.op == "mul" and all(arg.figures for arg in part.args))
            for part in inside
        )
        return straight and (self.op in _ORDER or self.args[0].op == "figure")

    def truth(self, given: Mapping[str, Any]) -> Maybe:
        """Its value under some figures; unknown where it may turn out either way."""
        if self.op == "figure":
            return Maybe(given.get(self.args[0]))
        if self.op == "constant":
            return Maybe(self.args[0])
        if self.op in _ATOMS and not self.is_plain:
            return Maybe(None)
        args = [arg.truth(given) for arg in self.args]
        if hasattr(Maybe, self.op):
            return getattr(args[0], self.op)(*args[1:])
        return getattr(operator, self.op)(*args)


def _term(value: object) -> Term:
    return value if isinstance(value, Term) else Term("constant", value)


class _Figures:
    def __getattr__(self, name: str) -> Term:
        return Term("figure", name)


class _Constants:
    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getattr__(self, name: str) -> Term:
        return Term("constant", self._values[name])


def term_of(expression: Any, values: Mapping[str, Any]) -> Term:
    """An expression over facts and values as a term, its values filled in."""
    return expression(_Figures(), _Constants(values))


@dataclass(frozen=True, eq=False)
class Condition:
    """One rule as it stands on a day, as a term."""

    use: RuleUse
    term: Term

    @cached_property
    def figures(self) -> frozenset[str]:
        """The figures it compares with constants."""
        return frozenset().union(*(part.figures for part in _decided(self.term)))


def conditions(uses: Iterable[RuleUse]) -> list[Condition]:
    """The rules whose numbers are all known; an unset number may turn out either way."""
    found = []
    for use in uses:
        values = {name: resolved.value for name, resolved in use.values.items()}
        if None not in values.values():
            found.append(Condition(use, term_of(use.rule.expression, values)))
    return found


def witness(
    conditions: Sequence[Condition], given: Mapping[str, Any] | None = None, one_group: bool = False
) -> dict[str, Any] | None:
    """Figures under which none of the conditions is false, or None where there are none.

    ``given`` fixes some of the figures. ``one_group`` asks for a person who is in one group only.
    """
    fixed = dict(given or {})
    found = dict(fixed)
    for together in _connected(conditions):
        here = _first(together, fixed, one_group)
        if here is None:
            return None
        found |= here
    return found


def contradictions(conditions: Sequence[Condition]) -> list[tuple[Condition, ...]]:
    """The smallest sets of conditions that no facts can meet together."""
    found = []
    for together in _connected(conditions):
        if _first(together, {}, False) is not None:
            continue
        needed = list(together)
        for condition in together:
            fewer = [other for other in needed if other is not condition]
            if witness(fewer) is None:
                needed = fewer
        found.append(tuple(needed))
    return found


def _first(together: Sequence[Condition], fixed: Mapping[str, Any], one_group: bool) -> dict[str, Any] | None:
    cells = candidates(together, one_group)
    cells |= {name: [value] for name, value in fixed.items()}
    if math.prod(len(values) for values in cells.values()) > MOST_CASES:
        return {}
    for values in itertools.product(*cells.values()):
        given = dict(zip(cells, values, strict=True))
        if _possible(given) and all(c.term.truth(given).value is not False for c in together):
            return given
    return None


def _possible(given: Mapping[str, Any]) -> bool:
    """What no certificate can be: of a kind without levels, and of a level."""
    kind, level = given.get("certificate_kind"), given.get("certificate_level")
    return not (kind and level and kind != "none" and not CertificateKind(kind).has_level)


def candidates(together: Iterable[Condition], one_group: bool = False) -> dict[str, list[Any]]:
    """For each figure one value for every stretch between the constants it is compared with."""
    found: dict[str, list[Any]] = {}
    for condition in together:
        for part in _decided(condition.term):
            (name,) = part.figures
            if part.op == "overlaps":
                if one_group:
                    found.setdefault(name, [()]).extend((code,) for code in part.args[1].args[0])
            else:
                found.setdefault(name, []).extend(_around(part))
    return {name: _domain(name, values) for name, values in found.items()}


def _decided(term: Term) -> Iterator[Term]:
    """The plain comparisons of a term, and the figures that are themselves true or false."""
    if term.is_plain or term.op == "figure":
        yield term
    elif term.op in _JOINTS:
        for arg in term.args:
            yield from _decided(arg)


def _around(part: Term) -> list[Any]:
    if part.op == "figure":
        return [True, False]
    if part.op == "is_in":
        listed = list(part.args[1].args[0])
        return listed if any(isinstance(item, str) for item in listed) else [*listed, max(listed) + 1]
    left, right = part.args
    (name,) = part.figures
    constants = [side.args[0] for side in (left, right) if side.op == "constant"]
    if any(isinstance(constant, str | bool) for constant in constants):
        return [True, False] if isinstance(constants[0], bool) else constants
    at_zero, at_one = (left.truth({name: x}).value - right.truth({name: x}).value for x in (0, 1))
    if at_one == at_zero:
        return [0]
    turns = math.floor(-at_zero / (at_one - at_zero))
    return [turns + step for step in (-1, 0, 1, 2)]


def _domain(name: str, values: list[Any]) -> list[Any]:
    if name in CLOSED:
        return list(CLOSED[name])
    distinct = list(dict.fromkeys(values))
    if any(isinstance(value, str) for value in distinct):
        return [*distinct, OTHER]
    if all(isinstance(value, bool | tuple) for value in distinct):
        return distinct
    lowest = -math.inf if name.startswith(("months_since_", "months_to_")) else 0
    highest = _OLDEST if name == "age" else math.inf
    return sorted({value for value in (*distinct, 0) if lowest <= value <= highest})


def _connected(conditions: Sequence[Condition]) -> list[list[Condition]]:
    """The conditions in sets that share no figure."""
    sets: list[tuple[set[str], list[Condition]]] = []
    for condition in conditions:
        names, members = set(condition.figures), [condition]
        if names & _ONE_PAPER:
            names |= _ONE_PAPER
        apart = []
        for other_names, others in sets:
            if names & other_names:
                names |= other_names
                members = others + members
            else:
                apart.append((other_names, others))
        sets = [*apart, (names, members)]
    return [members for _, members in sets]
