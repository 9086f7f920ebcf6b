"""Fake people: each planted in small and found; its innocent twin is not."""

from datetime import date, datetime, timedelta

import pytest

from kaogong.detection import Severity
from tests.detection.making import FIRST, Region


@pytest.fixture
def region():
    return Region()


def test_present_after_death_found_and_death_after_the_class_not(region):
    group = region.a_class()
    region.add(
        "standings", person=group.people[0], kind="dead", start_on=FIRST + timedelta(days=90), end_on=None
    )
    assert region.found("present_after_death") == []
    region.add("standings", person=group.people[1], kind="dead", start_on=date(2025, 1, 1), end_on=None)
    (one,) = region.grave("present_after_death")
    assert (one.severity, one.people, one.classes) == (Severity.SEVERE, (group.people[1],), (group.number,))
    assert one.figures == {"people": 1, "sessions": 8}
    assert one.rows[0]["died_on"] == date(2025, 1, 1)


@pytest.mark.parametrize(
    ("kind", "standing"), [("pensioners_enrolled", "pension"), ("students_enrolled", "at_school")]
)
def test_too_many_of_a_standing_found_and_one_late_register_or_an_allowed_class_not(region, kind, standing):
    for _ in range(10):
        region.a_class()
    fake, one_only, allowed = region.a_class(), region.a_class(), region.a_class(allows=[standing])
    for person in [*fake.people[:6], one_only.people[0], *allowed.people]:
        region.add("standings", person=person, kind=standing, start_on=date(2024, 1, 1), end_on=None)
    (one,) = region.found(kind)
    assert (one.classes, one.figures["people"], one.severity) == ((fake.number,), 6, Severity.SEVERE)


def test_a_standing_that_ended_before_the_class_says_nothing(region):
    group = region.a_class()
    for person in group.people[:8]:
        region.add(
            "standings", person=person, kind="at_school", start_on=date(2020, 9, 1), end_on=date(2025, 7, 1)
        )
    assert region.found("students_enrolled") == []


def busy(region, person, session, kind, hours=(0, 3)):
    begins = session["starts_at"]
    region.add("busy", person=person, kind=kind, starts_at=begins + timedelta(hours=hours[0]),
               ends_at=begins + timedelta(hours=hours[1]))  # fmt: skip


def test_elsewhere_found_at_an_exam_twice_and_one_swapped_shift_not(region):
    group = region.a_class()
    busy(region, group.people[0], group.sessions[0], "work", (-1, 7))
    assert region.found("elsewhere_at_the_hour") == []
    for session in group.sessions[:2]:
        busy(region, group.people[1], session, "exam")
    (one,) = region.grave("elsewhere_at_the_hour")
    assert (one.people, one.figures["sessions"]) == ((group.people[1],), 2)


def test_elsewhere_found_for_two_workers_on_most_days_unless_the_scheme_trains_at_work(region):
    for allows in ([], ["work"]):
        group = region.a_class(allows=allows)
        for person in group.people[:2]:
            for session in group.sessions[:6]:
                busy(region, person, session, "work", (-1, 7))
    (one,) = region.grave("elsewhere_at_the_hour")
    assert len(one.people) == 2


def test_elsewhere_in_hospital_counts_the_days_inside_the_stay_only(region):
    group = region.a_class()
    days = [datetime.combine(FIRST + timedelta(days=at), datetime.min.time()) for at in (0, 1, 5)]
    region.add("busy", person=group.people[0], kind="hospital", starts_at=days[0], ends_at=days[1])
    assert region.found("elsewhere_at_the_hour") == []
    region.add("busy", person=group.people[1], kind="hospital", starts_at=days[0], ends_at=days[2])
    (one,) = region.grave("elsewhere_at_the_hour")
    assert one.people == (group.people[1],)


def test_two_classes_at_once_found_and_one_slip_or_another_hour_not(region):
    first = region.a_class()
    for people, hour in ((first.people[:3], 14), (first.people[3:6], 8)):
        others = [region.a_person() for _ in range(15)]
        second = region.a_class(people + others, hour=hour, site=9102)
    (one,) = region.grave("in_two_classes_at_once")
    assert (one.classes, len(one.people)) == ((first.number, second.number), 3)
    slip = Region()
    group = slip.a_class()
    other = slip.a_class([group.people[0], *(slip.a_person() for _ in range(15))], sessions=1)
    assert slip.grave("in_two_classes_at_once") == []
    assert slip.found("in_two_classes_at_once")[0].classes == (group.number, other.number)


def test_learners_who_deny_it_found_and_one_who_misheard_not(region):
    said = [True] * 20
    for denials in (0, 1, 0, 6):
        group = region.a_class()
        for at, enrolment in enumerate(group.members):
            region.add("surveys", enrolment=enrolment, attended=said[at] if at >= denials else False)
    (one,) = region.grave("learners_deny_it")
    assert (one.classes, one.figures["people"], one.figures["asked"]) == ((group.number,), 6, 20)
