"""Figures counted from a snapshot, opened to their rows, in the actor's reach."""

from datetime import date, timedelta

import pytest

from kaogong.indicators.counting import Counted
from kaogong.kernel.errors import NotFound, NotPermitted
from kaogong.kernel.period import Period
from kaogong.statistics import queries
from kaogong.statistics.operations import freeze_snapshot, refresh_facts
from kaogong.statistics.queries import kept
from tests.factories.people import an_actor, make_person
from tests.factories.training import make_class

pytestmark = pytest.mark.django_db
YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))
HERE = {"region_code": "370299", "period": YEAR}


def test_figure_before_anything_was_taken_is_not_known(now):
    found = queries.figure("training.person_times", by=an_actor("leader"), **HERE)
    assert (found.value, found.as_of) == (None, None)
    assert found.note == "还没有统计数据。"


def test_figure_of_an_empty_product_is_nothing(now):
    refresh_facts(at=now)
    found = queries.figure("training.person_times", by=an_actor("leader"), **HERE)
    assert (found.value, found.as_of, found.snapshot) == (0, now, 1)


def test_figure_tells_person_times_and_people_apart(now):
    twice = make_person("李想")
    make_class(people=[twice, make_person("王明")], status="finished")
    make_class(people=[twice], status="finished", starts_on=date(2026, 8, 3), ends_on=date(2026, 8, 28))
    refresh_facts(at=now)
    leader = an_actor("leader")
    times = queries.figure("training.person_times", by=leader, **HERE)
    people = queries.figure("training.persons", by=leader, **HERE)
    assert (times.value, people.value) == (3, 2)
    parts = queries.breakdown("training.persons", by=leader, dimension="quarter", **HERE)
    assert [(label, part.value) for _key, label, part in parts.rows] == [
        ("2026年第1季度", 0), ("2026年第2季度", 2), ("2026年第3季度", 1), ("2026年第4季度", 0),
    ]  # fmt: skip
    assert parts.total.value == 2
    assert not parts.adds_up
    assert "只算一次" in parts.why


def test_breakdown_of_a_city_is_by_its_districts_and_of_a_province_by_its_cities(now):
    make_class(people=2, status="finished")
    refresh_facts(at=now)
    by = an_actor("leader", region_code="370000")
    code = "training.person_times"
    city = queries.breakdown(code, by=by, region_code="370200", period=YEAR, dimension="region")
    province = queries.breakdown(code, by=by, region_code="370000", period=YEAR, dimension="region")
    assert [(key, part.value) for key, _label, part in city.rows] == [("370299", 2)]
    assert [(key, label, part.value) for key, label, part in province.rows] == [("370200", "青岛市", 2)]


def test_cell_rows_are_those_the_figure_was_counted_from_and_masked(now):
    person = make_person("欧阳小明")
    made = make_class(people=[person, make_person("王明")], status="finished")
    refresh_facts(at=now)
    leader = an_actor("leader")
    cell = queries.cell_rows("training.person_times", by=leader, **HERE)
    assert cell.count == queries.figure("training.person_times", by=leader, **HERE).value == 2
    row = next(row for row in cell.rows if row.person_id == person.pk)
    assert (row.kind, row.pk, row.class_id) == ("enrolment", made.enrolments.get(person=person).pk, made.pk)
    assert row.values["person_name"] == "欧**明"
    assert row.values["person_number"] == person.id_number_masked
    assert row.values["class_number"] == made.number
    assert person.id_number not in str(cell) and "欧阳小明" not in str(cell)


def test_figure_outside_the_actors_reach_is_not_there(now):
    refresh_facts(at=now)
    leader = an_actor("leader")
    for question in (queries.figure, queries.cell_rows):
        with pytest.raises(NotFound):
            question("training.person_times", by=leader, region_code="370200", period=YEAR)
    with pytest.raises(NotPermitted):
        queries.figure("training.person_times", by=an_actor("provider_clerk"), **HERE)
    with pytest.raises(NotPermitted):
        queries.cell_rows("training.person_times", by=an_actor("inspector"), **HERE)


def test_figure_asks_postgresql_nothing_of_the_registers(now, django_assert_num_queries):
    make_class(people=2, status="finished")
    refresh_facts(at=now)
    leader = an_actor("leader")
    with django_assert_num_queries(1):  # which snapshot is the latest
        assert queries.figure("training.person_times", by=leader, **HERE).value == 2


def test_figure_asked_of_one_snapshot_is_answered_ahead_of_the_next(now, monkeypatch):
    make_class(people=2, status="finished")
    refresh_facts(at=now)
    leader = an_actor("leader")
    code = "training.person_times"
    assert queries.figure(code, by=leader, **HERE).value == 2
    by_sex = queries.breakdown(code, by=leader, dimension="sex", where={"level": "5"}, **HERE)
    assert [part.value for _key, _label, part in by_sex.rows] == [2]
    make_class(people=1, status="finished", starts_on=date(2026, 8, 3), ends_on=date(2026, 8, 28))
    refresh_facts(at=now + timedelta(minutes=1))

    def not_now(*_given, **_named):
        raise AssertionError("counted while somebody waits")

    monkeypatch.setattr(kept, "count_one", not_now)
    monkeypatch.setattr(kept, "break_down", not_now)
    assert queries.figure(code, by=leader, **HERE).value == 3
    by_sex = queries.breakdown(code, by=leader, dimension="sex", where={"level": "5"}, **HERE)
    assert [(label, part.value) for _key, label, part in by_sex.rows] == [("男", 3)]
    assert by_sex.total.value == 3


def test_answer_of_a_frozen_snapshot_comes_from_its_facts_alone(now):
    make_class(people=2, status="finished")
    snapshot = refresh_facts(at=now)
    leader, question = an_actor("leader"), queries.Asked.of("training.person_times", "370299", YEAR)
    frozen = freeze_snapshot(by=an_actor("bureau_clerk"), at=now, reason="季报")
    queries.keep(queries.folder_of(snapshot), question, Counted(99, 99))
    asked = {"by": leader, "snapshot": frozen.number, **HERE}
    assert queries.figure("training.person_times", **asked).value == 2
