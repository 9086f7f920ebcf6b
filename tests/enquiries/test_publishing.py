"""Common questions: published without their asker, searchable, withdrawn by hand or when the policy changes."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from kaogong.enquiries import operations, queries
from kaogong.enquiries.models import CommonQuestion
from kaogong.enquiries.queries import publishing
from kaogong.enquiries.tasks import tidy_enquiries
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing
from tests.factories import an_actor
from tests.factories.enquiries import make_common_question, make_enquiry

pytestmark = pytest.mark.django_db
REGION = "370299"
SCHEME = "employment_training"


@pytest.fixture
def answered(now, clerk, reviewer):
    return make_enquiry(at=now, status="answered", by=clerk, reviewer=reviewer, name="赵小兰").enquiry


def told(now, **more):
    return {
        "question": "补贴什么时候发？", "answer": "公示期满后拨付。", "holds_from": timezone.localdate(now),
        "is_anonymous": True,
    } | more  # fmt: skip


def test_publish_common_question_refuses_whatever_leads_to_the_asker(now, clerk, answered):
    for wrong, refusal in (
        ({"is_anonymous": False}, operations.NotAnonymised),
        ({"answer": "请打13987650001"}, operations.PublishedNumbers),
        ({"question": "赵小兰的补贴什么时候发？"}, operations.PublishedName),
        ({"answer": " "}, operations.PublishedEmpty),
        ({"scheme_code": "no_such_scheme"}, operations.SchemeNotInForce),
    ):
        with pytest.raises(refusal):
            operations.publish_common_question(answered.pk, **told(now, **wrong), by=clerk, at=now)
    assert not CommonQuestion.objects.exists()


def test_publish_common_question_of_what_is_not_answered_is_refused(now, clerk, farmer):
    found = make_enquiry(at=now, status="checking", by=clerk).enquiry
    with pytest.raises(operations.NotYetAnswered):
        operations.publish_common_question(found.pk, **told(now), by=clerk, at=now)
    for by in (farmer, an_actor("auditor")):
        with pytest.raises(NotPermitted):
            operations.publish_common_question(found.pk, **told(now), by=by, at=now)


def test_common_question_is_found_by_word_and_category_from_its_first_day(now, clerk, answered):
    on = timezone.localdate(now)
    holds_from = on + timedelta(days=3)
    made = operations.publish_common_question(
        answered.pk, **told(now, holds_from=holds_from), by=clerk, at=now
    )
    assert not queries.public_questions(REGION, on).exists()
    assert list(queries.public_questions(REGION, holds_from, words="补贴 拨付")) == [made]
    assert not queries.public_questions(REGION, holds_from, words="补贴 驾照").exists()
    assert list(queries.public_questions(REGION, holds_from, category="subsidy")) == [made]
    assert not queries.public_questions(REGION, holds_from, category="certificate").exists()
    assert not queries.public_questions("510700", holds_from).exists()


def test_withdraw_common_question_says_when_and_why_and_leaves_the_portal(now, clerk, answered):
    made = operations.publish_common_question(answered.pk, **told(now), by=clerk, at=now)
    with pytest.raises(ReasonMissing):
        operations.withdraw_common_question(made.pk, by=clerk, at=now, reason="")
    operations.withdraw_common_question(made.pk, by=clerk, at=now, reason="标准已调整")
    made.refresh_from_db()
    assert (made.status, made.why_withdrawn) == ("withdrawn", "标准已调整")
    with pytest.raises(NotFound):
        queries.public_question(made.pk, REGION, timezone.localdate(now))
    with pytest.raises(DatabaseError), transaction.atomic():
        CommonQuestion.objects.filter(pk=made.pk).update(answer="改")


def test_common_question_falls_when_the_policy_it_rests_on_changes(now, clerk, monkeypatch):
    kept = make_common_question(at=now, by=clerk, scheme_code=SCHEME)
    free = make_common_question(at=now, by=clerk)
    assert len(kept.policy_mark) == 64
    assert queries.overtaken(clerk, timezone.localdate(now)) == []
    assert tidy_enquiries(by=system_actor(), at=now)["withdrawn"] == 0
    monkeypatch.setattr(publishing, "policy_mark", lambda *asked: "reads otherwise")
    assert queries.overtaken(clerk, timezone.localdate(now)) == [kept]
    assert tidy_enquiries(by=system_actor(), at=now)["withdrawn"] == 1
    kept.refresh_from_db(), free.refresh_from_db()
    assert (kept.status, free.status) == ("withdrawn", "published")
    assert kept.why_withdrawn == "所依据的政策已经调整或停止执行"


def test_policy_mark_differs_where_a_value_differs_and_is_empty_before_the_scheme(now):
    on = timezone.localdate(now)
    mark = queries.policy_mark(REGION, SCHEME, on)
    assert mark == queries.policy_mark(REGION, SCHEME, on) != ""
    assert queries.policy_mark("370211", SCHEME, on) != mark
    assert queries.policy_mark(REGION, SCHEME, on.replace(year=2010)) == ""
    assert queries.policy_mark("510799", SCHEME, on) == ""
