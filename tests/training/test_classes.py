"""Classes drafted, planned, filed, approved, begun and finished."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, time

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from kaogong.institutions.operations import suspend_provider
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.people.queries import file_of
from kaogong.training import operations, queries
from kaogong.training.models import Session
from tests.factories import (
    a_day_at,
    a_new_class,
    a_timetable,
    an_actor,
    attend_all,
    make_class,
    make_contract,
    make_institution,
    make_person,
    make_site,
    make_trainer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return make_institution()


@pytest.fixture
def clerk(school):
    return an_actor("provider_clerk", organisation_id=school.pk)


def test_draft_class_numbers_classes_of_a_year_in_a_row(school, clerk, now):
    contract = make_contract(school)
    numbers = [
        operations.draft_class(school.pk, a_new_class(contract.pk), by=clerk, at=now).number for _ in range(3)
    ]
    assert numbers == ["KB-2026-000001", "KB-2026-000002", "KB-2026-000003"]


def test_draft_class_of_another_institution_is_not_found(school, now):
    contract = make_contract(school)
    with pytest.raises(NotFound):
        operations.draft_class(school.pk, a_new_class(contract.pk), by=an_actor("provider_clerk"), at=now)


def test_class_number_refuses_a_raw_update(school, clerk):
    make_class(school, clerk=clerk)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE training_trainingclass SET number = 'KB-2026-999999'")


def test_class_status_refuses_a_raw_update(school, clerk):
    make_class(school, clerk=clerk)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE training_trainingclass SET status = 'approved'")


def test_plan_sessions_trainer_taken_names_the_other_class(school, clerk, now):
    first = make_class(school, clerk=clerk)
    taken = queries.sessions(first.pk).first()
    second = make_class(school, clerk=clerk)
    plan = a_timetable(second, taken.trainer_id, make_site(school).pk)
    before = Session.objects.filter(training_class=second).count()
    with pytest.raises(operations.TrainerTaken) as refused:
        operations.plan_sessions(second.pk, plan, by=clerk, at=now)
    assert refused.value.facts["number"] == first.number
    assert Session.objects.filter(training_class=second).count() == before


def test_plan_sessions_site_taken_names_the_other_class(school, clerk, now):
    first = make_class(school, clerk=clerk)
    second = make_class(school, clerk=clerk)
    plan = a_timetable(second, make_trainer(school).pk, queries.sessions(first.pk).first().site_id)
    with pytest.raises(operations.SiteTaken):
        operations.plan_sessions(second.pk, plan, by=clerk, at=now)


def test_plan_sessions_one_after_the_other_do_not_clash(school, clerk, now):
    first = make_class(school, clerk=clerk)
    taken = queries.sessions(first.pk).first()
    second = make_class(school, clerk=clerk)
    after = replace(
        a_timetable(second, taken.trainer_id, taken.site_id)[0], starts_at=taken.ends_at, ends_at=time(13)
    )
    assert len(operations.plan_sessions(second.pk, [after], by=clerk, at=now)) == 1


def test_plan_sessions_outside_the_days_of_class_is_refused(school, clerk, now):
    drafted = make_class(school, clerk=clerk)
    plan = a_timetable(drafted, make_trainer(school).pk, make_site(school).pk)
    with pytest.raises(operations.SessionOutsideClass):
        operations.plan_sessions(drafted.pk, [replace(plan[0], on=date(2026, 7, 1))], by=clerk, at=now)


def test_session_database_excludes_a_trainer_in_two_places(school, clerk):
    taken = queries.sessions(make_class(school, clerk=clerk).pk).first()
    other = make_class(school, clerk=clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.create(
            training_class=other, on=taken.on, starts_at=taken.starts_at, ends_at=taken.ends_at,
            hours_hundredths=100, kind="theory", topic="x", trainer_id=taken.trainer_id,
            site_id=make_site(school).pk,
        )  # fmt: skip


def test_file_class_timetable_short_of_declared_hours_is_refused(school, clerk, now):
    drafted = make_class(school, clerk=clerk)
    plan = a_timetable(drafted, make_trainer(school).pk, make_site(school).pk)[:-1]
    operations.plan_sessions(drafted.pk, plan, by=clerk, at=now)
    with pytest.raises(operations.TimetableHoursDiffer) as refused:
        operations.file_class(drafted.pk, by=clerk, at=now)
    assert refused.value.message == "课程表与申报课时不符：实训申报12课时，课程表合计6课时。"


def test_file_class_outside_the_contract_is_refused(school, clerk, now):
    contract = make_contract(school)
    drafted = make_class(school, clerk=clerk, contract_id=contract.pk, level_code="1")
    with pytest.raises(operations.OutOfScope):
        operations.file_class(drafted.pk, by=clerk, at=now)


def test_file_class_of_a_suspended_contract_is_refused(school, clerk):
    drafted = make_class(school, clerk=clerk)
    early = a_day_at(date(2026, 5, 1))
    suspend_provider(drafted.contract_id, by=an_actor("bureau_clerk"), at=early, reason="整改")
    with pytest.raises(operations.OutOfScope):
        operations.file_class(drafted.pk, by=clerk, at=early)


def test_approve_class_by_whoever_filed_it_is_refused(school, clerk, now):
    filed = make_class(school, clerk=clerk, status="filed", people=1)
    both = replace(clerk, permissions=clerk.permissions | {"approve_class"})
    with pytest.raises(SamePerson):
        operations.approve_class(filed.pk, by=both, at=now)
    with pytest.raises(NotPermitted):
        operations.approve_class(filed.pk, by=clerk, at=now)


def test_approve_class_without_learners_is_refused(school, clerk, now):
    filed = make_class(school, clerk=clerk, status="filed")
    with pytest.raises(operations.ClassEmpty):
        operations.approve_class(filed.pk, by=an_actor("reviewer"), at=now)


def test_approve_class_of_another_region_is_not_found(school, clerk, now):
    filed = make_class(school, clerk=clerk, status="filed", people=1)
    with pytest.raises(NotFound):
        operations.approve_class(filed.pk, by=an_actor("reviewer", region_code="510700"), at=now)


def test_file_class_with_learners_booked_elsewhere_is_refused(school, clerk, now):
    busy = make_person("王明")
    drafted = make_class(school, clerk=clerk, people=[busy], hours_theory=0)
    shifted = make_class(people=[busy], starts_on=date(2026, 6, 10))
    moved = a_timetable(
        drafted, queries.sessions(drafted.pk)[0].trainer_id, queries.sessions(drafted.pk)[0].site_id
    )
    days = [replace(new, on=date(2026, 6, 10 + place)) for place, new in enumerate(moved)]
    operations.plan_sessions(drafted.pk, days, by=clerk, at=now)
    with pytest.raises(operations.LearnersElsewhere) as refused:
        operations.file_class(drafted.pk, by=clerk, at=now)
    assert refused.value.facts == {"count": 1, "number": shifted.number}


def test_return_class_needs_a_reason_and_may_be_filed_again(school, clerk, now):
    filed = make_class(school, clerk=clerk, status="filed", people=1)
    bureau = an_actor("bureau_clerk")
    with pytest.raises(ReasonMissing):
        operations.return_class(filed.pk, by=bureau, at=now, reason="")
    operations.return_class(filed.pk, by=bureau, at=now, reason="缺教师证书")
    again = operations.refile_class(filed.pk, by=clerk, at=now)
    assert again.status == "filed"
    assert operations.approve_class(filed.pk, by=bureau, at=now).status == "approved"


def test_edit_class_after_filing_is_refused(school, clerk, now):
    filed = make_class(school, clerk=clerk, status="filed", people=1)
    with pytest.raises(operations.ClassClosed):
        operations.edit_class(filed.pk, a_new_class(filed.contract_id), by=clerk, at=now)


def test_copy_class_takes_the_plan_and_no_learners(school, clerk, now):
    earlier = make_class(school, clerk=clerk, people=2)
    copy = operations.copy_class(
        earlier.pk, starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 30), by=clerk, at=now
    )
    assert (copy.hours_practice, copy.status) == (earlier.hours_practice, "drafted")
    assert copy.number != earlier.number
    assert queries.enrolments(copy.pk).count() == 0
    assert [t.trainer_id for t in queries.class_trainers(copy.pk)] == [
        t.trainer_id for t in queries.class_trainers(earlier.pk)
    ]


def test_cancel_class_frees_its_trainer(school, clerk, now):
    first = make_class(school, clerk=clerk)
    taken = queries.sessions(first.pk).first()
    operations.cancel_class(first.pk, by=clerk, at=now, reason="人数不足")
    second = make_class(school, clerk=clerk)
    plan = a_timetable(second, taken.trainer_id, taken.site_id)
    assert operations.plan_sessions(second.pk, plan, by=clerk, at=now)


def test_start_class_before_its_first_day_is_refused(school, clerk):
    approved = make_class(school, clerk=clerk, status="approved")
    with pytest.raises(operations.ClassNotBegun):
        operations.start_class(approved.pk, by=clerk, at=a_day_at(date(2026, 5, 31), 23))
    assert operations.start_class(approved.pk, by=clerk, at=a_day_at(date(2026, 6, 1), 0)).status == "running"


def test_finish_class_with_unrecorded_sessions_is_refused(school, clerk, now):
    running = make_class(school, clerk=clerk, status="running", people=2)
    with pytest.raises(operations.SessionsUnrecorded) as refused:
        operations.finish_class(running.pk, by=clerk, at=now)
    assert refused.value.facts["count"] == queries.sessions(running.pk).count()


def test_finish_class_writes_hours_into_lifelong_files(school, clerk):
    finished = make_class(school, clerk=clerk, status="finished", people=2)
    learner = queries.enrolments(finished.pk)[0]
    entries = {entry.kind: entry for entry in file_of(learner.person_id)}
    assert entries["hours"].detail["hours_hundredths"] == 1800
    assert entries["training"].reference == f"class:{finished.pk}"


def test_training_classes_narrow_to_reach(school, clerk):
    mine, _other = make_class(school, clerk=clerk, people=3), make_class()
    seen = list(queries.training_classes(clerk))
    assert [(row.pk, row.learner_count) for row in seen] == [(mine.pk, 3)]
    assert queries.training_classes(an_actor("bureau_clerk")).count() == 2
    assert queries.training_classes(an_actor("bureau_clerk", region_code="510700")).count() == 0


def test_open_classes_are_approved_ones_to_come(school, clerk):
    approved = make_class(school, clerk=clerk, status="approved")
    make_class(school, clerk=clerk, status="filed", people=1, starts_on=date(2026, 6, 10))
    assert [row.pk for row in queries.open_classes("370200", date(2026, 5, 1))] == [approved.pk]
    assert not queries.open_classes("370299", date(2026, 6, 2))


def test_record_attendance_marks_count_hours(school, clerk):
    running = make_class(school, clerk=clerk, status="running", people=6)
    session = queries.sessions(running.pk).first()
    learners = [row.pk for row in queries.enrolments(running.pk)]
    marks = dict(zip(learners, "PALTES", strict=True))
    operations.record_attendance(session.pk, marks, by=clerk, at=a_day_at(session.on, 20))
    hours = queries.hours_by_enrolment(running.pk)
    assert [hours[pk] for pk in learners] == [300, 0, 0, 300, 300, 0]
    days = queries.days_attended_by_enrolment(running.pk)
    assert [days[pk] for pk in learners] == [1, 0, 0, 1, 1, 0]
    assert queries.attendance_grid(running.pk).mark(learners[3], session.pk) == "T"


def test_record_attendance_correction_tells_old_and_new(school, clerk):
    from kaogong.trail.queries import timeline

    running = make_class(school, clerk=clerk, status="running", people=1)
    session, learner = queries.sessions(running.pk).first(), queries.enrolments(running.pk)[0].pk
    at = a_day_at(session.on, 20)
    operations.record_attendance(session.pk, {learner: "A"}, by=clerk, at=at)
    operations.record_attendance(session.pk, {learner: "P"}, by=clerk, at=at, reason="签到表补正")
    told = timeline("class", running.pk).get(verb="class.attendance_corrected")
    assert told.detail["changes"] == {str(learner): ["A", "P"]}
    entries = timeline("class", running.pk).count()
    operations.record_attendance(session.pk, {learner: "P"}, by=clerk, at=at)
    assert timeline("class", running.pk).count() == entries


def test_record_attendance_of_a_session_to_come_is_refused(school, clerk):
    running = make_class(school, clerk=clerk, status="running", people=1)
    last = queries.sessions(running.pk).last()
    with pytest.raises(operations.SessionNotYetHeld):
        operations.record_attendance(last.pk, {}, by=clerk, at=a_day_at(running.starts_on, 8))


def test_record_attendance_after_finishing_is_refused(school, clerk, now):
    finished = make_class(school, clerk=clerk, status="finished")
    with pytest.raises(WrongState):
        operations.record_attendance(queries.sessions(finished.pk).first().pk, {}, by=clerk, at=now)


def test_import_attendance_sheet_reads_the_marks_of_the_book(school, clerk):
    running = make_class(school, clerk=clerk, status="running", people=2)
    names = [row.person.name for row in queries.enrolments(running.pk)]
    days = sorted({session.on for session in queries.sessions(running.pk)})
    book = "姓名," + ",".join(map(str, days)) + "\n"
    book += f"{names[0]}," + ",".join(["到"] * len(days)) + "\n"
    book += f"{names[1]},¢,○" + ",到" * (len(days) - 2) + "\n"
    operations.import_attendance_sheet(
        running.pk, book.encode(), "出勤簿.csv", by=clerk, at=a_day_at(days[-1], 20)
    )
    hours = queries.hours_by_enrolment(running.pk)
    always, late_then_absent = (hours[row.pk] for row in queries.enrolments(running.pk))
    assert always == 1800
    missed = [s.hours_hundredths for s in queries.sessions(running.pk) if s.on == days[1]]
    assert late_then_absent == 1800 - sum(missed)


def test_import_attendance_sheet_with_a_stranger_changes_nothing(school, clerk):
    running = make_class(school, clerk=clerk, status="running", people=1)
    name, day = queries.enrolments(running.pk)[0].person.name, running.starts_on
    book = f"姓名,{day}\n{name},到\n外人,到\n".encode()
    with pytest.raises(operations.AttendanceSheetUnclear) as refused:
        operations.import_attendance_sheet(running.pk, book, "出勤簿.csv", by=clerk, at=a_day_at(day, 20))
    assert refused.value.facts["problems"] == "第3行“外人”不在本班名单"
    assert set(queries.hours_by_enrolment(running.pk).values()) == {0}


def test_finish_class_ignores_those_who_left(school, clerk, now):
    running = make_class(school, clerk=clerk, status="running", people=2)
    gone = queries.enrolments(running.pk)[0]
    operations.withdraw_learner(gone.pk, by=clerk, at=now, reason="参军")
    attend_all(running, by=clerk)
    assert operations.finish_class(running.pk, by=clerk, at=now).status == "finished"
    assert not file_of(gone.person_id).filter(kind="hours").exists()


@pytest.mark.django_db(transaction=True)
def test_draft_class_from_many_threads_gives_each_its_own_number(now):
    school = make_institution()
    contract = make_contract(school)
    clerk = an_actor("provider_clerk", organisation_id=school.pk)

    def draft(_):
        try:
            return operations.draft_class(school.pk, a_new_class(contract.pk), by=clerk, at=now).number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = sorted(pool.map(draft, range(8)))
    assert numbers == [f"KB-2026-{n:06d}" for n in range(1, 9)]
