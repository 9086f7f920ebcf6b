"""Small numbers kept out of published tables, so that nobody can work them out from the totals.

A number of 1 to k - 1 is hidden, and with it as many others as it takes that it might just as well be k or more:
every hidden small number lies on a rectangle of hidden numbers along which it can be raised to k while all
published sums stay as they are and no hidden number falls below 1. Zeros are published.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

K = 10


@dataclass(frozen=True, slots=True)
class Published:
    """A table as it may be shown: hidden cells and totals are None; ``withheld`` where none of it may be shown."""

    cells: Mapping[tuple[str, str], int | None]
    row_totals: Mapping[str, int | None]
    column_totals: Mapping[str, int | None]
    total: int | None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A list as it may be shown: hidden numbers are None."""

    cells: Mapping[str, int | None]
    total: int | None
    withheld: bool = False


def suppress_list(
    numbers: Mapping[str, int], *, k: int = K, hidden_before: Collection[str] = ()
) -> PublishedList:
    """Hide the small numbers of a list whose sum is published, and others with them.

    What an earlier list of the same things hid (``hidden_before``) stays hidden: shown now, it could be taken from
    the earlier sum. Withheld as a whole where no other number is large enough, or the sum itself is small.
    """
    total = sum(numbers.values())
    small = {key for key, number in numbers.items() if 0 < number < k}
    if 0 < total < k:
        return PublishedList(dict.fromkeys(numbers), None, withheld=True)
    hidden = small | (numbers.keys() & set(hidden_before))
    for key in sorted(small, key=lambda each: (numbers[each], each)):
        need = k - numbers[key] + 1  # one is left to the other when this one is k
        if any(numbers[other] >= need for other in hidden - {key}):
            continue
        partner = min(
            (other for other in numbers if other not in hidden and numbers[other] >= need),
            key=lambda other: (numbers[other], other),
            default=None,
        )
        if partner is None:
            return PublishedList(dict.fromkeys(numbers), None, withheld=True)
        hidden.add(partner)
    return PublishedList({key: None if key in hidden else n for key, n in numbers.items()}, total)


def suppress(numbers: Mapping[tuple[str, str], int], *, k: int = K, totals_fixed: bool = True) -> Published:
    """Hide the small numbers of a table of rows and columns whose sums are published, and others with them.

    A key that is lacking is a zero. With ``totals_fixed`` totals stand elsewhere too and cannot be hidden: a table
    that cannot be protected then is withheld; without it totals are hidden where nothing inside the table serves.
    """
    rows = list(dict.fromkeys(row for row, _ in numbers))
    columns = list(dict.fromkeys(column for _, column in numbers))
    grid = _Grid([[numbers.get((row, column), 0) for column in columns] for row in rows], k, totals_fixed)
    if not grid.protect():
        blank = dict.fromkeys(product(rows, columns))
        return Published(blank, dict.fromkeys(rows), dict.fromkeys(columns), None, withheld=True)
    cells = {
        (row, column): grid.shown(i, j) for i, row in enumerate(rows) for j, column in enumerate(columns)
    }
    return Published(
        cells,
        {row: grid.shown(i, grid.width) for i, row in enumerate(rows)},
        {column: grid.shown(grid.height, j) for j, column in enumerate(columns)},
        grid.shown(grid.height, grid.width),
    )


class _Grid:
    """The table with its totals as one more row and column; moving along a rectangle keeps every sum."""

    def __init__(self, inside: Sequence[Sequence[int]], k: int, totals_fixed: bool) -> None:
        self.k, self.fixed = k, totals_fixed
        self.height, self.width = len(inside), len(inside[0]) if inside else 0
        self.numbers = [[*row, sum(row)] for row in inside]
        self.numbers.append([sum(column) for column in zip(*self.numbers, strict=True)] if inside else [0])
        self.hidden: set[tuple[int, int]] = set()

    def shown(self, i: int, j: int) -> int | None:
        return None if (i, j) in self.hidden else self.numbers[i][j]

    def protect(self) -> bool:
        """Hide what must be; False where totals would have to be hidden and may not."""
        every = list(product(range(self.height + 1), range(self.width + 1)))
        small = [(i, j) for i, j in every if 0 < self.numbers[i][j] < self.k]
        if self.fixed and any(self._is_total(i, j) for i, j in small):
            return False
        self.hidden.update(small)
        for i, j in sorted(small, key=lambda at: (self.numbers[at[0]][at[1]], at)):
            rectangle = self._cheapest(i, j)
            if rectangle is None:
                return False
            self.hidden |= rectangle
        return True

    def _is_total(self, i: int, j: int) -> bool:
        return i == self.height or j == self.width

    def _cheapest(self, i: int, j: int) -> set[tuple[int, int]] | None:
        """The corners of the rectangle that hides least besides this number and lets it be raised to k."""
        found = None
        for other_i, other_j in product(range(self.height + 1), range(self.width + 1)):
            if other_i == i or other_j == j:
                continue
            corners = {(i, other_j), (other_i, j), (other_i, other_j)}
            if not self._allows(i, j, other_i, other_j, corners):
                continue
            cost = sum(self.numbers[a][b] + 1 for a, b in corners - self.hidden)
            ranked = (any(self._is_total(a, b) for a, b in corners), cost, other_i, other_j)
            if found is None or ranked < found[0]:
                found = (ranked, corners)
        return found[1] if found else None

    def _allows(self, i: int, j: int, other_i: int, other_j: int, corners: set[tuple[int, int]]) -> bool:
        """Whether this number can be raised to k, the others of the rectangle following, none below 1."""
        if self.fixed and any(self._is_total(a, b) for a, b in corners):
            return False
        raised = self.k - self.numbers[i][j]
        for a, b in corners:
            change = raised * self._sign(i, j) * self._sign(a, b) * self._turn((i, j), (a, b))
            if self.numbers[a][b] == 0 or self.numbers[a][b] + change < 1:
                return False
        return True

    def _sign(self, i: int, j: int) -> int:
        """A total stands on the other side of its sum: what raises a part raises it too."""
        return (-1 if i == self.height else 1) * (-1 if j == self.width else 1)

    @staticmethod
    def _turn(start: tuple[int, int], corner: tuple[int, int]) -> int:
        return 1 if start[0] != corner[0] and start[1] != corner[1] else -1
