"""Two people at the same instant, each on a connection of their own, really committing."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from kaogong.kernel.errors import Refused
from kaogong.ledger import operations as ops
from kaogong.ledger import queries
from kaogong.ledger.models import JournalEntry
from tests.factories.ledger import make_budget

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """Run the works at the same instant; each gives its result or the refusal it met."""
    start = Barrier(len(works))

    def run(work):
        try:
            connection.ensure_connection()
            start.wait(10)
            with transaction.atomic():
                return work()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(30) for future in [pool.submit(run, work) for work in works]]


def reserving(budget, name, fen):
    return lambda: ops.reserve(**budget, amounts={"district": fen}, reference=name, key=f"reserve:{name}")


def test_two_reserves_racing_for_the_last_fen_one_wins():
    budget = make_budget(district=100)
    for round_number in range(5):
        left = queries.balances("ZX", 2026)["skills", "district"]["available"]
        outcomes = at_once(*(reserving(budget, f"SL-{round_number}-{n}", left) for n in range(2)))
        refused = [outcome for outcome in outcomes if isinstance(outcome, ops.BudgetExceeded)]
        assert len(refused) == 1
        assert queries.balances("ZX", 2026)["skills", "district"]["available"] == 0
        won = next(outcome for outcome in outcomes if isinstance(outcome, JournalEntry))
        ops.reverse(won.pk, by=budget["by"], at=budget["at"], reason="再来一轮")
    assert queries.recount() == []


def test_many_reserves_at_once_take_exactly_the_budget():
    budget = make_budget(district=3_00)
    outcomes = at_once(*(reserving(budget, f"SL-{n}", 1_00) for n in range(8)))
    assert sum(isinstance(outcome, JournalEntry) for outcome in outcomes) == 3
    assert sum(isinstance(outcome, ops.BudgetExceeded) for outcome in outcomes) == 5
    assert queries.balances("ZX", 2026)["skills", "district"]["reserved"] == 3_00
    assert queries.recount() == []


def test_the_same_key_at_the_same_instant_is_one_entry():
    budget = make_budget(district=10_00)
    outcomes = at_once(*(reserving(budget, "SL-1", 1_00) for _ in range(4)))
    assert len({outcome.pk for outcome in outcomes}) == 1
    assert queries.balances("ZX", 2026)["skills", "district"]["reserved"] == 1_00
    assert queries.recount() == []


def test_the_same_key_at_the_same_instant_with_other_content_is_refused():
    budget = make_budget(district=10_00)

    def asking(fen):
        return lambda: ops.reserve(**budget, amounts={"district": fen}, reference="SL-1", key="k")

    outcomes = at_once(asking(1_00), asking(2_00))
    assert sum(isinstance(outcome, ops.EntryDiffers) for outcome in outcomes) == 1
    assert JournalEntry.objects.filter(reference="SL-1").count() == 1
    assert queries.recount() == []


def test_opening_the_same_accounts_at_the_same_instant_opens_them_once():
    outcomes = at_once(*(lambda n=n: make_budget(district=1_00 + n) for n in range(4)))
    assert not [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert queries.accounts("ZX").count() == 2
    assert queries.recount() == []
