"""One synthetic city: people, bodies, three years of classes. The same seed gives the same city."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import cached_property

import polars as pl

from kaogong.demo.bodies import Body, Site, make_companies, make_schools, make_sites
from kaogong.demo.citizens import AGRICULTURAL, people_frame
from kaogong.demo.classes import Course, TrainingClass, enrol, schedule
from kaogong.demo.draws import Draws
from kaogong.demo.groups import groups_frame
from kaogong.kernel.id_number import age_on
from kaogong.kernel.reference import read_education, read_regions

# 培训学员花名册 as bureaus really print it.
ROSTER_HEADINGS = (
    "序号",
    "姓名",
    "性别",
    "学历",
    "年龄",
    "身份证号码",
    "联系电话",
    "户口所在地",
    "户口性质",
    "就业安排承诺单位",
)
TRAINERS_PER_SCHOOL = 5
_TITLES = (("讲师", 40), ("助理讲师", 25), ("高级讲师", 15), ("工程师", 12), ("高级工程师", 8))


@dataclass(frozen=True, slots=True)
class Person:
    """One synthetic person.

    ``education_code`` is AAC011; ``job_region_code`` "" means not employed; ``pension_from`` is the day
    since when a pension is drawn, None when none is.
    """

    number: int
    name: str
    sex: str
    born_on: date
    id_number: str
    ethnic_code: str
    education_code: str
    phone: str
    household_region_code: str
    household_kind: str
    residence_region_code: str
    job_region_code: str
    employer_number: int | None
    bank_card: str
    pension_from: date | None


@dataclass(frozen=True, slots=True)
class GroupMembership:
    """One person's belonging to a policy group for the days [starts_on, ends_on), None still open."""

    person_number: int
    group_code: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Trainer:
    """One teacher of a school: a person of the city's staff with a title and what he or she may teach."""

    number: int
    school_number: int
    person: Person
    title: str
    course: Course
    level_code: str
    is_full_time: bool


@dataclass(frozen=True)
class City:
    """``people`` synthetic people and all that belongs to them, as it stands ``on`` a day.

    Everything is made on first use and kept; frames serve bulk loading, lists of plain rows the rest.
    """

    seed: int
    people: int
    on: date

    @cached_property
    def companies(self) -> list[Body]:
        return make_companies(self._draws, max(20, min(20_000, self.people // 50)), self.on)

    @cached_property
    def schools(self) -> list[Body]:
        return make_schools(self._draws, max(4, min(400, self.people // 700)), self.on)

    @cached_property
    def sites(self) -> list[Site]:
        return make_sites(self._draws, self.schools)

    @cached_property
    def people_frame(self) -> pl.DataFrame:
        """The people, without the trainers, as ``citizens.PERSON_COLUMNS``."""
        return self._everybody.head(self.people)

    @cached_property
    def persons(self) -> list[Person]:
        """The people as plain rows; for a large city take the frame."""
        return [Person(*row) for row in self.people_frame.iter_rows()]

    @cached_property
    def groups_frame(self) -> pl.DataFrame:
        """Dated membership of the people: person_number, group_code, starts_on, ends_on."""
        return groups_frame(self._draws, self.people_frame, self.on)

    @cached_property
    def memberships(self) -> list[GroupMembership]:
        return [GroupMembership(*row) for row in self.groups_frame.iter_rows()]

    @cached_property
    def trainers(self) -> list[Trainer]:
        """The teachers, some of whom work part-time."""
        chance, rows = self._draws.stream("trainers"), self._everybody.slice(self.people).iter_rows()
        titles, weights = zip(*_TITLES, strict=True)
        return [
            Trainer(
                number=number,
                school_number=(number - 1) // TRAINERS_PER_SCHOOL + 1,
                person=Person(*row),
                title=chance.choices(titles, weights)[0],
                course=Course.draw(chance),
                level_code=chance.choice(("3", "2", "2", "1")),
                is_full_time=chance.random() < 0.6,
            )
            for number, row in enumerate(rows, 1)
        ]

    @cached_property
    def classes(self) -> list[TrainingClass]:
        """Classes of 20–50 people, all ended before the city's day, in the order they began."""
        return self._classes_and_enrolments[0]

    @cached_property
    def enrolments_frame(self) -> pl.DataFrame:
        """Who attends what: class_number, place (1…, the row on the roster), person_number."""
        return self._classes_and_enrolments[1]

    def members(self, training_class: TrainingClass) -> list[Person]:
        """The people of one class in the order of its roster."""
        start, length = self._places[training_class.number]
        numbers = self.enrolments_frame["person_number"].slice(start, length)
        return [Person(*row) for row in self._everybody[(numbers - 1).to_list()].iter_rows()]

    def roster_rows(self, training_class: TrainingClass) -> list[tuple]:
        """The class's roster under ``ROSTER_HEADINGS``, ages as on its first day."""
        return [
            (
                place,
                person.name,
                person.sex,
                self._education[person.education_code],
                age_on(person.born_on, training_class.starts_on),
                person.id_number,
                person.phone,
                self._region_names[person.household_region_code],
                "农业" if person.household_kind == AGRICULTURAL else "非农业",
                self.companies[person.employer_number - 1].name if person.employer_number else "",
            )
            for place, person in enumerate(self.members(training_class), 1)
        ]

    def digest(self) -> str:
        """SHA-256 over everything in the city."""
        total = hashlib.sha256()
        for frame in (self._everybody, self.groups_frame, self.enrolments_frame):
            total.update(frame.write_csv().encode())
        for rows in (self.companies, self.schools, self.sites, self.trainers, self.classes):
            for row in rows:
                total.update(repr(asdict(row)).encode())
        return total.hexdigest()

    @cached_property
    def _draws(self) -> Draws:
        return Draws(self.seed)

    @cached_property
    def _everybody(self) -> pl.DataFrame:
        staff = len(self.schools) * TRAINERS_PER_SCHOOL
        return people_frame(self.seed, self.people, self.on, employers=len(self.companies), staff=staff)

    @cached_property
    def _classes_and_enrolments(self) -> tuple[list[TrainingClass], pl.DataFrame]:
        seats = enrol(self._draws, self.people_frame)
        return schedule(
            self._draws,
            seats,
            self.people_frame,
            self.schools,
            self.sites,
            first=self.on - timedelta(days=3 * 365),
            on=self.on,
        )

    @cached_property
    def _places(self) -> dict[int, tuple[int, int]]:
        counts = self.enrolments_frame.group_by("class_number", maintain_order=True).len()
        ends = counts["len"].cum_sum()
        return {
            number: (end - length, length)
            for number, length, end in zip(counts["class_number"], counts["len"], ends, strict=True)
        }

    @cached_property
    def _education(self) -> dict[str, str]:
        return {row.code: row.name for row in read_education()}

    @cached_property
    def _region_names(self) -> dict[str, str]:
        """Full names as written on a roster: 青岛市示例区."""
        rows = {row.code: row for row in read_regions(with_townships=False)}
        return {
            code: (rows[row.parent_code].name if row.depth == 3 else "") + row.name
            for code, row in rows.items()
        }
