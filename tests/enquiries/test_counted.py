"""Enquiries in the catalogue of indicators: the same figures as on the page that counts them, and open to rows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kaogong.enquiries import operations, queries
from kaogong.kernel.period import Period
from kaogong.statistics import queries as statistics
from kaogong.statistics.operations import refresh_facts
from tests.factories import an_actor
from tests.factories.enquiries import ask, make_enquiry
from tests.factories.people import REGION
from tests.statistics.worlds import as_if_read_whole, rows_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def snapshots_dir(settings, tmp_path):
    settings.SNAPSHOTS_DIR = str(tmp_path / "snapshots")


def told(code, now, **where) -> int | None:
    on = timezone.localdate(now)
    return statistics.figure(
        code, by=an_actor("leader"), region_code=REGION, period=Period.from_days(on, on), where=where
    ).value


def test_refresh_facts_follows_an_enquiry_and_counts_as_the_page_does(now, clerk, reviewer):
    refresh_facts(at=now)
    quick = make_enquiry(at=now, status="answered", by=clerk, reviewer=reviewer)
    slow = make_enquiry(at=now, status="checking", by=clerk, category="certificate")
    forwarded = ask(now).enquiry
    operations.forward_enquiry(forwarded.pk, department="agriculture", by=clerk, at=now, reason="农业培训")
    twin, junk = ask(now).enquiry, ask(now, category="other").enquiry
    refresh_facts(at=now + MINUTE)
    assert (told("enquiry.asked", now), told("enquiry.answered", now), told("enquiry.waiting", now)) == (
        5,
        1,
        4,
    )
    assert told("enquiry.asked", now, department="agriculture") == 1
    later = now + timedelta(days=20)
    operations.issue_reply(slow.enquiry.pk, by=reviewer, at=later)
    operations.merge_enquiry(twin.pk, into=quick.enquiry.number, by=clerk, at=now)
    operations.dismiss_enquiry(junk.pk, by=clerk, at=now, reason="广告")
    operations.judge_reply(quick.enquiry.number, quick.secret, is_helped=True, at=later)
    step = refresh_facts(at=later + MINUTE)
    as_if_read_whole(step)
    *rows, total = queries.measured(clerk, timezone.localdate(now), timezone.localdate(now))
    for row in rows:
        for word in ("asked", "answered", "dismissed"):
            assert told(f"enquiry.{word}", now, category=row.category) == row.counts[word], row.category
    assert (told("enquiry.in_time_share", now), total.in_time_share) == (50_00, 500)
    assert (told("enquiry.helped_share", now), total.helped_share) == (100_00, 1000)
    assert told("enquiry.waiting", now) == 2, "the one answered twenty days later still waited that day"
    assert told("enquiry.waiting", later) == total.counts["waiting"] == 1


def test_cell_rows_of_enquiries_say_nothing_of_who_asked(now, clerk):
    asked = ask(now, name="王小明", contact="13800000000").enquiry
    snapshot = refresh_facts(at=now)
    on = timezone.localdate(now)
    found = statistics.cell_rows(
        "enquiry.asked", by=clerk, region_code=REGION, period=Period.from_days(on, on)
    )
    (row,) = found.rows
    assert (row.kind, row.pk, row.person_id) == ("enquiry", asked.pk, None)
    assert [name for name, _label, _kind in found.columns][:4] == ["number", "region", "category", "channel"]
    assert (row.values["number"], row.values["category"], row.values["channel"]) == (
        asked.number, "补贴申领", "门户",
    )  # fmt: skip
    assert not {"王小明", "13800000000"} & {str(value) for value in rows_of(snapshot, "enquiry").row(0)}
