"""Rounds of asking enterprises: who is asked, drafts, sending once and again, the link."""

from datetime import date, timedelta

import pytest

from kaogong.demand import operations, queries
from kaogong.kernel.credit_code import make_credit_code
from kaogong.kernel.errors import NotFound, NotPermitted, WrongState
from tests.factories import an_actor
from tests.factories.demand import NOW, a_post, a_sheet, make_enterprise, make_round, send

pytestmark = pytest.mark.django_db


def test_open_demand_round_asks_every_registered_enterprise_once():
    clerk = an_actor("bureau_clerk")
    found, replies = make_round(clerk=clerk)
    assert operations.invite_registered(found.pk, by=clerk, at=NOW) == 0
    assert (found.replies.count(), len(replies)) == (3, 3)


def test_open_demand_round_asking_nobody_is_refused():
    clerk = an_actor("bureau_clerk")
    found = operations.draft_demand_round(
        kind="posts", title="空", opens_on=date(2026, 11, 1), closes_on=date(2026, 12, 1), by=clerk, at=NOW
    )
    with pytest.raises(operations.NobodyAsked):
        operations.open_demand_round(found.pk, by=clerk, at=NOW)


def test_draft_demand_round_that_ended_yesterday_is_refused():
    with pytest.raises(operations.RoundDaysWrong):
        operations.draft_demand_round(
            kind="posts", title="过期", opens_on=date(2026, 11, 1), closes_on=date(2026, 11, 15),
            by=an_actor("bureau_clerk"), at=NOW,
        )  # fmt: skip


def test_a_draft_is_kept_and_counts_only_once_sent():
    _round, [(reply, by), *_] = make_round()
    operations.save_demand_line(reply.pk, a_post(), by=by, at=NOW)
    reply.refresh_from_db()
    assert [line["needed_now"] for line in reply.draft] == [3]
    assert (reply.status, queries.posts_of(reply).count()) == ("invited", 0)
    operations.submit_demand_reply(reply.pk, by=by, at=NOW)
    reply.refresh_from_db()
    assert (reply.status, queries.posts_of(reply).count()) == ("submitted", 1)


def test_resubmit_replaces_what_was_sent_and_keeps_it_on_file():
    _round, [(reply, by), *_] = make_round()
    send(reply, by, a_post())
    operations.save_demand_line(reply.pk, a_post(needed_now=9), by=by, at=NOW, index=0)
    again = operations.submit_demand_reply(reply.pk, by=by, at=NOW)
    assert again.revision == 2
    assert [line.needed_now for line in queries.posts_of(again)] == [9]
    assert again.posts.count() == 2


def test_a_line_changed_or_dropped_meanwhile_is_not_written_over():
    _round, [(reply, by), *_] = make_round()
    for needed in (1, 2, 3):
        operations.save_demand_line(reply.pk, a_post(needed_now=needed), by=by, at=NOW)
    reply.refresh_from_db()
    first, second, _third = (queries.line_mark(line) for line in reply.draft)
    operations.drop_demand_line(reply.pk, 0, by=by, at=NOW, seen=first)
    with pytest.raises(operations.LineChanged):  # the same button pressed twice
        operations.drop_demand_line(reply.pk, 0, by=by, at=NOW, seen=first)
    with pytest.raises(operations.LineChanged):  # a colleague's page from before
        operations.save_demand_line(reply.pk, a_post(needed_now=9), by=by, at=NOW, index=1, seen=second)
    operations.save_demand_line(reply.pk, a_post(needed_now=9), by=by, at=NOW, index=0, seen=second)
    reply.refresh_from_db()
    assert [line["needed_now"] for line in reply.draft] == [9, 3]


def test_submit_demand_reply_without_posts_says_there_is_no_need():
    _round, [(reply, by), *_] = make_round()
    with pytest.raises(operations.ReplyEmpty):
        operations.submit_demand_reply(reply.pk, by=by, at=NOW)
    sent = operations.submit_demand_reply(reply.pk, by=by, at=NOW, nothing_needed=True)
    assert sent.status == "submitted"


def test_submit_demand_reply_after_the_last_day_or_after_closing_is_refused():
    clerk = an_actor("bureau_clerk")
    found, [(reply, by), *_] = make_round(clerk=clerk)
    operations.save_demand_line(reply.pk, a_post(), by=by, at=NOW)
    with pytest.raises(operations.DemandRoundNotOpen):
        operations.submit_demand_reply(reply.pk, by=by, at=NOW + timedelta(days=30))
    operations.close_demand_round(found.pk, by=clerk, at=NOW)
    with pytest.raises(operations.DemandRoundNotOpen):
        operations.submit_demand_reply(reply.pk, by=by, at=NOW)
    with pytest.raises(WrongState):
        operations.close_demand_round(found.pk, by=clerk, at=NOW)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"post": " "}, operations.PostMissing),
        ({"occupation": "造梦师"}, operations.OccupationNotFound),
        ({"occupation": "工"}, operations.OccupationUnclear),
        ({"needed_now": -1}, operations.PeopleOdd),
        ({"needed_now": 0, "needed_in_year": 0}, operations.NobodyNeeded),
        ({"wage_fen": 0}, operations.WageOdd),
    ],
)
def test_save_demand_line_names_what_is_wrong(said, refusal):
    _round, [(reply, by), *_] = make_round()
    with pytest.raises(refusal):
        operations.save_demand_line(reply.pk, a_post(**said), by=by, at=NOW)


def test_another_enterprise_finds_no_reply_and_a_clerk_may_not_answer_for_it():
    _round, [(reply, _by), (_other, stranger), *_] = make_round()
    with pytest.raises(NotFound):
        operations.save_demand_line(reply.pk, a_post(), by=stranger, at=NOW)
    with pytest.raises(NotPermitted):
        operations.save_demand_line(reply.pk, a_post(), by=an_actor("bureau_clerk"), at=NOW)


def test_a_clerk_of_another_region_finds_no_round():
    found, _replies = make_round()
    stranger = an_actor("bureau_clerk", region_code="510700")
    with pytest.raises(NotFound):
        operations.close_demand_round(found.pk, by=stranger, at=NOW)
    assert list(queries.demand_rounds(stranger)) == []


def test_an_enterprise_without_an_account_answers_by_its_link_alone():
    clerk = an_actor("bureau_clerk")
    found, [(asked, _by), *_] = make_round(clerk=clerk)
    code = make_credit_code("91", "370299", 77).value
    reply = operations.invite_enterprise(found.pk, credit_code=code, name="路边修理铺", by=clerk, at=NOW)
    link, anonymous = queries.link_of(reply), an_actor("learner")
    operations.save_demand_line(reply.pk, a_post(), by=anonymous, at=NOW, link=link)
    sent = operations.submit_demand_reply(reply.pk, by=anonymous, at=NOW, link=link)
    assert sent.status == "submitted"
    with pytest.raises(NotFound):
        operations.save_demand_line(asked.pk, a_post(), by=anonymous, at=NOW, link=link)
    with pytest.raises(NotFound):
        queries.reply_of_link(link[:-2] + "xx")
    with pytest.raises(operations.AlreadyAsked):
        operations.invite_enterprise(found.pk, credit_code=code, name="路边修理铺", by=clerk, at=NOW)


def test_import_demand_lines_keeps_good_rows_and_names_the_bad_ones():
    _round, [(reply, by), *_] = make_round()
    rows = [
        ("焊工岗", "焊工", "中级工", 3, 2, 8000),
        ("", "焊工", "中级工", 3, 2, 8000),
        ("司炉", "锅炉操作工", "九级", 3, 2, None),
        ("护理", "养老护理员", None, "３人", None, "￥6,500.00"),
    ]
    headings = ("岗位", "职业（工种）", "技能等级", "现在缺人", "未来12个月还要招", "月工资")
    taken = operations.import_demand_lines(reply.pk, a_sheet(headings, rows), "需求.xlsx", by=by, at=NOW)
    assert (taken.kept, sorted(taken.problems)) == (2, [3, 4])
    reply.refresh_from_db()
    assert [(line["needed_now"], line["wage_fen"]) for line in reply.draft] == [(3, 800_000), (3, 650_000)]


def test_note_reminders_counts_who_has_not_answered():
    clerk = an_actor("bureau_clerk")
    found, [(reply, by), *_] = make_round(clerk=clerk)
    send(reply, by, a_post())
    assert operations.note_reminders(found.pk, by=clerk, at=NOW) == 2


def test_replies_to_write_shows_an_enterprise_its_own_open_rounds():
    clerk = an_actor("bureau_clerk")
    found, [(reply, by), *_] = make_round(clerk=clerk)
    _other, stranger = make_enterprise("没有被问到的厂", 50)
    assert [one.pk for one in queries.replies_to_write(by)] == [reply.pk]
    assert list(queries.replies_to_write(stranger)) == []
    operations.close_demand_round(found.pk, by=clerk, at=NOW)
    assert list(queries.replies_to_write(by)) == []
