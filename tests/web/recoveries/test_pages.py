"""Money asked back on the pages: opened, approved, served, received; the debtor reads and objects."""

from datetime import timedelta
from unittest import mock

import pytest
from django.utils import timezone

from kaogong.recoveries import operations
from kaogong.recoveries.models import Recoupment, RecoupmentObjection
from kaogong.web.bureau.forms_recoveries import OffsetForm
from kaogong.web.parts.recovery_papers import notice_pdf
from tests.factories.claims import make_certified_class, make_claim, make_learner
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
    today = timezone.localdate()
    with mock.patch("kaogong.web.parts.recovery_papers.table_pdf") as printed:
        notice_pdf(one, on=today)
        reviewer.post(at("approve/", one.pk))
        notice_pdf(Recoupment.objects.get(), on=today)
    draft, approved = (call.args[0] for call in printed.call_args_list)
    assert ("草稿" in draft.title, draft.notes[0][:2], list(draft.signatures)) == (True, "草稿", [])
    assert ("草稿" in approved.title, approved.notes[0][:2], len(approved.signatures)) == (False, "依据", 3)
    assert draft.synthetic and approved.synthetic  # of a region that does not exist
    clerk.post(at("notify/", one.pk), {"served_on": today, "served_how": "邮寄"})
    money = {"amount_fen": "400.01", "bank_reference": "B-1", "received_on": today}
    refused = cashier.post(at("receive/", one.pk), money)
    assert refused.status_code == 422
    assert "还应退¥400.00" in refused.content.decode()
    cashier.post(at("receive/", one.pk), money | {"amount_fen": "400"})
    one.refresh_from_db()
    assert one.status == "recovered"
    page = clerk.get(at("", one.pk)).content.decode()
    assert "TK-" in page and "收到最后一笔退款" in page
    assert clerk.get(at("notice.pdf", one.pk)).content.startswith(b"%PDF")
    receipt = one.receipts.get()
    assert clerk.get(f"/bureau/recoveries/receipts/{receipt.pk}/receipt.pdf").content.startswith(b"%PDF")


def ask_back(debtor, programme: str, kind: str = "institution") -> Recoupment:
    return make_recoupment(pay(make_owed_by(kind, debtor.pk, debtor.name, 100_00, programme)))


def test_the_list_has_overdue_first_and_few_queries(school, django_assert_max_num_queries):
    late = [ask_back(school, f"p{n}x") for n in range(3)]
    later = ask_back(school, "later")
    next_year = timezone.localdate() + timedelta(days=365)
    operations.plan_recoupment(
        later.pk, [(next_year, 100_00)], by=an_actor("bureau_clerk"), at=timezone.now()
    )
    clerk = browser_as("bureau_clerk")
    clerk.get(at(""))
    with django_assert_max_num_queries(12):
        page = clerk.get(at("")).content.decode()
    places = {one.number: page.index(f">{one.number}<") for one in (*late, later)}
    assert max(places, key=places.get) == later.number
    only = clerk.get(at("?overdue=yes")).content.decode()
    assert late[0].number in only and later.number not in only
    assert clerk.get(at("?export=xlsx")).status_code == 200


def test_an_overdue_payee_is_warned_of_where_they_would_be_paid(school, django_assert_max_num_queries):
    learner = make_learner()
    bodys, persons = ask_back(school, "late"), ask_back(learner, "theirs", "person")
    (waiting,) = make_owed_by("institution", school.pk, school.name, 50_00, "wanted")
    cashier = browser_as("cashier")
    for address, number in (
        (f"/bureau/institutions/{school.pk}/", bodys.number),
        (f"/bureau/people/{learner.pk}/", persons.number),
        (f"/bureau/payments/items/{waiting.pk}/", bodys.number),
    ):
        page = cashier.get(address).content.decode()
        assert f">{number}</a>" in page and "尚欠本金 ¥100.00" in page, address
    cashier.get("/bureau/payments/items/queue/")
    with django_assert_max_num_queries(12):
        page = cashier.get("/bureau/payments/items/queue/").content.decode()
    assert "有逾期未退" in page
    other = make_institution()
    assert "逾期未退" not in cashier.get(f"/bureau/institutions/{other.pk}/").content.decode()


def test_a_claim_warns_of_the_overdue_payee_it_would_be_paid_to():
    claim = make_claim(make_certified_class(1))
    late = ask_back(claim.institution, "late")
    page = browser_as("bureau_clerk").get(f"/bureau/claims/{claim.pk}/").content.decode()
    assert f">{late.number}</a>" in page


def test_todays_work_names_leads_steps_and_what_is_overdue(school):
    learner = make_learner()
    things = recoveries_things(school=school, learner=learner)
    new = make_recoupment(
        pay(make_owed_by("institution", school.pk, school.name, 9_00, "new")), status="opened"
    )
    clerk = browser_as("bureau_clerk").get("/bureau/").content.decode()
    late = Recoupment.objects.get(pk=things["recoupment of the school"]["pk"])
    assert "待立项追回" in clerk and f"/bureau/recoveries/leads/{things['recovery lead']['pk']}/" in clerk
    assert "逾期未退的追回" in clerk and late.number in clerk and new.number not in clerk
    reviewer = browser_as("reviewer").get("/bureau/").content.decode()
    assert "待批准的追回" in reviewer and new.number in reviewer
    assert "待答复的追回异议" in reviewer and "只领过一次。" in reviewer


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


def test_where_nothing_waits_to_be_paid_the_form_says_there_is_nothing_to_set_off():
    assert "没有待组批的付款" in OffsetForm(payments=[]).as_p()
