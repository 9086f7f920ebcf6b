"""Pages of risk: what was found, what is asked and answered, what is held, seen by who may."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kaogong.access.models import Account
from kaogong.claims import queries as claims
from kaogong.claims.models import PaymentHold
from kaogong.funds.models import Payment, PaymentBatch
from kaogong.risk import operations, queries
from kaogong.risk.models import RiskFinding, RiskPass, RiskQuestion
from kaogong.trail.models import Entry
from tests.factories import make_class, make_institution
from tests.factories.claims import line_of, make_certified_class, make_claim, make_learner, make_money
from tests.factories.paper import A_PDF
from tests.factories.people import an_actor
from tests.factories.risk import AT, a_sign, keep, make_risk_finding

pytestmark = pytest.mark.django_db


def browser_of(actor) -> Client:
    browser = Client()
    browser.force_login(Account.objects.get(pk=actor.account_id), "django.contrib.auth.backends.ModelBackend")
    return browser


@pytest.fixture
def clerk():
    return browser_of(an_actor("bureau_clerk"))


@pytest.fixture
def training_class():
    return make_class(status="finished", people=3)


@pytest.fixture
def finding(training_class):
    return keep(a_sign(training_class))[0]


def school_of(training_class) -> Client:
    return browser_of(an_actor("provider_clerk", organisation_id=training_class.institution_id))


def at_page(name: str, thing) -> str:
    return reverse(name, args=[thing.pk])


def test_findings_list_filters_and_exports(clerk, finding):
    address = reverse("bureau:risk:list")
    page = clerk.get(address).content.decode()
    assert finding.number in page
    assert "多人共用银行账户" in page
    assert "3名学员的补贴进入同一个银行账户" in page
    shown = {
        "?severity=severe": True,
        "?severity=notice": False,
        "?status=found": True,
        "?status=closed": False,
        "?kind=account_shared": True,
        f"?provider={finding.institution.name[:4]}": True,
        "?provider=没有这家": False,
        "?overdue=yes": False,
        "?sort=-severity": True,
    }
    for query, there in shown.items():
        assert (finding.number in clerk.get(address + query).content.decode()) is there, query
    assert clerk.get(address + "?export=xlsx").status_code == 200


def test_findings_list_asks_few_questions(clerk, django_assert_max_num_queries):
    for _ in range(6):
        keep(a_sign(make_class(make_institution(), status="finished", people=2)))
    clerk.get(reverse("bureau:risk:list"))
    with django_assert_max_num_queries(12):
        clerk.get(reverse("bureau:risk:list"))


def test_batch_asks_the_providers_of_the_findings_picked(clerk, finding):
    response = clerk.post(reverse("bureau:risk:ask_many"), {"picked": [finding.pk], "act": "ask"})
    assert response.status_code == 302
    finding.refresh_from_db()
    assert finding.status == "asked"
    assert RiskQuestion.objects.get().question == "请开户人说明与各学员的关系；请学员确认是否收到补贴"


def test_detail_says_what_how_it_may_be_harmless_and_draws_the_ring(clerk, finding, training_class):
    page = clerk.get(at_page("bureau:risk:detail", finding)).content.decode()
    for words in (
        "3名学员的补贴进入同一个银行账户", "夫妻、父母子女共用账户", "项支付正在暂缓", "下一步", training_class.number,
        'data-chart="ring"', "指定检查",
    ):  # fmt: skip
        assert words in page, words
    person = training_class.enrolments.first().person
    assert person.id_number_masked in page
    assert person.id_number not in page
    assert "77123" not in page


def test_ask_close_and_reopen_from_the_page(clerk, finding):
    assert "请开户人说明" in clerk.get(at_page("bureau:risk:ask", finding)).content.decode()
    assert clerk.post(at_page("bureau:risk:ask", finding), {"question": ""}).status_code == 422
    assert clerk.post(at_page("bureau:risk:ask", finding), {"question": "账户是谁的？"}).status_code == 302
    response = clerk.post(at_page("bureau:risk:close", finding), {"outcome": "innocent", "reason": ""})
    assert response.status_code == 422
    clerk.post(at_page("bureau:risk:close", finding), {"outcome": "innocent", "reason": "村集体代收"})
    page = clerk.get(at_page("bureau:risk:detail", finding)).content.decode()
    assert "合理，没有问题" in page
    assert "村集体代收" in page
    assert not PaymentHold.objects.filter(status="placed").exists()
    clerk.post(at_page("bureau:risk:reopen", finding), {"reason": "有举报"})
    finding.refresh_from_db()
    assert finding.status == "reopened"


def test_escalate_leads_to_an_inspection_because_of_the_finding(clerk, finding):
    clerk.post(at_page("bureau:risk:escalate", finding), {"outcome": "inspection", "reason": "须到现场"})
    page = clerk.get(at_page("bureau:risk:detail", finding)).content.decode()
    assert f"because_of={finding.number}" in page
    assert "已移送" in page


@pytest.mark.parametrize("role", ["cashier", "auditor"])
def test_who_may_look_may_not_decide(finding, role):
    browser = browser_of(an_actor(role))
    assert browser.get(at_page("bureau:risk:detail", finding)).status_code == 200
    for name in ("ask", "close", "escalate"):
        assert browser.get(at_page(f"bureau:risk:{name}", finding)).status_code == 403
    assert browser.post(reverse("bureau:risk:ask_many"), {"picked": [finding.pk]}).status_code == 403


def test_another_region_finds_nothing(finding):
    browser = browser_of(an_actor("bureau_clerk", region_code="370211"))
    assert finding.number not in browser.get(reverse("bureau:risk:list")).content.decode()
    assert browser.get(at_page("bureau:risk:detail", finding)).status_code == 404
    hold = PaymentHold.objects.first()
    assert browser.get(at_page("bureau:holds:detail", hold)).status_code == 404
    assert browser.post(at_page("bureau:holds:lift", hold), {"reason": "放行"}).status_code == 404


def test_provider_answers_with_text_and_a_document(training_class):
    finding, question, _ = make_risk_finding(training_class, answered=False)
    school = school_of(training_class)
    assert "需要说明的风险核实" in school.get(reverse("provider:home")).content.decode()
    page = school.get(at_page("provider:risk:detail", question)).content.decode()
    assert "3名学员的补贴进入同一个银行账户" in page
    assert "夫妻、父母子女共用账户" in page
    assert "2026-08-03" in page
    address = at_page("provider:risk:answer", question)
    bad = SimpleUploadedFile("a.exe", b"MZ program")
    refused = school.post(address, {"text": "家庭账户", "document": bad})
    assert refused.status_code == 422
    assert "家庭账户" in refused.content.decode()
    good = SimpleUploadedFile("说明.pdf", A_PDF)
    assert school.post(address, {"text": "家庭账户", "document": good}).status_code == 302
    finding.refresh_from_db()
    assert finding.status == "answered"
    assert "家庭账户" in school.get(at_page("provider:risk:detail", question)).content.decode()
    assert school.get(at_page("provider:risk:document", question)).content == A_PDF


def test_bureau_takes_the_document_and_that_is_recorded(clerk, training_class):
    finding, question, _ = make_risk_finding(training_class)
    assert "家庭共用账户" in clerk.get(at_page("bureau:risk:detail", finding)).content.decode()
    assert clerk.get(at_page("bureau:risk:document", question)).content == A_PDF
    assert Entry.objects.filter(verb="risk_finding.document_taken", subject_id=str(finding.pk)).count() == 1


def test_another_provider_sees_neither_question_nor_answer(training_class):
    _, question, _ = make_risk_finding(training_class)
    stranger = browser_of(an_actor("provider_clerk"))
    for name in ("detail", "answer", "document"):
        assert stranger.get(at_page(f"provider:risk:{name}", question)).status_code == 404
    assert str(question.finding.number) not in stranger.get(reverse("provider:risk:list")).content.decode()


def test_a_provider_among_several_sees_only_its_own_rows():
    mine, other = (make_class(make_institution(), status="finished", people=2) for _ in range(2))
    people = [e.person for c in (mine, other) for e in c.enrolments.select_related("person")]
    sign = a_sign(
        mine,
        institutions=(mine.institution_id, other.institution_id),
        classes=(mine.pk, other.pk),
        people=tuple(person.pk for person in people),
        rows=tuple({"person": person.pk, "key": 5} for person in people),
    )
    (finding,) = keep(sign)
    operations.ask_provider(finding.pk, by=an_actor("bureau_clerk"), at=AT)
    question = RiskQuestion.objects.get(institution=mine.institution)
    page = school_of(mine).get(at_page("provider:risk:detail", question)).content.decode()
    for enrolment in mine.enrolments.all():
        assert enrolment.person.id_number_masked in page
    for enrolment in other.enrolments.all():
        assert enrolment.person.id_number_masked not in page


def test_run_now_starts_a_look_in_the_background_and_shows_how_far_it_is(clerk, training_class):
    response = clerk.post(reverse("bureau:risk_passes:run"))
    look = RiskPass.objects.get()
    assert response.url == at_page("bureau:risk_passes:detail", look)
    assert "正在核查" in clerk.get(response.url).content.decode()
    assert clerk.get(at_page("bureau:risk_passes:progress", look)).status_code == 200
    operations.run_risk_check(look.pk, by=an_actor("bureau_clerk"), at=AT)
    assert clerk.get(at_page("bureau:risk_passes:progress", look))["HX-Redirect"] == response.url
    page = clerk.get(response.url).content.decode()
    assert "没有核查的种类" in page
    assert "一部手机替多人签到" in page
    assert RiskPass.objects.get().people == training_class.enrolments.count()
    assert "已完成" in clerk.get(reverse("bureau:risk_passes:list")).content.decode()
    assert browser_of(an_actor("cashier")).post(reverse("bureau:risk_passes:run")).status_code == 403


def test_home_counts_findings_and_overdue_holds(clerk, finding):
    assert "待处理的风险发现" in clerk.get(reverse("bureau:home")).content.decode()


def a_held_claim(status: str):
    make_money()
    people = [make_learner("陈静"), make_learner("李明")]
    claim = make_claim(make_certified_class(people), status=status)
    (finding,) = keep(a_sign(claim.training_class))
    return claim, people, finding


def test_a_held_claim_says_so_on_every_page_about_it(clerk):
    claim, people, finding = a_held_claim("approved")
    assert len(claims.holds_of_claim(claim)) == 2
    for address in (
        at_page("bureau:claims:detail", claim), at_page("bureau:classes:detail", claim.training_class),
        at_page("bureau:institutions:detail", claim.institution),
    ):  # fmt: skip
        page = clerk.get(address).content.decode()
        assert "未办结的风险发现" in page, address
        assert at_page("bureau:risk:detail", finding) in page, address
    assert "暂缓支付" in clerk.get(at_page("bureau:claims:detail", claim)).content.decode()
    school = school_of(claim.training_class).get(at_page("provider:claims:detail", claim)).content.decode()
    assert "暂缓支付" in school
    assert "可以这样答复" in school
    learner = browser_of(an_actor("learner", person_id=people[0].pk)).get(reverse("learner:payments:list"))
    assert "补贴正在核实" in learner.content.decode()
    assert "同一个银行账户" not in learner.content.decode()


def test_a_held_payment_is_marked_in_the_queue_and_cannot_be_prepared(clerk):
    claim, people, _ = a_held_claim("cleared")
    cashier = browser_of(an_actor("cashier"))
    (payment,) = Payment.objects.filter(status="queued")
    assert "多人共用银行账户" in cashier.get(reverse("bureau:payments:queue")).content.decode()
    address = reverse("bureau:batches:prepare")
    assert "暂缓支付，不能组批" in cashier.post(address, {"picked": [payment.pk]}).content.decode()
    response = cashier.post(address, {"picked": [payment.pk], "confirmed": "1"})
    assert response.status_code == 422
    assert payment.reference in response.content.decode()
    assert not PaymentBatch.objects.exists()
    hold = PaymentHold.objects.filter(person=people[0]).get()
    page = clerk.get(at_page("bureau:holds:detail", hold)).content.decode()
    assert line_of(claim, people[0]).claim.number in page
    assert claims.lines_held(hold).count() == 1


def test_holds_are_placed_listed_and_lifted_by_people_with_words(clerk, training_class):
    address = reverse("bureau:holds:place") + f"?class={training_class.pk}"
    assert clerk.get(address).status_code == 200
    assert clerk.get(reverse("bureau:holds:place")).status_code == 404
    given = {"reason": "接到举报", "answer_by": "请提供签到表原件", "cause": "JB-2026-001"}
    assert clerk.post(address, given | {"reason": ""}).status_code == 422
    assert clerk.post(address, given).status_code == 302
    hold = PaymentHold.objects.get()
    assert "接到举报" in clerk.get(reverse("bureau:holds:list")).content.decode()
    assert "接到举报" not in clerk.get(reverse("bureau:holds:list") + "?overdue=yes").content.decode()
    lift = at_page("bureau:holds:lift", hold)
    clerk.post(lift, {"reason": ""})
    hold.refresh_from_db()
    assert hold.status == "placed"
    clerk.post(lift, {"reason": "查无此事"})
    hold.refresh_from_db()
    assert (hold.status, hold.lifted_reason) == ("lifted", "查无此事")
    assert browser_of(an_actor("cashier")).post(lift, {"reason": "x"}).status_code == 403


def test_closing_a_notice_looks_at_the_class_first(clerk, monkeypatch):
    from django.utils import timezone

    claim, _, _ = a_held_claim("published")
    page = clerk.get(reverse("bureau:notices:close", args=[claim.published_notice_id])).content.decode()
    assert "解除暂缓后自动转入拨付" in page
    assert timezone.localdate() > date(2026, 7, 1)
    clerk.post(reverse("bureau:notices:close", args=[claim.published_notice_id]))
    assert RiskPass.objects.filter(scope="class", training_class=claim.training_class).exists()
    assert {line.status for line in claims.lines(claim.pk)} == {"approved"}


def test_findings_speak_english(clerk, finding):
    clerk.cookies["kaogong_language"] = "en"
    page = clerk.get(at_page("bureau:risk:detail", finding)).content.decode()
    assert "The money of 3 learners goes to one bank account" in page
    assert queries.risk_findings(an_actor("bureau_clerk")).count() == RiskFinding.objects.count()
