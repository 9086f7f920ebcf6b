"""The drill of the earmarked fund in small: it ends with nothing amiss, and its model sees what is amiss."""

import psycopg
import pytest

from drills.bank import Bank
from drills.model import faults_of
from drills.money import Drill
from kaogong.gateways.postgres import OWNER, SUPERUSER

pytestmark = pytest.mark.fault


@pytest.fixture(scope="module")
def drilled():
    """A small drill that was run, and whose database still stands."""
    drill = Drill(operations=400, clients=3, classes=8, client_kills=2, database_kills=1, seed=7, leave=True)
    try:
        report = drill.run()
        yield drill, report
    finally:
        drill.clear()


@pytest.fixture
def tampered(drilled):
    """Change the database behind every guard's back; afterwards it is as it was."""
    drill, _ = drilled
    undone = []

    def change(statement: str, back: str) -> list[str]:
        undone.append(back)
        run(statement)
        return faults_of(drill.server.url(OWNER), *bank(drill))[0]

    def run(statement: str) -> None:
        with psycopg.connect(drill.server.url(SUPERUSER), autocommit=True) as book:
            book.execute("SET session_replication_role = replica")
            assert book.execute(statement).rowcount == 1

    yield change
    for statement in undone:
        run(statement)
    assert faults_of(drill.server.url(OWNER), *bank(drill))[0] == []


def bank(drill) -> tuple[dict[str, int], set[str]]:
    """What the bank paid, and what of it it sent back."""
    there = Bank(drill.folder / "bank.sqlite")
    return there.paid(), there.back()


def test_drill_ends_with_every_fen_in_its_place(drilled):
    drill, report = drilled
    assert report.faults == [], report.text
    assert report.operations >= 400
    assert sum(bank(drill)[0].values()) > 0
    assert report.steps["settle"] > 0
    assert dict(drill.killed) == {"client": 2, "database": 1}
    assert "--seed 7" in report.text


def test_model_sees_a_leg_one_fen_off(tampered):
    one = "(SELECT min(id) FROM ledger_leg)"
    faults = tampered(
        f"UPDATE ledger_leg SET amount_fen = amount_fen + 1 WHERE id = {one}",
        f"UPDATE ledger_leg SET amount_fen = amount_fen - 1 WHERE id = {one}",
    )
    assert any("不平" in fault for fault in faults)


def test_model_sees_a_payment_the_bank_did_not_make(tampered):
    one = "(SELECT min(id) FROM funds_payment WHERE status = 'paid')"
    faults = tampered(
        f"UPDATE funds_payment SET amount_fen = amount_fen + 100 WHERE id = {one}",
        f"UPDATE funds_payment SET amount_fen = amount_fen - 100 WHERE id = {one}",
    )
    assert any("银行付" in fault for fault in faults)


def test_model_sees_a_payment_of_a_claim_nobody_approved(tampered):
    one = (
        "(SELECT min(c.id) FROM claims_claim c JOIN funds_reservation r ON r.reference = c.number"
        " JOIN funds_payment p ON p.reservation_id = r.id)"
    )
    with_status = f"UPDATE claims_claim SET status = split_part(status, '!', 1) WHERE id = {one}"
    faults = tampered(f"UPDATE claims_claim SET status = status || '!' WHERE id = {one}", with_status)
    assert any("所属的申领" in fault for fault in faults)


def test_model_sees_a_state_no_way_leads_to(tampered):
    one = "(SELECT min(id) FROM funds_payment WHERE status = 'paid')"
    faults = tampered(
        f"UPDATE funds_payment SET status = 'failed' WHERE id = {one}",
        "UPDATE funds_payment SET status = 'paid' WHERE id ="
        " (SELECT min(id) FROM funds_payment WHERE status = 'failed' AND failure_reason = '')",
    )
    assert any("留痕走到" in fault for fault in faults)


def test_model_sees_the_bank_paying_twice(drilled):
    drill, _ = drilled
    paid, back = bank(drill)
    reference = next(reference for reference in paid if reference not in back)
    stem = reference.rpartition("-R")[0] or reference
    faults = faults_of(drill.server.url(OWNER), paid | {f"{stem}-R9": paid[reference]}, back)[0]
    assert any("付了不止一次" in fault for fault in faults)


def test_model_sees_a_payment_come_back_that_is_still_held_for_paid(drilled):
    drill, _ = drilled
    paid, back = bank(drill)
    with psycopg.connect(drill.server.url(OWNER)) as book:
        (reference,) = book.execute(
            "SELECT reference FROM funds_payment p WHERE status = 'paid' AND offset_for = '' AND NOT EXISTS"
            " (SELECT FROM recoveries_recoupmentpart x JOIN recoveries_recoupment r ON r.id = x.recoupment_id"
            " WHERE x.payment_id = p.id AND r.status NOT IN ('opened', 'dropped')) ORDER BY id LIMIT 1"
        ).fetchone()
    faults = faults_of(drill.server.url(OWNER), paid, back | {reference})[0]
    assert any(f"{reference}：银行付0" in fault for fault in faults)
