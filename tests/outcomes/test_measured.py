"""Outcomes as figures of the providers' yearly evaluation (C5, O5)."""

from datetime import date
from decimal import Decimal

import pytest

from kaogong.outcomes import operations
from kaogong.outcomes.models import FollowUp
from kaogong.supervision.queries.measures import measures_of_year
from tests.factories import make_institution
from tests.factories.training import a_day_at

from .conftest import SYSTEM, answer, close

pytestmark = pytest.mark.django_db


def test_evaluation_is_given_employment_and_satisfaction_of_the_year(finished, survey, learners, last_day):
    for learner, overall in zip(learners[:3], (5, 4, 3), strict=True):
        answer(survey, learner, last_day, overall=overall)
    close(survey)
    operations.open_follow_ups(by=SYSTEM, at=a_day_at(date(2026, 9, 30), 6))
    rows = list(FollowUp.objects.order_by("pk"))
    operations.lapse_follow_ups(by=SYSTEM, at=a_day_at(date(2027, 12, 31)))
    school, nobody = finished.institution_id, make_institution().pk
    found = measures_of_year([school, nobody], 2026)
    settled = [row for row in FollowUp.objects.filter(pk__in=[r.pk for r in rows]) if row.status == "unknown"]
    assert (found[school]["employment"].of, found[school]["employment"].value) == (len(settled), Decimal(0))
    assert len(settled) == len(rows) == 12
    assert found[school]["satisfaction"].of == 3
    assert found[school]["satisfaction"].value == Decimal("4.0")
    assert "3份有效问卷" in found[school]["satisfaction"].story
    assert found[nobody]["employment"].value is None and found[nobody]["satisfaction"].value is None
    assert measures_of_year([school], 2030)[school]["satisfaction"].value is None
