"""Reading annual plans: what is asked for, where it overlaps, how it is split, what is done of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.db.models import Count, Q, QuerySet, Sum

from kaogong import rules
from kaogong.access.queries import in_reach
from kaogong.kernel import reference
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.period import Period
from kaogong.kernel.region_code import RegionCode
from kaogong.planning.models import (
    AnnualPlan,
    OverlapDecision,
    PlanLine,
    PlanSubmission,
    PlanTask,
    PlanVersion,
)
from kaogong.planning.states import N_

from .measured import done_by
from .overlapping import Asked, Overlap, overlaps
from .splitting import Ask, Split, split

PERSON_TIMES = "training.person_times"
LEVELS = {"region": N_("区域"), "department": N_("部门"), "programme": N_("培训项目")}


@dataclass(frozen=True, slots=True)
class DecidedOverlap:
    """Two lines that ask for the same people, and what was decided of them (None: nothing yet)."""

    overlap: Overlap
    first: PlanLine
    second: PlanLine
    decision: OverlapDecision | None


@dataclass(frozen=True, slots=True)
class ProgrammeSplit:
    """How one programme's people are split over its lines."""

    programme: str
    asked: int
    split: Split
    lines: dict[int, PlanLine]


@dataclass(frozen=True, slots=True)
class Done:
    """Plan beside done for one code of one level; ``share`` in hundredths of a percent."""

    code: str
    planned: int
    done: int | None

    @property
    def share(self) -> int | None:
        return None if self.done is None or not self.planned else self.done * 10_000 // self.planned


@lru_cache(maxsize=1)
def departments() -> dict[str, str]:
    """Code → short name of the departments the papers name, 人社 first."""
    return {row.code: row.short_name for row in reference.read_departments()}


def programmes() -> dict[str, str]:
    """Code → name of every scheme of the rulebook: what people may be planned for."""
    return {code: chinese for code, (chinese, _english) in rules.load().scheme_labels.items()}


def plans(by: Actor) -> QuerySet[AnnualPlan]:
    """Plans in reach, and those of the regions above, to which one's own lines go; the latest year first."""
    rows = AnnualPlan.objects.all()
    if by.role != "system":
        if by.person_id is not None or by.organisation_id is not None or not by.region_code:
            return rows.none()
        region = RegionCode(by.region_code)
        above = [parent.value for parent in region.parents()]
        rows = rows.filter(Q(region_code__startswith=region.prefix) | Q(region_code__in=above))
    return rows.order_by("-year", "region_code", "-id")


def plan(plan_id: int, *, by: Actor) -> AnnualPlan:
    """One plan of one's own reach or of a region above, or NotFound."""
    found = plans(by).filter(pk=plan_id).first()
    if found is None:
        raise NotFound()
    return found


def own_plan(plan_id: int, *, by: Actor) -> AnnualPlan:
    """One plan in the actor's own reach, or NotFound: what is worked out of it is its region's matter."""
    found = in_reach(AnnualPlan.objects.all(), by, organisation=None).filter(pk=plan_id).first()
    if found is None:
        raise NotFound()
    return found


def plan_for_update(plan_id: int, *, by: Actor) -> AnnualPlan:
    """The same, locked."""
    rows = in_reach(AnnualPlan.objects.all(), by, organisation=None)
    found = rows.select_for_update(of=("self",)).filter(pk=plan_id).first()
    if found is None:
        raise NotFound()
    return found


def submissions(by: Actor, plan_id: int | None = None) -> QuerySet[PlanSubmission]:
    """Submissions in reach with ``people`` and ``lines_count`` of what stands, in order of region and department."""
    rows = in_reach(
        PlanSubmission.objects.select_related("plan"), by, organisation=None, department="department"
    )
    if plan_id is not None:
        rows = rows.filter(plan_id=plan_id)
    stands = Q(lines__status="standing")
    return rows.annotate(
        people=Sum("lines__people", filter=stands), lines_count=Count("lines", filter=stands)
    ).order_by("region_code", "department", "id")


def submissions_open(by: Actor) -> QuerySet[PlanSubmission]:
    """Submissions in reach begun and not handed in while their plan takes lines, the soonest due first."""
    rows = in_reach(
        PlanSubmission.objects.select_related("plan"), by, organisation=None, department="department"
    )
    return rows.filter(status__in=("drafted", "returned"), plan__status="collecting").order_by(
        "plan__due_on", "id"
    )


def submission(submission_id: int, *, by: Actor) -> PlanSubmission:
    """One submission in reach, or NotFound."""
    found = submissions(by).filter(pk=submission_id).first()
    if found is None:
        raise NotFound()
    return found


def submission_for_update(submission_id: int, *, by: Actor) -> PlanSubmission:
    """The same, locked with its plan, so that nobody closes the plan in between."""
    rows = PlanSubmission.objects.select_related("plan")
    rows = in_reach(rows, by, organisation=None, department="department")
    found = rows.select_for_update(of=("self", "plan")).filter(pk=submission_id).first()
    if found is None:
        raise NotFound()
    return found


def lines_of(submission_id: int) -> QuerySet[PlanLine]:
    """The lines of one submission, in order."""
    return PlanLine.objects.filter(submission_id=submission_id).order_by("sequence")


def line_for_update(line_id: int, *, by: Actor) -> PlanLine:
    """One line of a plan in the actor's own reach, locked."""
    rows = PlanLine.objects.select_related("submission__plan")
    rows = in_reach(rows, by, region="submission__plan__region_code", organisation=None)
    found = rows.select_for_update(of=("self",)).filter(pk=line_id).first()
    if found is None:
        raise NotFound()
    return found


def submitted_lines(plan_id: int) -> list[PlanLine]:
    """Every line handed in to a plan, removed ones among them, in order."""
    rows = PlanLine.objects.filter(submission__plan_id=plan_id, submission__status="submitted")
    return list(rows.select_related("submission").order_by("id"))


def overlaps_of(plan_id: int) -> list[DecidedOverlap]:
    """Where lines handed in ask for the same people, with what was decided; the undecided first."""
    rows = {line.pk: line for line in submitted_lines(plan_id)}
    decided: dict[tuple[int, int], OverlapDecision] = {}
    for one in OverlapDecision.objects.filter(plan_id=plan_id).order_by("id"):
        decided[one.first_id, one.second_id] = one
    asked = [
        Asked(
            line.pk, (line.submission.region_code, line.submission.department), line.region_code,
            line.programme, line.occupation_code, line.group_code, line.people,
        )
        for line in rows.values()
    ]  # fmt: skip
    found = [
        DecidedOverlap(
            one, rows[one.first.key], rows[one.second.key], decided.get((one.first.key, one.second.key))
        )
        for one in overlaps(asked)
    ]
    return sorted(found, key=lambda one: (_is_settled(one), one.first.pk, one.second.pk))


def overlaps_open(plan_id: int) -> list[DecidedOverlap]:
    """Those nobody has decided, both lines still counting."""
    return [one for one in overlaps_of(plan_id) if not _is_settled(one)]


def overlaps_to_undo(plan_id: int) -> list[DecidedOverlap]:
    """Those decided and not undone since."""
    found = overlaps_of(plan_id)
    return [one for one in found if one.decision is not None and one.decision.answer != "undone"]


def split_of(plan: AnnualPlan) -> list[ProgrammeSplit]:
    """How the plan's people would be split now, programme by programme, with the working."""
    by_programme: dict[str, list[PlanLine]] = {}
    for line in submitted_lines(plan.pk):
        if line.status == "standing":
            by_programme.setdefault(line.programme, []).append(line)
    found = []
    for programme, lines in sorted(by_programme.items()):
        asked = sum(line.people for line in lines)
        total = int(plan.totals.get(programme, asked))
        worked = split(
            total,
            [Ask(line.pk, line.people, line.capacity) for line in lines],
            capacity_percent=plan.capacity_percent,
            within_capacity=plan.within_capacity,
        )
        found.append(ProgrammeSplit(programme, asked, worked, {line.pk: line for line in lines}))
    return found


def versions(plan_id: int) -> QuerySet[PlanVersion]:
    """Every version of a plan, the latest first."""
    return PlanVersion.objects.filter(plan_id=plan_id).order_by("-number")


def tasks_of(version_id: int) -> QuerySet[PlanTask]:
    """The shares of one version with their lines, in order of district, department, programme."""
    rows = PlanTask.objects.filter(version_id=version_id).select_related("line")
    return rows.order_by("region_code", "department", "programme", "id")


def plan_against_done(plan: AnnualPlan, level: str, *, by: Actor, today: date) -> tuple[list[Done], str]:
    """The latest version beside what was done this far, by region, department or programme; and why sums differ.

    What was done without a plan is listed too, planned nothing.
    """
    version = versions(plan.pk).first()
    if version is None:
        return [], ""
    column = {"region": "region_code"}.get(level, level)
    rows = PlanTask.objects.filter(version=version).order_by().values_list(column)
    planned = dict(rows.annotate(people=Sum("people")))
    begins, over = date(plan.year, 1, 1), date(plan.year + 1, 1, 1)
    done: dict[str, int | None] = {}
    why = ""
    if begins <= today:  # classes that end later this year are not done yet
        this_far = Period(begins, min(over, today + timedelta(days=1)))
        counted = done_by(PERSON_TIMES, level, region_code=plan.region_code, period=this_far, by=by)
        done, why = counted.rows, counted.why
    codes = [*sorted(planned), *sorted(code for code, value in done.items() if code not in planned and value)]
    return [Done(code, planned.get(code, 0), done.get(code, 0)) for code in codes], why


def done_in_all(rows: Iterable[Done]) -> Done:
    """The sum of a table of plan and done."""
    rows = list(rows)
    known = [row.done for row in rows if row.done is not None]
    return Done("", sum(row.planned for row in rows), sum(known) if known else None)


def _is_settled(one: DecidedOverlap) -> bool:
    """A line left out settles it; a decision to leave one out does not where the line was restored since."""
    kept = one.decision is not None and one.decision.answer == "keep_both"
    return kept or "removed" in (one.first.status, one.second.status)


def latest_versions(plan_ids: Iterable[int]) -> dict[int, PlanVersion]:
    """The latest version of each plan that has one."""
    rows = PlanVersion.objects.filter(plan_id__in=list(plan_ids)).order_by("plan_id", "-number")
    return {row.plan_id: row for row in rows.distinct("plan_id")}


def plans_to_decide(by: Actor) -> QuerySet[AnnualPlan]:
    """Plans of the actor's own reach that wait for a decision."""
    return in_reach(AnnualPlan.objects.filter(status="proposed"), by, organisation=None)
