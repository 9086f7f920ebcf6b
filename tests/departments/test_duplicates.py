"""One person-time told twice is listed, decided on with a reason, and counted once (P1)."""

from datetime import date, timedelta

import pytest

from kaogong.departments import operations, queries
from kaogong.departments.models import DepartmentRecord, RecordDuplicate
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing
from kaogong.people import operations as people
from kaogong.training.models import Enrolment
from kaogong.training.operations import withdraw_learner
from tests.factories import COOK, an_actor, an_id_number, make_class, make_person
from tests.factories.departments import a_row, make_department_file

pytestmark = pytest.mark.django_db


def counted() -> dict[str, bool]:
    """Record → whether it is counted, of accepted files."""
    rows = [row for frame in queries.counted_records() for row in frame.iter_rows(named=True)]
    assert all(row["origin"] == "department" for row in rows)
    return {row["record"]: row["counted"] for row in rows}


def records() -> list[DepartmentRecord]:
    return list(DepartmentRecord.objects.order_by("pk"))


def test_same_person_days_and_occupation_in_two_departments_counts_once(now):
    number = an_id_number().value
    make_department_file([a_row("李秋实", number)], at=now, department_code="veterans")
    make_department_file([a_row("李秋实", number), a_row()], at=now)
    first, second, other = records()
    (found,) = RecordDuplicate.objects.all()
    assert (found.record_id, found.other_id, found.status) == (second.pk, first.pk, "found")
    assert counted() == {f"d{first.pk}": True, f"d{second.pk}": False, f"d{other.pk}": True}
    reviewer = an_actor("reviewer")
    with pytest.raises(ReasonMissing):
        operations.dismiss_duplicate(found.pk, by=reviewer, at=now, reason=" ")
    with pytest.raises(NotPermitted):
        operations.dismiss_duplicate(found.pk, by=an_actor("department_clerk"), at=now, reason="是两次")
    with pytest.raises(NotFound):
        far = an_actor("reviewer", region_code="510700")
        operations.dismiss_duplicate(found.pk, by=far, at=now, reason="是两次")
    operations.dismiss_duplicate(found.pk, by=reviewer, at=now, reason="上午、晚上各一个班")
    assert counted()[f"d{second.pk}"] is True
    operations.confirm_duplicate(found.pk, by=reviewer, at=now + timedelta(days=1), reason="核实是同一个班")
    assert counted()[f"d{second.pk}"] is False
    (changed,) = queries.counted_records(since=now + timedelta(hours=1))
    assert changed.select("record", "counted").rows() == [(f"d{second.pk}", False)]


@pytest.mark.parametrize(
    "said", [{"starts_on": "2026-08-15", "ends_on": "2026-08-28"}, {"occupation": "养老护理员"}]
)
def test_other_days_or_another_occupation_is_another_training(now, said):
    number = an_id_number().value
    first = {"occupation": "中式烹调师"}
    make_department_file([a_row("李秋实", number, **first)], at=now, department_code="veterans")
    make_department_file([a_row("李秋实", number, **(first | said))], at=now)
    assert not RecordDuplicate.objects.exists()
    assert set(counted().values()) == {True}


def test_our_own_class_goes_first_and_a_learner_who_left_lets_the_record_count(now):
    person = make_person("李秋实")
    number = type(person).objects.get(pk=person.pk).id_number
    training_class = make_class(
        status="approved", people=[person], starts_on=date(2026, 8, 3), ends_on=date(2026, 8, 14)
    )
    assert training_class.occupation_code == COOK[0]
    make_department_file([a_row("李秋实", number, occupation="")], at=now)
    (found,) = RecordDuplicate.objects.all()
    enrolment = Enrolment.objects.get(training_class=training_class)
    assert found.enrolment_id == enrolment.pk
    assert list(counted().values()) == [False]
    withdraw_learner(
        enrolment.pk,
        by=an_actor("provider_clerk", organisation_id=training_class.institution_id),
        at=now,
        reason="本人退出",
    )
    assert list(counted().values()) == [True]
    assert [frame.height for frame in queries.counted_records(since=now + timedelta(days=1))] == [1]


def test_people_merged_later_are_compared_and_counted_as_one(now):
    one, other = make_person("李秋实"), make_person("李秋实")
    numbers = [type(one).objects.get(pk=person.pk).id_number for person in (one, other)]
    make_department_file([a_row("李秋实", numbers[0])], at=now, department_code="veterans")
    make_department_file([a_row("李秋实", numbers[1])], at=now)
    assert set(counted().values()) == {True}
    later = now + timedelta(days=1)
    merge = people.propose_merge(
        one.pk, other.pk, evidence="户籍证明", by=an_actor("bureau_clerk"), at=later, reason="一人两号"
    )
    people.approve_merge(merge.pk, by=an_actor("reviewer"), at=later, reason="属实")
    (frame,) = queries.counted_records(since=later)
    assert frame["person"].to_list() == [one.pk, one.pk]
    assert operations.find_duplicates(by=system_actor(), at=later) == 1
    assert operations.find_duplicates(by=system_actor(), at=later) == 0
    assert sorted(counted().values()) == [False, True]


def test_duplicate_of_a_file_set_aside_no_longer_holds(now):
    number = an_id_number().value
    first = make_department_file([a_row("李秋实", number)], at=now, department_code="veterans")
    make_department_file([a_row("李秋实", number)], at=now)
    assert sorted(counted().values()) == [False, True]
    operations.set_aside_department_file(first.pk, by=an_actor("reviewer"), at=now, reason="部门来函撤回")
    assert list(counted().values()) == [True]
    assert not queries.duplicates(an_actor("department_clerk", department_code="veterans")).exists()
