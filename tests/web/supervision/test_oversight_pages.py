"""Complaints, cases and sanctions taken through the pages, by those who may and nobody else."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kaogong.access.models import Account
from kaogong.supervision import operations, queries
from kaogong.supervision.models import Case, Complaint, Duty, Inquiry, Inspection, Sanction
from kaogong.trail.models import Entry
from tests.factories import COOK, an_actor, make_institution, make_person
from tests.factories.oversight import make_case, make_complaint, make_sanction
from tests.factories.supervision import make_bureau, make_running_class, record

pytestmark = pytest.mark.django_db


def browser_of(actor) -> Client:
    browser = Client()
    browser.force_login(Account.objects.get(pk=actor.account_id), "django.contrib.auth.backends.ModelBackend")
    return browser


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def at():
    cache.clear()
    return timezone.now() - timedelta(minutes=30)


@pytest.fixture
def school(db):
    return make_institution("示例区青禾学校", recognised_for=[COOK])


@pytest.fixture
def clerk(db):
    return an_actor("bureau_clerk")


@pytest.fixture
def reviewer(db):
    return an_actor("reviewer")


def complained(browser: Client, **typed):
    return browser.post("/portal/complaints/", {"content": "代签到", "how": "anonymous"} | typed)


def test_anyone_complains_and_follows_with_number_and_secret(at, school, clerk):
    public = Client(REMOTE_ADDR="203.0.113.77")
    assert "不用登录" in text(public.get(f"/portal/complaints/?institution={school.pk}"))
    jpeg = b"\xff\xd8\xff\xe1\x00\x08Exif\0\0\xff\xda\x00\x02picture\xff\xd9"
    answer = public.post(
        f"/portal/complaints/?institution={school.pk}",
        {"content": "代签到", "how": "anonymous", "photos": SimpleUploadedFile("p.jpg", jpeg)},
    )
    page = text(answer)
    number = re.search(r"TS-\d{4}-\d{5}", page).group()
    secret = re.search(r'<code class="lead">(\w+)</code>', page).group(1)
    assert answer["Cache-Control"] == "no-store" and not answer.cookies.get("sessionid")
    found = Complaint.objects.get()
    assert found.accused == school and b"Exif" not in bytes(found.photos.get().content)
    # Nowhere in the database stands the address it came from.
    assert "203.0.113" not in str([list(Entry.objects.values()), list(Complaint.objects.values())])
    operations.accept_complaint(found.pk, by=clerk, at=at)
    operations.investigate_complaint(found.pk, by=clerk, at=at)
    operations.answer_complaint(found.pk, outcome="upheld", answer="已责令整改。", by=clerk, at=at)
    assert public.post("/portal/complaints/follow/", {"number": number, "secret": "WRONG"}).status_code == 404
    page = text(public.post("/portal/complaints/follow/", {"number": number, "secret": secret}))
    assert "已责令整改" in page and clerk.name not in page
    again = {"number": number, "secret": secret, "step": "again", "reason": "只查了一个人"}
    assert "调查中" in text(public.post("/portal/complaints/follow/", again))


def test_flood_of_complaints_is_braked_without_keeping_the_address(at):
    public = Client(REMOTE_ADDR="203.0.113.78")
    codes = [complained(public).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]
    assert not [key for key in cache._cache if "203.0.113" in key]
    assert complained(Client(REMOTE_ADDR="203.0.113.79")).status_code == 200


def test_complain_under_a_name_without_contact_loses_nothing_typed(at):
    answer = complained(Client(), how="named", name="王强")
    assert answer.status_code == 422 and "代签到" in text(answer) and not Complaint.objects.exists()


def test_complaint_goes_through_the_bureaus_pages(at, school, clerk, reviewer):
    found = make_complaint(at=at, is_named=True, name="孙小兰", contact="13812341234").complaint
    here, mine, other = f"/bureau/complaints/{found.pk}/", browser_of(clerk), browser_of(reviewer)
    page = text(mine.get(here))
    assert "孙小兰" not in page and "13812341234" not in page and here + "accept/" in page
    assert "没有信用代码" in text(mine.post(here + "accept/", {"institution": "91370200000000000X"}))
    mine.post(here + "accept/", {"institution": school.credit_code})
    mine.post(here + "investigate/")
    mine.post(here + "ask/", {"question": "请说明签到"})
    assert "孙小兰，13812341234" in text(mine.post(here + "reveal/", {"reason": "核实"}, follow=True))
    assert "孙小兰" not in text(mine.get(here))
    mine.post(here + "answer/", {"outcome": "upheld", "answer": "属实"})
    mine.post(here + "close/")
    found.refresh_from_db()
    assert found.status == "answered"  # whoever answered does not close
    other.post(here + "close/")
    found.refresh_from_db()
    assert found.status == "closed" and found.accused == school


def test_provider_answers_what_it_is_asked_and_sees_nothing_else(at, school, clerk):
    found = make_complaint(
        at=at, institution_id=school.pk, status="accepted", content="门口保安说老师代签",
        is_named=True, name="孙小兰", contact="13812341234",
    ).complaint  # fmt: skip
    operations.ask_provider(found.pk, question="请说明十一月三日的签到", by=clerk, at=at)
    inquiry = Inquiry.objects.get()
    provider = browser_of(an_actor("provider_clerk", organisation_id=school.pk))
    pages = [
        text(provider.get(way)) for way in ("/provider/inquiries/", f"/provider/inquiries/{inquiry.pk}/")
    ]
    assert "请说明十一月三日的签到" in pages[1]
    for page in [*pages, text(provider.get("/provider/complaints/")), text(provider.get("/provider/"))]:
        assert not any(word in page for word in (found.number, "孙小兰", "保安", "13812341234"))
    provider.post(f"/provider/inquiries/{inquiry.pk}/", {"answer": "当日停电补签"})
    assert "当日停电补签" in text(browser_of(clerk).get(f"/bureau/complaints/{found.pk}/"))
    assert provider.get(f"/bureau/complaints/{found.pk}/").status_code == 403


def test_learner_complains_of_their_class(at):
    student = make_person("赵小兰")
    running = make_running_class(at, people=[student])
    learner = an_actor("learner", person_id=student.pk, name="赵小兰")
    phone = browser_of(learner)
    assert running.title in text(phone.get("/learner/complaints/file/"))
    typed = {"content": "没有上课", "how": "anonymous", "class_id": running.pk}
    page = text(phone.post("/learner/complaints/file/", typed, follow=True))
    found = Complaint.objects.get()
    assert found.number in page and (found.training_class, found.is_named) == (running, False)
    assert "没有实名提交过" in page
    phone.post("/learner/complaints/file/", typed | {"how": "named"})
    assert "没有上课" in text(phone.get("/learner/complaints/"))


def test_case_is_opened_graded_and_confirmed_by_pages(at, school, clerk, reviewer):
    complaint = make_complaint(at=at, institution_id=school.pk).complaint
    mine, other = browser_of(clerk), browser_of(reviewer)
    page = text(mine.get(f"/bureau/cases/open/?cause=complaint&because_of={complaint.number}"))
    assert school.credit_code in page
    typed = {
        "cause": "complaint",
        "because_of": complaint.number,
        "institution": school.credit_code,
        "facts": "代签",
    }
    mine.post("/bureau/cases/open/", typed)
    case = Case.objects.get()
    here = f"/bureau/cases/{case.pk}/"
    assert here in text(mine.get(f"/bureau/complaints/{complaint.pk}/"))
    typed = {"grade": "fraud", "reason": "综合认定", "tolerance": ""}
    for row in queries.criteria("370299", timezone.localdate()):
        typed |= {f"answer_{row['code']}": "yes", f"why_{row['code']}": f"查明{row['code']}"}
    incomplete = mine.post(here + "grade/", typed | {"why_intent": ""})
    assert incomplete.status_code == 422 and "查明benefit" in text(incomplete)
    mine.post(here + "grade/", typed)
    other.post(here + "confirm/")
    demanded = {"amount_fen": "1200.50", "due_on": (timezone.localdate() + timedelta(days=30)).isoformat(),
                "claim_number": "", "reason": "虚报"}  # fmt: skip
    other.post(here + "demand/", demanded)
    page = text(other.get(here))
    assert "1,200.50" in page and "查明intent" in page and "骗取" in page
    other.post(here + "hand-over/", {"to": "示例区公安分局", "reason": "涉嫌诈骗"})
    assert "示例区公安分局" in text(other.get(here))


def test_sanction_goes_from_suggestion_to_the_public_list(at, school, clerk, reviewer):
    case = make_case(school, at=at, status="confirmed")
    mine, other = browser_of(clerk), browser_of(reviewer)
    page = text(mine.get(f"/bureau/sanctions/propose/?case={case.pk}"))
    assert "可考虑“解除协议”" in page and "由您决定" in page
    mine.post(f"/bureau/sanctions/propose/?case={case.pk}", {"step": "criticise", "reason": "代签"})
    sanction = Sanction.objects.get()
    here = f"/bureau/sanctions/{sanction.pk}/"
    page = text(other.get(here))
    assert "待核实" in page and "1 份" in page
    early = other.post(here + "confirm/", {"reason": "属实"})
    assert early.status_code == 422 and "可以在" in text(early)
    provider = browser_of(an_actor("provider_clerk", organisation_id=school.pk))
    own = f"/provider/sanctions/{sanction.pk}/"
    assert own + "plead/" in text(provider.get(own))
    provider.post(own + "plead/", {"statement": "系统故障"})
    assert "系统故障" in text(other.get(here + "confirm/"))
    other.post(here + "confirm/", {"reason": "申辩不成立"})
    mine.post(here + "tell/", {"start_on": timezone.localdate().isoformat()})
    mine.post(here + "start/")
    sanction.refresh_from_db()
    assert sanction.status == "in_force"
    assert school.name in text(Client().get("/portal/sanctions/"))
    page = text(other.get(here))
    assert "未恢复" in page and here + "end/" not in page
    other.post(here + "restore/", {"reason": "整改到位"})
    assert school.name not in text(Client().get("/portal/sanctions/"))


def test_person_on_the_blacklist_is_masked_before_the_public(at):
    person = make_person("欧阳小兰")
    make_sanction(None, at=at - timedelta(days=20), step="blacklist", person_id=person.pk, status="in_force")
    page = text(Client().get("/portal/sanctions/"))
    assert "列入黑名单" in page and "小兰" not in page


def test_propose_sanction_without_a_ladder_asks_for_basis_and_days(at):
    school = make_institution(region_code="370211")
    clerk = browser_of(an_actor("bureau_clerk", region_code="370211"))
    way = f"/bureau/sanctions/propose/?institution={school.pk}"
    page = text(clerk.get(way))
    assert "没有规定处理措施的档次" in page and 'name="basis"' in page and 'name="pleading_days"' in page
    typed = {
        "label": "约谈",
        "basis": "约谈办法第3条",
        "pleading_days": "3",
        "reason": "迟报",
        "effects": ["published"],
    }
    clerk.post(way, typed)
    assert Sanction.objects.get().effects == ["published"]


def test_order_inspection_from_a_class_leaves_out_who_has_an_interest(at):
    bureau = make_bureau(at)
    running = make_running_class(at)
    first, second, third = bureau.inspectors
    operations.declare_interest(first, running.institution_id, by=bureau.clerk, at=at, reason="配偶任教")
    mine = browser_of(bureau.clerk)
    way = f"/bureau/inspections/order/?class={running.pk}&origin=complaint&because_of=TS-2026-00001"
    page = text(mine.get(way))
    assert f'value="{first}"' not in page and "有 1 名检查员" in page and "TS-2026-00001" in page
    typed = {
        "origin": "complaint",
        "because": "举报代签",
        "because_of": "TS-2026-00001",
        "inspectors": [second, third],
    }
    assert mine.post(way, typed | {"inspectors": [second]}).status_code == 422
    mine.post(way, typed)
    visit = Inspection.objects.get()
    assert visit.origin == "complaint" and "举报代签" in text(mine.get(f"/bureau/inspections/{visit.pk}/"))
    assert mine.get("/bureau/inspections/order/").status_code == 404
    by_session = (
        f"/bureau/inspections/order/?session={running.sessions.first().pk}"
        if running.sessions.exists()
        else way
    )
    assert running.number in text(mine.get(by_session))
    record(visit, bureau, at=timezone.now())
    paper = mine.get(f"/bureau/inspections/{visit.pk}/paper/")
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")


def test_finding_becomes_a_case_by_its_page(at):
    bureau = make_bureau(at)
    running = make_running_class(at)
    visit = operations.order_inspection(
        origin="special", because="专项检查", inspector_ids=list(bureau.inspectors)[:2], class_id=running.pk,
        by=bureau.clerk, at=at,
    )  # fmt: skip
    record(visit, bureau, at=at, findings=[operations.NewFinding("一人代签", 5)])
    finding = visit.findings.get()
    mine = browser_of(bureau.clerk)
    page = text(mine.get(f"/bureau/inspections/{visit.pk}/"))
    assert f"/bureau/findings/{finding.pk}/escalate/" in page and "origin=recheck" in page
    mine.post(f"/bureau/findings/{finding.pk}/escalate/", {"reason": "疑似虚假培训"})
    assert Case.objects.get().because_of == f"{visit.number}-1"


def test_duties_name_who_answers_and_who_supervises(at, clerk, reviewer):
    auditor = an_actor("auditor", name="褚审计")
    name = {a.pk: a.username for a in Account.objects.all()}
    mine = browser_of(reviewer)
    assert text(mine.get("/bureau/duties/")).count("未指定") >= 20
    form = text(mine.get("/bureau/duties/approve_class/"))
    assert f'value="{name[auditor.account_id]}"' in form
    mine.post(
        "/bureau/duties/approve_class/",
        {"responsible": name[clerk.account_id], "supervisor": name[auditor.account_id]},
    )
    assert Duty.objects.get().matter == "approve_class" and "褚审计" in text(mine.get("/bureau/duties/"))
    assert mine.get("/bureau/duties/view_bureau/").status_code == 404
    assert browser_of(clerk).get("/bureau/duties/approve_class/").status_code == 403


@pytest.mark.parametrize("name", ["complaints", "cases", "sanctions"])
def test_lists_cost_no_more_for_more_rows(at, school, reviewer, name, django_assert_max_num_queries):
    for n in range(6):
        make_complaint(at=at, institution_id=school.pk)
        make_case(school, at=at, because_of=f"审计-{n}")
    for step in ("talk", "rectify", "criticise"):
        make_sanction(school, at=at, step=step)
    browser = browser_of(reviewer)
    browser.get(reverse(f"bureau:{name}:list"))
    with django_assert_max_num_queries(12):
        assert browser.get(reverse(f"bureau:{name}:list")).status_code == 200
