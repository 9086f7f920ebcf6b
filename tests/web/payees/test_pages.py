"""Changing an account and appealing a decision, at the three doors."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from kaogong.claims import operations
from kaogong.claims.models import AccountChange, Claim, ClaimAppeal
from kaogong.claims.tasks import look_after_claims
from kaogong.funds.models import Payment, PaymentBatch
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import system_actor
from kaogong.kernel.bank_card import make_bank_card
from kaogong.people.models import Person
from kaogong.trail.models import Entry
from tests.factories.claims import line_of, make_certified_class, make_claim, make_learner, make_money
from tests.factories.institutions import COOK, make_institution
from tests.factories.paper import A_PDF
from tests.factories.people import an_actor
from tests.web.provider.conftest import browser_of

pytestmark = pytest.mark.django_db
CARD = make_bank_card("622848", 7_777).value


def said(page) -> str:
    return page.content.decode()


def proof(name="银行卡.pdf", data=A_PDF):
    return SimpleUploadedFile(name, data, "application/pdf")


def a_change(**words):
    return {
        "bank_name": "示例银行示例区支行", "account": CARD, "holder": "李兰", "reason": "旧卡丢失",
        "papers": proof(), **words,
    }  # fmt: skip


@pytest.fixture
def school():
    return make_institution("示例区海蓝职业培训学校", recognised_for=[COOK])


@pytest.fixture
def person():
    make_money()
    return make_learner("李兰", allowance=True)


@pytest.fixture
def cleared(person, school):
    return make_claim(make_certified_class([person], institution=school), status="cleared")


@pytest.fixture
def learner(person):
    return browser_of(an_actor("learner", person_id=person.pk))


@pytest.fixture
def provider(school):
    return browser_of(an_actor("provider_clerk", organisation_id=school.pk))


@pytest.fixture
def bureau():
    return browser_of(an_actor("bureau_clerk"))


def test_a_learner_changes_the_card_and_the_bureau_decides(
    learner, bureau, cleared, person, django_assert_max_num_queries
):
    own = said(learner.get(reverse("learner:account"), follow=True))
    assert person.bank_account_masked in own
    ask = reverse("learner:account_changes:ask")
    for wrong, told in (
        ({"holder": "别人"}, "与登记的名称"),
        ({"account": CARD[:-1] + str((int(CARD[-1]) + 1) % 10)}, "校验不对"),
        ({"papers": proof("x.pdf", b"<html>")}, "不是PDF"),
    ):
        page = learner.post(ask, a_change(**wrong))
        assert page.status_code == 422
        assert told in said(page)
    page = learner.post(ask, a_change(), follow=True)
    change = AccountChange.objects.get()
    assert "变更申请已提交" in said(page)
    assert Payment.objects.get(person_id=person.pk).reference in said(page)
    assert CARD not in said(page)
    assert "收款账号正在变更" in said(
        learner.get(reverse("learner:payments:detail", args=[line_of(cleared, person).pk]))
    )

    with django_assert_max_num_queries(12):
        listed = said(bureau.get(reverse("bureau:account_changes:list"), {"status": "asked", "name": "李"}))
    assert "李兰" in listed
    assert "个工作日" in listed
    assert "待审核的收款账户变更" in said(bureau.get(reverse("bureau:home")))
    address = reverse("bureau:account_changes:detail", args=[change.pk])
    page = said(bureau.get(address))
    assert "同意变更" in page
    assert CARD not in page
    shown = bureau.post(reverse("bureau:account_changes:reveal", args=[change.pk]), {"reason": "核对"})
    assert CARD in said(shown)
    assert shown["Cache-Control"] == "no-store"
    paper = bureau.get(reverse("bureau:account_changes:paper", args=[change.papers.get().pk]))
    assert (paper.content, paper["Content-Type"]) == (A_PDF, "application/pdf")
    assert (
        Entry.objects.filter(verb__in=["account_change.looked", "account_change.paper_looked"]).count() == 2
    )

    bureau.post(reverse("bureau:account_changes:return", args=[change.pk]), {"reason": "照片不清"})
    page = said(learner.get(reverse("learner:account_changes:detail", args=[change.pk])))
    assert "照片不清" in page
    again = reverse("learner:account_changes:ask_again", args=[change.pk])
    assert "照片不清" in said(learner.get(again))
    learner.post(again, {"reason": "重拍", "papers": proof("重拍.pdf", A_PDF + b"%")})
    page = bureau.post(
        reverse("bureau:account_changes:approve", args=[change.pk]), {"reason": "一致"}, follow=True
    )
    assert "起改付新账户" in said(page)
    look_after_claims(by=system_actor(), at=timezone.now() + timedelta(days=4))
    assert Person.objects.get(pk=person.pk).bank_account == CARD
    assert "已生效" in said(learner.get(reverse("learner:account_changes:list")))
    assert "账户变更生效" in said(bureau.get(address))


def test_a_learner_withdraws_and_nobody_else_can(learner, cleared, person):
    learner.post(reverse("learner:account_changes:ask"), a_change())
    change = AccountChange.objects.get()
    other = browser_of(an_actor("learner", person_id=make_learner("旁人").pk))
    for name in ("detail", "withdraw", "ask_again"):
        assert other.get(reverse(f"learner:account_changes:{name}", args=[change.pk])).status_code == 404
    paper = change.papers.get().pk
    assert other.get(reverse("learner:claim_appeals:paper", args=[paper])).status_code == 404
    assert learner.get(reverse("learner:claim_appeals:paper", args=[paper])).content == A_PDF
    learner.post(reverse("learner:account_changes:withdraw", args=[change.pk]), {"reason": "找到了"})
    change.refresh_from_db()
    assert change.status == "withdrawn"


def test_payments_to_a_changing_payee_are_marked_and_left_out_of_a_batch(learner, cleared, person):
    learner.post(reverse("learner:account_changes:ask"), a_change())
    cashier = browser_of(an_actor("cashier"))
    assert "账户变更中" in said(cashier.get(reverse("bureau:payments:queue")))
    picked = {"picked": list(Payment.objects.filter(status="queued").values_list("pk", flat=True))}
    prepare = reverse("bureau:batches:prepare")
    assert "收款账户正在变更：组批时自动留下" in said(cashier.post(prepare, picked))
    page = cashier.post(prepare, picked | {"confirmed": "1"}, follow=True)
    assert "1 笔的收款账户正在变更，没有编入" in said(page)
    assert PaymentBatch.objects.get().count == len(picked["picked"]) - 1


def test_the_counter_asks_for_a_person_and_another_clerk_decides(bureau, cleared, person):
    assert "代办变更" in said(bureau.get(reverse("bureau:people:detail", args=[person.pk])))
    bureau.post(reverse("bureau:account_changes:ask_person", args=[person.pk]), a_change())
    change = AccountChange.objects.get()
    approve = reverse("bureau:account_changes:approve", args=[change.pk])
    assert "须由另一人办理" in said(bureau.post(approve, {"reason": "x"}))
    assert browser_of(an_actor("auditor")).post(approve, {"reason": "x"}).status_code == 403
    browser_of(an_actor("reviewer")).post(approve, {"reason": "一致"})
    change.refresh_from_db()
    assert change.status == "cooling"


def test_a_provider_changes_its_account(provider, bureau, cleared, school):
    assert school.bank_account_masked in said(
        provider.get(reverse("provider:institution:account"), follow=True)
    )
    given = a_change(account="3803020109000888888", holder=school.name, reason="换户")
    page = provider.post(reverse("provider:account_changes:ask"), given, follow=True)
    assert "等账户变更办结的付款" in said(page)
    change = AccountChange.objects.get()
    address = reverse("bureau:account_changes:ask_institution", args=[school.pk])
    assert "正在办理" in said(bureau.post(address, given | {"papers": proof()}))
    bureau.post(reverse("bureau:account_changes:withdraw", args=[change.pk]), {"reason": "机构来函"})
    change.refresh_from_db()
    assert change.status == "withdrawn"
    assert Institution.objects.get(pk=school.pk).bank_account_masked == school.bank_account_masked


@pytest.fixture
def refused(school):
    make_money()
    person = make_learner("王芳", standings={"pension": True})
    claim = make_claim(
        make_certified_class([person, make_learner("陈静")], institution=school), status="approved",
        at=timezone.now() - timedelta(hours=5),
    )  # fmt: skip
    return claim, person


def test_a_refused_learner_appeals_and_is_claimed_for_anew(refused, django_assert_max_num_queries):
    claim, person = refused
    line = line_of(claim, person)
    learner = browser_of(an_actor("learner", person_id=person.pk))
    detail = reverse("learner:payments:detail", args=[line.pk])
    address = reverse("learner:claim_appeals:line", args=[line.pk])
    assert address in said(learner.get(detail))
    assert "申诉期到" in said(learner.get(address))
    assert learner.post(address, {"content": " "}).status_code == 422
    page = learner.post(address, {"content": "没有领养老金", "papers": proof("证明.pdf")}, follow=True)
    filed = ClaimAppeal.objects.get()
    assert "没有领养老金" in said(page)
    assert "您已在" in said(learner.get(detail))
    assert "没有领养老金" not in said(learner.get(reverse("learner:claim_appeals:list")))

    clerk, reviewer = browser_of(an_actor("bureau_clerk")), browser_of(an_actor("reviewer"))
    with django_assert_max_num_queries(12):
        listed = said(reviewer.get(reverse("bureau:claim_appeals:list"), {"status": "filed"}))
    assert line.reference in listed
    assert "剩 15 个工作日" in listed
    assert "待答复的申领申诉" in said(reviewer.get(reverse("bureau:home")))
    settle = reverse("bureau:claim_appeals:settle", args=[filed.pk])
    assert 'name="answer"' not in said(clerk.get(settle))
    assert clerk.post(settle, {"upheld": "yes", "answer": "x"}).status_code == 403
    done = said(reviewer.post(settle, {"upheld": "yes", "answer": "经核实，社保记录有误"}, follow=True))
    new = Claim.objects.exclude(pk=claim.pk).get()
    assert reverse("bureau:claims:detail", args=[new.pk]) in done
    assert "经核实，社保记录有误" in said(
        learner.get(reverse("learner:claim_appeals:detail", args=[filed.pk]))
    )


def test_a_provider_appeals_against_a_return_and_the_claim_is_under_review_again(provider, school):
    make_money()
    claim = make_claim(make_certified_class(1, institution=school), at=timezone.now() - timedelta(hours=5))
    decider = an_actor("reviewer")
    operations.return_claim(claim.pk, by=decider, at=timezone.now(), reason="缺发票")
    address = reverse("provider:claim_appeals:claim", args=[claim.pk])
    assert address in said(provider.get(reverse("provider:claims:detail", args=[claim.pk])))
    provider.post(address, {"content": "发票已交"})
    filed = ClaimAppeal.objects.get()
    assert "发票已交" in said(provider.get(reverse("provider:claim_appeals:detail", args=[filed.pk])))
    other = browser_of(an_actor("provider_clerk", organisation_id=make_institution().pk))
    assert other.get(reverse("provider:claim_appeals:detail", args=[filed.pk])).status_code == 404
    assert other.get(address).status_code == 404
    settle = reverse("bureau:claim_appeals:settle", args=[filed.pk])
    own = browser_of(decider)
    assert "须由另一人答复" in said(own.get(settle))
    assert "须由另一人办理" in said(own.post(settle, {"upheld": "yes", "answer": "可以"}))
    browser_of(an_actor("reviewer")).post(settle, {"upheld": "yes", "answer": "发票在"})
    claim.refresh_from_db()
    assert claim.status == "submitted"
    assert provider.get(address).status_code == 409
