"""Quartiles of wages given in groups of equal pay, and when a cell may be shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .conduct import CellSizes


@dataclass(frozen=True, slots=True)
class Paid:
    """So many people of one firm paid the same in a year, each."""

    firm: str
    people: int
    yearly_fen: int


@dataclass(frozen=True, slots=True)
class Cell:
    """The quartiles of one cell, or why they are hidden."""

    firms: int
    people: int
    lower_fen: int
    median_fen: int
    upper_fen: int
    hidden_because: str = ""


def quartile(paid: Iterable[Paid], numerator: int) -> int:
    """The pay below which ``numerator`` quarters of the people lie; the mean of two where it falls between."""
    groups = sorted((one.yearly_fen, one.people) for one in paid)
    people = sum(count for _, count in groups)
    place = numerator * people
    reached = 0
    for index, (fen, count) in enumerate(groups):
        reached += count
        if 4 * reached > place:
            return fen
        if 4 * reached == place:
            return (fen + groups[index + 1][0]) // 2
    raise ValueError("no people, no quartile")


def cell_of(paid: Iterable[Paid], sizes: CellSizes) -> Cell:
    """The cell of one sequence, occupation and level; hidden when few firms, few people or one firm prevails."""
    paid = list(paid)
    by_firm: dict[str, int] = {}
    for one in paid:
        by_firm[one.firm] = by_firm.get(one.firm, 0) + one.people
    because = why_hidden(by_firm, sizes)
    quartiles = (quartile(paid, part) for part in (1, 2, 3))
    return Cell(len(by_firm), sum(by_firm.values()), *quartiles, because)


def why_hidden(people_by_firm: Mapping[str, int], sizes: CellSizes) -> str:
    """Why a number of these firms' people may not be shown; "" where it may."""
    people = sum(people_by_firm.values())
    if len(people_by_firm) < sizes.least_firms:
        return "few_firms"
    if people < sizes.least_people:
        return "few_people"
    return "one_firm" if 100 * max(people_by_firm.values()) > sizes.most_share * people else ""
