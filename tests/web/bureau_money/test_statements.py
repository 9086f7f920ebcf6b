"""Papers issued at the bureau's counter: found, seen, issued, printed, given again, revoked, verified on the portal."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from kaogong.funds import operations as funds
from kaogong.funds.models import Payment
from kaogong.gateways.bank import StandInBank
from kaogong.statements.models import IssuedPaper
from kaogong.trail.models import Entry
from tests.factories import an_actor, make_institution, make_person
from tests.factories.funds import AT, make_batch, make_cashier, make_fund, make_order, make_payments
from tests.web.bureau_money.conftest import browser_of

pytestmark = pytest.mark.django_db
SPAN = {"starts_on": "2026-03-01", "ends_on": "2026-03-04"}


@pytest.fixture
def paid():
    """Two payments to one person, both arrived."""
    cache.clear()
    person = make_person("王小明")
    make_fund()
    orders = [make_order(f"SL-1-{n}", payee_id=person.pk, payee_name=person.name) for n in (1, 2)]
    batch = make_batch(make_payments(orders=orders, reference="SL-1"))
    _, sheet = funds.bank_file(batch.pk, by=make_cashier(904), at=AT)
    told = StandInBank().answer(sheet, on=date(2026, 3, 3))
    funds.read_bank_return(told, "回盘.xlsx", by=make_cashier(904), at=AT + timedelta(days=1))
    return person


@pytest.fixture
def clerk():
    return browser_of(an_actor("bureau_clerk"))


def test_clerk_finds_a_person_and_the_look_is_told(clerk, paid):
    find = reverse("bureau:statements:find")
    assert "王小明" in clerk.post(find, {"q": "王小明"}).content.decode()
    whole = clerk.post(find, {"q": paid.id_number})
    assert whole["Location"] == reverse("bureau:statements:person", args=[paid.pk])
    before = Entry.objects.filter(verb="person.looked", subject_id=str(paid.pk)).count()
    page = clerk.get(whole["Location"], SPAN).content.decode()
    assert "期末应付余额" in page
    assert "SL-1-2" in page
    assert paid.id_number not in page
    assert Entry.objects.filter(verb="person.looked", subject_id=str(paid.pk)).count() == before + 1


def test_an_institution_is_found_by_name_or_code(clerk):
    school = make_institution()
    page = clerk.post(reverse("bureau:statements:find"), {"q": school.credit_code}).content.decode()
    assert reverse("bureau:statements:institution", args=[school.pk]) in page
    shown = clerk.get(reverse("bureau:statements:institution", args=[school.pk]))
    assert shown.status_code == 200
    assert "这段时间没有往来" in shown.content.decode()


def test_a_statement_issued_at_the_counter_is_printed_given_again_revoked_and_verified(clerk, paid):
    cache.clear()
    answer = clerk.post(reverse("bureau:statements:issue_to_person", args=[paid.pk]), SPAN)
    made = IssuedPaper.objects.get()
    assert answer["Location"] == reverse("bureau:statements:detail", args=[made.pk])
    assert made.number in clerk.get(answer["Location"]).content.decode()
    assert made.number in clerk.get(reverse("bureau:statements:list"), {"q": "王小明"}).content.decode()
    pdf = clerk.get(reverse("bureau:statements:pdf", args=[made.pk]))
    assert b"".join(pdf.streaming_content if pdf.streaming else [pdf.content]).startswith(b"%PDF-")
    clerk.post(reverse("bureau:statements:reissue", args=[made.pk]), {"reason": "原件遗失"})
    assert made.reissues.count() == 1
    assert "作废凭据" not in clerk.get(answer["Location"]).content.decode()
    told = {"number": made.number, "code": made.verification_code}
    assert "凭据有效" in Client().post(reverse("portal:papers:verify"), told).content.decode()
    assert (
        clerk.post(reverse("bureau:statements:revoke", args=[made.pk]), {"reason": "错"}).status_code == 403
    )
    reviewer = browser_of(an_actor("reviewer"))
    reviewer.post(reverse("bureau:statements:revoke", args=[made.pk]), {"reason": ""})
    made.refresh_from_db()
    assert made.status == "issued"
    reviewer.post(reverse("bureau:statements:revoke", args=[made.pk]), {"reason": "期间写错"})
    made.refresh_from_db()
    assert made.status == "revoked"
    assert "已作废，不要采信" in Client().post(reverse("portal:papers:verify"), told).content.decode()


def test_receipts_and_a_years_certificate(clerk, paid):
    payment = Payment.objects.filter(status="paid").order_by("pk").first()
    clerk.post(reverse("bureau:statements:receipt", args=[payment.pk]))
    receipt = IssuedPaper.objects.get(kind="receipt")
    page = clerk.get(reverse("bureau:statements:person", args=[paid.pk])).content.decode()
    assert receipt.number in page
    certify = reverse("bureau:statements:certify_person", args=[paid.pk])
    assert "没有到账的款项" in clerk.post(certify, {"year": "2025"}, follow=True).content.decode()
    assert not IssuedPaper.objects.filter(kind="tax").exists()


def test_a_revoked_receipt_leaves_room_for_the_right_one(clerk, paid):
    payment = Payment.objects.filter(status="paid").order_by("pk").first()
    address = reverse("bureau:statements:receipt", args=[payment.pk])
    clerk.post(address)
    first = IssuedPaper.objects.get()
    browser_of(an_actor("reviewer")).post(
        reverse("bureau:statements:revoke", args=[first.pk]), {"reason": "错"}
    )
    clerk.post(address)
    assert IssuedPaper.objects.filter(status="issued").get().number != first.number


def test_auditor_sees_every_paper_and_issues_none(clerk, paid):
    clerk.post(reverse("bureau:statements:issue_to_person", args=[paid.pk]), SPAN)
    made, auditor = IssuedPaper.objects.get(), browser_of(an_actor("auditor"))
    listed = auditor.get(reverse("bureau:statements:list")).content.decode()
    assert made.number in listed
    assert "为收款人开具" not in listed
    page = auditor.get(reverse("bureau:statements:detail", args=[made.pk])).content.decode()
    assert made.digest in page
    assert 'name="reason"' not in page
    assert reverse("bureau:statements:person", args=[paid.pk]) not in page
    assert auditor.get(reverse("bureau:statements:pdf", args=[made.pk])).content.startswith(b"%PDF")
    again = reverse("bureau:statements:reissue", args=[made.pk])
    assert auditor.post(again, {"reason": "要"}).status_code == 403


@pytest.mark.parametrize("role", ["inspector", "auditor"])
def test_others_of_the_bureau_issue_nothing(role, paid):
    browser = browser_of(an_actor(role))
    assert browser.get(reverse("bureau:statements:person", args=[paid.pk])).status_code == 403
    assert browser.post(reverse("bureau:statements:issue_to_person", args=[paid.pk]), SPAN).status_code == 403


def test_a_list_of_papers_asks_little(clerk, paid, django_assert_max_num_queries):
    for _ in range(3):
        clerk.post(reverse("bureau:statements:issue_to_person", args=[paid.pk]), SPAN)
    with django_assert_max_num_queries(12):
        clerk.get(reverse("bureau:statements:list"))
