"""What departments and districts ask to have in a plan: by hand or by sheet, good rows kept, bad ones named."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor, system_for
from kaogong.kernel.errors import NotFound, Refused, WrongState
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.writing import compact, tidy, whole_number
from kaogong.planning import queries
from kaogong.planning.models import PlanLine, PlanSubmission
from kaogong.planning.states import PLAN_SUBMISSION
from kaogong.sheets.planning_layouts import PLAN_LINES
from kaogong.trail.operations import begin, move, record, require_may

from .targets import require_region

ROWS_AT_ONCE = 2_000
MOST_PEOPLE = 10_000_000


class PlanNotCollecting(Refused):
    """这份计划现在不接受提报。"""


class SubmissionThere(Refused):
    """{department}已经有这份计划的提报，请在原来的提报里修改。"""


class DepartmentUnknown(Refused):
    """请从部门名单中选择提报部门。"""

    form_field = "department"


class LineUnclear(Refused):
    """“{field}”{problem}。"""


class PlanColumnsMissing(Refused):
    """没有找到“{columns}”列，请按样表的标题填写。"""

    form_field = "file"


class NoLineTaken(Refused):
    """没有可以采纳的行：{problems}。"""

    form_field = "file"


class NothingAsked(Refused):
    """还没有填计划项，不能提报。"""


@dataclass(frozen=True, slots=True)
class NewLine:
    """One line asked for, as codes."""

    region_code: str
    programme: str
    people: int
    capacity: int
    occupation_code: str = ""
    group_code: str = ""
    note: str = ""


@transaction.atomic
def draft_submission(
    plan_id: int, *, region_code: str, department: str, by: Actor, at: datetime, contact: str = ""
) -> PlanSubmission:
    """Begin what one department of one region asks for; once a plan."""
    require_may(by, Permission.SUBMIT_PLAN_LINES, "填报年度计划")
    require_region(region_code, by=by)
    if by.own_unit and by.own_unit != department:
        raise NotFound()
    plan = queries.plan(plan_id, by=by)
    if not RegionCode(plan.region_code).covers(region_code):
        raise NotFound()
    if plan.status != "collecting":
        raise PlanNotCollecting()
    names = queries.departments()
    if department not in names and department != by.unit_name:
        raise DepartmentUnknown()
    try:
        with transaction.atomic():
            submission = PlanSubmission.objects.create(
                plan=plan, region_code=region_code, department=department, contact=tidy(contact)[:120],
                drafted_at=at,
            )  # fmt: skip
    except IntegrityError as fault:
        if "plan_asked_once" in str(fault):
            raise SubmissionThere(department=names.get(department, department)) from fault
        raise
    begin(submission, "drafted", by=by, at=at, department=names.get(department, department))
    return submission


@transaction.atomic
def add_line(submission_id: int, line: NewLine, *, by: Actor, at: datetime) -> PlanLine:
    """Add one line to a submission that is still being filled in."""
    submission = _open_submission(submission_id, by=by)
    _require_clear(line, submission)
    kept = _keep(submission, [line])[0]
    record("plan_submission.line_added", submission, by=by, at=at, people=line.people)
    return kept


@transaction.atomic
def take_back_line(line_id: int, *, by: Actor, at: datetime, reason: str = "") -> PlanLine:
    """Take one line back while the submission is still being filled in."""
    require_may(by, Permission.SUBMIT_PLAN_LINES, "填报年度计划")
    found = PlanLine.objects.filter(pk=line_id).first()
    if found is None:
        raise NotFound()
    _open_submission(found.submission_id, by=by)
    move(found, "remove", by=system_for(by), at=at, reason=reason.strip() or "填报单位删去")
    return found


@transaction.atomic
def import_lines(
    submission_id: int, data: bytes, filename: str, *, by: Actor, at: datetime
) -> PlanSubmission:
    """Take a sheet's lines in place of those there: good rows are kept, each bad one is named in ``problems``."""
    submission = _open_submission(submission_id, by=by)
    table = sheets.read(data, filename, layout=PLAN_LINES, row_limit=ROWS_AT_ONCE)
    if table.missing_labels:
        raise PlanColumnsMissing(columns="、".join(table.missing_labels))
    lines, problems = [], []
    words = _Words(submission)
    for row in table.frame.to_dicts():
        said = list(table.cell_problems.get(row["row_number"], []))
        try:
            if not said:
                line = words.line(row)
                _require_clear(line, submission)
                lines.append(line)
        except Refused as refusal:
            said.append(refusal.message)
        if said:
            problems.append([row["row_number"], "；".join(said)])
    if not lines:
        raise NoLineTaken(problems="；".join(f"第{row}行{said}" for row, said in problems[:5]))
    for old in queries.lines_of(submission.pk).filter(status="standing"):
        move(old, "remove", by=system_for(by), at=at, reason=f"重新导入：{filename}"[:200])
    _keep(submission, lines)
    submission.problems = problems
    submission.save(update_fields=["problems"])
    record(
        "plan_submission.imported", submission, by=by, at=at, lines=len(lines), problems=len(problems),
        filename=filename[-100:],
    )  # fmt: skip
    return submission


@transaction.atomic
def submit_lines(submission_id: int, *, by: Actor, at: datetime, reason: str = "") -> PlanSubmission:
    """Hand the lines in to the plan's office."""
    submission = queries.submission_for_update(submission_id, by=by)
    require_may(by, Permission.SUBMIT_PLAN_LINES, "提报")
    if submission.plan.status != "collecting":
        raise PlanNotCollecting()
    lines = list(queries.lines_of(submission.pk).filter(status="standing"))
    if not lines:
        raise NothingAsked()
    people = sum(line.people for line in lines)
    move(submission, "submit", by=by, at=at, reason=reason, lines=len(lines), people=people)
    return submission


@transaction.atomic
def return_submission(submission_id: int, *, by: Actor, at: datetime, reason: str) -> PlanSubmission:
    """Give a submission back to be put right; only the plan's own office, while lines are taken."""
    submission = queries.submission_for_update(submission_id, by=by)
    require_may(by, Permission.MERGE_PLAN, "退回补正")
    require_region(submission.plan.region_code, by=by)
    if submission.plan.status != "collecting":
        raise PlanNotCollecting()
    move(submission, "return", by=by, at=at, reason=reason)
    return submission


class _Words:
    """What a sheet's words mean: programmes, occupations, groups and districts by the names people write."""

    def __init__(self, submission: PlanSubmission) -> None:
        self.submission = submission
        self.programmes = {compact(name): code for code, name in queries.programmes().items()}
        self.groups = {compact(label): code for code, label in catalog.code_labels("group").items()}
        under = catalog.regions_under(submission.region_code)
        own = submission.region_code
        self.regions = {compact(row.name): row.code for row in under if len(row.code) == 6}
        self.regions |= {compact(catalog.region_name(own)): own, own: own}

    def line(self, row: dict[str, Any]) -> NewLine:
        """One row as codes; LineUnclear names the column and what to do."""
        return NewLine(
            region_code=self._region(row.get("region") or ""),
            programme=self._known("培训项目", row.get("programme") or "", self.programmes, required=True),
            occupation_code=self._occupation(row.get("occupation") or ""),
            group_code=self._known("人员类别", row.get("group") or "", self.groups),
            people=self._count("需求人数", row.get("people")),
            capacity=self._count("培训能力", row.get("capacity")),
            note=tidy(row.get("note") or "")[:200],
        )

    def _known(self, field: str, text: str, names: dict[str, str], *, required: bool = False) -> str:
        words = compact(text)
        if not words and not required:
            return ""
        if not words:
            raise LineUnclear(field=field, problem="没有填写")
        if words in names.values():
            return words
        if words not in names:
            raise LineUnclear(field=field, problem=f"“{text}”不在名单内，请用名单里的名称")
        return names[words]

    def _region(self, text: str) -> str:
        words = compact(text)
        if not words:
            return self.submission.region_code
        if words not in self.regions:
            raise LineUnclear(field="培训区域", problem=f"“{text}”不在提报单位的区域内，请填区市名称")
        return self.regions[words]

    def _occupation(self, text: str) -> str:
        words = compact(text)
        if not words:
            return ""
        for found in catalog.occupations_matching(words, limit=2):
            if words in (found.name, found.code):
                return found.code
        raise LineUnclear(field="职业（工种）", problem=f"“{text}”不在职业分类大典中，请填大典里的名称或代码")

    def _count(self, field: str, value: Any) -> int:
        if value is None or value == "":
            raise LineUnclear(field=field, problem="没有填写")
        text = str(value).strip()
        found = whole_number(text, MOST_PEOPLE)
        if found is None:
            raise LineUnclear(field=field, problem=f"“{text[:40]}”应为整数，不超过一千万")
        return found


def _require_clear(line: NewLine, submission: PlanSubmission) -> None:
    wrong = [
        (line.programme not in queries.programmes(), "培训项目", "不在名单内"),
        (not 1 <= line.people <= MOST_PEOPLE, "需求人数", "应在1至一千万之间"),
        (not 0 <= line.capacity <= MOST_PEOPLE, "培训能力", "应在0至一千万之间"),
        (
            not RegionCode(submission.region_code).covers(line.region_code),
            "培训区域",
            "不在提报单位的区域内",
        ),
    ]
    for is_wrong, field, problem in wrong:
        if is_wrong:
            raise LineUnclear(field=field, problem=problem)


def _open_submission(submission_id: int, *, by: Actor) -> PlanSubmission:
    require_may(by, Permission.SUBMIT_PLAN_LINES, "填报年度计划")
    submission = queries.submission_for_update(submission_id, by=by)
    if submission.status not in PLAN_SUBMISSION.move("submit").sources:
        raise WrongState(state=PLAN_SUBMISSION.label(submission.status), label="填报")
    if submission.plan.status != "collecting":
        raise PlanNotCollecting()
    return submission


def _keep(submission: PlanSubmission, lines: list[NewLine]) -> list[PlanLine]:
    last = queries.lines_of(submission.pk).order_by("-sequence").values_list("sequence", flat=True).first()
    return PlanLine.objects.bulk_create(
        PlanLine(
            submission=submission, sequence=sequence, region_code=line.region_code, programme=line.programme,
            occupation_code=line.occupation_code, group_code=line.group_code, people=line.people,
            capacity=line.capacity, note=line.note,
        )
        for sequence, line in enumerate(lines, start=(last or 0) + 1)
    )  # fmt: skip
