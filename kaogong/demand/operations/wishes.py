"""What people wish to learn: stated by themselves, or brought by the sheet of the labour register."""

from datetime import date, datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.demand.models import TrainingWish
from kaogong.institutions.operations.importing import SheetTaken, take_sheet
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.levels import level_of
from kaogong.kernel.writing import compact, tidy
from kaogong.people import operations as people
from kaogong.people import queries as registry
from kaogong.people.operations import NewPerson
from kaogong.sheets.demand_layouts import WISHES
from kaogong.trail.operations import record, require_may

from .lines import level_code_of, occupation_of

YES, NO = ("是", "有", "愿意", "1", "Y", "y"), ("否", "无", "不愿意", "没有", "0", "N", "n")


class WillingnessUnknown(Refused):
    """“培训意愿”应填是或否。"""


class WishWithoutOccupation(Refused):
    """愿意参加培训的，请至少填写一个意愿培训工种。"""

    form_field = "occupation_1"


class WishDayUnclear(Refused):
    """意愿培训日期“{word}”看不懂，请写成 2026-03-05，没有想好的不填。"""


class WishTwice(Refused):
    """这个身份证号码在表里出现过（第{row}行），以先出现的为准。"""


@transaction.atomic
def state_wish(
    *,
    is_willing: bool,
    occupations: list[str],
    by: Actor,
    at: datetime,
    wished_on: date | None = None,
    wished_place: str = "",
    level_code: str = "",
) -> TrainingWish:
    """Keep what a person says of learning; the latest statement stands, earlier ones stay on file."""
    require_may(by, Permission.STATE_WISH, "填写培训意愿")
    if by.person_id is None:
        raise NotFound()
    codes = _codes(occupations) if is_willing else []
    if is_willing and not codes:
        raise WishWithoutOccupation()
    if level_code:
        level_of(level_code)
    own = registry.person(by.person_id, by=by)
    wish = TrainingWish.objects.create(
        person_id=by.person_id,
        region_code=(own.residence_region_code or own.region_code)[:6],
        is_willing=is_willing,
        wished_on=wished_on if is_willing else None,
        wished_place=tidy(wished_place)[:120] if is_willing else "",
        occupation_codes=codes,
        level_code=level_code if is_willing else "",
        source="self",
        stated_at=at,
    )
    record("wish.stated", wish, by=by, at=at, subject_kind="wish", label="培训意愿")
    return wish


@transaction.atomic
def import_wishes(data: bytes, filename: str, *, by: Actor, at: datetime, reason: str = "") -> SheetTaken:
    """Take the labour register's sheet; people not yet on file are registered by name and number."""
    require_may(by, Permission.IMPORT_WISHES, "导入培训意愿")
    if not by.region_code:
        raise NotFound()
    seen: dict[str, int] = {}

    def keep(row: dict) -> None:
        number = compact(row["id_number"]).upper()
        if number in seen:
            raise WishTwice(row=seen[number])
        willing = tidy(row["is_willing"])
        if willing not in YES + NO:
            raise WillingnessUnknown()
        words = [tidy(row.get(f"occupation_{place}")) for place in (1, 2, 3)] if willing in YES else []
        codes = _codes([word for word in words if word])
        if willing in YES and not codes:
            raise WishWithoutOccupation()
        level = level_code_of(row.get("level")) if willing in YES else ""
        person = people.register_person(
            NewPerson(name=row["name"] or "", id_number=number), by=by, at=at, reason="劳动力登记"
        )
        day = row.get("wished_on") if willing in YES else None
        TrainingWish.objects.create(
            person=person,
            region_code=by.region_code[:6],
            is_willing=willing in YES,
            wished_on=_day(day),
            wished_place=tidy(row.get("wished_place"))[:120] if willing in YES else "",
            occupation_codes=codes,
            level_code=level,
            source="sheet",
            stated_at=at,
        )
        seen[number] = row["row_number"]

    taken = take_sheet(data, filename, WISHES, keep)
    record(
        "wish.imported", by=by, at=at, reason=reason, subject_kind="wish", label=WISHES.label,
        kept=taken.kept, refused=len(taken.problems),
    )  # fmt: skip
    return taken


def _codes(words: list[str]) -> list[str]:
    """Three occupations at most, each once, in the order given."""
    return list(dict.fromkeys(occupation_of(word) for word in words[:3] if tidy(word)))


def _day(word: str | None) -> date | None:
    try:
        return date.fromisoformat(word) if word else None
    except ValueError:
        raise WishDayUnclear(word=word) from None
