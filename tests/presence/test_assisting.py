"""The teacher vouches for people without a phone."""

import pytest

from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing
from kaogong.presence import operations
from kaogong.presence.models import CheckIn
from kaogong.trail.queries import timeline
from kaogong.training.models import Attendance
from tests.factories import an_actor
from tests.presence.rooms import NINE, ago, make_room

pytestmark = pytest.mark.django_db
OVER = NINE + ago(211)


def assist(room, at, *places, **more):
    more.setdefault("reason", "老人没有手机")
    ids = [room.enrolment(place).pk for place in places]
    return operations.assist_check_in(room.session.pk, ids, by=room.clerk, at=at, **more)


def links(room, place, at=OVER):
    rows = operations.weigh_session(room.session.pk, by=room.clerk, at=at)
    (row,) = [row for row in rows if row.enrolment_id == room.enrolment(place).pk]
    return row.score, {name: said["points"] for name, said in row.links.items()}


def test_assist_check_in_counts_as_presence_of_lower_evidence():
    room = make_room()
    assist(room, NINE, 0)
    score, found = links(room, 0)
    assert score == 50 and found == {"who": 50, "where": 60, "when": 65, "throughout": 50}
    assert Attendance.objects.get(enrolment=room.enrolment(0)).mark == "P"


def test_assist_check_in_carries_further_with_a_signature_and_a_recall():
    room = make_room()
    assist(room, NINE, 0, is_signed=True)
    recall = operations.call_recall(room.session.pk, by=room.clerk, at=NINE + ago(60))
    assist(room, NINE + ago(62), 0, recall_id=recall.pk)
    score, found = links(room, 0)
    assert score == 60 and found == {"who": 65, "where": 60, "when": 65, "throughout": 70}


def test_assist_check_in_twice_changes_nothing_and_the_trail_says_why():
    room = make_room()
    assert len(assist(room, NINE, 0, 1)) == 2
    assert len(assist(room, NINE, 0, 1, 2)) == 1
    assert CheckIn.objects.count() == 3
    first = timeline("class", room.training_class.pk).filter(verb="class.check_ins_assisted").first()
    assert first.reason == "老人没有手机" and len(first.detail["enrolments"]) == 2


def test_assist_check_in_needs_a_reason_somebody_and_the_class():
    room, other = make_room(), make_room()
    with pytest.raises(ReasonMissing):
        assist(room, NINE, 0, reason=" ")
    with pytest.raises(operations.NobodyChosen):
        assist(room, NINE)
    with pytest.raises(operations.LearnerNotInClass):
        operations.assist_check_in(
            room.session.pk, [other.enrolment(0).pk], by=room.clerk, at=NINE, reason="没有手机"
        )
    with pytest.raises(NotFound):
        operations.assist_check_in(room.session.pk, [1], by=other.clerk, at=NINE, reason="没有手机")
    with pytest.raises(NotPermitted):
        operations.assist_check_in(room.session.pk, [1], by=an_actor("auditor"), at=NINE, reason="没有手机")
    with pytest.raises(operations.SessionNotOn):
        assist(room, NINE - ago(31), 0)
    with pytest.raises(operations.AssistTooLate):
        assist(room, NINE + ago(5 * 24 * 60), 0)


def test_assist_check_in_after_the_session_is_told_as_such():
    room = make_room()
    assist(room, OVER + ago(60), 0)
    score, found = links(room, 0, OVER + ago(61))
    assert found["when"] == 45 and Attendance.objects.get(enrolment=room.enrolment(0)).mark == "P"
    assert score == 45


def test_a_phone_and_a_teacher_together_are_never_less_than_either():
    room = make_room()
    room.check_in(0, NINE)
    alone, _ = links(room, 0, NINE + ago(100))
    assist(room, NINE + ago(101), 0, is_signed=True)
    both, _ = links(room, 0, NINE + ago(102))
    assert both >= alone
