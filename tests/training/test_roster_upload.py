"""Rosters received, taken, corrected and sent again."""

import pytest
from django.db import DatabaseError, connection, transaction

from kaogong import sheets
from kaogong.institutions.queries import institution
from kaogong.kernel.errors import NotFound, NotPermitted, WrongState
from kaogong.people.models import Person
from kaogong.trail.queries import timeline
from kaogong.training import operations, queries
from kaogong.training.models import Enrolment, RosterUpload
from tests.factories import a_roster, an_actor, an_id_number, make_class, make_institution, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return an_actor("provider_clerk", organisation_id=make_institution().pk)


@pytest.fixture
def drafted(clerk):
    return make_class(institution(clerk.organisation_id, by=clerk), clerk=clerk)


def person(name="王小明", **fields):
    return {"姓名": name, "身份证号码": an_id_number().value, **fields}


def upload(drafted, rows, clerk, now, filename="名单.csv"):
    return operations.upload_roster(drafted.pk, a_roster(rows), filename, by=clerk, at=now)


def test_take_roster_saves_good_rows_and_leaves_bad_ones(drafted, clerk, now):
    bad = person("李明") | {"身份证号码": "370299199001010000"}
    received = upload(drafted, [person("王明", 联系电话="13800000000"), bad, person("赵敏")], clerk, now)
    assert (received.status, received.rows_total, received.rows_good, received.rows_problem) == (
        "checked",
        3,
        2,
        1,
    )
    assert Enrolment.objects.count() == 0
    taken = operations.take_roster(received.pk, by=clerk, at=now)
    assert (taken.status, taken.rows_added, taken.rows_changed) == ("taken", 2, 0)
    learners = list(queries.enrolments(drafted.pk))
    assert [(e.sequence, e.person.name) for e in learners] == [(1, "王明"), (2, "赵敏")]
    assert learners[0].person.phone_masked == "138****0000"
    assert "class.rostered" in [e.verb for e in timeline("class", drafted.pk)]


def test_problem_sheet_comes_back_with_the_bad_rows_only(drafted, clerk, now):
    bad = {"姓名": "李明", "身份证号码": "370299199001010000"}
    received = upload(drafted, [person(), bad], clerk, now)
    name, data = queries.problem_sheet(received.pk, by=clerk)
    assert name == "名单-问题行.xlsx"
    again = sheets.read(data, name, layout=sheets.ROSTER)
    assert again.frame["name"].to_list() == ["李明"]
    assert again.raw.tail(1).row(0)[-1] == "身份证号码校验码不对，请核对是否录错一位"


def test_upload_roster_corrected_sheet_changes_only_those_rows(drafted, clerk, now):
    good, bad = person("王明"), {"姓名": "李明", "身份证号码": "370299199001010000"}
    first = upload(drafted, [good, bad], clerk, now)
    operations.take_roster(first.pk, by=clerk, at=now)
    kept = Enrolment.objects.get()
    corrected = upload(drafted, [person("李明")], clerk, now, "改好.csv")
    taken = operations.take_roster(corrected.pk, by=clerk, at=now)
    assert (taken.rows_added, taken.rows_changed, taken.rows_unchanged) == (1, 0, 0)
    assert [e.person.name for e in queries.enrolments(drafted.pk)] == ["王明", "李明"]
    assert Enrolment.objects.get(pk=kept.pk).upload_id == first.pk


def test_upload_roster_same_file_again_changes_nothing(drafted, clerk, now):
    rows = [person("王明"), person("李明")]
    first = upload(drafted, rows, clerk, now)
    operations.take_roster(first.pk, by=clerk, at=now)
    entries = timeline("class", drafted.pk).count()
    again = upload(drafted, rows, clerk, now, "另一个名字.csv")
    assert again.pk == first.pk
    assert again.status == "taken"
    operations.take_roster(again.pk, by=clerk, at=now)
    assert (Enrolment.objects.count(), RosterUpload.objects.count()) == (2, 1)
    assert timeline("class", drafted.pk).count() == entries


def test_upload_roster_same_rows_in_another_file_are_unchanged(drafted, clerk, now):
    rows = [person("王明", 人员类别="残疾人"), person("李明")]
    operations.take_roster(upload(drafted, rows, clerk, now).pk, by=clerk, at=now)
    rows[1]["人员类别"] = "退役军人"
    second = upload(drafted, [*rows, person("赵敏")], clerk, now)
    assert (second.rows_good, second.rows_unchanged) == (3, 1)
    taken = operations.take_roster(second.pk, by=clerk, at=now)
    assert (taken.rows_added, taken.rows_changed, taken.rows_unchanged) == (1, 1, 1)
    assert [e.group_code for e in queries.enrolments(drafted.pk)] == ["disabled_person", "veteran", ""]


def test_take_roster_person_known_elsewhere_is_the_same_person(drafted, clerk, now):
    known = make_person("王明")
    received = upload(drafted, [{"姓名": "王明", "身份证号码": known.id_number}], clerk, now)
    operations.take_roster(received.pk, by=clerk, at=now)
    assert Enrolment.objects.get().person_id == known.pk
    assert Person.objects.filter(name="王明").count() == 1


def test_take_roster_judges_again_as_things_stand_now(clerk, drafted, now):
    busy = make_person("王明")
    received = upload(drafted, [{"姓名": "王明", "身份证号码": busy.id_number}], clerk, now)
    assert received.rows_good == 1
    make_class(people=[busy])
    taken = operations.take_roster(received.pk, by=clerk, at=now)
    assert (taken.rows_added, taken.rows_good, taken.rows_problem) == (0, 0, 1)
    assert [f.code for f in queries.roster_problems(taken.pk, by=clerk)] == ["elsewhere"]


def test_take_roster_dying_in_the_middle_leaves_nothing(drafted, clerk, now, monkeypatch):
    received = upload(drafted, [person("王明"), person("李明")], clerk, now)

    def dies(*_args, **_more):
        raise RuntimeError("power cut")

    from kaogong.training.operations import roster_upload

    people = Person.objects.count()
    with monkeypatch.context() as patch:
        patch.setattr(roster_upload, "move", dies)
        with pytest.raises(RuntimeError):
            operations.take_roster(received.pk, by=clerk, at=now)
    assert (Enrolment.objects.count(), Person.objects.count()) == (0, people)
    assert queries.roster_upload(received.pk, by=clerk).status == "checked"
    assert operations.take_roster(received.pk, by=clerk, at=now).rows_added == 2


def test_discard_roster_lets_the_same_file_be_sent_again(drafted, clerk, now):
    rows = [person("王明")]
    first = upload(drafted, rows, clerk, now)
    operations.discard_roster(first.pk, by=clerk, at=now)
    assert upload(drafted, rows, clerk, now).pk != first.pk
    with pytest.raises(WrongState):
        operations.take_roster(first.pk, by=clerk, at=now)


def test_upload_roster_after_approval_is_refused(clerk, now):
    approved = make_class(institution(clerk.organisation_id, by=clerk), clerk=clerk, status="approved")
    with pytest.raises(operations.RosterClosed):
        upload(approved, [person()], clerk, now)


def test_upload_roster_of_another_provider_is_not_found(drafted, now):
    with pytest.raises(NotFound):
        upload(drafted, [person()], an_actor("provider_clerk"), now)


def test_upload_roster_by_the_bureau_is_not_permitted(drafted, now):
    with pytest.raises(NotPermitted):
        upload(drafted, [person()], an_actor("bureau_clerk"), now)


def test_upload_roster_long_file_stays_received_for_the_background(drafted, clerk, now, monkeypatch):
    from kaogong.training.operations import roster_upload

    monkeypatch.setattr(roster_upload, "ROWS_AT_ONCE", 2)
    received = upload(drafted, [person() for _ in range(3)], clerk, now)
    assert (received.status, received.rows_total) == ("received", 3)
    seen = []
    checked = operations.check_uploaded_roster(received.pk, by=clerk, at=now, progress=seen.append)
    assert (checked.status, checked.rows_good, seen[-1]) == ("checked", 3, 3)
    assert seen == sorted(seen)


def test_upload_roster_keeps_no_number_in_clear(drafted, clerk, now):
    bad = {"姓名": "李明", "身份证号码": "370299199001010000"}
    received = upload(drafted, [person("王明"), bad], clerk, now)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(original, 'escape'), encode(problems, 'escape') FROM training_rosterupload"
        )
        original, problems = cursor.fetchone()
    assert "370299" not in original + problems
    assert received.content == a_roster([{"姓名": "王明"} | _row(received), bad])


def _row(received):
    table = sheets.read(received.content, "x.csv", layout=sheets.ROSTER)
    return {"身份证号码": table.frame["id_number"][0]}


def test_roster_upload_refuses_a_raw_change_of_its_file(drafted, clerk, now):
    upload(drafted, [person()], clerk, now)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE training_rosterupload SET digest = 'x'")


def test_withdrawn_learner_is_not_taken_again_by_a_roster(drafted, clerk, now):
    rows = [person("王明")]
    operations.take_roster(upload(drafted, rows, clerk, now).pk, by=clerk, at=now)
    gone = Enrolment.objects.get()
    operations.withdraw_learner(gone.pk, by=clerk, at=now, reason="参军")
    second = upload(drafted, [*rows, person("李明")], clerk, now)
    assert (second.rows_good, second.rows_problem) == (1, 1)
    operations.readmit_learner(gone.pk, by=clerk, at=now)
    assert queries.enrolments(drafted.pk).count() == 1
