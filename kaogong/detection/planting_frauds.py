"""The audits' kinds of fraud, planted at strengths from subtle to blatant, with the truth of each case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import ceil

from kaogong.detection.planting_region import Diary, Habits
from kaogong.detection.planting_world import Class, Person, World


@dataclass(frozen=True)
class Case:
    """One fraud: its kind, how strong it was made (0 subtle, 1 blatant), and whom it concerns."""

    kind: str
    strength: float
    classes: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()  # only for rings, which are of people
    institutions: frozenset[int] = frozenset()


@dataclass
class Scene:
    """What the planters work with: the world and the honest classes not yet used."""

    world: World
    habits: Habits
    diary: Diary
    left: list[Class] = field(default_factory=list)

    def elsewhere(self, person: Person, group: Class) -> list[Class]:
        """The other classes the person is in."""
        return [other for other in self.world.places[person.number] if other is not group]

    def only_here(self, group: Class, count: int) -> list[int]:
        """So many enrolments, or as many as there are, of people who are in no other class and in no register."""
        known = {row[0] for row in self.world.busy} | {row[0] for row in self.world.standings}
        numbers = [
            number
            for number, one in group.members.items()
            if not self.elsewhere(one, group) and one.number not in known
        ]
        return self.world.rng.sample(sorted(numbers), min(count, len(numbers)))

    def classes(self, wanted: Callable[[Class], bool], count: int = 1) -> list[Class] | None:
        """So many unused classes of that sort, now used up; None when there are too few."""
        found = [group for group in self.left if wanted(group)][:count]
        if len(found) < count:
            return None
        for group in found:
            self.left.remove(group)
            group.planted = True
        return found


Planter = Callable[[Scene, float], Case | None]
PLANTERS: dict[str, Planter] = {}


def planter(plant: Planter) -> Planter:
    """Register a kind of fraud under the function's name."""
    PLANTERS[plant.__name__] = plant
    return plant


def commit_frauds(world: World, habits: Habits, diary: Diary) -> Iterator[Case]:
    """Every kind several times, by how large the region is; from subtle to blatant."""
    rng = world.rng
    left = list(world.classes.values())
    rng.shuffle(left)
    scene = Scene(world, habits, diary, left)
    each = max(1, round(len(left) / 240))
    kinds = sorted(PLANTERS)
    rng.shuffle(kinds)
    for turn in range(each):
        for kind in kinds:
            strength = (turn + rng.random()) / each
            found = (
                PLANTERS[kind](scene, strength) for _ in range(4)
            )  # not every class has the people for it
            case = next(filter(None, found), None)
            if case:
                yield case


def by_phones(least: int = 14) -> Callable[[Class], bool]:
    """Classes whose learners check in by their own phones, big enough to be worth faking."""

    def wanted(group: Class) -> bool:
        by_hand = sum(one.way == "qr" for one in group.checkins)
        return (
            group.mode in ("day", "evening", "employer") and len(group.members) >= least
            and len(group.sessions) >= 5 and by_hand * 2 > len(group.checkins)
        )  # fmt: skip

    return wanted


def some(scene: Scene, group: Class, share: float, least: int = 1) -> list[int]:
    """Some of the enrolments, at least so many."""
    count = max(least, ceil(share * len(group.members)))
    return scene.world.rng.sample(sorted(group.members), min(count, len(group.members)))


def between(subtle: float, blatant: float, strength: float) -> float:
    return subtle + (blatant - subtle) * strength


def sessions_of(scene: Scene, group: Class, share: float, least: int = 3) -> list:
    """Some of the sessions, at least so many, in order."""
    count = min(len(group.sessions), max(least, ceil(share * len(group.sessions))))
    return sorted(scene.world.rng.sample(group.sessions, count), key=lambda one: one.starts_at)


def always_present(group: Class, numbers: list[int]) -> None:
    """Marked present throughout, as made-up learners are."""
    for session in group.sessions:
        for number in numbers:
            group.marks[(session.number, number)] = True


def of_class(kind: str, strength: float, *groups: Class) -> Case:
    return Case(kind, strength, classes=frozenset(group.number for group in groups))


def of_people(kind: str, strength: float, people: list[Person]) -> Case:
    return Case(kind, strength, people=frozenset(one.number for one in people))
