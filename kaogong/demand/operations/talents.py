"""Skilled people brought in: told by sheet, unit by unit, and noted when they leave."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.demand import queries
from kaogong.demand.models import IntroducedTalent
from kaogong.institutions import queries as institutions
from kaogong.institutions.operations.importing import SheetTaken, take_sheet
from kaogong.kernel.actor import Actor
from kaogong.kernel.credit_code import CreditCode
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.writing import compact, tidy
from kaogong.people import operations as people
from kaogong.people.operations import NewPerson
from kaogong.sheets.demand_layouts import INTRODUCED
from kaogong.trail.operations import begin, move, record, require_may

from .lines import level_code_of, occupation_of

MODES = {"全职引进": "full_time", "全职": "full_time", "柔性引进": "flexible", "柔性": "flexible"}
TIERS = {"": "", "无": "", "市级": "city", "省级": "province", "国家级": "nation"}


class ModeUnknown(Refused):
    """引进方式“{word}”不认识，应是全职引进或柔性引进。"""


class TierUnknown(Refused):
    """领军人才级别“{word}”不认识，应是市级、省级、国家级，不是领军人才的不填。"""


class TalentDayUnclear(Refused):
    """“{label}”看不懂或不可能，请写成 2026-03-05 这样的日期；引进日期不能晚于今天，到期日不能早于引进日期。"""


class TalentThere(Refused):
    """这个单位已经登记过这个人，仍在岗。"""


class LeftDayWrong(Refused):
    """离开日期应在引进日期和今天之间。"""

    form_field = "left_on"


@transaction.atomic
def import_introduced(data: bytes, filename: str, *, by: Actor, at: datetime, reason: str = "") -> SheetTaken:
    """Take units' lists of people brought in; who is not on file yet is registered, bad rows are named."""
    require_may(by, Permission.KEEP_INTRODUCED_TALENT, "登记引进技能人才")
    if not by.region_code:
        raise NotFound()
    today = timezone.localdate(at)

    def keep(row: dict) -> None:
        mode, tier = MODES.get(tidy(row["mode"])), TIERS.get(tidy(row.get("tier")))
        if mode is None:
            raise ModeUnknown(word=row["mode"] or "")
        if tier is None:
            raise TierUnknown(word=row["tier"])
        code = CreditCode.parse(compact(row["credit_code"]).upper()).value
        came_on = _day(row["introduced_on"], "引进日期")
        ends_on = _day(row["contract_ends_on"], "合同到期日") if row.get("contract_ends_on") else None
        if came_on > today:
            raise TalentDayUnclear(label="引进日期")
        if ends_on is not None and ends_on < came_on:
            raise TalentDayUnclear(label="合同到期日")
        occupation, level = occupation_of(row["occupation"] or ""), level_code_of(row.get("level"))
        person = people.register_person(
            NewPerson(name=row["name"] or "", id_number=compact(row["id_number"]).upper()),
            by=by, at=at, reason="引进技能人才登记",
        )  # fmt: skip
        if IntroducedTalent.objects.filter(person=person, credit_code=code, status="here").exists():
            raise TalentThere()
        known = institutions.institution_by_credit_code(code)
        talent = IntroducedTalent.objects.create(
            person=person,
            institution=known,
            credit_code=code,
            employer=known.name if known else tidy(row["employer"])[:120],
            region_code=by.region_code[:6],
            mode=mode,
            tier=tier,
            occupation_code=occupation,
            level_code=level,
            came_from=tidy(row.get("came_from"))[:60],
            introduced_on=came_on,
            contract_ends_on=ends_on,
            created_at=at,
        )
        begin(talent, "told", by=by, at=at)

    taken = take_sheet(data, filename, INTRODUCED, keep)
    record(
        "introduced_talent.imported", by=by, at=at, reason=reason, subject_kind="introduced_talent",
        label=INTRODUCED.label, kept=taken.kept, refused=len(taken.problems),
    )  # fmt: skip
    return taken


@transaction.atomic
def note_departure(
    talent_id: int, *, left_on: date, by: Actor, at: datetime, reason: str
) -> IntroducedTalent:
    """Note that somebody brought in has left, and on which day."""
    require_may(by, Permission.KEEP_INTRODUCED_TALENT, "登记离开")
    talent = queries.introduced_talent_for_update(talent_id, by=by)
    if not talent.introduced_on <= left_on <= timezone.localdate(at):
        raise LeftDayWrong()
    if talent.status == "here":
        talent.left_on = left_on
        talent.save(update_fields=["left_on"])
    move(talent, "leave", by=by, at=at, reason=reason, left_on=left_on.isoformat())
    return talent


def _day(word: object, label: str) -> date:
    try:
        return date.fromisoformat(str(word))
    except ValueError:
        raise TalentDayUnclear(label=label) from None
