"""The benchmark's peer counts what the snapshot counts."""

from datetime import date

import pytest

from bench.figures_orm import FIGURES, compare, from_snapshot, together
from kaogong.kernel.period import Period
from kaogong.statistics.operations import refresh_facts
from kaogong.training import operations as training
from tests.factories.certificates import make_certificate
from tests.factories.people import an_actor, make_person
from tests.factories.training import make_class


@pytest.mark.django_db
def test_figures_by_the_orm_are_those_of_the_snapshot(now, settings, tmp_path):
    settings.SNAPSHOTS_DIR = str(tmp_path)
    twice = make_person("李想")
    make_class(people=[twice, make_person("王芳", sex="2")], status="finished")
    make_class(people=[twice], status="finished", starts_on=date(2026, 8, 3), ends_on=date(2026, 8, 28))
    gone = make_class(people=2, status="approved")
    training.cancel_class(gone.pk, by=an_actor("bureau_clerk"), at=now, reason="场地停用")
    make_certificate(twice, level_code="5")
    make_certificate(twice, level_code="4", issued_on=date(2026, 9, 1))
    refresh_facts(at=now)
    year = Period(date(2026, 1, 1), date(2027, 1, 1))
    told = compare(year)
    assert len(told) == sum(len(dimensions) for _by, dimensions in FIGURES.values())
    assert [(one.code, one.dimension) for one in told if not one.agree] == []
    assert sum(from_snapshot("training.person_times", "sex", year).values()) == 3
    assert from_snapshot("training.persons", "region", year) == {"370299": 2}
    at_once = together(year)
    assert {(one.code, one.dimension) for one in told} == set(at_once)
    assert all(at_once[one] == from_snapshot(*one, year) for one in at_once)
