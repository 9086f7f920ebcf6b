"""What an honest class leaves behind: marks, check-ins, photographs, lessons watched, results, answers to calls."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING

from kaogong.detection.planting_world import CheckIn, Class, Person, Session, World

if TYPE_CHECKING:
    from kaogong.detection.planting_region import Habits

S = timedelta(seconds=1)


def hold_class(world: World, habits: Habits, group: Class) -> None:
    """Everything an honest class leaves, with its mess."""
    rng = world.rng
    paper = group.mode == "rural" and rng.random() < 0.2
    office_slips(world, habits, group)
    shown = Showing(
        world, habits, group, by_one_device=group.mode == "rural" and rng.random() < 0.8, paper=paper
    )
    gone = {number: rng.randrange(len(group.sessions)) for number in group.members if rng.random() < 0.05}
    keen = {number: min(0.995, rng.betavariate(18, 1.2)) for number in group.members}
    for turn, session in enumerate(group.sessions):
        came = []
        for number in group.members:
            here = turn < gone.get(number, 10**6) and rng.random() < keen[number]
            # A teacher ticks the whole list now and then.
            group.marks[(session.number, number)] = here or rng.random() < habits.wrong_mark
            if here:
                came.append(number)
        shown.session(session, came)
    if not paper or rng.random() > 0.05:  # the teacher's phone with the pictures was lost
        photograph(world, group)
    examine(world, habits, group, gone)
    if group.mode == "online":
        watch(world, group)
    if rng.random() < 0.25:
        for number in group.members:
            if rng.random() < 0.4:
                said = rng.random() >= habits.denial
                group.surveys[number] = said if rng.random() < 0.8 else None


def office_slips(world: World, habits: Habits, group: Class) -> None:
    """Rare mistakes of an honest office: a night not filed, a camp of long days, a trainer not changed, a capacity."""
    rng, rare = world.rng, 0.0015 * habits.slip
    if group.mode == "night" and rng.random() < 0.03:
        group.allows = []
    if group.mode == "day" and rng.random() < rare:
        for session in group.sessions:
            session.hours += 1.5
    if rng.random() < rare:
        group.site.capacity //= 10
    if rng.random() < rare * 3:
        other = rng.choice(list(world.classes.values()))
        for session in group.sessions[: rng.randint(1, 4)]:
            session.trainer = other.sessions[0].trainer


class Showing:
    """How one class checks in: its own phones, one device for all, or a sheet of paper."""

    def __init__(
        self, world: World, habits: Habits, group: Class, *, by_one_device: bool, paper: bool
    ) -> None:
        rng = world.rng
        self.rng, self.habits, self.group, self.world = rng, habits, group, world
        self.paper = paper
        self.by_one_device = by_one_device and not paper
        self.teachers_phone = world.opaque()
        self.at_a_word = rng.random() < habits.at_a_word
        self.by_bus = rng.random() < 0.05
        self.by_seats = rng.random() < 0.02
        self.spread = habits.arrival_s * rng.uniform(0.6, 1.5)
        self.habit = {number: rng.gauss(0, 0.4) for number in group.members}
        self.skew = {
            number: rng.gauss(0, 4) if rng.random() > 0.02 else rng.choice((-3600, 3600, 86400))
            for number in group.members
        }
        lacking = 0.25 if group.mode == "rural" else 0.03
        self.without_phone = {number for number in group.members if rng.random() < lacking}
        self.fixes = {number: rng.random() < group.site.one_fix for number in group.members}
        self.unplaced = {number for number in group.members if rng.random() < 0.1}

    def session(self, session: Session, came: list[int]) -> None:
        rng, group = self.rng, self.group
        if self.paper:
            at = session.ends_at + timedelta(days=rng.randint(1, 5), minutes=rng.randint(0, 200))
            group.checkins += [
                CheckIn(session.number, number, "paper", at + turn * 0.2 * S, None, None)
                for turn, number in enumerate(came)
            ]
            return
        order = rng.sample(came, len(came))
        if self.by_one_device:
            forgot = rng.random() < 0.05
            at = session.starts_at - rng.uniform(300, 900) * S
            for number in order:
                at += max(4.0, rng.gauss(9, 3)) * S
                self._add(session, number, "qr" if forgot else "assisted", at, self.teachers_phone)
            return
        lost = rng.random() < self.habits.lost_network
        word = session.starts_at + rng.uniform(-120, 300) * S
        bus = session.starts_at + rng.gauss(-300, 200) * S
        back = session.starts_at + rng.uniform(1800, 5400) * S
        for turn, number in enumerate(order):
            if number in self.without_phone:
                at = session.starts_at + rng.uniform(60, 900) * S
                self._add(session, number, "assisted", at, self.teachers_phone)
                continue
            device = group.members[number].device
            if rng.random() < 0.015:  # a battery ran empty: a neighbour's phone
                device = group.members[rng.choice(order)].device
            if self.by_seats:  # row by row past the screen
                at = session.starts_at + (turn * 5 + rng.uniform(0, 6)) * S
            elif rng.random() < 0.04:
                at = session.starts_at + rng.uniform(120, 2400) * S
            elif self.at_a_word:
                at = word + rng.lognormvariate(3.2, 0.6) * S
            elif self.by_bus:
                at = bus + (turn * 4 + rng.expovariate(1 / 6)) * S
            else:
                at = session.starts_at + (rng.gauss(-0.7, 0.8) + self.habit[number]) * self.spread * S
            if lost:
                sent = back + rng.uniform(0, 20) * S
                self._add(session, number, "offline", sent, device, at + self.skew[number] * S)
            else:
                self._add(session, number, "qr", at, device)

    def _add(
        self,
        session: Session,
        number: int,
        way: str,
        at: datetime,
        device: int,
        phone_at: datetime | None = None,
    ) -> None:
        rng, site = self.rng, session.site
        phone_at = phone_at or at + (self.skew.get(number, 0) - rng.uniform(0.2, 2)) * S
        place: tuple = (None, None, None)
        if number not in self.unplaced:
            if self.fixes[number]:
                place = (round(site.latitude + 0.0002, 6), round(site.longitude - 0.0001, 6), 35.0)
            else:
                place = (site.latitude + rng.gauss(0, 0.00015), site.longitude + rng.gauss(0, 0.00018),
                         round(rng.uniform(4, 60), 1))  # fmt: skip
        self.group.checkins.append(CheckIn(session.number, number, way, at, phone_at, device, *place))


def photograph(world: World, group: Class) -> None:
    """Photographs of lessons: one camera angle, another picture each time; a file sent twice, an empty one."""
    rng = world.rng
    angle = rng.getrandbits(63)
    taken = rng.sample(group.sessions, min(len(group.sessions), rng.randint(1, 4)))
    for session in taken:
        picture = angle
        for bit in rng.sample(range(63), rng.randint(6, 20)):
            picture ^= 1 << bit
        if rng.random() < 0.02:
            picture = 0
        group.scenes.append((picture, session.number))
    if rng.random() < 0.05 and len(group.sessions) > 1:
        group.scenes.append((group.scenes[0][0], rng.choice(group.sessions).number))
    if rng.random() < 0.006:  # the wrong file was picked once
        other = rng.choice(list(world.classes.values()))
        if other.scenes and other is not group:
            group.scenes.append((other.scenes[0][0], group.sessions[0].number))
    for person in group.members.values():
        if rng.random() < 0.004:
            world.portraits[(group.number, person.number)] = 0
        elif rng.random() < 0.1:  # saved once more: a bit of it changed
            world.portraits[(group.number, person.number)] = person.portrait ^ (1 << rng.randrange(63))


def examine(world: World, habits: Habits, group: Class, gone: dict[int, int]) -> None:
    """An exam by some assessor; those who fail may try again."""
    rng = world.rng
    if rng.random() < 0.12:
        return
    assessor = rng.choice(world.institutions[: max(5, len(world.institutions) // 4)])
    stamps = assessor.number % 100 < 100 * habits.stamp
    easy = dict(habits.difficulty)[group.occupation] + group.institution.skill + rng.gauss(0, 2)
    exam, few = world.number(), rng.random() < 0.04
    for number, person in group.members.items():
        if number in gone or rng.random() < 0.05:
            continue
        sitting = exam
        for _ in range(2):
            row = sit(rng, number, sitting, assessor.number, person, easy, stamps=stamps, few=few)
            group.results.append(row)
            if row[5] or rng.random() < 0.6:
                break
            sitting = exam + 10**9


def sit(
    rng: Random,
    number: int,
    exam: int,
    assessor: int,
    person: Person,
    easy: float,
    *,
    stamps: bool,
    few: bool,
) -> list:
    """One sitting: marks from ability, luck and how easy it is."""
    theory = min(100.0, max(20.0, round(72 + easy + 6 * person.ability + rng.gauss(0, 8))))
    practice = min(100.0, max(20.0, round(74 + easy + 5 * person.ability + rng.gauss(0, 6))))
    if stamps:
        practice = 5 * round(practice / 5)
    if few:  # twenty easy questions: many full sheets, some equal ones
        theory = min(100.0, 5 * round((theory + 14) / 5))
    answers = hash((exam, theory)) if few and theory >= 95 else rng.getrandbits(62)
    if few and theory >= 95 and theory < 100:
        answers = hash((exam, theory, rng.randrange(20)))
    return [number, exam, assessor, theory, practice, theory >= 60 and practice >= 60, answers]


def watch(world: World, group: Class) -> None:
    """Online lessons: at home at any hour or together at a set one, sometimes speeded up or resumed."""
    rng = world.rng
    lessons = [(world.number(), rng.randint(600, 2700)) for _ in range(rng.randint(8, 20))]
    first = group.sessions[0].starts_at
    at_set_times = rng.random() < 0.4
    for number, person in group.members.items():
        if rng.random() < 0.06:
            continue
        speed = rng.choice((1, 1, 1, 1.25, 1.5, 2))
        at = first + rng.uniform(0, 86400) * S
        for turn, (lesson, length) in enumerate(lessons):
            if at_set_times:
                at = first + timedelta(days=turn) + rng.expovariate(1 / 45) * S
            elif turn and turn % rng.randint(2, 5) == 0:
                at += timedelta(hours=rng.uniform(8, 40))
            lasted = length / speed + rng.uniform(1, 30)
            group.plays.append([number, lesson, length, at, at + lasted * S, person.device])
            if rng.random() < 0.03:  # resumed after a break, the first part credited once more
                again = at + (lasted + rng.uniform(5, 300)) * S
                group.plays.append(
                    [number, lesson, round(length * 0.3), again, again + length * 0.12 * S, person.device]
                )
                at = again
            at += (lasted + rng.uniform(5, 600)) * S


def registers(world: World, habits: Habits) -> None:
    """What the registers say of honest people: late, stale and planned entries included."""
    rng = world.rng
    for elders in world.villagers.values():  # a village that receives the money of those who cannot
        weak = [one for one in elders if one.born_on.year < 1968]
        if rng.random() < 0.03 * habits.slip and len(weak) > 6:
            for person in rng.sample(weak, rng.randint(4, 7)):
                person.account, person.own_account = weak[0].account, False
    for first, second in zip(world.everyone, world.everyone[1:], strict=False):
        if rng.random() < 0.0004:  # twins, or a picture uploaded for the wrong person
            second.portrait = first.portrait
    for group in world.classes.values():
        first = group.sessions[0].starts_at.date()
        slow = rng.random() < 0.004 * habits.slip  # one school's leavers, not yet struck off
        last = group.sessions[-1].starts_at.date()
        for number, person in group.members.items():
            age = first.year - person.born_on.year
            luck = rng.random()
            if age >= 50 and luck < habits.register_lag * 2:
                world.standings.append(
                    (person.number, "pension", first - timedelta(days=rng.randint(1, 60)), None)
                )
            if age <= 24 and (
                luck < habits.register_lag * 3
                or (slow and luck < 0.5)
                or (group.mode == "students" and luck < 0.9)
            ):
                world.standings.append((person.number, "at_school", first - timedelta(days=900), None))
            alone = len(world.places[person.number]) == 1
            if luck > 0.9993 and alone:
                world.standings.append(
                    (person.number, "dead", last + timedelta(days=rng.randint(1, 200)), None)
                )
            if 0.5 < luck < 0.5015 and alone:
                _stay(world, group, number, person)
            if 0.6 < luck < 0.8 and alone and group.mode in ("day", "evening", "lucky", "night"):
                _shifts(world, habits, group, person)


def _stay(world: World, group: Class, number: int, person: Person) -> None:
    """In hospital for some days, away from class; the day of admission may still be marked."""
    rng = world.rng
    begins = rng.choice(group.sessions).starts_at.replace(hour=0, minute=0)
    ends = begins + timedelta(days=rng.randint(1, 6))
    world.busy.append((person.number, "hospital", begins, ends))
    for session in group.sessions:
        if begins + timedelta(hours=10) < session.starts_at < ends:
            group.marks[(session.number, number)] = False
            group.checkins = [
                one for one in group.checkins if (one.session, one.enrolment) != (session.number, number)
            ]


def _shifts(world: World, habits: Habits, group: Class, person: Person) -> None:
    """Someone at work outside class hours, but for a shift that was swapped and still stands in the plan."""
    rng = world.rng
    for on in sorted({one.starts_at.date() for one in group.sessions}):
        held = [one for one in group.sessions if one.starts_at.date() == on]
        if rng.random() < habits.swapped_shift:
            begins = held[0].starts_at - timedelta(hours=1)
        elif max(one.ends_at for one in held).hour < 18 and held[0].starts_at.hour < 20:
            begins = datetime.combine(on, time(19))
        elif held[0].starts_at.hour >= 18:
            begins = datetime.combine(on, time(8))
        else:
            continue
        world.busy.append((person.number, "work", begins, begins + timedelta(hours=8)))
