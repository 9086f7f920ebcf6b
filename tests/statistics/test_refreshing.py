"""Facts from the registers: read whole once, then what the trail says was touched."""

from datetime import date, timedelta

import pytest

from kaogong.indicators.facts import FACTS
from kaogong.statistics.operations import refresh_facts
from kaogong.training import operations as training
from tests.factories.people import an_actor, make_person
from tests.factories.training import make_class

from .worlds import as_if_read_whole, one, rows_of

pytestmark = pytest.mark.django_db


def test_refresh_facts_of_an_empty_product(now):
    snapshot = refresh_facts(at=now)
    assert snapshot.number == 1
    assert sorted(snapshot.files) == [f"{fact}/0000.parquet" for fact in sorted(FACTS)]
    assert snapshot.rows == dict.fromkeys(FACTS, 0)


def test_refresh_facts_tells_every_learner_of_a_class(now):
    person = make_person("李想", born_on=date(2000, 6, 15))
    made = make_class(people=[person], status="finished")
    row = one(refresh_facts(at=now), "training", person=person.pk)
    assert row["record"] == f"e{made.enrolments.get().pk}"
    assert (row["region"], row["programme"], row["department"]) == (
        made.region_code[:6],
        "employment_skills",
        "hrss",
    )
    assert (row["occupation"], row["level"], row["origin"]) == (made.occupation_code, "5", "own")
    assert (row["age"], row["sex"], row["year"]) == ("25-34", "1", 2026)
    assert (row["counted"], row["finished"], row["passed"]) == (True, True, False)
    assert (row["hours_planned"], row["hours_attended"]) == (1800, 1800)


def test_refresh_facts_takes_what_changed_and_links_the_rest(now, snapshots_dir):
    old = make_class(people=2, status="finished")
    first = refresh_facts(at=now)
    make_class(people=3, status="approved", starts_on=date(2027, 3, 1), ends_on=date(2027, 3, 26))
    second = refresh_facts(at=now + timedelta(minutes=1))
    assert second.number == 2
    assert second.rows["training"] == 5
    before, after = (snapshots_dir / s.folder / "training" / "2026.parquet" for s in (first, second))
    assert before.samefile(after)
    assert first.files["training/2026.parquet"] == second.files["training/2026.parquet"]
    assert rows_of(first, "training").height == old.enrolments.count() == 2
    as_if_read_whole(second)


def test_refresh_facts_where_nothing_changed_is_only_as_of_now(now):
    make_class(people=1, status="approved")
    first = refresh_facts(at=now)
    again = refresh_facts(at=now + timedelta(minutes=1))
    assert again.pk == first.pk
    assert (again.taken_at, again.as_of) == (now, now + timedelta(minutes=1))


def test_refresh_facts_after_a_class_was_cancelled(now):
    made = make_class(people=2, status="approved")
    assert rows_of(refresh_facts(at=now), "training")["counted"].all()
    training.cancel_class(
        made.pk, by=an_actor("bureau_clerk", region_code=made.region_code), at=now, reason="场地停用"
    )
    after = refresh_facts(at=now + timedelta(minutes=1))
    assert not rows_of(after, "training")["counted"].any()
    row = one(after, "class", class_id=made.pk)
    assert (row["approved"], row["cancelled"]) == (True, True)
    as_if_read_whole(after)
