"""Claiming, watching, mending; and the money."""

from datetime import date

import pytest
from django.urls import reverse

from kaogong.claims import operations, queries
from kaogong.claims.models import Claim
from kaogong.claims.operations.rehearsal import rehearse_claim
from kaogong.funds import operations as funds
from kaogong.funds import queries as fund_queries
from tests.factories import a_day_at, an_actor
from tests.factories.claims import make_certified_class, make_claim, make_learner, make_money
from tests.factories.funds import make_batch

AT = a_day_at(date(2026, 7, 10))


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def certified(school):
    people = [make_learner("李兰"), make_learner("王强", groups={}), make_learner("赵军", standings={})]
    return make_certified_class(people, institution=school)


@pytest.fixture
def claim(certified):
    return make_claim(certified)


def test_claimable_opens_to_a_check(clerk, certified):
    page = text(clerk.get(reverse("provider:claims:claimable")))
    assert reverse("provider:claims:submit", args=[certified.pk]) in page


def test_check_shows_what_each_would_get_and_keeps_nothing(clerk, certified):
    page = text(clerk.get(reverse("provider:claims:submit", args=[certified.pk])))
    assert "李兰" in page
    assert "¥1,200.00" in page
    assert "还没有提交" in page
    assert not Claim.objects.exists()


def test_rehearsal_gives_what_submitting_gives(clerk, certified):
    rehearsal = rehearse_claim(certified.pk, by=clerk.actor, at=AT)
    claim = operations.submit_claim(certified.pk, by=clerk.actor, at=AT)
    assert rehearsal.amount_fen == claim.amount_fen > 0
    assert [line.verdict for line, _ in rehearsal.lines] == [line.verdict for line in queries.lines(claim.pk)]
    assert claim.number.endswith("000001")


def test_submit_then_detail_with_the_clause(clerk, certified):
    page = clerk.post(reverse("provider:claims:submit", args=[certified.pk]), follow=True)
    claim = Claim.objects.get()
    assert claim.number in text(page)
    refused = queries.lines(claim.pk).filter(verdict="refused").first()
    card = clerk.get(reverse("provider:claims:detail", args=[claim.pk]) + f"?line={refused.pk}")
    assert card.context["chosen"] == refused
    assert 'class="law"' in text(card)


def test_part_that_is_not_due_is_no_refusal(clerk, claim):
    payable = queries.lines(claim.pk).filter(verdict="payable").first()
    page = clerk.get(reverse("provider:claims:detail", args=[claim.pk]) + f"?line={payable.pk}")
    card = page.context["card"]
    assert card["passed"]
    assert not [finding for finding, _facts in card["cards"] if finding.outcome == "failed"]
    assert card["not_due"]


def test_detail_filters_by_verdict(clerk, claim):
    page = clerk.get(reverse("provider:claims:detail", args=[claim.pk]) + "?verdict=payable")
    assert {line.verdict for line, _hours in page.context["lines"]} == {"payable"}


def test_returned_claim_shows_the_reason_and_goes_in_again(clerk, claim):
    operations.return_claim(claim.pk, by=an_actor("bureau_clerk"), at=AT, reason="请补登记证明")
    page = text(clerk.get(reverse("provider:claims:detail", args=[claim.pk])))
    assert "请补登记证明" in page
    clerk.post(reverse("provider:claims:resubmit", args=[claim.pk]))
    claim.refresh_from_db()
    assert claim.status == "submitted"


def test_withdraw_needs_a_reason(clerk, claim):
    clerk.post(reverse("provider:claims:withdraw", args=[claim.pk]), {"reason": ""})
    claim.refresh_from_db()
    assert claim.status == "submitted"
    clerk.post(reverse("provider:claims:withdraw", args=[claim.pk]), {"reason": "名单有误"})
    claim.refresh_from_db()
    assert claim.status == "withdrawn"


def test_evidence_is_supplied_and_judged_at_once(clerk, claim):
    unknown = queries.lines(claim.pk).filter(verdict="needs_evidence").first()
    page = clerk.get(reverse("provider:claims:detail", args=[claim.pk]) + f"?line={unknown.pk}")
    name, _label = page.context["card"]["missing"][0]
    address = reverse("provider:claims:evidence", args=[unknown.pk, name])
    assert clerk.get(address).status_code == 200
    clerk.post(address, {"value": "no", "source": "社保参保证明 2026-07-01", "reason": "未领取养老金"})
    unknown.refresh_from_db()
    assert unknown.verdict == "payable"


def test_figures_add_up(clerk, claim):
    page = clerk.get(reverse("provider:claims:detail", args=[claim.pk]))
    numbers = [int(figure["value"].split()[0]) for figure in page.context["figures"]]
    assert numbers[0] == sum(numbers[1:])


@pytest.fixture
def failed(school):
    """The payment to the school of one claim, sent back by the bank."""
    make_money()
    claim = make_claim(make_certified_class(2, institution=school), status="cleared")
    if not fund_queries.payments_for(claim.number).exists():
        operations.queue_claim_payments(claim.pk, by=an_actor("cashier"), at=a_day_at(date(2026, 8, 3)))
    payments = list(fund_queries.payments_for(claim.number))
    batch = make_batch(payments)
    at = a_day_at(date(2026, 8, 4))
    sheet = "批次号,流水号,金额,结果,失败原因\n" + "".join(
        f"{batch.number},{row.reference},{row.amount_fen / 100:.2f},失败,户名不符\n" for row in payments
    )
    funds.read_bank_return(sheet.encode(), "回盘.csv", by=an_actor("cashier"), at=at)
    return claim, fund_queries.payments_for(claim.number).get()


def test_failed_payment_is_told_at_home_and_on_the_claim(clerk, failed):
    claim, payment = failed
    address = reverse("provider:payments:correct", args=[payment.pk])
    for page in ("home", "payments:list"):
        shown = text(clerk.get(reverse(f"provider:{page}")))
        assert "户名不符" in shown
        assert address in shown
    assert address in text(clerk.get(reverse("provider:claims:detail", args=[claim.pk])))


def test_corrected_account_is_paid_again(clerk, failed):
    claim, payment = failed
    address = reverse("provider:payments:correct", args=[payment.pk])
    assert "户名不符" in text(clerk.get(address))
    given = {"bank_name": "示例银行", "account": "3803020109000123456", "holder": payment.payee_name}
    assert clerk.post(address, given).status_code == 422
    clerk.post(address, given | {"reason": "户名写错"})
    assert sorted(fund_queries.payments_for(claim.number).values_list("status", flat=True)) == [
        "queued",
        "replaced",
    ]
    assert clerk.get(address).status_code == 409


def test_payment_of_another_school_is_not_found(clerk, stranger, failed):
    _claim, payment = failed
    assert stranger.get(reverse("provider:payments:correct", args=[payment.pk])).status_code == 404


def test_lists_cost_the_same_for_many(clerk, school, django_assert_max_num_queries):
    for _ in range(3):
        make_claim(make_certified_class(2, institution=school))
    make_certified_class(1, institution=school)
    for name in ("claims:list", "claims:claimable", "payments:list"):
        clerk.get(reverse(f"provider:{name}"))
        with django_assert_max_num_queries(12):
            clerk.get(reverse(f"provider:{name}"))
