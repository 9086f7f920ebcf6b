"""Money asked back on the pages: opened, approved, served, received; the debtor reads and objects."""

from datetime import date

import pytest
from django.utils import timezone

from kaogong.recoveries.models import Recoupment, RecoupmentObjection
from tests.factories.claims import make_learner
from tests.factories.institutions import make_institution
from tests.factories.people import an_actor
from tests.factories.recoveries import make_owed_by, make_recoupment, pay, recoveries_things
from tests.web.provider.conftest import browser_of

pytestmark = pytest.mark.django_db
WORDS = {"cause": "audit", "clause": "第31条", "facts": "重复发放", "amount_fen": "400"}


def browser_as(role: str, **reach):
    return browser_of(an_actor(role, **reach))


def at(path: str, pk=None) -> str:
    return f"/bureau/recoveries/{f'{pk}/' if pk else ''}{path}"


@pytest.fixture
def school():
    return make_institution()


def test_a_recoupment_is_opened_approved_served_and_paid_on_the_pages(school):
    (payment,) = pay(make_owed_by("institution", school.pk, school.name, 1000_00, "back"))
    clerk, reviewer, cashier = (browser_as(role) for role in ("bureau_clerk", "reviewer", "cashier"))
    answer = clerk.post(at("open/"), WORDS | {"payment": payment.pk})
    one = Recoupment.objects.get()
    assert answer["Location"] == at("", one.pk)
    reviewer.post(at("approve/", one.pk))
    today = timezone.localdate()
    clerk.post(at("notify/", one.pk), {"served_on": today, "served_how": "邮寄"})
    money = {"amount_fen": "400.01", "bank_reference": "B-1", "received_on": today}
    refused = cashier.post(at("receive/", one.pk), money)
    assert refused.status_code == 422
    assert "还应退¥400.00" in refused.content.decode()
    cashier.post(at("receive/", one.pk), money | {"amount_fen": "400"})
    one.refresh_from_db()
    assert one.status == "recovered"
    page = clerk.get(at("", one.pk)).content.decode()
    assert "SJ-" in page and "收到最后一笔退款" in page
    assert clerk.get(at("notice.pdf", one.pk)).content.startswith(b"%PDF")
    receipt = one.receipts.get()
    assert clerk.get(f"/bureau/recoveries/receipts/{receipt.pk}/receipt.pdf").content.startswith(b"%PDF")


def test_the_list_has_overdue_first_and_few_queries(school, django_assert_max_num_queries):
    for n in range(4):
        make_recoupment(pay(make_owed_by("institution", school.pk, school.name, 100_00, f"p{n}x")))
    clerk = browser_as("bureau_clerk")
    clerk.get(at(""))
    with django_assert_max_num_queries(12):
        page = clerk.get(at("?overdue=yes")).content.decode()
    assert page.count("ZH-2026-") >= 4 or timezone.localdate() <= date(2026, 6, 24)
    assert clerk.get(at("?export=xlsx")).status_code == 200


def test_a_debtor_reads_the_notice_and_objects(school):
    learner = make_learner()
    things = recoveries_things(school=school, learner=learner)
    for role, who, of, door in (
        ("provider_clerk", {"organisation_id": school.pk}, "school", "provider"),
        ("learner", {"person_id": learner.pk}, "learner", "learner"),
    ):
        browser = browser_as(role, **who)
        pk = things[f"recoupment of the {of}"]["pk"]
        assert Recoupment.objects.get(pk=pk).number in browser.get(f"/{door}/recoveries/").content.decode()
        page = browser.get(f"/{door}/recoveries/{pk}/").content.decode()
        assert "只领过一次。" in page and "示例标准" in page
        assert browser.get(f"/{door}/recoveries/{pk}/notice.pdf").content.startswith(b"%PDF")
    reviewer = browser_as("reviewer")
    one = RecoupmentObjection.objects.order_by("id").first()
    reviewer.post(f"/bureau/recovery-objections/{one.pk}/dismiss/", {"reason": "流水有两笔"})
    one.refresh_from_db()
    assert (one.status, one.answer) == ("dismissed", "流水有两笔")
