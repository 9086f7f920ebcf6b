"""Grants on the pages: a person applies, the bureau determines, decides, publishes; everyone sees their own."""

import io
from datetime import date

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kaogong.claims.operations import place_payment_hold
from kaogong.grants.models import Grant, GrantAppeal
from kaogong.notices.models import Notice
from tests.factories import an_actor
from tests.factories.claims import make_learner
from tests.factories.grants import APPLIED_ON, make_grant, make_talent_fund
from tests.factories.institutions import make_institution
from tests.factories.paper import A_PDF
from tests.factories.people import an_id_number
from tests.factories.training import a_day_at
from tests.web.bureau_money.conftest import browser_of

pytestmark = pytest.mark.django_db


def page(browser, name, *args, **query):
    return browser.get(reverse(name, args=args), query)


def test_a_person_applies_hands_in_papers_and_submits():
    person = make_learner("李师傅")
    browser = browser_of(an_actor("learner", person_id=person.pk))
    shown = page(browser, "learner:grants:list").content.decode()
    assert "技能领军人才安家补贴" in shown and "柔性引进技能人才薪酬补贴" not in shown
    browser.post(reverse("learner:grants:begin", args=["settling_grant"]), {"tier": "provincial"})
    grant = Grant.objects.get()
    assert (grant.status, grant.person_id) == ("drafted", person.pk)
    shown = page(browser, "learner:grants:detail", grant.pk).content.decode()
    assert "认定（批准）文件" in shown and "还没有交" in shown
    browser.post(
        reverse("learner:grants:add_paper", args=[grant.pk]),
        {"kind": "recognition", "paper": SimpleUploadedFile("认定.pdf", A_PDF)},
    )
    browser.post(reverse("learner:grants:submit", args=[grant.pk]))
    grant.refresh_from_db()
    assert grant.status == "submitted"
    assert "还缺什么" in page(browser, "learner:grants:detail", grant.pk).content.decode()


def test_a_form_without_its_papers_says_what_is_missing_and_stays_a_draft():
    grant = make_grant(status="drafted")
    browser = browser_of(an_actor("learner", person_id=grant.person_id))
    shown = browser.post(reverse("learner:grants:submit", args=[grant.pk]), follow=True)
    assert "还没有上传：认定（批准）文件" in shown.content.decode()
    grant.refresh_from_db()
    assert grant.status == "drafted"


def test_an_employer_applies_for_a_named_person():
    employer = make_institution("示例机床有限公司", kind="enterprise")
    browser = browser_of(an_actor("provider_clerk", organisation_id=employer.pk))
    shown = page(browser, "provider:grants:begin", "flexible_talent_pay").content.decode()
    assert "协议年度薪酬" in shown and "为谁申请" in shown
    browser.post(
        reverse("provider:grants:begin", args=["flexible_talent_pay"]),
        {
            "person_name": "王专家",
            "person_id_number": an_id_number(date(1980, 5, 1)).value,
            "contract_signed": "yes",
            "contract_started_on": "2026-03-01",
            "contract_ended_on": "2029-03-01",
            "full_time": "no",
            "annual_pay_fen": "400000",
        },
    )
    grant = Grant.objects.get()
    assert (grant.institution_id, grant.person.name) == (employer.pk, "王专家")
    assert "400,000.00" in page(browser, "provider:grants:detail", grant.pk).content.decode()
    change = page(browser, "provider:grants:change", grant.pk).content.decode()
    assert 'value="2026-03-01"' in change and 'value="400000.00"' in change


def test_the_bureau_determines_reviews_approves_and_publishes():
    make_talent_fund()
    grant = make_grant("training_base_award", status="submitted")
    clerk, reviewer = browser_of(an_actor("bureau_clerk")), browser_of(an_actor("reviewer"))
    queue = page(clerk, "bureau:grants:list", status="submitted").content.decode()
    assert grant.number in queue and "个工作日" in queue
    for fact, value in (("approved", "yes"), ("approved_fen", "2000000")):
        address = reverse("bureau:grants:determine", args=[grant.pk]) + f"?fact={fact}"
        assert clerk.post(address, {"value": value, "source": "认定文件3号"}).status_code == 302
    clerk.post(reverse("bureau:grants:review", args=[grant.pk]))
    refused = clerk.post(reverse("bureau:grants:approve", args=[grant.pk]))
    assert refused.status_code == 403
    reviewer.post(reverse("bureau:grants:approve", args=[grant.pk]))
    shown = page(reviewer, "bureau:grants:detail", grant.pk).content.decode()
    assert "¥2,000,000.00" in shown and "已预留" in shown and "认定文件3号" in shown
    preview = page(clerk, "bureau:grants:publish_one", grant.pk).content.decode()
    assert "公示 7 个工作日" in preview
    clerk.post(
        reverse("bureau:grants:publish_many"),
        {"picked": [grant.pk], "title": "示例区奖补公示", "opens_on": "2026-11-16"},
    )
    notice = Notice.objects.get()
    assert (notice.title, Grant.objects.get().status) == ("示例区奖补公示", "published")
    assert grant.number in page(clerk, "bureau:notices:detail", notice.pk).content.decode()
    assert "1 项奖补申请" in page(clerk, "bureau:notices:close", notice.pk).content.decode()


def test_the_decision_is_a_paper():
    grant = make_grant(status="submitted")
    data = page(browser_of(an_actor("bureau_clerk")), "bureau:grants:decision_pdf", grant.pk).content
    text = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(data)).pages)
    assert grant.number in text


def test_a_held_grant_says_why_it_waits():
    make_talent_fund()
    base = make_institution(kind="public_base")
    place_payment_hold(
        held="institution",
        subject_id=base.pk,
        reason="正在核查账目",
        answer_by="请说明",
        cause="letter:1",
        by=an_actor("bureau_clerk"),
        at=a_day_at(APPLIED_ON),
    )
    grant = make_grant("training_base_award", institution_id=base.pk, status="cleared")
    shown = page(browser_of(an_actor("cashier")), "bureau:grants:detail", grant.pk).content.decode()
    assert "正在核查账目" in shown and "再试生成付款" in shown


def test_a_refusal_is_appealed_and_answered():
    grant = make_grant(status="reviewed", determined={"approved": False})
    refuser = an_actor("reviewer")
    browser_of(refuser).post(reverse("bureau:grants:refuse", args=[grant.pk]), {"reason": "没有认定"})
    own = browser_of(an_actor("learner", person_id=grant.person_id))
    assert "申诉期限到" in page(own, "learner:grants:detail", grant.pk).content.decode()
    own.post(reverse("learner:grants:appeal", args=[grant.pk]), {"text": "认定文件已补"})
    appeal = GrantAppeal.objects.get()
    answer = reverse("bureau:grants:answer", args=[appeal.pk])
    same = browser_of(refuser).post(answer, {"upheld": "yes", "answer": "属实"})
    assert same.status_code == 422
    browser_of(an_actor("reviewer")).post(answer, {"upheld": "yes", "answer": "属实"})
    assert Grant.objects.get(pk=grant.pk).status == "submitted"


def test_others_see_nothing_of_it():
    grant = make_grant(status="submitted")
    other = browser_of(an_actor("learner", person_id=make_learner("陈静").pk))
    assert page(other, "learner:grants:detail", grant.pk).status_code == 404
    elsewhere = browser_of(an_actor("bureau_clerk", region_code="510700"))
    assert page(elsewhere, "bureau:grants:detail", grant.pk).status_code == 404
    school = browser_of(an_actor("provider_clerk"))
    assert page(school, "provider:grants:detail", grant.pk).status_code == 404
    paper = grant.papers.first()
    assert page(other, "learner:grants:paper", paper.pk).status_code == 404


def test_the_queue_costs_the_same_however_long(django_assert_max_num_queries):
    for _ in range(12):
        make_grant(status="submitted")
    browser = browser_of(an_actor("bureau_clerk"))
    page(browser, "bureau:grants:list")
    with django_assert_max_num_queries(12):
        page(browser, "bureau:grants:list")
