"""Reading targets, their progress, and supervision notices."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Case, Q, QuerySet, When

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.period import Period
from kaogong.kernel.region_code import RegionCode
from kaogong.planning.models import SupervisionNotice, SupervisionReply, Target, TargetReading

from .conduct import conduct_of
from .forecast import Progress, progress
from .measured import steps
from .units import in_own_region, names_own_unit, own_units

SHOWN_ABOVE = ("set", "closed")


@dataclass(frozen=True, slots=True)
class Standing:
    """How one target stands by its latest reading; ``lags`` None where no limit is given or nothing is known."""

    target: Target
    reading: TargetReading | None
    progress: Progress | None
    lag_limit: int | None
    lags: bool | None


def targets(by: Actor, text: str = "") -> QuerySet[Target]:
    """Targets in reach, and those set for the regions above, which are theirs to help reach."""
    rows = Target.objects.order_by("-ends_on", "region_code", "id")
    if by.role != "system":
        outside = by.person_id is not None or by.organisation_id is not None
        if outside or not by.region_code:
            return rows.none()
        if by.own_unit:
            return _of_own_unit(rows.filter(in_own_region(by), status__in=SHOWN_ABOVE), by, text)
        region = RegionCode(by.region_code)
        above = [parent.value for parent in region.parents()]
        rows = rows.filter(
            Q(region_code__startswith=region.prefix) | Q(region_code__in=above, status__in=SHOWN_ABOVE)
        )
        own = Case(When(region_code__startswith=region.prefix, then=0), default=1)
        rows = rows.order_by(own, "-ends_on", "region_code", "id")
    return _saying(rows, text)


def _of_own_unit(rows: QuerySet[Target], by: Actor, text: str) -> QuerySet[Target]:
    """Targets the actor's unit answers or helps to answer for."""
    own = [
        pk
        for pk, owner, joint in rows.values_list("pk", "owner", "co_owners")
        if own_units([owner, *joint], by)
    ]
    return _saying(rows.filter(pk__in=own), text)


def _saying(rows: QuerySet[Target], text: str) -> QuerySet[Target]:
    if not text:
        return rows
    return rows.filter(Q(title__icontains=text) | Q(owner__icontains=text) | Q(clause__icontains=text))


def target(target_id: int, *, by: Actor) -> Target:
    """One target in reach or of a region above, or NotFound."""
    found = targets(by).filter(pk=target_id).first()
    if found is None:
        raise NotFound()
    return found


def target_for_update(target_id: int, *, by: Actor) -> Target:
    """One target in the actor's own reach, locked; those of the regions above are not theirs to change."""
    rows = in_reach(Target.objects.all(), by, organisation=None)
    found = rows.select_for_update(of=("self",)).filter(pk=target_id).first()
    if found is None:
        raise NotFound()
    return found


def is_own(target: Target, by: Actor) -> bool:
    """Whether the target is in the reach of the actor's bureau, not a region's above."""
    return by.role == "system" or bool(
        by.region_code and not by.own_unit and RegionCode(by.region_code).covers(target.region_code)
    )


def targets_to_read(on: date) -> QuerySet[Target]:
    """Targets set, begun by the day, and not over for more than a year (late figures still come in)."""
    rows = Target.objects.filter(status="set", kind="target", starts_on__lte=on)
    return rows.filter(ends_on__gt=date(on.year - 1, 1, 1)).order_by("id")


def latest_readings(target_ids: Iterable[int]) -> dict[int, TargetReading]:
    """The latest reading of each target, by its id."""
    rows = TargetReading.objects.filter(target_id__in=list(target_ids))
    return {row.target_id: row for row in rows.order_by("target_id", "-id").distinct("target_id")}


def readings(target_id: int) -> QuerySet[TargetReading]:
    """Every reading of one target, latest first."""
    return TargetReading.objects.filter(target_id=target_id).order_by("-id")


def standing_of(target: Target, reading: TargetReading | None, today: date) -> Standing:
    """How one target stands by one reading, judged by the limit of its region on the day."""
    limit = conduct_of(target.region_code, today).lag_limit
    if reading is None:
        return Standing(target, None, None, limit, None)
    period = Period(target.starts_on, target.ends_on)
    ends = steps(period)
    known = [date.fromisoformat(day) for day, _value in reading.points]
    complete = sum(day in ends for day in known)
    part = Fraction(0)
    if complete < len(known):
        since = ends[complete - 1] if complete else period.start - timedelta(days=1)
        part = Fraction((known[-1] - since).days, (ends[complete] - since).days)
    told = progress(
        target.value,
        period,
        reading.as_of,
        points=[value for _day, value in reading.points] or [reading.value],
        months=len(ends),
        complete=complete if known else 1,
        part=part,
        direction=target.direction,
        earlier=[value for _day, value in reading.earlier],
        stock=target.time == "stock",
        is_share=target.unit == "%",
    )
    lags = None
    if limit is not None and told.behind is not None and target.status == "set":
        lags = not told.reached and told.behind >= limit
    return Standing(target, reading, told, limit, lags)


def standings(rows: Iterable[Target], today: date) -> list[Standing]:
    """How each of these targets stands, in bulk."""
    rows = list(rows)
    found = latest_readings(row.pk for row in rows)
    return [standing_of(row, found.get(row.pk), today) for row in rows]


def period_of(target: Target) -> Period:
    """The days a target is about."""
    return Period(target.starts_on, target.ends_on)


def running_targets(by: Actor, today: date) -> QuerySet[Target]:
    """Targets of the actor's own reach that are set and within their days, the soonest over first."""
    rows = Target.objects.filter(status="set", kind="target", starts_on__lte=today, ends_on__gt=today)
    return in_reach(rows, by, organisation=None).order_by("ends_on", "region_code", "id")


def targets_to_set(by: Actor) -> QuerySet[Target]:
    """Targets of the actor's own reach drafted and not set, the soonest begun first."""
    rows = Target.objects.filter(status="drafted", kind="target")
    return in_reach(rows, by, organisation=None).order_by("starts_on", "region_code", "id")


def lagging(by: Actor, today: date) -> list[Standing]:
    """The running targets of the actor's own reach that lag, the furthest behind first."""
    found = [one for one in standings(running_targets(by, today), today) if one.lags]
    return sorted(found, key=lambda one: -one.progress.behind)


def lagging_among(rows: QuerySet[Target], today: date) -> QuerySet[Target]:
    """Those of these targets that are set and lag by their latest reading, in the same order."""
    found = standings(rows.filter(status="set", kind="target"), today)
    return rows.filter(pk__in=[one.target.pk for one in found if one.lags])


def lagging_seen(by: Actor, today: date) -> int:
    """How many targets that run today lag among all the actor sees, those of the regions above too."""
    rows = targets(by).filter(status="set", kind="target", starts_on__lte=today, ends_on__gt=today)
    return sum(bool(one.lags) for one in standings(rows, today))


def supervisions(by: Actor, text: str = "") -> QuerySet[SupervisionNotice]:
    """Supervision notices to units in reach, the latest first; a unit's clerk sees those to its own."""
    rows = _to_units(SupervisionNotice.objects.select_related("target"), by)
    if text:
        rows = rows.filter(Q(number__icontains=text) | Q(unit__icontains=text) | Q(title__icontains=text))
    return rows.order_by("-id")


def _to_units(rows: QuerySet, by: Actor, through: str = "") -> QuerySet:
    """Rows about notices to units in reach; notices name units in words, a unit's account holds its key."""
    if not by.own_unit:
        return in_reach(rows, by, region=f"{through}region_code", organisation=None)
    return rows.filter(names_own_unit(f"{through}unit", by), in_own_region(by, through))


def supervision(notice_id: int, *, by: Actor) -> SupervisionNotice:
    """One supervision notice in reach, or NotFound."""
    found = supervisions(by).filter(pk=notice_id).first()
    if found is None:
        raise NotFound()
    return found


def supervision_for_update(notice_id: int, *, by: Actor) -> SupervisionNotice:
    """The same, locked."""
    rows = _to_units(SupervisionNotice.objects.select_related("target"), by)
    found = rows.select_for_update(of=("self",)).filter(pk=notice_id).first()
    if found is None:
        raise NotFound()
    return found


def supervisions_waiting(by: Actor) -> QuerySet[SupervisionNotice]:
    """Notices that wait for somebody: for a reply, or for the reply to be looked at."""
    return supervisions(by).filter(status__in=("issued", "replied"))


def replies_of(notice_id: int) -> QuerySet[SupervisionReply]:
    """Replies to one notice, the first first, without their papers."""
    return SupervisionReply.objects.filter(notice_id=notice_id).defer("paper").order_by("id")


def reply_paper(reply_id: int, *, by: Actor) -> SupervisionReply:
    """One reply with its paper, of a notice in reach; NotFound where there is none."""
    rows = _to_units(SupervisionReply.objects.select_related("notice"), by, through="notice__")
    found = rows.filter(pk=reply_id).exclude(paper_title="").first()
    if found is None:
        raise NotFound()
    return found
