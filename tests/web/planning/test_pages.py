"""Targets, plans, duties and meetings on the pages, as the office works with them."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from kaogong import sheets
from kaogong.kernel.actor import system_actor
from kaogong.notices.models import Notice
from kaogong.planning import operations, queries
from kaogong.planning.models import (
    AnnualPlan,
    DutyItem,
    JointMeeting,
    MeetingItem,
    PlanSubmission,
    SupervisionNotice,
    Target,
    UnitAssessment,
    UnitScore,
)
from kaogong.sheets.planning_layouts import PLAN_LINES
from tests.factories import an_actor
from tests.factories.paper import A_PDF
from tests.factories.planning import a_line, make_plan, make_submission, make_target
from tests.planning.conftest import Stated, evenly, stated  # noqa: F401
from tests.web.provider.conftest import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return browser_of(an_actor("bureau_clerk"))


@pytest.fixture
def reviewer():
    return browser_of(an_actor("reviewer"))


def words(answer) -> str:
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


def a_paper(name="说明.pdf"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, A_PDF, content_type="application/pdf")


def test_a_target_is_drafted_set_counted_and_asked_about(clerk, reviewer, stated):  # noqa: F811
    stated.value = evenly(300)
    today = timezone.localdate()
    page = words(clerk.get("/bureau/targets/"))
    assert "还没有目标" in page
    form = {
        "title": "全年培训1000人次", "indicator_code": "training.person_times", "direction": "at_least",
        "starts_on": f"{today.year}-01-01", "last_on": f"{today.year}-12-31", "value": "一千", "owner": "示例区人社局",
        "clause": "示例文件#1",
    }  # fmt: skip
    refused = clerk.post("/bureau/targets/draft/", form)
    assert refused.status_code == 422 and "应为不小于零的数字" in refused.content.decode()
    clerk.post("/bureau/targets/draft/", form | {"value": "1000"})
    target = Target.objects.get()
    here = f"/bureau/targets/{target.pk}/"
    assert clerk.post(here + "set/").status_code == 403
    reviewer.post(here + "set/")
    clerk.post(here + "read/")
    page = words(clerk.get(here))
    for said in (
        "补贴性职业技能培训人次",
        "时间进度",
        "八成把握在",
        "上年各月",
        "统计数据第 7 号",
        "发出督办",
    ):
        assert said in page
    assert "全年培训1000人次" in words(clerk.get("/bureau/targets/"))
    form = {"unit": "示例区人社局", "region_code": "370299", "asked": "说明原因", "working_days": "5"}
    answer = clerk.post(here + "supervise/", form)
    notice = SupervisionNotice.objects.get()
    there = f"/bureau/supervision-notices/{notice.pk}/"
    assert answer["Location"] == there
    assert clerk.get(there + "notice.pdf").content.startswith(b"%PDF")
    assert clerk.post(there + "reply/", {"content": ""}).status_code == 422
    clerk.post(there + "reply/", {"content": "机构不足，增开六个班", "paper": a_paper()})
    reply = notice.replies.get()
    assert clerk.get(f"/bureau/supervision-notices/replies/{reply.pk}/paper/").content == A_PDF
    reviewer.post(there + "accept/")
    assert "机构不足，增开六个班" in words(reviewer.get(there))
    notice.refresh_from_db()
    assert notice.status == "accepted"
    assert clerk.get("/bureau/targets/bulletin.pdf").content.startswith(b"%PDF")


def test_where_no_paper_gives_a_limit_the_page_says_so(stated, now):  # noqa: F811
    stated.value = evenly(100)
    target = make_target(region_code="370211")
    operations.read_target(target.pk, by=system_actor(), at=timezone.now())
    west = browser_of(an_actor("bureau_clerk", region_code="370211"))
    page = words(west.get(f"/bureau/targets/{target.pk}/"))
    assert "没有文件规定落后多少算滞后" in page


def test_targets_of_the_papers_are_loaded_and_shown_with_their_words(now):
    west = browser_of(an_actor("bureau_clerk", region_code="370211"))
    west.post("/bureau/targets/load/")
    page = words(west.get("/bureau/targets/"))
    assert "补贴性职业技能培训5万人次以上" in page and "50,000人次" in page and "30%" in page
    one = Target.objects.get(code="high_share_of_skilled_workers")
    page = words(west.get(f"/bureau/targets/{one.pk}/"))
    assert "001:27" in page and "高技能人才占技能劳动者的比例达到32%以上" in page and "分母不同" in page


def test_an_overdue_notice_is_seen_at_once(clerk, now):
    long_ago = timezone.now() - timedelta(days=40)
    notice = operations.issue_supervision(
        make_target(at=long_ago).pk, unit="甲单位", asked="说明", by=an_actor("bureau_clerk"), at=long_ago
    )
    assert "已逾期" in words(clerk.get(f"/bureau/supervision-notices/{notice.pk}/"))
    assert "甲单位" in words(clerk.get("/bureau/supervision-notices/?overdue=yes"))


def test_a_plan_from_call_to_publication_on_the_pages(clerk, reviewer, stated):  # noqa: F811
    today = timezone.localdate()
    clerk.post("/bureau/plans/open/", {"year": today.year, "due_on": today + timedelta(days=20)})
    plan = AnnualPlan.objects.get()
    here = f"/bureau/plans/{plan.pk}/"
    for department in ("hrss", "agriculture"):
        clerk.post(here + "ask/", {"department": department})
    first, second = PlanSubmission.objects.order_by("pk")
    clerk.post(
        f"/bureau/plan-submissions/{first.pk}/add/",
        {
            "programme": "farmer_training", "region_code": "370299", "group_code": "farmer", "people": 90,
            "capacity": 300,
        },
    )  # fmt: skip
    rows = [
        {"programme": "农民培训", "group": "农民", "people": 60, "capacity": 50},
        {"programme": "没有的项目", "people": 5, "capacity": 5},
    ]
    from kaogong.planning.queries import programmes

    rows[0]["programme"] = programmes()["farmer_training"]
    from django.core.files.uploadedfile import SimpleUploadedFile

    sheet = SimpleUploadedFile("表.xlsx", sheets.write_form(PLAN_LINES, title="表", rows=rows))
    there = f"/bureau/plan-submissions/{second.pk}/"
    clerk.post(there + "import/", {"file": sheet})
    page = words(clerk.get(there))
    assert "没有采纳的行" in page and "没有的项目" in page
    for one in (first, second):
        clerk.post(f"/bureau/plan-submissions/{one.pk}/submit/")
    clerk.post(here + "merge/")
    assert "还有 1 处重复没有处理" in words(clerk.get(here))
    refused = clerk.post(here + "propose/", {"reason": ""})
    assert refused.status_code == 422 and "1处重复" in refused.content.decode()
    form = words(clerk.get(here + "overlaps/"))
    assert "前：人社局" in form
    pair = "-".join(str(line.pk) for one in (first, second) for line in one.lines.filter(status="standing"))
    answer = {"pairs": [pair], "answer": "remove_second", "reason": "同一批人"}
    clerk.post(here + "overlaps/", answer)
    assert "同一批人" in words(clerk.get(here + "overlaps/undo/"))
    clerk.post(here + "overlaps/undo/", {"pairs": [pair], "reason": "核实是两批人"})
    assert "还有 1 处重复没有处理" in words(clerk.get(here))
    clerk.post(here + "overlaps/", answer | {"answer": "keep_both", "reason": "两批人"})
    clerk.post(
        here + "split/",
        {
            "capacity_percent": 50,
            "within_capacity": "on",
            "reason": "市下达200人",
            "total_farmer_training": 200,
        },
    )
    page = words(clerk.get(here))
    assert "测算：" in page and "（满）" in page and "largest" not in page
    clerk.post(here + "propose/", {"reason": ""})
    assert clerk.post(here + "publish/", {"working_days": 3}).status_code == 403
    reviewer.post(here + "publish/", {"working_days": 3})
    plan.refresh_from_db()
    assert plan.status == "published" and Notice.objects.get().number == plan.notice_number
    stated.parts = {("training.person_times", "department"): {"hrss": 40}}
    page = words(clerk.get(here + "done/?by=department"))
    assert "人社局" in page and "40" in page
    sheet = clerk.get(here + "sheet/")
    assert sheet.content.startswith(b"PK")
    assert clerk.get(here + "done/?by=region&export=xlsx").content.startswith(b"PK")


def test_another_regions_bureau_sees_none_of_it(now):
    plan = make_plan(region_code="370299")
    one = make_submission(plan, "hrss", a_line(5))
    target = make_target()
    stranger = browser_of(an_actor("bureau_clerk", region_code="370211"))
    for path in (f"plans/{plan.pk}", f"plan-submissions/{one.pk}", f"targets/{target.pk}"):
        assert stranger.get(f"/bureau/{path}/").status_code == 404


def test_a_departments_clerk_fills_in_and_sees_its_own_alone(now):
    plan = make_plan()
    other = make_submission(plan, "hrss", a_line(5))
    farmer = browser_of(an_actor("department_clerk", region_code="370299", department_code="agriculture"))
    assert plan.title in words(farmer.get("/bureau/plans/"))
    farmer.post(f"/bureau/plans/{plan.pk}/ask/", {"department": "agriculture"})
    own = PlanSubmission.objects.get(department="agriculture")
    page = words(farmer.get(f"/bureau/plans/{plan.pk}/"))
    assert "农业农村局" in page and "人社局" not in page
    assert farmer.get(f"/bureau/plan-submissions/{own.pk}/").status_code == 200
    assert farmer.get(f"/bureau/plan-submissions/{other.pk}/").status_code == 404
    make_target(title="人社局的目标")
    make_target(code="farmers", title="农民培训", owner="示例区农业农村局")
    page = words(farmer.get("/bureau/targets/"))
    assert "农民培训" in page and "人社局的目标" not in page
    for closed in (
        "/bureau/targets/bulletin.pdf",
        "/bureau/meetings/call/",
        f"/bureau/plans/{plan.pk}/done/",
    ):
        assert farmer.get(closed).status_code == 403


def test_a_departments_clerk_reports_on_its_own_duties_and_notices_alone(now):
    bureau, at = an_actor("bureau_clerk"), timezone.now()
    farmer = browser_of(an_actor("department_clerk", region_code="370299", department_code="agriculture"))
    duties = {}
    for code, lead, joint in (
        ("1", "区农业农村局", ()),
        ("2", "区教体局", ("区农业农村局",)),
        ("3", "区残联", ()),
    ):
        duty = operations.list_duty(
            region_code="370299", code=code, title=f"事项{code}", clause="示例#1", lead_unit=lead,
            joint_units=joint, by=bureau, at=at,
        )  # fmt: skip
        operations.assign_duty(
            duty.pk, lead_unit=lead, joint_units=joint, officer="", due_on=None, by=bureau, at=at
        )
        duties[code] = duty
    page = words(farmer.get("/bureau/duty-items/"))
    assert "事项1" in page and "事项2" in page and "事项3" not in page
    here = f"/bureau/duty-items/{duties['2'].pk}/report/"
    form = words(farmer.get(here))
    assert "区农业农村局" in form and "区教体局" not in form.split("<form")[-1]
    assert farmer.post(here, {"unit": "区教体局", "content": "替它报"}).status_code == 422
    farmer.post(here, {"unit": "区农业农村局", "content": "派出教师三人", "paper": a_paper()})
    report = duties["2"].reports.get()
    assert farmer.get(f"/bureau/duty-items/reports/{report.pk}/paper/").content == A_PDF
    assert farmer.post(f"/bureau/duty-items/{duties['2'].pk}/finish/").status_code == 403
    assert farmer.get(f"/bureau/duty-items/{duties['3'].pk}/").status_code == 404
    target = make_target()
    for unit in ("示例区农业农村局", "示例区残联"):
        operations.issue_supervision(target.pk, unit=unit, asked=f"请{unit}说明", by=bureau, at=at)
    page = words(farmer.get("/bureau/supervision-notices/"))
    assert "示例区农业农村局" in page and "示例区残联" not in page
    own = SupervisionNotice.objects.get(unit="示例区农业农村局")
    there = f"/bureau/supervision-notices/{own.pk}/"
    farmer.post(there + "reply/", {"content": "增开两期"})
    assert "增开两期" in words(farmer.get(there)) and "/accept/" not in words(farmer.get(there))
    other = SupervisionNotice.objects.get(unit="示例区残联")
    assert farmer.get(f"/bureau/supervision-notices/{other.pk}/").status_code == 404


def test_a_citys_target_is_previewed_split_set_and_followed_by_district(now, stated):  # noqa: F811
    stated.value = evenly(300)
    city, chief = (an_actor(role, region_code="370200") for role in ("bureau_clerk", "reviewer"))
    clerk, decider = browser_of(city), browser_of(chief)
    target = make_target(region_code="370200", value=1001)
    districts = [code for code, _name in queries.parts_of_region("370200")]
    assert "370211" in districts and "370200" not in districts
    stated.parts = {("training.person_times", "region"): {districts[0]: 60, districts[1]: 40}}
    here = f"/bureau/targets/{target.pk}/"
    form = words(clerk.get(here + "split/"))
    assert "上一个同样长的期间各区市的完成数" in form and 'value="60"' in form
    asked = {"capacity_percent": "0", "reason": "按上年完成分解"}
    for nth, code in enumerate(districts):
        asked |= {f"need_{code}": (60, 40, 1)[nth] if nth < 3 else 0, f"capacity_{code}": 0}
    preview = words(clerk.post(here + "split/", asked | {"preview": "1", "reason": ""}))
    # 1001 over 60, 40 and 1 of 101: 594.65, 396.44, 9.91 → the largest remainders get the two left over
    for words_of_it in ("594.65", "595人次", "396人次", "10人次", "1,001人次"):
        assert words_of_it in preview
    assert not Target.objects.filter(parent=target).exists()
    clerk.post(here + "split/", asked)
    shares = Target.objects.filter(parent=target)
    assert sum(shares.values_list("value", flat=True)) == 1001 and shares.count() == 3
    assert clerk.post(here + "set-shares/").status_code == 403
    decider.post(here + "set-shares/")
    assert set(shares.values_list("status", flat=True)) == {"set"}
    operations.read_target(shares.first().pk, by=system_actor(), at=timezone.now())
    page = words(decider.get(here))
    assert "合计等于本级目标" in page and "区市分解" in page
    assert clerk.post(here + "split/", asked).status_code == 422  # split already
    district = browser_of(an_actor("bureau_clerk", region_code=districts[0]))
    assert "分解测算" in words(district.get(f"/bureau/targets/{shares.get(region_code=districts[0]).pk}/"))
    decider.post(here + "withdraw-shares/", {"reason": "重新分解"})
    assert set(shares.values_list("status", flat=True)) == {"withdrawn"}
    share = make_target(
        region_code="370200", code="s", unit="%", value=3000, indicator_code="outcome.employed_share"
    )
    assert clerk.get(f"/bureau/targets/{share.pk}/split/").status_code == 409


def test_units_are_assessed_from_opening_to_bulletin_on_the_pages(clerk, reviewer, stated):  # noqa: F811
    year = timezone.localdate().year
    form = words(clerk.get("/bureau/unit-assessments/open/"))
    assert "农业农村局" in form
    clerk.post(
        "/bureau/unit-assessments/open/", {"year": year, "units": ["370299:agriculture", "370299:hrss"]}
    )
    one = UnitAssessment.objects.get()
    here = f"/bureau/unit-assessments/{one.pk}/"
    clerk.post(here + "measure/")
    page = words(clerk.get(here))
    assert "示例标准，没有文件依据" in page and "还有 16 个得分没有" in page
    farmer = browser_of(an_actor("department_clerk", region_code="370299", department_code="agriculture"))
    assert "还没有考核" in words(farmer.get("/bureau/unit-assessments/"))
    for unit in one.units.all():
        there = f"/bureau/assessed-units/{unit.pk}/"
        assert farmer.get(there).status_code == 404
        for criterion in one.criteria:
            said = {"criterion_code": criterion["code"], "ground": "见年终总结", "paper": a_paper()}
            if criterion["code"] == "budget":
                clerk.post(there + "score/", said | {"is_excluded": "on"})
            else:
                clerk.post(there + "score/", said | {"points": criterion["weight"] - 1})
    refused = clerk.post(there + "score/", {"criterion_code": "plan", "ground": "无"})
    assert refused.status_code == 422 and "请填写得分，或者注明不适用" in refused.content.decode()
    score = UnitScore.objects.filter(unit=unit).latest("pk")
    assert clerk.get(f"/bureau/assessed-units/scores/{score.pk}/paper/").content == A_PDF
    clerk.post(here + "tell/", {})
    mine, other = (one.units.get(department=code) for code in ("agriculture", "hrss"))
    there = f"/bureau/assessed-units/{mine.pk}/"
    assert farmer.get(here)["Location"] == there
    page = words(farmer.get(there))
    assert "提出意见…" in page and "见年终总结" in page and "名次" not in page
    assert farmer.get(f"/bureau/assessed-units/{other.pk}/").status_code == 404
    farmer.post(there + "object/", {"criterion_code": "plan", "content": "少计一期", "paper": a_paper()})
    objection = mine.objections.get()
    assert farmer.get(f"/bureau/unit-objections/{objection.pk}/paper/").content == A_PDF
    assert "少计一期" in words(reviewer.get("/bureau/"))  # it stands among what waits
    settle = f"/bureau/unit-objections/{objection.pk}/settle/"
    assert reviewer.post(settle, {"upheld": "yes", "answer": "核实"}).status_code == 422
    reviewer.post(settle, {"upheld": "yes", "points": "20", "answer": "核实，补记"})
    later = timezone.now() + timedelta(days=10)
    operations.confirm_assessment(one.pk, by=an_actor("reviewer"), at=later)
    reviewer.post(here + "publish/", {"shown_as": "grade"})
    page = words(farmer.get(here))
    assert "考核通报" in page and "人社局" in page and "名次" not in page
    assert farmer.get(here + "bulletin.pdf").content.startswith(b"%PDF")
    assert farmer.get(here + "sheet/").status_code == 403
    sheet = load_workbook(BytesIO(clerk.get(here + "sheet/").content)).active
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "农业农村局" in cells and 20 in cells


def test_duties_stand_as_a_tree_and_one_is_followed_to_the_end(now):
    west, chief = (browser_of(an_actor(role, region_code="370211")) for role in ("bureau_clerk", "reviewer"))
    assert "还没有责任事项" in words(west.get("/bureau/duty-items/"))
    west.post("/bureau/duty-items/load/")
    page = words(west.get("/bureau/duty-items/"))
    assert "6. 实施残疾人职业技能提升培训" in page and "完成 0 / 20" in page
    duty = DutyItem.objects.get(code="2020-2-06")
    only = words(west.get("/bureau/duty-items/?unit=区审计局"))
    assert "加大资金支持和监管力度" in only and "实施残疾人职业技能提升培训" not in only
    here = f"/bureau/duty-items/{duty.pk}/"
    west.post(
        here + "assign/",
        {"lead_unit": "区残联", "joint_units": "区人社局", "officer": "王科长", "due_on": "2027-01-31"},
    )
    west.post(here + "report/", {"unit": "区残联", "content": "已培训三十人", "paper": a_paper()})
    chief.post(here + "finish/")
    assert "已培训三十人" in words(west.get(here))
    assert "完成 1 / 20" in words(west.get("/bureau/duty-items/"))
    assert west.get("/bureau/duty-items/?export=xlsx").content.startswith(b"PK")


def test_a_meeting_is_called_held_and_its_minutes_printed(clerk, now):
    today = timezone.localdate()
    clerk.post(
        "/bureau/meetings/call/",
        {"title": "第一次联席会议", "held_on": today, "units": "人社局、财政局，教体局"},
    )
    meeting = JointMeeting.objects.get()
    assert meeting.units == ["人社局", "财政局", "教体局"]
    here = f"/bureau/meetings/{meeting.pk}/"
    clerk.post(here + "raise/", {"subject": "专账资金不足"})
    item = MeetingItem.objects.get()
    refused = clerk.post(here + "hold/", {"attendees": "王局长"})
    assert refused.status_code == 422 and "还有1项议题" in refused.content.decode()
    there = f"/bureau/meeting-items/{item.pk}/"
    clerk.post(there + "decide/", {"decision": "追加预算", "owner": "财政局", "due_on": today})
    clerk.post(here + "hold/", {"attendees": "王局长"})
    assert "专账资金不足" in words(clerk.get("/bureau/meetings/decisions/"))
    clerk.post(there + "finish/", {"result": "已追加"})
    page = words(clerk.get(here))
    assert "已追加" in page and "王局长" in page
    assert clerk.get(here + "minutes.pdf").content.startswith(b"%PDF")


def test_lists_ask_few_questions_whatever_their_length(clerk, django_assert_max_num_queries, now):
    for nth in range(6):
        make_target(code=f"c{nth}")
        make_plan(year=2024 + nth if nth < 5 else 2023)
    for path in (
        "targets",
        "supervision-notices",
        "plans",
        "meetings",
        "meetings/decisions",
        "duty-items",
        "unit-assessments",
    ):
        clerk.get(f"/bureau/{path}/")
        with django_assert_max_num_queries(12):
            words(clerk.get(f"/bureau/{path}/"))
