"""A grant paid month by month through its contract: every month judged on its own day, paid, and stopped in time."""

from datetime import date

import pytest
from django.urls import reverse

from kaogong.funds.models import Payment
from kaogong.grants import operations, queries
from kaogong.grants.models import Grant
from kaogong.kernel.actor import system_actor
from tests.factories.claims import make_learner
from tests.factories.funds import make_fund
from tests.factories.grants import make_grant
from tests.factories.people import an_actor
from tests.factories.training import a_day_at
from tests.grants.test_story import bank_pays, statuses
from tests.web.bureau_money.conftest import browser_of

pytestmark = pytest.mark.django_db
SCHEME = "qilu_chief_technician"
TERM = {"contract_started_on": "2026-06-01", "contract_ended_on": "2026-10-01"}


def make_monthly(**more) -> Grant:
    make_fund("QLSX", name="首席技师津贴资金", shares={SCHEME: {"district": 600, "city": 400}})
    determined = {"approved": True} | more.pop("determined", {})
    return make_grant(SCHEME, person_id=make_learner("王师傅").pk, facts=TERM, determined=determined, **more)


def test_story_of_months_paid_one_by_one_until_the_contract_ends_early():
    grant = make_monthly(status="cleared")
    due = [row.due_on for row in queries.instalments(grant.pk)]
    # Applied for in July: June is over, the month that runs is due at once, the others on their first day.
    assert due == [date(2026, 7, 10), date(2026, 8, 1), date(2026, 9, 1)]
    monthly = queries.instalments(grant.pk)[0].amount_fen
    assert monthly > 0
    bank_pays(a_day_at(date(2026, 7, 30)))
    assert statuses(grant) == ["paid", "planned", "planned"]
    operations.look_after_grants(by=system_actor(), at=a_day_at(date(2026, 8, 3)))
    assert statuses(grant) == ["paid", "queued", "planned"]
    bank_pays(a_day_at(date(2026, 8, 6)))
    operations.end_grant(
        grant.pk, by=an_actor("reviewer"), at=a_day_at(date(2026, 8, 24)), reason="解除聘用，见解除合同通知"
    )
    operations.look_after_grants(by=system_actor(), at=a_day_at(date(2026, 9, 1)))
    grant.refresh_from_db()
    assert (grant.status, grant.amount_fen) == ("ended", 2 * monthly)
    assert statuses(grant) == ["paid", "paid", "stopped"]
    assert [row.amount_fen for row in Payment.objects.filter(status="paid")] == [monthly, monthly]


def test_the_pages_show_each_month_and_what_became_of_it():
    grant = make_monthly(status="reviewed")
    reviewer, clerk = browser_of(an_actor("reviewer")), browser_of(an_actor("bureau_clerk"))
    reviewer.post(reverse("bureau:grants:approve", args=[grant.pk]))
    address = reverse("bureau:grants:detail", args=[grant.pk])
    shown = reviewer.get(address).content.decode()
    assert shown.count("未到期") == 2 and "已预留" in shown and "按月" in shown
    clerk.post(
        reverse("bureau:grants:publish_many"),
        {"picked": [grant.pk], "title": "津贴公示", "opens_on": "2026-11-23"},
    )
    grant.refresh_from_db()
    assert grant.status == "published"
    own = browser_of(an_actor("learner", person_id=grant.person_id))
    mine = own.get(reverse("learner:grants:detail", args=[grant.pk])).content.decode()
    assert "2026-08-01" in mine and "2026-09-01" in mine
