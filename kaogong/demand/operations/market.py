"""技能人才市场供需信息: drafted for a quarter that is over, seekers brought by sheet, reviewed, published."""

from collections import Counter
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from kaogong.access.permissions import Permission
from kaogong.demand import queries
from kaogong.demand.models import MarketBulletin, MarketCell, MarketSeekers
from kaogong.institutions.operations.importing import SheetTaken, take_sheet
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.period import add_months
from kaogong.kernel.writing import tidy
from kaogong.sheets.demand_layouts import SEEKERS
from kaogong.trail.operations import begin, move, record, require_may

from .lines import level_code_of, occupation_of, people_of
from .vacancies import place_of


class QuarterNotOver(Refused):
    """{quarter}还没有结束，结束以后才能起草供需信息。"""

    form_field = "quarter"


class BulletinThere(Refused):
    """{quarter}的供需信息已经有了。"""

    form_field = "quarter"


class BulletinNotEditable(Refused):
    """供需信息已经提请复核，退回以后才能修改。"""


class BulletinEmpty(Refused):
    """这个季度没有企业填报、没有招聘清单，也没有求职人数，没有可以发布的内容。"""


class SeekersSourceMissing(Refused):
    """请填写求职人数的来源，例如公共就业服务机构登记。"""

    form_field = "source"


@transaction.atomic
def draft_market_bulletin(starts_on: date, *, by: Actor, at: datetime, reason: str = "") -> MarketBulletin:
    """Begin the bulletin of a quarter that is over; a region has one a quarter that is not withdrawn."""
    require_may(by, Permission.PROPOSE_MARKET_BULLETIN, "起草供需信息")
    if not by.region_code or starts_on.day != 1 or starts_on.month % 3 != 1:
        raise NotFound()
    ends_on = add_months(starts_on, 3)
    if ends_on > timezone.localdate(at):
        raise QuarterNotOver(quarter=quarter_name(starts_on))
    standing = MarketBulletin.objects.filter(region_code=by.region_code, starts_on=starts_on)
    if standing.exclude(status="withdrawn").exists():
        raise BulletinThere(quarter=quarter_name(starts_on))
    found = MarketBulletin.objects.create(
        region_code=by.region_code, starts_on=starts_on, ends_on=ends_on, created_at=at
    )
    begin(found, "drafted", by=by, at=at, reason=reason)
    return found


@transaction.atomic
def import_seekers(
    bulletin_id: int, data: bytes, filename: str, *, source: str, by: Actor, at: datetime, reason: str = ""
) -> SheetTaken:
    """Take the quarter's numbers of people seeking posts, in place of those brought before; bad rows are named."""
    require_may(by, Permission.PROPOSE_MARKET_BULLETIN, "导入求职人数")
    found = queries.market_bulletin_for_update(bulletin_id, by=by)
    if found.status != "drafted":
        raise BulletinNotEditable()
    if not tidy(source):
        raise SeekersSourceMissing()
    counts: Counter[tuple[str, str, str]] = Counter()

    def keep(row: dict) -> None:
        people = people_of(row["people"], "求职人数")
        place = place_of(row.get("place"), found.region_code)
        counts[place, occupation_of(row["occupation"] or ""), level_code_of(row.get("level"))] += people

    taken = take_sheet(data, filename, SEEKERS, keep)
    if counts:
        MarketSeekers.objects.filter(bulletin=found).delete()
        MarketSeekers.objects.bulk_create(
            MarketSeekers(
                bulletin=found,
                region_code=region,
                occupation_code=occupation,
                level_code=level,
                people=people,
            )
            for (region, occupation, level), people in sorted(counts.items())
        )
        found.seekers_source = tidy(source)[:120]
        found.save(update_fields=["seekers_source"])
    record(
        "market_bulletin.seekers_imported", found, by=by, at=at, reason=reason,
        kept=taken.kept, refused=len(taken.problems), people=sum(counts.values()),
    )  # fmt: skip
    return taken


@transaction.atomic
def propose_market_bulletin(bulletin_id: int, *, by: Actor, at: datetime, reason: str = "") -> MarketBulletin:
    """Count the quarter, hide what is small, freeze what may be shown and hand it to another person."""
    require_may(by, Permission.PROPOSE_MARKET_BULLETIN, "提请复核供需信息")
    found = queries.market_bulletin_for_update(bulletin_id, by=by)
    wanted, seeking = queries.wanted_in(found), queries.seeking_in(found)
    if not wanted and not seeking:
        raise BulletinEmpty()
    move(
        found,
        "propose",
        by=by,
        at=at,
        reason=reason,
        wanted=sum(wanted.values()),
        seeking=sum(seeking.values()),
    )
    found.replies, found.lists = queries.told_in(found)
    found.save(update_fields=["replies", "lists"])
    MarketCell.objects.bulk_create(
        MarketCell(
            bulletin=found,
            region_code=line.region_code,
            occupation_code=line.occupation_code,
            wanted=line.wanted,
            seeking=line.seeking,
            ratio_hundredths=line.ratio_hundredths,
        )
        for line in queries.market_lines(wanted, seeking)
    )
    return found


@transaction.atomic
def return_market_bulletin(bulletin_id: int, *, by: Actor, at: datetime, reason: str) -> MarketBulletin:
    """Give a bulletin back; it is counted anew when it is proposed again."""
    found = queries.market_bulletin_for_update(bulletin_id, by=by)
    move(found, "return", by=by, at=at, reason=reason)
    MarketCell.objects.filter(bulletin=found).delete()
    return found


@transaction.atomic
def publish_market_bulletin(bulletin_id: int, *, by: Actor, at: datetime, reason: str = "") -> MarketBulletin:
    """Let anyone read and take away the bulletin."""
    require_may(by, Permission.PUBLISH_MARKET_BULLETIN, "发布供需信息")
    found = queries.market_bulletin_for_update(bulletin_id, by=by)
    if found.status == "proposed":
        found.published_at = at
        found.save(update_fields=["published_at"])
    move(found, "publish", by=by, at=at, reason=reason)
    return found


@transaction.atomic
def withdraw_market_bulletin(bulletin_id: int, *, by: Actor, at: datetime, reason: str) -> MarketBulletin:
    """Take a bulletin back; the portal shows it no longer and its quarter may be drafted again."""
    found = queries.market_bulletin_for_update(bulletin_id, by=by)
    move(found, "withdraw", by=by, at=at, reason=reason)
    return found


def quarter_name(starts_on: date) -> str:
    """2026年四季度, in the reader's language: Q4 2026."""
    names = (
        gettext("{year}年一季度"),
        gettext("{year}年二季度"),
        gettext("{year}年三季度"),
        gettext("{year}年四季度"),
    )
    return names[(starts_on.month - 1) // 3].format(year=starts_on.year)
