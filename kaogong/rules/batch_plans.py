"""Which rules and values judge which claims: the days on which anything changes cut the claims into plans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import takewhile
from typing import Any

from kaogong.rules.amounts import AMOUNT_KINDS, AmountKind, LimitKind
from kaogong.rules.batch_errors import TooManyRules
from kaogong.rules.errors import NotWaivable, RegionUnknown, SchemeUnknown
from kaogong.rules.registry import RULES, Reader, Rule
from kaogong.rules.rulebook import Rulebook, Scheme
from kaogong.rules.tallies import TALLIES
from kaogong.rules.terms import LimitUse, Part, Resolved, RuleUse

MOST_RULES = 63  # one bit each, and the sum still fits a signed number


@lru_cache(maxsize=256)
def rule_bits(book: Rulebook, scheme: str) -> dict[str, int]:
    """The bit of each rule a scheme uses anywhere in the rulebook, in the register's order."""
    used = set()
    for region in book.content["regions"].values():
        said = region["schemes"].get(scheme, {})
        for uses in (said, *said.get("components", ())):
            used |= set(uses.get("rules", ()))
    names = [name for name in RULES if name in used]
    if len(names) > MOST_RULES:
        raise TooManyRules(scheme=scheme, count=len(names), limit=MOST_RULES)
    return {name: 1 << place for place, name in enumerate(names)}


def plain_values(values: Mapping[str, Resolved]) -> dict[str, Any]:
    return {name: value.value for name, value in values.items()}


def is_set(needed: Iterable[str], values: Mapping[str, Any]) -> bool:
    """Whether the papers give every number asked for."""
    return all(values[name] is not None for name in needed)


@dataclass(frozen=True)
class Plan:
    """One scheme as it stands for some of the claims, and where its rules' bits are."""

    scheme: Scheme
    bits: dict[str, int]

    @cached_property
    def static_rules(self) -> tuple[RuleUse, ...]:
        """The conditions of the whole subsidy that ask nothing of the history."""
        return tuple(use for use in self.scheme.rules if not use.rule.tallies)

    @cached_property
    def history_rules(self) -> tuple[RuleUse, ...]:
        return tuple(use for use in self.scheme.rules if use.rule.tallies)

    @cached_property
    def static_parts(self) -> tuple[Part, ...]:
        return tuple(part for part in self.scheme.parts if not _asks_history(part))

    @cached_property
    def history_parts(self) -> tuple[Part, ...]:
        """The payments that depend on what was granted before."""
        return tuple(part for part in self.scheme.parts if _asks_history(part))

    @cached_property
    def key(self) -> str:
        """Equal where two plans judge alike."""
        return repr((self.history_key, [_said(use) for use in self.static_rules], _parts(self.static_parts)))

    @cached_property
    def history_key(self) -> str:
        """Equal where two plans look at the history alike."""
        scheme = self.scheme
        rules = [_said(use) for use in self.history_rules]
        return repr((scheme.code, scheme.counts_as, rules, _parts(self.history_parts)))

    @cached_property
    def waivable(self) -> int:
        return sum(self.bits[use.rule.name] for use in self.scheme.rules if use.rule.waivable)

    def waived_bits(self, name: str) -> int | None:
        """The bits of the rules meant by an id or a name; None where it may not be waived."""
        meant = [use.rule for use in self.scheme.rules if name in (use.rule.id, use.rule.name)]
        if not meant or not all(rule.waivable for rule in meant):
            return None
        uses = [*self.scheme.rules, *(use for part in self.scheme.parts for use in part.rules)]
        named = {u.rule.name for u in uses if u.rule.waivable and name in (u.rule.id, u.rule.name)}
        return sum(self.bits[rule] for rule in named)

    @cached_property
    def uses(self) -> list[tuple[Rule | AmountKind | LimitKind, dict[str, Any]]]:
        """Everything that is worked out, with its values."""
        found: list[tuple[Any, dict[str, Any]]] = [
            (u.rule, plain_values(u.values)) for u in self.scheme.rules
        ]
        for part in self.scheme.parts:
            found += [(use.rule, plain_values(use.values)) for use in part.rules]
            found.append((AMOUNT_KINDS[part.kind], plain_values(part.values)))
            found += [(use.limit, plain_values(use.values)) for use in part.limits]
        return found

    @cached_property
    def history_uses(self) -> list[tuple[Rule | LimitKind, dict[str, Any]]]:
        """What counts something of the history, with its values."""
        return [(thing, values) for thing, values in self.uses if getattr(thing, "tallies", ())]

    @cached_property
    def history_figures(self) -> frozenset[str]:
        """The figures read by what can be worked out only once the history is known."""
        found = list(self.history_uses)
        for part in self.history_parts:
            found += [(use.limit, plain_values(use.values)) for use in late_limits(part)]
        return figures_read(found)


def figures_read(uses: Iterable[tuple[Any, Mapping[str, Any]]]) -> frozenset[str]:
    """Found by running each expression once over figures of which none is known."""
    found: set[str] = set()
    for thing, values in uses:
        facts = Reader(_Unknown())
        before = (0,) if isinstance(thing, LimitKind) else ()
        thing.expression(*before, facts, Reader(dict.fromkeys(values)))
        found |= set(facts.names)
    return frozenset(found - set(TALLIES))


class _Unknown(dict):  # type: ignore[type-arg]
    """Every figure, and none of them known."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> None:
        return None


def early_limits(part: Part) -> tuple[LimitUse, ...]:
    """The limits before the first one that asks for the history."""
    return tuple(takewhile(lambda use: not use.limit.tallies, part.limits))


def late_limits(part: Part) -> tuple[LimitUse, ...]:
    return part.limits[len(early_limits(part)) :]


def _asks_history(part: Part) -> bool:
    return any(use.rule.tallies for use in part.rules) or bool(late_limits(part))


def _said(use: RuleUse | LimitUse) -> tuple[str, str]:
    thing = use.rule if isinstance(use, RuleUse) else use.limit
    return thing.name, repr(sorted(plain_values(use.values).items()))


def _parts(parts: Iterable[Part]) -> list[Any]:
    return [
        (
            part.kind,
            repr(sorted(plain_values(part.values).items())),
            [_said(use) for use in part.rules],
            [_said(use) for use in part.limits],
        )
        for part in parts
    ]


@dataclass(frozen=True, slots=True)
class Segment:
    """From ``since`` on, the claims of one region and scheme are judged by this plan; None: by nothing."""

    since: date
    plan: int | None


class Plans:
    """The plans of a batch, each kept once however many regions and days it stands for."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._bits: dict[str, dict[str, int]] = {}
        self._numbers: dict[str, int] = {}
        self.every: list[Plan] = []

    def segments(self, region: str, scheme: str, first: date, last: date) -> list[Segment]:
        """The plans from ``first`` to ``last``, the day each begins; neighbours that judge alike are one."""
        if region not in self._book.regions:
            return [Segment(first, None)]
        changes = [day for day in self._book.days_of_change(region, scheme) if first < day <= last]
        found: list[Segment] = []
        for day in (first, *changes):
            number = self._number(region, scheme, day)
            if not found or found[-1].plan != number:
                found.append(Segment(day, number))
        return found

    def region_label(self, region: str) -> str:
        return self._book.regions.get(region, region)

    def waived_bits(self, plan: Plan, name: str) -> int:
        """The bits of the rules that a waiver names. Raises NotWaivable."""
        bits = plan.waived_bits(name)
        if bits is None:
            raise NotWaivable(rule=name)
        return bits

    def _number(self, region: str, code: str, on: date) -> int | None:
        try:
            scheme = self._book.at(region, on).scheme(code)
        except (RegionUnknown, SchemeUnknown):
            return None
        if code not in self._bits:
            self._bits[code] = rule_bits(self._book, code)
        plan = Plan(scheme, self._bits[code])
        if plan.key not in self._numbers:
            self._numbers[plan.key] = len(self.every)
            self.every.append(plan)
        return self._numbers[plan.key]


EPOCH = date(1970, 1, 1)


def days(on: date) -> int:
    return (on - EPOCH).days


def day(number: int) -> date:
    return EPOCH + timedelta(days=number)
