"""Calling a room over, by hand and by a secret nobody knew."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.recall_times import commitment, recall_times
from kaogong.presence import operations, queries, tasks
from kaogong.presence.models import Recall, RecallPlan
from tests.presence.rooms import NINE, ago, make_room

END = NINE + ago(180)


@given(st.binary(min_size=32, max_size=32), st.integers(0, 10_000), st.integers(0, 5))
def test_recall_times_lie_between_and_follow_from_the_seed(seed, room, count):
    last = NINE + timedelta(seconds=room)
    found = recall_times(seed.hex(), NINE, last, count)
    assert found == sorted(found) == recall_times(seed.hex(), NINE, last, count)
    assert len(found) == count and all(NINE <= when <= last for when in found)


def test_recall_times_are_none_without_room():
    assert recall_times("00" * 32, NINE, NINE - ago(1), 3) == []


@pytest.mark.django_db
class TestRecalls:
    def answer(self, room, place, recall, at, **more):
        more.setdefault("token", room.shown(at).token)
        return room.check_in(place, at, recall_id=recall.pk, **more)

    def test_answer_recall_in_time_makes_presence_throughout(self):
        room = make_room()
        room.check_in(0, NINE)
        room.check_in(1, NINE)
        recall = operations.call_recall(room.session.pk, by=room.clerk, at=NINE + ago(60))
        receipt = self.answer(room, 0, recall, NINE + ago(63))
        assert receipt.phase == "recall-1" and "点名已应答" in receipt.sentence
        found = {
            row.enrolment_id: row for row in operations.weigh_session(room.session.pk, by=room.clerk, at=END)
        }
        assert found[room.enrolment(0).pk].links["throughout"]["points"] == 95
        missed = found[room.enrolment(1).pk].links["throughout"]
        assert missed["points"] == 50 and "recall_missed" in missed["reasons"]

    def test_answer_recall_too_late_is_refused(self):
        room = make_room()
        recall = operations.call_recall(room.session.pk, by=room.clerk, at=NINE + ago(60))
        with pytest.raises(operations.RecallClosed):
            self.answer(room, 0, recall, NINE + ago(69))

    def test_answer_recall_kept_without_network_counts_by_the_code(self):
        room = make_room()
        recall = operations.call_recall(room.session.pk, by=room.clerk, at=NINE + ago(60))
        seen, sent = NINE + ago(62), NINE + ago(100)
        token = room.shown(seen).token
        assert self.answer(room, 0, recall, sent, token=token, taken_at=seen, sent_at=sent).accepted

    def test_answer_recall_of_another_class_is_not_found(self):
        room, other = make_room(), make_room()
        recall = operations.call_recall(room.session.pk, by=room.clerk, at=NINE + ago(60))
        with pytest.raises(NotFound):
            operations.answer_recall(
                recall.pk,
                client_key=uuid4(),
                device_key="p",
                by=other.learners[0],
                at=NINE + ago(61),
                token="x",
            )

    def test_call_recall_while_one_is_open_is_refused(self):
        room = make_room()
        operations.call_recall(room.session.pk, by=room.clerk, at=NINE + ago(60))
        with pytest.raises(operations.RecallTooSoon):
            operations.call_recall(room.session.pk, by=room.clerk, at=NINE + ago(65))

    def test_call_recall_outside_the_hours_is_refused(self):
        room = make_room()
        with pytest.raises(operations.SessionNotOn):
            operations.call_recall(room.session.pk, by=room.clerk, at=NINE - ago(1))

    def test_random_recalls_are_fixed_before_and_revealed_after(self):
        room, by = make_room(), system_actor()
        plan = operations.plan_recalls(room.session.pk, by=by, at=NINE - ago(20))
        again = operations.plan_recalls(room.session.pk, by=by, at=NINE - ago(10))
        assert plan.pk == again.pk and plan.commitment == again.commitment
        assert queries.recall_plan_of(room.session.pk, room.clerk, NINE + ago(100))[1] == ""
        shown, seed = queries.recall_plan_of(room.session.pk, room.clerk, END)
        assert commitment(seed) == shown.commitment
        (due,) = recall_times(seed, shown.first_at, shown.last_at, shown.count)
        assert operations.call_due_recalls(room.session.pk, by=by, at=due - ago(0.1)) == []
        (called,) = operations.call_due_recalls(room.session.pk, by=by, at=due)
        assert called.is_random and operations.call_due_recalls(room.session.pk, by=by, at=due + ago(1)) == []

    def test_rooms_are_called_by_themselves_while_sessions_are_on(self):
        room = make_room()
        for minute in range(-10, 180, 4):
            tasks.call_rooms_every_minute(timestamp=int((NINE + ago(minute)).timestamp()))
        assert RecallPlan.objects.count() == 1 and Recall.objects.filter(is_random=True).count() == 1
        recall = Recall.objects.get()
        assert NINE + ago(15) <= recall.called_at <= END - ago(15)
        assert room.session.pk == recall.session_id

    def test_open_recalls_are_those_not_yet_answered(self):
        room = make_room()
        recall = operations.call_recall(room.session.pk, by=room.clerk, at=NINE + ago(60))
        me, at = room.people[0].pk, NINE + ago(61)
        assert [one.pk for one in queries.open_recalls(me, at)] == [recall.pk]
        self.answer(room, 0, recall, at)
        assert queries.open_recalls(me, at) == []
