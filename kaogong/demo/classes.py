"""Which classes were held in the synthetic city, and who sat in them."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random

import polars as pl

from kaogong.demo.bodies import Body, Site
from kaogong.demo.draws import Draws
from kaogong.kernel.certificate_number import CertificateKind
from kaogong.kernel.levels import level_of
from kaogong.kernel.reference import read_occupations
from kaogong.kernel.working_days import add_working_days

EMPLOYMENT, INSURED = "employment", "insured"  # 就业技能培训, 参保职工技能提升
SMALLEST, LARGEST = 20, 50
HOURS_A_DAY = 8
_TIMES = {0: 120, 1: 550, 2: 170, 3: 80, 4: 40, 5: 20, 6: 10, 8: 6, 12: 4}
_COURSES = (  # occupation of the 大典, lowest level, theory and practice hours there, how often held
    ("4-10-01-05", "5", 40, 80, 18),
    ("4-10-01-06", "5", 32, 64, 14),
    ("4-10-01-03", "5", 40, 80, 9),
    ("4-10-01-01", "5", 40, 80, 6),
    ("6-31-01-03", "5", 48, 96, 12),
    ("6-18-02-04", "5", 40, 104, 10),
    ("4-03-02-01", "5", 32, 112, 10),
    ("4-03-02-02", "5", 32, 96, 6),
    ("4-10-03-01", "5", 32, 96, 5),
    ("4-10-03-02", "5", 32, 96, 3),
    ("6-30-05-01", "5", 40, 88, 5),
    ("4-12-01-01", "5", 48, 96, 5),
    ("4-01-06-01", "4", 48, 64, 4),
    ("4-01-06-02", "5", 40, 56, 4),
    ("6-18-01-01", "5", 40, 104, 3),
    ("4-14-01-02", "5", 40, 80, 4),
    ("4-07-05-01", "5", 32, 56, 2),
    ("6-29-03-05", "5", 40, 88, 2),
)


@dataclass(frozen=True, slots=True)
class Course:
    """One occupation as it is taught at its lowest level; a higher level takes half as long again."""

    occupation_code: str
    occupation_name: str
    level_code: str
    theory_hours: int
    practice_hours: int

    @classmethod
    def draw(cls, chance: Random) -> "Course":
        """One course, as likely as it is common."""
        courses, weights = _courses()
        return chance.choices(courses, weights)[0]


@dataclass(frozen=True, slots=True)
class TrainingClass:
    """One class that was held: both days included, members in the city's ``enrolments_frame``."""

    number: int
    name: str
    programme: str
    school_number: int
    site_number: int
    trainer_numbers: tuple[int, ...]
    occupation_code: str
    occupation_name: str
    level_code: str
    theory_hours: int
    practice_hours: int
    starts_on: date
    ends_on: date
    certificate_kind: str


@lru_cache(maxsize=1)
def _courses() -> tuple[list[Course], list[int]]:
    names = {row.code: row.name for row in read_occupations()}
    courses = [
        Course(code, names[code], level, theory, practice) for code, level, theory, practice, _ in _COURSES
    ]
    return courses, [weight for *_, weight in _COURSES]


def enrol(draws: Draws, people: pl.DataFrame) -> pl.DataFrame:
    """Seat people in numbered classes: most once, some never, a few a dozen times.

    Columns: person_number, seat_class (a raw number, before clashes are taken out), is_insured: whether it
    is a class for the employed.
    """
    times = draws.pick("times", len(people), list(_TIMES), list(_TIMES.values()))
    seats = (
        people.select("number", employed=pl.col("employer_number").is_not_null())
        .with_columns(seat=pl.int_ranges(0, times))
        .filter(times > 0)
        .explode("seat")
    )
    seats = seats.with_columns(
        is_insured=pl.col("employed") & (draws.uniform("upgrade", len(seats)) < 0.6),
        order=draws.uniform("order", len(seats)),
    ).sort("is_insured", "order")
    chance, numbers = draws.stream("sizes"), []
    for pool in (seats.filter(~pl.col("is_insured")), seats.filter("is_insured")):
        left, first = len(pool), (numbers[-1] + 1 if numbers else 0)
        while left > 0:
            # Full classes lose a few to clashes later; none may fall below the smallest.
            size = min(left, chance.randint(SMALLEST + 5, LARGEST))
            numbers.extend([first] * size)
            left, first = left - size, first + 1
    return seats.select(
        person_number="number", seat_class=pl.Series(numbers, dtype=pl.Int64), is_insured="is_insured"
    )


def schedule(
    draws: Draws,
    seats: pl.DataFrame,
    people: pl.DataFrame,
    schools: list[Body],
    sites: list[Site],
    *,
    first: date,
    on: date,
) -> tuple[list[TrainingClass], pl.DataFrame]:
    """Give each class its course, school and days, take out clashes and children, and number what remains."""
    programmes = dict(
        seats.select("seat_class", "is_insured")
        .unique("seat_class", keep="first")
        .sort("seat_class")
        .iter_rows()
    )
    chance = draws.stream("classes")
    plans = {
        seat_class: _plan(chance, INSURED if insured else EMPLOYMENT, first, on)
        for seat_class, insured in programmes.items()
    }
    days = pl.DataFrame(
        {
            "seat_class": pl.Series(list(plans), dtype=pl.Int64),
            "starts_on": pl.Series([plan["starts_on"] for plan in plans.values()], dtype=pl.Date),
            "ends_on": pl.Series([plan["ends_on"] for plan in plans.values()], dtype=pl.Date),
        }
    )
    taken = seats.join(days, on="seat_class", maintain_order="left").join(
        people.select(person_number="number", born_on="born_on"), on="person_number", maintain_order="left"
    )
    taken = taken.filter(pl.col("starts_on") >= pl.col("born_on").dt.offset_by("16y"))
    taken = _without_clashes(taken)
    taken = taken.filter(pl.len().over("seat_class") >= SMALLEST).sort(
        "starts_on", "seat_class", "person_number"
    )
    numbered = taken.select("seat_class").unique(maintain_order=True).with_row_index("class_number", offset=1)
    by_school = [[site.number for site in sites if site.school_number == school.number] for school in schools]
    classes, held = [], {}
    for number, seat_class in numbered.iter_rows():
        classes.append(_class(chance, number, plans[seat_class], schools, by_school, held))
    enrolments = taken.join(numbered, on="seat_class", maintain_order="left").select(
        pl.col("class_number").cast(pl.Int64),
        place=pl.int_range(1, pl.len() + 1).over("class_number"),
        person_number="person_number",
    )
    return classes, enrolments


def _without_clashes(taken: pl.DataFrame) -> pl.DataFrame:
    """Drop seats of people who sit elsewhere on the same days, keeping whichever began first."""
    taken = taken.sort("person_number", "starts_on", "seat_class")
    while True:
        clash = pl.col("starts_on") <= pl.col("ends_on").shift(1).over("person_number")
        kept = taken.filter(~clash.fill_null(False))
        if len(kept) == len(taken):
            return kept
        taken = kept


def _plan(chance: Random, programme: str, first: date, on: date) -> dict:
    course = Course.draw(chance)
    lowest = int(course.level_code)
    raised = chance.choices((0, 1, 2), (30, 50, 20) if programme == INSURED else (85, 14, 1))[0]
    level = max(3, lowest - raised)
    stretch = 2 + (lowest - level)
    theory, practice = course.theory_hours * stretch // 2, course.practice_hours * stretch // 2
    length = -(-(theory + practice) // HOURS_A_DAY)
    # The latest start leaves room for the longest course and the holidays it may meet.
    span = (on - first).days - length * 7 // 5 - 20
    day = first + timedelta(days=int(span * chance.random() ** 0.8))
    starts_on = add_working_days(day, 1)
    return {
        "programme": programme,
        "course": course,
        "level_code": str(level),
        "theory_hours": theory,
        "practice_hours": practice,
        "starts_on": starts_on,
        "ends_on": add_working_days(starts_on, length - 1),
        "completes_only": programme == EMPLOYMENT and chance.random() < 0.06,
    }


def _class(chance, number, plan, schools, sites_by_school, held) -> TrainingClass:
    # Large schools teach most: an uneven draw, as in any city.
    school = schools[int(len(schools) * chance.random() ** 1.6)]
    course, year = plan["course"], plan["starts_on"].year
    level_code = "" if plan["completes_only"] else plan["level_code"]
    level_name = level_of(level_code).name if level_code else ""
    kind = CertificateKind.TRAINING_COMPLETION if plan["completes_only"] else CertificateKind.SKILL_LEVEL
    key = (year, school.number, course.occupation_code, level_code)
    held[key] = held.get(key, 0) + 1
    tail = "结业证" if plan["completes_only"] else "等级证"
    first_trainer = (school.number - 1) * 5 + 1
    return TrainingClass(
        number=number,
        name=f"{year}{school.short_name}{course.occupation_name}{level_name}{held[key]:02d}{tail}",
        programme=plan["programme"],
        school_number=school.number,
        site_number=chance.choice(sites_by_school[school.number - 1]),
        trainer_numbers=tuple(sorted(chance.sample(range(first_trainer, first_trainer + 5), 2))),
        occupation_code=course.occupation_code,
        occupation_name=course.occupation_name,
        level_code=level_code,
        theory_hours=plan["theory_hours"],
        practice_hours=plan["practice_hours"],
        starts_on=plan["starts_on"],
        ends_on=plan["ends_on"],
        certificate_kind=kind.value,
    )
