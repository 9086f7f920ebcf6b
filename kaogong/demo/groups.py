"""Dated membership of the synthetic people in the groups policy speaks of."""

from datetime import date

import polars as pl

from kaogong.demo.citizens import AGRICULTURAL
from kaogong.demo.draws import Draws
from kaogong.kernel.id_number import FEMALE, MALE

_COLLEGE = ("12", "21", "31")
_SCHOOL = ("61", "62", "70")


def groups_frame(draws: Draws, people: pl.DataFrame, on: date) -> pl.DataFrame:
    """Who belonged to which group when: person_number, group_code, starts_on, ends_on (null: still).

    Most people are in no group of A5 or A6; some are in two. No membership begins after the day.
    """
    age = on.year - pl.col("born_on").dt.year()
    rural = pl.col("household_kind") == AGRICULTURAL
    idle = pl.col("employer_number").is_null()
    college, school = pl.col("education_code").is_in(_COLLEGE), pl.col("education_code").is_in(_SCHOOL)
    late = ((pl.col("sex") == FEMALE) & (age >= 40)) | ((pl.col("sex") == MALE) & (age >= 50))
    grown = age.is_between(20, 59)
    leaver = school & age.is_between(17, 21)
    rules = (  # code, who may be, how many of them, how long ago it can have begun, how long it lasts (days)
        ("registered_unemployed", idle & grown, 0.30, 1100, (60, 800)),
        ("rural_transferred_worker", rural & grown, 0.22, 2200, (400, 4000)),
        ("poor_family_child", age < 25, 0.04, 1500, (700, 3000)),
        ("poverty_worker", rural & grown, 0.03, 2200, (700, 4000)),
        ("hard_to_employ", idle & grown & late, 0.25, 1100, (200, 1500)),
        ("zero_employment_family", idle & grown, 0.012, 1100, (100, 900)),
        ("insured_employee", ~idle, 0.97, 3000, (1500, 9000)),
        ("veteran", (pl.col("sex") == MALE) & grown, 0.05, 6000, None),
        ("disabled_person", age >= 16, 0.02, 6000, None),
    )
    parts = [_drawn(draws, people, on, *rule) for rule in rules]
    parts.append(_by_year(draws, people, "graduating_student", college & age.is_between(22, 26), 0.6, 22, 1))
    for code, who, part in (
        ("school_leaver", leaver, 0.35),
        ("rural_school_leaver", leaver & rural, 0.25),
        ("urban_low_income_family", leaver & ~rural, 0.06),
    ):
        parts.append(_by_year(draws, people, code, who, part, 18, 9))
    frame = pl.concat(parts).filter(pl.col("starts_on") <= on)
    still = pl.col("ends_on") > on
    frame = frame.with_columns(ends_on=pl.when(~still).then("ends_on"))
    return frame.sort("person_number", "group_code")


def _drawn(draws, people, on, code, who, part, back, lasting) -> pl.DataFrame:
    count = len(people)
    since = draws.whole(f"{code}:since", count, 0, back)
    length = draws.whole(f"{code}:length", count, *(lasting or (0, 0)))
    starts_on = pl.lit(on) - pl.duration(days=since)
    ends_on = starts_on + pl.duration(days=length) if lasting else pl.lit(None, dtype=pl.Date)
    return _chosen(draws, people, code, who, part, starts_on, ends_on)


def _by_year(draws, people, code, who, part, at_age, month) -> pl.DataFrame:
    """Membership that lasts one year from a month of the year the person turns an age."""
    year = pl.col("born_on").dt.year() + at_age
    return _chosen(draws, people, code, who, part, pl.date(year, month, 1), pl.date(year + 1, month, 1))


def _chosen(draws, people, code, who, part, starts_on, ends_on) -> pl.DataFrame:
    chance = draws.uniform(f"{code}:who", len(people))
    frame = people.with_columns(is_member=who & (chance < part), starts_on=starts_on, ends_on=ends_on)
    return frame.filter("is_member").select(
        person_number="number",
        group_code=pl.lit(code),
        starts_on=pl.col("starts_on").cast(pl.Date),
        ends_on=pl.col("ends_on").cast(pl.Date),
    )
