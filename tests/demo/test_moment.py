"""At whatever hour the demo is opened: sessions are on, and its learner has something to do everywhere."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from kaogong.demo.cast import recall
from kaogong.demo.journey import teaching_days
from kaogong.demo.seed import seed_city
from kaogong.demo.slots import AFTERNOON, MORNING, with_one_on
from kaogong.outcomes.models import FollowUp, Survey
from kaogong.presence.models import CheckIn
from kaogong.presence.queries import sessions_on_now
from kaogong.risk.models import RiskFinding
from kaogong.training.models import Attendance, Enrolment

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = date(2026, 11, 16)  # a Monday


@pytest.mark.parametrize("day", range(7))
def test_one_session_is_on_at_every_hour_of_every_day_and_none_is_lost(day):
    days = teaching_days(WEEK - timedelta(days=9), 120)
    slots = [(on, *hours) for on in days for hours in (MORNING, AFTERNOON)]
    midnight = datetime.combine(WEEK + timedelta(days=day), time(), SHANGHAI)
    for minutes in range(0, 24 * 60, 7):
        at = midnight + timedelta(minutes=minutes)
        moved = sorted(with_one_on(slots, at))
        assert len(moved) == len(set(moved)) == len(slots)
        assert all(begins < ends for _on, begins, ends in moved)
        assert all(one[0] != other[0] or one[2] <= other[1] for one, other in pairwise(moved))
        # Check-in closes half an hour after the end.
        assert any(
            datetime.combine(on, begins, SHANGHAI)
            <= at
            < datetime.combine(on, ends, SHANGHAI) + timedelta(minutes=30)
            for on, begins, ends in moved
        ), at


@pytest.mark.django_db
def test_on_a_saturday_night_the_board_and_the_learner_are_not_idle():
    at = datetime(2026, 11, 21, 21, 40, tzinfo=SHANGHAI)
    cast = seed_city(people=300, seed=7, on=at.date(), at=at)
    on_now = sessions_on_now(cast["clerk"], at)
    assert len(on_now) == 3
    assert all(live.present for live in on_now)
    assert {tier for live in on_now for tier, people in live.evidence.items() if people} >= {"fair", "weak"}
    assert not CheckIn.objects.filter(received_at__gt=at).exists()

    person_id = recall("learner").person_id
    current = Enrolment.objects.get(person_id=person_id, training_class__status="running")
    assert current.training_class_id in {live.session.training_class_id for live in on_now}
    assert Attendance.objects.filter(enrolment=current).exists()
    assert FollowUp.objects.filter(person_id=person_id, status="due").exists()
    assert Survey.objects.filter(
        training_class__enrolments__person_id=person_id, status="opened", answers__isnull=True
    ).exists()
    assert {"declared", "due", "unknown"} <= set(FollowUp.objects.values_list("status", flat=True))
    assert RiskFinding.objects.filter(kind="checked_in_evenly").exists()
