"""Public notices: published for working days, objected to, answered, closed."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, WrongState
from kaogong.notices import queries
from kaogong.notices.models import Notice, NoticeRow, Objection
from kaogong.notices.operations import (
    AnswerMissing,
    CellNotMasked,
    NoticeDaysWrong,
    NoticeNotOpen,
    NoticeStillOpen,
    ObjectionEmpty,
    ObjectionsUnanswered,
    answer_objection,
    close_notice,
    publish_notice,
    receive_objection,
    reveal_contact,
    withdraw_notice,
)
from kaogong.trail.models import Entry
from tests.factories import an_actor, an_id_number, make_notice

pytestmark = pytest.mark.django_db


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


def _object(notice, **fields):
    fields = {"content": "此人未参加培训", "contact": "13800001234", "at": at(1, 6)} | fields
    return receive_objection(notice.pk, **fields)


def test_publish_notice_stands_five_working_days_after_it_opens():
    notice = make_notice(opens_on=date(2026, 1, 5), working_days=5)
    assert (notice.status, notice.closes_on) == ("published", date(2026, 1, 12))
    assert [row.subject_reference for row in queries.rows_of(notice.pk)] == ["line:1", "line:2"]
    assert [n.pk for n in queries.public_notices("370200", on=date(2026, 1, 12))] == [notice.pk]
    assert not queries.public_notices("370200", on=date(2026, 1, 13))


def test_publish_notice_counts_the_national_day_holiday_out():
    notice = make_notice(opens_on=date(2025, 9, 29), working_days=5)
    assert notice.closes_on == date(2025, 10, 13)  # 30 Sep, 9, 10, 11 (a Saturday worked in lieu) and 13 Oct


def test_publish_notice_with_a_whole_number_in_a_cell_is_refused():
    for leaked in (an_id_number().value, "电话13812345678"):
        with pytest.raises(CellNotMasked):
            publish_notice(
                kind="subsidy", title="公示", body="名单", region_code="370299",
                rows=[("r", {"name": leaked})], columns=[("name", "姓名")], opens_on=date(2026, 1, 5),
                working_days=5, by=an_actor("bureau_clerk"), at=at(1, 5),
            )  # fmt: skip
    assert not Notice.objects.exists()


def test_publish_notice_needs_days_right_and_reach():
    with pytest.raises(NoticeDaysWrong):
        make_notice(working_days=0)
    with pytest.raises(NotPermitted):
        make_notice(by=an_actor("cashier"))
    with pytest.raises(NotFound):
        make_notice(by=an_actor("bureau_clerk", region_code="510700"))


def test_publish_notice_numbers_run_on():
    first, second = make_notice(), make_notice()
    assert (first.number, second.number) == ("GS-2026-000001", "GS-2026-000002")


def test_publish_notice_and_its_rows_never_change():
    notice = make_notice()
    for change in (
        lambda: Notice.objects.filter(pk=notice.pk).update(closes_on=date(2026, 1, 6)),
        lambda: NoticeRow.objects.filter(notice=notice).update(cells={}),
        lambda: NoticeRow.objects.filter(notice=notice).delete(),
    ):
        with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(status="drafted")


def test_close_notice_before_its_last_day_is_over_is_refused():
    notice, clerk = make_notice(), an_actor("bureau_clerk")
    with pytest.raises(NoticeStillOpen):
        close_notice(notice.pk, by=clerk, at=at(1, 12, 23))
    assert close_notice(notice.pk, by=clerk, at=at(1, 13, 0)).status == "closed"
    with pytest.raises(WrongState):
        close_notice(notice.pk, by=clerk, at=at(1, 14))


def test_close_notice_with_an_unanswered_objection_is_refused():
    notice, clerk = make_notice(), an_actor("bureau_clerk")
    first, second = queries.rows_of(notice.pk)
    upheld, dismissed = _object(notice, row_id=first.pk), _object(notice, row_id=second.pk)
    with pytest.raises(ObjectionsUnanswered) as refused:
        close_notice(notice.pk, by=clerk, at=at(1, 13))
    assert refused.value.facts == {"count": 2}
    answer_objection(upheld.pk, upheld=True, answer="经核实属实", by=clerk, at=at(1, 13))
    answer_objection(dismissed.pk, upheld=False, answer="有签到记录", by=clerk, at=at(1, 13))
    close_notice(notice.pk, by=clerk, at=at(1, 13))
    assert queries.upheld_references(notice.pk) == {"line:1"}


def test_receive_objection_seals_the_contact_and_tells_no_name():
    notice = make_notice()
    objection = _object(notice, name="张三")
    with connection.cursor() as cursor:
        cursor.execute("SELECT o::text FROM notices_objection o WHERE id = %s", [objection.pk])
        assert "13800001234" not in cursor.fetchone()[0]
    entry = Entry.objects.get(verb="objection.received")
    assert entry.actor_name == "社会公众"
    assert "张三" not in entry.subject_label + str(entry.detail)


def test_receive_objection_outside_the_days_or_empty_is_refused():
    notice, other = make_notice(), make_notice()
    for when in (at(1, 4), at(1, 13)):
        with pytest.raises(NoticeNotOpen):
            _object(notice, at=when)
    with pytest.raises(ObjectionEmpty):
        _object(notice, content="  ")
    with pytest.raises(ObjectionEmpty):
        _object(notice, contact="")
    with pytest.raises(NotFound):
        _object(notice, row_id=queries.rows_of(other.pk)[0].pk)
    assert not Objection.objects.exists()


def test_answer_objection_needs_words_and_happens_once():
    clerk = an_actor("bureau_clerk")
    objection = _object(make_notice())
    with pytest.raises(AnswerMissing):
        answer_objection(objection.pk, upheld=True, answer=" ", by=clerk, at=at(1, 7))
    with pytest.raises(NotPermitted):
        answer_objection(objection.pk, upheld=True, answer="不", by=an_actor("auditor"), at=at(1, 7))
    assert Objection.objects.get(pk=objection.pk).answer == ""
    answer_objection(objection.pk, upheld=False, answer="查无此事", by=clerk, at=at(1, 7))
    with pytest.raises(WrongState):
        answer_objection(objection.pk, upheld=True, answer="改口", by=clerk, at=at(1, 8))
    assert Objection.objects.get(pk=objection.pk).answer == "查无此事"
    assert not queries.objections(clerk, unanswered=True)


def test_reveal_contact_needs_a_reason_and_is_recorded():
    clerk, objection = an_actor("bureau_clerk"), _object(make_notice())
    with pytest.raises(ReasonMissing):
        reveal_contact(objection.pk, by=clerk, at=at(1, 7), reason="")
    assert reveal_contact(objection.pk, by=clerk, at=at(1, 7), reason="回电核实") == "13800001234"
    assert Entry.objects.get(verb="objection.looked").detail == {"field": "contact"}


def test_withdraw_notice_takes_it_from_public_view_with_a_reason():
    notice, reviewer = make_notice(subject_reference="claims:1"), an_actor("reviewer")
    with pytest.raises(ReasonMissing):
        withdraw_notice(notice.pk, by=reviewer, at=at(1, 6), reason="")
    withdraw_notice(notice.pk, by=reviewer, at=at(1, 6), reason="金额有误")
    assert not queries.public_notices("370299", on=date(2026, 1, 6))
    assert queries.notice(notice.pk).status == "withdrawn"
    with pytest.raises(NoticeNotOpen):
        _object(notice)
