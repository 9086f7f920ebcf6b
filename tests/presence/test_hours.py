"""Which hours count, by what rule."""

from datetime import date

import pytest

from kaogong.kernel.errors import NotFound
from kaogong.presence import queries
from kaogong.training import operations as training
from kaogong.training import queries as classes
from tests.factories import a_day_at
from tests.presence.rooms import DAY, make_room

pytestmark = pytest.mark.django_db
LAST = date(2026, 6, 30)


def record(room, marks_by_place):
    """Everyone's mark at every session of the class, by place on the roster."""
    for session in classes.sessions(room.training_class.pk):
        marks = {
            room.enrolment(place).pk: mark(session) if callable(mark) else mark
            for place, mark in marks_by_place.items()
        }
        training.record_attendance(session.pk, marks, by=room.clerk, at=a_day_at(session.on, 20))


def counted(room, **more):
    return queries.counted_hours(room.training_class.pk, by=room.clerk, **({"on": LAST} | more))


def test_counted_hours_of_those_always_there_all_count():
    room = make_room(5)
    record(room, dict.fromkeys(range(5), "P"))
    found = counted(room)
    assert [(one.planned, one.attended, one.counted, one.is_enough) for one in found.people] == [
        (1800, 1800, 1800, True)
    ] * 5
    assert found.person_rule.value == 80 and not found.person_rule.verified and found.person_rule.source
    assert "不低于80%" in found.people[0].why


def test_counted_hours_of_a_person_short_of_the_share_count_nothing():
    room = make_room(6)
    record(room, dict.fromkeys(range(5), "P") | {5: lambda s: "A" if s.kind == "practice" else "P"})
    found = counted(room)
    short = found.people[5]
    assert (short.attended, short.counted, short.percent) == (600, 0, 33)
    assert "低于80%" in short.why and found.people[0].counted == 1800


def test_counted_hours_of_a_class_short_on_a_day_count_nothing_and_say_which_day():
    room = make_room(4)
    record(room, {0: "P", 1: "P", 2: "P", 3: lambda s: "A" if s.on == DAY else "P"})
    found = counted(room)
    assert [day.on for day in found.short_days] == [DAY]
    assert (found.short_days[0].present, found.short_days[0].expected) == (3, 4)
    assert all(one.counted == 0 and "2026-06-01全班出勤率75%" in one.why for one in found.people[:3])


def test_counted_hours_where_nothing_is_ruled_all_count(monkeypatch):
    from kaogong.presence.queries import hours, settings

    room = make_room(2)
    record(room, {0: lambda s: "P" if s.on == DAY else "A", 1: "A"})
    monkeypatch.setattr(hours, "conduct_of", lambda region, on: settings.conduct_of("370211", on))
    found = counted(room)
    assert found.person_rule.value is None
    assert found.people[0].counted == found.people[0].attended > 0
    assert "没有出勤率的规定" in found.people[0].why


def test_counted_hours_are_those_up_to_the_day():
    room = make_room(1)
    record(room, {0: "P"})
    assert counted(room, on=DAY).people[0].planned < 1800
    assert counted(room, on=date(2026, 5, 1)).people[0].planned == 0


def test_counted_hours_skip_a_day_not_recorded_yet():
    room = make_room(4)
    sessions = list(classes.sessions(room.training_class.pk))
    first, later = [s for s in sessions if s.on == DAY], [s for s in sessions if s.on > DAY]
    assert later
    for session in first:
        marks = {room.enrolment(place).pk: "P" for place in range(4)}
        training.record_attendance(session.pk, marks, by=room.clerk, at=a_day_at(session.on, 20))
    found = counted(room)
    assert not found.short_days
    assert [day.on for day in found.unrecorded_days] == sorted({s.on for s in later})
    had = sum(session.hours_hundredths for session in first)
    assert all((one.planned, one.recorded, one.counted) == (1800, had, had) for one in found.people)
    assert "未记考勤，不算缺课" in found.people[0].why and found.people[0].percent == 100


def test_counted_hours_of_a_day_recorded_as_absence_still_fall_short():
    room = make_room(2)
    record(room, dict.fromkeys(range(2), lambda s: "A" if s.on == DAY else "P"))
    found = counted(room)
    assert [day.on for day in found.short_days] == [DAY] and not found.unrecorded_days
    assert all(one.counted == 0 and "未记考勤" not in one.why for one in found.people)


def test_counted_hours_before_any_mark_say_not_recorded():
    found = counted(make_room(2))
    assert not found.short_days and {one.why for one in found.people} == {"未记考勤。"}


def test_counted_hours_of_another_provider_are_not_found():
    with pytest.raises(NotFound):
        queries.counted_hours(make_room(1).training_class.pk, by=make_room(1).clerk, on=LAST)


def test_counted_hours_asks_as_many_questions_for_thirty_as_for_three(django_assert_max_num_queries):
    for people in (3, 30):
        room = make_room(people)
        record(room, dict.fromkeys(range(people), "P"))
        with django_assert_max_num_queries(6):
            counted(room)
