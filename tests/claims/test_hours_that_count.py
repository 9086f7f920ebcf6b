"""Which hours a claim is judged on: the mark, the class's share on each day, and how far presence is proven."""

from datetime import date
from uuid import uuid4

import pytest

from kaogong.claims import operations, queries
from kaogong.claims.queries import rulebook
from kaogong.claims.queries.frozen import decided_in_order, frozen
from kaogong.claims.queries.in_bulk import _sorted_out, decided_in_bulk
from kaogong.kernel.actor import system_actor
from kaogong.presence.models import CheckIn, PresenceEvidence
from kaogong.presence.queries import hours, settings
from kaogong.training import queries as training
from kaogong.training.models import Attendance
from tests.factories.claims import line_of, make_certified_class, make_claim, make_learner
from tests.factories.people import an_actor
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
AT = a_day_at(date(2026, 7, 10))
YEAR = (date(2026, 1, 1), date(2027, 1, 1))


def a_class(people: int = 4):
    """A certified class whose learners have a living allowance too, everyone there by the mark."""
    return make_certified_class([make_learner(f"学员{word}", allowance=True) for word in "甲乙丙丁"[:people]])


def absent(training_class, sequence: int, *, days: int = 1) -> list[date]:
    """One learner's marks taken back on the first so many days."""
    on = sorted({session.on for session in training.sessions(training_class.pk)})[:days]
    Attendance.objects.filter(
        enrolment=training.enrolments(training_class.pk).get(sequence=sequence), session__on__in=on
    ).update(mark="A", hours_hundredths=0)
    return on


def weighed(training_class, sequence: int, score: int, *, sessions: int = 1) -> int:
    """One learner checked in, with so much evidence, at the first so many sessions; their hundredths of hours."""
    learner = training.enrolments(training_class.pk).get(sequence=sequence)
    found = list(training.sessions(training_class.pk))[:sessions]
    for session in found:
        at = a_day_at(session.on, 9)
        CheckIn.objects.create(
            client_key=uuid4(), phase="in", way="none", stands_for=at, received_at=at, source="paper",
            session=session, enrolment=learner, person_id=learner.person_id,
        )  # fmt: skip
        PresenceEvidence.objects.create(
            session=session, enrolment=learner, score=score, weakest="who", proposed_mark="P", weighed_at=at
        )
    return sum(session.hours_hundredths for session in found)


def finding(line, name: str) -> dict:
    (found,) = [f for f in queries.decision(line.pk).decision["findings"] if f["rule"] == name]
    return found


def allowance_fen(line) -> int:
    """What the decision gives the learner for living."""
    return sum(
        part["amount_fen"]
        for part in queries.decision(line.pk).decision["components"]
        if part["code"] == "living"
    )


def frozen_facts(line) -> dict:
    return queries.decision(line.pk).facts


def agree_in_bulk_and_again() -> None:
    """What is kept comes out the same from its frozen facts, one by one and as columns."""
    assert queries.replay(AT).differences == ()
    rows = list(frozen(queries.decisions_between(*YEAR, by=system_actor())))
    assert _sorted_out(rows, rulebook())[1] == []
    alone = {row.reference: outcome for row, outcome in decided_in_order(rows, rulebook())}
    for reference, outcome in decided_in_bulk(rows, rulebook()).items():
        kept = alone[reference]
        assert (outcome.verdict, outcome.amount_fen) == (kept.verdict, kept.amount_fen)


def test_a_day_the_class_fell_short_refuses_everybodys_hours_and_names_the_day():
    training_class = a_class()
    (on,) = absent(training_class, 4)
    claim = make_claim(training_class)
    first = queries.lines(claim.pk).get(enrolment__sequence=1)
    assert (first.verdict, first.amount_fen) == ("refused", 0)
    found = finding(first, "class_there_each_day")
    assert found["outcome"] == "failed" and found["clause"]
    assert f"最低的{on}为75%" in found["message_zh"] and "天津" in found["message_zh"]
    assert finding(first, "attended_enough")["outcome"] == "passed"
    kept = frozen_facts(first)
    assert (kept["hours_attended"], kept["hours_counted"], kept["short_days"]) == ("18.00", "0.00", 1)
    agree_in_bulk_and_again()


def test_hours_proven_too_weakly_are_not_paid_and_refuse_what_they_leave_short():
    training_class = a_class()
    little = weighed(training_class, 1, 39)
    weighed(training_class, 2, 40, sessions=9)
    weighed(training_class, 3, 0, sessions=99)
    claim = make_claim(training_class)
    one, two, three, four = queries.lines(claim.pk).order_by("enrolment__sequence")
    share = 100 * (1800 - little) // 1800
    assert frozen_facts(one)["hours_unproven"] == f"{little / 100:.2f}"
    assert (one.verdict == "payable") is (share >= 80)
    assert (two.verdict, allowance_fen(two)) == ("payable", 18 * 500)
    assert three.verdict == "refused" and "18学时依据不足" in finding(three, "presence_proven")["message_zh"]
    assert (four.verdict, frozen_facts(four)["hours_unproven"]) == ("payable", "0.00")
    assert frozen_facts(four)["hours_counted"] == frozen_facts(four)["hours_attended"] == "18.00"
    agree_in_bulk_and_again()


def test_weak_evidence_alone_is_left_to_a_second_person_to_excuse():
    training_class = a_class(1)
    weighed(training_class, 1, 0, sessions=99)
    line = queries.lines(make_claim(training_class).pk).get()
    assert line.verdict == "refused"
    line = operations.waive_rule(
        line.pk, rule_id="presence_proven", reason="教室断网，已核对签名表", by=an_actor("reviewer"), at=AT
    )
    assert line.verdict == "payable" and finding(line, "presence_proven")["outcome"] == "waived"


def test_a_living_allowance_is_paid_for_the_hours_that_count():
    training_class = a_class(1)
    sessions = list(training.sessions(training_class.pk))
    left_out = min(sessions, key=lambda one: one.hours_hundredths)
    learner = training.enrolments(training_class.pk).get()
    at = a_day_at(left_out.on, 9)
    CheckIn.objects.create(
        client_key=uuid4(), phase="in", way="none", stands_for=at, received_at=at, source="paper",
        session=left_out, enrolment=learner, person_id=learner.person_id,
    )  # fmt: skip
    PresenceEvidence.objects.create(
        session=left_out, enrolment=learner, score=10, weakest="who", proposed_mark="P", weighed_at=at
    )
    line = queries.lines(make_claim(training_class).pk).get()
    counted = 1800 - left_out.hours_hundredths
    if line.verdict == "refused":
        line = operations.waive_rule(
            line.pk, rule_id="presence_proven", reason="已核对", by=an_actor("reviewer"), at=AT
        )
    assert (line.verdict, allowance_fen(line)) == ("payable", counted * 5)
    assert queries.replay(AT).differences == ()


def test_marks_from_paper_alone_count_as_they_are():
    person = make_learner("陈静")
    line = line_of(make_claim(make_certified_class([person])), person)
    kept = frozen_facts(line)
    assert line.verdict == "payable"
    assert (kept["hours_counted"], kept["hours_unproven"], kept["short_days"]) == ("18.00", "0.00", 0)
    assert finding(line, "presence_proven")["outcome"] == "passed"


def test_where_no_rule_of_attendance_is_set_none_applies_and_the_finding_says_so(monkeypatch):
    monkeypatch.setattr(hours, "conduct_of", lambda region, on: settings.conduct_of("370211", on))
    training_class = a_class()
    absent(training_class, 4)
    weighed(training_class, 1, 0, sessions=99)
    line = queries.lines(make_claim(training_class).pk).get(enrolment__sequence=1)
    assert line.verdict == "payable" and frozen_facts(line)["hours_counted"] == "18.00"
    assert "本地区没有规定" in finding(line, "class_there_each_day")["message_zh"]
