"""Sealed entries cannot be changed unseen, not even by the database's owner."""

import json
from itertools import pairwise

import pytest

from kaogong.ledger import operations as ops
from kaogong.ledger import queries
from kaogong.ledger.models import JournalEntry, LedgerSeal
from tests.factories.ledger import AT, make_budget
from tests.sealing import seal_ledger_until_settled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sealed_books():
    budget = make_budget(district=100_00)
    entries = [
        ops.reserve(**budget, amounts={"district": n}, reference=f"SL-{n}", key=f"k{n}") for n in range(1, 5)
    ]
    seal_ledger_until_settled()
    ops.make_payable(**budget, amounts={"district": 3}, reference="SL-1", key="p")
    seal_ledger_until_settled()
    return entries


def test_seal_covers_each_entry_once_and_links_to_the_one_before(sealed_books):
    seals = list(LedgerSeal.objects.order_by("from_transaction"))
    assert sum(seal.entry_count for seal in seals) == JournalEntry.objects.count() == 6
    assert ops.seal_ledger(at=AT) is None
    for earlier, later in pairwise(seals):
        assert later.previous_digest == earlier.digest
        assert later.from_transaction == earlier.until_transaction
    assert queries.chain_faults() == []


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE ledger_leg SET amount_fen = amount_fen + sign(amount_fen) WHERE entry_id = {}",
        "UPDATE ledger_journalentry SET by_name = '别人' WHERE id = {}",
        "UPDATE ledger_journalentry SET at = at + interval '1 second' WHERE id = {}",
        "UPDATE ledger_journalentry SET amounts = '{{\"city\": 1}}' WHERE id = {}",
        "DELETE FROM ledger_leg WHERE entry_id = {}",
        "DELETE FROM ledger_journalentry WHERE id = {}",
        "UPDATE ledger_leg SET account_id = (SELECT max(id) FROM ledger_ledgeraccount)"
        " WHERE entry_id = {} AND amount_fen > 0",
    ],
)
def test_tampering_by_the_databases_owner_is_found_and_the_entry_named(
    sealed_books, as_owner_without_guards, tampering
):
    victim = sealed_books[2].pk
    as_owner_without_guards(tampering.format(victim))
    (fault,) = queries.chain_faults()
    assert fault.entries == (victim,)
    assert "封存时不同" in fault.problem


def test_an_entry_slipped_in_under_a_seal_is_named(sealed_books, as_owner_without_guards):
    as_owner_without_guards(
        "INSERT INTO ledger_journalentry (id, key, kind, fund_code, programme, year, amounts, reference, note, at,"
        " by_name, transaction_number) SELECT 999999, 'new', kind, fund_code, programme, year, amounts, reference,"
        " note, at, by_name, transaction_number FROM ledger_journalentry WHERE id = %s",
        sealed_books[0].pk,
    )
    (fault,) = queries.chain_faults()
    assert fault.entries == (999999,)
    assert "分录数" in fault.problem


def test_a_seal_made_anew_over_changed_rows_breaks_the_links(sealed_books, as_owner_without_guards):
    seal = LedgerSeal.objects.order_by("from_transaction").first()
    as_owner_without_guards(
        "UPDATE ledger_leg SET amount_fen = amount_fen * 2 WHERE entry_id = %s", sealed_books[0].pk
    )
    digest, marks, _count, _latest = queries.sealed(
        queries.rows_between(seal.from_transaction, seal.until_transaction), seal.previous_digest
    )
    as_owner_without_guards(
        "UPDATE ledger_ledgerseal SET digest = %s, marks = %s WHERE id = %s", digest, marks, seal.pk
    )
    assert "不相连" in queries.chain_faults()[0].problem


def test_exported_lines_are_checked_without_the_database(sealed_books, django_assert_num_queries):
    lines = list(queries.chain_lines())
    with django_assert_num_queries(0):
        assert queries.faults_of_lines(lines) == []
        changed = [line.replace('"SL-2"', '"SL-9"') for line in lines]
        (fault,) = queries.faults_of_lines(changed)
        assert fault.entries == (sealed_books[1].pk,)
        gone = [line for line in lines if json.loads(line).get("entry", {}).get("key") != "k3"]
        assert queries.faults_of_lines(gone)[0].entries == (sealed_books[2].pk,)


def test_balances_recorded_by_an_instant_agree_with_and_without_kept_balances(sealed_books):
    entries = list(JournalEntry.objects.order_by("id"))
    before = [queries.recorded_balances(entry.recorded_at) for entry in entries]
    seal_ledger_until_settled(with_balances=True)
    budget = make_budget(district=100_00 + 5)
    seal_ledger_until_settled(with_balances=True)
    assert LedgerSeal.objects.filter(with_balances=True).exists()
    assert [queries.recorded_balances(entry.recorded_at) for entry in entries] == before
    last = JournalEntry.objects.order_by("-id").first()
    live = {row.pk: row.balance_fen for row in queries.accounts()}
    assert queries.recorded_balances(last.recorded_at) == live
    assert budget
    assert queries.recount() == []


def test_recount_finds_a_balance_kept_under_a_seal_that_was_tampered_with(
    sealed_books, as_owner_without_guards
):
    make_budget(district=200_00)
    seal_ledger_until_settled(with_balances=True)
    as_owner_without_guards(
        "UPDATE ledger_recordedbalance SET balance_fen = balance_fen + 1 WHERE balance_fen > 0"
    )
    assert queries.recount()
