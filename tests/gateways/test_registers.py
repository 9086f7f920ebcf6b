"""One contract for the stand-in and for the client of a real exchange, so that neither drifts from the other."""

import json
import logging
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings

from kaogong.gateways import registers
from kaogong.gateways.registers import (
    FactsFile,
    RegisterClient,
    about,
    at_hours,
    by_message,
    of_face,
    of_faces,
)

from .registers import (
    DEAD,
    FACTS,
    LIVING,
    OTHER_PHOTO,
    PHOTO,
    PUPIL,
    STRANGER,
    THIRD_PHOTO,
    WORKER,
    serving,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _fresh():
    registers.forget_failures()
    yield
    registers.forget_failures()


@pytest.fixture
def exchange():
    with serving() as running:
        yield running


@pytest.fixture
def facts_file(tmp_path):
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(FACTS))
    return path


@pytest.fixture(params=["file", "http"])
def register(request, facts_file):
    if request.param == "file":
        yield FactsFile(facts_file)
    else:
        with serving() as running:
            yield RegisterClient(running.address, credential="secret", at_once=2)


def asked(register, kind, *questions):
    return register.ask(kind, questions, reason="花名册核验")


# The contract ------------------------------------------------------------------------------------


def test_identity_name_number_and_death(register):
    said = asked(
        register,
        "identity",
        about(LIVING, "王小明"),
        about(DEAD, "李四"),
        about(STRANGER, "某人"),
        about(WORKER),
    )
    assert said[LIVING].facts == registers.Identity(True, None)
    assert said[DEAD].facts == registers.Identity(False, date(2024, 3, 2))
    assert said[STRANGER].status == registers.NOT_FOUND
    assert said[WORKER].facts.name_matches is None
    assert (said[LIVING].source, said[LIVING].as_of) == ("示例数据交换平台（虚构）", date(2026, 11, 15))


def test_insurance_spells_in_order_and_on_a_day(register):
    said = asked(register, "insurance", about(WORKER), about(LIVING), about(STRANGER))
    assert [s.employer for s in said[WORKER].facts.spells] == ["示例老东家", "示例机电有限公司"]
    assert [s.credit_code for s in said[WORKER].facts.on(date(2026, 6, 1))] == ["91370299MA00000001"]
    assert said[WORKER].facts.on(date(2024, 4, 30)) == ()
    assert said[LIVING].facts == registers.Insurance(())
    assert said[STRANGER].status == registers.NOT_FOUND


def test_pension_drawn_or_not(register):
    said = asked(register, "pension", about(DEAD), about(WORKER), about(PUPIL))
    assert said[DEAD].facts.since == date(2010, 2, 1)
    assert said[WORKER].facts == registers.Pension(None)
    assert said[PUPIL].status == registers.NOT_FOUND


def test_schooling_full_time_between_days(register):
    spells = asked(register, "schooling", about(PUPIL))[PUPIL].facts
    assert [s.school for s in spells.full_time_between(date(2027, 6, 30), date(2027, 7, 9))] == ["示例中学"]
    assert spells.full_time_between(date(2027, 7, 1), date(2027, 7, 9)) == ()


def test_employment_now_or_none(register):
    said = asked(register, "employment", about(WORKER), about(LIVING), about(STRANGER))
    assert (said[WORKER].facts.employer, said[WORKER].facts.since) == ("示例机电有限公司", date(2024, 5, 1))
    assert said[LIVING].facts == registers.Employment("", "", None)
    assert said[STRANGER].status == registers.NOT_FOUND


def test_subsidies_paid_elsewhere(register):
    paid = asked(register, "subsidies", about(LIVING))[LIVING].facts.paid
    assert [(s.region, s.occupation_code, s.level_code, s.paid_on) for s in paid] == [
        ("示例邻区", "4-03-02-01", "5", date(2026, 2, 3))
    ]


def test_hours_only_what_overlaps(register):
    day = [datetime(2026, 11, 16, hour, tzinfo=SHANGHAI) for hour in (6, 8, 9, 12)]
    said = asked(
        register,
        "hours",
        at_hours("early", WORKER, day[0], day[1]),
        at_hours("morning", WORKER, day[2], day[3]),
        at_hours("free", LIVING, day[2], day[3]),
        at_hours("who", STRANGER, day[2], day[3]),
    )
    assert said["early"].facts.found == ()
    assert [(f.kind, f.place) for f in said["morning"].facts.found] == [("work", "示例机电有限公司")]
    assert said["free"].facts.found == ()
    assert said["who"].status == registers.NOT_FOUND


def test_face_likeness(register):
    said = asked(
        register,
        "face",
        of_faces("same", PHOTO, PHOTO),
        of_faces("older", PHOTO, OTHER_PHOTO),
        of_faces("other", PHOTO, THIRD_PHOTO),
    )
    assert (said["same"].facts.percent, said["older"].facts.percent) == (100, 83)
    assert said["other"].status == registers.NOT_FOUND


def test_face_likeness_to_the_portrait_a_register_holds(register):
    said = asked(
        register,
        "face",
        of_face("own", PHOTO, LIVING),
        of_face("unknown photo", THIRD_PHOTO, LIVING),
        of_face("no portrait", PHOTO, STRANGER),
    )
    assert said["own"].facts.percent == 91
    assert said["unknown photo"].status == said["no portrait"].status == registers.NOT_FOUND


def test_message_gets_the_same_receipt_twice(register):
    words = [by_message("recall-1", "13800000000", "请在3分钟内签到")]
    first = asked(register, "message", *words)["recall-1"]
    assert first.facts.reference
    assert asked(register, "message", *words)["recall-1"].facts == first.facts


def test_every_question_has_an_answer_and_raw_facts_read_back(register):
    said = asked(register, "insurance", *(about(n) for n in (LIVING, DEAD, WORKER, PUPIL, STRANGER)))
    assert set(said) == {LIVING, DEAD, WORKER, PUPIL, STRANGER}
    assert registers.read_facts("insurance", said[WORKER].raw) == said[WORKER].facts


# The client alone: faults -------------------------------------------------------------------------


def client(exchange, **more):
    return RegisterClient(exchange.address, **({"credential": "secret", "timeout": 0.3} | more))


def test_client_sends_credential_reason_and_batches(exchange):
    client(exchange, at_once=2).ask("pension", [about(str(n)) for n in range(5)], reason="花名册核验")
    assert [len(body["asked"]) for _, body, _ in exchange.asked] == [2, 2, 1]
    assert {(kind, body["reason"], key) for kind, body, key in exchange.asked} == {
        ("pension", "花名册核验", "Bearer secret")
    }


@pytest.mark.parametrize("trouble", ["503", "429", "slow"])
def test_client_tries_again_after_a_passing_fault_with_the_same_request(exchange, trouble):
    exchange.trouble = [trouble]
    said = client(exchange).ask("pension", [about(DEAD)], reason="x")
    assert said[DEAD].is_known
    assert len({body["request"] for _, body, _ in exchange.asked}) == 1 and len(exchange.asked) == 2


@pytest.mark.parametrize("trouble", ["401", "404", "302", "broken", "slow"])
def test_client_answers_unavailable_and_never_raises(exchange, trouble):
    exchange.trouble = [trouble] * 9
    said = client(exchange).ask("pension", [about(DEAD), about(WORKER)], reason="x")
    assert {answer.status for answer in said.values()} == {registers.UNAVAILABLE}
    assert all(answer.problem and "secret" not in answer.problem for answer in said.values())


def test_client_leaves_a_fallen_register_alone_for_a_while(exchange):
    exchange.trouble = ["500"] * 2
    reader = client(exchange, at_once=1)
    said = reader.ask("pension", [about(DEAD), about(WORKER)], reason="x")
    assert {a.status for a in said.values()} == {registers.UNAVAILABLE} and len(exchange.asked) == 2
    reader.ask("pension", [about(DEAD)], reason="x")
    assert len(exchange.asked) == 2
    assert reader.ask("identity", [about(DEAD)], reason="x")[DEAD].is_known
    registers.forget_failures()
    assert reader.ask("pension", [about(DEAD)], reason="x")[DEAD].is_known


@pytest.mark.parametrize("trouble", ["left_out", "odd"])
def test_client_one_answer_missing_or_odd_is_unavailable_for_that_one(exchange, trouble):
    exchange.trouble = [trouble]
    assert client(exchange).ask("pension", [about(DEAD)], reason="x")[DEAD].status == registers.UNAVAILABLE


def test_client_nobody_there_and_plain_http_elsewhere():
    for address in ("http://127.0.0.1:9", "http://registers.example.org", "ftp://127.0.0.1"):
        said = RegisterClient(address, timeout=0.3).ask("pension", [about(DEAD)], reason="x")
        assert said[DEAD].status == registers.UNAVAILABLE


# What is connected --------------------------------------------------------------------------------


@override_settings(REGISTERS="")
def test_ask_not_connected_holds_nobody_up():
    assert registers.connected() == frozenset()
    assert registers.ask("pension", [about(DEAD)], reason="x")[DEAD].status == registers.NOT_CONNECTED


def test_ask_each_register_where_it_is(exchange, facts_file):
    with override_settings(REGISTERS=f"identity={exchange.address},pension=facts:{facts_file}"):
        assert registers.connected() == {"identity", "pension"}
        said = registers.ask_many(
            {
                "identity": [about(LIVING, "王小明")],
                "pension": [about(DEAD)],
                "face": [of_faces("a", b"", b"")],
            },
            reason="x",
        )
    assert said["identity"][LIVING].facts.name_matches and said["pension"][DEAD].is_known
    assert said["face"]["a"].status == registers.NOT_CONNECTED
    assert [kind for kind, _, _ in exchange.asked] == ["identity"]


def test_ask_file_spoilt_is_unavailable_and_one_not_there_connects_nothing(tmp_path, caplog):
    spoilt = tmp_path / "facts.json"
    spoilt.write_text("{")
    with override_settings(REGISTERS=f"facts:{spoilt}"), caplog.at_level(logging.WARNING):
        assert registers.ask("pension", [about(DEAD)], reason="x")[DEAD].status == registers.UNAVAILABLE
    assert DEAD not in caplog.text
    with override_settings(REGISTERS=f"facts:{tmp_path / 'none.json'}"):
        assert registers.connected() == frozenset()
    assert FactsFile(tmp_path / "none.json").ask("pension", [about(DEAD)], reason="x")[DEAD].problem


def test_ask_register_that_raises_is_unavailable(monkeypatch):
    class Raising:
        def ask(self, kind, questions, *, reason):
            raise RuntimeError("boom")

    monkeypatch.setattr("kaogong.gateways.registers.connections.register", lambda kind: Raising())
    assert registers.ask("pension", [about(DEAD)], reason="x")[DEAD].status == registers.UNAVAILABLE
