"""Demand and supply as each door shows it: the survey on a phone and by link, the index with its working, guides."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kaogong.access.models import Account
from kaogong.demand import operations, queries
from kaogong.demand.models import DemandReply, DemandRound, ShortageList, TrainingWish, VacancyList
from kaogong.kernel.credit_code import make_credit_code
from tests.factories import an_actor
from tests.factories.demand import (
    SEEKER_HEADINGS,
    TALENT_HEADINGS,
    VACANCY_HEADINGS,
    a_post,
    a_sheet,
    make_enterprise,
    make_round,
    make_run,
    make_vacancies,
    make_wage_guide,
    send,
    talent_row,
    vacancy_row,
)

pytestmark = pytest.mark.django_db


def browser(actor=None):
    client = Client()
    if actor is not None:
        client.force_login(Account.objects.get(pk=actor.account_id))
    return client


@pytest.fixture(autouse=True)
def _in_november(monkeypatch):
    """Pages ask the clock; the rounds of these tests are open in November 2026."""
    from tests.factories.demand import NOW

    monkeypatch.setattr(timezone, "now", lambda: NOW)


def page(client, name, *args, **query):
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


def test_an_enterprise_answers_on_its_phone_line_by_line():
    _round, [(reply, by), *_] = make_round()
    client = browser(by)
    assert reply.round.title in page(client, "provider:demand:list")
    given = {"post": "焊工岗", "occupation": "电焊", "needed_now": "3", "needed_in_year": "0"}
    unclear = client.post(reverse("provider:demand:add", args=[reply.pk]), given)
    assert unclear.status_code == 422
    clear = given | {"occupation": "焊工", "wage_fen": "8,000"}
    client.post(reverse("provider:demand:add", args=[reply.pk]), clear)
    assert "¥8,000.00" in page(client, "provider:demand:detail", reply.pk)
    client.post(reverse("provider:demand:line", args=[reply.pk, 0]), clear | {"needed_now": "5"})
    sent = client.post(reverse("provider:demand:submit", args=[reply.pk]), follow=True)
    assert "已提交" in sent.content.decode()
    assert [line.needed_now for line in queries.posts_of(DemandReply.objects.get(pk=reply.pk))] == [5]
    client.post(reverse("provider:demand:drop", args=[reply.pk, 0]))
    assert "还没有重新提交" in page(client, "provider:demand:detail", reply.pk)


def test_several_occupations_that_fit_are_offered_to_pick_from():
    _round, [(reply, by), *_] = make_round()
    client = browser(by)
    given = {"post": "护理", "occupation": "护理员", "needed_now": "1", "needed_in_year": "0"}
    offered = client.post(reverse("provider:demand:add", args=[reply.pk]), given)
    words = offered.content.decode()
    assert (offered.status_code, "请选择一个职业" in words, "养老护理员" in words) == (422, True, True)
    code = queries_occupation("养老护理员")
    client.post(reverse("provider:demand:add", args=[reply.pk]), given | {"picked": code})
    reply.refresh_from_db()
    assert [line["occupation_code"] for line in reply.draft] == [code]


def queries_occupation(name):
    from kaogong.catalog import queries as catalog

    return next(row.code for row in catalog.occupations_matching(name) if row.name == name)


def test_an_enterprise_answers_by_its_link_without_logging_in():
    clerk = an_actor("bureau_clerk")
    found, _replies = make_round(clerk=clerk)
    code = make_credit_code("91", "370299", 78).value
    reply = operations.invite_enterprise(
        found.pk, credit_code=code, name="路边修理铺", by=clerk, at=timezone.now()
    )
    names = page(browser(clerk), "bureau:demand_rounds:replies", found.pk, status="invited")
    link = queries.link_of(reply)
    assert link in names
    client = browser()
    sheet = a_sheet(("岗位", "职业（工种）", "现在缺人"), [("焊工岗", "焊工", 2), ("坏行", "造梦师", 2)])
    taken = client.post(
        reverse("portal:demand:import", args=[link]), {"sheet": SimpleUploadedFile("岗位.xlsx", sheet)},
        follow=True,
    ).content.decode()  # fmt: skip
    assert "第 3 行" in taken
    assert "已提交" in client.post(reverse("portal:demand:submit", args=[link]), follow=True).content.decode()
    assert client.get(reverse("portal:demand:detail", args=[link[:-1] + "_"])).status_code == 404


def test_another_enterprise_and_a_learner_are_shut_out():
    _round, [(reply, _by), *_] = make_round()
    _other, stranger = make_enterprise("别家厂", 60)
    address = reverse("provider:demand:detail", args=[reply.pk])
    assert browser(stranger).get(address).status_code == 404
    assert browser(an_actor("learner")).get(address).status_code == 403


def test_a_clerk_plans_opens_reminds_and_closes_a_round():
    make_enterprise("唯一机械厂", 70)
    clerk = browser(an_actor("bureau_clerk"))
    clerk.post(
        reverse("bureau:demand_rounds:draft"),
        {"kind": "posts", "title": "冬季调查", "opens_on": "2026-11-10", "closes_on": "2026-11-30"},
    )
    found = DemandRound.objects.get(title="冬季调查")
    refused = clerk.post(reverse("bureau:demand_rounds:open", args=[found.pk]), follow=True)
    assert "请先加入企业" in refused.content.decode()
    clerk.post(reverse("bureau:demand_rounds:ask_all", args=[found.pk]))
    clerk.post(reverse("bureau:demand_rounds:open", args=[found.pk]))
    clerk.post(reverse("bureau:demand_rounds:remind", args=[found.pk]))
    assert found.replies.get().reminded_at is not None
    words = page(clerk, "bureau:demand_rounds:detail", found.pk)
    assert "正在调查" in words and "提醒 1 家没有填报的企业" in words
    clerk.post(reverse("bureau:demand_rounds:close", args=[found.pk]))
    found.refresh_from_db()
    assert found.status == "closed"


def test_the_first_page_names_what_waits_of_demand():
    clerk_actor = an_actor("bureau_clerk")
    make_wage_guide(clerk=clerk_actor)
    asked = operations.draft_demand_round(
        kind="posts", title="冬季调查", opens_on=date(2026, 11, 1), closes_on=date(2026, 11, 30),
        by=clerk_actor, at=timezone.now(),
    )  # fmt: skip
    operations.invite_registered(asked.pk, by=clerk_actor, at=timezone.now())
    operations.open_demand_round(asked.pk, by=clerk_actor, at=timezone.now())
    DemandRound.objects.filter(kind="posts").update(closes_on=date(2026, 11, 18))
    words = page(browser(clerk_actor), "bureau:home")
    assert "快到期、还有企业没填的调查" in words and "家企业没有填报" in words
    DemandRound.objects.filter(kind="posts").update(opens_on=date(2026, 11, 1), closes_on=date(2026, 11, 10))
    assert "到期待截止的调查" in page(browser(clerk_actor), "bureau:home")
    assert "待复核的工资价位" in page(browser(an_actor("reviewer")), "bureau:home")


def test_a_vacancy_list_shows_bad_and_repeated_rows():
    clerk = browser(an_actor("bureau_clerk"))
    rows = [vacancy_row(), vacancy_row(), vacancy_row("坏厂", **{"职业（工种）": "造梦师"})]
    sheet = SimpleUploadedFile("招聘.xlsx", a_sheet(VACANCY_HEADINGS, rows))
    words = clerk.post(
        reverse("bureau:vacancies:import"), {"source": "招聘会", "as_of": "2026-11-10", "sheet": sheet},
        follow=True,
    ).content.decode()  # fmt: skip
    assert "本表第 2 行" in words and "造梦师" in words
    found = VacancyList.objects.get()
    clerk.post(reverse("bureau:vacancies:discard", args=[found.pk]), {"reason": "传错"})
    assert "已作废" in page(clerk, "bureau:vacancies:list")


def test_from_the_index_to_the_list_on_the_portal():
    clerk_actor, reviewer_actor = an_actor("bureau_clerk"), an_actor("reviewer")
    _round, replies = make_round(clerk=clerk_actor)
    for reply, by in replies:
        send(reply, by, a_post())
    clerk, reviewer = browser(clerk_actor), browser(reviewer_actor)
    assert reviewer.post(reverse("bureau:shortage:compute")).status_code == 403
    table = clerk.post(reverse("bureau:shortage:compute"), follow=True).content.decode()
    assert "示例权重" in table and "焊工" in table and "紧缺指数＝" in table
    run = queries.shortage_runs(clerk_actor).get()
    row = queries.shortage_rows(run.pk).get()
    working = page(clerk, "bureau:shortage:row", row.pk)
    assert "100%" in working and "9.00" in working and "四级/中级工" in working
    assert "四级/中级工" in page(clerk, "bureau:shortage:levels", run.pk)
    assert "没有机构签约这个职业" in page(clerk, "bureau:shortage:openings", run.pk)
    clerk.post(
        reverse("bureau:shortage_lists:draft"),
        {"kind": "shortage", "run": run.pk, "starts_on": "2026-11-16"},
    )
    found = ShortageList.objects.get()
    clerk.post(
        reverse("bureau:shortage_lists:add", args=[found.pk]),
        {"name": "养老护理员", "because": "民政部门来函"},
    )
    clerk.post(reverse("bureau:shortage_lists:propose", args=[found.pk]))
    assert clerk.post(reverse("bureau:shortage_lists:publish", args=[found.pk])).status_code == 403
    reviewer.post(reverse("bureau:shortage_lists:publish", args=[found.pk]), {"working_days": ""})
    found.refresh_from_db()
    assert found.status == "published"
    words = page(browser(), "portal:shortages")
    assert "焊工" in words and "养老护理员" in words
    assert "民政部门来函" in page(browser(), "portal:notices:detail", found.notice_id)


def test_a_learner_says_what_to_learn_and_the_bureau_counts_it():
    learner = an_actor("learner")
    client = browser(learner)
    refused = client.post(reverse("learner:wish"), {"is_willing": "yes"})
    assert refused.status_code == 422
    client.post(reverse("learner:wish"), {"is_willing": "yes", "occupation_1": "焊工", "level_code": "5"})
    assert TrainingWish.objects.get().level_code == "5"
    assert 'value="焊工"' in page(client, "learner:wish")
    assert "焊工" in page(browser(an_actor("bureau_clerk")), "bureau:wishes:occupations")


def test_the_portal_shows_a_published_guide_and_gives_it_away():
    guide = make_wage_guide()
    anyone = browser()
    assert anyone.get(reverse("portal:wages:detail", args=[guide.pk])).status_code == 404
    browser(an_actor("reviewer")).post(reverse("bureau:wage_guides:publish", args=[guide.pk]))
    words = page(anyone, "portal:wages:detail", guide.pk)
    assert "¥96,000.00" in words and "企业太少" in words
    table = anyone.get(reverse("portal:wages:table", args=[guide.pk])).content.decode("utf-8-sig")
    assert "96000.00" in table and "few_firms" in table
    assert anyone.get(reverse("portal:wages:sheet", args=[guide.pk])).content[:2] == b"PK"


def test_a_quarter_of_the_market_goes_from_a_draft_to_the_portal():
    clerk_actor, anyone = an_actor("bureau_clerk"), browser()
    make_vacancies(
        vacancy_row(招聘人数=40), vacancy_row("小厂", 招聘人数=2, **{"职业（工种）": "中式烹调师"}),
        vacancy_row("养老院", 招聘人数=12, **{"职业（工种）": "养老护理员"}),
        clerk=clerk_actor, as_of=date(2026, 8, 1),
    )  # fmt: skip
    clerk, reviewer = browser(clerk_actor), browser(an_actor("reviewer"))
    refused = clerk.post(reverse("bureau:market_bulletins:draft"), {"quarter": "2026-10-01"})
    assert refused.status_code == 422
    clerk.post(reverse("bureau:market_bulletins:draft"), {"quarter": "2026-07-01"})
    found = queries.market_bulletins(clerk_actor).get()
    assert "还没有导入求职人数" in page(clerk, "bureau:market_bulletins:detail", found.pk)
    sheet = a_sheet(SEEKER_HEADINGS, [("焊工", "四级", 25, ""), ("造梦师", "", 1, "")])
    taken = clerk.post(
        reverse("bureau:market_bulletins:seekers", args=[found.pk]),
        {"source": "区公共就业服务中心", "sheet": SimpleUploadedFile("求职.xlsx", sheet)}, follow=True,
    ).content.decode()  # fmt: skip
    assert "第 3 行" in taken and "1.60" in taken
    clerk.post(reverse("bureau:market_bulletins:propose", args=[found.pk]))
    assert anyone.get(reverse("portal:market:detail", args=[found.pk])).status_code == 404
    reviewer.post(reverse("bureau:market_bulletins:publish", args=[found.pk]))
    words = page(anyone, "portal:market:detail", found.pk)
    assert "2026年三季度技能人才市场供需信息" in words and "来自 0 家企业的填报和 1 份招聘清单" in words
    assert "2026年三季度" in page(anyone, "portal:market:list")
    reader = browser()
    reader.cookies["kaogong_language"] = "en"
    assert "Q3 2026" in page(reader, "portal:market:list")
    assert reader.get(reverse("portal:market:detail", args=[found.pk])).context["title"].endswith("Q3 2026")
    table = anyone.get(reverse("portal:market:table", args=[found.pk])).content.decode("utf-8-sig")
    assert "370299" in table and ",2," not in table, "two posts are too few to tell"
    assert anyone.get(reverse("portal:market:sheet", args=[found.pk])).content[:2] == b"PK"


def test_people_brought_in_come_by_sheet_and_go_by_hand():
    clerk_actor = an_actor("bureau_clerk")
    clerk = browser(clerk_actor)
    assert "还没有登记引进的技能人才" in page(clerk, "bureau:talents:list")
    sheet = a_sheet(TALENT_HEADINGS, [talent_row("引进甲"), talent_row("引进乙", 引进方式="借调")])
    words = clerk.post(
        reverse("bureau:talents:import"), {"sheet": SimpleUploadedFile("引进.xlsx", sheet)}, follow=True
    ).content.decode()
    assert "引进甲" in words and "借调" in words
    talent = queries.introduced_talents(clerk_actor).get()
    assert "引进甲" in page(clerk, "bureau:talents:list", ending="1")
    assert "示例第500厂" in page(clerk, "bureau:talents:units")
    address = reverse("bureau:talents:leave", args=[talent.pk])
    clerk.post(address, {"left_on": "2026-11-01", "reason": "合同期满"})
    assert "已离开" in page(clerk, "bureau:talents:list")
    assert clerk.get(address).status_code == 404


def test_lists_ask_few_questions(django_assert_max_num_queries):
    clerk_actor = an_actor("bureau_clerk")
    run = make_run(clerk=clerk_actor)
    clerk = browser(clerk_actor)
    page(clerk, "bureau:home")
    for name, *args in (
        ("demand_rounds:list",), ("vacancies:list",), ("wishes:list",), ("shortage:list",),
        ("shortage:levels", run.pk), ("market_bulletins:list",), ("talents:list",),
        ("shortage:detail", run.pk), ("shortage:openings", run.pk), ("shortage_lists:list",),
        ("majors:list",), ("wage_guides:list",),
    ):  # fmt: skip
        with django_assert_max_num_queries(12):
            page(clerk, f"bureau:{name}", *args)


def test_empty_pages_say_what_to_do():
    clerk = browser(an_actor("bureau_clerk"))
    for name, words in (
        ("demand_rounds:list", "还没有企业调查"), ("vacancies:list", "还没有招聘清单"),
        ("wishes:list", "还没有培训意愿"), ("shortage:list", "还没有算过紧缺指数"),
        ("shortage_lists:list", "还没有紧缺目录"), ("majors:list", "还没有院校专业"),
        ("wage_guides:list", "还没有工资价位"),
    ):  # fmt: skip
        assert words in page(clerk, f"bureau:{name}")
    assert "现在没有执行中的紧缺目录" in page(browser(), "portal:shortages")
    assert "还没有公布工资价位" in page(browser(), "portal:wages:list")
