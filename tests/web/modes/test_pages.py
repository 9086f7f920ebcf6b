"""Pages of vouchers, months, stages and proofs of payment at the three doors."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kaogong.claims.models import Claim, FeeDocument
from kaogong.kernel.credit_code import make_credit_code
from kaogong.training.models import Apprenticeship, Enrolment
from kaogong.vouchers.models import Voucher, VoucherIssue
from tests.claims.test_monthly import PDF, a_head, a_sheet
from tests.factories.claims import make_learner, make_money
from tests.factories.institutions import COOK, REGION, make_institution
from tests.factories.people import an_actor
from tests.factories.training import make_class
from tests.factories.vouchers import SCHEME, a_list, draft, make_vouchers
from tests.web.provider.conftest import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return make_institution("示例区海蓝职业培训学校", recognised_for=[COOK])


@pytest.fixture
def clerk(school):
    return browser_of(an_actor("provider_clerk", organisation_id=school.pk))


@pytest.fixture
def bureau():
    return browser_of(an_actor("bureau_clerk"))


@pytest.fixture
def reviewer():
    return browser_of(an_actor("reviewer"))


def a_file(name, data, kind="application/octet-stream"):
    return SimpleUploadedFile(name, data, kind)


def test_bureau_drafts_a_list_and_another_person_issues_it(bureau, reviewer, django_assert_max_num_queries):
    make_money(programme=SCHEME)
    person = make_learner("王小明")
    words = {
        "title": "示例普惠券", "scheme_code": SCHEME, "kind": "general", "worth": "face", "face_fen": "800",
        "starts_on": "2026-05-01", "expires_on": "2099-12-31", "occupation_codes": "", "group_code": "",
        "file": a_file("名单.xlsx", a_list([("王小明", person.id_number), ("冒名", person.id_number)])),
    }  # fmt: skip
    page = bureau.post(reverse("bureau:voucher_issues:draft"), words, follow=True)
    text = page.content.decode()
    assert "示例普惠券" in text
    assert "没有列入的 1 行" in text
    issue = VoucherIssue.objects.get()
    assert bureau.post(reverse("bureau:voucher_issues:issue", args=[issue.pk])).status_code == 403
    page = reviewer.post(reverse("bureau:voucher_issues:issue", args=[issue.pk]), follow=True)
    assert "已发放" in page.content.decode()
    with django_assert_max_num_queries(12):
        page = bureau.get(reverse("bureau:vouchers:list"), {"q": issue.number, "status": "issued"})
    assert "王小明" in page.content.decode()
    sheet = bureau.get(reverse("bureau:vouchers:list"), {"export": "xlsx"})
    assert sheet["Content-Disposition"].startswith("attachment")
    voucher = Voucher.objects.get()
    page = bureau.post(
        reverse("bureau:vouchers:withdraw", args=[voucher.pk]), {"reason": "本人放弃"}, follow=True
    )
    assert "已收回" in page.content.decode()
    other = browser_of(an_actor("bureau_clerk", region_code="510700"))
    assert other.get(reverse("bureau:voucher_issues:detail", args=[issue.pk])).status_code == 404
    assert other.get(reverse("bureau:vouchers:withdraw", args=[voucher.pk])).status_code == 404


def test_unclear_terms_stay_on_the_page(bureau):
    person = make_learner("王小明")
    words = {
        "title": "定向", "scheme_code": SCHEME, "kind": "targeted", "worth": "face", "face_fen": "800",
        "starts_on": "2026-05-01", "expires_on": "2099-12-31", "occupation_codes": "", "group_code": "",
        "file": a_file("名单.xlsx", a_list([("王小明", person.id_number)])),
    }  # fmt: skip
    page = bureau.post(reverse("bureau:voucher_issues:draft"), words)
    assert page.status_code == 422
    assert "定向券应限定职业或人员类别" in page.content.decode()


def test_learner_shows_the_number_and_the_provider_binds_it(school, clerk):
    make_money(programme=SCHEME)
    person, other = make_learner("王小明"), make_learner("李小红")
    voucher, theirs = make_vouchers([person, other])
    phone = browser_of(an_actor("learner", person_id=person.pk))
    text = phone.get(reverse("learner:vouchers:list")).content.decode()
    spoken = f"{voucher.number[:4]} {voucher.number[4:8]} {voucher.number[8:]}"
    assert spoken in text
    assert "data:image/svg+xml" in text
    assert theirs.number[:4] + " " not in text
    training_class = make_class(school, status="running", people=[person], scheme_code=SCHEME)
    seat = Enrolment.objects.get(training_class=training_class).pk
    address = reverse("provider:vouchers:bind", args=[training_class.pk])
    page = clerk.post(address, {"enrolment_id": seat, "number": theirs.number})
    assert page.status_code == 422
    assert "不是王小明的" in page.content.decode()
    page = clerk.post(address, {"enrolment_id": seat, "number": spoken.lower()}, follow=True)
    assert "已绑定" in page.content.decode()
    assert "王小明" in clerk.get(reverse("provider:vouchers:list")).content.decode()
    voucher.refresh_from_db()
    stranger = browser_of(an_actor("provider_clerk"))
    assert stranger.get(reverse("provider:vouchers:unbind", args=[voucher.pk])).status_code == 404
    assert stranger.get(address).status_code == 404
    clerk.post(reverse("provider:vouchers:unbind", args=[voucher.pk]), {"reason": "改班"})
    assert Voucher.objects.get(pk=voucher.pk).status == "issued"


def test_enterprise_claims_a_month_and_both_doors_show_it(bureau):
    firm = make_institution("示例数控装备有限公司", kind="enterprise", is_provider=False)
    clerk = browser_of(an_actor("provider_clerk", organisation_id=firm.pk))
    head = a_head("王小明", group="poverty_worker")
    rows = [(head.name, head.id_number, "4200", "2026-07-05"), ("冒名", head.id_number, "4200", "2026-07-05")]
    words = {
        "scheme_code": "work_training", "month": "2026-06", "file": a_file("名单.xlsx", a_sheet(rows)),
        "proof": a_file("工资单.pdf", PDF),
    }  # fmt: skip
    page = clerk.post(reverse("provider:months:submit"), words, follow=True)
    text = page.content.decode()
    assert "2026年6月 用工" in text
    assert "没有列入" in text
    claim = Claim.objects.get()
    for browser, door in ((clerk, "provider"), (bureau, "bureau")):
        assert "2026年6月 用工" in browser.get(reverse(f"{door}:claims:list")).content.decode()
        assert browser.get(reverse(f"{door}:claims:detail", args=[claim.pk])).status_code == 200
        paper = browser.get(reverse(f"{door}:claim_papers:document", args=[claim.documents.get().pk]))
        assert paper.content == PDF
    assert "2026-06" in clerk.get(reverse("provider:months:list")).content.decode()
    assert bureau.get(reverse("bureau:home")).status_code == 200
    assert clerk.get(reverse("provider:home")).status_code == 200
    learner = browser_of(an_actor("learner", person_id=head.pk))
    assert learner.get(reverse("learner:payments:list")).status_code == 200
    assert learner.get(reverse("learner:home")).status_code == 200
    stranger = browser_of(an_actor("provider_clerk"))
    assert stranger.get(reverse("provider:claims:detail", args=[claim.pk])).status_code == 404
    blank = words | {"month": "next", "file": a_file("a.xlsx", b"x"), "proof": a_file("b", b"x")}
    assert clerk.post(reverse("provider:months:submit"), blank).status_code == 422


def test_class_paid_in_stages_is_claimed_stage_by_stage(school, clerk, bureau):
    person = make_learner("王小明")
    training_class = make_class(school, status="running", people=[person], scheme_code="staged_training")
    text = clerk.get(reverse("provider:stages:list")).content.decode()
    assert training_class.number in text
    assert "stage=start" in text
    address = reverse("provider:claims:submit", args=[training_class.pk]) + "?stage=start"
    assert "申领阶段" in clerk.get(address).content.decode()
    page = clerk.post(address, follow=True)
    assert "开班阶段" in page.content.decode()
    claim = Claim.objects.get()
    assert "开班阶段" in bureau.get(reverse("bureau:claims:detail", args=[claim.pk])).content.decode()


def test_provider_hands_in_what_proves_who_paid_and_the_bureau_sees_it(school, clerk, bureau):
    training_class = make_class(school, status="running", people=[make_learner("王小明")])
    address = reverse("provider:fee_documents:add", args=[training_class.pk])
    words = {
        "kind": "invoice", "enrolment_id": "", "number": "2637001", "issued_on": date(2026, 6, 2),
        "amount_fen": "1200", "file": a_file("发票.pdf", PDF),
    }  # fmt: skip
    page = clerk.post(address, words, follow=True)
    assert "2637001" in page.content.decode()
    again = clerk.post(address, words | {"file": a_file("发票.pdf", PDF)})
    assert again.status_code == 422
    assert "不能再次报销" in again.content.decode()
    document = FeeDocument.objects.get()
    assert clerk.get(reverse("provider:fee_documents:document", args=[document.pk])).content == PDF
    assert bureau.get(reverse("bureau:claim_papers:fee_document", args=[document.pk])).content == PDF
    stranger = browser_of(an_actor("provider_clerk"))
    for name in ("document", "withdraw"):
        assert stranger.get(reverse(f"provider:fee_documents:{name}", args=[document.pk])).status_code == 404
    assert stranger.get(reverse("provider:fee_documents:list", args=[training_class.pk])).status_code == 404
    page = clerk.post(
        reverse("provider:fee_documents:withdraw", args=[document.pk]), {"reason": "开票有误"}, follow=True
    )
    assert "已作废" in page.content.decode()


def test_drafted_list_waits_in_the_reviewers_rail(reviewer):
    draft([make_learner("王小明")])
    assert "培训券" in reviewer.get(reverse("bureau:voucher_issues:list")).content.decode()


def test_provider_checks_a_year_of_an_apprentice(school, clerk):
    person = make_learner("王小明")
    training_class = make_class(
        school, status="running", people=[person], scheme_code="apprenticeship", level_code="4",
    )  # fmt: skip
    address = reverse("provider:apprentices:list", args=[training_class.pk])
    assert "下一年还没有满" in clerk.get(address).content.decode()
    Apprenticeship.objects.update(starts_on=date(2025, 3, 1))
    address = reverse("provider:apprentices:list", args=[training_class.pk])
    assert "检查下一年" in clerk.get(address).content.decode()
    seat = Enrolment.objects.get(training_class=training_class).pk
    check = reverse("provider:apprentices:check", args=[training_class.pk, seat])
    short = clerk.post(check, {"firm_hours": "39.99", "school_hours": "60"})
    assert short.status_code == 422
    page = clerk.post(check, {"firm_hours": "40", "school_hours": "60"}, follow=True)
    assert "第 1 年（40 + 60 课时）" in page.content.decode()
    stranger = browser_of(an_actor("provider_clerk"))
    assert stranger.get(address).status_code == 404
    assert stranger.get(check).status_code == 404


def test_a_checked_year_is_claimed_from_the_page_of_apprentices(school, clerk, bureau):
    person = make_learner("王小明")
    make_institution("示例数控装备有限公司", kind="enterprise", is_provider=False,
                     credit_code=make_credit_code("91", REGION, 1).value)  # fmt: skip
    training_class = make_class(
        school, status="running", people=[person], scheme_code="apprenticeship_by_year", level_code="4",
    )  # fmt: skip
    Apprenticeship.objects.update(starts_on=date(2025, 3, 1))
    listed = reverse("provider:apprentices:list", args=[training_class.pk])
    assert "申领：学徒第一年" not in clerk.get(listed).content.decode()
    seat = Enrolment.objects.get(training_class=training_class)
    clerk.post(
        reverse("provider:apprentices:check", args=[training_class.pk, seat.pk]),
        {"firm_hours": "60", "school_hours": "60"},
    )
    assert "申领：学徒第一年" in clerk.get(listed).content.decode()
    assert "stage=year_1" in clerk.get(reverse("provider:stages:list")).content.decode()
    address = reverse("provider:claims:submit", args=[training_class.pk]) + "?stage=year_1"
    shown = clerk.get(address).content.decode()
    assert "¥2,500.00" in shown and "建议等证书发放后再申领" not in shown
    assert "学徒第一年阶段" in clerk.post(address, follow=True).content.decode()
    claim = Claim.objects.get()
    assert "学徒第一年阶段" in bureau.get(reverse("bureau:claims:detail", args=[claim.pk])).content.decode()
