"""Finding lines of different units that ask for the same people: pure comparison."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from kaogong.kernel.region_code import RegionCode


@dataclass(frozen=True, slots=True)
class Asked:
    """One line as it is compared: "" means that it does not say, and then covers all."""

    key: int
    unit: tuple[str, str]  # region and department that ask
    region_code: str
    programme: str
    occupation_code: str
    group_code: str
    people: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two lines that may train the same people, and what they have in common."""

    first: Asked
    second: Asked
    same: tuple[str, ...]  # occupation, group: those both name

    @property
    def people(self) -> int:
        """How many might be counted twice at most."""
        return min(self.first.people, self.second.people)


def overlaps(lines: Sequence[Asked]) -> list[Overlap]:
    """Pairs of lines of different units for one district with the same people group or occupation.

    Both name the same group, or the same occupation, and neither contradicts the other; two lines that name
    neither overlap where they are of one programme. A district within the other's counts as the same.
    """
    found = []
    for first, second in combinations(sorted(lines, key=lambda line: line.key), 2):
        if first.unit == second.unit or not _one_place(first.region_code, second.region_code):
            continue
        pairs = {
            "occupation": (first.occupation_code, second.occupation_code),
            "group": (first.group_code, second.group_code),
        }
        if any(a and b and a != b for a, b in pairs.values()):
            continue
        same = tuple(name for name, (a, b) in pairs.items() if a and a == b)
        bare = not any(word for pair in pairs.values() for word in pair)
        if same or (bare and first.programme == second.programme):
            found.append(Overlap(first, second, same))
    return found


def _one_place(one: str, other: str) -> bool:
    return one == other or RegionCode(one).meets(other)
