"""The drill of the earmarked fund in small: it ends with nothing amiss, and its model sees what is amiss."""

import psycopg
import pytest

from drills.bank import Bank
from drills.model import faults_of
from drills.money import Drill
from kaogong.gateways.postgres import OWNER, SUPERUSER

# Many processes on however slow a machine.
pytestmark = [pytest.mark.fault, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module")
def drilled():
    """A small drill that was run, and whose database still stands."""
    drill = Drill(operations=400, clients=3, classes=8, client_kills=2, database_kills=1, seed=7, leave=True)
    try:
        yield drill, drill.run()
    finally:
        drill.clear()


@pytest.fixture(scope="module")
def paid(drilled):
    """(id, reference, claim) of a payment of the drill's last claim, which is paid whatever the dice gave."""
    drill, _ = drilled
    with psycopg.connect(drill.server.url(OWNER)) as book:
        return book.execute(
            "SELECT p.id, p.reference, c.id FROM funds_payment p JOIN funds_reservation r ON r.id = p.reservation_id"
            " JOIN claims_claim c ON c.number = r.reference WHERE c.id = (SELECT max(id) FROM claims_claim)"
            " AND p.status = 'paid' ORDER BY p.id LIMIT 1"
        ).fetchone()


@pytest.fixture
def tampered(drilled, paid):
    """Change the database behind every guard's back; afterwards it is as it was."""
    drill, _ = drilled
    undone = []

    def change(statement: str, back: str, *words) -> list[str]:
        run(statement, words)
        undone.append((back, words))
        return faults_of(drill.server.url(OWNER), *bank(drill))[0]

    def run(statement: str, words: tuple) -> None:
        with psycopg.connect(drill.server.url(SUPERUSER), autocommit=True) as book:
            book.execute("SET session_replication_role = replica")
            assert book.execute(statement, words).rowcount == 1

    yield change
    for statement, words in undone:
        run(statement, words)
    assert faults_of(drill.server.url(OWNER), *bank(drill))[0] == []


def bank(drill) -> tuple[dict[str, int], set[str]]:
    """What the bank paid, and what of it it sent back."""
    there = Bank(drill.folder / "bank.sqlite")
    return there.paid(), there.back()


def test_drill_ends_with_every_fen_in_its_place(drilled):
    drill, report = drilled
    assert report.faults == [], report.text
    assert report.operations >= 400
    assert dict(drill.killed) == {"client": 2, "database": 1}
    assert "--seed 7" in report.text
    assert report.steps["settle"] > 0
    assert sum(bank(drill)[0].values()) > 0


def test_model_sees_a_leg_one_fen_off(tampered):
    one = "(SELECT min(id) FROM ledger_leg)"
    faults = tampered(
        f"UPDATE ledger_leg SET amount_fen = amount_fen + 1 WHERE id = {one}",
        f"UPDATE ledger_leg SET amount_fen = amount_fen - 1 WHERE id = {one}",
    )
    assert any("不平" in fault for fault in faults)


def test_model_sees_a_payment_the_bank_did_not_make(tampered, paid):
    faults = tampered(
        "UPDATE funds_payment SET amount_fen = amount_fen + 100 WHERE id = %s",
        "UPDATE funds_payment SET amount_fen = amount_fen - 100 WHERE id = %s",
        paid[0],
    )
    assert any(f"{paid[1]}：银行付" in fault for fault in faults)


def test_model_sees_a_payment_of_a_claim_nobody_approved(tampered, paid):
    faults = tampered(
        "UPDATE claims_claim SET status = status || '!' WHERE id = %s",
        "UPDATE claims_claim SET status = split_part(status, '!', 1) WHERE id = %s",
        paid[2],
    )
    assert any(f"付款{paid[1]}所属的申领" in fault for fault in faults)


def test_model_sees_a_state_no_way_leads_to(tampered, paid):
    faults = tampered(
        "UPDATE funds_payment SET status = 'failed' WHERE id = %s",
        "UPDATE funds_payment SET status = 'paid' WHERE id = %s",
        paid[0],
    )
    assert f"付款{paid[1]}：留痕走到paid，记录是failed" in faults


def test_model_sees_a_payment_to_an_account_nobody_decided(tampered, paid):
    faults = tampered(
        "UPDATE funds_payment SET bank_account_masked = bank_account_masked || '9' WHERE id = %s",
        "UPDATE funds_payment SET bank_account_masked = left(bank_account_masked, -1) WHERE id = %s",
        paid[0],
    )
    assert any(f"付款{paid[1]}付到" in fault for fault in faults)


def test_model_sees_the_bank_paying_twice(drilled, paid):
    drill, _ = drilled
    made, back = bank(drill)
    stem = paid[1].rpartition("-R")[0] or paid[1]
    faults = faults_of(drill.server.url(OWNER), made | {f"{stem}-R9": made[paid[1]]}, back)[0]
    assert any("付了不止一次" in fault for fault in faults)


def test_model_sees_a_payment_come_back_that_is_still_held_for_paid(drilled, paid):
    drill, _ = drilled
    made, back = bank(drill)
    faults = faults_of(drill.server.url(OWNER), made, back | {paid[1]})[0]
    assert any(f"{paid[1]}：银行付0" in fault for fault in faults)
