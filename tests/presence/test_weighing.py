"""The weakest link: one more proof never lowers it, and the order things arrive in is of no consequence."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaogong.presence import operations, queries
from kaogong.presence.models import PresenceEvidence
from kaogong.presence.queries import LINKS, settings_of, weigh
from kaogong.trail.queries import timeline
from kaogong.training import operations as training
from kaogong.training.models import Attendance
from tests.presence.rooms import HERE, NINE, ago, make_room

STRENGTHS = settings_of("370299", date(2026, 6, 1)).strengths
SUPPORTS = sorted(code for code, one in STRENGTHS.items() if not one.limits)
LIMITS = sorted(code for code, one in STRENGTHS.items() if one.limits)
codes = st.sets(st.sampled_from(sorted(STRENGTHS)))
END = NINE + ago(180)
OVER = NINE + ago(211)


@given(codes, st.sampled_from(SUPPORTS))
def test_one_more_support_never_lowers(known, more):
    before, after = weigh(known, STRENGTHS), weigh(known | {more}, STRENGTHS)
    assert after.score >= before.score
    assert all(after.links[link].points >= before.links[link].points for link in LINKS)


@given(codes, st.sampled_from(LIMITS))
def test_one_more_limit_never_raises(known, more):
    before, after = weigh(known, STRENGTHS), weigh(known | {more}, STRENGTHS)
    assert all(after.links[link].points <= before.links[link].points for link in LINKS)


@given(st.lists(st.sampled_from(sorted(STRENGTHS))), st.randoms())
def test_order_and_repetition_are_of_no_consequence(known, chance):
    shuffled = [*known, *known]
    chance.shuffle(shuffled)
    assert weigh(shuffled, STRENGTHS) == weigh(known, STRENGTHS)


@given(codes)
@settings(max_examples=50)
def test_score_is_that_of_the_weakest_link_and_says_why(known):
    found = weigh(known, STRENGTHS)
    assert found.score == min(link.points for link in found.links.values())
    assert found.links[found.weakest].points == found.score
    for name, link in found.links.items():
        assert {STRENGTHS[code].link for code in link.reasons} <= {name}


def test_every_strength_can_be_reached_from_rows():
    """Each code of the table is made by some line of facts.py: none is only written down."""
    from pathlib import Path

    said = Path(queries.__file__).with_name("facts.py").read_text()
    by_place = {"inside", "outside"}
    assert [code for code in STRENGTHS if f'"{code}"' not in said and code not in by_place] == []


def evidence(room, at) -> dict[int, PresenceEvidence]:
    rows = operations.weigh_session(room.session.pk, by=room.clerk, at=at)
    return {row.enrolment_id: row for row in rows}


def links(row) -> dict[str, int]:
    return {name: said["points"] for name, said in row.links.items()}


@pytest.mark.django_db
class TestSessions:
    def test_weigh_session_writes_the_marks_that_follow_once_the_doors_close(self):
        room = make_room(4)
        room.check_in(0, NINE - ago(5))
        room.check_in(0, END + ago(1))
        room.check_in(1, NINE + ago(15))
        room.check_in(1, END)
        room.check_in(2, NINE)
        room.check_in(2, END - ago(15))
        evidence(room, END)
        assert not Attendance.objects.exists()
        found = evidence(room, OVER)
        marks = dict(Attendance.objects.values_list("enrolment_id", "mark"))
        assert [marks[room.enrolment(n).pk] for n in range(4)] == ["P", "T", "E", "A"]
        own = found[room.enrolment(0).pk]
        assert (own.score, own.weakest) == (80, "who")
        assert links(own) == {"who": 80, "where": 95, "when": 95, "throughout": 85}
        nobody = found[room.enrolment(3).pk]
        assert (nobody.score, nobody.proposed_mark) == (0, "A")

    def test_weigh_session_writes_nothing_where_nothing_was_checked_in(self):
        room = make_room()
        evidence(room, OVER)
        assert not Attendance.objects.exists()

    def test_weigh_session_leaves_a_mark_somebody_recorded(self):
        room = make_room()
        sick = room.enrolment(1).pk
        training.record_attendance(room.session.pk, {sick: "S"}, by=room.clerk, at=NINE)
        room.check_in(0, NINE)
        evidence(room, OVER)
        assert Attendance.objects.get(enrolment_id=sick).mark == "S"
        (told,) = [
            one for one in queries.evidence_of(room.session.pk, room.clerk) if one.enrolment.pk == sick
        ]
        assert told.is_marked_otherwise and told.proposed_mark == "A"

    def test_weigh_session_again_after_a_late_arrival_corrects_its_own_mark_through_the_trail(self):
        room = make_room()
        room.check_in(0, NINE)
        token = room.shown(NINE).token
        evidence(room, OVER)
        late = room.enrolment(1).pk
        assert Attendance.objects.get(enrolment_id=late).mark == "A"
        at = OVER + ago(10)
        room.check_in(1, at, token=token, taken_at=NINE, sent_at=at)
        evidence(room, at)
        assert Attendance.objects.get(enrolment_id=late).mark == "P"
        told = timeline("class", room.training_class.pk).get(verb="class.attendance_corrected")
        assert told.detail["changes"] == {str(late): ["A", "P"]} and told.reason

    def test_weigh_session_twice_gives_the_same(self):
        room = make_room()
        room.check_in(0, NINE)
        first = [
            (r.score, r.links) for r in operations.weigh_session(room.session.pk, by=room.clerk, at=OVER)
        ]
        again = [
            (r.score, r.links) for r in operations.weigh_session(room.session.pk, by=room.clerk, at=OVER)
        ]
        assert first == again and PresenceEvidence.objects.count() == 3

    def test_a_shared_phone_lowers_who_for_each_of_them(self):
        room = make_room()
        room.check_in(0, NINE, device_key="family")
        room.check_in(1, NINE, device_key="family")
        room.check_in(2, NINE)
        found = evidence(room, END)
        assert [links(found[room.enrolment(n).pk])["who"] for n in range(3)] == [60, 60, 80]

    def test_several_phones_of_one_person_lower_who(self):
        room = make_room()
        room.check_in(0, NINE, device_key="a")
        room.check_in(0, END, device_key="b")
        assert links(evidence(room, END)[room.enrolment(0).pk])["who"] == 70

    def test_one_flat_position_of_several_people_is_implausible(self):
        room = make_room(4)
        for place in range(3):
            room.check_in(place, NINE, position=(36.07123456789, 120.38123456789, 0.0))
        room.check_in(3, NINE, position=(*HERE, 0.0))
        found = evidence(room, END)
        assert [links(found[room.enrolment(n).pk])["where"] for n in range(4)] == [40, 40, 40, 75]

    def test_a_photographed_code_tried_before_stays_against_one(self):
        room = make_room()
        old = room.shown(NINE).token
        with pytest.raises(operations.CodePhotographed):
            room.check_in(0, NINE + ago(5), token=old)
        room.check_in(0, NINE + ago(6))
        assert links(evidence(room, END)[room.enrolment(0).pk])["where"] == 50

    def test_order_of_arrival_is_of_no_consequence(self):
        """In at once, a second scan, out, and one kept without network: in every order the same evidence."""
        room, outcomes = make_room(24), set()
        tokens = {seen: room.shown(seen).token for seen in (NINE - ago(2), NINE + ago(14), END)}
        came = OVER - ago(1)
        for place, order in enumerate(permutations(tokens)):
            for seen in order:
                room.check_in(place, came, token=tokens[seen], taken_at=seen, sent_at=came)
        found = evidence(room, OVER)
        for place in range(6):
            row = found[room.enrolment(place).pk]
            outcomes.add((row.score, row.weakest, str(row.links), row.proposed_mark))
        assert len(outcomes) == 1 and {mark for *_, mark in outcomes} == {"P"}

    def test_weighing_asks_as_many_questions_for_sixty_as_for_three(self, django_assert_max_num_queries):
        small, large = make_room(3), make_room(60)
        for room in (small, large):
            for place in range(3):
                room.check_in(place, NINE)
        for room in (small, large):
            with django_assert_max_num_queries(30):
                evidence(room, OVER)
