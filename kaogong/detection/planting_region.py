"""An honest region-year with its mess, other in every seed: how big, how rural, how tidy is drawn anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from kaogong.detection.planting_doing import hold_class
from kaogong.detection.planting_world import Class, Institution, Person, Session, Site, World

OCCUPATIONS = tuple(f"4-{group:02d}-{kind:02d}" for group in range(1, 5) for kind in range(1, 6))


@dataclass(frozen=True)
class Habits:
    """What is usual in this region; drawn from the seed, so that no two regions are alike."""

    rural: float  # share of classes in villages
    evening: float
    night: float  # classes for shift workers, filed as such
    online: float
    employer: float  # employers' own staff, trained two or three times a year
    students: float
    lucky: float  # small classes
    class_size: float
    days: float
    arrival_s: float  # how widely learners arrive
    at_a_word: float  # share of classes that scan when the teacher says so
    lost_network: float
    register_lag: float
    spouse_account: float
    family_phone: float
    wrong_mark: float
    difficulty: tuple[tuple[str, float], ...]
    provider_spread: float
    denial: float
    swapped_shift: float
    stamp: float  # share of assessors that give practice marks in steps of five
    slip: float  # how often something once in a while goes wrong in the office

    @staticmethod
    def of(rng: Random) -> Habits:
        spread = rng.uniform
        return Habits(
            rural=spread(0.12, 0.3), evening=spread(0.08, 0.2), night=spread(0.01, 0.04),
            online=spread(0.08, 0.16), employer=spread(0.05, 0.12), students=spread(0.02, 0.06),
            lucky=spread(0.05, 0.12), class_size=spread(24, 40), days=spread(5, 9),
            arrival_s=spread(180, 600), at_a_word=spread(0.1, 0.35), lost_network=spread(0.01, 0.06),
            register_lag=spread(0.002, 0.012), spouse_account=spread(0.02, 0.08),
            family_phone=spread(0.03, 0.1), wrong_mark=spread(0.002, 0.01),
            difficulty=tuple((code, spread(-9, 7)) for code in OCCUPATIONS),
            provider_spread=spread(0.5, 2.2), denial=spread(0.01, 0.04), swapped_shift=spread(0.02, 0.08),
            stamp=spread(0.1, 0.4), slip=spread(0.3, 1.7),
        )  # fmt: skip


def settle(world: World, habits: Habits, people: int) -> None:
    """Institutions with sites and trainers; people in households, villages and dormitories."""
    rng = world.rng
    for _ in range(max(12, people // 220)):
        one = Institution(
            world.number(), world.opaque(), world.opaque(), rng.gauss(0, habits.provider_spread)
        )
        for _ in range(rng.choice((1, 1, 2, 3))):
            one.sites.append(_site(world, one.number))
        one.trainers = [world.number() for _ in range(rng.randint(4, 9))]
        world.institutions.append(one)
    for first, second in zip(world.institutions[::5], world.institutions[1::5], strict=False):
        second.trainers.append(first.trainers[0])  # a teacher who works for two schools
    villages = [world.opaque() for _ in range(max(3, people // 400))]
    while len(world.people) < people:
        _household(world, habits, villages)
    for _ in range(max(1, people // 1500)):  # dormitories
        address = world.opaque()
        for person in rng.sample(world.everyone, rng.randint(8, 40)):
            if person.village is None:
                person.address = address


def _site(world: World, institution: int) -> Site:
    rng = world.rng
    return Site(
        world.number(), institution, rng.randint(1, 5), rng.choice((40, 45, 50, 60, 80)),
        36 + rng.uniform(-0.3, 0.3), 120 + rng.uniform(-0.4, 0.4), rng.choice((0, 0, 0.2, 0.5)),
    )  # fmt: skip


def _household(world: World, habits: Habits, villages: list[int]) -> None:
    rng = world.rng
    address = world.opaque()
    village = rng.choice(villages) if rng.random() < habits.rural else None
    home: list[Person] = []
    for turn in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        born = date(rng.randint(1962, 2007), rng.randint(1, 12), rng.randint(1, 28))
        phone, account, own = world.opaque(), world.opaque(), True
        if turn and rng.random() < habits.family_phone * 3:
            phone = home[0].phone
        if turn and rng.random() < habits.spouse_account * 3:
            account, own = home[0].account, False
        if village and born.year < 1972 and rng.random() < 0.25:
            phone = village  # the village's contact answers for its elders
        lives = address if rng.random() > 0.1 else world.opaque()
        person = Person(
            world.number(), born, phone if rng.random() > 0.03 else None, lives if rng.random() > 0.05 else None,
            account, own, world.opaque(), village, rng.getrandbits(63), rng.gauss(0, 1),
        )  # fmt: skip
        home.append(person)
        world.people[person.number] = person
        world.everyone.append(person)
        if village:
            world.villagers.setdefault(village, []).append(person)


class Diary:
    """Which room, trainer and person is free when; honest timetables clash nowhere."""

    def __init__(self) -> None:
        self._taken: set[tuple] = set()

    def is_free(self, what: object, times: list[tuple[date, int]]) -> bool:
        return not any((what, *one) in self._taken for one in times)

    def take(self, what: object, times: list[tuple[date, int]]) -> None:
        self._taken.update((what, *one) for one in times)


PARTS = {0: (time(8, 30), 210, 4.0), 1: (time(13, 30), 210, 4.0), 2: (time(18, 30), 135, 3.0)}


def open_class(
    world: World,
    habits: Habits,
    diary: Diary,
    mode: str,
    *,
    institution: Institution | None = None,
    members: list[Person] | None = None,
    times: list[tuple[date, int]] | None = None,
) -> Class | None:
    """A class with a timetable and a roster that clash with nothing, or None when there is no room."""
    rng = world.rng
    institution = institution or rng.choice(world.institutions)
    size = rng.randint(4, 11) if mode == "lucky" else max(12, round(rng.gauss(habits.class_size, 6)))
    asked = times is not None
    for _ in range(30):
        times = times if asked else _times(world, habits, mode)
        rooms = [
            (site, room)
            for site in institution.sites
            for room in range(site.rooms)
            if site.capacity >= size and diary.is_free((site.number, room), times)
        ]
        trainers = [one for one in institution.trainers if diary.is_free(one, times)]
        chosen = (
            _learners(world, diary, times, size, mode)
            if members is None
            else [one for one in members if diary.is_free(("person", one.number), times)]
        )
        enough = len(chosen) >= (4 if members is None else 0.9 * len(members))
        if rooms and trainers and enough:
            break
        if asked:
            return None
    else:
        return None
    site, room = rng.choice(rooms)
    trainer = rng.choice(trainers)
    allows = {"night": ["night"], "students": ["at_school"], "employer": ["work"]}.get(mode, [])
    group = Class(
        world.number(),
        institution,
        mode,
        f"scheme_{mode}",
        rng.choice(OCCUPATIONS),
        rng.choice("3455"),
        allows,
    )
    diary.take((site.number, room), times)
    diary.take(trainer, times)
    for person in chosen:
        diary.take(("person", person.number), times)
        world.enrol(group, person)
    for on, part in times:
        group.sessions.append(_session(world, on, part, mode, trainer, site, room))
    # One typing slip in a timetable happens anywhere.
    if rng.random() < 0.01:
        group.sessions[0].hours = 12
    if rng.random() < 0.01 and mode != "night":
        late = group.sessions[-1]
        late.starts_at, late.ends_at = (
            late.starts_at.replace(hour=23, minute=0),
            late.starts_at.replace(hour=23, minute=59),
        )
    last = max(one.starts_at.date() for one in group.sessions)
    if rng.random() < 0.85:
        group.claimed_on = last + timedelta(days=rng.randint(3, 60))
        if rng.random() < 0.04:  # one lesson made up for after the claim
            group.claimed_on = last - timedelta(days=1)
            while sum(one.starts_at.date() > group.claimed_on for one in group.sessions) > 1:
                group.claimed_on += timedelta(days=1)
    world.classes[group.number] = group
    return group


def _times(world: World, habits: Habits, mode: str) -> list[tuple[date, int]]:
    rng = world.rng
    day = date(world.year, 1, 6) + timedelta(days=rng.randint(0, 320))
    wanted = max(4, round(rng.gauss(habits.days, 2)))
    parts = [2] if mode in ("evening", "night") else rng.choice(([0, 1], [0, 1], [0], [0, 1, 2]))
    found: list[tuple[date, int]] = []
    days = 0
    while days < (wanted if len(parts) > 1 else wanted + 4):
        if day.weekday() != 6:
            found += [(day, part) for part in parts]
            days += 1
        day += timedelta(days=1)
    return found


def _session(world: World, on: date, part: int, mode: str, trainer: int, site: Site, room: int) -> Session:
    starts, minutes, hours = PARTS[part]
    if part == 2 and mode != "evening":
        minutes, hours = 90, 2.0  # an extra hour after a full day stays within what a day holds
    starts_at = datetime.combine(on, starts)
    if mode == "night":
        starts_at, minutes, hours = datetime.combine(on, time(22, 45)), 180, 4.0
    return Session(
        world.number(), starts_at, starts_at + timedelta(minutes=minutes), hours, trainer, site, room
    )


def _learners(
    world: World, diary: Diary, times: list[tuple[date, int]], size: int, mode: str
) -> list[Person]:
    rng = world.rng
    people = world.everyone
    if mode == "rural":
        pool = list(world.villagers[rng.choice(sorted(world.villagers))])
        rng.shuffle(pool)
    elif mode == "students":
        pool = [one for one in rng.sample(people, min(len(people), size * 12)) if one.born_on.year >= 2000]
    else:
        pool = rng.sample(people, min(len(people), size * 3))
    free = [one for one in pool if diary.is_free(("person", one.number), times)]
    # Who was trained this year comes back seldom, and never a fourth time.
    been = {one.number: len(world.places.get(one.number, ())) for one in free}
    free = [one for one in free if been[one.number] < 3 and (not been[one.number] or rng.random() < 0.5)]
    return free[:size]


def plan_year(world: World, habits: Habits, diary: Diary, people: int) -> None:
    """Classes until everyone was enrolled once on average, each held with what it leaves behind."""
    rng = world.rng
    enrolled, tried = 0, 0
    taught: dict[int, set[str]] = {}  # what an employer's staff already learnt
    staff: list[tuple[list[Person], Institution, int]] = []
    while enrolled < people * 1.25 and tried < people:
        tried += 1
        if staff:
            members, institution, left = staff.pop()
            group = open_class(world, habits, diary, "employer", institution=institution, members=members)
            if left > 1:
                staff.append((members, institution, left - 1))
        else:
            group = open_class(world, habits, diary, _mode(rng, habits))
            if group and group.mode == "employer":
                staff.append((list(group.members.values()), group.institution, rng.choice((1, 1, 2))))
        if group is None:
            continue
        if group.mode == "employer":
            used = taught.setdefault(min(one.number for one in group.members.values()), set())
            group.occupation = rng.choice([code for code in OCCUPATIONS if code not in used])
            used.add(group.occupation)
        enrolled += len(group.members)
    for group in world.classes.values():
        hold_class(world, habits, group)


def _mode(rng: Random, habits: Habits) -> str:
    shares = [(habits.rural, "rural"), (habits.evening, "evening"), (habits.night, "night"), (habits.online, "online"),
              (habits.employer, "employer"), (habits.students, "students"), (habits.lucky, "lucky")]  # fmt: skip
    at = rng.random()
    for share, mode in shares:
        if at < share:
            return mode
        at -= share
    return "day"
