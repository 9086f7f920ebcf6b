"""Duties of the papers: loaded, given to units, reported on, followed up (D12)."""

from datetime import date, datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.writing import tidy, tidy_name
from kaogong.planning import queries
from kaogong.planning.models import DutyItem, DutyReport
from kaogong.planning.states import DUTY_ITEM
from kaogong.trail.operations import begin, move, require_may, require_move

from .supervising import read_paper
from .targets import require_region


class DutyUnclear(Refused):
    """责任事项的{field}没有填对：{problem}。"""


class ReportEmpty(Refused):
    """请填写进展。"""

    form_field = "content"


@transaction.atomic
def load_duties(*, by: Actor, at: datetime, region_code: str = "") -> int:
    """Load the duties the papers list for each region (or those within one); returns how many are new."""
    if by.role != "system":
        require_may(by, Permission.ASSIGN_DUTY, "载入责任事项")
        require_region(region_code, by=by)
    there = {(row.region_code, row.code): row for row in DutyItem.objects.all()}
    loaded = 0
    for row in queries.shipped_duties():
        if region_code and not RegionCode(region_code).covers(row.region_code):
            continue
        if (row.region_code, row.code) in there:
            continue
        duty = DutyItem.objects.create(
            region_code=row.region_code, code=row.code, parent=there.get((row.region_code, row.parent)),
            title=row.title, lead_unit=row.lead_unit, joint_units=list(row.joint_units), clause=row.clause,
            source=row.source,
        )  # fmt: skip
        there[row.region_code, row.code] = duty
        begin(duty, "listed", by=by, at=at, source=row.source)
        loaded += 1
    return loaded


@transaction.atomic
def list_duty(
    *,
    region_code: str,
    code: str,
    title: str,
    clause: str,
    lead_unit: str,
    by: Actor,
    at: datetime,
    joint_units: tuple[str, ...] = (),
    parent_id: int | None = None,
) -> DutyItem:
    """List a duty of a paper of one's own region beside those shipped."""
    require_may(by, Permission.ASSIGN_DUTY, "登记责任事项")
    require_region(region_code, by=by)
    parent = queries.duty_for_update(parent_id, by=by) if parent_id is not None else None
    wrong = [
        (not tidy(code), "代码", "必须填写"),
        (not tidy(title), "事项", "必须填写"),
        (not tidy(clause), "依据", "请写明文号和条款"),
        (parent is not None and parent.region_code != region_code, "上级事项", "应是同一区域的"),
        (DutyItem.objects.filter(region_code=region_code, code=tidy(code)).exists(), "代码", "已经有了"),
    ]
    for is_wrong, field, problem in wrong:
        if is_wrong:
            raise DutyUnclear(field=field, problem=problem)
    duty = DutyItem.objects.create(
        region_code=region_code, code=tidy(code)[:40], parent=parent, title=tidy(title)[:200],
        lead_unit=tidy(lead_unit)[:120], joint_units=list(joint_units), clause=tidy(clause)[:120], source="",
    )  # fmt: skip
    begin(duty, "listed", by=by, at=at)
    return duty


@transaction.atomic
def assign_duty(
    duty_id: int,
    *,
    lead_unit: str,
    joint_units: tuple[str, ...],
    officer: str,
    due_on: date | None,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> DutyItem:
    """Give a duty to its lead and joint units, an officer and a day."""
    duty = queries.duty_for_update(duty_id, by=by)
    require_move(duty, DUTY_ITEM.move("assign"), DUTY_ITEM, by=by, reason=reason)
    if not tidy(lead_unit):
        raise DutyUnclear(field="牵头单位", problem="必须填写")
    duty.lead_unit, duty.joint_units = tidy(lead_unit)[:120], [tidy(unit) for unit in joint_units]
    duty.officer, duty.due_on = tidy_name(officer)[:60], due_on
    duty.save(update_fields=["lead_unit", "joint_units", "officer", "due_on"])
    move(duty, "assign", by=by, at=at, reason=reason, unit=duty.lead_unit)
    return duty


@transaction.atomic
def report_duty(
    duty_id: int,
    *,
    unit: str,
    content: str,
    by: Actor,
    at: datetime,
    paper: bytes = b"",
    paper_title: str = "",
) -> DutyReport:
    """Report how far a duty is, for one of its units, with a paper where there is one."""
    duty = queries.duty_for_update(duty_id, by=by)
    require_move(duty, DUTY_ITEM.move("report"), DUTY_ITEM, by=by, reason="")
    if not content.strip():
        raise ReportEmpty()
    if unit not in queries.units_spoken_for(duty, by):
        problem = "应是本单位" if by.own_unit else "应是牵头单位或配合单位"
        raise DutyUnclear(field="报告单位", problem=problem)
    sealed, title = read_paper(paper, paper_title)
    report = DutyReport.objects.create(
        duty=duty, unit=unit, content=content.strip(), paper=sealed, paper_title=title, reported_at=at
    )
    move(duty, "report", by=by, at=at, unit=unit)
    return report


@transaction.atomic
def return_duty(duty_id: int, *, by: Actor, at: datetime, reason: str) -> DutyItem:
    """Say that what was reported is not enough yet."""
    duty = queries.duty_for_update(duty_id, by=by)
    move(duty, "return", by=by, at=at, reason=reason)
    return duty


@transaction.atomic
def finish_duty(duty_id: int, *, by: Actor, at: datetime, reason: str = "") -> DutyItem:
    """Confirm that a duty is done."""
    duty = queries.duty_for_update(duty_id, by=by)
    move(duty, "finish", by=by, at=at, reason=reason)
    return duty


@transaction.atomic
def reopen_duty(duty_id: int, *, by: Actor, at: datetime, reason: str) -> DutyItem:
    """Take a finished duty up again."""
    duty = queries.duty_for_update(duty_id, by=by)
    move(duty, "reopen", by=by, at=at, reason=reason)
    return duty
