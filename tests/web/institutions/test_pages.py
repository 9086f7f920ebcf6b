"""Recognition, facilities, registers and evaluation as people use them in their doors."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kaogong import sheets
from kaogong.access.models import Account
from kaogong.institutions import operations, queries
from kaogong.sheets.provider_layouts import EQUIPMENT, TRAINERS
from kaogong.training.queries import teaching_hours
from tests.factories import COOK, an_actor, an_id_number, make_class, make_institution, make_trainer
from tests.factories.institutions import (
    make_application,
    make_bureau,
    make_contract,
    make_evaluation,
    make_ready,
    outside_sheet,
)

pytestmark = pytest.mark.django_db


def browser_of(actor) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=actor.account_id))
    return client


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def bureau(at):
    return make_bureau(at)


@pytest.fixture
def clerk(bureau):
    return browser_of(bureau.clerk)


@pytest.fixture
def reviewer(bureau):
    return browser_of(bureau.reviewer)


@pytest.fixture
def school(at):
    return make_ready(make_institution("示例区海蓝职业培训学校", at=at), at=at)


@pytest.fixture
def own(school, at):
    return browser_of(an_actor("provider_clerk", organisation_id=school.pk, at=at))


def text(response, status=200) -> str:
    assert response.status_code == status, response.content.decode()[-2000:]
    return response.content.decode()


def test_an_application_by_hand_from_both_doors(own, clerk, reviewer, school, at):
    today = timezone.localdate(at)
    given = {
        "purpose": "first", "starts_on": today, "ends_on": date(today.year + 2, 1, 1), "head_count": 200,
        "audience": "anyone", "scopes": "中式烹调师 五级", "area": "示例区",
    }  # fmt: skip
    given["scopes"] = "中式烹调师 五级\n没有这个职业"
    page = text(own.post(reverse("provider:recognition:apply"), given), 422)
    assert "没有这个职业" in page  # told, and what was typed is still there
    given["scopes"] = "中式烹调师 五级"
    response = own.post(reverse("provider:recognition:apply"), given)
    application = queries.open_application(school.pk)
    assert response.url == reverse("provider:recognition:detail", args=[application.pk])
    paper = SimpleUploadedFile("执照.pdf", b"%PDF-1.7", content_type="application/pdf")
    own.post(
        reverse("provider:recognition:add_paper", args=[application.pk]),
        {"condition_code": "legal_person", "paper": paper},
    )
    page = text(own.get(response.url))
    assert "执照.pdf" in page
    assert "没有规定" in page  # a condition nobody gave a number for
    own.post(reverse("provider:recognition:submit", args=[application.pk]))

    listed = text(clerk.get(reverse("bureau:applications:list")))
    assert application.number in listed
    assert "个工作日" in listed
    address = reverse("bureau:applications:detail", args=[application.pk])
    clerk.post(reverse("bureau:applications:accept", args=[application.pk]))
    visit = {"visited_on": today, "visitors": "赵同行，钱同行"} | {
        f"item_{row['code']}": "yes" for row in queries.visit_items("370299", today)
    }
    form = text(clerk.get(reverse("bureau:applications:record_visit", args=[application.pk])))
    assert 'data-draft="visit-' in form
    alone = clerk.post(
        reverse("bureau:applications:record_visit", args=[application.pk]), visit | {"visitors": ""}
    )
    assert "至少2人" in text(alone, 422)
    clerk.post(reverse("bureau:applications:record_visit", args=[application.pk]), visit)
    page = text(clerk.get(address))
    assert "钱同行" in page
    refused = text(
        reviewer.post(
            reverse("bureau:applications:decide", args=[application.pk]),
            {"filing_number": "青示认〔2026〕1号", "reason": "条件齐备"},
        ),
        422,
    )
    assert "项条件待核实" in refused
    for condition in queries.conditions(application.pk).filter(verdict="ask"):
        clerk.post(
            reverse("bureau:applications:judge", args=[condition.pk]), {"verdict": "ok", "remark": "齐全"}
        )
    reviewer.post(
        reverse("bureau:applications:decide", args=[application.pk]),
        {"filing_number": "青示认〔2026〕1号", "reason": "条件齐备"},
    )
    clerk.post(reverse("bureau:applications:make_contract", args=[application.pk]), {"number": "XY-1"})
    clerk.post(reverse("bureau:applications:put_up", args=[application.pk]), {})
    page = text(own.get(reverse("provider:recognition:detail", args=[application.pk])))
    assert "公示中" in page
    assert "青示认〔2026〕1号" in page
    notice = queries.application(application.pk, by=an_actor("bureau_clerk")).notice
    public = text(Client().get(reverse("portal:notices:detail", args=[notice.pk])))
    assert school.name in public


def test_applications_are_the_regions_and_the_bodys_own(clerk, own, school, at):
    application = make_application(school, status="submitted", at=at)
    elsewhere = browser_of(an_actor("bureau_clerk", region_code="510700"))
    stranger = browser_of(an_actor("provider_clerk"))
    assert elsewhere.get(reverse("bureau:applications:detail", args=[application.pk])).status_code == 404
    assert stranger.get(reverse("provider:recognition:detail", args=[application.pk])).status_code == 404
    assert own.get(reverse("bureau:applications:detail", args=[application.pk])).status_code == 403
    cashier = browser_of(an_actor("cashier"))
    assert cashier.post(reverse("bureau:applications:accept", args=[application.pk])).status_code == 403


def test_list_pages_ask_few_questions_of_the_database(clerk, at, django_assert_max_num_queries):
    for _ in range(3):
        make_application(status="submitted", at=at)
    for name in ("applications:list", "applications:ending", "evaluations:list", "appeals:list"):
        clerk.get(reverse(f"bureau:{name}"))  # caches are warm
        with django_assert_max_num_queries(12):
            text(clerk.get(reverse(f"bureau:{name}")))


def test_sheets_of_staff_and_equipment_name_their_bad_rows(own, school):
    data = sheets.write_form(
        EQUIPMENT,
        title="设备",
        rows=[
            {"occupation": COOK[0], "title": "蒸柜", "quantity": "2"},
            {"occupation": "没有", "title": "灶", "quantity": "1"},
        ],
    )
    upload = SimpleUploadedFile("设备.xlsx", data)
    page = text(own.post(reverse("provider:institution:import_equipment"), {"sheet": upload}, follow=True))
    assert "蒸柜" in page
    assert "职业分类大典里没有找到" in page
    data = sheets.write_form(
        TRAINERS,
        title="教师",
        rows=[{"name": "吴师傅", "id_number": an_id_number().value, "employment": "兼职"}],
    )
    upload = SimpleUploadedFile("教师.xlsx", data)
    assert "吴师傅" in text(
        own.post(reverse("provider:institution:import_trainers"), {"sheet": upload}, follow=True)
    )
    for name in ("equipment_form", "trainer_form", "equipment_sheet", "trainer_sheet"):
        response = own.get(reverse(f"provider:institution:{name}"))
        assert response["Content-Type"].endswith("sheet"), name
    taken_out = sheets.read(
        own.get(reverse("provider:institution:trainer_sheet")).content, "a.xlsx", layout=TRAINERS
    )
    assert "吴师傅" in taken_out.frame["name"].to_list()
    assert all("*" in number for number in taken_out.raw.to_series(3).drop_nulls().to_list()[3:])


def test_rooms_and_one_trainer_by_hand(own, school):
    site = queries.sites(school.pk).first()
    given = {"site_id": site.pk, "name": "302教室", "kind": "classroom", "capacity": 45, "accessible": "on"}
    page = text(own.post(reverse("provider:institution:add_room"), given, follow=True))
    assert "302教室" in page
    trainer = queries.trainers(school.pk).first()
    own.post(
        reverse("provider:institution:qualify_trainer", args=[trainer.pk]),
        {"name": "中式烹调师", "number": "Y0001", "level_code": "2", "valid_until": "2020-01-01"},
    )
    own.post(
        reverse("provider:institution:develop_trainer", args=[trainer.pk]),
        {"form": "abroad", "topic": "双元制", "organiser": "省厅", "starts_on": "2025-01-01",
         "ends_on": "2025-01-05", "hours": 40},
    )  # fmt: skip
    page = text(own.get(reverse("provider:institution:trainer", args=[trainer.pk])))
    assert "已过期" in page
    assert "双元制" in page


def test_teaching_hours_come_from_the_timetable(at):
    training_class = make_class(status="running", people=1)
    school = training_class.institution
    hours = teaching_hours(school.pk, date(2000, 1, 1), date(2100, 1, 1))
    assert sum(found.hours for found in hours.values()) == sum(
        session.hours_hundredths for session in training_class.sessions.all()
    )
    own = browser_of(an_actor("provider_clerk", organisation_id=school.pk))
    page = text(
        own.get(
            reverse("provider:institution:teaching"),
            {"since": "2000-01-01", "until": "2100-01-01", "surplus": "1000"},
        )
    )
    assert "¥500.00" in page  # a half of the surplus, by the province's paper
    make_trainer(school, "不上课的")
    assert "不上课的" not in text(own.get(reverse("provider:institution:teaching")))


def test_end_contract_shows_the_classes_it_leaves_open(clerk, at):
    training_class = make_class(status="running", people=1)
    address = reverse("bureau:contracts:end_contract", args=[training_class.contract_id])
    assert training_class.title in text(clerk.get(address))
    page = text(clerk.post(address, {"reason": "机构申请退出"}), 422)
    assert "机构申请退出" in page
    clerk.post(address, {"reason": "机构申请退出", "arrangement": "finish"})
    training_class.contract.refresh_from_db()
    assert training_class.contract.arrangement == "finish"


def test_counts_open_the_lists_they_count(clerk, school):
    page = text(clerk.get(reverse("bureau:registers:kinds")))
    assert "培训机构 1 家，认定 0 家" in page
    on = timezone.localdate()
    listed = reverse("bureau:institutions:list")
    assert school.name in text(clerk.get(listed, {"kind": "training_school", "on": on}))
    assert school.name not in text(clerk.get(listed, {"kind": "training_school", "on": on, "held": "yes"}))
    assert school.name not in text(clerk.get(listed, {"kind": "training_school", "on": "2020-01-01"}))


def test_a_years_evaluation_on_the_pages(clerk, reviewer, own, bureau, school, at):
    make_contract(school, at=at)
    year = timezone.localdate(at).year
    clerk.post(reverse("bureau:evaluations:open"), {"year": year})
    round_ = queries.evaluation_rounds(bureau.clerk).get()
    address = reverse("bureau:evaluations:detail", args=[round_.pk])
    assert "示例标准，没有文件依据" in text(clerk.get(address))
    page = text(clerk.post(reverse("bureau:evaluations:measure", args=[round_.pk]), follow=True))
    assert "已按系统数据记 1 个得分" in page  # no complaint was upheld; nothing else could be measured
    (one,) = queries.evaluations(round_.pk, bureau.clerk)
    page = text(clerk.post(reverse("bureau:evaluations:propose", args=[round_.pk])), 409)
    assert "没有录入" in page
    for row in round_.criteria:
        if row["source"] != "third_party":
            clerk.post(
                reverse("bureau:evaluations:score", args=[one.pk]),
                {"criterion_code": row["code"], "points": row["weight"], "remark": "满分"},
            )
    form = clerk.get(reverse("bureau:evaluations:form", args=[round_.pk]))
    assert form["Content-Type"].endswith("sheet")
    bad = outside_sheet([(school.credit_code, "满意度", "1"), (school.credit_code, "satisfaction", "20")])
    page = text(
        clerk.post(
            reverse("bureau:evaluations:import", args=[round_.pk]),
            {"sheet": SimpleUploadedFile("三方.xlsx", bad)},
            follow=True,
        )
    )
    assert "评估标准里没有“满意度”" in page
    clerk.post(reverse("bureau:evaluations:propose", args=[round_.pk]))
    reviewer.post(reverse("bureau:evaluations:put_up", args=[round_.pk]), {})
    page = text(own.get(reverse("provider:grades:detail", args=[one.pk])))
    assert "优秀" in page
    own.post(reverse("provider:grades:appeal", args=[one.pk]), {"content": "应当更高"})
    appeal = queries.grade_appeals(bureau.clerk).get()
    assert "应当更高" in text(reviewer.get(reverse("bureau:appeals:settle", args=[appeal.pk])))
    assert "个工作日" in text(reviewer.get(reverse("bureau:appeals:list")))
    reviewer.post(reverse("bureau:appeals:settle", args=[appeal.pk]), {"upheld": "no", "answer": "已满分"})
    assert "已满分" in text(own.get(reverse("provider:grades:detail", args=[one.pk])))
    sheet = reviewer.get(reverse("bureau:evaluations:table", args=[round_.pk]), {"export": "xlsx"})
    assert sheet["Content-Type"].endswith("sheet")
    assert "优秀" in text(clerk.get(reverse("bureau:institutions:detail", args=[school.pk])))


def test_portal_finds_providers_by_kind_grade_and_accessible_rooms(bureau, school, at):
    make_contract(school, at=at)
    plain = make_institution("没有无障碍的学校", recognised_for=[COOK], at=at)
    listed = reverse("portal:providers:list")
    page = text(Client().get(listed, {"accessible": "1"}))
    assert school.name in page
    assert plain.name not in page
    page = text(Client().get(listed, {"kind": "technical_school"}))
    assert school.name not in page
    make_evaluation({school.pk: 95, plain.pk: 70}, year=timezone.localdate(at).year, bureau=bureau, at=at)
    assert "年度评估" not in text(Client().get(reverse("portal:providers:detail", args=[school.pk])))
    assert plain.name not in text(Client().get(listed, {"grade": "A"}))


def test_brands_tenders_and_pilots_on_the_pages(clerk, school):
    words = {"image": "红", "trade_mark": "海蓝", "way_of_running": "直营", "rules": "统一"}
    clerk.post(
        reverse("bureau:registers:register_brand"),
        {"owner": school.credit_code, "name": "海蓝职训", "kind": "city", **words},
    )
    assert "海蓝职训" in text(clerk.get(reverse("bureau:registers:brands")))
    page = text(
        clerk.post(
            reverse("bureau:registers:file_tender"),
            {"number": "ZB-1", "title": "采购", "awarded_on": "2026-01-01", "filing_number": "备1号",
             "credit_codes": "nothing"},
        ),
        422,
    )  # fmt: skip
    assert "没有登记信用代码" in page
    clerk.post(
        reverse("bureau:registers:file_tender"),
        {"number": "ZB-1", "title": "采购", "awarded_on": "2026-01-01", "filing_number": "备1号",
         "credit_codes": school.credit_code},
    )  # fmt: skip
    assert "ZB-1" in text(clerk.get(reverse("bureau:registers:tenders")))
    clerk.post(
        reverse("bureau:registers:grant_pilot", args=[school.pk]),
        {"kind": "integration", "document": "鲁发改〔2025〕1号", "starts_on": "2025-01-01"},
    )
    page = text(clerk.get(reverse("bureau:institutions:detail", args=[school.pk])))
    assert "产教融合试点企业" in page
    pilot = queries.pilots(school.pk).get()
    clerk.post(reverse("bureau:registers:end_pilot", args=[pilot.pk]), {"reason": "期满"})
    assert queries.pilots(school.pk).get().ends_on is not None
    clerk.post(reverse("bureau:registers:close_institution", args=[school.pk]), {"reason": "停办"})
    assert "停办" in text(clerk.get(reverse("bureau:institutions:detail", args=[school.pk])))
    assert operations.StillUnderContract().message
