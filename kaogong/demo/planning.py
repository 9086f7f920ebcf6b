"""The office's year: targets with how far they are, one asked about, a plan published and one being merged, duties, a
joint meeting with decisions done and overdue, units assessed and heard."""

from datetime import date, timedelta
from decimal import Decimal

from kaogong.demo.cast import REGION, Cast, at_hour
from kaogong.kernel.actor import system_actor
from kaogong.kernel.working_days import add_working_days
from kaogong.planning import operations, queries
from kaogong.planning.models import DutyItem
from kaogong.planning.operations import NewLine

CLAUSE = "示例区职业技能提升行动实施方案（示例）"
# code, title, indicator, unit, event or stock, of how many people of the city one, unit that answers
TARGETS = (
    ("person_times", "补贴性职业技能培训", "training.person_times", "人次", "event", 1, "示例区人社局"),
    (
        "skill_persons",
        "新增取得职业资格和技能等级证书",
        "certificate.skill_persons",
        "人",
        "event",
        4,
        "示例区人社局",
    ),
    (
        "unemployed",
        "城乡登记失业人员培训",
        "training.unemployed_person_times",
        "人次",
        "event",
        3,
        "示例区就业服务中心",
    ),
    (
        "veterans",
        "退役军人培训",
        "training.veteran_person_times",
        "人次",
        "event",
        50,
        "示例区退役军人事务局",
    ),
)
# department, programme, group, people, capacity
LINES = (
    ("hrss", "employment_training", "registered_unemployed", 260, 300),
    ("hrss", "insured_upgrade", "insured_employee", 180, 150),
    ("agriculture", "farmer_training", "farmer", 120, 90),
    ("agriculture", "employment_training", "rural_transferred_worker", 80, 60),
    ("veterans", "veteran_training", "veteran", 40, 50),
    ("disabled_federation", "disabled_person_training", "disabled_person", 30, 30),
)
OVERLAPPING = ("womens_federation", "employment_training", "registered_unemployed", 50, 40)
DUTIES = (
    ("示例-1", "扩大企业新录用人员岗位技能培训规模", "示例区人社局", ("示例区教体局",), 30),
    ("示例-2", "开展退役军人适应性培训", "示例区退役军人事务局", ("示例区人社局",), -5),
    ("示例-3", "加强职业培训师资队伍建设", "示例区人社局", ("示例区教体局",), 60),
    ("示例-4", "加强资金监管和专项审计", "示例区财政局", ("示例区审计局", "示例区人社局"), 90),
    ("示例-5", "登记失业人员培训意愿逐人摸底", "示例区就业服务中心", ("示例区人社局",), 12),
)
SURVEY = b"%PDF-1.4\n% a synthetic report of an outside survey\n"
# department → of a hundred, what it is given by hand
ASSESSED = {"hrss": 95, "agriculture": 88, "veterans": 70}
BY_HAND = {"satisfaction": "第三方调查平均满意度（虚构）", "cooperation": "按时参加联席会议，报送材料齐全"}


def show_planning(cast: Cast) -> None:
    """Set and count the year's targets, publish a plan, merge the next, follow duties and a meeting, assess units."""
    operations.load_targets(by=system_actor(), at=at_hour(cast.on, 1))
    operations.load_duties(by=system_actor(), at=at_hour(cast.on, 1))
    _targets(cast)
    _plans(cast)
    _duties(cast)
    _meeting(cast)
    _assessment(cast)


def _targets(cast: Cast) -> None:
    year, clerk, reviewer = cast.on.year, cast["clerk"], cast["reviewer"]
    begun = at_hour(date(year, 1, 5))
    people = len(cast.city.persons)
    for nth, (code, title, indicator, unit, time, of, owner) in enumerate(TARGETS, start=1):
        value = max(people // of // 10 * 10, 20)
        target = operations.draft_target(
            region_code=REGION, code=code, title=f"{year}年{title}{value:,}{unit}以上", indicator_code=indicator,
            time=time, starts_on=date(year, 1, 1), ends_on=date(year + 1, 1, 1), value=value, unit=unit,
            owner=owner, clause=f"{CLAUSE}第{nth}条", illustrative=True, by=clerk, at=begun,
        )  # fmt: skip
        operations.set_target(target.pk, by=reviewer, at=begun)
    operations.read_targets(by=system_actor(), at=at_hour(cast.on, 6))
    asked = [
        ("示例区退役军人事务局", -12, "说明进度落后的原因、采取的措施和完成时间"),
        ("示例区就业服务中心", -4, "逐月列出开班计划"),
    ]
    for (unit, days, words), code in zip(asked, ("veterans", "unemployed"), strict=True):
        target = queries.targets(clerk).get(code=code, region_code=REGION)
        day = add_working_days(cast.on, days)
        notice = operations.issue_supervision(target.pk, unit=unit, asked=words, by=clerk, at=at_hour(day))
        if code == "unemployed":
            operations.reply_supervision(
                notice.pk, content="十二月增开六个班，已与三所学校签约。", replier="孙主任", by=clerk,
                at=at_hour(add_working_days(day, 2)),
            )  # fmt: skip


def _plans(cast: Cast) -> None:
    year, clerk, reviewer = cast.on.year, cast["clerk"], cast["reviewer"]
    day = date(year - 1, 11, 10)
    this = operations.open_plan(
        region_code=REGION, year=year, due_on=day + timedelta(days=20), by=clerk, at=at_hour(day)
    )
    _hand_in(cast, this.pk, LINES, day)
    later = day + timedelta(days=25)
    operations.merge_plan(this.pk, by=clerk, at=at_hour(later))
    operations.propose_plan(this.pk, by=clerk, at=at_hour(later, 15))
    operations.publish_plan(this.pk, working_days=5, by=reviewer, at=at_hour(add_working_days(later, 2)))
    revised = date(year, 7, 6)
    operations.revise_plan(this.pk, by=reviewer, at=at_hour(revised), reason="新增企业职工技能提升任务")
    operations.choose_split(
        this.pk, capacity_percent=60, within_capacity=False, totals={"insured_upgrade": 220}, by=clerk,
        at=at_hour(revised, 10), reason="市里追加40人，学校新增实训工位",
    )  # fmt: skip
    operations.propose_plan(this.pk, by=clerk, at=at_hour(revised, 11), reason="市里追加40人")
    operations.publish_plan(this.pk, working_days=5, by=reviewer, at=at_hour(add_working_days(revised, 2)))
    opened = cast.on - timedelta(days=18)
    following = operations.open_plan(
        region_code=REGION, year=year + 1, due_on=cast.on, by=clerk, at=at_hour(opened)
    )
    _hand_in(cast, following.pk, (*LINES, OVERLAPPING), opened)
    operations.merge_plan(following.pk, by=clerk, at=at_hour(cast.on - timedelta(days=1)))


def _hand_in(cast: Cast, plan_id: int, lines, day: date) -> None:
    clerk = cast["clerk"]
    for department in dict.fromkeys(line[0] for line in lines):
        one = operations.draft_submission(
            plan_id, region_code=REGION, department=department, by=clerk, at=at_hour(day, 10)
        )
        for name, programme, group, people, capacity in lines:
            if name == department:
                line = NewLine(REGION, programme, people, capacity, group_code=group)
                operations.add_line(one.pk, line, by=clerk, at=at_hour(day, 10))
        operations.submit_lines(one.pk, by=clerk, at=at_hour(day + timedelta(days=5)))


def _duties(cast: Cast) -> None:
    clerk, reviewer = cast["clerk"], cast["reviewer"]
    begun = at_hour(date(cast.on.year, 3, 2))
    paper = operations.list_duty(
        region_code=REGION, code="示例", title=CLAUSE, clause=CLAUSE, lead_unit="", by=clerk, at=begun
    )
    for code, title, lead, joint, days in DUTIES:
        duty = operations.list_duty(
            region_code=REGION, code=code, title=title, clause=CLAUSE, lead_unit=lead, joint_units=joint,
            parent_id=paper.pk, by=clerk, at=begun,
        )  # fmt: skip
        if days > 80:
            continue
        due_on = cast.on + timedelta(days=days)
        operations.assign_duty(
            duty.pk, lead_unit=lead, joint_units=joint, officer="", due_on=due_on, by=clerk, at=begun
        )
    first, _second, third, _fourth = DutyItem.objects.filter(region_code=REGION, status="assigned").order_by(
        "code"
    )
    day = add_working_days(cast.on, -6)
    for duty, words in (
        (first, "新录用人员培训覆盖三十家企业。"),
        (third, "两期师资班结束，六十名教师参加。"),
    ):
        operations.report_duty(duty.pk, unit="示例区人社局", content=words, by=clerk, at=at_hour(day))
    operations.finish_duty(third.pk, by=reviewer, at=at_hour(add_working_days(day, 2)))


def _meeting(cast: Cast) -> None:
    clerk = cast["clerk"]
    held_on = add_working_days(cast.on, -20)
    called = at_hour(add_working_days(held_on, -3))
    meeting = operations.call_meeting(
        region_code=REGION, title=f"{cast.on.year}年第三次职业技能提升行动联席会议", held_on=held_on,
        place="区政务中心三楼",
        chair="分管副区长", units=("人社局", "教体局", "财政局", "农业农村局", "退役军人事务局"), by=clerk, at=called,
    )  # fmt: skip
    matters = (
        ("补贴资金拨付进度", "财政局", "月底前拨付第三季度资金", "财政局", 8, "已拨付到位。"),
        ("退役军人培训滞后", "退役军人事务局", "摸清意愿名单，年底前开两期专班", "退役军人事务局", 12, ""),
        ("职业院校实训场地共享", "教体局", "列出可共享的场地和时段", "教体局", 40, ""),
        ("失业人员培训意愿", "人社局", "把摸底名单分送各培训学校", "示例区就业服务中心", 35, ""),
    )
    for subject, raised_by, decision, owner, days, result in matters:
        item = operations.raise_item(meeting.pk, subject=subject, raised_by=raised_by, by=clerk, at=called)
        operations.decide_item(
            item.pk, decision=decision, owner=owner, due_on=add_working_days(held_on, days), by=clerk,
            at=at_hour(held_on, 15),
        )  # fmt: skip
        if result:
            operations.finish_item(
                item.pk, result=result, by=clerk, at=at_hour(add_working_days(held_on, days))
            )
    operations.hold_meeting(
        meeting.pk, attendees="各成员单位分管负责人，缺席一人", by=clerk, at=at_hour(held_on, 17)
    )
    following = operations.call_meeting(
        region_code=REGION, title=f"{cast.on.year}年第四次职业技能提升行动联席会议",
        held_on=add_working_days(cast.on, 8), units=("人社局", "财政局"), by=clerk, at=at_hour(cast.on, 9),
    )  # fmt: skip
    operations.raise_item(following.pk, subject="明年培训计划初稿", by=clerk, at=at_hour(cast.on, 9))


def _assessment(cast: Cast) -> None:
    """Three departments scored from the year's figures and by hand, told, one of them heard."""
    clerk, day = cast["clerk"], cast.on
    one = operations.open_assessment(
        cast.on.year, region_code=REGION, units=[f"{REGION}:{code}" for code in ASSESSED], by=clerk,
        at=at_hour(day, 7),
    )  # fmt: skip
    operations.measure_units(one.pk, by=clerk, at=at_hour(day, 7))
    for unit in queries.assessed_units(clerk, one.pk):
        there = queries.standing_scores(unit)
        for criterion in one.criteria:
            if criterion["code"] in there:
                continue
            measured = criterion["source"] == "measured"
            ground = "本年没有这一项" if measured else BY_HAND[criterion["code"]]
            points = None if measured else Decimal(criterion["weight"]) * ASSESSED[unit.department] / 100
            paper = {"paper": SURVEY, "paper_title": "调查报告.pdf"}
            operations.score_unit(
                unit.pk, criterion_code=criterion["code"], points=points, is_excluded=measured, ground=ground,
                by=clerk, at=at_hour(day, 7, 30), **(paper if criterion["source"] == "third_party" else {}),
            )  # fmt: skip
    operations.tell_assessment(one.pk, by=clerk, at=at_hour(day, 8))
    unit = one.units.get(department="agriculture")
    operations.object_to_score(
        unit.pk, criterion_code="plan", content="农广校十月结业的一期没有计入，请核对。", by=cast["agriculture"],
        at=at_hour(cast.on, 9),
    )  # fmt: skip
