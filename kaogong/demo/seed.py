"""Fill an empty product with a small synthetic city whose classes stand at every stage."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from random import Random

from django.db import transaction

from kaogong.demo import accounts, registers
from kaogong.demo.audits import audit
from kaogong.demo.batches import show_batches
from kaogong.demo.budgets import show_budgets
from kaogong.demo.cast import Cast, Progress, assemble, at_hour, open_demo_account
from kaogong.demo.city import City, Person
from kaogong.demo.classes import Course
from kaogong.demo.demand import show_demand
from kaogong.demo.departments import show_departments
from kaogong.demo.enquiries import show_enquiries
from kaogong.demo.filing import show_kinds
from kaogong.demo.granting import grant_all
from kaogong.demo.grievances import complain, sanction
from kaogong.demo.journey import Journey
from kaogong.demo.living import show_living
from kaogong.demo.modes import show_modes
from kaogong.demo.outcomes import ask_learners
from kaogong.demo.oversight import inspect
from kaogong.demo.payees import show_payees
from kaogong.demo.planning import show_planning
from kaogong.demo.presence import check_in_all
from kaogong.demo.recognition import recognise
from kaogong.demo.reconciling import show_reconciling
from kaogong.demo.recoveries import show_recoveries
from kaogong.demo.returns import show_returns
from kaogong.demo.risk import look_for_risk
from kaogong.demo.sponsoring import show_sponsors
from kaogong.demo.statistics import show_statistics
from kaogong.kernel.working_days import is_working_day
from kaogong.trail.operations import seal_entries
from kaogong.training import operations as training

ENTITLED = {"registered_unemployed", "rural_transferred_worker", "graduating_student", "school_leaver"}
# Where each class of the demo stands, the paid ones first so that later claims find a history.
PLAN = (
    *("paid",) * 6, "released", "checked", "cleared", "cleared", "published", "published",
    "cleared_for_notice", "cleared_for_notice", "reviewed", "reviewed", "submitted", "submitted", "submitted",
    "certified", "scored", "finished", "running", "running", "running", "approved", "approved",
    "filed", "filed", "filed", "returned", "drafted",
)  # fmt: skip
# What even the smallest city shows.
FIRST = (
    "paid", "paid", "submitted", "published", "reviewed", "running", "running", "running",
    "filed", "cleared", "certified",
)  # fmt: skip
RUNNING_AT = (0, 1, 0)  # which schools' classes are in training: twice that of the demo's own log-in
AGO, LONG_AGO = 69, 138
# The last thing that happened to a class at this stage: so many working days after the exam, or a day of
# its own; and how many days before the demo's day that was (after it, when negative).
LAST_DONE = {
    "paid": (13, 12), "released": (12, 1), "checked": (11, 1), "cleared": (10, 2), "published": (4, 3),
    "cleared_for_notice": (4, 1), "reviewed": (3, 1), "submitted": (2, 2), "certified": (0, 4),
    "scored": (0, 1), "finished": ("ends_on", 1), "running": ("begins_on", 9), "approved": ("begins_on", -4),
    "filed": ("filed_on", 2), "returned": ("filed_on", 4), "drafted": ("filed_on", 0),
}  # fmt: skip


def logins() -> list[tuple[str, str, str, str]]:
    """(front door, role, log-in, password) of each demo account."""
    return [(x.door_label, x.role_label, x.username, accounts.DEMO_PASSWORD) for x in accounts.LOGINS]


def _nothing(step: str, done: int, total: int) -> None:
    """Told of progress, says nothing."""


@transaction.atomic
def seed_city(
    *, people: int, seed: int, on: date, at: datetime | None = None, progress: Progress = _nothing
) -> Cast:
    """Seed the whole demo in one transaction: all of it is there afterwards, or none.

    ``at`` is when the demo is opened, ten o'clock of ``on`` unless told: some sessions are on just then.
    """
    at = at or at_hour(on, 10)
    registers.disconnect()
    city = City(seed, people, on)
    chance = Random(f"{seed}:journeys")  # noqa: S311  (repeatable on purpose)
    planned = plan(people)
    learners = _learners(city, on, chance, len(planned))
    cast = assemble(city, at, progress, unemployed=_entitled(city, learners, on))
    done: dict[str, list[Journey]] = {}
    ordinals: dict[str, Iterator[int]] = {}
    shifts = _shifts(planned)
    progress("办理班次", 0, len(planned))
    for place, stage in enumerate(planned):
        turn = RUNNING_AT[len(done.get(stage, [])) % len(RUNNING_AT)] if stage == "running" else place
        school = cast.schools[turn % len(cast.schools)]
        course = _course(cast, place, stage, done)
        journey = Journey(
            cast=cast,
            school=school,
            course=course,
            people=_members(cast, learners[place], stage, course, done, chance),
            begins_on=on,
            ordinal=next(ordinals.setdefault(course.occupation_code, count(1))),
            trainer=place // len(cast.schools),
            chance=Random(f"{seed}:{place}"),  # noqa: S311
            on_at=at if stage == "running" else None,
        )
        journey.begin_on(_first_day(journey, stage, on - timedelta(days=shifts.get(place, 0))))
        if stage == "paid" and place == 5:
            journey.failing_accounts = _one_failing(journey)
        journey.go("filed" if stage == "returned" else stage)
        if stage == "returned":
            training.return_class(
                journey.class_id,
                by=cast["clerk"],
                at=at_hour(journey.filed_on + timedelta(days=1)),
                reason="实训场地与申报工位数不符，请补充场地租赁协议后重新申报。",
            )
        done.setdefault(stage, []).append(journey)
        if shifts.get(place) == AGO:
            cast.learner = next((p for p in journey.people if p.number % 61), None)
        progress("办理班次", place + 1, len(planned))
    _open_learner_account(cast)
    seated = {person.number for part in learners for person in part}
    _show_the_rest(cast, done, seated, progress)
    seal_entries(at=at_hour(on, 6))
    return cast


def _show_the_rest(cast: Cast, done: dict[str, list[Journey]], seated: set[int], progress: Progress) -> None:
    """What goes on beside the classes, each part resting on those before it."""
    running = done.get("running", [])
    for step, parts in {
        "签到、检查、投诉与风险": (
            *([partial(inspect, cast)] if running else []), partial(show_kinds, cast, seated, running),
            partial(check_in_all, cast, running), partial(complain, cast), partial(sanction, cast),
            partial(look_for_risk, cast, done),
        ),
        "认定、补贴与资金": [
            partial(show, cast) for show in (
                recognise, show_modes, show_payees, grant_all, show_living, show_budgets, show_batches,
                show_recoveries, show_reconciling, show_sponsors,
            )
        ],
        "部门数据、需求、统计与审计": [
            partial(show, cast) for show in (
                registers.connect, ask_learners, show_departments, show_demand, show_statistics, show_planning,
                show_returns, show_enquiries, audit,
            )
        ],
    }.items():  # fmt: skip
        progress(step, 0, len(parts))
        for number, part in enumerate(parts, 1):
            part()
            progress(step, number, len(parts))


def _shifts(planned: list[str]) -> dict[int, int]:
    """How many days before the others some classes come, by place.

    The paid ones lie apart. The learner's is asked about now, three months after its end; the last one's
    learners were and did not answer. The first class submitted ended before those in training began.
    """
    paid = [place for place, stage in enumerate(planned) if stage == "paid"]
    submitted = planned.index("submitted")
    shifts = {place: 0 if 23 * n == AGO else 23 * n for n, place in enumerate(paid)}
    own = paid[submitted % len(paid)]
    shifts |= {max(set(paid) - {own}): LONG_AGO, own: AGO}
    return shifts | {submitted: 7}


def _first_day(journey: Journey, stage: str, on: date) -> date:
    """The latest first day of teaching that lets the class stand at its stage on the demo's day."""
    what, days = LAST_DONE[stage]
    day = on + timedelta(days=40)
    while True:
        if is_working_day(day):
            journey.begin_on(day)
            done_on = journey.later(what).date() if isinstance(what, int) else getattr(journey, what)
            if done_on <= on - timedelta(days=days):
                return day
        day -= timedelta(days=1)


def plan(people: int) -> list[str]:
    """The stages of the demo's classes; a smaller city has fewer, the most telling stages first."""
    wanted = max(len(FIRST), min(len(PLAN), people // 34))
    kept = [*FIRST, *(stage for stage in PLAN if stage not in FIRST), *PLAN][:wanted]
    return sorted(kept, key=PLAN.index) if wanted < len(PLAN) else list(PLAN)


def _learners(city: City, on: date, chance: Random, classes: int) -> list[list[Person]]:
    """Who sits in which class, nobody twice: working age, 22 to 30 a class if there are enough."""
    of_age = [p for p in city.persons if 18 <= on.year - p.born_on.year <= 54]
    chance.shuffle(of_age)
    each = max(4, min(26, len(of_age) // classes - 4))
    parts, taken = [], 0
    for _ in range(classes):
        size = each + chance.randint(-4, 4) * (each > 12)
        parts.append(of_age[taken : taken + size])
        taken += size
    return parts


def _entitled(city: City, learners: list[list[Person]], on: date) -> set[int]:
    """Learners registered as unemployed: all but every thirteenth, whom the rules then find."""
    long = on - timedelta(days=420)
    standing = {
        row.person_number
        for row in city.memberships
        if row.group_code in ENTITLED and row.starts_on < long and row.ends_on is None
    }
    everyone = [person for part in learners for person in part]
    return {p.number for place, p in enumerate(everyone, 1) if place % 13} - standing


def _course(cast: Cast, place: int, stage: str, done: dict[str, list[Journey]]) -> Course:
    """Mostly different occupations; a claim now and then repeats a paid class's occupation and level."""
    seen: dict[str, Course] = {}
    for made in cast.city.classes:
        if made.level_code == "5" and made.certificate_kind == "skill_level":
            seen.setdefault(
                made.occupation_code,
                Course(
                    made.occupation_code, made.occupation_name, "5", made.theory_hours, made.practice_hours
                ),
            )
    courses = sorted(seen.values(), key=lambda course: course.occupation_code)
    if stage == "submitted" and done.get("paid"):
        return done["paid"][place % len(done["paid"])].course
    course = courses[place % len(courses)]
    return replace(course, level_code="4") if stage == "paid" and place == 1 else course


def _members(
    cast: Cast,
    people: list[Person],
    stage: str,
    course: Course,
    done: dict[str, list[Journey]],
    chance: Random,
) -> list[Person]:
    """A class now claimed holds a few who were paid for the same occupation before.

    The learner who logs in is one of them, and sits in the first class in training too.
    """
    own = [cast.learner] if cast.learner is not None and not done.get(stage) else []
    if stage == "running":
        return [*people, *own]
    if stage != "submitted" or not done.get("paid"):
        return people
    earlier = next((j for j in done["paid"] if j.course.occupation_code == course.occupation_code), None)
    if earlier is None:
        return people
    again = [person for person in earlier.people if person is not cast.learner]
    return [*people, *chance.sample(again, 2 - len(own)), *own]


def _one_failing(journey: Journey) -> dict[str, str]:
    """One learner's account that the bank will not know."""
    with_account = [p for p in journey.people if p.number % 61]
    return {p.bank_card: "账号户名不符" for p in with_account[:40]}


def _open_learner_account(cast: Cast) -> None:
    """The learner who logs in has been paid for once, waits for another claim and is in training again."""
    login = next(x for x in accounts.LOGINS if x.role == "learner")
    if cast.learner is not None:
        open_demo_account(
            replace(login, name=cast.learner.name),
            at=at_hour(cast.on - timedelta(days=100)),
            person_id=cast.person_ids[cast.learner.number],
        )
