"""Late and corrected events: what they do to live figures, and what they leave as it was."""

from datetime import date, timedelta

import pytest

from kaogong.certificates.operations import revoke_certificate
from kaogong.kernel import reference
from kaogong.kernel.period import Period
from kaogong.kernel.reference import OccupationChange
from kaogong.people import operations as people
from kaogong.statistics import queries
from kaogong.statistics.operations import freeze_snapshot, refresh_facts
from kaogong.training import operations as training
from kaogong.training.models import TrainingClass
from tests.factories.certificates import make_certificate
from tests.factories.people import an_actor, make_person
from tests.factories.training import make_class

from .worlds import as_if_read_whole, one, rows_of

pytestmark = pytest.mark.django_db
QUARTER = Period(date(2026, 4, 1), date(2026, 7, 1))
HERE = {"region_code": "370299", "period": QUARTER}
MINUTE = timedelta(minutes=1)


def test_class_cancelled_after_the_quarter_was_frozen(now):
    kept = make_class(people=2, status="approved")
    gone = make_class(people=3, status="approved")
    clerk, leader = an_actor("bureau_clerk"), an_actor("leader")
    refresh_facts(at=now)
    frozen = freeze_snapshot(by=clerk, at=now, reason="第二季度季报")
    training.cancel_class(gone.pk, by=clerk, at=now + MINUTE, reason="查实未开班")
    refresh_facts(at=now + 2 * MINUTE)
    code = "training.person_times"
    assert queries.figure(code, by=leader, **HERE).value == 2
    assert queries.figure(code, by=leader, snapshot=frozen.number, **HERE).value == 5
    told = queries.differences(code, by=leader, earlier=frozen.number, **HERE)
    assert (told.gone.count, told.come.count, told.changed.count) == (3, 0, 0)
    assert {row.class_id for row in told.gone.rows} == {gone.pk}
    assert {row.class_id for row in queries.cell_rows(code, by=leader, **HERE).rows} == {kept.pk}


def test_certificate_revoked_after_the_quarter_was_frozen(now):
    certificate = make_certificate(issued_on=date(2026, 5, 8))
    leader = an_actor("leader")
    refresh_facts(at=now)
    frozen = freeze_snapshot(by=an_actor("bureau_clerk"), at=now, reason="第二季度季报")
    revoke_certificate(certificate.pk, by=an_actor("reviewer"), at=now + MINUTE, reason="替考")
    latest = refresh_facts(at=now + 2 * MINUTE)
    assert queries.figure("certificate.issued", by=leader, **HERE).value == 0
    assert queries.figure("certificate.issued", by=leader, snapshot=frozen.number, **HERE).value == 1
    as_if_read_whole(latest)


def test_person_merged_from_two_is_one_and_is_two_again_when_parted(now):
    first, second = make_person("李想"), make_person("李想")
    make_class(people=[first], status="finished")
    make_class(people=[second], status="finished", starts_on=date(2026, 5, 6), ends_on=date(2026, 5, 29))
    make_certificate(first, level_code="5", issued_on=date(2026, 4, 2))
    make_certificate(second, level_code="3", issued_on=date(2026, 5, 2))
    leader = an_actor("leader")
    refresh_facts(at=now)
    assert queries.figure("training.persons", by=leader, **HERE).value == 2
    asked = people.propose_merge(
        first.pk, second.pk, evidence="同一身份证照片", by=an_actor("bureau_clerk"), at=now, reason="重复建档"
    )
    reviewer = an_actor("reviewer")
    people.approve_merge(asked.pk, by=reviewer, at=now + MINUTE, reason="核对属实")
    merged = refresh_facts(at=now + 2 * MINUTE)
    assert queries.figure("training.persons", by=leader, **HERE).value == 1
    assert queries.figure("training.person_times", by=leader, **HERE).value == 2
    higher = one(merged, "certificate", level="3")
    assert (higher["person"], higher["steps_from"]) == (first.pk, "5")
    as_if_read_whole(merged)
    people.undo_merge(asked.pk, by=reviewer, at=now + 3 * MINUTE, reason="并非同一人")
    parted = refresh_facts(at=now + 4 * MINUTE)
    assert queries.figure("training.persons", by=leader, **HERE).value == 2
    assert one(parted, "certificate", level="3")["steps_from"] == "0"
    as_if_read_whole(parted)


def test_district_merged_into_another_counts_there(now):
    made = make_class(people=2, status="finished")
    TrainingClass.objects.filter(pk=made.pk).update(region_code="370282")
    refresh_facts(at=now)
    by = an_actor("leader", region_code="370200")
    parts = queries.breakdown(
        "training.person_times", by=by, region_code="370200", period=QUARTER, dimension="region"
    )
    assert [(key, label, part.value) for key, label, part in parts.rows] == [("370215", "即墨区", 2)]
    assert queries.figure("training.person_times", by=by, region_code="370215", period=QUARTER).value == 2


def test_occupation_renumbered_counts_under_its_new_code(now, monkeypatch):
    make_class(people=2, status="finished")
    before = refresh_facts(at=now)
    old = rows_of(before, "training")["occupation"][0]
    change = OccupationChange(old, "4-03-02-99", date(2026, 7, 1), "测试")
    monkeypatch.setattr(reference, "read_occupation_changes", lambda: [change])
    after = refresh_facts(at=now + MINUTE)
    assert after.number == before.number + 1
    assert set(rows_of(after, "training")["occupation"]) == {"4-03-02-99"}
    assert set(rows_of(before, "training")["occupation"]) == {old}


def test_marks_and_names_that_change_nothing_counted_make_no_snapshot(now):
    person = make_person("李想")
    make_class(people=[person], status="finished")
    first = refresh_facts(at=now)
    people.rename_person(person.pk, name="李响", by=an_actor("bureau_clerk"), at=now, reason="录入有误")
    assert refresh_facts(at=now + MINUTE).pk == first.pk
