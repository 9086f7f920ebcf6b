"""Splitting a city's target over its districts: drafted by one, set by another, adding up to the city's."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import ReasonMissing, Refused
from kaogong.planning import queries
from kaogong.planning.models import Target
from kaogong.planning.queries.target_shares import DistrictAsk
from kaogong.planning.states import TARGET
from kaogong.trail.operations import begin, move, record, require_may

from .targets import TargetNotRunning, keep_target


class TargetNotDivisible(Refused):
    """比例、上限和没有下级区市的目标不能分解：{title}。"""


class TargetSplitAlready(Refused):
    """这个目标已经分解。要改的，先撤销原来的分解。"""


class SharesUnclear(Refused):
    """“{district}”的{field}应为不小于零的整数，且应是本区域的区市。"""


class NothingToSet(Refused):
    """没有待下达的分解目标。"""


@transaction.atomic
def split_target(
    target_id: int,
    *,
    asks: Sequence[DistrictAsk],
    capacity_percent: int,
    by: Actor,
    at: datetime,
    reason: str,
) -> list[Target]:
    """Draft every district's share of a target that is set; another person sets them."""
    require_may(by, Permission.DRAFT_TARGET, "分解目标")
    target = queries.target_for_update(target_id, by=by)
    if target.status != "set":
        raise TargetNotRunning()
    parts = dict(queries.parts_of_region(target.region_code))
    if target.unit == "%" or target.direction != "at_least" or not parts or target.kind != "target":
        raise TargetNotDivisible(title=target.title)
    if queries.shares_of(target.pk, by=by).exists():
        raise TargetSplitAlready()
    if not reason.strip():
        raise ReasonMissing(label="分解目标")
    if not asks or not 0 <= capacity_percent <= 100:
        raise SharesUnclear(district="—", field="产能权重")
    for ask in asks:
        for field, number in (("需求", ask.need), ("培训能力", ask.capacity)):
            if ask.region_code not in parts or number < 0:
                raise SharesUnclear(district=ask.name, field=field)
    worked = queries.share_split(target.value, asks, capacity_percent)
    shares = []
    for ask, given in zip(asks, worked.rows, strict=True):
        if not given.people:
            continue
        share = keep_target(
            region_code=ask.region_code, code=f"{target.code[:50]}:share", kind="target",
            title=f"{target.title}（{parts[ask.region_code]}）"[:200], indicator_code=target.indicator_code,
            where=target.where, time=target.time, starts_on=target.starts_on, ends_on=target.ends_on,
            direction=target.direction, value=given.people, unit=target.unit, owner=parts[ask.region_code],
            clause=target.clause, source=target.source, quote=target.quote, illustrative=target.illustrative,
            parent=target, drafted_at=at,
            working={
                "need": ask.need, "capacity": ask.capacity, "capacity_percent": capacity_percent,
                "weight": f"{float(given.weight * 100):.2f}", "exact": f"{float(given.exact):.2f}",
            },
        )  # fmt: skip
        begin(share, "drafted", by=by, at=at, parent=target.title)
        shares.append(share)
    record(
        "target.split", target, by=by, at=at, reason=reason, districts=len(shares),
        capacity_percent=capacity_percent,
    )  # fmt: skip
    return shares


@transaction.atomic
def set_shares(target_id: int, *, by: Actor, at: datetime, reason: str = "") -> list[Target]:
    """Set every drafted share of a target at once."""
    return _move_shares(target_id, "set", by=by, at=at, reason=reason)


@transaction.atomic
def withdraw_shares(target_id: int, *, by: Actor, at: datetime, reason: str) -> list[Target]:
    """Withdraw every share of a target, so that it may be split anew."""
    return _move_shares(target_id, "withdraw", by=by, at=at, reason=reason)


def _move_shares(target_id: int, verb: str, *, by: Actor, at: datetime, reason: str) -> list[Target]:
    require_may(by, Permission.SET_TARGET, TARGET.move(verb).label)
    target = queries.target_for_update(target_id, by=by)
    shares = [
        share
        for share in queries.shares_of(target.pk, by=by).select_for_update(of=("self",))
        if share.status in TARGET.move(verb).sources
    ]
    if not shares:
        raise NothingToSet()
    for share in shares:
        move(share, verb, by=by, at=at, reason=reason)
    return shares
