"""The learner's own door: own money, hours, certificates and file; never anyone else's."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from kaogong.access.models import Account
from kaogong.certificates.operations import revoke_certificate
from kaogong.claims import operations as claim_operations
from kaogong.claims import queries as claims
from kaogong.claims.models import AccountChange
from kaogong.claims.operations import register_subsidy
from kaogong.funds import operations as funds
from kaogong.funds.models import Payment
from kaogong.gateways.bank import StandInBank
from kaogong.kernel.actor import system_actor
from kaogong.kernel.bank_card import make_bank_card
from kaogong.people.models import Person
from kaogong.trail.models import Entry
from tests.factories import COOK, an_actor, make_certificate, make_class, make_person
from tests.factories.claims import line_of, make_certified_class, make_claim, make_learner, make_money
from tests.factories.paper import A_PDF

pytestmark = pytest.mark.django_db


def address(name: str, *args) -> str:
    return reverse(f"learner:{name}", args=args)


def said(response) -> str:
    return response.content.decode()


def enter(client, person):
    """Log in as this person."""
    actor = an_actor("learner", person_id=person.pk)
    client.force_login(Account.objects.get(pk=actor.account_id), "django.contrib.auth.backends.ModelBackend")
    return actor


@pytest.fixture
def nobody_else(client):
    """A learner with nothing on file but a name."""
    person = make_person("李小兰")
    enter(client, person)
    return person


@pytest.mark.parametrize(
    "name", ["home", "more", "account", "hours:list", "payments:list", "certificates:list", "file:list"]
)
def test_page_opens_with_nothing_on_file(client, nobody_else, name):
    assert client.get(address(name)).status_code == 200
    client.cookies["kaogong_language"] = "en"
    assert client.get(address(name)).status_code == 200


@pytest.mark.parametrize("name", ["home", "more", "account", "payments:list", "file:pdf"])
def test_page_is_closed_to_others(client, name):
    assert "/login/" in client.get(address(name))["Location"]
    for role in ("bureau_clerk", "provider_clerk"):
        client.force_login(
            Account.objects.get(pk=an_actor(role).account_id), "django.contrib.auth.backends.ModelBackend"
        )
        assert client.get(address(name)).status_code == 403


def test_home_shows_sum_state_steps_and_who_receives(client):
    person = make_learner("李小兰", allowance=True)
    enter(client, person)
    claim = make_claim(make_certified_class([person]))
    page = said(client.get(address("home")))
    for shown in (
        "¥1,290.00", "待审核", "¥1,200.00", "¥90.00", "您本人", claim.institution.name, "示例标准", "先垫后补",
        "公示 5 个工作日", "现在没有要您办的事", "已计入 18 课时", "李*兰",
    ):  # fmt: skip
        assert shown in page
    assert "李小兰" not in page
    assert 'aria-current="step"' in page


def test_home_says_when_the_notice_ends(client):
    make_money()
    person = make_learner("李小兰")
    enter(client, person)
    submitted = timezone.now() - timedelta(hours=3)  # published three hours after it
    claim = make_claim(make_certified_class([person]), status="published", at=submitted)
    notice_id = claim.published_notice_id
    page = said(client.get(address("home")))
    assert "还有 5 个工作日" in page
    detail = said(client.get(address("payments:detail", line_of(claim, person).pk)))
    assert reverse("portal:notices:object", args=[notice_id]) in detail


def test_home_asks_for_a_missing_account_and_the_form_registers_it(client):
    person = make_learner("李小兰", allowance=True, account=False)
    enter(client, person)
    make_claim(make_certified_class([person]))
    assert "补登银行账号" in said(client.get(address("home")))
    card = make_bank_card("621799", 77_001).value
    wrong = client.post(address("account"), {"bank_name": "示例银行", "account": card, "again": "1"})
    assert wrong.status_code == 422 and "两次填写的卡号不一样" in said(wrong)
    client.post(address("account"), {"bank_name": "示例银行", "account": card, "again": card})
    person = Person.objects.get(pk=person.pk)
    assert person.bank_account == card and person.bank_account_holder == "李小兰"
    assert "补登银行账号" not in said(client.get(address("home")))


def test_refused_says_why_and_what_would_change_it(client):
    person = make_learner("王芳", standings={"pension": True})
    enter(client, person)
    claim = make_claim(make_certified_class([person, make_learner("陈静")]))
    page = said(client.get(address("payments:detail", line_of(claim, person).pk)))
    assert "已按月领取养老金" in page
    assert "怎样才能改变：社会保险经办机构更正领取记录" in page
    assert "青西新管办发〔2020〕2号 第9条" in page
    for name in ("home", "payments:list"):
        card = said(client.get(address(name)))
        assert "不予补贴" in card
        assert "没有补贴" not in card
        assert "已按月领取养老金" in card


def test_refusal_on_the_card_names_the_occupation_not_its_code(client):
    person = make_learner("李小兰")
    register_subsidy(
        person.pk, region_code="370211", occupation_code=COOK[0], level=5, event_on=date(2026, 2, 1),
        amount_fen=1000_00, source="邻区数据交换", reference="OUT-1",
        by=an_actor("bureau_clerk"), at=timezone.now(),
    )  # fmt: skip
    make_claim(make_certified_class([person]))
    enter(client, person)
    card = said(client.get(address("payments:list")))
    assert "同一职业同一等级已享受：中式烹调师" in card
    assert COOK[0] not in card


def test_missing_evidence_is_a_thing_to_do(client):
    person = make_learner("赵伟", standings={})
    enter(client, person)
    claim = make_claim(make_certified_class([person, make_learner("陈静")]))
    assert "还缺材料" in said(client.get(address("home")))
    page = said(client.get(address("payments:detail", line_of(claim, person).pk)))
    assert "还缺什么" in page and "社会保险经办机构" in page


def test_steps_are_dated(client):
    make_money()
    person = make_learner("李小兰")
    enter(client, person)
    claim = make_claim(make_certified_class([person]), status="approved")
    page = said(client.get(address("payments:detail", line_of(claim, person).pk)))
    for step in ("提交申领", "审核通过", "核准"):
        assert step in page
    assert f"{timezone.localtime(claim.submitted_at):%Y-%m-%d %H:%M}" in page


@pytest.fixture
def bounced():
    """A learner whose allowance the bank sent back."""
    make_money()
    person, at = make_learner("李小兰", allowance=True), timezone.now()
    line = line_of(make_claim(make_certified_class([person]), status="cleared"), person)
    payment = Payment.objects.get(reference=line.allowance_payment)
    cashier = an_actor("cashier")
    batch = funds.prepare_batch([payment.pk], by=cashier, at=at)
    funds.check_batch(batch.pk, by=an_actor("reviewer"), at=at)
    other = an_actor("cashier")
    funds.release_batch(batch.pk, by=other, at=at)
    _name, data = funds.bank_file(batch.pk, by=other, at=at)
    answer = StandInBank({payment.reference: "账号户名不符"}).answer(data, on=timezone.localdate())
    funds.read_bank_return(answer, "回盘.xlsx", by=cashier, at=at)
    return person, Payment.objects.get(pk=payment.pk)


def test_failed_payment_is_corrected_by_its_owner_and_nobody_else(client, bounced):
    person, payment = bounced
    enter(client, make_learner("旁人"))
    assert client.get(address("payments:correct", payment.pk)).status_code == 404
    enter(client, person)
    assert "付款没有成功" in said(client.get(address("home")))
    assert "账号户名不符" in said(client.get(address("payments:correct", payment.pk)))
    card = make_bank_card("621799", 88_001).value
    given = {"bank_name": "示例银行", "account": card, "again": card}
    bare = client.post(address("payments:correct", payment.pk), given)
    assert bare.status_code == 422 and "请上传证明材料" in said(bare)
    proof = SimpleUploadedFile("卡.pdf", A_PDF)
    done = client.post(address("payments:correct", payment.pk), given | {"papers": proof})
    change = AccountChange.objects.get()
    assert done["Location"] == address("account_changes:detail", change.pk)
    assert payment.reference in said(client.get(done["Location"]))
    claim_operations.approve_account_change(change.pk, by=an_actor("bureau_clerk"), at=timezone.now())
    later = timezone.now() + timedelta(days=4)
    claim_operations.put_account_change_in_force(change.pk, by=system_actor(), at=later)
    again = Payment.objects.get(replaces=payment)
    assert (again.status, again.bank_account, again.bank_account_holder) == ("queued", card, person.name)
    assert Person.objects.get(pk=person.pk).bank_account == card
    assert client.get(address("payments:correct", payment.pk)).status_code == 404


def test_failed_payment_is_paid_again_at_once_on_the_card_on_file(client, bounced):
    person, payment = bounced
    enter(client, person)
    given = {"bank_name": "示例银行", "account": person.bank_account, "again": person.bank_account}
    assert client.post(address("payments:correct", payment.pk), given).status_code == 302
    assert Payment.objects.get(replaces=payment).status == "queued"


def test_line_and_class_and_certificate_of_another_are_not_found(client, nobody_else):
    other = make_learner("王芳")
    lesson = make_certified_class([other])
    line = line_of(make_claim(lesson), other)
    assert client.get(address("payments:detail", line.pk)).status_code == 404
    assert client.get(address("hours:detail", line.enrolment_id)).status_code == 404
    assert client.get(address("certificates:detail", line.certificate_id)).status_code == 404
    assert client.get(address("certificates:pdf", line.certificate_id)).status_code == 404


def test_hours_add_up_session_by_session(client):
    person = make_learner("李小兰")
    enter(client, person)
    lesson = make_class(status="finished", people=[person], mark="T")
    page = said(client.get(address("hours:list")))
    assert "共计入 18 课时" in page
    detail = client.get(address("hours:detail", lesson.enrolments.get().pk))
    rows = detail.context["sessions"]
    assert sum(mark.hours_hundredths for _session, mark, _proof in rows) == detail.context["counted"] == 1800
    assert "迟到" in said(detail)


def test_hours_not_marked_yet_are_said_to_be(client):
    person = make_learner("李小兰")
    enter(client, person)
    start = timezone.localdate() - timedelta(days=1)
    end = start + timedelta(days=30)
    lesson = make_class(status="running", people=[person], starts_on=start, ends_on=end)
    page = said(client.get(address("hours:detail", lesson.enrolments.get().pk)))
    assert "学校还没有登记签到" in page and "未登记" in page


def test_certificate_shows_code_and_prints(client):
    person = make_person("李小兰")
    certificate = make_certificate(person)
    enter(client, person)
    page = said(client.get(address("certificates:detail", certificate.pk)))
    assert "data:image/svg+xml" in page
    assert reverse("portal:verify", args=[certificate.verification_code]) in page
    paper = client.get(address("certificates:pdf", certificate.pk))
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")


def test_revoked_certificate_shows_no_code(client, now):
    person = make_person("李小兰")
    certificate = make_certificate(person)
    revoke_certificate(certificate.pk, by=an_actor("reviewer"), at=now, reason="考场记录不实")
    enter(client, person)
    page = said(client.get(address("certificates:detail", certificate.pk)))
    assert "证书已撤销" in page and "考场记录不实" in page and "data:image/svg+xml" not in page


def test_file_holds_every_entry_and_prints(client):
    person = make_learner("李小兰")
    enter(client, person)
    training_class = make_certified_class([person])
    page = client.get(address("file:list"))
    assert {row.kind for row in page.context["rows"]} >= {"training", "hours", "certificate"}
    assert training_class.number in said(page)
    assert "class:" not in said(page) and "certificate:" not in said(page)
    assert client.get(address("file:pdf")).content.startswith(b"%PDF")


def test_own_identity_is_masked_and_shown_on_demand_with_a_record(client):
    person = make_learner("李小兰")
    enter(client, person)
    page = said(client.get(address("file:list")))
    assert person.id_number not in page and person.id_number_masked in page
    url = reverse("reveal", args=[person.pk, "id_number"])
    assert url in page
    assert said(client.post(url)) == person.id_number
    assert Entry.objects.filter(verb="person.looked", subject_id=str(person.pk)).count() == 1
    assert client.post(reverse("reveal", args=[make_person().pk, "id_number"])).status_code == 404


def test_offers_come_from_the_rulebook(client):
    open_to = make_learner("李小兰")
    enter(client, open_to)
    page = client.get(address("more"))
    shown = {row["prospect"].scheme.code: row for row in page.context["prospects"]}
    assert shown["employment_training"]["prospect"].is_open
    assert "城乡登记失业人员" in said(page) and "青西新管办发〔2020〕2号" in said(page)
    assert "本年度还可享受 3 次" in said(client.get(address("home")))


def test_offers_say_what_stands_in_the_way(client):
    enter(client, make_learner("王芳", standings={"pension": True}))
    page = client.get(address("more"))
    shown = {row["prospect"].scheme.code: row["prospect"] for row in page.context["prospects"]}
    assert not shown["employment_training"].is_open
    assert not shown["insured_upgrade"].is_open
    assert "目前不符合" in said(page) and "已按月领取养老金" in said(page)


def test_offers_hold_no_grant_of_an_employer_or_a_project(client):
    enter(client, make_learner("李小兰"))
    page = client.get(address("more"))
    schemes = [row["prospect"].scheme for row in page.context["prospects"]]
    codes = {scheme.code for scheme in schemes}
    assert {"employment_training", "labour_reserve_living"} <= codes
    assert all(scheme.counts_as == "training" or scheme.payee == "person" for scheme in schemes)
    waiting = {"training_base_award", "flexible_talent_pay", "settling_grant", "chief_technician_allowance"}
    assert not codes & waiting


def test_a_certificate_nobody_claimed_may_be_claimed_and_says_what_is_missing(client):
    person, unsure = make_learner("陈静"), make_learner("赵伟", standings={})
    training_class = make_certified_class([person, unsure])
    enter(client, person)
    for name in ("home", "more"):
        page = said(client.get(address(name)))
        assert "您的证书还没有申领的补贴" in page
        assert "可以申领</span> ¥1,200.00" in page
    enter(client, unsure)
    page = said(client.get(address("home")))
    assert "还缺：是否按月领取养老金" in page
    assert "社会保险经办机构" in page
    make_claim(training_class)
    assert "您的证书还没有申领的补贴" not in said(client.get(address("home")))


def test_prospects_count_what_was_received():
    make_money()
    person = make_learner("李小兰")
    make_claim(make_certified_class([person]), status="approved")
    (training,) = (
        found
        for found in claims.prospects(person.pk, region_code="370299", on=date(2026, 12, 1))
        if found.scheme.code == "employment_training"
    )
    assert (training.received_this_year, training.left_this_year) == (1, 2)


def test_next_level_is_offered_where_it_is_subsidised(now):
    from kaogong.catalog.operations import list_subsidised_occupation
    from kaogong.kernel.actor import system_actor
    from tests.factories import COOK

    person = make_person()
    make_certificate(person)
    assert claims.next_levels(person.pk, region_code="370299", on=date(2026, 12, 1)) == []
    list_subsidised_occupation(
        "370299", occupation_code=COOK[0], level_codes=["5", "4"], starts_on=date(2026, 1, 1),
        by=system_actor(), at=now,
    )  # fmt: skip
    (step,) = claims.next_levels(person.pk, region_code="370299", on=date(2026, 12, 1))
    assert (step.held_code, step.level_code) == ("5", "4")


def test_home_takes_a_bounded_number_of_queries(client, django_assert_max_num_queries):
    person = make_learner("李小兰")
    enter(client, person)
    make_claim(make_certified_class([person]))
    client.get(address("home"))
    with django_assert_max_num_queries(40):
        client.get(address("home"))
    for name in ("hours:list", "certificates:list", "file:list"):
        with django_assert_max_num_queries(12):
            client.get(address(name))
