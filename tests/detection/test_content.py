"""Fake content by hours, lessons and results: found, and its innocent twin not."""

from datetime import timedelta

import pytest

from kaogong.detection import Severity
from tests.detection.making import Region


@pytest.fixture
def region():
    return Region()


def test_hours_no_day_holds_found_and_one_typing_slip_not(region):
    slip, fake, squeezed = region.a_class(), region.a_class(), region.a_class()
    slip.sessions[0]["hours"] = 12.0
    for at in (0, 1, 2):
        fake.sessions[at]["hours"] = 12.0
        squeezed.sessions[at]["ends_at"] = squeezed.sessions[at]["starts_at"] + timedelta(hours=1)
    grave = region.grave("more_hours_than_a_day_holds")
    assert {one.classes for one in grave} == {(fake.number,), (squeezed.number,)}
    assert len(region.found("more_hours_than_a_day_holds")) == 3


def test_more_sessions_than_rooms_found_and_classes_taught_together_not(region):
    region.add("sites", site=9101, capacity=60, rooms=1)
    region.add("sites", site=9102, capacity=60, rooms=1)
    region.a_class(site=9102, trainer=7)
    region.a_class(site=9102, trainer=7)
    assert region.found("more_sessions_than_rooms") == []
    classes = [region.a_class(), region.a_class()]
    (one,) = region.grave("more_sessions_than_rooms")
    assert one.classes == tuple(group.number for group in classes)
    assert (one.figures["at_once"], one.figures["rooms"], one.figures["days"]) == (2, 1, 8)


def test_a_class_that_follows_another_needs_no_second_room(region):
    region.add("sites", site=9101, capacity=60, rooms=1)
    region.a_class(hour=8)
    region.a_class(hour=11)
    assert region.found("more_sessions_than_rooms") == []


def test_trainer_in_two_places_found_and_taught_together_or_one_day_mistyped_not(region):
    region.a_class(trainer=7, site=9101)
    region.a_class(trainer=7, site=9101)
    assert region.found("trainer_in_two_places") == []
    region.a_class(trainer=8, site=9101)
    region.a_class(trainer=8, site=9102, sessions=1)
    assert region.grave("trainer_in_two_places") == []
    first, second = region.a_class(trainer=9), region.a_class(trainer=9, site=9102, institution=9002)
    (one,) = region.grave("trainer_in_two_places")
    assert (one.trainers, one.classes, one.institutions) == (
        (9,),
        (first.number, second.number),
        (9001, 9002),
    )


def test_night_found_and_filed_nights_or_one_slip_not(region):
    slip = region.a_class()
    slip.sessions[0]["starts_at"] += timedelta(hours=15)
    slip.sessions[0]["ends_at"] += timedelta(hours=15)
    region.a_class(hour=23, allows=["night"])
    region.a_class(hour=19)
    fake = region.a_class(hour=23)
    (one,) = region.grave("taught_at_night")
    assert (one.classes, one.severity) == ((fake.number,), Severity.SEVERE)


def plays(region, group, start, lasted):
    for at, enrolment in enumerate(group.members):
        for lesson in range(8):
            begins = group.sessions[0]["starts_at"] + timedelta(seconds=start(at, lesson))
            region.add("plays", enrolment=enrolment, lesson=lesson, length_s=1800, started_at=begins,
                       ended_at=begins + timedelta(seconds=lasted), device=None)  # fmt: skip


def test_lessons_faster_than_they_play_or_all_at_once_found_and_double_speed_not(region):
    honest, fast, at_once = region.a_class(), region.a_class(), region.a_class()
    plays(region, honest, lambda at, lesson: lesson * 3000 + at * 40, 905)
    plays(region, fast, lambda at, lesson: lesson * 3000 + at * 40, 200)
    plays(region, at_once, lambda at, lesson: lesson * 60 + at * 500, 1800)
    assert {one.classes for one in region.grave("lessons_too_fast")} == {(fast.number,), (at_once.number,)}


def test_lessons_round_the_clock_found(region):
    group = region.a_class(5)
    for enrolment in group.members:
        for turn in range(70):
            begins = group.sessions[0]["starts_at"] + timedelta(seconds=turn * 3300)
            region.add("plays", enrolment=enrolment, lesson=turn, length_s=3000, started_at=begins,
                       ended_at=begins + timedelta(seconds=3010), device=None)  # fmt: skip
    assert [one.classes for one in region.grave("lessons_too_fast")] == [(group.number,)]


def test_lessons_in_chorus_found_and_a_set_hour_not(region):
    honest, fake = region.a_class(), region.a_class()
    plays(region, honest, lambda at, lesson: lesson * 86400 + region.rng.uniform(0, 90), 1810)
    plays(region, fake, lambda at, lesson: lesson * 86400 + 0.02 * at, 1810)
    assert [one.classes for one in region.grave("lessons_in_chorus")] == [(fake.number,)]


def test_answer_sheets_alike_found_and_full_marks_or_a_pair_not(region):
    for answers in (lambda at: 77 if at < 9 else 1000 + at, lambda at: 78 if at < 2 else 2000 + at):
        region.a_class().examined(
            lambda at, equal=answers: 100 if equal(at) == 77 else 60 + at, answers=answers
        )
    assert region.found("answers_copied") == []
    fake = region.a_class()
    fake.examined(lambda at: 81, answers=lambda at: 79 if at < 9 else 3000 + at)
    (one,) = region.grave("answers_copied")
    assert (one.classes, len(one.people)) == ((fake.number,), 9)


def test_marks_all_alike_found_and_a_close_class_not(region):
    for _ in range(6):
        region.a_class().examined(lambda at: region.rng.gauss(75, 9), lambda at: region.rng.gauss(78, 7))
    region.a_class().examined(lambda at: region.rng.gauss(82, 4), lambda at: region.rng.gauss(80, 4))
    assert region.found("marks_all_alike") == []
    fake = region.a_class()
    fake.examined(lambda at: 80 + at % 2, lambda at: 81)
    (one,) = region.grave("marks_all_alike")
    assert (one.classes, one.figures["parts"]) == ((fake.number,), ("theory", "practice"))


def test_pass_rates_out_of_line_found_and_a_small_class_that_all_passed_not(region):
    for provider in range(9001, 9013):
        for _ in range(4):
            group = region.a_class(20, institution=provider, sessions=1, check_in=False)
            group.examined(lambda at: region.rng.gauss(68, 9), lambda at: 75, assessor=provider)
    region.a_class(9, institution=9020, sessions=1).examined(lambda at: 70 + at, lambda at: 80, assessor=9020)
    assert region.found("pass_rate_out_of_line") == []
    for _ in range(5):
        region.a_class(20, institution=9030, sessions=1).examined(lambda at: 70 + at % 20, lambda at: 75)
    assert {one.institutions for one in region.grave("pass_rate_out_of_line")} == {(9030,), (9500,)}
