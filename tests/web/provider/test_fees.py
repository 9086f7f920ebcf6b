"""The training fee: recorded for the class and for one learner, seen where it matters."""

import pytest

from kaogong.training import queries
from tests.factories import make_class
from tests.factories.claims import make_certified_class, make_claim, make_learner

pytestmark = pytest.mark.django_db
TYPED = {"paid_by": "provider", "amount_fen": "1,200", "paid_on": "2026-06-01", "receipt_number": "PJ-２６"}


@pytest.fixture
def running(school, clerk):
    return make_class(school, status="running", people=2, clerk=clerk.actor, fee_paid_by="")


def test_class_says_that_its_fee_is_open_and_leads_to_the_form(running, clerk):
    page = clerk.get(f"/provider/classes/{running.pk}/").content.decode()
    assert "2 人还没有垫付凭证" in page
    assert f"/provider/classes/{running.pk}/fee/" in page
    form = clerk.get(f"/provider/classes/{running.pk}/fee/").content.decode()
    assert "先垫后补" in form
    assert form.count("未登记") == 4  # each learner's words and mark


def test_record_fee_of_the_class_by_its_form(running, clerk):
    answer = clerk.post(f"/provider/classes/{running.pk}/fee/", TYPED, follow=True)
    page = answer.content.decode()
    assert "培训费已登记。" in page
    assert "培训机构，¥1,200.00，2026-06-01，票据 PJ-26" in page
    assert "没有垫付凭证" not in page
    assert "登记培训费：培训机构垫付，每人 ¥1,200.00，2026-06-01，票据 PJ-26" in page
    assert queries.fee_of_class(running.pk).amount_fen == 1_200_00


def test_record_fee_of_one_learner_leaves_the_others(running, clerk):
    clerk.post(f"/provider/classes/{running.pk}/fee/", TYPED)
    first, second = queries.enrolments(running.pk)
    address = f"/provider/learners/class/{running.pk}/{second.pk}/fee/"
    assert 'value="1,200.00"' in clerk.get(address).content.decode()
    answer = clerk.post(address, TYPED | {"paid_by": "learner", "receipt_number": "7"}, follow=True)
    assert "单独登记" in answer.content.decode()
    assert queries.fee_of(first).paid_by == "provider"
    assert queries.fee_of(second).paid_by == "learner"
    assert (
        "学员本人，¥1,200.00"
        in clerk.get(f"/provider/learners/class/{running.pk}/{second.pk}/").content.decode()
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount_fen": "一千"}, "应为元"),
        ({"amount_fen": "0"}, "请填写垫付金额和票据号"),
        ({"paid_on": "2099-01-01"}, "垫付日期2099-01-01还没有到"),
        ({"receipt_number": ""}, "票据号"),
    ],
)
def test_record_fee_refused_says_why_and_keeps_what_was_typed(change, said, running, clerk):
    answer = clerk.post(f"/provider/classes/{running.pk}/fee/", TYPED | change)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert queries.fee_of_class(running.pk) is None


def test_claim_page_warns_of_fees_without_proof(school, clerk):
    training_class = make_certified_class([make_learner()], institution=school, fee_paid_by="")
    page = clerk.get(f"/provider/claims/class/{training_class.pk}/").content.decode()
    assert "有 1 人的培训费还没有垫付凭证" in page
    paid = make_certified_class([make_learner("李小红")], institution=school)
    assert "没有垫付凭证" not in clerk.get(f"/provider/claims/class/{paid.pk}/").content.decode()


def test_bureau_sees_the_fee_at_review_and_what_changed_since(clerk, school, client):
    from kaogong.access.models import Account
    from tests.factories import an_actor

    training_class = make_certified_class([make_learner()], institution=school)
    claim = make_claim(training_class)
    reviewer = an_actor("reviewer")
    client.force_login(
        Account.objects.get(pk=reviewer.account_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = client.get(f"/bureau/claims/{claim.pk}/").content.decode()
    assert f"培训机构，¥1,200.00，{training_class.starts_on}，票据 PJ-" in page
    assert "与裁定时的记录" not in page
    assert (
        "培训机构，¥1,200.00" in client.get(f"/bureau/classes/{training_class.pk}/roster/").content.decode()
    )
    clerk.post(f"/provider/classes/{training_class.pk}/fee/", TYPED | {"amount_fen": "900"})
    assert "与裁定时的记录" in client.get(f"/bureau/claims/{claim.pk}/").content.decode()
