"""Beancount and hledger add a day's books again and agree to the fen, or say where not."""

import shutil
from datetime import timedelta

import pytest
from django.utils import timezone

from kaogong.ledger import operations as ops
from kaogong.ledger import queries, tasks
from kaogong.ledger.models import AccountBalance
from kaogong.trail.models import Entry
from tests.factories.ledger import make_budget

pytestmark = pytest.mark.django_db
needs_hledger = pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed here")


@pytest.fixture
def books():
    budget = make_budget("ZX-2026 专项", district=1_000_00, city=500_00)
    words = {**budget, "amounts": {"district": 60_01, "city": 39_99}, "reference": "SL-1"}
    for step in ("reserve", "make_payable", "send", "settle"):
        getattr(ops, step)(**words, key=f'{step}:"SL;1|x"')
    return timezone.localdate()


def opinion(program, on):
    return next(told for told in queries.second_opinions(on) if told.program == program)


def test_beancount_agrees(books):
    assert opinion("beancount", books) == queries.Opinion("beancount", True)


@needs_hledger
def test_hledger_agrees(books):
    assert opinion("hledger", books) == queries.Opinion("hledger", True)


def test_beancount_finds_a_fen_planted_in_a_balance(books):
    AccountBalance.objects.filter(account__state="paid", account__source_level="city").update(
        balance_fen=40_00
    )
    told = opinion("beancount", books)
    assert told.agrees is False
    assert "39.99" in " ".join(told.problems)


@needs_hledger
def test_hledger_finds_a_fen_planted_in_a_balance(books):
    AccountBalance.objects.filter(account__state="paid", account__source_level="city").update(
        balance_fen=40_00
    )
    told = opinion("hledger", books)
    assert told.agrees is False
    assert "39.99" in " ".join(told.problems)


@pytest.mark.parametrize("program", ["beancount", pytest.param("hledger", marks=needs_hledger)])
def test_a_fen_planted_in_a_leg_is_found(books, as_owner_without_guards, program):
    as_owner_without_guards(
        "UPDATE ledger_leg SET amount_fen = amount_fen + 1 WHERE id = (SELECT max(id) FROM ledger_leg)"
    )
    assert opinion(program, books).agrees is False


@pytest.mark.parametrize("program", ["beancount", pytest.param("hledger", marks=needs_hledger)])
def test_money_taken_from_another_source_is_found(books, as_owner_without_guards, program):
    as_owner_without_guards(
        "UPDATE ledger_leg SET account_id = (SELECT id FROM ledger_ledgeraccount WHERE source_level = 'city'"
        " AND state = 'budgeted') WHERE entry_id = (SELECT max(id) FROM ledger_journalentry) AND amount_fen = 6001"
    )
    assert opinion(program, books).agrees is False


def test_a_day_without_movements_and_the_day_after_agree(books):
    for on in (books - timedelta(days=3), books + timedelta(days=1)):
        assert [told for told in queries.second_opinions(on) if told.agrees is False] == []


def test_the_export_asserts_every_account_exactly(books):
    day = queries.books_of_day(books)
    text = "\n".join(queries.beancount_text(day))
    assert "pad" not in text
    assert text.count(" ~ 0 CNY") == 2 * len(day.accounts) == 24
    assert len(day.movements) == 2 + 4 * 2


def test_cross_check_every_night_is_kept_in_the_trail(books):
    tomorrow = timezone.now() + timedelta(days=1)
    tasks.cross_check_every_night(timestamp=int(tomorrow.timestamp()))
    detail = Entry.objects.get(verb="ledger.cross_checked").detail
    assert detail["on"] == str(books)
    assert detail["beancount"] == "agrees"
    assert detail["hledger"] == ("agrees" if shutil.which("hledger") else "absent")
    assert detail["movements"] == 10
