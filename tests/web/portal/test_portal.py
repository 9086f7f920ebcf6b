"""The public portal: anyone may check, read, find and object; nobody sees more than is published."""

from datetime import date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from kaogong.certificates.operations import hold_certificate, revoke_certificate
from kaogong.kernel.working_days import add_working_days
from kaogong.notices import operations as notice_operations
from kaogong.notices import queries as notices
from kaogong.notices.models import Objection
from kaogong.web.parts.policy import schemes_in_force
from tests.factories import (
    COOK,
    an_actor,
    make_certificate,
    make_class,
    make_institution,
    make_notice,
    make_person,
    make_site,
)

pytestmark = pytest.mark.django_db
PLAIN_PAGES = (
    "home", "verify_form", "providers:list", "classes", "notices:list", "policy:list", "policy:occupations",
    "policy:documents", "help", "accessibility",
)  # fmt: skip


@pytest.fixture(autouse=True)
def nobody_has_asked_yet():
    cache.clear()


def address(name: str, *args) -> str:
    return reverse(f"portal:{name}", args=args)


def said(response) -> str:
    return response.content.decode()


def a_standing_notice(**fields):
    return make_notice(opens_on=timezone.localdate(), working_days=5, **fields)


@pytest.mark.parametrize("name", PLAIN_PAGES)
def test_page_opens_to_anyone_even_when_there_is_nothing_yet(client, name):
    assert client.get(address(name)).status_code == 200


@pytest.mark.parametrize("name", PLAIN_PAGES)
def test_page_opens_in_english(client, name):
    client.cookies["kaogong_language"] = "en"
    response = client.get(address(name))
    assert response.status_code == 200
    assert response["Content-Language"] == "en"


def test_page_opens_to_logged_in_roles_too(client):
    from kaogong.access.models import Account

    for role in ("bureau_clerk", "provider_clerk", "learner"):
        client.force_login(
            Account.objects.get(pk=an_actor(role).account_id), "django.contrib.auth.backends.ModelBackend"
        )
        assert client.get(address("home")).status_code == 200


def test_home_counts_what_it_links_to(client):
    school = make_institution(recognised_for=[COOK])
    tomorrow = timezone.localdate() + timedelta(days=30)
    make_class(school, status="approved", starts_on=tomorrow, ends_on=tomorrow + timedelta(days=20))
    a_standing_notice()
    figures = {figure["url"]: figure["value"] for figure in client.get(address("home")).context["figures"]}
    assert figures == {
        address("providers:list"): 1,
        address("classes"): 1,
        address("notices:list") + "?state=open": 1,
    }


def test_verify_by_code_shows_every_printed_field(client):
    certificate = make_certificate(make_person("欧阳小明"))
    page = said(client.get(address("verify", certificate.verification_code)))
    for printed in (
        certificate.number, "欧阳小明", certificate.holder_id_masked, certificate.issuer_name, "中式烹调师",
        "五级/初级工", "81.5", "90", f"{certificate.issued_on:%Y-%m-%d}", "职业技能等级证书", "有效",
    ):  # fmt: skip
        assert printed in page


def test_verify_by_number_masks_the_name_unless_the_reader_knows_it(client):
    certificate = make_certificate(make_person("王小明"))
    masked = said(client.post(address("verify_form"), {"number": certificate.number}))
    assert "王*明" in masked and "王小明" not in masked
    assert certificate.verification_code not in masked
    known = said(client.post(address("verify_form"), {"number": certificate.number, "name": "王小明"}))
    assert "王小明" in known and "您填写的姓名与证书一致" in known
    wrong = said(client.post(address("verify_form"), {"number": certificate.number, "name": "王大明"}))
    assert "不一致" in wrong and "王小明" not in wrong


def test_verify_says_revoked_with_its_date(client, now):
    certificate = make_certificate()
    revoke_certificate(certificate.pk, by=an_actor("reviewer"), at=now, reason="考场记录不实")
    page = said(client.get(address("verify", certificate.verification_code)))
    assert "已撤销" in page and "2026-11-16" in page
    assert "考场记录不实" not in page


def test_verify_says_held(client, now):
    certificate = make_certificate()
    hold_certificate(certificate.pk, by=an_actor("bureau_clerk"), at=now, reason="核查")
    assert "暂停使用" in said(client.post(address("verify_form"), {"number": certificate.number}))


def test_verify_unknown_number_says_what_to_do(client):
    response = client.post(address("verify_form"), {"number": "S000037000001269900001"})
    assert response.status_code == 404
    assert "没有查到这本证书" in said(response)
    assert "请核对编号" in said(response)


def test_verify_slows_down_guessing_but_not_scanning(client):
    certificate = make_certificate()
    for _n in range(30):
        assert client.post(address("verify_form"), {"number": "X1"}).status_code == 404
    slow = client.post(address("verify_form"), {"number": certificate.number})
    assert slow.status_code == 429
    assert "太频繁" in said(slow) and certificate.issuer_name not in said(slow)
    assert client.get(address("verify", certificate.number)).status_code == 429
    assert client.get(address("verify", certificate.verification_code)).status_code == 200


def test_providers_are_found_by_name_occupation_and_area(client):
    make_institution("示例区海蓝职业培训学校", recognised_for=[COOK])
    make_institution("示例区兴业职业培训学校", recognised_for=[("4-10-01-05", "5")])
    make_institution("示例区未签约学校")
    everyone = said(client.get(address("providers:list")))
    assert "海蓝" in everyone and "兴业" in everyone and "未签约" not in everyone
    cooks = said(client.get(address("providers:list"), {"occupation": "烹调"}))
    assert "海蓝" in cooks and "兴业" not in cooks
    assert "没有符合条件的机构" in said(client.get(address("providers:list"), {"text": "没有这一所"}))
    assert "海蓝" in said(client.get(address("providers:list"), {"area": "示例区"}))


def test_provider_page_shows_scope_sites_and_open_classes_but_no_bank_account(client):
    school = make_institution("示例区海蓝职业培训学校", recognised_for=[COOK])
    site = make_site(school)
    start = timezone.localdate() + timedelta(days=30)
    lesson = make_class(school, status="approved", starts_on=start, ends_on=start + timedelta(days=20))
    page = said(client.get(address("providers:detail", school.pk)))
    for shown in ("中式烹调师", site.address, lesson.title, "余 39 / 40"):
        assert shown in page
    assert "380302" not in page
    assert client.get(address("providers:detail", make_institution().pk)).status_code == 404


def test_lists_take_few_queries(client, django_assert_max_num_queries):
    start = timezone.localdate() + timedelta(days=30)
    for _n in range(3):
        school = make_institution(recognised_for=[COOK])
        make_class(school, status="approved", starts_on=start, ends_on=start + timedelta(days=20))
        a_standing_notice()
    for name in ("home", "providers:list", "classes", "notices:list", "policy:occupations"):
        with django_assert_max_num_queries(12):
            client.get(address(name))


def test_notice_shows_masked_rows_and_days_left(client):
    notice = a_standing_notice(complaint_phone="0532-00000000")
    page = said(client.get(address("notices:detail", notice.pk)))
    assert "王*明" in page and "还有 5 个工作日" in page and "0532-00000000" in page
    assert "提出异议" in page


def test_notices_are_told_apart_by_state(client):
    a_standing_notice(title="正在公示的名单")
    make_notice(title="早已结束的名单", opens_on=date(2026, 1, 5))
    during = said(client.get(address("notices:list"), {"state": "open"}))
    assert "正在公示的名单" in during and "早已结束的名单" not in during
    over = said(client.get(address("notices:list"), {"state": "over"}))
    assert "早已结束的名单" in over and "正在公示的名单" not in over


def test_notice_of_another_region_is_not_found(client):
    elsewhere = make_notice(region_code="370200", by=an_actor("bureau_clerk", region_code="370200"))
    assert client.get(address("notices:detail", elsewhere.pk)).status_code == 404


def test_notice_prints_as_pdf(client):
    response = client.get(address("notices:pdf", a_standing_notice().pk))
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


def test_objection_is_checked_then_received_with_a_receipt(client):
    notice = a_standing_notice()
    row = notices.rows_of(notice.pk).first()
    words = {"row": row.pk, "name": "周某", "contact": "13900000000", "content": "此人没有参加培训"}
    url = address("notices:object", notice.pk)
    assert client.get(url, {"row": row.pk}).context["form"].initial["row"] == str(row.pk)
    checking = client.post(url, {**words, "step": "check"})
    assert "核对后提交" in said(checking)
    assert Objection.objects.count() == 0
    changed = client.post(url, {**words, "step": "change"})
    assert "此人没有参加培训" in said(changed) and Objection.objects.count() == 0
    sent = client.post(url, {**words, "step": "send"}, follow=True)
    objection = Objection.objects.get()
    assert objection.row_id == row.pk and objection.contact == "13900000000"
    assert f"{notice.number}-YY{objection.pk}" in said(sent)
    assert "13900000000" not in said(sent)
    receipt = sent.redirect_chain[-1][0]
    notice_operations.answer_objection(
        objection.pk, upheld=False, answer="考勤记录齐全", by=an_actor("bureau_clerk"), at=timezone.now()
    )
    assert "考勤记录齐全" in said(client.get(receipt))


def test_objection_needs_words_and_a_way_to_answer(client):
    response = client.post(
        address("notices:object", a_standing_notice().pk), {"step": "send", "name": "周某"}
    )
    assert response.status_code == 422
    assert Objection.objects.count() == 0


def test_receipt_of_somebody_else_cannot_be_guessed(client):
    assert client.get(address("notices:receipt", "1")).status_code == 404


def test_closed_notice_takes_no_objection(client):
    notice = make_notice(opens_on=date(2026, 1, 5))
    page = said(client.get(address("notices:detail", notice.pk)))
    assert "不再收异议" in page
    response = client.post(
        address("notices:object", notice.pk), {"step": "send", "name": "周", "contact": "1", "content": "x"}
    )
    assert response.status_code == 409
    assert Objection.objects.count() == 0


def test_policy_shows_illustrative_rates_as_such_with_clauses(client):
    page = said(client.get(address("policy:scheme", "employment_training")))
    for shown in ("示例标准", "待核实", "¥1,200.00", "青西新管办发〔2020〕2号 第15条", "城乡登记失业人员"):
        assert shown in page
    client.cookies["kaogong_language"] = "en"
    english = said(client.get(address("policy:scheme", "employment_training")))
    assert "Employment skills training" in english and "level 5 (elementary)" in english


def test_policy_where_no_rate_is_published_says_so(client, settings):
    settings.REGION_CODE = "370211"
    page = said(client.get(address("policy:scheme", "employment_training")))
    assert "未公布" in page and "示例标准" not in page and "¥" not in page


def test_policy_of_a_region_without_rules_is_an_empty_state(client, settings):
    settings.REGION_CODE = "530100"
    assert "还没有公布补贴项目" in said(client.get(address("policy:list")))
    assert client.get(address("policy:scheme", "employment_training")).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("region", ["370000", "370200", "370211", "370299", "510700"])
def test_every_scheme_of_every_region_has_its_page(client, settings, region, language):
    settings.REGION_CODE = region
    in_force = schemes_in_force(region, timezone.localdate())
    client.cookies["kaogong_language"] = language
    page = said(client.get(address("policy:list")))
    assert in_force
    for scheme in in_force:
        label = scheme.label_en if language == "en" else scheme.label
        assert escape(label) in page
        own = said(client.get(address("policy:scheme", scheme.code)))
        for part in scheme.parts:
            assert escape(part.label_en if language == "en" else part.label) in own


def test_occupations_show_levels_and_marked_rates(client):
    from kaogong.catalog.operations import list_subsidised_occupation
    from kaogong.kernel.actor import system_actor

    list_subsidised_occupation(
        region_code="370299",
        occupation_code="4-10-01-05", level_codes=["5", "4"], starts_on=date(2026, 1, 1),
        by=system_actor(), at=datetime(2026, 1, 1, tzinfo=timezone.get_current_timezone()),
    )  # fmt: skip
    page = said(client.get(address("policy:occupations"), {"text": "养老"}))
    assert "养老护理员" in page and "¥1,500.00" in page and "示例标准" in page


def test_days_left_count_working_days():
    today = timezone.localdate()
    assert a_standing_notice().closes_on == add_working_days(today, 5)
