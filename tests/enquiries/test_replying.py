"""Answers: a second person where the region says so, figures with their source, issued ones never change."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from kaogong.enquiries import operations, queries
from kaogong.enquiries.models import Reply
from kaogong.kernel.errors import NotPermitted, SamePerson, WrongState
from kaogong.returns import queries as figures
from kaogong.statistics.operations import refresh_facts
from tests.factories import an_actor, make_class, make_person
from tests.factories.enquiries import ask, make_enquiry

pytestmark = pytest.mark.django_db
DAYS = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 9, 30)}


@pytest.fixture
def counted(settings, tmp_path, now):
    """Three people trained in July, counted the day before."""
    settings.SNAPSHOTS_DIR = str(tmp_path / "snapshots")
    make_class(
        people=[make_person("李想"), make_person("王明"), make_person("孙月")], status="finished",
        starts_on=date(2026, 7, 6), ends_on=date(2026, 7, 24),
    )  # fmt: skip
    refresh_facts(at=now - timedelta(days=1))


def assigned(now, clerk):
    return make_enquiry(at=now, status="assigned", by=clerk).enquiry


def test_issue_reply_is_for_another_than_who_wrote_and_handed_it_on(now, clerk, reviewer):
    found = make_enquiry(at=now, status="drafted", by=clerk).enquiry
    with pytest.raises(operations.SecondPersonNeeded, match="2人"):
        operations.answer_enquiry(found.pk, by=clerk, at=now)
    operations.submit_reply(found.pk, by=clerk, at=now)
    with pytest.raises(NotPermitted):
        operations.issue_reply(found.pk, by=clerk, at=now)
    operations.issue_reply(found.pk, by=reviewer, at=now + timedelta(days=1))
    found = queries.enquiry(found.pk, by=clerk)
    assert (found.status, found.days_taken, found.is_in_time) == ("answered", 1, True)
    assert queries.latest_reply(found.pk).issued_by == "郑复核"


def test_issue_reply_by_the_reviewer_who_wrote_or_handed_it_on_is_refused(now, clerk, reviewer):
    own = make_enquiry(at=now, status="assigned", by=clerk).enquiry
    operations.draft_reply(own.pk, text="我写的", by=reviewer, at=now)
    operations.submit_reply(own.pk, by=clerk, at=now)
    with pytest.raises(operations.DrafterMayNotIssue, match="郑复核"):
        operations.issue_reply(own.pk, by=reviewer, at=now)
    other = make_enquiry(at=now, status="drafted", by=clerk).enquiry
    operations.submit_reply(other.pk, by=reviewer, at=now)
    with pytest.raises(SamePerson):
        operations.issue_reply(other.pk, by=reviewer, at=now)


def test_answer_enquiry_by_one_person_where_no_paper_asks_for_two(now, settings):
    settings.REGION_CODE = "370211"
    clerk = an_actor("bureau_clerk", region_code="370211")
    found = make_enquiry(at=now, status="drafted", by=clerk, region_code="370211").enquiry
    operations.answer_enquiry(found.pk, by=clerk, at=now)
    found = queries.enquiry(found.pk, by=clerk)
    assert (found.status, found.is_in_time) == ("answered", None)


def test_send_back_reply_says_why_and_the_draft_is_changed(now, clerk, reviewer):
    found = make_enquiry(at=now, status="checking", by=clerk).enquiry
    with pytest.raises(WrongState):
        operations.draft_reply(found.pk, text="改", by=clerk, at=now)
    operations.send_back_reply(found.pk, by=reviewer, at=now, reason="写明公示期")
    operations.draft_reply(found.pk, text="公示期以公示页为准。", by=clerk, at=now)
    operations.submit_reply(found.pk, by=clerk, at=now)
    operations.issue_reply(found.pk, by=reviewer, at=now)
    assert queries.latest_reply(found.pk).body[0]["text"] == "公示期以公示页为准。"
    assert Reply.objects.count() == 1


def test_departments_draft_goes_out_only_through_the_bureau(now, clerk, reviewer, farmer):
    found = ask(now).enquiry
    operations.forward_enquiry(found.pk, department="agriculture", by=clerk, at=now, reason="农业培训")
    operations.draft_reply(found.pk, text="高素质农民培育在村委会报名。", by=farmer, at=now)
    for refused in (operations.answer_enquiry, operations.issue_reply):
        with pytest.raises(NotPermitted):
            refused(found.pk, by=farmer, at=now)
    operations.submit_reply(found.pk, by=farmer, at=now)
    operations.issue_reply(found.pk, by=reviewer, at=now)
    assert queries.enquiry(found.pk, by=farmer).status == "answered"


def test_draft_reply_links_every_figure_to_indicator_period_and_snapshot(counted, now, clerk):
    found = assigned(now, clerk)
    reply = operations.draft_reply(
        found.pk, text="感谢来信。明年拟再办12期。", codes=["training.person_times"], **DAYS, by=clerk, at=now
    )
    (cell,) = reply.cells
    assert (cell["indicator"], cell["starts_on"], cell["ends_on"], cell["value"]) == (
        "training.person_times", "2026-01-01", "2026-09-30", 3,
    )  # fmt: skip
    assert reply.snapshot == 1 and reply.as_of is not None
    assert "3人次" in reply.body[-1]["text"]
    assert [link["cell"] for link in reply.body[-1]["links"]] == [cell["key"]]
    assert figures.typed_by_hand(reply.body) == ["12"]


def test_draft_reply_with_a_number_changed_by_hand_is_flagged(counted, now, clerk):
    found = assigned(now, clerk)
    reply = operations.draft_reply(
        found.pk, text="感谢来信。", codes=["training.person_times"], **DAYS, by=clerk, at=now
    )
    text = "\n".join(part["text"] for part in reply.body)
    reply = operations.draft_reply(found.pk, text=text.replace("3人次", "300人次"), by=clerk, at=now)
    assert figures.typed_by_hand(reply.body) == ["300"]
    with pytest.raises(operations.FigureDaysMissing):
        operations.draft_reply(found.pk, text="x", codes=["money.paid"], by=clerk, at=now)


def test_draft_reply_by_a_department_takes_no_figures(counted, now, clerk, farmer):
    found = ask(now).enquiry
    operations.forward_enquiry(found.pk, department="agriculture", by=clerk, at=now, reason="农业培训")
    with pytest.raises(NotPermitted):
        operations.draft_reply(found.pk, text="x", codes=["training.person_times"], **DAYS, by=farmer, at=now)
    with pytest.raises(operations.ReplyMissing):
        operations.draft_reply(found.pk, text=" \n ", by=farmer, at=now)


def test_issued_reply_is_refused_any_change_by_the_database(now, clerk, reviewer):
    make_enquiry(at=now, status="answered", by=clerk, reviewer=reviewer)
    reply = Reply.objects.get()
    for change in ({"body": []}, {"issued_by": "别人"}, {"cells": [{"key": "x"}]}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Reply.objects.filter(pk=reply.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        reply.delete()


def test_second_answer_counts_neither_days_nor_lateness_anew(now, clerk, reviewer):
    receipt = make_enquiry(at=now, status="answered", by=clerk, reviewer=reviewer)
    pk, late = receipt.enquiry.pk, now + timedelta(days=14)
    operations.judge_reply(
        receipt.enquiry.number, receipt.secret, is_helped=False, at=now + timedelta(days=1)
    )
    operations.add_to_enquiry(receipt.enquiry.number, receipt.secret, content="还不明白", at=late)
    operations.draft_reply(pk, text="再次说明。", by=clerk, at=late)
    operations.submit_reply(pk, by=clerk, at=late)
    operations.issue_reply(pk, by=reviewer, at=late)
    found = queries.enquiry(pk, by=clerk)
    assert (found.days_taken, found.is_in_time, found.is_helped) == (0, True, None)
    assert [reply.is_helped for reply in queries.replies_of(pk, issued=True)] == [False, None]
