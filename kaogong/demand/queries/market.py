"""Reading bulletins of the market for skills, and what the next one would say."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet

from kaogong.access.queries import in_reach
from kaogong.demand.models import MarketBulletin, MarketCell, MarketSeekers
from kaogong.indicators.suppression import suppress, suppress_list
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode

from .supply import Place, asked_for, replies_counted
from .vacancies import vacancies_counted
from .weighing import needed_now


@dataclass(frozen=True, slots=True)
class MarketLine:
    """One occupation in one district as it may be shown; "" stands for all of them, None for what is hidden."""

    region_code: str
    occupation_code: str
    wanted: int | None
    seeking: int | None

    @property
    def ratio_hundredths(self) -> int | None:
        """Posts for each person seeking; None where either is hidden or nobody seeks."""
        if self.wanted is None or not self.seeking:
            return None
        return 100 * self.wanted // self.seeking


def market_bulletins(by: Actor) -> QuerySet[MarketBulletin]:
    """Bulletins in reach, the latest quarter first."""
    return in_reach(MarketBulletin.objects.all(), by, organisation=None).order_by("-starts_on", "-id")


def market_bulletin(bulletin_id: int, *, by: Actor) -> MarketBulletin:
    """One bulletin in reach, or NotFound."""
    found = market_bulletins(by).filter(pk=bulletin_id).first()
    if found is None:
        raise NotFound()
    return found


def market_bulletin_for_update(bulletin_id: int, *, by: Actor) -> MarketBulletin:
    """The same, locked."""
    found = market_bulletins(by).select_for_update().filter(pk=bulletin_id).first()
    if found is None:
        raise NotFound()
    return found


def public_market_bulletins(region_code: str) -> QuerySet[MarketBulletin]:
    """Published bulletins of a region for anyone, the latest quarter first."""
    rows = MarketBulletin.objects.filter(
        status="published", region_code__startswith=RegionCode(region_code).prefix
    )
    return rows.order_by("-starts_on", "region_code")


def public_market_bulletin(bulletin_id: int) -> MarketBulletin:
    """One published bulletin; NotFound for any other."""
    found = MarketBulletin.objects.filter(pk=bulletin_id, status="published").first()
    if found is None:
        raise NotFound()
    return found


def cells_of_bulletin(bulletin: MarketBulletin) -> list[MarketLine]:
    """What a bulletin says: as it was frozen, or as it would be while it is drafted."""
    if bulletin.status == "drafted":
        return market_lines(wanted_in(bulletin), seeking_in(bulletin))
    rows = MarketCell.objects.filter(bulletin=bulletin).order_by("pk")
    return [MarketLine(one.region_code, one.occupation_code, one.wanted, one.seeking) for one in rows]


def wanted_in(bulletin: MarketBulletin) -> Counter[Place]:
    """Posts wanted in the quarter by rounds and lists, an employer told by both counted once."""
    last = bulletin.ends_on - timedelta(days=1)
    asked = asked_for(bulletin.region_code, last, since=bulletin.starts_on)
    return Counter({place: needed_now(one.surveyed, one.listed) for place, one in asked.items()})


def told_in(bulletin: MarketBulletin) -> tuple[int, int]:
    """How many enterprises' replies and how many vacancy lists the quarter's posts come from."""
    last = bulletin.ends_on - timedelta(days=1)
    listed = vacancies_counted(bulletin.region_code, last, since=bulletin.starts_on)
    return (
        len(replies_counted(bulletin.region_code, last, since=bulletin.starts_on)),
        listed.order_by().values("vacancy_list_id").distinct().count(),
    )


def seeking_in(bulletin: MarketBulletin) -> Counter[Place]:
    """People seeking posts in the quarter, by district and occupation."""
    found: Counter[Place] = Counter()
    rows = MarketSeekers.objects.filter(bulletin=bulletin)
    for region, occupation, people in rows.values_list("region_code", "occupation_code", "people"):
        found[region, occupation] += people
    return found


def market_lines(wanted: Counter[Place], seeking: Counter[Place]) -> list[MarketLine]:
    """Both sides with their sums, small numbers hidden and as many others as protect them; the most wanted first."""
    places = sorted({*wanted, *seeking})
    if not places:
        return []
    told, sought = _shown(wanted, places), _shown(seeking, places)
    occupations = sorted(
        {occupation for _, occupation in places},
        key=lambda code: (-sum(n for (_, one), n in wanted.items() if one == code), code),
    )
    districts = sorted({district for district, _ in places})
    order = [("", ""), *((district, "") for district in districts if len(districts) > 1)]
    for occupation in occupations:
        if len(districts) > 1:
            order.append(("", occupation))
        order += [(district, occupation) for district in districts if (district, occupation) in {*places}]
    return [MarketLine(*place, told[place], sought[place]) for place in order]


def _shown(numbers: Counter[Place], places: list[Place]) -> dict[Place, int | None]:
    """Every place and sum as it may be shown; ("", "") is the sum of all."""
    districts = {district for district, _ in places}
    if len(districts) == 1:
        told = suppress_list({occupation: numbers[district, occupation] for district, occupation in places})
        found: dict[Place, int | None] = {("", ""): told.total}
        return found | {place: told.cells[place[1]] for place in places}
    table = suppress({place: numbers[place] for place in places}, totals_fixed=False)
    return (
        {("", ""): table.total}
        | {(district, ""): number for district, number in table.row_totals.items()}
        | {("", occupation): number for occupation, number in table.column_totals.items()}
        | {place: table.cells[place] for place in places}
    )
