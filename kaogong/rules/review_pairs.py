"""Pairs of schemes under review: two that pay one payee for the same thing, and nothing to keep them apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from kaogong.rules.facts import Earlier, Facts
from kaogong.rules.measures import measure, tallied
from kaogong.rules.remarks import Places, Remark
from kaogong.rules.rulebook import Rulebook, Scheme
from kaogong.rules.satisfiable import Condition, conditions, witness

_OCCUPATION, _LEVEL = "4-09-06-04", 5


def pair_remarks(book: Rulebook, places: Places, region: str, days: list[date]) -> Iterator[Remark]:
    """Each pair once, on the first day on which both are in force and overlap."""
    told: set[tuple[str, str]] = set()
    for day in days:
        schemes = book.schemes(region, day)
        terms: dict[str, list[Condition]] = {}
        for one, other in combinations(schemes, 2):
            pair = (one.code, other.code)
            if pair in told or one.counts_as != other.counts_as or not _common_payees(one, other):
                continue
            open_ways = [(a, b) for a, b in ((one, other), (other, one)) if not _excludes(a, b)]
            if not open_ways:
                continue
            for scheme in (one, other):
                if scheme.code not in terms:
                    terms[scheme.code] = conditions(scheme.rules)
            if witness([*terms[one.code], *terms[other.code]], one_group=True) is not None:
                told.add(pair)
                yield _remark(book, places, one, other, open_ways)


def _common_payees(one: Scheme, other: Scheme) -> set[str]:
    return {part.payee for part in one.parts} & {part.payee for part in other.parts}


def _excludes(first: Scheme, second: Scheme) -> bool:
    """Whether one who has just claimed under the first scheme is refused under the second.

    Tried out: the same certificate, claimed on the same day, stands in the history.
    """
    on = second.as_of
    earlier = Earlier(
        _OCCUPATION,
        _LEVEL,
        on,
        "claimed",
        "review",
        component=first.counts_as,
        region_code=first.region_code,
        scheme=first.code,
    )
    facts = Facts(certificate_occupation_code=_OCCUPATION, certificate_level=_LEVEL, history=(earlier,))
    figures = measure(facts, on)
    for use in second.rules:
        if not use.rule.tallies:
            continue
        values = {name: value.value for name, value in use.values.items()}
        counted = tallied(use.rule.tallies, facts, on, second.code, second.counts_as, values)
        if use.rule.outcome(figures | counted, values)[0] is False:
            return True
    return False


def _remark(
    book: Rulebook, places: Places, one: Scheme, other: Scheme, open_ways: list[tuple[Scheme, Scheme]]
) -> Remark:
    text = f"“{one.label}”（{one.code}）和“{other.label}”（{other.code}）从 {max(one.as_of, other.as_of)} 起"
    text += f"为同一事项（counts_as: {one.counts_as}）付给同一方，同一申领者可以两项都符合"
    if len(open_ways) == 2:
        text += "，没有规则不许同时享受"
    else:
        (first, second) = open_ways[0]
        text += (
            f"；先领“{second.label}”的不能再领“{first.label}”，先领“{first.label}”的却还能领“{second.label}”"
        )
    text += "。是同一事项的，写 none_of_the_excluding_schemes；不是的，写不同的 counts_as"
    where = book.layers(other.region_code, other.code)[0][0]
    return places.remark("same_thing", where, other.code, ("scheme",), text)
