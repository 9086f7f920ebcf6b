"""What is on now, and what a learner sees of it."""

from uuid import uuid4

import pytest

from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotFound
from kaogong.presence import operations, queries, tasks
from kaogong.presence.models import PresenceEvidence
from kaogong.training.models import Attendance
from tests.factories import an_actor
from tests.presence.rooms import HERE, NINE, ago, make_room

pytestmark = pytest.mark.django_db
OVER = NINE + ago(211)


def test_sessions_on_now_are_those_whose_doors_are_open():
    room, bureau = make_room(), an_actor("bureau_clerk")
    room.check_in(0, NINE)
    room.check_in(0, NINE + ago(1))
    (live,) = queries.sessions_on_now(bureau, NINE + ago(5))
    assert (live.session.pk, live.expected, live.present, live.share) == (room.session.pk, 3, 1, 33)
    assert live.last_check_in_at == NINE and live.alarms == () and float(live.latitude) == 36.071234
    assert [one.session.pk for one in queries.sessions_on_now(bureau, NINE - ago(31))] == []
    (afternoon,) = queries.sessions_on_now(bureau, OVER)
    assert afternoon.session.pk != room.session.pk


def test_sessions_on_now_keep_to_the_reach():
    room, other = make_room(), make_room()
    assert [live.session.pk for live in queries.sessions_on_now(room.clerk, NINE)] == [room.session.pk]
    assert [live.session.pk for live in queries.sessions_on_now(other.learners[0], NINE)] == [
        other.session.pk
    ]
    away = an_actor("bureau_clerk", region_code="510700")
    assert queries.sessions_on_now(away, NINE) == []


def test_sessions_on_now_alarm_what_is_odd():
    room, bureau = make_room(4), an_actor("bureau_clerk")
    (live,) = queries.sessions_on_now(bureau, NINE + ago(21))
    assert live.alarms == ("nobody",)
    far = (HERE[0] + 1, HERE[1], 10.0)
    for place in range(3):
        room.check_in(place, NINE + ago(21), device_key="one phone", position=far)
    with pytest.raises(operations.CodeForged):
        room.check_in(3, NINE, short_code="00000000", session_id=room.session.pk)
    (live,) = queries.sessions_on_now(bureau, NINE + ago(22))
    assert live.alarms == ("shared_phones", "outside", "forged")


def test_sessions_on_now_show_the_evidence_weighed_so_far():
    room, bureau = make_room(), an_actor("bureau_clerk")
    room.check_in(0, NINE)
    operations.weigh_session(room.session.pk, by=room.clerk, at=NINE + ago(5))
    (live,) = queries.sessions_on_now(bureau, NINE + ago(5))
    assert live.evidence == {"strong": 0, "fair": 1, "weak": 0, "none": 2}


def test_sessions_on_now_ask_as_many_questions_for_five_rooms_as_for_one(django_assert_max_num_queries):
    bureau = an_actor("bureau_clerk")
    for rooms in (1, 4):
        for _ in range(rooms):
            make_room(1).check_in(0, NINE)
        with django_assert_max_num_queries(7):
            queries.sessions_on_now(bureau, NINE)


def test_my_sessions_tell_a_learner_what_is_known(django_assert_max_num_queries):
    room = make_room()
    room.check_in(0, NINE)
    recall = operations.call_recall(room.session.pk, by=room.clerk, at=NINE + ago(60))
    me = room.people[0].pk
    with django_assert_max_num_queries(8):
        mine = queries.my_sessions(me, NINE + ago(61))
    first = mine[0]
    assert first.session.pk == room.session.pk and first.phase == "in" and first.checked_in_at is not None
    assert first.open_recall.pk == recall.pk and first.checked_out_at is None and not first.may_dispute
    assert mine[1].phase == "" and mine[1].checked_in_at is None
    operations.weigh_session(room.session.pk, by=room.clerk, at=OVER)
    (first, *_) = queries.my_sessions(me, OVER)
    assert first.evidence.mark == "P" and first.may_dispute and first.evidence.score


def test_what_is_kept_of_a_session_is_for_those_in_reach():
    room, other = make_room(), make_room()
    room.check_in(0, NINE)
    room.check_in(1, NINE)
    assert queries.check_ins_of(room.session.pk, room.clerk).count() == 2
    assert queries.check_ins_of(room.session.pk, room.learners[0]).count() == 1
    assert len(queries.evidence_of(room.session.pk, room.learners[0])) == 1
    for reading in (queries.check_ins_of, queries.refused_check_ins, queries.evidence_of, queries.recalls_of):
        with pytest.raises(NotFound):
            reading(room.session.pk, other.clerk)
        with pytest.raises(NotFound):
            reading(room.session.pk, other.learners[0])


def test_evidence_is_told_in_the_readers_language():
    from django.utils.translation import override

    room = make_room()
    room.check_in(0, NINE)
    operations.weigh_session(room.session.pk, by=room.clerk, at=NINE + ago(5))
    with override("zh-hans"):
        (told, *_) = queries.evidence_of(room.session.pk, room.clerk)
    assert [reason.words for reason in told.reasons if reason.is_weakest] == [("只有签到",)]
    with override("en"):
        (told, *_) = queries.evidence_of(room.session.pk, room.clerk)
    assert [reason.words for reason in told.reasons if reason.is_weakest] == [("checked in only",)]


def test_sessions_are_weighed_by_themselves_when_something_reached_them():
    room, quiet = make_room(), make_room()
    room.check_in(0, NINE)

    def weigh(at):
        tasks.weigh_every_five_minutes(timestamp=int(at.timestamp()))
        return (
            PresenceEvidence.objects.filter(session=room.session).values_list("weighed_at", flat=True).first()
        )

    first = weigh(NINE + ago(5))
    assert weigh(NINE + ago(10)) == first  # nothing new
    room.check_in(1, NINE + ago(12))
    assert weigh(NINE + ago(15)) > first and not Attendance.objects.exists()
    weigh(OVER)
    assert Attendance.objects.filter(session=room.session).count() == 3
    assert not PresenceEvidence.objects.filter(session=quiet.session).exists()


def test_two_presses_of_one_person_at_once_count_once(transactional_db):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    from kaogong.presence.models import CheckIn

    room = make_room()
    token, key = room.shown(NINE).token, uuid4()

    def press(n):
        try:
            return room.check_in(0, NINE, token=token, client_key=key if n % 2 else uuid4()).check_in_id
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as people:
        found = set(people.map(press, range(24)))
    assert len(found) == 1 == CheckIn.objects.count()


def test_weighing_by_the_system_needs_no_account():
    room = make_room()
    room.check_in(0, NINE)
    operations.weigh_session(room.session.pk, by=system_actor(), at=OVER)
    assert Attendance.objects.get(enrolment=room.enrolment(0)).mark == "P"
