"""Fake content and fake projects, planted: made-up check-ins, impossible hours, bought results, empty classes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from kaogong.detection.planting_doing import S, hold_class
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
from kaogong.detection.planting_region import open_class
from kaogong.detection.planting_world import CheckIn, Class, Session


def _rewrite(scene: Scene, group: Class, session: Session, moments: dict[int, datetime]) -> None:
    """The session's check-ins as a program sends them: from the learners' devices, at these moments."""
    rng = scene.world.rng
    place = {one.enrolment: (one.latitude, one.longitude, one.accuracy_m) for one in group.on(session)}
    group.checkins = [one for one in group.checkins if one.session != session.number]
    for number, at in moments.items():
        group.marks[(session.number, number)] = True
        group.checkins.append(
            CheckIn(session.number, number, "qr", at, at - rng.uniform(0.1, 1) * S, group.members[number].device,
                    *place.get(number, (None, None, None)))
        )  # fmt: skip


@planter
def machine_burst(scene: Scene, strength: float) -> Case | None:
    found = scene.classes(by_phones())
    if not found:
        return None
    group, rng = found[0], scene.world.rng
    for session in sessions_of(scene, group, between(0.3, 1, strength), 4):
        begins = session.starts_at + rng.uniform(-300, 300) * S
        within = len(group.members) * between(0.5, 0.05, strength)
        _rewrite(
            scene,
            group,
            session,
            {number: begins + rng.uniform(0, within) * S for number in sorted(group.members)},
        )
    return of_class("machine_burst", strength, group)


@planter
def machine_rhythm(scene: Scene, strength: float) -> Case | None:
    found = scene.classes(by_phones())
    if not found:
        return None
    group, rng = found[0], scene.world.rng
    step, jitter = rng.uniform(2, 15), between(0.4, 0.02, strength)
    for session in sessions_of(scene, group, between(0.4, 1, strength), 4):
        at, moments = session.starts_at - rng.uniform(0, 600) * S, {}
        for number in rng.sample(sorted(group.members), len(group.members)):
            at += step * rng.uniform(1 - jitter, 1 + jitter) * S
            moments[number] = at
        _rewrite(scene, group, session, moments)
    return of_class("machine_rhythm", strength, group)


@planter
def copied_days(scene: Scene, strength: float) -> Case | None:
    found = scene.classes(lambda group: by_phones()(group) and group.mode == "day")
    if not found:
        return None
    group, rng = found[0], scene.world.rng
    spread = rng.uniform(120, 500)
    model = {number: rng.gauss(-spread / 2, spread) for number in sorted(group.members)}
    for session in sessions_of(scene, group, between(0.45, 1, strength), 4):
        moved, jitter = rng.uniform(-200, 200), between(1.8, 0.1, strength)
        kept = [number for number in model if rng.random() < between(0.75, 1, strength)]
        moments = {
            number: session.starts_at + (model[number] + moved + rng.uniform(-jitter, jitter)) * S
            for number in kept
        }
        _rewrite(scene, group, session, moments)
    return of_class("copied_days", strength, group)


@planter
def one_position(scene: Scene, strength: float) -> Case | None:
    found = scene.classes(by_phones())
    if not found:
        return None
    group, site = found[0], found[0].site
    fixed = {one.number for one in sessions_of(scene, group, between(0.75, 1, strength), 5)}
    for one in group.checkins:
        if one.session in fixed and one.latitude is not None:
            one.latitude, one.longitude, one.accuracy_m = (
                round(site.latitude, 5),
                round(site.longitude, 5),
                10.0,
            )
    return of_class("one_position", strength, group)


@planter
def lessons_by_machine(scene: Scene, strength: float) -> Case | None:
    found = scene.classes(lambda group: group.mode == "online" and len(group.members) >= 14)
    if not found:
        return None
    group, rng = found[0], scene.world.rng
    chosen = set(some(scene, group, between(0.18, 1, strength), 3))
    way = rng.choice(("fast", "at once", "in chorus", "in chorus"))
    lessons = {row[1]: row[2] for row in group.plays}
    group.plays = [row for row in group.plays if row[0] not in chosen]
    first = group.sessions[0].starts_at
    starts = {lesson: first + turn * rng.uniform(2900, 9000) * S for turn, lesson in enumerate(lessons)}
    for number in sorted(chosen):
        at = first + rng.uniform(0, 90000) * S
        for lesson, length in lessons.items():
            lasted = length / between(2.3, 16, strength) if way == "fast" else length
            if way == "in chorus":
                late = rng.random() < between(0.2, 0, strength)
                at = starts[lesson] + (rng.uniform(5, 900) if late else rng.uniform(0, 0.4)) * S
            group.plays.append([number, lesson, length, at, at + lasted * S, group.members[number].device])
            at += (rng.uniform(60, 200) if way == "at once" else lasted + rng.uniform(1, 4)) * S
    return of_class("lessons_by_machine", strength, group)


@planter
def impossible_hours(scene: Scene, strength: float) -> Case | None:
    found = scene.classes(lambda group: group.mode in ("day", "online") and len(group.sessions) >= 5)
    if not found:
        return None
    group, rng = found[0], scene.world.rng
    shorter = rng.random() < 0.5
    for session in sessions_of(scene, group, between(0.3, 1, strength), 5):
        if shorter:  # the hours stay, the time does not
            session.ends_at = session.starts_at + (session.ends_at - session.starts_at) * between(
                0.6, 0.25, strength
            )
        else:
            session.hours = round(between(6, 12, strength) + 4 * (session.starts_at.hour < 12), 1)
            if session.starts_at.hour < 12:
                session.hours = between(10.5, 14, strength)
    return of_class("impossible_hours", strength, group)


@planter
def too_few_rooms(scene: Scene, strength: float) -> Case | None:
    """Classes of paper at a site where every room is taken."""
    found = scene.classes(lambda group: by_phones()(group) and group.site.rooms <= 2)
    if not found:
        return None
    group, rng = found[0], scene.world.rng
    ghosts = scene.classes(
        lambda other: by_phones()(other) and len(other.sessions) >= len(group.sessions), group.site.rooms
    )
    if not ghosts:
        group.planted = False
        return None
    days = round(between(2, 12, strength))
    for ghost in ghosts:
        _move_to(ghost, group, min(days * 2, len(group.sessions)))
        for session in ghost.sessions:
            session.site = group.site
            session.room = rng.randrange(group.site.rooms)
        _without_clashes(scene, ghost)
    return of_class("too_few_rooms", strength, *ghosts, group)


def _move_to(ghost: Class, group: Class, count: int) -> None:
    """The ghost is held at the hours of the other class; its traces move along."""
    moved = {}
    for mine, theirs in zip(ghost.sessions[:count], group.sessions[:count], strict=False):
        moved[mine.number] = theirs.starts_at - mine.starts_at
        mine.starts_at, mine.ends_at, mine.hours = theirs.starts_at, theirs.ends_at, theirs.hours
    ghost.sessions = ghost.sessions[:count]
    ghost.marks = {key: value for key, value in ghost.marks.items() if key[0] in moved}
    ghost.checkins = [one for one in ghost.checkins if one.session in moved]
    ghost.scenes = [one for one in ghost.scenes if one[1] in moved]
    for one in ghost.checkins:
        one.server_at += moved[one.session]
        if one.phone_at:
            one.phone_at += moved[one.session]
    if ghost.claimed_on:
        ghost.claimed_on = max(one.starts_at.date() for one in ghost.sessions) + timedelta(days=20)


def _without_clashes(scene: Scene, group: Class) -> None:
    """Those who are in another class at the new hours leave the roster: that would be another fraud."""
    for number, person in list(group.members.items()):
        hours = [
            (one.starts_at, one.ends_at) for other in scene.elsewhere(person, group) for one in other.sessions
        ]
        hours += [(row[2], row[3]) for row in scene.world.busy if row[0] == person.number]
        if any(
            begins < mine.ends_at and mine.starts_at < ends
            for begins, ends in hours
            for mine in group.sessions
        ):
            scene.world.drop(group, number)


@planter
def trainer_twice(scene: Scene, strength: float) -> Case | None:
    wanted = by_phones(10)
    for one in list(scene.left):
        if not wanted(one):
            continue
        hours = {session.starts_at: session for session in one.sessions}
        for other in scene.left:
            common = [session for session in other.sessions if session.starts_at in hours]
            if other is one or other.site is one.site or len({c.starts_at.date() for c in common}) < 2:
                continue
            if not wanted(other):
                continue
            scene.classes(lambda group, pair=(one, other): group in pair, 2)
            days = sorted({session.starts_at.date() for session in common})
            held = set(days[: max(2, round(between(2, len(days), strength)))])
            for session in common:
                if session.starts_at.date() in held:
                    session.trainer = hours[session.starts_at].trainer
            return of_class("trainer_twice", strength, one, other)
    return None


@planter
def night_hours(scene: Scene, strength: float) -> Case | None:
    found = scene.classes(lambda group: group.mode in ("day", "evening") and len(group.sessions) >= 5)
    if not found:
        return None
    group = found[0]
    for session in sessions_of(scene, group, between(0.25, 1, strength), 3):
        begins = datetime.combine(session.starts_at.date(), time(22, 0)) + timedelta(
            minutes=scene.world.rng.choice((0, 30, 60))
        )
        for one in group.on(session):
            one.server_at += begins - session.starts_at
        session.starts_at, session.ends_at = begins, begins + (session.ends_at - session.starts_at)
    _without_clashes(scene, group)
    return of_class("night_hours", strength, group)


@planter
def copied_answers(scene: Scene, strength: float) -> Case | None:
    found = scene.classes(lambda group: len({row[0] for row in group.results}) >= 14)
    if not found:
        return None
    group, rng = found[0], scene.world.rng
    rows = [row for row in group.results if row[1] == group.results[0][1]]
    chosen = rng.sample(rows, max(4, round(between(0.15, 1, strength) * len(rows))))
    for at in range(0, len(chosen), 5 if strength < 0.5 else len(chosen)):
        same = chosen[at : at + (5 if strength < 0.5 else len(chosen))]
        if len(same) < 3:
            break
        sheet, theory = rng.getrandbits(62), float(rng.randint(62, 96))
        for row in same:
            row[3], row[6], row[5] = theory, sheet, row[4] >= 60
    return of_class("copied_answers", strength, group)


@planter
def marks_made_up(scene: Scene, strength: float) -> Case | None:
    found = scene.classes(lambda group: len({row[0] for row in group.results}) >= 16)
    if not found:
        return None
    group, rng = found[0], scene.world.rng
    group.results = [row for row in group.results if row[1] == group.results[0][1]]
    middle, spread = rng.uniform(66, 88), between(1.7, 0.3, strength)
    for row in group.results:
        row[3], row[4] = (min(100.0, max(60.0, round(rng.gauss(middle, spread)))) for _ in range(2))
        row[5] = True
    return of_class("marks_made_up", strength, group)


@planter
def everybody_passes(scene: Scene, strength: float) -> Case | None:
    """A provider all of whose failures are raised."""
    rng = scene.world.rng
    taught: dict[int, list[Class]] = {}
    for group in scene.left:
        if group.results:
            taught.setdefault(group.institution.number, []).append(group)
    rows = {number: [row for group in groups for row in group.results] for number, groups in taught.items()}
    enough = [
        number for number, sat in rows.items()
        if len(sat) >= 120 and sum(not row[5] for row in sat) >= 0.18 * len(sat)
    ]  # fmt: skip
    if not enough:
        return None
    number = rng.choice(sorted(enough))
    scene.classes(lambda group: group in taught[number], len(taught[number]))
    for row in rows[number]:
        if not row[5] and rng.random() < between(0.8, 1, strength):
            row[3], row[4] = (max(mark, float(rng.randint(60, 74))) for mark in row[3:5])
            row[5] = True
    return Case("everybody_passes", strength, institutions=frozenset([number]),
                classes=frozenset(group.number for group in taught[number]))  # fmt: skip


@planter
def empty_class(scene: Scene, strength: float) -> Case | None:
    """Full marks, a claim, and nothing else; the subtle one at least has a sheet of paper."""
    found = scene.classes(by_phones())
    if not found:
        return None
    group, rng = found[0], scene.world.rng
    always_present(group, sorted(group.members))
    group.scenes = []
    group.checkins = []
    if strength < 0.5:
        for session in group.sessions:
            at = session.ends_at + timedelta(days=rng.randint(2, 9))
            group.checkins += [
                CheckIn(session.number, number, "paper", at + turn * 0.1 * S, None, None)
                for turn, number in enumerate(sorted(group.members))
            ]
    return of_class("empty_class", strength, group)


@planter
def site_too_small(scene: Scene, strength: float) -> Case | None:
    found = scene.classes(lambda group: group.mode in ("day", "evening") and len(group.members) >= 16)
    if not found:
        return None
    group, world = found[0], scene.world
    old = group.site
    holds = max(3, int(len(group.members) * between(0.8, 0.25, strength)))
    small = replace(old, number=world.number(), rooms=1, capacity=holds)
    group.institution.sites.append(small)
    for session in group.sessions:
        session.site = small
    return of_class("site_too_small", strength, group)


@planter
def roster_again(scene: Scene, strength: float) -> Case | None:
    """One list for several classes: of the same trade, or of any."""
    found = scene.classes(lambda group: group.mode == "day" and len(group.members) >= 14)
    if not found:
        return None
    group, world = found[0], scene.world
    again = round(between(2, 5, strength))
    groups = [group]
    kept = some(scene, group, between(0.65, 1, strength), 10)
    for _ in range(60):
        if len(groups) > again:
            break
        extra = open_class(
            world, scene.habits, scene.diary, "day", institution=group.institution,
            members=[group.members[number] for number in kept],
        )  # fmt: skip
        if extra is None:
            continue
        extra.planted = True
        extra.occupation, extra.level = group.occupation, group.level
        hold_class(world, scene.habits, extra)
        groups.append(extra)
    if len(groups) < 3:
        return None
    return of_class("roster_again", strength, *groups)


@planter
def claimed_before(scene: Scene, strength: float) -> Case | None:
    found = scene.classes(lambda group: len({one.starts_at.date() for one in group.sessions}) >= 5)
    if not found:
        return None
    group = found[0]
    days = sorted({one.starts_at.date() for one in group.sessions})
    group.claimed_on = days[-1 - max(2, round(between(0.12, 0.95, strength) * (len(days) - 1)))]
    return of_class("claimed_before", strength, group)
