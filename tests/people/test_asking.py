"""Asking outside registers: in batches, on the record, kept with their day, and never in anybody's way."""

import json

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import override_settings

from kaogong.gateways import registers
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotPermitted, ReasonMissing
from kaogong.people import operations, queries
from kaogong.people.models import RegisterAnswer, RegisterAsking
from kaogong.trail.models import Entry
from tests.factories import an_actor, make_person
from tests.gateways.registers import DEAD, FACTS, LIVING, STRANGER, WORKER, serving

pytestmark = pytest.mark.django_db
NAMES = {LIVING: "王小明", DEAD: "李大山", STRANGER: "某人"}


@pytest.fixture(autouse=True)
def _fresh():
    registers.forget_failures()


@pytest.fixture
def clerk():
    return an_actor("bureau_clerk")


@pytest.fixture
def exchange():
    with serving() as running, override_settings(REGISTERS=running.address):
        yield running


def ask(by, at, names=NAMES, kinds=("identity", "pension"), reason="花名册核验"):
    return operations.ask_registers(names, kinds=kinds, by=by, at=at, reason=reason)


def test_ask_registers_answers_and_keeps_them(exchange, clerk, now):
    said = ask(clerk, now)
    assert said.of("identity", LIVING).facts.name_matches and said.of("pension", DEAD).facts.since
    assert said.of("pension", STRANGER).status == "not_found"
    assert said.of("insurance", LIVING).status == "not_connected"  # not asked
    kept = queries.register_answers_of(list(NAMES), ["identity", "pension"])
    assert kept["pension", DEAD].answer.facts == said.of("pension", DEAD).facts
    assert len(kept) == 6


def test_ask_registers_says_in_the_trail_who_asked_which_how_many_and_why(exchange, clerk, now):
    ask(clerk, now)
    entries = Entry.objects.filter(verb="register.asked")
    assert {e.detail["kind"] for e in entries} == {"identity", "pension"}
    one = entries.get(detail__kind="pension")
    assert (one.actor_name, one.reason, one.detail["asked"], one.detail["known"], one.detail["not_found"]) == (
        clerk.name, "花名册核验", 3, 1, 2,
    )  # fmt: skip
    assert not any(number in json.dumps(e.detail) for e in entries for number in NAMES)


def test_ask_registers_twice_a_day_asks_once_and_another_name_anew(exchange, clerk, now):
    ask(clerk, now)
    first = len(exchange.asked)
    assert ask(clerk, now).of("identity", LIVING).facts.name_matches
    assert len(exchange.asked) == first
    assert not ask(clerk, now, {LIVING: "李四"}).of("identity", LIVING).facts.name_matches
    assert len(exchange.asked) == first + 1
    ask(clerk, now.replace(day=17))
    assert len(exchange.asked) == first + 3


def test_ask_registers_facts_are_sealed_and_never_changed(exchange, clerk, now):
    ask(clerk, now, {WORKER: "张伟"}, ("insurance",))
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts FROM people_registeranswer")
        assert "示例机电".encode() not in bytes(cursor.fetchone()[0])
    for rows in (RegisterAnswer.objects.all(), RegisterAsking.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(source="别处")
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete(rows.db)


def test_ask_registers_down_is_not_checked_and_asked_again(exchange, clerk, now):
    exchange.trouble = ["500"] * 4
    said = ask(clerk, now)
    assert set(said.unavailable) == {"identity", "pension"}
    assert not RegisterAnswer.objects.exists()
    assert RegisterAsking.objects.get(kind="pension").unavailable == 3
    registers.forget_failures()
    assert ask(clerk, now).unavailable == ()


@override_settings(REGISTERS="")
def test_ask_registers_none_connected_asks_nothing(clerk, now):
    assert ask(clerk, now).found == {}
    assert not RegisterAsking.objects.exists() and not Entry.objects.filter(verb="register.asked").exists()


def test_ask_registers_without_right_or_reason(exchange, clerk, now):
    for role in ("learner", "cashier", "inspector"):
        with pytest.raises(NotPermitted):
            ask(an_actor(role), now)
    with pytest.raises(ReasonMissing):
        ask(clerk, now, reason=" ")
    assert exchange.asked == []
    assert ask(system_actor(), now).of("pension", DEAD).is_known


def test_ask_register_keeps_no_photograph_and_no_phone(exchange, clerk, now):
    faces = [registers.of_faces("a", b"x", b"x")]
    said = operations.ask_register("face", faces, by=clerk, at=now, reason="到课比对")
    assert said["a"].facts.percent == 100
    words = [registers.by_message("b", "13800000000", "请签到")]
    assert operations.ask_register("message", words, by=clerk, at=now, reason="随机点名")["b"].is_known
    assert RegisterAsking.objects.count() == 2 and not RegisterAnswer.objects.exists()


def test_register_history_is_of_people_in_reach(exchange, clerk, now):
    person = make_person("王小明", id_number=LIVING)
    ask(clerk, now)
    assert [row.kind for row in queries.register_history(person.pk, by=clerk)] == ["pension", "identity"]
    answers = queries.register_answers_about([person.pk], ["identity"])
    assert answers["identity", person.pk].answer.facts.name_matches
    assert queries.register_askings(clerk).count() == 2
    assert not queries.register_askings(an_actor("bureau_clerk", region_code="370211")).exists()


def test_facts_source_and_day_stand_with_the_answer(exchange, clerk, now):
    answer = ask(clerk, now).of("identity", DEAD)
    assert (answer.source, answer.as_of.isoformat()) == (FACTS["source"], FACTS["as_of"])
