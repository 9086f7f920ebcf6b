"""Vacancy lists: taken row by row, what was told before shown and not counted twice."""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.demand import queries
from kaogong.demand.models import Vacancy, VacancyList
from kaogong.institutions.operations.importing import take_sheet
from kaogong.kernel.actor import Actor
from kaogong.kernel.credit_code import CreditCode
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.region_code import RegionCode, is_region_code
from kaogong.kernel.writing import compact, tidy
from kaogong.sheets.demand_layouts import VACANCIES
from kaogong.trail.operations import begin, move, require_may

from .lines import MOST_PEOPLE, fen_of, level_code_of, occupation_of, people_of, remembered

ROWS_AT_MOST = 100_000
# What stands in the wages of a list where none is named.
UNNAMED = ("面议", "薪资面议", "工资面议", "不限", "无", "/", "-", "—")


class ListSourceMissing(Refused):
    """请填写清单来源，例如公共招聘网、招聘会。"""

    form_field = "source"


class ListDayImpossible(Refused):
    """数据截至日期不能晚于今天。"""

    form_field = "as_of"


class EmployerMissing(Refused):
    """没有填写用人单位。"""


class HeadCountOdd(Refused):
    """招聘人数应是 1 到 {most} 之间的整数。"""


class PlaceElsewhere(Refused):
    """工作地点“{place}”不在本区范围内，或看不懂是哪个区，请填区名或六位代码。"""


class WagesReversed(Refused):
    """月工资下限不能高于上限。"""


@transaction.atomic
def import_vacancies(
    data: bytes, filename: str, *, source: str, as_of: date, by: Actor, at: datetime, reason: str = ""
) -> VacancyList:
    """Take a list of vacancies: good rows count, repeated ones are kept with what they repeat, bad ones named."""
    require_may(by, Permission.IMPORT_VACANCIES, "导入招聘清单")
    if not by.region_code:
        raise NotFound()
    if not tidy(source):
        raise ListSourceMissing()
    if as_of > timezone.localdate(at):
        raise ListDayImpossible()
    rows: list[Vacancy] = []
    occupation = remembered(occupation_of)
    place = remembered(lambda word: place_of(word, by.region_code))
    taken = take_sheet(
        data, filename, VACANCIES, lambda row: rows.append(_vacancy(row, occupation, place)),
        writes=False, row_limit=ROWS_AT_MOST,
    )  # fmt: skip
    found = VacancyList.objects.create(
        region_code=by.region_code,
        source=tidy(source)[:60],
        filename=filename[-200:],
        as_of=as_of,
        problems={str(row): said for row, said in taken.problems.items()},
        taken_at=at,
    )
    repeated = _keep(found, rows)
    begin(
        found, "taken", by=by, at=at, reason=reason,
        kept=len(rows) - repeated, repeated=repeated, refused=len(taken.problems),
    )  # fmt: skip
    return found


@transaction.atomic
def discard_vacancies(list_id: int, *, by: Actor, at: datetime, reason: str) -> VacancyList:
    """Let a list count no longer; it stays to be read."""
    found = queries.vacancy_list_for_update(list_id, by=by)
    move(found, "discard", by=by, at=at, reason=reason)
    return found


def _vacancy(row: dict, occupation: Callable[[str], str], place: Callable[[str], str]) -> Vacancy:
    employer = compact(row["employer"])
    if not employer:
        raise EmployerMissing()
    people = people_of(row["head_count"], "招聘人数")
    if not people:
        raise HeadCountOdd(most=MOST_PEOPLE)
    low, high = _wage(row.get("wage_low"), "月工资下限"), _wage(row.get("wage_high"), "月工资上限")
    if low is not None and high is not None and low > high:
        raise WagesReversed()
    code = compact(row.get("credit_code")).upper()
    return Vacancy(
        row_number=row["row_number"],
        credit_code=CreditCode.parse(code).value if code else "",
        employer=employer[:120],
        post=tidy(row.get("post"))[:60],
        occupation_code=occupation(row["occupation"] or ""),
        level_code=level_code_of(row.get("level")),
        head_count=people,
        wage_low_fen=low,
        wage_high_fen=high,
        region_code=place(row.get("place") or ""),
    )


def _wage(word: str | None, label: str) -> int | None:
    """Yuan a month as a list has them, in fen; None where the list leaves them open."""
    return None if compact(word) in UNNAMED else fen_of(word, label)


def place_of(word: str | None, region_code: str) -> str:
    """The district a row names; the list's own where it names none."""
    word = tidy(word)
    if not word:
        return region_code[:6]
    code = word[:6] if is_region_code(word[:6]) else catalog.region_of_place(word, near=region_code)
    if not code or not RegionCode(region_code).covers(code):
        raise PlaceElsewhere(place=word)
    return code[:6]


def _key(one: Vacancy) -> tuple:
    return one.employer, one.occupation_code, one.level_code, one.post, one.region_code


def _keep(found: VacancyList, rows: list[Vacancy]) -> int:
    """Write the rows; returns how many were told before, in this list or in one that still counts."""
    earlier = queries.earlier_vacancies({one.employer for one in rows}, found.region_code, found.as_of)
    known = {_key(one): one for one in earlier}
    fresh, again = [], []
    for one in rows:
        one.vacancy_list = found
        first = known.setdefault(_key(one), one)
        (fresh if first is one else again).append(one)
    Vacancy.objects.bulk_create(fresh, batch_size=2_000)
    for one in again:
        one.duplicate_of = known[_key(one)]
    Vacancy.objects.bulk_create(again, batch_size=2_000)
    return len(again)
