"""What the demo shows of demand: a survey half answered, rows told twice, lists at both stages, a guide, majors."""

from datetime import date, datetime

import pytest

from kaogong.demand import queries
from kaogong.demand.models import DemandRound, Vacancy
from kaogong.demo.demand import show_demand
from tests.factories import an_actor, make_person

from .test_departments import Cast


@pytest.mark.django_db
def test_demand_of_the_demo_stands_at_every_stage():
    on = date(2026, 11, 20)
    actors = {"clerk": an_actor("bureau_clerk"), "reviewer": an_actor("reviewer")}
    people = {number: make_person(f"学员{number}").pk for number in range(6)}
    show_demand(Cast(on=on, at=datetime(2026, 11, 20, 10), actors=actors, person_ids=people))
    clerk = actors["clerk"]
    statuses = {found.kind: found.status for found in DemandRound.objects.all()}
    assert statuses == {"posts": "opened", "wages": "closed"}
    (asked,) = queries.demand_rounds(clerk).filter(kind="posts")
    assert 0 < asked.answered < asked.asked
    assert Vacancy.objects.filter(duplicate_of__isnull=False).count() == 1
    assert [one.status for one in queries.shortage_lists(clerk)] == ["proposed", "published"]
    (guide,) = queries.public_wage_guides("370299")
    assert guide.shown > 0 and guide.hidden > 0
    assert queries.major_match(clerk, "370299", on).permille == 750
    assert len(queries.wished_occupations(clerk)) > 1
