"""Splitting a number of people over lines by capacity and need, so that it adds up: largest remainders, exact.

The method in words. A line's weight is its share of all capacity and its share of all need, mixed by the stated
percentage. Each line first gets the whole part of its exact share; who is left over goes, one each, to the largest
remainders, the earlier line first where they are equal. Where lines may not pass their capacity, what a full line
cannot take is split over the others the same way; what nobody can take is said, not hidden.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Ask:
    """One line to be given people: what it needs and what it can take."""

    key: int
    need: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Given:
    """One line's working: its weight, its exact share of the first round, and the people it got."""

    key: int
    need: int
    capacity: int
    weight: Fraction
    exact: Fraction
    people: int
    is_full: bool

    @property
    def rounded(self) -> int:
        """What the last step added to the whole part of the exact share, where no line was full."""
        return self.people - int(self.exact)


@dataclass(frozen=True, slots=True)
class Split:
    """A whole number split over lines; ``left`` is what nobody could take."""

    total: int
    rows: tuple[Given, ...]
    left: int

    @property
    def given(self) -> int:
        return sum(row.people for row in self.rows)


def split(total: int, asks: Sequence[Ask], *, capacity_percent: int, within_capacity: bool) -> Split:
    """Split ``total`` over the lines; the people given and ``left`` always add up to it."""
    weights = _weights(asks, capacity_percent)
    people = dict.fromkeys((ask.key for ask in asks), 0)
    limits = {ask.key: ask.capacity for ask in asks} if within_capacity else {}
    left, open_keys = total, [ask.key for ask in asks]
    while left and open_keys:
        shares = _largest_remainder(left, {key: weights[key] for key in open_keys})
        before = left
        for key, share in shares.items():
            took = min(share, limits[key] - people[key]) if key in limits else share
            people[key] += took
            left -= took
        open_keys = [key for key in open_keys if key not in limits or people[key] < limits[key]]
        if left == before:
            break
    exact = _exact(total, weights)
    return Split(
        total,
        tuple(
            Given(
                ask.key, ask.need, ask.capacity, weights[ask.key], exact[ask.key], people[ask.key],
                ask.key in limits and people[ask.key] == limits[ask.key],
            )
            for ask in asks
        ),
        left,
    )  # fmt: skip


def _weights(asks: Sequence[Ask], capacity_percent: int) -> dict[int, Fraction]:
    """Each line's weight; all the same where there is neither capacity nor need."""
    need, capacity = sum(ask.need for ask in asks), sum(ask.capacity for ask in asks)
    by_capacity = Fraction(capacity_percent, 100)
    if not capacity:
        by_capacity = Fraction(0)
    if not need:
        by_capacity = Fraction(1) if capacity else Fraction(0)
    if not need and not capacity:
        return {ask.key: Fraction(1, len(asks)) for ask in asks}
    return {
        ask.key: by_capacity * (Fraction(ask.capacity, capacity) if capacity else 0)
        + (1 - by_capacity) * (Fraction(ask.need, need) if need else 0)
        for ask in asks
    }


def _exact(total: int, weights: dict[int, Fraction]) -> dict[int, Fraction]:
    whole = sum(weights.values())
    return {key: total * weight / whole if whole else Fraction(0) for key, weight in weights.items()}


def _largest_remainder(total: int, weights: dict[int, Fraction]) -> dict[int, int]:
    if not any(weights.values()):
        weights = dict.fromkeys(weights, Fraction(1))
    exact = _exact(total, weights)
    people = {key: int(share) for key, share in exact.items()}
    over = total - sum(people.values())
    order = sorted(exact, key=lambda key: exact[key] - people[key], reverse=True)
    for key in order[:over]:
        people[key] += 1
    return people
