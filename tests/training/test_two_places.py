"""Nobody and no room in two places at once: refused by the database, told by name, also to two at once."""

import threading
import time as clock
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, time
from random import Random

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaogong.kernel.errors import NotFound
from kaogong.people.models import Person
from kaogong.trail.models import Entry
from kaogong.training import operations, queries
from kaogong.training.models import Enrolment, Session, TrainingClass
from kaogong.training.operations.trying_twice import tried_twice
from tests.factories import (
    a_day_at,
    a_roster,
    a_timetable,
    an_actor,
    an_id_number,
    make_class,
    make_institution,
    make_person,
    make_site,
    make_trainer,
    roster_rows,
)
from tests.factories.institutions import make_room

DAY = date(2026, 6, 1)
EARLY = a_day_at(date(2026, 5, 1))
DOUBLE = """
    SELECT count(*) FROM training_session s JOIN training_session o
        ON o.id > s.id AND o."on" = s."on" AND o.starts_at < s.ends_at AND s.starts_at < o.ends_at
       AND NOT s.cancelled AND NOT o.cancelled
      JOIN training_trainingclass c ON c.id = s.training_class_id
      JOIN training_trainingclass d ON d.id = o.training_class_id
      JOIN institutions_trainer t ON t.id = s.trainer_id JOIN institutions_trainer u ON u.id = o.trainer_id
     WHERE t.id_number_index = u.id_number_index
        OR (s.site_id = o.site_id AND (s.room_id IS NULL OR o.room_id IS NULL OR s.room_id = o.room_id))
        OR (c.status IN ('filed', 'approved', 'running', 'finished')
            AND d.status IN ('filed', 'approved', 'running', 'finished') AND EXISTS (
                SELECT FROM training_enrolment a JOIN training_enrolment b USING (person_id)
                 WHERE a.training_class_id = c.id AND b.training_class_id = d.id AND c.id <> d.id
                   AND a.status = 'enrolled' AND b.status = 'enrolled'))
"""


def doubles() -> int:
    """How many pairs of sessions have someone or something in two places."""
    with connection.cursor() as cursor:
        cursor.execute(DOUBLE)
        return cursor.fetchone()[0]


def a_session(training_class, trainer_id, site_id, **fields) -> operations.NewSession:
    plan = a_timetable(training_class, trainer_id, site_id)[0]
    return replace(plan, **fields)


@pytest.fixture
def school(db):
    return make_institution()


@pytest.fixture
def clerk(school):
    return an_actor("provider_clerk", organisation_id=school.pk)


# --- trainers ---------------------------------------------------------------------------------------------


def test_same_human_being_at_two_institutions_is_one_trainer(school, clerk, now):
    number = an_id_number().value
    here = make_trainer(school, "王师傅", id_number=number)
    other_school = make_institution()
    there = make_trainer(other_school, "王师傅", id_number=number)
    other = make_class(other_school)
    other_clerk = an_actor("provider_clerk", organisation_id=other_school.pk)
    plan = a_timetable(other, there.pk, make_site(other_school).pk)
    operations.plan_sessions(other.pk, plan, by=other_clerk, at=now)
    mine = make_class(school, clerk=clerk)
    with pytest.raises(operations.TrainerTaken) as refused:
        operations.plan_sessions(mine.pk, a_timetable(mine, here.pk, make_site(school).pk), by=clerk, at=now)
    assert refused.value.facts["number"] == other.number
    assert refused.value.facts["name"] == "王师傅"


def test_database_refuses_the_same_human_being_to_a_raw_insert(school):
    number = an_id_number().value
    other_school = make_institution()
    here, there = make_trainer(school, id_number=number), make_trainer(other_school, id_number=number)
    taken = queries.sessions(make_class(school).pk).first()
    Session.objects.filter(pk=taken.pk).update(trainer=here)
    free = queries.sessions(make_class(other_school, starts_on=date(2026, 6, 10)).pk).first()
    with pytest.raises(IntegrityError, match="trainer_person_once_at_a_time"), transaction.atomic():
        Session.objects.filter(pk=free.pk).update(
            trainer=there, on=taken.on, starts_at=taken.starts_at, ends_at=taken.ends_at
        )


# --- rooms ------------------------------------------------------------------------------------------------


def test_rooms_of_one_site_are_independent_and_one_room_is_not(school, clerk, now):
    site = make_site(school)
    first, second = make_room(site), make_room(site)
    classes = [make_class(school, clerk=clerk) for _ in range(3)]

    def plan(training_class, room):
        rows = a_timetable(training_class, make_trainer(school).pk, site.pk)
        return operations.plan_sessions(
            training_class.pk, [replace(row, room_id=room) for row in rows], by=clerk, at=now
        )

    plan(classes[0], first.pk)
    plan(classes[1], second.pk)
    with pytest.raises(operations.SiteTaken) as refused:
        plan(classes[2], second.pk)
    assert refused.value.facts["number"] == classes[1].number
    assert second.name in refused.value.facts["name"]


def test_site_without_a_room_named_is_taken_as_a_whole(school, clerk, now):
    site = make_site(school)
    room = make_room(site)
    in_room, whole = make_class(school, clerk=clerk), make_class(school, clerk=clerk)
    rows = a_timetable(in_room, make_trainer(school).pk, site.pk)
    operations.plan_sessions(in_room.pk, [replace(row, room_id=room.pk) for row in rows], by=clerk, at=now)
    with pytest.raises(operations.SiteTaken):
        operations.plan_sessions(
            whole.pk, a_timetable(whole, make_trainer(school).pk, site.pk), by=clerk, at=now
        )


def test_room_of_another_site_is_refused_by_operation_and_database(school, clerk, now):
    drafted = make_class(school, clerk=clerk)
    session = queries.sessions(drafted.pk).first()
    stray = make_room(make_site(school))
    row = a_session(drafted, session.trainer_id, session.site_id, room_id=stray.pk)
    with pytest.raises(NotFound):
        operations.plan_sessions(drafted.pk, [row], by=clerk, at=now)
    with pytest.raises(IntegrityError, match="session_room_in_its_site"), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(room=stray)


# --- learners ---------------------------------------------------------------------------------------------


@pytest.fixture
def two_classes(school, clerk):
    """Two approved classes that meet at the same hours; one learner has left both."""
    person = make_person("王小明")
    found = []
    for _ in range(2):
        other = make_institution()
        held = make_class(other, status="approved", people=[make_person("李兰"), person])
        enrolment = Enrolment.objects.get(training_class=held, person=person)
        bureau = an_actor("provider_clerk", organisation_id=other.pk)
        operations.withdraw_learner(enrolment.pk, by=bureau, at=EARLY, reason="另有安排")
        found.append((held, enrolment, bureau))
    return found


def test_readmit_learner_who_sits_elsewhere_is_refused_by_name(two_classes):
    (first, one, by_one), (_second, two, by_two) = two_classes
    operations.readmit_learner(one.pk, by=by_one, at=EARLY)
    with pytest.raises(operations.LearnerTaken) as refused:
        operations.readmit_learner(two.pk, by=by_two, at=EARLY)
    said = refused.value.message
    assert first.number in said
    assert "2026-06-01" in said
    assert "09:00" in said
    assert "王*明" in said
    assert "王小明" not in said
    assert two.person.id_number_masked in said
    assert Enrolment.objects.get(pk=two.pk).status == "withdrawn"


def test_learner_may_sit_in_a_draft_and_not_in_a_second_filed_class(school, clerk):
    person = make_person("王明")
    filed = make_class(school, clerk=clerk, status="filed", people=[person])
    draft = make_class(people=[person], starts_on=date(2026, 6, 10))
    first = queries.sessions(filed.pk).first()
    Session.objects.filter(pk=queries.sessions(draft.pk).first().pk).update(
        on=first.on, starts_at=first.starts_at, ends_at=first.ends_at
    )
    with pytest.raises(IntegrityError, match="learner_once_at_a_time"), transaction.atomic():
        TrainingClass.objects.filter(pk=draft.pk).update(status="filed")


def test_moving_a_session_onto_another_class_of_a_learner_is_refused(school):
    person = make_person("王明")
    one = make_class(status="approved", people=[person])
    two = make_class(status="approved", people=[person], starts_on=date(2026, 6, 10))
    target, session = queries.sessions(one.pk).first(), queries.sessions(two.pk).first()
    with pytest.raises(IntegrityError, match="learner_once_at_a_time"), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(
            on=target.on, starts_at=target.starts_at, ends_at=target.ends_at
        )


def test_cancelled_session_and_learner_who_left_free_the_hour(school):
    person = make_person("王明")
    one = make_class(status="approved", people=[person])
    two = make_class(status="approved", people=[person], starts_on=date(2026, 6, 10))
    taken, session = queries.sessions(one.pk).first(), queries.sessions(two.pk).first()
    Session.objects.filter(pk=taken.pk).update(cancelled=True)
    moved = {"on": taken.on, "starts_at": taken.starts_at, "ends_at": taken.ends_at}
    Session.objects.filter(pk=session.pk).update(**moved)
    with pytest.raises(IntegrityError, match="learner_once_at_a_time"), transaction.atomic():
        Session.objects.filter(pk=taken.pk).update(cancelled=False)
    Enrolment.objects.filter(training_class=two).update(status="withdrawn")
    Session.objects.filter(pk=taken.pk).update(cancelled=False)


def test_take_roster_into_a_filed_class_is_told_of_a_learner_taken_meanwhile(school, clerk):
    person = make_person("王小明")
    filed = make_class(school, clerk=clerk, status="filed")
    upload = operations.upload_roster(
        filed.pk, a_roster(roster_rows([person])), "名单.csv", by=clerk, at=EARLY
    )
    other = make_class(status="approved", people=[person], starts_on=date(2026, 6, 10))
    first = queries.sessions(filed.pk).first()
    Session.objects.filter(pk=queries.sessions(other.pk).first().pk).update(
        on=first.on, starts_at=first.starts_at, ends_at=first.ends_at
    )
    taken = operations.take_roster(upload.pk, by=clerk, at=EARLY)  # judged anew as it is taken
    assert taken.rows_added == 0
    with pytest.raises(IntegrityError, match="learner_once_at_a_time"), transaction.atomic():
        Enrolment.objects.create(training_class=filed, person=person, sequence=99)


# --- two transactions at once -----------------------------------------------------------------------------


def in_a_thread(work):
    """Run on a connection of its own; (result, exception)."""

    def run():
        try:
            return work(), None
        except Exception as refusal:  # the test looks at it
            return None, refusal
        finally:
            connection.close()

    return run


def wait_for_a_waiter() -> None:
    """Until some other session waits for a lock."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        clock.sleep(0.02)
    raise AssertionError("nobody waited")


@pytest.mark.django_db(transaction=True)
def test_second_of_two_enrolments_waits_and_is_refused(two_classes):
    (first, one, by_one), (_second, two, by_two) = two_classes
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            operations.readmit_learner(one.pk, by=by_one, at=EARLY)
            other = pool.submit(in_a_thread(lambda: operations.readmit_learner(two.pk, by=by_two, at=EARLY)))
            wait_for_a_waiter()
        _result, refusal = other.result(10)
    assert isinstance(refusal, operations.LearnerTaken)
    assert refusal.facts["number"] == first.number
    assert doubles() == 0


@pytest.mark.django_db(transaction=True)
def test_enrolment_and_a_session_moved_at_once_cannot_both_commit(two_classes):
    (_first, one, by_one), (second, two, _by_two) = two_classes
    session = queries.sessions(second.pk).first()
    Session.objects.filter(training_class=second).update(cancelled=True)
    Enrolment.objects.filter(pk=two.pk).update(status="enrolled")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            operations.readmit_learner(one.pk, by=by_one, at=EARLY)
            other = pool.submit(
                in_a_thread(lambda: Session.objects.filter(pk=session.pk).update(cancelled=False))
            )
            wait_for_a_waiter()
        _result, refusal = other.result(10)
    assert isinstance(refusal, IntegrityError)
    assert doubles() == 0


@pytest.mark.django_db(transaction=True)
def test_two_schools_planning_the_same_human_being_at_once_cannot_both(now):
    number = an_id_number().value
    plans = []
    for _ in range(2):
        school = make_institution()
        trainer = make_trainer(school, id_number=number)
        drafted = make_class(school)
        by = an_actor("provider_clerk", organisation_id=school.pk)
        plans.append((drafted, a_timetable(drafted, trainer.pk, make_site(school).pk), by))
    (one, plan_one, by_one), (two, plan_two, by_two) = plans
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            operations.plan_sessions(one.pk, plan_one, by=by_one, at=now)
            other = pool.submit(
                in_a_thread(lambda: operations.plan_sessions(two.pk, plan_two, by=by_two, at=now))
            )
            wait_for_a_waiter()
        _result, refusal = other.result(10)
    assert isinstance(refusal, operations.TrainerTaken)
    assert doubles() == 0


@pytest.mark.django_db(transaction=True)
def test_random_statements_of_two_connections_leave_nobody_in_two_places():
    """Raw statements, past every operation: whatever commits, no pair is left; and nobody deadlocks."""
    people = [make_person(f"王{name}") for name in "明华芳伟"]
    shared = an_id_number().value
    classes = []
    for place in range(4):
        school = make_institution()
        trainer = make_trainer(school, **({"id_number": shared} if place % 2 else {}))
        held = make_class(
            school, people=people, starts_on=date(2026, 6, 1 + 7 * place), ends_on=date(2026, 7, 30)
        )
        classes.append((held.pk, trainer.pk, list(held.sessions.values_list("pk", flat=True))))
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def hammer(seed: int):
        chance = Random(seed)
        barrier.wait()
        for _ in range(60):
            class_id, trainer_id, sessions = chance.choice(classes)
            try:
                with transaction.atomic():
                    match chance.randrange(5):
                        case 0:
                            TrainingClass.objects.filter(pk=class_id, status="drafted").update(status="filed")
                        case 1:
                            begins = chance.randrange(8, 18)
                            Session.objects.filter(pk=chance.choice(sessions)).update(
                                on=date(2026, 6, chance.randrange(1, 4)),
                                starts_at=time(begins),
                                ends_at=time(begins + 2),
                            )
                        case 2:
                            Session.objects.filter(pk=chance.choice(sessions)).update(trainer_id=trainer_id)
                        case 3:
                            Session.objects.filter(pk=chance.choice(sessions)).update(
                                cancelled=chance.random() < 0.4
                            )
                        case 4:
                            row = Enrolment.objects.filter(
                                training_class_id=class_id, person=chance.choice(people)
                            )
                            row.filter(status="enrolled").update(status="withdrawn") or row.update(
                                status="enrolled"
                            )
                outcomes.append("kept")
            except IntegrityError:
                outcomes.append("refused")
            except OperationalError as deadlock:
                outcomes.append(f"deadlock: {deadlock}")

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(in_a_thread(lambda seed=seed: hammer(seed))) for seed in (7, 8)]:
            assert done.result(60)[1] is None
    assert doubles() == 0
    assert outcomes.count("kept") > 20
    assert outcomes.count("refused") > 3
    assert [said for said in outcomes if said.startswith("deadlock")] == []


@pytest.mark.django_db(transaction=True)
def test_a_filing_the_database_gives_up_for_anothers_sake_is_done_again(now):
    school = make_institution()
    clerk = an_actor("provider_clerk", organisation_id=school.pk)
    person = make_person("王小明")
    drafted = make_class(school, people=[person], clerk=clerk)

    def filed_meanwhile(file_class):
        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                Person.objects.select_for_update().get(pk=person.pk)
                filing = pool.submit(in_a_thread(lambda: file_class(drafted.pk, by=clerk, at=now)))
                wait_for_a_waiter()  # it holds the class and waits for the learner
                TrainingClass.objects.select_for_update().get(pk=drafted.pk)  # each waits for the other
            return filing.result(20)

    _, given_up = filed_meanwhile(operations.file_class.__wrapped__)
    assert isinstance(given_up, OperationalError)
    filed, refusal = filed_meanwhile(operations.file_class)
    assert refusal is None and filed.status == "filed"
    moves = Entry.objects.filter(verb="class.filed", subject_id=str(drafted.pk))
    assert moves.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_stays_in_each_others_way_is_told_in_words():
    begun = []

    def gives_up(problem):
        @tried_twice
        def operation():
            begun.append(problem)
            raise OperationalError("given up") from problem

        return operation

    with pytest.raises(operations.TryAgain, match="请再试一次"):
        gives_up(psycopg.errors.DeadlockDetected())()
    assert len(begun) == 2
    with transaction.atomic(), pytest.raises(operations.TryAgain):
        gives_up(psycopg.errors.DeadlockDetected())()
    assert len(begun) == 3  # within a larger transaction nothing is done again
    with pytest.raises(OperationalError, match="given up"):
        gives_up(psycopg.errors.AdminShutdown())()
    assert len(begun) == 4


# --- the look-up that says what clashes --------------------------------------------------------------------


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_clashes_says_what_pairwise_comparison_says(db, data):
    with transaction.atomic():
        school = make_institution()
        sites = [make_site(school), make_site(school)]
        rooms = [None, make_room(sites[0]).pk, make_room(sites[0]).pk]
        trainers = [make_trainer(school).pk for _ in range(3)]
        kept_class, new_class = make_class(school), make_class(school)
        Session.objects.filter(training_class__institution=school).update(cancelled=True)

        def drawn(training_class):
            site = data.draw(st.integers(0, 1))
            begins = data.draw(st.integers(8, 15))
            return Session(
                training_class=training_class, on=date(2026, 6, data.draw(st.integers(1, 2))), starts_at=time(begins),
                ends_at=time(begins + data.draw(st.integers(1, 3))), hours_hundredths=100, kind="theory", topic="x",
                trainer_id=data.draw(st.sampled_from(trainers)), site_id=sites[site].pk,
                room_id=data.draw(st.sampled_from(rooms)) if site == 0 else None,
            )  # fmt: skip

        kept = []
        for _ in range(data.draw(st.integers(0, 5))):
            session = drawn(kept_class)
            try:
                with transaction.atomic():
                    session.save()
                kept.append(session)
            except IntegrityError:
                pass
        plan = [drawn(new_class) for _ in range(data.draw(st.integers(0, 6)))]
        expected = {
            (place, kind)
            for place, new in enumerate(plan)
            for old in kept
            if old.on == new.on and old.starts_at < new.ends_at and new.starts_at < old.ends_at
            for kind, is_same in (
                ("trainer", old.trainer_id == new.trainer_id),
                (
                    "room",
                    old.site_id == new.site_id
                    and (not old.room_id or not new.room_id or old.room_id == new.room_id),
                ),
            )
            if is_same
        } | {
            (max(a, b), "class")
            for a, one in enumerate(plan)
            for b, two in enumerate(plan)
            if a < b and one.on == two.on and one.starts_at < two.ends_at and two.starts_at < one.ends_at
        }
        found = queries.clashes(plan, except_class_id=new_class.pk)
        assert {(clash.place, clash.kind) for clash in found} == expected
        transaction.set_rollback(True)
