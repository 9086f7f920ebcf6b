"""What the demo shows of returns: a quarter frozen and restated, last year's draft, an answered proposal."""

from datetime import date, datetime
from time import perf_counter

import pytest

from kaogong.demo.returns import show_returns
from kaogong.returns.models import PeriodReturn, Proposal, ReturnFile
from kaogong.statistics.operations import refresh_facts
from tests.factories import an_actor, make_certificate
from tests.returns.conftest import quarter, snapshots_dir  # noqa: F401  (fixtures)

from .test_departments import Cast


@pytest.mark.django_db
def test_returns_of_the_demo_stand_at_every_stage(quarter, now):  # noqa: F811
    actors = {"clerk": an_actor("bureau_clerk"), "reviewer": an_actor("reviewer")}
    make_certificate(issued_on=date(2026, 8, 31))
    refresh_facts(at=now)
    began = perf_counter()
    cast = Cast(on=date(2026, 11, 20), at=datetime(2026, 11, 20, 10), actors=actors, person_ids={})
    show_returns(cast)
    took = perf_counter() - began
    found = PeriodReturn.objects.order_by("kind", "revision").values_list("kind", "revision", "status")
    assert list(found) == [("quarterly", 0, "frozen"), ("quarterly", 1, "frozen"), ("yearly", 0, "drafted")]
    again = PeriodReturn.objects.get(revision=1)
    assert any(change["key"].startswith("talent.skilled") for change in again.changes)
    assert Proposal.objects.get().status == "answered"
    assert ReturnFile.objects.count() == 8  # a sheet, a text and a page each, and what was restated
    assert took < 30
