"""The whole story on a small seeded city: money balances after every step, and nothing is left behind."""

from datetime import date

import pytest
from django.db import connection
from django.test import TransactionTestCase

from kaogong.claims import queries as claims
from kaogong.demo.cast import recall
from kaogong.demo.seed import seed_city
from kaogong.demo.story import _cast, run, tell
from kaogong.ledger import queries as ledger
from kaogong.trail import queries as trail
from kaogong.training import queries as classes

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 20)


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    """Seeded once; what a test does to it is rolled back."""
    with django_db_blocker.unblock():
        yield seed_city(people=300, seed=7, on=ON)
        connection.close()
        TransactionTestCase._fixture_teardown(None)


def test_seed_city_leaves_classes_at_many_stages_and_a_ledger_that_adds_up(city):
    auditor = recall("auditor")
    found = {row.status for row in classes.training_classes(auditor)}
    assert {"finished", "running", "filed"} <= found
    assert {"paid", "published", "submitted"} <= {claim.status for claim in claims.claims(auditor)}
    assert ledger.recount() == []
    assert all(sum(row.fen.values()) == 0 for row in ledger.trial_balance())
    assert trail.chain_faults() == []


def test_story_balances_after_every_step(city):
    telling = tell(_cast(ON))
    assert [step for step, _what, _money in telling.rows][-1] == "撤销证书"
    assert all(sum(money.values()) == 0 for _step, _what, money in telling.rows)
    first, last = telling.rows[0][2], telling.rows[-1][2]
    assert last["paid"] - first["paid"] == first["available"] - last["available"] > 0


def test_story_leaves_nothing_behind(city):
    before = (ledger.trial_balance(), classes.training_classes(recall("auditor")).count())
    run(ON)
    run(ON)
    assert (ledger.trial_balance(), classes.training_classes(recall("auditor")).count()) == before


def test_same_seed_makes_the_same_city_and_another_seed_another():
    from kaogong.demo.city import City

    assert City(7, 300, ON).digest() == City(7, 300, ON).digest() != City(8, 300, ON).digest()
