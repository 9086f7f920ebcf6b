"""The year's plan from the call for lines to publication and revision (D10)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import ReasonMissing, Refused
from kaogong.kernel.writing import tidy
from kaogong.notices import operations as notices
from kaogong.planning import queries
from kaogong.planning.models import AnnualPlan, PlanTask, PlanVersion
from kaogong.planning.states import ANNUAL_PLAN, PLAN_LINE
from kaogong.trail.operations import begin, move, record, require_may, require_move

from .targets import require_region


class PlanUnclear(Refused):
    """计划的{field}没有填对：{problem}。"""


class PlanThere(Refused):
    """{year}年的计划已经有了。"""


class NothingHandedIn(Refused):
    """还没有单位提报，不能汇总。"""


class OverlapsUndecided(Refused):
    """还有{count}处重复没有处理，先写明保留还是剔除。"""


class PlanEmpty(Refused):
    """没有计入的计划项，不能提请审定。"""


class PlanNotMerging(Refused):
    """计划不在汇总分解阶段，不能修改。"""


@transaction.atomic
def open_plan(
    *, region_code: str, year: int, due_on: date, by: Actor, at: datetime, title: str = ""
) -> AnnualPlan:
    """Open a region's plan for a year and call for lines until ``due_on``."""
    require_may(by, Permission.OPEN_PLAN, "开始征集年度计划")
    require_region(region_code, by=by)
    today = timezone.localdate(at)
    if not today.year - 5 <= year <= today.year + 2:
        raise PlanUnclear(field="年度", problem="应在前五年至后两年之间")
    if due_on < today:
        raise PlanUnclear(field="提报截止", problem="不能早于今天")
    title = tidy(title)[:120] or f"{catalog.region_name(region_code)}{year}年补贴性职业技能培训计划"
    try:
        with transaction.atomic():
            plan = AnnualPlan.objects.create(
                region_code=region_code, year=year, title=title, due_on=due_on, opened_at=at
            )
    except IntegrityError as fault:
        if "plan_once_a_year" in str(fault):
            raise PlanThere(year=year) from fault
        raise
    begin(plan, "opened", by=by, at=at, due_on=due_on.isoformat())
    return plan


@transaction.atomic
def merge_plan(plan_id: int, *, by: Actor, at: datetime, reason: str = "") -> AnnualPlan:
    """Stop taking lines and begin to merge what was handed in."""
    plan = queries.plan_for_update(plan_id, by=by)
    require_move(plan, ANNUAL_PLAN.move("merge"), ANNUAL_PLAN, by=by, reason=reason)
    lines = queries.submitted_lines(plan.pk)
    if not lines:
        raise NothingHandedIn()
    move(plan, "merge", by=by, at=at, reason=reason, lines=len(lines))
    return plan


@transaction.atomic
def reopen_plan(plan_id: int, *, by: Actor, at: datetime, reason: str) -> AnnualPlan:
    """Take lines again."""
    plan = queries.plan_for_update(plan_id, by=by)
    move(plan, "reopen", by=by, at=at, reason=reason)
    return plan


@transaction.atomic
def remove_line(line_id: int, *, by: Actor, at: datetime, reason: str):
    """Leave a line out of the plan."""
    return _line(line_id, "remove", by=by, at=at, reason=reason)


@transaction.atomic
def restore_line(line_id: int, *, by: Actor, at: datetime, reason: str):
    """Count a line again."""
    return _line(line_id, "restore", by=by, at=at, reason=reason)


@transaction.atomic
def choose_split(
    plan_id: int,
    *,
    capacity_percent: int,
    within_capacity: bool,
    totals: dict[str, int],
    by: Actor,
    at: datetime,
    reason: str,
) -> AnnualPlan:
    """Change how numbers are split: how much capacity weighs, whether it limits, and each programme's total."""
    require_may(by, Permission.MERGE_PLAN, "修改分解方法")
    plan = merging_plan(plan_id, by=by)
    if not 0 <= capacity_percent <= 100:
        raise PlanUnclear(field="产能权重", problem="应在0至100之间")
    if any(number < 0 for number in totals.values()):
        raise PlanUnclear(field="分项目总数", problem="不能为负")
    if not reason.strip():
        raise ReasonMissing(label="修改分解方法")
    plan.capacity_percent, plan.within_capacity, plan.totals = capacity_percent, within_capacity, totals
    plan.save(update_fields=["capacity_percent", "within_capacity", "totals"])
    record(
        "annual_plan.split_chosen", plan, by=by, at=at, reason=reason, capacity_percent=capacity_percent,
        within_capacity=within_capacity, totals=totals,
    )  # fmt: skip
    return plan


@transaction.atomic
def propose_plan(plan_id: int, *, by: Actor, at: datetime, reason: str = "") -> PlanVersion:
    """Put the plan as it is split now before whoever decides: a new version with its numbers.

    Refused while overlaps are undecided. What a programme's lines cannot take stays out and is told.
    """
    plan = queries.plan_for_update(plan_id, by=by)
    require_move(plan, ANNUAL_PLAN.move("propose"), ANNUAL_PLAN, by=by, reason=reason)
    undecided = queries.overlaps_open(plan.pk)
    if undecided:
        raise OverlapsUndecided(count=len(undecided))
    parts = queries.split_of(plan)
    given = [(row, part.lines[row.key]) for part in parts for row in part.split.rows]
    if not given:
        raise PlanEmpty()
    last = queries.versions(plan.pk).first()
    if last is not None and not reason.strip():
        raise ReasonMissing(label="提请审定")
    version = PlanVersion.objects.create(
        plan=plan, number=last.number + 1 if last else 1, capacity_percent=plan.capacity_percent,
        within_capacity=plan.within_capacity, people=sum(row.people for row, _line in given),
        reason=reason.strip()[:500], made_at=at,
    )  # fmt: skip
    PlanTask.objects.bulk_create(
        PlanTask(
            version=version, line=line, region_code=line.region_code, department=line.submission.department,
            programme=line.programme, people=row.people,
        )
        for row, line in given
    )  # fmt: skip
    left = sum(part.split.left for part in parts)
    move(
        plan, "propose", by=by, at=at, reason=reason, version=version.number, people=version.people, left=left
    )
    return version


@transaction.atomic
def return_plan(plan_id: int, *, by: Actor, at: datetime, reason: str) -> AnnualPlan:
    """Give the proposed plan back to be changed."""
    plan = queries.plan_for_update(plan_id, by=by)
    move(plan, "return", by=by, at=at, reason=reason)
    return plan


@transaction.atomic
def publish_plan(plan_id: int, *, working_days: int, by: Actor, at: datetime, reason: str = "") -> AnnualPlan:
    """Publish the latest version to the public, its sums by programme and district, for so many working days."""
    plan = queries.plan_for_update(plan_id, by=by)
    require_move(plan, ANNUAL_PLAN.move("publish"), ANNUAL_PLAN, by=by, reason=reason)
    version = queries.versions(plan.pk).first()
    labels, names = queries.programmes(), queries.departments()
    rows = [
        (
            f"{version.pk}-{task.pk}",
            {
                "region": catalog.region_name(task.region_code),
                "department": names.get(task.department, task.department),
                "programme": labels.get(task.programme, task.programme),
                "people": task.people,
            },
        )
        for task in queries.tasks_of(version.pk)
        if task.people
    ]
    notice = notices.publish_notice(
        kind="catalogue",
        title=plan.title if version.number == 1 else f"{plan.title}（第{version.number}版）",
        body=f"全年计划培训{version.people:,}人次，按培训项目、区域和部门分解如下。",
        region_code=plan.region_code,
        columns=[
            ("region", "区域"),
            ("department", "部门"),
            ("programme", "培训项目"),
            ("people", "计划人数"),
        ],
        rows=rows,
        opens_on=timezone.localdate(at),
        working_days=working_days,
        subject_reference=f"plan-{plan.pk}-{version.number}",
        by=by.may_also(Permission.PUBLISH_NOTICE),
        at=at,
        reason=reason,
    )
    plan.notice_number = notice.number
    plan.save(update_fields=["notice_number"])
    move(plan, "publish", by=by, at=at, reason=reason, version=version.number, notice=notice.number)
    return plan


@transaction.atomic
def revise_plan(plan_id: int, *, by: Actor, at: datetime, reason: str) -> AnnualPlan:
    """Open a published plan for change; its published version stands until another is published."""
    plan = queries.plan_for_update(plan_id, by=by)
    move(plan, "revise", by=by, at=at, reason=reason)
    return plan


@transaction.atomic
def withdraw_plan(plan_id: int, *, by: Actor, at: datetime, reason: str) -> AnnualPlan:
    """Give a plan up before it is published."""
    plan = queries.plan_for_update(plan_id, by=by)
    move(plan, "withdraw", by=by, at=at, reason=reason)
    return plan


def merging_plan(plan_id: int, *, by: Actor) -> AnnualPlan:
    """The plan, locked, while its lines are being merged; PlanNotMerging otherwise."""
    plan = queries.plan_for_update(plan_id, by=by)
    if plan.status != "merging":
        raise PlanNotMerging()
    return plan


def _line(line_id: int, verb: str, *, by: Actor, at: datetime, reason: str):
    require_may(by, Permission.MERGE_PLAN, PLAN_LINE.move(verb).label)
    line = queries.line_for_update(line_id, by=by)
    merging_plan(line.submission.plan_id, by=by)
    move(line, verb, by=by, at=at, reason=reason)
    return line
