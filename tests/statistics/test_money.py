"""Exams, certificates, claims, payments, money back and follow-ups, each followed step by step."""

from datetime import date, timedelta

import pytest

from kaogong.claims.operations import mark_paid_claims
from kaogong.funds.models import Payment
from kaogong.kernel.actor import system_actor
from kaogong.kernel.period import Period
from kaogong.outcomes import operations as outcomes
from kaogong.outcomes.models import FollowUp
from kaogong.recoveries import operations as recoveries
from kaogong.statistics import queries
from kaogong.statistics.operations import refresh_facts
from tests.factories.claims import make_certified_class, make_claim, make_money
from tests.factories.people import an_actor
from tests.factories.recoveries import make_paid, make_recoupment, pay
from tests.factories.training import a_day_at
from tests.recoveries.test_story import note

from .worlds import as_if_read_whole, rows_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_refresh_facts_follows_a_class_from_its_exam_to_its_money(now):
    refresh_facts(at=now)
    make_money()
    made = make_certified_class(3, failing=1)
    step = refresh_facts(at=now + MINUTE)
    rows = rows_of(step, "training")
    assert sorted(rows["passed"].to_list()) == sorted(rows["certified"].to_list()) == [False, True, True]
    certificates = rows_of(step, "certificate")
    assert certificates.height == 2
    assert set(certificates["programme"]) == {made.scheme_code}
    assert certificates["stands"].all() and not certificates["high"].any()
    claim = make_claim(made, status="cleared", leave_out_open=True)
    step = refresh_facts(at=now + 2 * MINUTE)
    assert not rows_of(step, "training")["subsidised"].any()
    payments = list(Payment.objects.all())
    assert sum(payment.amount_fen for payment in payments) == claim.amount_fen > 0
    pay(payments)
    mark_paid_claims(by=an_actor("cashier"), at=now)
    step = refresh_facts(at=now + 3 * MINUTE)
    rows = rows_of(step, "training")
    assert rows.filter("subsidised").height == 2
    assert rows["subsidy_fen"].sum() == claim.amount_fen
    paid = rows_of(step, "payment")
    assert paid["amount_fen"].sum() == claim.amount_fen
    assert set(paid["source"]) == {"district", "city"}
    assert set(paid["occupation"]) == {made.occupation_code}
    as_if_read_whole(step)


def test_refresh_facts_counts_money_back_on_the_day_it_came(now):
    paid = make_paid(600_00, 400_00)
    refresh_facts(at=now)
    recoupment = make_recoupment(paid)
    receipt = note(recoupment, 300_00, "B-1", on=date(2026, 7, 5))
    step = refresh_facts(at=now + MINUTE)
    leader = an_actor("leader")

    def in_(month):
        period = Period(date(2026, month, 1), date(2026, month + 1, 1))
        return queries.figure("money.paid", by=leader, region_code="370299", period=period).value

    assert (in_(3), in_(7)) == (1000_00, -300_00)
    as_if_read_whole(step)
    recoveries.reverse_receipt(receipt.pk, by=an_actor("reviewer"), at=now + 2 * MINUTE, reason="记错")
    step = refresh_facts(at=now + 3 * MINUTE)
    assert in_(7) == 0
    as_if_read_whole(step)


def test_refresh_facts_follows_up(now):
    made = make_certified_class(2)
    refresh_facts(at=now)
    outcomes.open_follow_ups(by=system_actor(), at=a_day_at(date(2026, 10, 2)))
    step = refresh_facts(at=now + MINUTE)
    rows = rows_of(step, "outcome")
    assert rows.height == FollowUp.objects.count() > 0
    assert not rows["settled"].any()
    assert set(rows["provider"]) == {str(made.institution_id)}
    as_if_read_whole(step)
