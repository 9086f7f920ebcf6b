"""An accepted list is written slice by slice: each row once, in its order, whole numbers sealed, duplicates found."""

import pytest

from kaogong.departments import operations
from kaogong.departments.models import DepartmentRecord, RecordDuplicate
from kaogong.departments.operations import duplicates, keeping
from tests.factories.departments import a_row, make_department_file, send
from tests.factories.people import an_actor, an_id_number

pytestmark = pytest.mark.django_db


def test_accept_department_file_in_slices_keeps_each_row_once_and_finds_what_was_told_twice(now, monkeypatch):
    monkeypatch.setattr(keeping, "ROWS_AT_A_TIME", 2)
    monkeypatch.setattr(duplicates, "PEOPLE_AT_ONCE", 1)
    numbers = [an_id_number().value for _ in range(3)]
    rows = [
        a_row("周远山", number, passed=passed)
        for number, passed in zip(numbers, ("合格", "不合格", ""), strict=True)
    ]
    make_department_file(rows[:1], at=now, department_code="veterans", filename="退役.csv")
    file = send([*rows, a_row("无号人", "")], at=now)
    accepted = operations.accept_department_file(file.pk, by=an_actor("reviewer"), at=now)
    kept = list(DepartmentRecord.objects.filter(file=file).order_by("pk"))
    assert [one.row_number for one in kept] == [2, 3, 4, 5]
    assert [one.id_number for one in kept] == [*numbers, ""]
    assert [one.passed for one in kept] == [True, False, None, True]
    assert [one.person_id is None for one in kept] == [False, False, False, True]
    assert (kept[3].id_number_index, kept[0].subsidy_fen, kept[0].changed_at) == (None, 60_000, now)
    assert (accepted.rows_good, accepted.rows_unmatched) == (4, 1)
    assert [one.record_id for one in RecordDuplicate.objects.all()] == [kept[0].pk]
