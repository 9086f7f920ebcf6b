"""What a year's figures say of each unit: targets, plan, money, lines, duties, supervision; with the working.

A measure is a percentage. Every figure it was made of is a line of its working, so that the points can be checked
by hand; where there is nothing to measure the value is None and a person has to say.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import Sum
from django.utils import timezone

from kaogong.funds import queries as funds
from kaogong.kernel.actor import Actor, system_actor
from kaogong.kernel.period import Period
from kaogong.kernel.region_code import RegionCode
from kaogong.planning.models import (
    AnnualPlan,
    AssessedUnit,
    DutyItem,
    DutyReport,
    PlanSubmission,
    PlanTask,
    PlanVersion,
    SupervisionNotice,
    Target,
    TargetReading,
    UnitAssessment,
)
from kaogong.planning.states import N_
from kaogong.trail import queries as trail

from .forecast import in_words, is_reached, straight_line
from .measured import done_by
from .plans import PERSON_TIMES
from .targets import period_of
from .units import unit_key

MEASURES = {
    "targets": N_("目标完成率的平均数"),
    "plan": N_("年度计划完成率"),
    "budget": N_("预算执行率"),
    "lines": N_("年度计划按时提报的比例"),
    "returns": N_("季报按期冻结的比例"),
    "duties": N_("到期责任事项按期完成的比例"),
    "supervision": N_("督办按期回复的比例"),
}
WHOLE = Fraction(100)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a working: the thing it is about, how it reads, and its percentage (None: not counted)."""

    about: str  # target | plan | fund | submission | duty | notice | return
    number: int
    label: str
    said: str
    percent: str

    @property
    def kept(self) -> dict[str, object]:
        return {
            "about": self.about, "number": self.number, "label": self.label, "said": self.said,
            "percent": self.percent,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnitMeasure:
    """One unit's figure on one measure: the percentage, how it reads, and its lines."""

    value: Decimal | None
    story: str
    lines: tuple[Line, ...] = ()
    snapshot: str = ""


# What is passed in by a layer above: unit → measure → figure.
UnitMeasures = Mapping[int, Mapping[str, UnitMeasure]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """The assessment's year as far as it has gone, and its units."""

    assessment: UnitAssessment
    units: list[AssessedUnit]
    until: date
    at: datetime
    by: Actor = field(default_factory=system_actor)

    @property
    def prefix(self) -> str:
        return RegionCode(self.assessment.region_code).prefix

    @property
    def begins(self) -> date:
        return date(self.assessment.year, 1, 1)

    def of(self, region_code: str, department: str) -> list[AssessedUnit]:
        """The units something of this region and department is counted for."""
        return [
            unit
            for unit in self.units
            if (unit.kind == "district" and region_code.startswith(unit.region_code))
            or (unit.kind != "district" and department and unit.department == department
                and region_code[:6] == unit.region_code)
        ]  # fmt: skip


def measured_of(assessment: UnitAssessment, at: datetime) -> dict[int, dict[str, UnitMeasure]]:
    """Every measure of every unit as it stands at the moment, the year's last day at the latest."""
    today = timezone.localdate(at)
    until = min(date(assessment.year, 12, 31), today)
    asked = _Asked(assessment, list(assessment.units.order_by("id")), until, at)
    found: dict[int, dict[str, UnitMeasure]] = {unit.pk: {} for unit in asked.units}
    for name, measure in _MEASURING.items():
        for pk, one in measure(asked).items():
            found[pk][name] = one
    return found


def share_measure(lines: Iterable[Line], story: str, nothing: str, snapshot: str = "") -> UnitMeasure:
    """The plain average of the lines' percentages; without lines there is nothing to measure."""
    lines = tuple(lines)
    known = [Decimal(line.percent) for line in lines if line.percent]
    if not known:
        return UnitMeasure(None, nothing, lines, snapshot)
    value = (sum(known) / len(known)).quantize(Decimal("0.01"))
    return UnitMeasure(value, story.format(n=len(known), value=value), lines, snapshot)


def _targets(asked: _Asked) -> dict[int, UnitMeasure]:
    """Each target running in the year beside what was due of it by the year's end, at most 100 each."""
    rows = Target.objects.filter(
        region_code__startswith=asked.prefix,
        kind="target",
        status__in=("set", "closed"),
        starts_on__lte=asked.until,
        ends_on__gt=asked.begins,
    ).order_by("ends_on", "id")
    readings = _readings([row.pk for row in rows], asked.until)
    lines: dict[int, list[Line]] = {unit.pk: [] for unit in asked.units}
    snapshots: dict[int, str] = {}
    for row in rows:
        for unit in asked.of(row.region_code, unit_key(row.owner)):
            if unit.kind == "district" and row.region_code != unit.region_code:
                continue
            reading = readings.get(row.pk)
            lines[unit.pk].append(_target_line(row, reading, asked.until))
            if reading is not None:
                snapshots[unit.pk] = reading.snapshot
    return {
        pk: share_measure(
            found, "{n}个目标平均完成{value}%", "本年没有目标，或目标没有统计过", snapshots.get(pk, "")
        )
        for pk, found in lines.items()
    }


def _target_line(target: Target, reading: TargetReading | None, until: date) -> Line:
    if reading is None or reading.value is None:
        return Line("target", target.pk, target.title, "没有统计过进度", "")
    due = target.value
    if target.time == "event" and until < period_of(target).last:
        due = straight_line(target.value, period_of(target), until)
    if target.direction == "at_most":
        share = WHOLE if is_reached(reading.value, target.value, target.direction) else Fraction(0)
    else:
        share = min(WHOLE, Fraction(reading.value * 100, due)) if due else WHOLE
    said = (
        f"截至{reading.as_of}完成{in_words(reading.value, target.unit)}，应完成{in_words(due, target.unit)}"
    )
    return Line("target", target.pk, target.title, said, _percent(share))


def _readings(target_ids: list[int], until: date) -> dict[int, TargetReading]:
    rows = TargetReading.objects.filter(target_id__in=target_ids, as_of__lte=until)
    return {row.target_id: row for row in rows.order_by("target_id", "-id").distinct("target_id")}


def _plan(asked: _Asked) -> dict[int, UnitMeasure]:
    """What was done of the version last published, by the indicator the plan is followed by."""
    nothing = {unit.pk: UnitMeasure(None, "本年没有公布计划，或计划没有分给这个单位") for unit in asked.units}
    plan = AnnualPlan.objects.filter(
        region_code=asked.assessment.region_code, year=asked.assessment.year
    ).exclude(status="withdrawn").first()  # fmt: skip
    entry = trail.latest_entries("annual_plan", [plan.pk], ["annual_plan.published"]) if plan else {}
    if not entry:
        return nothing
    number = entry[str(plan.pk)].detail["version"]
    version = PlanVersion.objects.get(plan=plan, number=number)
    period = Period.from_days(asked.begins, asked.until)
    for kind, column, dimension in (
        ("district", "region_code", "region"), ("department", "department", "department"),
        ("unit", "department", ""),
    ):  # fmt: skip
        units = [unit for unit in asked.units if unit.kind == kind]
        if not units:
            continue
        rows = PlanTask.objects.filter(version=version).order_by().values_list(column)
        planned = dict(rows.annotate(people=Sum("people")))
        if not dimension:
            nothing |= {
                unit.pk: UnitMeasure(
                    None, f"计划分给这个单位{planned[unit.department]:,}人次，完成数不按单位统计"
                )
                for unit in units
                if planned.get(unit.department)
            }
            continue
        done = done_by(
            PERSON_TIMES, dimension, region_code=asked.assessment.region_code, period=period, by=asked.by
        )
        for unit in units:
            code = unit.region_code if kind == "district" else unit.department
            people, did = planned.get(code, 0), done.rows.get(code) or 0
            if not people:
                continue
            share = Fraction(did * 100, people)
            line = Line(
                "plan", plan.pk, f"{plan.title}（第{number}版）",
                f"计划{people:,}人次，截至{asked.until}完成{did:,}人次", _percent(share),
            )  # fmt: skip
            nothing[unit.pk] = share_measure([line], "年度计划完成{value}%", "", done.snapshot)
    return nothing


def _budget(asked: _Asked) -> dict[int, UnitMeasure]:
    """Paid of the budget, as the funds' own board counts it."""
    board = [
        row
        for row in funds.fund_board(asked.by, asked.assessment.year)
        if row.fund.region_code.startswith(asked.prefix)
    ]
    found = {}
    for unit in asked.units:
        mine = [row for row in board if unit in asked.of(row.fund.region_code, unit_key(row.fund.department))]
        aspect = "district" if unit.kind == "district" else "department"
        told = funds.execution(mine, aspect)
        names = "、".join(dict.fromkeys(row.fund.name for row in mine))
        lines = [
            Line(
                "fund", one.fund_ids[0], names,
                f"预算{one.budget_fen / 100:,.2f}元，已拨付{one.paid_fen / 100:,.2f}元",
                _percent(Fraction(one.paid_fen * 100, one.budget_fen)),
            )
            for one in told
            if one.budget_fen
        ]  # fmt: skip
        found[unit.pk] = share_measure(lines, "预算执行率{value}%", "本年没有这个单位的预算")
    return found


def _lines(asked: _Asked) -> dict[int, UnitMeasure]:
    """Whether what a unit asked to have in a plan called for in the year was handed in by the day."""
    rows = PlanSubmission.objects.filter(
        plan__due_on__range=(asked.begins, asked.until), plan__region_code=asked.assessment.region_code
    ).exclude(plan__status="withdrawn").select_related("plan").order_by("id")  # fmt: skip
    handed_in = trail.latest_entries(
        "plan_submission", [row.pk for row in rows], ["plan_submission.submitted"]
    )
    lines: dict[int, list[Line]] = {unit.pk: [] for unit in asked.units}
    for row in rows:
        entry = handed_in.get(str(row.pk))
        day = timezone.localdate(entry.at) if entry else None
        in_time = day is not None and day <= row.plan.due_on
        said = f"应于{row.plan.due_on}前提报，{f'{day}提报' if day else '没有提报'}"
        for unit in asked.of(row.region_code, row.department):
            lines[unit.pk].append(Line("submission", row.pk, row.plan.title, said, "100" if in_time else "0"))
    return {
        pk: share_measure(found, "{n}次计划提报，按时{value}%", "本年没有这个单位的计划提报")
        for pk, found in lines.items()
    }


def _duties(asked: _Asked) -> dict[int, UnitMeasure]:
    """Duties a unit leads that were due in the year: finished, and reported by the day."""
    rows = DutyItem.objects.filter(
        due_on__range=(asked.begins, asked.until), region_code__startswith=asked.prefix
    ).exclude(status="unassigned").order_by("region_code", "code")  # fmt: skip
    reported: dict[int, datetime] = {}
    for duty_id, at in (
        DutyReport.objects.filter(duty__in=rows).order_by("id").values_list("duty_id", "reported_at")
    ):
        reported[duty_id] = at
    lines: dict[int, list[Line]] = {unit.pk: [] for unit in asked.units}
    for row in rows:
        at = reported.get(row.pk)
        day = timezone.localdate(at) if at else None
        in_time = row.status == "finished" and day is not None and day <= row.due_on
        said = f"期限{row.due_on}，{f'最后一次报告{day}' if day else '没有报告'}，{row.lifecycle.label(row.status)}"
        for unit in asked.of(row.region_code, unit_key(row.lead_unit)):
            if unit.kind == "district" and row.region_code != unit.region_code:
                continue
            lines[unit.pk].append(Line("duty", row.pk, row.title, said, "100" if in_time else "0"))
    return {
        pk: share_measure(found, "{n}项到期责任，按期完成{value}%", "本年没有到期的责任事项")
        for pk, found in lines.items()
    }


def _supervision(asked: _Asked) -> dict[int, UnitMeasure]:
    """Notices sent to a unit in the year whose reply was due: answered by the day."""
    rows = SupervisionNotice.objects.filter(
        issued_on__range=(asked.begins, asked.until), region_code__startswith=asked.prefix
    ).exclude(status="cancelled").order_by("id")  # fmt: skip
    replies = trail.latest_entries(
        "supervision_notice", [row.pk for row in rows], ["supervision_notice.replied"]
    )
    today = timezone.localdate(asked.at)
    lines: dict[int, list[Line]] = {unit.pk: [] for unit in asked.units}
    for row in rows:
        entry = replies.get(str(row.pk))
        if row.status == "issued" and row.due_on >= today:
            continue  # its day has not come
        in_time = row.status != "issued" and entry is not None and not entry.detail.get("late")
        said = f"期限{row.due_on}，" + (
            f"{timezone.localdate(entry.at)}回复{'' if in_time else '（逾期）'}" if entry else "没有回复"
        )
        for unit in asked.of(row.region_code, unit_key(row.unit)):
            lines[unit.pk].append(
                Line("notice", row.pk, f"{row.number} {row.title}", said, "100" if in_time else "0")
            )
    return {
        pk: share_measure(found, "{n}件督办，按期回复{value}%", "本年没有给这个单位的督办，或都没有到期")
        for pk, found in lines.items()
    }


def returns_measure(due: Iterable[tuple[int, str, date, date | None]]) -> UnitMeasure:
    """How many quarterly returns were frozen in time: each a number, name, the day it was due, the day frozen."""
    lines = [
        Line(
            "return", number, name, f"应于{due_on}前冻结，{f'{day}冻结' if day else '没有冻结'}",
            "100" if day and day <= due_on else "0",
        )
        for number, name, due_on, day in due
    ]  # fmt: skip
    return share_measure(lines, "{n}期季报，按期{value}%", "本年没有到期的季报")


def _percent(share: Fraction) -> str:
    """A percentage with two places as kept, cut off below them: a unit is given no more than it did."""
    return f"{Decimal(int(share * 100)) / 100:.2f}"


_MEASURING: dict[str, Callable[[_Asked], dict[int, UnitMeasure]]] = {
    "targets": _targets,
    "plan": _plan,
    "budget": _budget,
    "lines": _lines,
    "duties": _duties,
    "supervision": _supervision,
}
