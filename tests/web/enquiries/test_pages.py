"""Online enquiries through the pages: asked by anybody, handled and answered by those who may, published."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kaogong.access.models import Account
from kaogong.enquiries import operations, queries
from kaogong.enquiries.models import CommonQuestion, Enquiry
from kaogong.statistics.operations import refresh_facts
from kaogong.trail.models import Entry
from tests.factories import an_actor, make_class, make_institution, make_person
from tests.factories.enquiries import ask, make_common_question, make_enquiry

pytestmark = pytest.mark.django_db
TYPED = {
    "category": "subsidy", "region_code": "370299", "subject": "补贴多久到账", "content": "九月结业，什么时候发？",
}  # fmt: skip


def browser_of(actor) -> Client:
    browser = Client()
    browser.force_login(Account.objects.get(pk=actor.account_id), "django.contrib.auth.backends.ModelBackend")
    return browser


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture(autouse=True)
def nobody_has_tried_yet():
    cache.clear()


@pytest.fixture
def at():
    return timezone.now() - timedelta(minutes=30)


@pytest.fixture
def clerk(db):
    return an_actor("bureau_clerk", name="周经办")


@pytest.fixture
def reviewer(db):
    return an_actor("reviewer", name="郑复核")


def asked(browser: Client, **typed):
    return browser.post("/portal/enquiries/ask/", TYPED | typed)


def followed(browser: Client, number: str, secret: str, **step):
    return browser.post("/portal/enquiries/follow/", {"number": number, "secret": secret} | step)


def receipt_of(page: str) -> tuple[str, str]:
    return re.search(r"ZX-\d{4}-\d{5}", page).group(), re.search(
        r'<code class="lead">(\w+)</code>', page
    ).group(1)


def test_anyone_asks_follows_judges_and_asks_further_with_number_and_code(at, clerk, reviewer):
    public = Client(REMOTE_ADDR="203.0.113.77")
    assert "没有留联系方式的，只能凭它们看答复" in text(public.get("/portal/enquiries/ask/"))
    answer = asked(public)
    number, secret = receipt_of(text(answer))
    assert answer["Cache-Control"] == "no-store" and "没有留联系方式，我们不能主动联系您" in text(answer)
    assert "203.0.113" not in str([list(Entry.objects.values()), list(Enquiry.objects.values())])
    assert followed(public, number, "WRONG").status_code == 404
    page = text(followed(public, number, secret))
    assert "已收到" in page and "示例标准" in page and "前答复" in page
    found = Enquiry.objects.get()
    operations.assign_enquiry(found.pk, to=clerk.account_id, by=clerk, at=at)
    operations.draft_reply(found.pk, text="公示期满后拨付。", by=clerk, at=at)
    operations.submit_reply(found.pk, by=clerk, at=at)
    assert "公示期满" not in text(followed(public, number, secret))
    operations.issue_reply(found.pk, by=reviewer, at=at)
    page = text(followed(public, number, secret))
    assert "公示期满后拨付。" in page and clerk.name not in page and reviewer.name not in page
    page = text(followed(public, number, secret, step="judge", helped="yes"))
    assert "您评价这次答复：有帮助。" in page
    assert followed(public, number, secret, step="judge", helped="no").status_code == 409
    page = text(followed(public, number, secret, step="add", content="公示几天？"))
    assert "公示几天？" in page and "已收到您的追问" in page
    assert Enquiry.objects.get().status == "reopened"


def test_ask_points_out_numbers_before_sending_and_keeps_what_was_typed(at):
    public = Client()
    answer = asked(public, content="身份证370299199003070018，电话13987650001")
    page = text(answer)
    assert answer.status_code == 422 and not Enquiry.objects.exists()
    assert "身份证号码、手机号码" in page and "还没有发送" in page
    assert "370299199003070018" in page and 'type="checkbox" name="sure"' in page
    answer = asked(public, content="身份证370299199003070018", sure="on")
    assert answer.status_code == 200 and Enquiry.objects.get().content == "身份证370*************18"


def test_ask_sends_complaints_to_their_own_page_and_says_what_is_missing(at):
    public = Client()
    page = text(public.get("/portal/enquiries/ask/"))
    assert reverse("portal:complaints:complain") in page and 'value="complaint"' not in page
    answer = asked(public, subject="", content=" ")
    assert answer.status_code == 422 and "请先改正下面的问题" in text(answer)
    assert asked(public, category="complaint").status_code == 422
    assert asked(public, region_code="510700").status_code == 422
    assert not Enquiry.objects.exists()


def test_ask_and_follow_are_slowed_down_from_one_address(at):
    public = Client(REMOTE_ADDR="203.0.113.78")
    codes = [asked(public).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]
    assert asked(Client(REMOTE_ADDR="203.0.113.79")).status_code == 200
    codes = [followed(public, "ZX-2026-00001", "GUESS").status_code for _ in range(31)]
    assert codes == [404] * 30 + [429]


@pytest.mark.parametrize("door", ["learner", "provider"])
def test_learner_and_provider_ask_from_their_own_page(at, clerk, reviewer, door):
    own = an_actor("learner" if door == "learner" else "provider_clerk")
    browser = browser_of(own)
    assert "还没有咨询过" in text(browser.get(f"/{door}/enquiries/"))
    page = text(browser.get(f"/{door}/enquiries/ask/"))
    assert 'name="name"' not in page
    answer = browser.post(f"/{door}/enquiries/ask/", TYPED)
    found = Enquiry.objects.get()
    assert answer["Location"] == f"/{door}/enquiries/{found.pk}/" and found.channel == door
    assert TYPED["subject"] in text(browser.get(f"/{door}/enquiries/"))
    operations.assign_enquiry(found.pk, to=clerk.account_id, by=clerk, at=at)
    operations.draft_reply(found.pk, text="公示期满后拨付。", by=clerk, at=at)
    operations.submit_reply(found.pk, by=clerk, at=at)
    operations.issue_reply(found.pk, by=reviewer, at=at)
    page = f"/{door}/enquiries/{found.pk}/"
    assert "公示期满后拨付。" in text(browser.get(page))
    assert browser.post(page, {"step": "judge", "helped": "no"}).status_code == 302
    assert "没有帮助" in text(browser.get(page))
    assert browser.post(page, {"step": "add", "content": "电话13987650001"}).status_code == 422
    assert browser.post(page, {"step": "add", "content": "哪天发？"}).status_code == 302
    assert Enquiry.objects.get().status == "reopened"
    other = browser_of(an_actor(own.role))
    assert other.get(page).status_code == 404


def test_the_bureau_answers_through_the_pages_with_two_people(at, clerk, reviewer):
    first, second = browser_of(clerk), browser_of(reviewer)
    found = ask(at, name="孔令仪", contact="13987650001").enquiry
    here = f"/bureau/enquiries/{found.pk}/"
    page = text(first.get(here))
    assert "分给经办办理" in page and "孔令仪" not in page and "13987650001" not in page
    assert first.post(f"{here}assign/", {"to": clerk.account_id, "category": "subsidy"}).status_code == 302
    assert first.post(f"{here}draft/", {"text": " "}).status_code == 422
    assert first.post(f"{here}draft/", {"text": "公示期满后拨付，每人1200元。"}).status_code == 302
    page = text(first.get(here))
    assert "手工填写、没有出处的数字：1200" in page and "送复核" in page and "直接答复" not in page
    assert first.post(f"{here}submit/").status_code == 302
    assert first.post(f"{here}issue/").status_code == 403
    assert second.post(f"{here}send-back/", {"reason": "写明日期"}).status_code == 302
    first.post(f"{here}draft/", {"text": "公示期满后拨付。"})
    first.post(f"{here}submit/")
    assert second.post(f"{here}issue/").status_code == 302
    page = text(second.get(here))
    assert "公示期满后拨付。" in page and "还没有评价" in page
    answer = first.post(f"{here}reveal/", {"reason": "电话核实"}, follow=True)
    assert "孔令仪，13987650001" in text(answer)
    assert first.post(f"{here}close/").status_code == 302
    assert Enquiry.objects.get().status == "closed"


def test_figures_taken_into_an_answer_open_to_their_rows_and_reach_the_asker_with_source(
    at, clerk, reviewer, settings, tmp_path
):
    settings.SNAPSHOTS_DIR = str(tmp_path / "snapshots")
    on = timezone.localdate(at)
    make_class(
        people=[make_person("李想"), make_person("王明")], status="finished",
        starts_on=on - timedelta(days=60), ends_on=on - timedelta(days=30),
    )  # fmt: skip
    refresh_facts(at=at)
    receipt = make_enquiry(at=at, status="assigned", by=clerk)
    here = f"/bureau/enquiries/{receipt.enquiry.pk}/"
    days = {"starts_on": f"{on - timedelta(days=90)}", "ends_on": f"{on}"}
    first = browser_of(clerk)
    wrong = first.post(
        f"{here}draft/", {"text": "您好。", "codes": ["training.person_times"], "starts_on": ""}
    )
    assert wrong.status_code == 422 and "数据起始日" in text(wrong)
    first.post(f"{here}draft/", {"text": "您好。", "codes": ["training.person_times"]} | days)
    page = text(first.get(here))
    assert "2人次" in page and "/bureau/figures/training.person_times/rows/?" in page
    assert "手工填写、没有出处" not in page
    operations.submit_reply(receipt.enquiry.pk, by=clerk, at=at)
    operations.issue_reply(receipt.enquiry.pk, by=reviewer, at=at)
    page = text(followed(Client(), receipt.enquiry.number, receipt.secret))
    assert "数字的出处" in page and "统计数据第 1 号" in page and "补贴性职业技能培训人次" in page


def test_a_department_sees_and_drafts_only_what_was_forwarded_to_it(at, clerk, reviewer):
    farmer = browser_of(an_actor("department_clerk", name="尤农业"))
    found, other = ask(at).enquiry, ask(at, subject="别的事").enquiry
    first, here = browser_of(clerk), f"/bureau/enquiries/{found.pk}/"
    assert first.post(f"{here}forward/", {"department": "agriculture", "reason": ""}).status_code == 422
    first.post(f"{here}forward/", {"department": "agriculture", "reason": "农业培训"})
    page = text(farmer.get("/bureau/enquiries/"))
    assert found.number in page and other.number not in page
    assert farmer.get(f"/bureau/enquiries/{other.pk}/").status_code == 404
    page = text(farmer.get(here))
    assert "查看咨询人" not in page and "起草答复" in page
    assert 'name="codes"' not in text(farmer.get(f"{here}draft/"))
    farmer.post(f"{here}draft/", {"text": "请到村委会报名。"})
    farmer.post(f"{here}submit/")
    assert farmer.post(f"{here}issue/").status_code == 403
    browser_of(reviewer).post(f"{here}issue/")
    assert Enquiry.objects.get(pk=found.pk).status == "answered"
    assert farmer.get(f"{here}publish/").status_code == 403


def test_queue_filters_sorts_and_exports_masked(at, clerk):
    long_ago = at - timedelta(days=20)
    late = ask(long_ago, subject="很久以前的").enquiry
    ask(at, category="certificate", subject="电话13987650001找我", is_sure_of_numbers=True)
    browser = browser_of(clerk)
    page = text(browser.get("/bureau/enquiries/"))
    assert "已超期" in page and "139******01" in page and "13987650001" not in page
    for query, count in (
        ("overdue=1", 1), ("mine=1", 2), ("category=certificate", 1), ("status=answered", 0), ("q=很久", 1),
        (f"q={late.number.lower()}", 1), ("region=370299", 2), ("measure=waiting", 2),
        (f"from_on={timezone.localdate(at)}", 1),
    ):  # fmt: skip
        assert text(browser.get(f"/bureau/enquiries/?{query}")).count('<tr><td class="nowrap"') == count, (
            query
        )
    first = text(browser.get("/bureau/enquiries/?sort=received_at"))
    assert first.index(late.number) < first.index("139******01")
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/bureau/enquiries/?export=xlsx").content))
    cells = str([[cell.value for cell in row] for row in book.active.iter_rows()])
    assert late.number in cells and "139******01" in cells and "13987650001" not in cells
    assert Entry.objects.filter(verb="list.exported").count() == 1


def test_alike_ones_are_pointed_out_and_merged(at, clerk):
    main, again = ask(at).enquiry, ask(at).enquiry
    browser = browser_of(clerk)
    assert "可能是同一件事" in text(browser.get(f"/bureau/enquiries/{again.pk}/"))
    wrong = browser.post(f"/bureau/enquiries/{again.pk}/merge/", {"into": again.number})
    assert wrong.status_code == 422
    browser.post(f"/bureau/enquiries/{again.pk}/merge/", {"into": main.number})
    assert main.number in text(browser.get(f"/bureau/enquiries/{again.pk}/"))
    assert "合并进来的" in text(browser.get(f"/bureau/enquiries/{main.pk}/"))


def test_auditor_and_leader_look_each_look_recorded_and_change_nothing(at, clerk):
    found = make_enquiry(at=at, status="drafted", by=clerk).enquiry
    for role in ("auditor", "leader"):
        by = an_actor(role)
        browser, here = browser_of(by), f"/bureau/enquiries/{found.pk}/"
        page = text(browser.get(here))
        assert found.content in page and "查看咨询人" not in page
        assert Entry.objects.filter(verb="enquiry.looked", actor_account_id=by.account_id).count() == 1
        for verb in ("assign", "draft", "submit", "answer", "dismiss", "reveal", "close", "publish"):
            assert browser.post(f"{here}{verb}/", {"reason": "x"}).status_code == 403, verb
    assert Enquiry.objects.get().status == "drafted"


def test_common_question_is_published_searched_and_withdrawn(at, clerk, reviewer):
    found = make_enquiry(at=at, status="answered", by=clerk, reviewer=reviewer, name="赵小兰").enquiry
    browser, public = browser_of(clerk), Client()
    here = f"/bureau/enquiries/{found.pk}/publish/"
    assert "公示期满后拨付" in text(browser.get(here))
    typed = {
        "question": "补贴什么时候发？", "answer": "公示期满后拨付。", "category": "subsidy", "scheme_code": "",
        "holds_from": f"{timezone.localdate()}",
    }  # fmt: skip
    assert browser.post(here, typed).status_code == 422
    wrong = browser.post(here, typed | {"is_anonymous": "on", "answer": "赵小兰的补贴公示期满后拨付。"})
    assert wrong.status_code == 422 and "咨询人的姓名" in text(wrong)
    assert browser.post(here, typed | {"is_anonymous": "on"}).status_code == 302
    made = CommonQuestion.objects.get()
    assert "补贴什么时候发？" in text(public.get("/portal/enquiries/?q=拨付&category=subsidy"))
    assert "没有找到" in text(public.get("/portal/enquiries/?q=驾照"))
    page = text(public.get(f"/portal/enquiries/questions/{made.pk}/"))
    assert "起适用" in page and found.number not in page
    browser.post(f"/bureau/common-questions/{made.pk}/withdraw/", {"reason": "标准调整"})
    assert public.get(f"/portal/enquiries/questions/{made.pk}/").status_code == 404
    assert "标准调整" in text(browser.get(f"/bureau/common-questions/{made.pk}/"))
    assert "还没有发布常见问题" in text(public.get("/portal/enquiries/"))


def test_every_number_of_the_count_page_opens_to_as_many_rows(at, clerk, reviewer):
    make_enquiry(at=at, status="answered", by=clerk, reviewer=reviewer)
    receipt = make_enquiry(at=at, status="answered", by=clerk, reviewer=reviewer, category="certificate")
    operations.judge_reply(receipt.enquiry.number, receipt.secret, is_helped=True, at=at + timedelta(hours=2))
    ask(at)
    browser = browser_of(clerk)
    page = text(browser.get("/bureau/enquiries/measures/"))
    links = re.findall(r'<a href="(/bureau/enquiries/\?[^"]*measure=[^"]*)">(\d+)</a>', page)
    assert len(links) > 8
    assert 'href="/bureau/indicators/?fact=enquiry"' in page
    assert "网上咨询按期答复率" in text(browser.get("/bureau/indicators/?fact=enquiry"))
    for address, count in links:
        shown = text(browser.get(address.replace("&amp;", "&")))
        assert shown.count('<tr><td class="nowrap"') == int(count), address
    wrong = text(browser.get("/bureau/enquiries/measures/?from_on=2026-05-01&until_on=2026-01-01"))
    assert "截止日早于起始日" in wrong
    none = text(browser.get("/bureau/enquiries/measures/?from_on=2020-01-01&until_on=2020-02-01"))
    assert "这段时间没有咨询" in none


def test_a_figure_of_enquiries_is_split_by_category_and_leads_to_each(at, clerk, settings, tmp_path):
    settings.SNAPSHOTS_DIR = str(tmp_path / "snapshots")
    found = ask(at, name="王小明").enquiry
    refresh_facts(at=at)
    browser = browser_of(clerk)
    year = timezone.localdate(at).year
    split = text(browser.get(f"/bureau/figures/enquiry.asked/?by=category&period={year}"))
    assert "补贴申领" in split and "咨询类别" in split
    rows = text(browser.get(f"/bureau/figures/enquiry.asked/rows/?period={year}"))
    assert f'href="/bureau/enquiries/{found.pk}/"' in rows and found.number in rows
    assert "王小明" not in rows and 'data-label="姓名"' not in rows


def test_home_says_what_is_late_to_handle_and_to_check(at, clerk, reviewer):
    ask(at - timedelta(days=20), subject="早就该答的")
    ask(at, subject="今天来的")
    make_enquiry(at=at, status="checking", by=clerk, subject="等复核的")
    page = text(browser_of(clerk).get("/bureau/"))
    assert (
        "超期的网上咨询" in page and "早就该答的" in page and "待办的网上咨询" in page and "今天来的" in page
    )
    page = text(browser_of(reviewer).get("/bureau/"))
    assert "待复核的咨询答复" in page and "等复核的" in page


def test_pages_say_where_nothing_is_set(settings):
    settings.REGION_CODE = "370211"
    cache.clear()
    public = Client()
    page = text(asked(public, region_code="370211"))
    number, secret = receipt_of(page)
    assert "没有规定答复期限" in page
    assert "没有规定答复期限" in text(followed(public, number, secret))
    clerk = an_actor("bureau_clerk", region_code="370211")
    page = text(browser_of(clerk).get("/bureau/enquiries/"))
    assert "没有规定" in page
    operations.assign_enquiry(Enquiry.objects.get().pk, to=clerk.account_id, by=clerk, at=timezone.now())
    operations.draft_reply(Enquiry.objects.get().pk, text="您好。", by=clerk, at=timezone.now())
    here = f"/bureau/enquiries/{Enquiry.objects.get().pk}/"
    assert "直接答复" in text(browser_of(clerk).get(here))
    assert browser_of(clerk).post(f"{here}answer/").status_code == 302
    assert "追问期限没有规定" in text(followed(public, number, secret))


def test_published_question_is_not_shown_before_its_day_nor_elsewhere(at, clerk):
    made = make_common_question(at=at, by=clerk, holds_from=timezone.localdate() + timedelta(days=3))
    assert Client().get(f"/portal/enquiries/questions/{made.pk}/").status_code == 404
    page = text(browser_of(clerk).get(f"/bureau/common-questions/{made.pk}/"))
    assert "起在门户显示" in page
    elsewhere = browser_of(an_actor("bureau_clerk", region_code="510700"))
    assert elsewhere.get(f"/bureau/common-questions/{made.pk}/").status_code == 404
    assert queries.common_questions(clerk).count() == 1


def test_pages_in_english_show_no_chinese_furniture(at, clerk):
    make_institution()
    public = Client()
    public.cookies["kaogong_language"] = "en"
    page = text(public.get("/portal/enquiries/ask/"))
    assert "Claiming a subsidy" in page and "Submit enquiry" in page and "提交咨询" not in page
