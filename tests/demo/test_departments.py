"""What the demo shows of other departments: counted, waiting for a word, told twice, one person with two files."""

from datetime import date
from types import SimpleNamespace

import pytest

from kaogong.demo.departments import show_departments
from kaogong.departments import queries
from kaogong.people.models import PersonMerge
from tests.factories import an_actor, make_class, make_person


class Cast(SimpleNamespace):
    """The demo's day and the few who act."""

    def __getitem__(self, username: str):
        return self.actors[username]


@pytest.mark.django_db
def test_departments_of_the_demo_stand_at_every_stage():
    make_class(
        status="finished",
        people=[make_person("李秋实")],
        starts_on=date(2026, 8, 3),
        ends_on=date(2026, 8, 14),
    )
    actors = {
        "agriculture": an_actor("department_clerk"),
        "clerk": an_actor("bureau_clerk"),
        "clerk2": an_actor("bureau_clerk"),
        "reviewer": an_actor("reviewer"),
    }
    show_departments(Cast(on=date(2026, 11, 20), actors=actors))
    reviewer = actors["reviewer"]
    files = list(queries.department_files(reviewer).order_by("pk"))
    assert [file.status for file in files] == ["accepted", "accepted", "checked"]
    assert [file.totals_differ for file in files] == [False, False, True]
    (frame,) = queries.counted_records()
    assert frame["counted"].sum() == 12 + 6
    assert (~frame["counted"]).sum() == 3
    assert set(frame.filter(frame["department"] == "agriculture")["programme"]) == {"farmer_training"}
    assert {row.status for row in queries.duplicates(reviewer)} == {"confirmed", "found"}
    assert len(queries.quality(reviewer)) == 3
    assert PersonMerge.objects.get().status == "proposed"
