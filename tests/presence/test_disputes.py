"""A learner says that a mark is wrong."""

from datetime import date, timedelta

import pytest

from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, WrongState
from kaogong.people.queries import file_of
from kaogong.presence import operations, queries
from kaogong.presence.models import Dispute
from kaogong.trail.queries import timeline
from kaogong.training import operations as training
from kaogong.training import queries as classes
from kaogong.training.models import Attendance
from kaogong.training.operations.attendance import CorrectionUnexplained
from tests.factories import a_day_at, an_actor
from tests.presence.rooms import NINE, ago, make_room

pytestmark = pytest.mark.django_db
OVER = NINE + ago(211)
SOON = OVER + ago(1)


@pytest.fixture
def room():
    """Marked absent, all of them."""
    room = make_room()
    marks = {room.enrolment(n).pk: "A" for n in range(3)}
    training.record_attendance(room.session.pk, marks, by=room.clerk, at=OVER)
    return room


def dispute(room, place=0, at=SOON, **more):
    more.setdefault("reason", "我在，手机没电")
    return operations.dispute_mark(room.session.pk, by=room.learners[place], at=at, **more)


def test_dispute_mark_is_received_with_a_day_to_answer_by(room):
    found = dispute(room)
    assert (found.status, found.mark, found.wanted_mark) == ("received", "A", "P")
    assert found.due_on == date(2026, 6, 8)  # five working days after Monday the first
    assert timeline("dispute", found.pk).get().verb == "dispute.received"
    assert [one.pk for one in queries.disputes(room.clerk, "received")] == [found.pk]


def test_uphold_dispute_corrects_the_mark_through_the_trail(room):
    found = operations.uphold_dispute(dispute(room).pk, by=room.clerk, at=OVER + ago(60), reason="有签名")
    assert found.status == "upheld" and found.answer == "有签名"
    assert Attendance.objects.get(enrolment=room.enrolment(0)).mark == "P"
    told = timeline("class", room.training_class.pk).get(verb="class.attendance_corrected")
    assert told.reason == "有签名" and list(told.detail["changes"].values()) == [["A", "P"]]


def test_dismiss_dispute_is_the_bureaus_and_leaves_the_mark(room):
    found = dispute(room)
    with pytest.raises(NotPermitted):
        operations.dismiss_dispute(found.pk, by=room.clerk, at=OVER, reason="不在")
    bureau = an_actor("bureau_clerk")
    operations.dismiss_dispute(found.pk, by=bureau, at=OVER + ago(60), reason="监控里没有")
    assert Attendance.objects.get(enrolment=room.enrolment(0)).mark == "A"
    with pytest.raises(WrongState):
        operations.uphold_dispute(found.pk, by=bureau, at=OVER + ago(61), reason="再看")


def test_uphold_dispute_by_the_bureau_needs_no_right_to_record(room):
    bureau = an_actor("bureau_clerk")
    operations.uphold_dispute(dispute(room).pk, by=bureau, at=OVER + ago(60), reason="监控里有")
    assert Attendance.objects.get(enrolment=room.enrolment(0)).mark == "P"


def test_dispute_mark_twice_is_refused_while_open_and_free_afterwards(room):
    first = dispute(room)
    with pytest.raises(operations.DisputeAlreadyOpen):
        dispute(room)
    operations.dismiss_dispute(first.pk, by=an_actor("bureau_clerk"), at=OVER + ago(2), reason="不在")
    assert dispute(room, at=OVER + ago(3)).pk != first.pk and Dispute.objects.count() == 2


def test_dispute_mark_refuses_what_makes_no_sense(room):
    with pytest.raises(ReasonMissing):
        dispute(room, reason="")
    with pytest.raises(operations.MarkNotDisputed):
        dispute(room, wanted_mark="A")
    with pytest.raises(training.MarkUnknown):
        dispute(room, wanted_mark="Z")
    with pytest.raises(operations.SessionNotOn):
        dispute(room, at=NINE + ago(10))
    with pytest.raises(operations.DisputeTooLate):
        dispute(room, at=OVER + timedelta(days=31))
    with pytest.raises(NotPermitted):
        operations.dispute_mark(room.session.pk, by=room.clerk, at=OVER, reason="我在")


def test_dispute_mark_of_another_class_is_not_found(room):
    with pytest.raises(NotFound):
        operations.dispute_mark(room.session.pk, by=make_room().learners[0], at=OVER, reason="我在")


def test_disputes_of_others_are_out_of_reach(room):
    found, other = dispute(room), make_room()
    assert list(queries.disputes(other.clerk)) == [] == list(queries.disputes(room.learners[1]))
    with pytest.raises(NotFound):
        operations.uphold_dispute(found.pk, by=other.clerk, at=OVER, reason="x")


def test_record_attendance_after_the_days_for_corrections_needs_a_reason(room):
    own, late = room.enrolment(0).pk, OVER + timedelta(days=3)
    training.record_attendance(room.session.pk, {own: "P"}, by=room.clerk, at=late)
    with pytest.raises(CorrectionUnexplained):
        training.record_attendance(room.session.pk, {own: "A"}, by=room.clerk, at=late + timedelta(days=1))
    training.record_attendance(
        room.session.pk, {own: "A"}, by=room.clerk, at=late + timedelta(days=1), reason="核对监控"
    )
    assert Attendance.objects.get(enrolment_id=own).mark == "A"
    told = [one for one in timeline("class", room.session.training_class_id) if one.reason]
    assert [(one.verb, one.reason, one.actor_name) for one in told] == [
        ("class.attendance_corrected", "核对监控", room.clerk.name)
    ]


def finished(room):
    """The class of the room over, every mark recorded, with one objection still open."""
    found = dispute(room)
    for session in classes.sessions(room.training_class.pk):
        if session.pk != room.session.pk:
            marks = {room.enrolment(n).pk: "P" for n in range(3)}
            training.record_attendance(session.pk, marks, by=room.clerk, at=a_day_at(session.on, 20))
    training.finish_class(room.training_class.pk, by=room.clerk, at=a_day_at(date(2026, 7, 1), 9))
    return found


LATER = a_day_at(date(2026, 7, 2), 9)


def test_uphold_dispute_of_a_finished_class_corrects_the_mark_and_the_lifelong_file(room):
    found, person = finished(room), room.people[0]
    before = training_hours(room)
    operations.uphold_dispute(found.pk, by=room.clerk, at=LATER, reason="有签名", decided=lambda _: False)
    mark = Attendance.objects.get(enrolment=room.enrolment(0), session=room.session)
    assert (mark.mark, mark.hours_hundredths) == ("P", room.session.hours_hundredths)
    told = timeline("class", room.training_class.pk).get(verb="class.attendance_corrected")
    assert told.reason == "有签名" and list(told.detail["changes"].values()) == [["A", "P"]]
    first, second = file_of(person.pk).filter(kind="hours")
    assert first.detail["hours_hundredths"] == before
    assert second.detail["hours_hundredths"] == before + room.session.hours_hundredths == training_hours(room)
    assert second.detail["corrects"] == first.reference


def test_uphold_dispute_of_a_finished_class_is_refused_once_money_was_decided_or_nobody_can_tell(room):
    found = finished(room)
    with pytest.raises(training.MoneyDecided):
        operations.uphold_dispute(found.pk, by=room.clerk, at=LATER, reason="有签名", decided=lambda _: True)
    with pytest.raises(WrongState):
        operations.uphold_dispute(found.pk, by=room.clerk, at=LATER, reason="有签名")
    found.refresh_from_db()
    assert found.status == "received"
    assert Attendance.objects.get(enrolment=room.enrolment(0), session=room.session).mark == "A"
    assert file_of(room.people[0].pk).filter(kind="hours").count() == 1


def test_correct_finished_mark_wants_a_finished_class_a_reason_and_the_right(room):
    ask = {"at": LATER, "decided": lambda _: False}
    mine = (room.session.pk, room.enrolment(0).pk, "P")
    with pytest.raises(WrongState):
        training.correct_finished_mark(*mine, by=room.clerk, reason="有签名", **ask)
    finished(room)
    with pytest.raises(ReasonMissing):
        training.correct_finished_mark(*mine, by=room.clerk, reason=" ", **ask)
    with pytest.raises(NotPermitted):
        training.correct_finished_mark(*mine, by=room.learners[0], reason="我在", **ask)
    with pytest.raises(NotFound):
        training.correct_finished_mark(*mine, by=make_room().clerk, reason="有签名", **ask)


def training_hours(room) -> int:
    return classes.hours_by_enrolment(room.training_class.pk)[room.enrolment(0).pk]
