"""Complaints, cases and sanctions at every stage, all against synthetic schools."""

from datetime import timedelta

from kaogong.demo.cast import REGION, Cast, at_hour
from kaogong.kernel.working_days import add_working_days
from kaogong.supervision import operations, queries

FRAUD = {
    "intent": ("yes", "开班前已与学员约定不到课"),
    "benefit": ("yes", "按在册人数收取了培训费"),
    "forged": ("yes", "签到表笔迹一致，由一人代签"),
}
TOLD = (
    ("received", "我报的班上课一半时间在看手机，老师说签到了就行，不用来。", 1),
    ("received", "有人拿我的身份证报了名，我没有参加过培训。", 9),
    ("accepted", "学校让我们交三百元“资料费”，说不交不给考试。", 6),
    ("investigating", "同一张上课照片用在两个班的材料里。", 12),
    ("answered", "实训只有两台机器，三十个人轮不到。", 20),
    ("closed", "开班地点和公示的不一样，坐车要一个多小时。", 35),
    ("forwarded", "旁边的美发店办预付卡后关门了。", 15),
)


def complain(cast: Cast) -> None:
    """What people said, what the bureau asked and answered."""
    clerk, reviewer = cast["clerk"], cast["reviewer"]
    for n, (stage, content, days) in enumerate(TOLD):
        day = add_working_days(cast.on, -days)
        school = cast.schools[(n + 1) % len(cast.schools)]
        named = (
            {"is_named": True, "name": "孔令仪", "contact": "0532-80000000"} if stage == "answered" else {}
        )
        subject = {} if stage == "forwarded" else {"institution_id": school.institution_id}
        found = operations.receive_complaint(
            channel="portal", content=content, region_code=REGION, at=at_hour(day), **subject, **named
        ).complaint
        after = at_hour(add_working_days(day, 1))
        if stage == "forwarded":
            operations.forward_complaint(
                found.pk, to="示例区市场监督管理局", by=clerk, at=after, reason="预付卡消费不属于职业培训"
            )
        elif stage != "received":
            operations.accept_complaint(found.pk, by=clerk, at=after)
        if stage in ("investigating", "answered", "closed"):
            operations.investigate_complaint(found.pk, by=clerk, at=after + timedelta(hours=1))
            inquiry = operations.ask_provider(
                found.pk,
                question="请说明近三个月各班的上课照片由谁拍摄、何时拍摄，并提供原始文件。",
                by=clerk,
                at=after + timedelta(hours=2),
            )
            if stage != "investigating" and school.clerk.may("answer_inquiry"):
                operations.answer_inquiry(
                    inquiry.pk, answer="照片由班主任当日拍摄，原始文件已附后。", by=school.clerk,
                    at=after + timedelta(days=2),
                )  # fmt: skip
        if stage in ("answered", "closed"):
            operations.answer_complaint(
                found.pk, outcome="partly", answer="经现场检查，部分属实，已责令整改并复查。", by=clerk,
                at=after + timedelta(days=5),
            )  # fmt: skip
        if stage == "closed":
            operations.close_complaint(found.pk, by=reviewer, at=after + timedelta(days=6))


def sanction(cast: Cast) -> None:
    """Cases opened, graded and confirmed; sanctions proposed, in force and restored; duties named."""
    clerk, reviewer = cast["clerk"], cast["reviewer"]
    day = add_working_days(cast.on, -30)
    plans = (("opened", ""), ("graded", "fault"), ("confirmed", "error"), ("confirmed", "fraud"))
    for n, (stage, grade) in enumerate(plans):
        school = cast.schools[-1 - n % len(cast.schools)]
        at = at_hour(add_working_days(day, n))
        case = operations.open_case(
            cause="audit",
            because_of=f"专项审计（示例）第{n + 1}条",
            facts="抽查三个班的签到表，有十二名学员的签名笔迹一致。",
            institution_id=school.institution_id,
            by=clerk,
            at=at,
        )
        if stage == "opened":
            continue
        said = FRAUD if grade == "fraud" else {"self_reported": ("yes", "学校自查后主动报告")}
        answers = {
            row["code"]: said.get(row["code"], ("no", "核查未发现"))
            for row in queries.criteria(REGION, at.date())
        }
        operations.grade_case(
            case.pk,
            grade=grade,
            answers=answers,
            reason="综合逐项认定。",
            tolerance="首次发生，主动报告，未得利，已改正。" if grade == "error" else "",
            by=clerk,
            at=at + timedelta(hours=1),
        )
        if stage == "confirmed":
            operations.confirm_case(case.pk, by=reviewer, at=at + timedelta(hours=2))
        if grade == "fraud":
            _punish(cast, case, school, at + timedelta(hours=3))
    school = cast.schools[0]
    operations.propose_sanction(
        step="talk", reason="花名册两次迟报。", institution_id=school.institution_id, by=clerk,
        at=at_hour(add_working_days(cast.on, -1)),
    )  # fmt: skip
    for matter in ("recognise_provider", "approve_class", "approve_claim", "confirm_sanction"):
        answers_for = "clerk" if matter in ("recognise_provider", "approve_class") else "reviewer"
        operations.name_supervisor(
            matter, responsible=answers_for, supervisor="auditor", by=reviewer, at=at_hour(day)
        )


def _punish(cast: Cast, case, school, at) -> None:
    """Money demanded back, and a person's place on the blacklist that does not touch the demo's classes."""
    clerk, reviewer = cast["clerk"], cast["reviewer"]
    operations.demand_recovery(
        case.pk, amount_fen=18_600_00, due_on=add_working_days(cast.on, 10), by=reviewer, at=at,
        reason="十二名未到课学员的培训补贴",
    )  # fmt: skip
    operations.hand_over_case(case.pk, to="公安机关（示例）", by=reviewer, at=at, reason="涉嫌诈骗")
    person_id = next(iter(cast.person_ids.values()))
    listed = operations.propose_sanction(
        step="blacklist",
        reason="组织代签考勤、冒领补贴。",
        person_id=person_id,
        case_id=case.pk,
        by=clerk,
        at=at,
    )
    decided = at_hour(add_working_days(at.date(), 5))
    operations.confirm_sanction(listed.pk, by=reviewer, at=decided, reason="期满未陈述，事实清楚。")
    operations.tell_sanction(listed.pk, start_on=decided.date(), by=clerk, at=decided)
    operations.start_sanction(listed.pk, by=clerk, at=decided + timedelta(hours=1))
