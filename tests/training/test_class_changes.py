"""Changes after approval: approved or only logged as the data says; undone while not approved; make-ups add up."""

from dataclasses import asdict, replace
from datetime import date, time

import pytest
from django.db import DatabaseError, connection, transaction

from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, WrongState
from kaogong.training import operations, queries
from kaogong.training.models import ClassChange, Session
from tests.factories import a_day_at, an_actor, attend_all, make_class, make_institution, make_trainer
from tests.factories.institutions import make_room

pytestmark = pytest.mark.django_db
BEFORE = a_day_at(date(2026, 5, 20))
WHY = "教师生病"


@pytest.fixture
def school():
    return make_institution()


@pytest.fixture
def clerk(school):
    return an_actor("provider_clerk", organisation_id=school.pk)


@pytest.fixture
def bureau():
    return an_actor("reviewer")


@pytest.fixture
def approved(school, clerk):
    return make_class(school, clerk=clerk, status="approved", people=2)


@pytest.fixture
def first(approved):
    return queries.sessions(approved.pk).first()


def propose(training_class, kind, after, clerk, session=None, at=BEFORE, reason=WHY):
    return operations.propose_change(
        training_class.pk,
        kind,
        after,
        session_id=session.pk if session else None,
        by=clerk,
        at=at,
        reason=reason,
    )


def test_another_trainer_waits_for_approval_and_is_then_in_force(approved, first, school, clerk, bureau):
    other = make_trainer(school, "赵师傅")
    change = propose(approved, "trainer", {"trainer_id": other.pk}, clerk, first)
    assert (change.status, change.needs_approval) == ("proposed", True)
    assert (change.before, change.after) == ({"trainer_id": first.trainer_id}, {"trainer_id": other.pk})
    first.refresh_from_db()
    assert first.trainer_id != other.pk
    assert [row.pk for row in queries.changes_awaiting_approval(bureau)] == [change.pk]
    operations.approve_change(change.pk, by=bureau, at=BEFORE)
    first.refresh_from_db()
    assert first.trainer_id == other.pk
    (told,) = queries.alterations([change])[change.pk]
    assert (told.before, told.after) == ("李师傅", "赵师傅")
    assert [row.pk for row in queries.changes_in_force(approved.pk)] == [change.pk]


def test_another_room_is_only_logged_and_in_force_at_once(approved, first, clerk):
    room = make_room(first.site)
    change = propose(approved, "room", {"room_id": room.pk}, clerk, first)
    first.refresh_from_db()
    assert (change.status, first.room_id) == ("logged", room.pk)
    assert "文件没有写哪些变更" in change.rule


def test_another_hour_is_logged_and_another_day_is_approved(approved, first, clerk, bureau):
    moved = propose(approved, "hour", {"starts_at": "08:00", "ends_at": "11:00"}, clerk, first)
    assert moved.status == "logged"
    day = propose(
        approved, "day", {"on": "2026-06-20", "starts_at": "08:00", "ends_at": "11:00"}, clerk, first
    )
    assert day.status == "proposed"
    operations.approve_change(day.pk, by=bureau, at=BEFORE)
    first.refresh_from_db()
    assert (first.on, first.starts_at) == (date(2026, 6, 20), time(8))


def test_refused_and_withdrawn_changes_leave_the_class_as_it_was(approved, first, school, clerk, bureau):
    other = make_trainer(school)
    change = propose(approved, "trainer", {"trainer_id": other.pk}, clerk, first)
    with pytest.raises(ReasonMissing):
        operations.refuse_change(change.pk, by=bureau, at=BEFORE, reason="")
    operations.refuse_change(change.pk, by=bureau, at=BEFORE, reason="没有资格证书")
    again = propose(approved, "trainer", {"trainer_id": other.pk}, clerk, first)
    operations.withdraw_change(again.pk, by=clerk, at=BEFORE)
    with pytest.raises(WrongState):
        operations.approve_change(again.pk, by=bureau, at=BEFORE)
    with pytest.raises(WrongState):
        operations.withdraw_change(change.pk, by=clerk, at=BEFORE)
    first.refresh_from_db()
    assert first.trainer_id != other.pk


def test_one_open_change_a_session(approved, first, school, clerk):
    propose(approved, "trainer", {"trainer_id": make_trainer(school).pk}, clerk, first)
    with pytest.raises(operations.ChangeOpen):
        propose(approved, "day", {"on": "2026-06-20", "starts_at": "08:00", "ends_at": "11:00"}, clerk, first)


def test_what_cannot_be_is_refused_as_it_is_proposed_and_again_as_it_is_approved(
    approved, first, school, clerk, bureau
):
    busy = make_trainer(school, "赵师傅")
    other = make_class(school, clerk=clerk, status="approved")
    change = propose(approved, "trainer", {"trainer_id": busy.pk}, clerk, first)
    Session.objects.filter(pk=queries.sessions(other.pk).first().pk).update(trainer=busy)
    with pytest.raises(operations.TrainerTaken) as refused:
        operations.approve_change(change.pk, by=bureau, at=BEFORE)
    assert refused.value.facts["number"] == other.number
    assert ClassChange.objects.get(pk=change.pk).status == "proposed"
    operations.withdraw_change(change.pk, by=clerk, at=BEFORE)
    with pytest.raises(operations.TrainerTaken):
        propose(approved, "trainer", {"trainer_id": busy.pk}, clerk, first)
    assert ClassChange.objects.count() == 1


def test_moving_onto_a_learners_other_class_is_refused_by_name(approved, first, clerk):
    person = queries.enrolments(approved.pk)[0].person
    other = make_class(
        status="approved", people=[person], starts_on=date(2026, 6, 10), ends_on=date(2026, 6, 30)
    )
    taken = queries.sessions(other.pk).first()
    after = {"on": str(taken.on), "starts_at": "09:30", "ends_at": "10:30"}
    with pytest.raises(operations.LearnerTaken) as refused:
        propose(approved, "day", after, clerk, first)
    assert refused.value.facts["number"] == other.number


@pytest.mark.parametrize(
    ("kind", "after", "refusal"),
    [
        (
            "day",
            {"on": "2026-07-01", "starts_at": "08:00", "ends_at": "11:00"},
            operations.SessionOutsideClass,
        ),
        ("day", {"on": "明天", "starts_at": "08:00", "ends_at": "11:00"}, operations.ChangeUnclear),
        ("hour", {"starts_at": "11:00", "ends_at": "08:00"}, operations.SessionTimesWrong),
        ("hour", {"starts_at": "09:00", "ends_at": "12:00"}, operations.ChangeChangesNothing),
        ("topic", {"topic": " "}, operations.ChangeUnclear),
        ("trainer", {"trainer_id": 0}, NotFound),
        ("trainer", {"trainer_id": "x"}, operations.ChangeUnclear),
        ("colour", {}, operations.ChangeKindUnknown),
        ("dates", {"starts_on": "2026-06-02", "ends_on": "2026-06-30"}, operations.ChangeKindUnknown),
    ],
)
def test_change_that_makes_no_sense_is_refused(approved, first, clerk, kind, after, refusal):
    with pytest.raises(refusal):
        propose(approved, kind, after, clerk, first)
    assert not ClassChange.objects.exists()


def test_changes_of_strangers_other_roles_and_other_states_are_refused(approved, first, school, clerk):
    after = {"topic": "火候"}
    with pytest.raises(NotFound):
        propose(
            approved, "topic", after, an_actor("provider_clerk", organisation_id=make_institution().pk), first
        )
    with pytest.raises(NotPermitted):
        propose(approved, "topic", after, an_actor("bureau_clerk"), first)
    with pytest.raises(operations.ChangeReasonMissing):
        propose(approved, "topic", after, clerk, first, reason=" ")
    drafted = make_class(school, clerk=clerk)
    with pytest.raises(operations.ClassNotChangeable):
        propose(drafted, "topic", after, clerk, queries.sessions(drafted.pk).first())
    change = propose(approved, "trainer", {"trainer_id": make_trainer(school).pk}, clerk, first)
    with pytest.raises(NotPermitted):
        operations.approve_change(change.pk, by=clerk, at=BEFORE)
    with pytest.raises(NotFound):
        operations.approve_change(change.pk, by=an_actor("reviewer", region_code="510700"), at=BEFORE)
    with pytest.raises(NotFound):
        propose(approved, "topic", after, clerk, queries.sessions(drafted.pk).first())


def test_session_begun_or_marked_is_not_changed(approved, first, school, clerk):
    during = a_day_at(first.on, 10)
    with pytest.raises(operations.SessionOver):
        propose(approved, "trainer", {"trainer_id": make_trainer(school).pk}, clerk, first, at=during)
    operations.start_class(approved.pk, by=clerk, at=a_day_at(first.on, 8))
    attend_all(approved, by=clerk)
    with pytest.raises(operations.SessionMarked):
        propose(approved, "cancel", {}, clerk, first, at=a_day_at(first.on, 20))


def test_cancelled_session_frees_its_hour_and_must_be_made_up_before_the_class_finishes(
    approved, first, school, clerk, bureau
):
    operations.start_class(approved.pk, by=clerk, at=a_day_at(first.on, 8))
    cancelled = propose(approved, "cancel", {}, clerk, first, at=a_day_at(first.on, 8), reason="台风停课")
    assert cancelled.status == "logged"
    first.refresh_from_db()
    assert first.cancelled
    attend_all(approved, by=clerk)
    with pytest.raises(operations.HoursNotMadeUp) as refused:
        operations.finish_class(approved.pk, by=clerk, at=a_day_at(date(2026, 6, 30), 18))
    assert refused.value.message == "理论申报6课时，课程表只有3课时：取消的课补齐后才能结业。"
    after = {
        "on": "2026-06-20", "starts_at": "09:00", "ends_at": "12:00", "hours_hundredths": 300, "kind": "theory",
        "topic": first.topic, "trainer_id": first.trainer_id, "site_id": first.site_id,
    }  # fmt: skip
    with pytest.raises(operations.MakeUpHoursDiffer):
        propose(approved, "make_up", after | {"hours_hundredths": 400}, clerk, first)
    with pytest.raises(operations.MakeUpHoursDiffer):
        propose(approved, "make_up", after | {"kind": "practice"}, clerk, first)
    change = propose(approved, "make_up", after, clerk, first)
    operations.approve_change(change.pk, by=bureau, at=BEFORE)
    made_up = Session.objects.get(makes_up=first)
    assert (made_up.on, queries.planned_hours(approved.pk)["theory"]) == (date(2026, 6, 20), 600)
    with pytest.raises(operations.MakeUpHoursDiffer):
        propose(approved, "make_up", after | {"on": "2026-06-21"}, clerk, first)
    attend_all(approved, by=clerk)
    assert (
        operations.finish_class(approved.pk, by=clerk, at=a_day_at(date(2026, 6, 30), 18)).status
        == "finished"
    )


def test_make_up_of_a_session_that_was_held_is_refused(approved, first, clerk):
    values = asdict(replace(plan_row(first), on=date(2026, 6, 20)))
    with pytest.raises(operations.SessionNotCancelled):
        propose(approved, "make_up", values, clerk, first)


def plan_row(session) -> operations.NewSession:
    names = operations.NewSession.__dataclass_fields__
    return operations.NewSession(**{name: getattr(session, name) for name in names})


def test_dates_change_when_every_session_fits(approved, clerk, bureau):
    with pytest.raises(operations.SessionOutsideClass):
        propose(approved, "dates", {"starts_on": "2026-06-02", "ends_on": "2026-06-30"}, clerk)
    change = propose(approved, "dates", {"starts_on": "2026-06-01", "ends_on": "2026-07-10"}, clerk)
    operations.approve_change(change.pk, by=bureau, at=BEFORE)
    assert queries.training_class(approved.pk, by=clerk).ends_on == date(2026, 7, 10)
    operations.start_class(approved.pk, by=clerk, at=a_day_at(date(2026, 6, 1), 8))
    with pytest.raises(operations.ClassBegun):
        propose(approved, "dates", {"starts_on": "2026-05-30", "ends_on": "2026-07-10"}, clerk)


def test_plan_changes_as_a_whole_and_hours_must_add_up(approved, clerk, bureau):
    rows = [plan_row(row) for row in queries.sessions(approved.pk)]
    fewer = {"hours_theory": 6, "hours_practice": 6, "sessions": [asdict(row) for row in rows[:-1]]}
    with pytest.raises(operations.PlanHoursDiffer):
        propose(approved, "plan", fewer | {"hours_practice": 12}, clerk)
    change = propose(approved, "plan", fewer, clerk)
    assert queries.sessions(approved.pk).count() == len(rows)
    operations.approve_change(change.pk, by=bureau, at=BEFORE)
    found = queries.training_class(approved.pk, by=clerk)
    assert (found.hours_practice, queries.sessions(approved.pk).count()) == (6, len(rows) - 1)
    assert len(change.before["sessions"]) == len(rows)


def test_what_a_change_says_is_never_rewritten(approved, first, clerk):
    change = propose(approved, "topic", {"topic": "火候"}, clerk, first)
    for told in (
        "before = '{}'",
        "after = '{}'",
        "reason = 'x'",
        "status = 'approved'",
        "status = 'proposed'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE training_classchange SET {told} WHERE id = %s", [change.pk])
