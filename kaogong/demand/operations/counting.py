"""Demand set against supply, by occupation, district and level."""

from collections import defaultdict
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.demand import queries
from kaogong.demand.models import ShortageLevel, ShortageRow, ShortageRun
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.trail.operations import record, require_may


class NothingAskedFor(Refused):
    """还没有可以计算的需求：没有已填报的用工需求调查，也没有近期的招聘清单。"""


@transaction.atomic
def compute_shortage(*, by: Actor, at: datetime, reason: str = "") -> ShortageRun:
    """Count demand against supply in the actor's region as of the day, and keep every number of the working."""
    require_may(by, Permission.COMPUTE_SHORTAGE, "计算紧缺指数")
    if not by.region_code:
        raise NotFound()
    today = timezone.localdate(at)
    asked = queries.asked_for(by.region_code, today)
    if not asked:
        raise NothingAskedFor()
    wishes = queries.wishes_for(by.region_code)
    codes = {occupation for _, occupation in [*asked, *wishes]}
    steps = queries.supply_by_level(by.region_code, codes, today)
    supply = _by_place(steps)
    said = {name: queries.said(f"weight_{name}", by.region_code, today) for name in queries.WEIGHTS}
    weights = {name: found.value if found else None for name, found in said.items()}
    least = queries.number("least_employers", by.region_code, today)
    run = ShortageRun.objects.create(
        region_code=by.region_code,
        as_of=today,
        weights=weights | {"least_employers": least},
        sources={
            "replies": len(queries.replies_counted(by.region_code, today)),
            "vacancy_lists": list(
                queries.vacancies_counted(by.region_code, today)
                .order_by("vacancy_list_id")
                .values_list("vacancy_list_id", flat=True)
                .distinct()
            ),
            "illustrative": any(found.illustrative for found in said.values() if found),
        },
        computed_at=at,
        computed_by=by.name[:60],
    )
    rows: list[ShortageRow] = []
    for district, occupation in sorted({*asked, *wishes}):
        place = district, occupation
        one = asked.get(place, queries.Asked())
        there = sum(supply.get(place, {}).values(), queries.Supply())
        working = queries.working_of(one, there)
        rows.append(
            ShortageRow(
                run=run,
                region_code=district,
                occupation_code=occupation,
                surveyed_now=sum(one.surveyed.values()),
                vacancies=sum(one.listed.values()),
                wishes=wishes.get(place, 0),
                **_numbers(working, there.trained, one.employers, weights, least),
            )
        )
    ShortageRow.objects.bulk_create(rows, batch_size=2_000)
    ShortageLevel.objects.bulk_create(
        (
            level
            for row in rows
            for level in _levels(
                row,
                asked.get((row.region_code, row.occupation_code), queries.Asked()),
                supply.get((row.region_code, row.occupation_code), {}),
            )
        ),
        batch_size=2_000,
    )
    record(
        "shortage.computed", run, by=by, at=at, reason=reason, subject_kind="shortage_run",
        rows=len(rows), as_of=today.isoformat(),
    )  # fmt: skip
    return run


def _by_place(steps: dict) -> dict[tuple[str, str], dict[str, queries.Supply]]:
    found: dict[tuple[str, str], dict[str, queries.Supply]] = defaultdict(dict)
    for (district, occupation, level), there in steps.items():
        found[district, occupation][level] = there
    return found


def _levels(row: ShortageRow, asked: queries.Asked, supply: dict[str, queries.Supply]) -> list[ShortageLevel]:
    """A row by level. Posts that name none may be filled by anyone: they have numbers and no index of their own."""
    weights = row.run.weights
    least, wanted = weights.get("least_employers"), asked.by_level()
    found = []
    for level in sorted({*wanted, *supply}):
        want, there = wanted.get(level, queries.Wanted()), supply.get(level, queries.Supply())
        working = queries.Working(want.now, want.in_year, there.certified, there.pipeline, there.holders)
        told = _numbers(working, there.trained, want.employers, weights if level else {}, least)
        found.append(ShortageLevel(row=row, level_code=level, **told))
    return found


def _numbers(
    working: queries.Working, trained: int, employers: int, weights: dict, least: int | None
) -> dict[str, int | bool | None]:
    """What a row and each of its levels keep of the working, weighed."""
    weighed = queries.weigh(working, weights)
    return asdict(working) | {
        "trained": trained,
        "employers": employers,
        "demand_hundredths": weighed.demand,
        "supply_hundredths": weighed.supply,
        "index_permille": weighed.index_permille,
        "is_small": least is not None and 0 < employers < least,
    }
