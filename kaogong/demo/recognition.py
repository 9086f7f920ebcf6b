"""Bodies asking to be recognised, at every stage; two years of grades, one of them appealed against."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from kaogong import sheets
from kaogong.demo.accounts import LOGINS
from kaogong.demo.cast import REGION, Cast, at_hour, open_demo_account
from kaogong.institutions import operations, queries
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import Actor
from kaogong.kernel.credit_code import make_credit_code
from kaogong.kernel.id_number import MALE, make_id_number
from kaogong.kernel.working_days import add_working_days
from kaogong.notices import operations as notices
from kaogong.sheets.provider_layouts import OUTSIDE_SCORES

# Name, kind, how far its application has come, how many working days ago it was handed in.
APPLICANTS = (
    ("示例区青禾职业培训学校", "training_school", "submitted", 2),
    ("示例区远航技工学校", "technical_school", "returned", 6),
    ("示例造船有限公司职工培训中心", "enterprise_centre", "accepted", 8),
    ("示例区公共实训基地", "public_base", "visited", 14),
    ("示例区康养职业培训学校", "training_school", "published", 18),
    ("示例区启明职业培训学校", "training_school", "refused", 25),
    ("示例海洋职业学院", "vocational_school", "in_force", 40),
)
COOK, NURSING = ("4-03-02-01", "5"), ("4-10-01-05", "5")


def recognise(cast: Cast) -> None:
    """Register the applicants and carry each application as far as it has come."""
    for place, (name, kind, stage, ago) in enumerate(APPLICANTS, 1):
        at = at_hour(add_working_days(cast.on, -ago))
        body, own = _applicant(cast, place, name, kind, at - timedelta(days=20))
        _apply(cast, body, own, stage, add_working_days(cast.on, -ago))
    _facilities(cast)
    clerk, first = cast["clerk"], cast.schools[0]
    at = at_hour(add_working_days(cast.on, -30))
    brand = operations.register_brand(
        first.institution_id, name="示例海蓝职训", kind="city", image="海蓝底白帆标识", trade_mark="海蓝职训",
        way_of_running="直营与加盟统一教务", rules="统一教学大纲、考勤和收费制度", by=clerk, at=at,
    )  # fmt: skip
    if len(cast.schools) > 1:
        other = queries.institution(cast.schools[1].institution_id, by=clerk)
        operations.join_brand(brand.pk, credit_code=other.credit_code, by=clerk, at=at)
    _grade(cast, cast.on.year - 2, add_working_days(cast.on, -200), appealed=False)
    _grade(cast, cast.on.year - 1, add_working_days(cast.on, -4), appealed=True)


def _applicant(cast: Cast, place: int, name: str, kind: str, at) -> tuple[Institution, Actor]:
    clerk = cast["clerk"]
    body = operations.register_institution(
        credit_code=make_credit_code("52", REGION, 880_000 + place).value,
        name=name,
        kind=kind,
        region_code=REGION,
        is_provider=True,
        address=f"示例区学府路{place * 6}号",
        contact_name="虚构联系人",
        synthetic=True,
        by=clerk,
        at=at,
    )
    login = next(x for x in LOGINS if x.username == "school")
    own = open_demo_account(
        replace(login, username=f"applicant{place}", name=f"申请机构经办{place}"),
        at=at,
        organisation_id=body.pk,
        region_code=REGION,
    )
    site = operations.add_site(body.pk, name="主校区", address=body.address, capacity=200, by=own, at=at)
    for room, kind_of_room, seats in (("101教室", "classroom", 45), ("实训车间", "workshop", 40)):
        operations.add_room(
            site.pk, name=room, kind=kind_of_room, capacity=seats, accessible=room == "101教室", by=own, at=at
        )
    wanted = 1 if place == 6 else 3  # the one refused has too few
    for n in range(wanted):
        trainer = operations.add_trainer(
            body.pk,
            name=f"虚构教师{place}{n + 1}",
            id_number=make_id_number(REGION, date(1980 + n, place, 10 + n), 300 + place, MALE).value,
            employment="full",
            qualification="技师",
            level_code="2",
            is_manager=n == 0,
            education="大学本科",
            courses="烹饪、养老护理",
            by=own,
            at=at,
        )
        operations.add_qualification(
            trainer.pk,
            operations.Qualification("中式烹调师", f"Y000137{place:06d}{n:09d}"[:22], "2", date(2020, 6, 1)),
            by=own,
            at=at,
        )
    for code, title, model, quantity in ((COOK[0], "双眼灶", "SY-2", 12), (NURSING[0], "护理床", "HL-3", 10)):
        operations.add_equipment(
            body.pk, occupation_code=code, title=title, model=model, quantity=quantity, by=own, at=at
        )
    return body, own


def _apply(cast: Cast, body: Institution, own: Actor, stage: str, day: date) -> None:
    """Two working days between each step and the next."""
    clerk, reviewer = cast["clerk"], cast["reviewer"]
    days = _steps_from(day)
    at = at_hour(next(days))
    wish = operations.Wish(
        starts_on=date(cast.on.year, 12, 1), ends_on=date(cast.on.year + 2, 12, 1), head_count=400,
        scopes=(COOK, NURSING), area="示例区",
        audience="own_and_others" if body.kind == "enterprise_centre" else "anyone",
        statement="自有场地和专职教师，申请承担补贴性职业技能培训。",
    )  # fmt: skip
    application = operations.draft_application(body.pk, purpose="first", wish=wish, by=own, at=at)
    pk = application.pk
    operations.add_paper(
        pk,
        condition_code="legal_person",
        filename="办学许可证.pdf",
        content=b"%PDF-1.4\n% demo\n",
        by=own,
        at=at,
    )
    operations.submit_application(pk, by=own, at=at)
    if stage == "submitted":
        return
    at = at_hour(next(days))
    if stage == "returned":
        operations.return_application(
            pk, by=clerk, at=at, reason="缺消防验收意见书和财务管理制度，请补齐后再提交。"
        )
        return
    operations.accept_application(pk, by=clerk, at=at)
    if stage == "accepted":
        return
    day = next(days)
    operations.record_visit(
        pk,
        visited_on=day,
        visitor_names=[cast["inspector"].name],
        answers={row["code"]: "yes" for row in queries.visit_items(REGION, day)},
        notes="场地、设备与清单一致，教师在岗。",
        by=clerk,
        at=at_hour(day, 16),
    )
    judged_at = at_hour(next(days))
    for condition in queries.conditions(pk).filter(verdict="ask"):
        if stage == "visited" and condition.code == "funds":
            continue  # one is left for the visitor of the demo to judge
        operations.judge_condition(
            condition.pk, verdict="ok", remark="材料齐全，与现场一致", by=clerk, at=judged_at
        )
    if stage == "visited":
        return
    at = at_hour(next(days), 10)
    if stage == "refused":
        operations.refuse_application(
            pk, by=reviewer, at=at, reason="专职教师1人，示例条件要求3人；可在补充教师后重新申请。"
        )
        return
    operations.approve_application(
        pk, filing_number=f"示培认〔{at.year}〕{pk}号", by=reviewer, at=at, reason="条件齐备，现场核查一致"
    )
    at = at_hour(next(days))
    operations.contract_application(pk, number=f"示培协〔{at.year}〕认{pk:03d}号", by=clerk, at=at)
    application = operations.publish_application(pk, by=clerk, at=at)
    if stage == "in_force":
        after = at_hour(add_working_days(application.notice.closes_on, 1))
        notices.close_notice(application.notice_id, by=clerk, at=after)
        operations.enforce_application(pk, by=clerk, at=after)


def _steps_from(day: date) -> Iterator[date]:
    while True:
        yield day
        day = add_working_days(day, 2)


def _facilities(cast: Cast) -> None:
    """The demo's own school keeps its rooms, equipment and what its trainers did to teach better."""
    school = cast.schools[0]
    at = at_hour(add_working_days(cast.on, -100))
    occupations = {
        row.occupation_code for row in queries.contract(school.contract_id, by=cast["clerk"]).scopes.all()
    }
    for place, site_id in enumerate(school.site_ids):
        operations.add_room(
            site_id, name="整间", kind="workshop" if place else "classroom", capacity=40, accessible=place == 0,
            by=school.clerk, at=at,
        )  # fmt: skip
    for code in sorted(occupations)[:6]:
        operations.add_equipment(
            school.institution_id, occupation_code=code, title="实训工位", model="GW-1", quantity=20,
            by=school.clerk, at=at,
        )  # fmt: skip
    forms = (
        ("in_district", "教学法集中培训", 24),
        ("elsewhere", "省级师资研修", 40),
        ("enterprise", "企业实践", 80),
    )
    for trainer_id, (form, topic, hours) in zip(school.trainer_ids, forms, strict=False):
        operations.record_development(
            trainer_id,
            operations.Development(
                form,
                topic,
                "示例区人社局",
                date(cast.on.year, 3, 2),
                date(cast.on.year, 3, 13),
                hours,
                "结业",
            ),
            by=school.clerk,
            at=at,
        )


def _grade(cast: Cast, year: int, day: date, *, appealed: bool) -> None:
    """A year's round: scored, graded, published; final, or with an appeal waiting for its answer."""
    clerk, reviewer, at = cast["clerk"], cast["reviewer"], at_hour(day)
    round_ = operations.open_evaluation(year, region_code=clerk.region_code, by=clerk, at=at)
    outside = [row for row in round_.criteria if row["source"] == "third_party"]
    rows = []
    for place, one in enumerate(queries.evaluations(round_.pk, clerk)):
        share = Decimal((96, 88, 79, 57)[place % 4]) / 100
        for row in round_.criteria:
            points = (row["weight"] * share).quantize(Decimal("0.01"))
            if row["source"] == "third_party":
                rows.append(
                    {"credit_code": one.institution.credit_code, "institution": one.institution.name,
                     "criterion": row["label"], "points": str(points)}
                )  # fmt: skip
            else:
                operations.score_provider(
                    one.pk, criterion_code=row["code"], points=points, remark="合成数据", by=clerk, at=at
                )
    if outside:
        data = sheets.write_form(OUTSIDE_SCORES, title=OUTSIDE_SCORES.label, rows=rows)
        operations.import_scores(round_.pk, data, "第三方.xlsx", by=clerk, at=at)
    operations.propose_grades(round_.pk, by=clerk, at=at)
    round_ = operations.publish_grades(round_.pk, by=reviewer, at=at_hour(day, 15))
    if appealed:
        school = cast.schools[min(1, len(cast.schools) - 1)]
        one = queries.evaluations(round_.pk, clerk).get(institution_id=school.institution_id)
        operations.appeal_grade(
            one.pk,
            content="“每次检查发现的问题数”一项：其中一个问题当场整改完毕，申请核减。",
            by=school.clerk,
            at=at_hour(add_working_days(day, 2)),
        )
        return
    after = at_hour(add_working_days(max(round_.notice.closes_on, round_.appeal_until), 1))
    notices.close_notice(round_.notice_id, by=reviewer, at=after)
    operations.finalise_grades(round_.pk, by=reviewer, at=after)
