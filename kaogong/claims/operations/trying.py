"""Trying a proposed change on real claims: what was asked, how far it is, what came out. Nothing else is written."""

from datetime import date, datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotPermitted, Refused
from kaogong.kernel.region_code import RegionCode
from kaogong.rules.change import changed, read_change
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import Simulation


class RegionOutOfReach(Refused):
    """只能试算本人管辖范围内的申领。"""


@transaction.atomic
def simulate_change(
    text: str, *, today: date, by: Actor, at: datetime, year: int | None = None, region_code: str = ""
) -> Simulation:
    """Take up a change to be tried: it is read and checked at once, and tried by ``run_simulation``."""
    require_may(by, Permission.SIMULATE_CHANGE, "试算政策")
    region_code = region_code or by.region_code
    if not by.region_code or not RegionCode(by.region_code).covers(region_code):
        raise RegionOutOfReach()
    change = read_change(text.encode())
    changed(change)
    since, until = queries.period_of(change, today, year)
    lines = queries.decisions_between(since, until, by=by, region_code=region_code).count()
    simulation = Simulation.objects.create(
        title=change.title[:200],
        change=text,
        since=since,
        until=until,
        region_code=region_code,
        asked_at=at,
        by_account_id=by.account_id,
        by_name=by.name,
        total=2 * lines,
    )
    record(
        "simulation.asked", simulation, by=by, at=at, since=since.isoformat(), until=until.isoformat(),
        lines=lines,
    )  # fmt: skip
    return simulation


def run_simulation(simulation_id: int, *, by: Actor, at: datetime) -> Simulation:
    """Try the change and keep what comes out; one that is finished stays as it is. Its progress is in view.

    Each figure is written by itself, outside any transaction, so that it is seen while the work goes on.
    """
    if by.role == "system":
        raise NotPermitted(label="试算政策")
    simulation = queries.simulation(simulation_id, by=by)
    if simulation.finished_at is not None:
        return simulation

    def progress(done: int, total: int) -> None:
        simulation.done, simulation.total = done, total
        Simulation.objects.filter(pk=simulation_id).update(done=done, total=total)

    try:
        simulation.result = queries.simulate(
            read_change(simulation.change.encode()), simulation.since, simulation.until,
            by=by, region_code=simulation.region_code, progress=progress,
        )  # fmt: skip
    except Refused as refusal:
        simulation.refusal = refusal.message
    simulation.finished_at = at
    simulation.save(update_fields=["result", "refusal", "finished_at"])
    return simulation
