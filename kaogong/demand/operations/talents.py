"""Skilled people brought in: told by their unit or by sheet, confirmed, affirmed every year, noted when they leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.demand import queries
from kaogong.demand.models import IntroducedTalent, TalentAffirmation
from kaogong.demand.states import INTRODUCED_TALENT
from kaogong.institutions import queries as institutions
from kaogong.institutions.models import Institution
from kaogong.institutions.operations.importing import SheetTaken, take_sheet
from kaogong.kernel.actor import Actor
from kaogong.kernel.credit_code import CreditCode
from kaogong.kernel.errors import NotFound, NotPermitted, Refused, WrongState
from kaogong.kernel.writing import compact, tidy
from kaogong.people import operations as people
from kaogong.people.operations import NewPerson
from kaogong.sheets.demand_layouts import INTRODUCED, INTRODUCED_OWN
from kaogong.trail.operations import begin, move, record, require_may

from .lines import level_code_of, occupation_of

MODES = {"全职引进": "full_time", "全职": "full_time", "柔性引进": "flexible", "柔性": "flexible"}
CHANNELS = {
    "": "", "技能人才引进E联盟": "alliance", "引进E联盟": "alliance", "E联盟": "alliance",
    "海外技能人才引进工作站": "station", "海外引进工作站": "station", "引进工作站": "station",
    "其他渠道": "other", "其他": "other",
}  # fmt: skip
TIERS = {"": "", "无": "", "市级": "city", "省级": "province", "国家级": "nation"}


class ModeUnknown(Refused):
    """引进方式“{word}”不认识，应是全职引进或柔性引进。"""

    form_field = "mode"


class TierUnknown(Refused):
    """领军人才级别“{word}”不认识，应是市级、省级、国家级，不是领军人才的不填。"""

    form_field = "tier"


class ChannelUnknown(Refused):
    """引进渠道“{word}”不认识，应是技能人才引进E联盟、海外技能人才引进工作站或其他渠道，不清楚的不填。"""

    form_field = "channel"


class TalentDayUnclear(Refused):
    """“{label}”看不懂或不可能，请写成 2026-03-05 这样的日期；引进日期不能晚于今天，到期日不能早于引进日期。"""


class TalentThere(Refused):
    """这个单位已经登记过这个人，仍在岗或者待确认。"""

    form_field = "id_number"


class LeftDayWrong(Refused):
    """离开日期应在引进日期和今天之间。"""

    form_field = "left_on"


class AffirmedAlready(Refused):
    """{year}年已经确认过在岗。"""


@dataclass(frozen=True, slots=True)
class _Unit:
    """The unit that brought somebody in: a body on file, or one known by code and name only."""

    credit_code: str
    name: str
    region_code: str
    known: Institution | None


@transaction.atomic
def import_introduced(data: bytes, filename: str, *, by: Actor, at: datetime, reason: str = "") -> SheetTaken:
    """Take units' lists of people brought in; who is not on file yet is registered, bad rows are named."""
    require_may(by, Permission.KEEP_INTRODUCED_TALENT, "登记引进技能人才")
    if not by.region_code:
        raise NotFound()

    def keep(row: dict) -> None:
        code = CreditCode.parse(compact(row["credit_code"]).upper()).value
        known = institutions.institution_by_credit_code(code)
        name = known.name if known else tidy(row["employer"])[:120]
        talent = _told(row, _Unit(code, name, by.region_code[:6], known), by=by, at=at)
        move(talent, "confirm", by=by.may_also(Permission.CONFIRM_INTRODUCED_TALENT), at=at)

    return _taken(data, filename, INTRODUCED, keep, by=by, at=at, reason=reason)


@transaction.atomic
def import_own_introduced(
    data: bytes, filename: str, *, by: Actor, at: datetime, reason: str = ""
) -> SheetTaken:
    """Take the list of people the actor's own unit brought in; good rows wait for the bureau, bad ones are named."""
    unit = _own_unit(by)
    return _taken(
        data, filename, INTRODUCED_OWN, lambda row: _told(row, unit, by=by, at=at), by=by, at=at, reason=reason
    )  # fmt: skip


@transaction.atomic
def tell_introduced_talent(told: Mapping[str, Any], *, by: Actor, at: datetime) -> IntroducedTalent:
    """Tell of one person the actor's own unit brought in, in the words of the sheet's columns; the bureau confirms."""
    return _told(told, _own_unit(by), by=by, at=at)


@transaction.atomic
def confirm_introduced_talent(
    talent_id: int, *, by: Actor, at: datetime, reason: str = ""
) -> IntroducedTalent:
    """Confirm what a unit told of somebody it brought in: from now on the person counts."""
    return _judge(talent_id, "confirm", by=by, at=at, reason=reason)


@transaction.atomic
def refuse_introduced_talent(talent_id: int, *, by: Actor, at: datetime, reason: str) -> IntroducedTalent:
    """Say why what a unit told is not confirmed; it may tell anew."""
    return _judge(talent_id, "refuse", by=by, at=at, reason=reason)


@transaction.atomic
def affirm_introduced_talent(talent_id: int, *, by: Actor, at: datetime) -> TalentAffirmation:
    """Say for the unit that somebody it brought in is still there this year; once a year."""
    require_may(by, Permission.TELL_INTRODUCED_TALENT, "确认在岗")
    talent = queries.introduced_talent_for_update(talent_id, by=by)
    if talent.status != "here":
        raise WrongState(state=INTRODUCED_TALENT.label(talent.status), label="确认在岗")
    year = timezone.localdate(at).year
    if talent.affirmations.filter(year=year).exists():
        raise AffirmedAlready(year=year)
    said = TalentAffirmation.objects.create(talent=talent, year=year, affirmed_by=by.name, affirmed_at=at)
    record("introduced_talent.affirmed", talent, by=by, at=at, year=year)
    return said


@transaction.atomic
def note_departure(
    talent_id: int, *, left_on: date, by: Actor, at: datetime, reason: str
) -> IntroducedTalent:
    """Note that somebody brought in has left, and on which day: the bureau, or the unit of its own people."""
    if not (by.may(Permission.KEEP_INTRODUCED_TALENT) or by.may(Permission.TELL_INTRODUCED_TALENT)):
        raise NotPermitted(label="登记离开")
    talent = queries.introduced_talent_for_update(talent_id, by=by)
    if not talent.introduced_on <= left_on <= timezone.localdate(at):
        raise LeftDayWrong()
    if talent.status == "here":
        talent.left_on = left_on
        talent.save(update_fields=["left_on"])
    acting = by.may_also(Permission.KEEP_INTRODUCED_TALENT)
    move(talent, "leave", by=acting, at=at, reason=reason, left_on=left_on.isoformat())
    return talent


def _own_unit(by: Actor) -> _Unit:
    require_may(by, Permission.TELL_INTRODUCED_TALENT, "报送引进技能人才")
    if by.organisation_id is None:
        raise NotFound()
    own = institutions.institution(by.organisation_id, by=by)
    return _Unit(own.credit_code, own.name, own.region_code[:6], own)


def _told(row: Mapping[str, Any], unit: _Unit, *, by: Actor, at: datetime) -> IntroducedTalent:
    """One person as told, refused by name where a cell cannot be."""
    mode, tier = MODES.get(tidy(row["mode"])), TIERS.get(tidy(row.get("tier")))
    if mode is None:
        raise ModeUnknown(word=row["mode"] or "")
    if tier is None:
        raise TierUnknown(word=row["tier"])
    channel = CHANNELS.get(tidy(row.get("channel")))
    if channel is None:
        raise ChannelUnknown(word=row["channel"])
    came_on = _day(row["introduced_on"], "引进日期")
    ends_on = _day(row["contract_ends_on"], "合同到期日") if row.get("contract_ends_on") else None
    if came_on > timezone.localdate(at):
        raise TalentDayUnclear(label="引进日期")
    if ends_on is not None and ends_on < came_on:
        raise TalentDayUnclear(label="合同到期日")
    occupation, level = occupation_of(row["occupation"] or ""), level_code_of(row.get("level"))
    person = people.register_person(
        NewPerson(
            name=row["name"] or "", id_number=compact(row["id_number"]).upper(), region_code=unit.region_code
        ),
        by=by, at=at, reason="引进技能人才登记",
    )  # fmt: skip
    there = IntroducedTalent.objects.filter(person=person, credit_code=unit.credit_code)
    if there.filter(status__in=("told", "here")).exists():
        raise TalentThere()
    talent = IntroducedTalent.objects.create(
        person=person, institution=unit.known, credit_code=unit.credit_code, employer=unit.name,
        region_code=unit.region_code, mode=mode, tier=tier, channel=channel, occupation_code=occupation,
        level_code=level, came_from=tidy(row.get("came_from"))[:60], introduced_on=came_on, contract_ends_on=ends_on,
        created_at=at,
    )  # fmt: skip
    begin(talent, "told", by=by, at=at)
    return talent


def _taken(data, filename, layout, keep, *, by: Actor, at: datetime, reason: str) -> SheetTaken:
    taken = take_sheet(data, filename, layout, keep)
    record(
        "introduced_talent.imported", by=by, at=at, reason=reason, subject_kind="introduced_talent",
        label=layout.label, kept=taken.kept, refused=len(taken.problems),
    )  # fmt: skip
    return taken


def _judge(talent_id: int, verb: str, *, by: Actor, at: datetime, reason: str) -> IntroducedTalent:
    talent = queries.introduced_talent_for_update(talent_id, by=by)
    move(talent, verb, by=by, at=at, reason=reason)
    return talent


def _day(word: object, label: str) -> date:
    try:
        return date.fromisoformat(str(word))
    except ValueError:
        raise TalentDayUnclear(label=label) from None
