"""``plant``: a made-up region-year with fraud planted in it, and the truth kept apart from what detectors see.

Development looked at seeds 1 to 20 only. Seeds from 1000 on are held out: nothing was ever chosen by them.
Each seed draws its own region (how rural, how punctual, how tidy), so an unseen seed is an unseen region.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from kaogong.detection import planting_people, planting_rings, planting_sessions  # noqa: F401 - they register
from kaogong.detection.frames import Frames
from kaogong.detection.planting_doing import registers
from kaogong.detection.planting_frauds import Case, commit_frauds
from kaogong.detection.planting_region import Diary, Habits, plan_year, settle
from kaogong.detection.planting_world import World

DEVELOPMENT = range(1, 21)
HELD_OUT = range(1000, 1_000_000)


@dataclass(frozen=True)
class Planted:
    """What detectors may see, and what only the measure knows."""

    frames: Frames
    cases: tuple[Case, ...]
    honest_classes: int


def plant(seed: int, *, people: int = 8_000) -> Planted:
    """The region of that seed with about so many people; the same seed is the same region."""
    world = World(Random(f"kaogong-{seed}"))  # noqa: S311 - made-up people, no secrets
    habits, diary = Habits.of(world.rng), Diary()
    settle(world, habits, people)
    plan_year(world, habits, diary, people)
    registers(world, habits)
    cases = list(commit_frauds(world, habits, diary))
    honest = sum(not group.planted for group in world.classes.values())
    return Planted(world.frames(), tuple(cases), honest)
