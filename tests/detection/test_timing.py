"""Fake content by the clock and the place: what a machine sends is found, what a room of people does is not."""

import pytest

from kaogong.detection import Severity
from tests.detection.making import Region


@pytest.fixture
def region():
    return Region()


KINDS = ("checked_in_within_seconds", "checked_in_evenly", "copied_between_days", "positions_all_alike")


@pytest.mark.parametrize("kind", KINDS)
def test_an_ordinary_class_says_nothing(region, kind):
    region.a_class()
    assert region.found(kind) == []


def test_all_within_seconds_found_and_scanning_at_the_teachers_word_not(region):
    honest, fake = region.a_class(), region.a_class()
    honest.check_in_again(lambda _, at: 60 + at * 2.5 + region.rng.uniform(0, 3))
    fake.check_in_again(lambda _, at: region.rng.uniform(0, 4))
    (one,) = region.grave("checked_in_within_seconds")
    assert (one.classes, one.severity, one.figures["sessions"]) == ((fake.number,), Severity.SEVERE, 8)


@pytest.mark.parametrize("way", ["assisted", "card", "paper"])
def test_one_device_a_reader_or_a_sheet_may_be_quick_and_even(region, way):
    region.a_class().check_in_again(lambda _, at: at * 0.2, way=way)
    for kind in KINDS:
        assert region.found(kind) == []


def test_what_came_late_through_a_lost_network_is_told_by_the_phone(region):
    group = region.a_class()
    for row in group.shown():
        row["way"] = "offline"
        row["server_at"] = row["phone_at"].replace(hour=12, minute=0, second=row["enrolment"] % 10)
    assert region.found("checked_in_within_seconds") == []


def test_even_gaps_found_and_people_as_they_come_not(region):
    honest, fake = region.a_class(), region.a_class()
    honest.check_in_again(lambda _, at: region.rng.expovariate(1 / 300))
    fake.check_in_again(lambda _, at: at * 5 + region.rng.uniform(0, 0.4))
    (one,) = region.grave("checked_in_evenly")
    assert one.classes == (fake.number,)


def test_days_copied_found_even_when_moved_or_with_some_left_out_and_habits_not(region):
    honest, fake = region.a_class(), region.a_class(24)
    habit = [region.rng.gauss(-200, 300) for _ in range(24)]
    honest.check_in_again(lambda _, at: habit[at] + region.rng.gauss(0, 60))
    fake.check_in_again(lambda turn, at: habit[at] + turn * 17 + region.rng.uniform(-0.5, 0.5))
    left_out = [row for at, row in enumerate(fake.shown()) if at % 7 == 3]
    region.rows["checkins"] = [row for row in region.rows["checkins"] if row not in left_out]
    (one,) = region.grave("copied_between_days")
    assert one.classes == (fake.number,)


def test_one_point_for_all_found_and_phones_that_share_a_network_point_on_some_days_not(region):
    honest, fake = region.a_class(), region.a_class()
    for row in fake.shown():
        row["latitude"], row["longitude"] = 36.0, 120.0
    for at, row in enumerate(honest.shown()):
        if at % 3:
            row["latitude"], row["longitude"] = 36.0, 120.0
    (one,) = region.grave("positions_all_alike")
    assert (one.classes, one.rows[0]["latitude"]) == ((fake.number,), 36.0)
