"""Makers of a month's list of allowances, and of the class it is for."""

from collections.abc import Sequence
from datetime import date

from kaogong.grants import operations
from kaogong.grants.models import GrantList
from kaogong.training.models import TrainingClass
from tests.sheets.making import xlsx

from .claims import make_learner
from .funds import make_fund
from .institutions import make_institution
from .people import REGION, an_actor
from .training import a_day_at, make_class

JUNE = date(2026, 6, 1)
HANDED_IN = a_day_at(date(2026, 7, 6))
HEADINGS = ["序号", "学员姓名", "身份证号", "实训天数", "课时"]
_MADE: dict[str, bytes] = {}
SHARES = {"living_allowance": {"district": 600, "city": 400}, "labour_reserve_living": {"district": 1000}}


def make_allowance_fund():
    """The year's fund for living allowances of every kind."""
    return make_fund("SHF", name="示例区生活费补贴资金", shares=SHARES, district=60_000_00, city=40_000_00)


def make_entitled(name: str, group: str = "rural_school_leaver", **fields):
    """A person of a group that gets a living allowance."""
    return make_learner(name, groups={group: date(2026, 1, 1)}, **fields)


def make_attended_class(people: Sequence, *, mark: str = "P", **fields) -> TrainingClass:
    """A finished class of June whose scheme pays no allowance with its claim."""
    fields.setdefault("scheme_code", "staged_training")
    return make_class(
        fields.pop("institution", None) or make_institution(), status="finished", people=people, mark=mark,
        **fields,
    )  # fmt: skip


def a_month_sheet(rows: Sequence[Sequence], headings: Sequence[str] = HEADINGS) -> bytes:
    """The list as a school keeps it, its title above the headings; the same list is the same file.

    A workbook holds the second it was saved, so one made again is another file.
    """
    key = repr((rows, headings))
    if key not in _MADE:
        _MADE[key] = xlsx([["2026年6月生活费补贴发放名单"], headings, *rows], sheet="名单")
    return _MADE[key]


def import_month(
    people: Sequence = (),
    *,
    scheme: str = "living_by_day",
    training_class: TrainingClass | None = None,
    class_name: str = "",
    rows: Sequence[Sequence] | None = None,
    headings: Sequence[str] = HEADINGS,
    month: date = JUNE,
    by=None,
    at=HANDED_IN,
    region: str = REGION,
) -> GrantList:
    """Hand in a month's list of these people (of ``rows``) as the clerk of the class's school."""
    if by is None:
        school = training_class.institution if training_class else make_institution()
        by = an_actor("provider_clerk", organisation_id=school.pk)
    if rows is None:
        rows = [[n, one.name, one.id_number, 5, 30] for n, one in enumerate(people, 1)]
    about = operations.ListFor(
        scheme, month, class_id=training_class.pk if training_class else None, class_name=class_name
    )
    return operations.import_month_list(
        about, a_month_sheet(rows, headings), "六月名单.xlsx", region_code=region, by=by, at=at
    )
