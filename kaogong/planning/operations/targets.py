"""Drafting, setting and ending targets; loading those of the papers; counting how far they are."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor, system_actor, system_for
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.period import Period
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.writing import tidy
from kaogong.planning import queries
from kaogong.planning.models import Target, TargetReading
from kaogong.planning.states import DIRECTIONS, TIMES
from kaogong.trail.operations import begin, move, record, require_may


class TargetUnclear(Refused):
    """目标的{field}没有填对：{problem}。"""


class TargetThere(Refused):
    """同一期间已经有这个目标。要改数值的，先撤销原来的。"""


class TargetNotRunning(Refused):
    """目标还没有下达，不能统计进度。"""


@transaction.atomic
def draft_target(
    *,
    region_code: str,
    code: str,
    title: str,
    indicator_code: str,
    time: str,
    starts_on: date,
    ends_on: date,
    value: int,
    unit: str,
    clause: str,
    by: Actor,
    at: datetime,
    direction: str = "at_least",
    where: dict[str, str] | None = None,
    owner: str = "",
    co_owners: tuple[str, ...] = (),
    quote: str = "",
    note: str = "",
    illustrative: bool = False,
) -> Target:
    """Draft a target for another person to set; ``ends_on`` is the first day after it."""
    require_may(by, Permission.DRAFT_TARGET, "拟定目标")
    require_region(region_code, by=by)
    wrong = [
        (not tidy(title), "名称", "必须填写"),
        (not tidy(code), "代码", "必须填写"),
        (not tidy(indicator_code), "指标", "请选择"),
        (time not in TIMES, "时间口径", "请选择累计或期末"),
        (direction not in DIRECTIONS, "方向", "请选择不低于或不高于"),
        (ends_on <= starts_on, "期间", "结束应晚于开始"),
        (value < 0, "目标值", "不能为负"),
        (unit == "%" and value > 10_000, "目标值", "比例不能超过100%"),
        (not tidy(clause), "依据", "请写明文号和条款"),
    ]
    for is_wrong, field, problem in wrong:
        if is_wrong:
            raise TargetUnclear(field=field, problem=problem)
    target = keep_target(
        region_code=region_code, code=tidy(code)[:60], kind="target", title=tidy(title)[:200],
        indicator_code=indicator_code, where=where or {}, time=time, starts_on=starts_on, ends_on=ends_on,
        direction=direction, value=value, unit=unit, owner=tidy(owner)[:120], co_owners=list(co_owners),
        clause=tidy(clause)[:120], quote=quote.strip(), note=tidy(note)[:400], illustrative=illustrative,
        drafted_at=at,
    )  # fmt: skip
    begin(target, "drafted", by=by, at=at)
    return target


@transaction.atomic
def set_target(target_id: int, *, by: Actor, at: datetime, reason: str = "") -> Target:
    """Set a drafted target: from now on it is followed."""
    target = queries.target_for_update(target_id, by=by)
    move(target, "set", by=by, at=at, reason=reason)
    return target


@transaction.atomic
def close_target(target_id: int, *, by: Actor, at: datetime, reason: str) -> Target:
    """End a target; its last reading stands."""
    target = queries.target_for_update(target_id, by=by)
    move(target, "close", by=by, at=at, reason=reason)
    return target


@transaction.atomic
def withdraw_target(target_id: int, *, by: Actor, at: datetime, reason: str) -> Target:
    """Withdraw a target, so that another may be set in its place."""
    target = queries.target_for_update(target_id, by=by)
    move(target, "withdraw", by=by, at=at, reason=reason)
    return target


@transaction.atomic
def load_targets(*, by: Actor, at: datetime, region_code: str = "") -> int:
    """Load what the papers set for each region (or those within one) and set it; returns how many are new.

    A target somebody withdrew is not loaded again.
    """
    if by.role != "system":
        require_may(by, Permission.DRAFT_TARGET, "载入文件目标")
        require_region(region_code, by=by)
    today = timezone.localdate(at)
    there = set(Target.objects.values_list("region_code", "code", "starts_on"))
    loaded = 0
    for row in queries.shipped_targets():
        if region_code and not RegionCode(region_code).covers(row.region_code):
            continue
        for starts_on, ends_on in row.periods(today):
            if (row.region_code, row.code, starts_on) in there:
                continue
            title = f"{starts_on.year}年：{row.title}" if row.period == "yearly" else row.title
            target = keep_target(
                region_code=row.region_code, code=row.code, kind=row.kind, title=title,
                indicator_code=row.indicator_code, where=row.where, time=row.time, starts_on=starts_on,
                ends_on=ends_on, direction=row.direction, value=row.value, unit=row.unit, owner=row.owner,
                co_owners=list(row.co_owners), clause=row.clause, source=row.source, quote=row.quote,
                note=row.note, drafted_at=at,
            )  # fmt: skip
            begin(target, "drafted", by=by, at=at, source=row.source)
            move(target, "set", by=system_for(by), at=at)
            loaded += 1
    return loaded


@transaction.atomic
def read_target(target_id: int, *, by: Actor, at: datetime) -> TargetReading:
    """Count one target now; a reading the same as the last one of the day is not kept twice."""
    if by.role != "system":
        require_may(by, Permission.DRAFT_TARGET, "统计目标进度")
    target = queries.target_for_update(target_id, by=by)
    if target.status not in ("set", "closed"):
        raise TargetNotRunning()
    today = timezone.localdate(at)
    period = Period(target.starts_on, target.ends_on)
    as_of = min(today, period.last)
    counted = queries.read(
        target.indicator_code, region_code=target.region_code, period=period, where=target.where, on=as_of,
        by=system_actor(),
    )  # fmt: skip
    said: dict[str, Any] = {
        "value": counted.value,
        "points": [[day.isoformat(), value] for day, value in counted.points],
        "earlier": [[day.isoformat(), value] for day, value in counted.earlier],
    }
    last = queries.readings(target.pk).first()
    if last is not None and last.as_of == as_of and all(getattr(last, k) == v for k, v in said.items()):
        return last
    reading = TargetReading.objects.create(
        target=target, as_of=as_of, snapshot=counted.snapshot[:80], note=counted.note, read_at=at, **said
    )
    record("target.read", target, by=by, at=at, value=counted.value, as_of=as_of.isoformat())
    return reading


def read_targets(*, by: Actor, at: datetime) -> dict[str, int]:
    """Count every running target, each by itself: one that cannot be counted stops no other."""
    counted = {"read": 0, "refused": 0}
    for target_id in list(queries.targets_to_read(timezone.localdate(at)).values_list("pk", flat=True)):
        try:
            read_target(target_id, by=by, at=at)
            counted["read"] += 1
        except Refused:
            counted["refused"] += 1
    return counted


def require_region(region_code: str, *, by: Actor) -> None:
    """Refuse what is about a region out of the actor's reach."""
    if by.role != "system" and not (by.region_code and RegionCode(by.region_code).covers(region_code)):
        raise NotFound()


def keep_target(**said: Any) -> Target:
    """A new target as drafted; TargetThere where one of the same code and days stands."""
    try:
        with transaction.atomic():
            return Target.objects.create(**said)
    except IntegrityError as fault:
        if "target_once" in str(fault):
            raise TargetThere() from fault
        raise
