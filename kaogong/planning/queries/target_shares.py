"""A city's target split over its districts: what each needs and can do, its share, and how far each is."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from kaogong.access.queries import in_reach
from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor
from kaogong.kernel.period import Period, add_months
from kaogong.planning.models import AnnualPlan, PlanLine, Target
from kaogong.planning.states import N_

from .measured import done_by
from .splitting import Ask, Split, split

# Where the need and capacity of each district come from, before anybody changes them.
BASES = {
    "plan": N_("本年度计划中各区市提报的需求和培训能力"),
    "before": N_("上一个同样长的期间各区市的完成数"),
    "": N_("没有数据，各区市相同"),
}


@dataclass(frozen=True, slots=True)
class DistrictAsk:
    """One district's need and capacity for a target."""

    region_code: str
    name: str
    need: int
    capacity: int


def parts_of_region(region_code: str) -> list[tuple[str, str]]:
    """Code and name of the regions one level below: a city's districts, a province's cities."""
    rows = catalog.regions_under(region_code).filter(code__regex=r"^\d{6}$")
    if region_code.endswith("0000"):
        return [(row.code, row.name) for row in rows if row.code.endswith("00")]
    if region_code.endswith("00"):
        return [(row.code, row.name) for row in rows if not row.code.endswith("00")]
    return []


def share_basis(target: Target, *, by: Actor) -> tuple[list[DistrictAsk], str]:
    """What the parts of the region need and can do as far as anybody knows, and which of BASES that is."""
    parts = parts_of_region(target.region_code)
    plan = AnnualPlan.objects.filter(region_code=target.region_code, year=target.starts_on.year)
    lines = PlanLine.objects.filter(
        submission__plan__in=plan.exclude(status="withdrawn"), submission__status="submitted", status="standing"
    ).order_by().values_list("region_code").annotate(need=Sum("people"), room=Sum("capacity"))  # fmt: skip
    asked = {code: (need, room) for code, need, room in lines}
    if any(code in asked for code, _name in parts):
        return [DistrictAsk(code, name, *asked.get(code, (0, 0))) for code, name in parts], "plan"
    if not parts:
        return [], ""
    months = (
        (target.ends_on.year - target.starts_on.year) * 12 + target.ends_on.month - target.starts_on.month
    )
    before = Period(add_months(target.starts_on, -months), target.starts_on)
    counted = done_by(
        target.indicator_code,
        "region",
        region_code=target.region_code,
        period=before,
        where=target.where,
        by=by,
    )
    asks = [DistrictAsk(code, name, max(counted.rows.get(code) or 0, 0), 0) for code, name in parts]
    return asks, "before" if any(ask.need for ask in asks) else ""


def share_split(value: int, asks: Sequence[DistrictAsk], capacity_percent: int) -> Split:
    """The value split over the districts by the plan's method; it always adds up."""
    rows = [Ask(int(ask.region_code), ask.need, ask.capacity) for ask in asks]
    return split(value, rows, capacity_percent=capacity_percent, within_capacity=False)


def shares_of(target_id: int, *, by: Actor) -> QuerySet[Target]:
    """The standing shares of a target in reach, by region."""
    rows = Target.objects.filter(parent_id=target_id).exclude(status="withdrawn")
    return in_reach(rows, by, organisation=None).order_by("region_code")
