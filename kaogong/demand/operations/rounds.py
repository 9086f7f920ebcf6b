"""Rounds of asking enterprises: planned, opened, enterprises asked, closed."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.demand import queries
from kaogong.demand.models import ROUND_KINDS, DemandReply, DemandRound
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor
from kaogong.kernel.credit_code import CreditCode
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.region_code import RegionCode, is_region_code
from kaogong.kernel.writing import tidy
from kaogong.trail.operations import begin, move, record, require_may

ENTERPRISES = ("enterprise", "enterprise_centre")


class RoundDaysWrong(Refused):
    """截止日期应不早于开始日期，也不早于今天。"""

    form_field = "closes_on"


class RoundTitleMissing(Refused):
    """请填写调查名称。"""

    form_field = "title"


class RoundKindUnknown(Refused):
    """调查种类不正确。"""


class NobodyAsked(Refused):
    """还没有调查对象，请先加入企业。"""


class RoundOver(Refused):
    """这次调查已截止，不能再加入企业。"""


class AlreadyAsked(Refused):
    """“{name}”已经在这次调查里。"""


@transaction.atomic
def draft_demand_round(
    *, kind: str, title: str, opens_on: date, closes_on: date, by: Actor, at: datetime, reason: str = ""
) -> DemandRound:
    """Plan a round in the actor's own region; nobody is asked before it is opened."""
    require_may(by, Permission.OPEN_DEMAND_ROUND, "开展企业调查")
    if not by.region_code:
        raise NotFound()
    if kind not in dict(ROUND_KINDS):
        raise RoundKindUnknown()
    if not tidy(title):
        raise RoundTitleMissing()
    if closes_on < opens_on or closes_on < timezone.localdate(at):
        raise RoundDaysWrong()
    found = DemandRound.objects.create(
        kind=kind,
        title=tidy(title)[:120],
        region_code=by.region_code,
        opens_on=opens_on,
        closes_on=closes_on,
        created_at=at,
    )
    begin(found, "drafted", by=by, at=at, reason=reason)
    return found


@transaction.atomic
def invite_registered(round_id: int, *, by: Actor, at: datetime, reason: str = "") -> int:
    """Ask every registered enterprise in reach that was not asked yet; returns how many were added."""
    found = _still_asking(round_id, by)
    asked = set(found.replies.values_list("credit_code", flat=True))
    rows = [
        DemandReply(
            round=found, institution=one, credit_code=one.credit_code, name=one.name,
            region_code=one.region_code[:6],
        )
        for one in institutions.institutions(by).filter(kind__in=ENTERPRISES, closed_on__isnull=True)
        if one.credit_code not in asked
    ]  # fmt: skip
    DemandReply.objects.bulk_create(rows, batch_size=2_000)
    record("demand_round.invited", found, by=by, at=at, reason=reason, enterprises=len(rows))
    return len(rows)


@transaction.atomic
def invite_enterprise(
    round_id: int, *, credit_code: str, name: str, by: Actor, at: datetime, region_code: str = ""
) -> DemandReply:
    """Ask one enterprise by name; one without an account answers by the link."""
    found = _still_asking(round_id, by)
    code = CreditCode.parse(credit_code).value
    known = institutions.institution_by_credit_code(code)
    region = (known.region_code if known else region_code or by.region_code)[:6]
    if not is_region_code(region) or not RegionCode(by.region_code).covers(region):
        raise NotFound()
    if found.replies.filter(credit_code=code).exists():
        raise AlreadyAsked(name=known.name if known else tidy(name))
    reply = DemandReply.objects.create(
        round=found,
        institution=known,
        credit_code=code,
        name=known.name if known else tidy(name)[:120],
        region_code=region,
    )
    begin(reply, "invited", by=by, at=at)
    return reply


@transaction.atomic
def open_demand_round(round_id: int, *, by: Actor, at: datetime, reason: str = "") -> DemandRound:
    """Let those asked answer; a round that asks nobody is refused."""
    require_may(by, Permission.OPEN_DEMAND_ROUND, "开始填报")
    found = queries.demand_round_for_update(round_id, by=by)
    if not found.replies.exists():
        raise NobodyAsked()
    move(found, "open", by=by, at=at, reason=reason, enterprises=found.replies.count())
    return found


@transaction.atomic
def close_demand_round(round_id: int, *, by: Actor, at: datetime, reason: str = "") -> DemandRound:
    """Take no more answers; what was sent counts, drafts do not."""
    found = queries.demand_round_for_update(round_id, by=by)
    move(
        found,
        "close",
        by=by,
        at=at,
        reason=reason,
        answered=found.replies.filter(status="submitted").count(),
    )
    return found


@transaction.atomic
def note_reminders(round_id: int, *, by: Actor, at: datetime, reason: str = "") -> int:
    """Note that everyone who has not answered was reminded just now; returns how many there are."""
    found = _still_asking(round_id, by)
    waiting = found.replies.filter(status="invited")
    reminded = waiting.update(reminded_at=at)
    record("demand_round.reminded", found, by=by, at=at, reason=reason, enterprises=reminded)
    return reminded


def _still_asking(round_id: int, by: Actor) -> DemandRound:
    require_may(by, Permission.OPEN_DEMAND_ROUND, "加入调查对象")
    found = queries.demand_round_for_update(round_id, by=by)
    if found.status == "closed":
        raise RoundOver()
    return found
