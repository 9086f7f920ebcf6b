"""Fake projects: found, and their innocent twins not."""

from datetime import timedelta

import pytest

from kaogong.detection import Severity
from tests.detection.making import FIRST, Region


@pytest.fixture
def region():
    return Region()


def test_a_class_without_evidence_found_and_a_village_class_on_paper_with_pictures_not(region):
    village = region.a_class()
    village.check_in_again(lambda _, at: 10_000 + at, way="paper")
    village.photographed()
    region.a_class()
    bare = region.a_class(check_in=False)
    (one,) = region.found("never_evidenced")
    assert (one.classes, one.severity, one.figures["marks"]) == ((bare.number,), Severity.SEVERE, 160)
    sheet = region.a_class()
    sheet.check_in_again(lambda _, at: 10_000 + at, way="paper")
    assert [one.severity for one in region.found("never_evidenced") if one.classes == (sheet.number,)] == [
        "serious"
    ]


def test_a_class_still_running_owes_no_evidence_yet(region):
    region.a_class(check_in=False, finished=False)
    assert region.found("never_evidenced") == []


def test_too_small_a_site_found_and_a_few_more_chairs_or_a_mistyped_capacity_not(region):
    for site, capacity in ((1, 10), (2, 18), (3, 2)):
        region.add("sites", site=site, capacity=capacity, rooms=3)
    fake = region.a_class(site=1)
    region.a_class(site=2)
    for _ in range(3):
        region.a_class(site=3)
    (one,) = region.grave("site_too_small")
    assert (one.classes, one.figures["present"], one.figures["capacity"]) == ((fake.number,), 20, 10)
    assert len(region.found("site_too_small")) == 4


def test_one_roster_again_found_and_level_after_level_or_an_employers_staff_not(region):
    staff = region.a_class()
    for occupation, level in (("4-02", "5"), ("4-01", "4")):
        region.a_class(staff.people, start=FIRST + timedelta(days=40), occupation=occupation, level=level)
    assert region.grave("same_roster_again") == []
    fake = region.a_class()
    groups = [region.a_class(fake.people, start=FIRST + timedelta(days=30 * turn)) for turn in (1, 2)]
    (one,) = region.grave("same_roster_again")
    assert one.classes == (fake.number, *(group.number for group in groups))
    assert one.figures["repeats"] == 3


def test_one_roster_found_in_four_trades_a_year_and_villages_that_only_overlap_not(region):
    people = [region.a_person() for _ in range(60)]
    for turn in range(4):
        region.a_class(
            people[turn * 10 : turn * 10 + 25],
            start=FIRST + timedelta(days=30 * turn),
            occupation=f"3-{turn}",
        )
    assert region.grave("same_roster_again") == []
    fake = region.a_class()
    for turn in (1, 2, 3):
        region.a_class(fake.people, start=FIRST + timedelta(days=30 * turn), occupation=f"2-{turn}")
    (one,) = region.grave("same_roster_again")
    assert one.figures == {"classes": 4, "shared": 20, "repeats": 0}


def test_taught_after_the_claim_found_and_a_lesson_made_up_or_an_early_claim_allowed_not(region):
    region.a_class(claimed_on=FIRST + timedelta(days=6))
    region.a_class(claimed_on=FIRST, allows=["claimed_early"])
    assert region.grave("held_after_claim") == []
    fake = region.a_class(claimed_on=FIRST + timedelta(days=1))
    (one,) = region.grave("held_after_claim")
    assert (one.classes, one.figures["sessions"], one.severity) == ((fake.number,), 6, Severity.SEVERE)
