"""Rings, planted: accounts, phones, devices and pictures that serve many, alone and woven together."""

from __future__ import annotations

from math import ceil

from kaogong.detection.planting_frauds import Case, Scene, between, by_phones, of_class, of_people, planter
from kaogong.detection.planting_world import Class, Person


def _people(scene: Scene, count: int, groups: list[Class]) -> list[tuple[Class, int, Person]]:
    """So many learners of the classes, each in one ring at most."""
    pool = [(group, number, person) for group in groups for number, person in group.members.items()]
    chosen, seen = [], set()
    for group, number, person in scene.world.rng.sample(pool, len(pool)):
        if person.number not in seen and len(chosen) < count:
            seen.add(person.number)
            chosen.append((group, number, person))
    return chosen


def _dealt(chosen: list, hands: int) -> list[list]:
    return [chosen[at::hands] for at in range(hands)]


@planter
def account_ring(scene: Scene, strength: float) -> Case | None:
    groups = scene.classes(by_phones(10), 2)
    if not groups:
        return None
    on_one = round(between(4, 14, strength))
    chosen = _people(scene, on_one * scene.world.rng.randint(1, 3), groups)
    for hand in _dealt(chosen, max(1, len(chosen) // on_one)):
        account = scene.world.opaque()
        for turn, (_, _, person) in enumerate(hand):
            person.account, person.own_account = account, turn == 0
    return of_people("account_ring", strength, [person for *_, person in chosen])


@planter
def phone_ring(scene: Scene, strength: float) -> Case | None:
    one = scene.classes(by_phones(10))
    other = one and scene.classes(
        lambda group: by_phones(10)(group) and group.institution is not one[0].institution
    )
    if not other:
        return None
    half = ceil(between(5, 22, strength))
    chosen = _people(scene, half, one) + _people(scene, half, other)
    phone = scene.world.opaque()
    for *_, person in chosen:
        person.phone = phone
    return of_people("phone_ring", strength, [person for *_, person in chosen])


@planter
def device_ring(scene: Scene, strength: float) -> Case | None:
    """One phone that checks in for many, in their names."""
    groups = scene.classes(by_phones(12))
    if not groups:
        return None
    chosen = _people(scene, round(between(3, 12, strength)), groups)
    _one_device(scene, chosen, between(0.5, 1, strength))
    return of_people("device_ring", strength, [person for *_, person in chosen])


def _one_device(scene: Scene, chosen: list[tuple[Class, int, Person]], share: float) -> None:
    rng, device = scene.world.rng, scene.world.opaque()
    theirs = {(group.number, number) for group, number, _ in chosen}
    for group in {id(group): group for group, *_ in chosen}.values():
        for one in group.checkins:
            if (group.number, one.enrolment) in theirs and rng.random() < share:
                one.device = device
                one.way = "qr" if one.way == "assisted" else one.way


@planter
def faces_reused(scene: Scene, strength: float) -> Case | None:
    groups = scene.classes(by_phones(12))
    if not groups:
        return None
    world, rng = scene.world, scene.world.rng
    chosen = _people(scene, round(between(3, 12, strength)), groups)
    for hand in _dealt(chosen, 2 if strength < 0.6 else 1):
        picture = rng.getrandbits(63)
        for group, _, person in hand:
            world.portraits[(group.number, person.number)] = picture ^ (1 << rng.randrange(63))
    return of_people("faces_reused", strength, [person for *_, person in chosen])


@planter
def scenes_reused(scene: Scene, strength: float) -> Case | None:
    """Photographs of one lesson handed in for others, saved anew."""
    count = round(between(2, 6, strength))
    groups = scene.classes(lambda group: bool(group.scenes) and len(group.sessions) >= 4, count)
    if not groups:
        return None
    rng = scene.world.rng
    pictures = [rng.getrandbits(63) for _ in range(3)]
    for group in groups:
        group.scenes = [
            (picture ^ (rng.choice((0, 1)) << rng.randrange(63)), session.number)
            for picture, session in zip(pictures, rng.sample(group.sessions, 3), strict=True)
        ]
    return of_class("scenes_reused", strength, *groups)


@planter
def woven_ring(scene: Scene, strength: float) -> Case | None:
    """Few on each account, phone and device, so that no single share stands out; together they are one ring."""
    groups = scene.classes(by_phones(10), 3)
    if not groups:
        return None
    rng, world = scene.world.rng, scene.world
    chosen = _people(scene, round(between(7, 36, strength)), groups)
    for hand in _dealt(chosen, len(chosen) // 3):
        account = world.opaque()
        for turn, (*_, person) in enumerate(hand):
            person.account, person.own_account = account, turn == 0
    rng.shuffle(chosen)
    for hand in _dealt(chosen, max(2, len(chosen) // 4)):
        phone = world.opaque()
        for *_, person in hand:
            person.phone = phone
    if strength > 0.4:
        rng.shuffle(chosen)
        for hand in _dealt(chosen, max(2, len(chosen) // 3)):
            _one_device(scene, hand, 0.9)
    return of_people("woven_ring", strength, [person for *_, person in chosen])
