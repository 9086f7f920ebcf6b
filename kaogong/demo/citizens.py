"""The people of the synthetic city, by the column, so that a million take seconds."""

from datetime import date

import polars as pl

from kaogong.demo.draws import Draws
from kaogong.demo.names import personal_names
from kaogong.kernel.id_number import FEMALE, MALE
from kaogong.kernel.id_number_columns import check_characters
from kaogong.kernel.reference import read_regions

REGION = "370299"
STREET, TOWN = "370299001", "370299100"
PHONE_PREFIX = "1990000"
CARD_ISSUER = "990000"
AGRICULTURAL, URBAN = "agricultural", "urban"
_AGES = ((16, 19, 5), (20, 24, 13), (25, 34, 24), (35, 44, 24), (45, 54, 22), (55, 59, 8), (60, 68, 4))
_EDUCATION = {"12": 1, "21": 14, "31": 17, "40": 9, "50": 7, "61": 14, "62": 5, "70": 27, "80": 6}
_EDUCATION_BEFORE_20 = {"40": 20, "50": 25, "61": 30, "62": 10, "70": 15}
_EDUCATION_OF_STAFF = {"12": 10, "21": 55, "31": 35}
_RESIDENCE = {STREET: 50, TOWN: 35, "370211": 9, "370203": 6}
_WORK_PLACE = {REGION: 82, "370211": 9, "370202": 4, "370214": 5}
_ETHNIC = {"01": 9700, "11": 80, "03": 70, "10": 40, "15": 30, "08": 30, "06": 20, "05": 15, "02": 15}


def people_frame(seed: int, people: int, on: date, *, employers: int = 0, staff: int = 0) -> pl.DataFrame:
    """One row per synthetic person, numbered from 1; the last ``staff`` rows are trainers.

    ``employer_number`` is 1–``employers`` or null. Every identity number carries the fictional area 370299,
    so none can be a living person's.
    """
    draws, count = Draws(seed), people + staff
    is_staff = pl.col("number") > people
    frame = pl.DataFrame(
        {
            "number": pl.int_range(1, count + 1, eager=True),
            "sex": draws.pick("sex", count, [MALE, FEMALE], [47, 53]),
            "age": draws.pick("age", count, *_ages()),
            "staff_age": draws.whole("staff_age", count, 28, 57),
            "day": draws.whole("day", count, 0, 364),
            "ethnic_code": draws.pick("ethnic", count, *_weighted(_ETHNIC)),
            "grown": draws.pick("grown", count, *_weighted(_EDUCATION)),
            "young": draws.pick("young", count, *_weighted(_EDUCATION_BEFORE_20)),
            "taught": draws.pick("taught", count, *_weighted(_EDUCATION_OF_STAFF)),
            "household_region_code": draws.pick("household", count, *_household_regions()),
            "rural": draws.uniform("rural", count),
            "residence": draws.pick("residence", count, *_weighted(_RESIDENCE)),
            "work": draws.uniform("work", count),
            "work_place": draws.pick("work_place", count, *_weighted(_WORK_PLACE)),
            "employer": draws.uniform("employer", count),
            "pensioned": draws.uniform("pensioned", count),
            "card": draws.whole("card", count, 0, 99_999),
        }
    )
    frame = frame.with_columns(name=personal_names(draws, frame["sex"], frame["ethnic_code"]))
    frame = frame.with_columns(
        age=pl.when(is_staff).then("staff_age").otherwise("age"),
        education_code=pl.when(is_staff)
        .then("taught")
        .when(pl.col("age") < 20)
        .then("young")
        .otherwise("grown"),
    )
    # Men draw a pension from 60, women from 50 or 55; not everybody does, which is what rules must ask.
    for_women = pl.when(pl.col("pensioned") < 0.4).then(50).otherwise(55)
    pension_age = pl.when(pl.col("sex") == MALE).then(60).otherwise(for_women)
    retired = (pl.col("age") > pension_age) & (pl.col("pensioned") < 0.8) & ~is_staff
    frame = frame.with_columns(pension_age=pl.when(retired).then(pension_age))
    may_work = pl.col("age").is_between(20, 59) & ~is_staff & pl.col("pension_age").is_null()
    employed = (pl.col("work") < 0.55) & may_work & (employers > 0)
    # Real firms differ in size: the cube of an even draw makes few large and many small ones.
    employer = (pl.col("employer").pow(3) * employers).floor().cast(pl.Int64) + 1
    frame = frame.with_columns(
        born_on=pl.date(on.year - pl.col("age"), on.month, min(on.day, 28)) - pl.duration(days="day"),
        household_kind=pl.when(pl.col("rural") < 0.45).then(pl.lit(AGRICULTURAL)).otherwise(pl.lit(URBAN)),
        residence_region_code="residence",
        employer_number=pl.when(employed).then(employer),
        job_region_code=pl.when(employed).then("work_place").otherwise(pl.lit("")),
        phone=PHONE_PREFIX + (pl.col("number") * 7919 % 10_000).cast(pl.String).str.zfill(4),
    )
    reached = pl.date(pl.col("born_on").dt.year() + pl.col("pension_age"), pl.col("born_on").dt.month(), 1)
    frame = frame.with_columns(pension_from=reached.dt.offset_by("1mo"))
    frame = frame.with_columns(id_number=_id_numbers(frame), bank_card=_bank_cards(frame))
    return frame.select(PERSON_COLUMNS)


PERSON_COLUMNS = [
    "number",
    "name",
    "sex",
    "born_on",
    "id_number",
    "ethnic_code",
    "education_code",
    "phone",
    "household_region_code",
    "household_kind",
    "residence_region_code",
    "job_region_code",
    "employer_number",
    "bank_card",
    "pension_from",
]


def _weighted(weights: dict) -> tuple[list, list]:
    return list(weights), list(weights.values())


def _ages() -> tuple[list[int], list[float]]:
    spread = [(range(first, last + 1), weight) for first, last, weight in _AGES]
    return _weighted({age: weight / len(ages) for ages, weight in spread for age in ages})


def _household_regions() -> tuple[list[str], list[float]]:
    weights = {REGION: 620.0, "370211": 90.0}
    counties = [
        row.code for row in read_regions(with_townships=False, with_fictional=False) if row.depth == 3
    ]
    for prefix, weight in (("3702", 80), ("37", 130), ("", 80)):
        inside = [code for code in counties if code.startswith(prefix) and code not in weights]
        weights |= dict.fromkeys(inside, weight / len(inside))
    return _weighted(weights)


def _id_numbers(frame: pl.DataFrame) -> pl.Series:
    rank = pl.int_range(pl.len()).over("born_on", "sex")
    ranks = frame.select(rank).to_series()
    if len(ranks) and ranks.max() >= 500:
        raise ValueError("one area has 500 numbers per birthday and sex: the city is too large")
    day = pl.col("born_on").cast(pl.Int32).cast(pl.Int64)
    sequence = ((ranks * 7 + day * 37) % 500 * 2 + (pl.col("sex") == MALE).cast(pl.Int64)).cast(pl.String)
    body = REGION + pl.col("born_on").dt.strftime("%Y%m%d") + sequence.str.zfill(3)
    return (
        frame.select(body.alias("body")).select(pl.col("body") + check_characters(pl.col("body"))).to_series()
    )


def _bank_cards(frame: pl.DataFrame) -> pl.Series:
    """Nineteen digits each: a made-up issuer, a part by chance, the person's number, the Luhn digit."""
    body = int(CARD_ISSUER) * 10**12 + pl.col("card") * 10**7 + pl.col("number")
    plain = [body // 10**place % 10 for place in range(1, 18, 2)]
    doubled = [body // 10**place % 10 * 2 for place in range(0, 18, 2)]
    total = pl.sum_horizontal(*plain, *(digit // 10 + digit % 10 for digit in doubled))
    return frame.select(body.cast(pl.String) + ((10 - total % 10) % 10).cast(pl.String)).to_series()
