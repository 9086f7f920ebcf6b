"""Makers of targets, plans, duties and meetings; all through the operations."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from kaogong.planning import operations
from kaogong.planning.models import AnnualPlan, PlanSubmission, Target, UnitAssessment
from kaogong.planning.operations import NewLine
from tests.factories.paper import A_PDF
from tests.factories.people import REGION, an_actor

AT = datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def make_target(*, set: bool = True, at: datetime = AT, region_code: str = REGION, **said) -> Target:
    """A yearly target of person-times, drafted by a clerk and set by a reviewer."""
    said = {
        "code": "person_times", "title": "2026年补贴性培训1000人次以上", "indicator_code": "training.person_times",
        "time": "event", "starts_on": date(2026, 1, 1), "ends_on": date(2027, 1, 1), "value": 1000,
        "unit": "人次", "clause": "示例文件#1", "owner": "示例区人社局",
    } | said  # fmt: skip
    clerk = an_actor("bureau_clerk", region_code=region_code)
    target = operations.draft_target(region_code=region_code, **said, by=clerk, at=at)
    if set:
        operations.set_target(target.pk, by=an_actor("reviewer", region_code=region_code), at=at)
    return Target.objects.get(pk=target.pk)


def make_plan(
    *, region_code: str = REGION, year: int = 2027, at: datetime = AT, due_on: date = date(2026, 12, 20)
) -> AnnualPlan:
    """A plan that takes lines."""
    clerk = an_actor("bureau_clerk", region_code=region_code)
    return operations.open_plan(region_code=region_code, year=year, due_on=due_on, by=clerk, at=at)


def make_assessment(*units: str, year: int = 2026, at: datetime = AT) -> UnitAssessment:
    """The fictional district's assessment of these units, to be scored."""
    clerk = an_actor("bureau_clerk")
    return operations.open_assessment(year, region_code=REGION, units=units, by=clerk, at=at)


def make_submission(
    plan: AnnualPlan,
    department: str,
    *lines: NewLine,
    region_code: str = "",
    submit: bool = True,
    at: datetime = AT,
) -> PlanSubmission:
    """What one department asks for, handed in."""
    region_code = region_code or plan.region_code
    clerk = an_actor("bureau_clerk", region_code=region_code)
    one = operations.draft_submission(
        plan.pk, region_code=region_code, department=department, by=clerk, at=at
    )
    for line in lines:
        operations.add_line(one.pk, line, by=clerk, at=at)
    if submit:
        operations.submit_lines(one.pk, by=clerk, at=at)
    return PlanSubmission.objects.get(pk=one.pk)


def a_line(people: int, capacity: int | None = None, *, region_code: str = REGION, **more) -> NewLine:
    """One line of so many people, with places for as many unless told."""
    said = {"programme": "employment_training", "group_code": "registered_unemployed"} | more
    return NewLine(
        region_code=region_code, people=people, capacity=people if capacity is None else capacity, **said
    )


def _assessment_told(key: str = "370299:agriculture", year: int = 2026):
    """The assessment of one unit told, with points by hand and what the unit says of them."""
    clerk = an_actor("bureau_clerk")
    one = make_assessment(key, year=year)
    unit = one.units.get()
    said = {"paper": A_PDF, "paper_title": "调查.pdf", "by": clerk, "at": AT}
    for criterion in one.criteria:
        score = operations.score_unit(
            unit.pk, criterion_code=criterion["code"], points=Decimal(5), ground="年终总结", **said
        )
    operations.tell_assessment(one.pk, by=clerk, at=AT)
    objection = operations.object_to_score(unit.pk, criterion_code="plan", content="少计一期", **said)
    return one, unit, score, objection


def things_of_unit(unit: str, *, key: str = "", year: int) -> dict[str, dict]:
    """A thing of each kind that is one unit's own to see; ``key``: what rows hold of it where that is no name."""
    clerk, words = an_actor("bureau_clerk"), {"by": an_actor("bureau_clerk"), "at": AT}
    target = make_target(code=f"of-{unit}", owner=unit)
    notice = operations.issue_supervision(target.pk, unit=unit, asked="说明原因", **words)
    reply = operations.reply_supervision(
        notice.pk, content="已增班", paper=A_PDF, paper_title="说明", **words
    )
    duty = operations.list_duty(
        region_code=REGION,
        code=f"of-{unit}",
        title="质量年活动",
        clause="示例文件#3",
        lead_unit=unit,
        **words,
    )
    operations.assign_duty(duty.pk, lead_unit=unit, joint_units=(), officer="", due_on=None, **words)
    report = operations.report_duty(
        duty.pk, unit=unit, content="已开展", paper=A_PDF, paper_title="总结", **words
    )
    meeting, item = make_matter(unit, by=clerk)
    plan = make_plan(year=year)
    acting = clerk if key else an_actor("unit_clerk", unit_name=unit)
    submission = operations.draft_submission(
        plan.pk, region_code=REGION, department=key or unit, by=acting, at=AT
    )
    line = operations.add_line(submission.pk, a_line(5), by=acting, at=AT)
    assessment, assessed, score, objection = _assessment_told(f"{REGION}:{key or unit}", year - 5)
    things = {
        "target": target, "supervision notice": notice, "supervision reply": reply, "duty item": duty,
        "duty report": report, "joint meeting": meeting, "meeting item": item, "plan": plan,
        "plan submission": submission, "plan line": line, "unit assessment": assessment,
        "assessed unit": assessed, "unit score": score, "unit objection": objection,
    }  # fmt: skip
    return {name: {"pk": thing.pk} for name, thing in things.items()}


def make_matter(owner: str, *, by, subject: str = "共享实训场地", at: datetime = AT):
    """A meeting that gave a unit one thing to do: (meeting, matter)."""
    words = {"by": by, "at": at}
    meeting = operations.call_meeting(region_code=REGION, title="联席会议", held_on=at.date(), **words)
    item = operations.raise_item(meeting.pk, subject=subject, **words)
    item = operations.decide_item(item.pk, decision="列出场地和时段", owner=owner, due_on=at.date(), **words)
    return meeting, item


def planning_things() -> dict[str, dict]:
    """One of each thing of planning, by the name the walk over every page knows it by."""
    clerk = an_actor("bureau_clerk")
    target = make_target()
    notice = operations.issue_supervision(
        target.pk, unit="示例区农业农村局", asked="说明原因", by=clerk, at=AT
    )
    reply = operations.reply_supervision(
        notice.pk, content="已增班", paper=A_PDF, paper_title="说明.pdf", by=clerk, at=AT
    )
    plan = make_plan()
    submission = make_submission(plan, "agriculture", a_line(5), submit=False)
    merging = make_plan(year=2026)
    for department in ("hrss", "agriculture"):
        make_submission(merging, department, a_line(5))
    operations.merge_plan(merging.pk, by=clerk, at=AT)
    proposed = make_plan(year=2025)
    make_submission(proposed, "hrss", a_line(5))
    operations.merge_plan(proposed.pk, by=clerk, at=AT)
    operations.propose_plan(proposed.pk, by=clerk, at=AT)
    duty = operations.list_duty(
        region_code=REGION,
        code="D-1",
        title="质量年活动",
        clause="示例文件#3",
        lead_unit="农业农村局",
        by=clerk,
        at=AT,
    )
    operations.assign_duty(
        duty.pk, lead_unit="农业农村局", joint_units=(), officer="", due_on=None, by=clerk, at=AT
    )
    report = operations.report_duty(
        duty.pk, unit="农业农村局", content="已开展", paper=A_PDF, paper_title="总结.pdf", by=clerk, at=AT
    )
    meeting = operations.call_meeting(
        region_code=REGION, title="联席会议", held_on=AT.date(), by=clerk, at=AT
    )
    item = operations.raise_item(meeting.pk, subject="专账资金", by=clerk, at=AT)
    decided = make_plan(year=2024)
    pair = [make_submission(decided, name, a_line(5)).lines.get().pk for name in ("hrss", "agriculture")]
    operations.merge_plan(decided.pk, by=clerk, at=AT)
    operations.decide_overlap(decided.pk, *pair, answer="keep_both", reason="两批人", by=clerk, at=AT)
    assessment, unit, score, objection = _assessment_told()
    things = {
        "target": target, "supervision notice": notice, "supervision reply": reply, "plan": plan,
        "plan with an overlap": merging, "plan with a version": proposed, "plan submission": submission,
        "plan line": submission.lines.first(), "duty item": duty, "duty report": report,
        "plan with an overlap decided": decided, "unit assessment": assessment,
        "assessed unit": unit, "unit score": score, "unit objection": objection, "joint meeting": meeting,
        "meeting item": item,
    }  # fmt: skip
    return {name: {"pk": thing.pk} for name, thing in things.items()}
