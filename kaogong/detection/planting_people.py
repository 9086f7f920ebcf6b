"""Fake people, planted: the dead, the retired, pupils, workers at their post, learners in two classes."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from kaogong.detection.planting_frauds import (
    Case,
    Scene,
    always_present,
    between,
    by_phones,
    of_class,
    planter,
    sessions_of,
    some,
)  # fmt: skip


@planter
def dead_people(scene: Scene, strength: float) -> Case | None:
    found = scene.classes(by_phones())
    if not found:
        return None
    group, world = found[0], scene.world
    numbers = scene.only_here(group, round(between(1, 6, strength)))
    if not numbers:
        return None
    always_present(group, numbers)
    first = group.sessions[0].starts_at.date()
    for number in numbers:
        died = first - timedelta(days=world.rng.randint(2, 900))
        world.standings.append((group.members[number].number, "dead", died, None))
    return of_class("dead_people", strength, group)


def _holders(scene: Scene, strength: float, kind: str, standing: str) -> Case | None:
    found = scene.classes(by_phones(18))
    if not found:
        return None
    group, world = found[0], scene.world
    numbers = scene.only_here(group, max(3, ceil(between(0.09, 0.6, strength) * len(group.members))))
    if len(numbers) < 3:
        return None
    first = group.sessions[0].starts_at.date()
    always_present(group, numbers)
    for number in numbers:
        since = first - timedelta(days=world.rng.randint(30, 1500))
        world.standings.append((group.members[number].number, standing, since, None))
    return of_class(kind, strength, group)


@planter
def pensioners(scene: Scene, strength: float) -> Case | None:
    return _holders(scene, strength, "pensioners", "pension")


@planter
def students(scene: Scene, strength: float) -> Case | None:
    return _holders(scene, strength, "students", "at_school")


@planter
def at_work(scene: Scene, strength: float) -> Case | None:
    found = scene.classes(lambda group: by_phones()(group) and group.mode == "day")
    if not found:
        return None
    group, world = found[0], scene.world
    numbers = scene.only_here(group, max(2, ceil(between(0.08, 0.5, strength) * len(group.members))))
    if len(numbers) < 2:
        return None
    always_present(group, numbers)
    days = sorted({one.starts_at.date() for one in group.sessions})
    for number in numbers:
        for on in world.rng.sample(days, max(3, round(between(0.45, 1, strength) * len(days)))):
            begins = next(one for one in group.sessions if one.starts_at.date() == on).starts_at
            begins -= timedelta(minutes=world.rng.randint(10, 90))
            world.busy.append((group.members[number].number, "work", begins, begins + timedelta(hours=8)))
    return of_class("at_work", strength, group)


@planter
def in_hospital_or_exam(scene: Scene, strength: float) -> Case | None:
    found = scene.classes(by_phones())
    if not found:
        return None
    group, world = found[0], scene.world
    rng = world.rng
    numbers = scene.only_here(group, round(between(2, 6, strength)))
    if len(numbers) < 2:
        return None
    always_present(group, numbers)
    first, last = group.sessions[0].starts_at, group.sessions[-1].ends_at
    for number in numbers:
        kind = rng.choice(("hospital", "exam", "class"))
        if kind == "hospital":
            begins = first.replace(hour=0, minute=0) - timedelta(days=rng.randint(1, 3))
            world.busy.append(
                (group.members[number].number, kind, begins, last + timedelta(days=rng.randint(1, 9)))
            )
            continue
        for session in sessions_of(scene, group, between(0.1, 0.6, strength), 1):
            begins = session.starts_at + timedelta(minutes=rng.randint(-40, 40))
            world.busy.append((group.members[number].number, kind, begins, begins + timedelta(hours=2)))
    return of_class("in_hospital_or_exam", strength, group)


@planter
def in_two_classes(scene: Scene, strength: float) -> Case | None:
    """Learners of one class also put on the list of another that meets at the same hours."""
    rng = scene.world.rng
    wanted = by_phones()
    for one in list(scene.left):
        if not wanted(one):
            continue
        hours = {session.starts_at for session in one.sessions}
        for other in scene.left:
            common = [session for session in other.sessions if session.starts_at in hours]
            if other is one or len(common) < 4 or not wanted(other):
                continue
            chosen = scene.only_here(one, round(between(2, 12, strength)))
            if len(chosen) < 2:
                continue
            scene.classes(lambda group, pair=(one, other): group in pair, 2)
            always_present(one, chosen)
            for number in chosen:
                enrolment = scene.world.enrol(other, one.members[number])
                for session in other.sessions:
                    there = session not in common or rng.random() < between(0.5, 1, strength)
                    other.marks[(session.number, enrolment)] = there
            return of_class("in_two_classes", strength, one, other)
    return None


@planter
def never_taught(scene: Scene, strength: float) -> Case | None:
    """A class of the list only: who is called says so."""
    found = scene.classes(by_phones(18))
    if not found:
        return None
    group, rng = found[0], scene.world.rng
    share = between(0.22, 0.95, strength)
    asked = some(scene, group, between(0.5, 0.9, strength), 9)
    denied = set(rng.sample(asked, max(3, round(share * len(asked)))))
    group.surveys = {number: number not in denied for number in asked}
    always_present(group, sorted(group.members))
    return of_class("never_taught", strength, group)
