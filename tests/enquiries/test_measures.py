"""The count page's figures are the enquiries they open to."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from kaogong.enquiries import operations, queries
from tests.factories import an_actor
from tests.factories.enquiries import ask, make_enquiry

pytestmark = pytest.mark.django_db


def answered_after(days, now, clerk, reviewer, **fields):
    receipt = make_enquiry(at=now, status="checking", by=clerk, **fields)
    operations.issue_reply(receipt.enquiry.pk, by=reviewer, at=now + timedelta(days=days))
    return receipt


def test_measured_counts_asked_answered_in_time_days_and_helped(now, clerk, reviewer):
    quick = answered_after(1, now, clerk, reviewer)
    answered_after(9, now, clerk, reviewer)
    third = answered_after(3, now, clerk, reviewer, category="certificate")
    ask(now)
    twin = ask(now).enquiry
    operations.merge_enquiry(twin.pk, into=quick.enquiry.number, by=clerk, at=now)
    operations.dismiss_enquiry(ask(now, category="other").enquiry.pk, by=clerk, at=now, reason="广告")
    for receipt, helped in ((quick, True), (third, False)):
        operations.judge_reply(
            receipt.enquiry.number, receipt.secret, is_helped=helped, at=now + timedelta(days=9)
        )
    on = timezone.localdate(now)
    *rows, total = queries.measured(clerk, on, on)
    assert [row.category for row in rows] == ["subsidy", "certificate", "other"]
    assert total.counts == {
        "asked": 5, "answered": 3, "dismissed": 1, "waiting": 1, "in_time": 2, "late": 1, "helped": 1,
        "not_helped": 1,
    }  # fmt: skip
    assert (total.median_days, total.in_time_share, total.helped_share) == (3, 667, 500)
    subsidy = rows[0]
    assert (subsidy.counts["answered"], subsidy.median_days) == (2, 4)


def test_every_figure_opens_to_as_many_enquiries(now, clerk, reviewer):
    answered_after(1, now, clerk, reviewer)
    answered_after(9, now, clerk, reviewer, category="certificate")
    ask(now - timedelta(days=40))
    on = timezone.localdate(now)
    for row in queries.measured(clerk, on, on):
        for measure, count in row.counts.items():
            rows = queries.asked_between(queries.enquiries(clerk), on, on)
            rows = queries.rows_of_measure(rows, measure)
            rows = rows.filter(category=row.category) if row.category else rows
            assert rows.count() == count, (row.category, measure)


def test_measured_where_nobody_asked_or_nothing_is_in_reach_is_empty(now, clerk):
    assert queries.measured(clerk, date(2020, 1, 1), date(2020, 12, 31)) == []
    ask(now)
    on = timezone.localdate(now)
    assert queries.measured(an_actor("bureau_clerk", region_code="510700"), on, on) == []
    (row, total) = queries.measured(clerk, on, on)
    assert (total.median_days, total.in_time_share, total.helped_share) == (None, None, None)
    assert row.counts["waiting"] == 1
