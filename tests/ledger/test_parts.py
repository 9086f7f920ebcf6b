"""A busy balance lies in several parts: each session takes its own, then others, then all of them together."""

import threading

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from kaogong.kernel.errors import Refused
from kaogong.ledger import operations as ops
from kaogong.ledger import queries
from kaogong.ledger.models import AccountBalance, JournalEntry, LedgerAccount, Leg
from tests.factories.ledger import AT, make_budget

PARTS = 64


def spread(each: int) -> dict:
    """A budget whose available money lies in 64 parts of this much; what a posting on it begins with."""
    budget = make_budget(district=each * PARTS)
    account = LedgerAccount.objects.get(state="available")
    AccountBalance.objects.filter(account=account).update(balance_fen=each)
    AccountBalance.objects.bulk_create(
        AccountBalance(account=account, part=part, is_source=False, balance_fen=each)
        for part in range(1, PARTS)
    )
    return budget


def reserving(budget, fen, key="k"):
    return ops.reserve(**budget, amounts={"district": fen}, reference="SL-1", key=key)


def parts() -> dict[int, int]:
    found = AccountBalance.objects.filter(account__state="available").order_by("part")
    return dict(found.values_list("part", "balance_fen"))


def own_part() -> int:
    connection.ensure_connection()
    return connection.connection.info.backend_pid % PARTS


@pytest.mark.django_db
def test_a_session_takes_from_its_own_part():
    budget = spread(100)
    reserving(budget, 30)
    assert parts() == {part: 70 if part == own_part() else 100 for part in range(PARTS)}
    assert queries.recount() == []


@pytest.mark.django_db
def test_an_own_part_too_small_leaves_it_to_another():
    budget = spread(100)
    reserving(budget, 80, key="first")
    reserving(budget, 90, key="second")
    held = parts()
    assert held[own_part()] == 20
    assert sorted(held.values())[:3] == [10, 20, 100]
    assert queries.recount() == []


@pytest.mark.django_db
def test_what_no_part_holds_is_taken_from_all_and_never_more_than_all():
    budget = spread(100)
    reserving(budget, 6_000, key="most")
    assert sum(parts().values()) == 400
    assert max(parts().values()) - min(parts().values()) <= 1
    with pytest.raises(ops.BudgetExceeded) as refused:
        reserving(budget, 401, key="too much")
    assert (refused.value.facts["available_fen"], refused.value.facts["wanted_fen"]) == (400, 401)
    assert sum(parts().values()) == 400
    assert queries.recount() == []


@pytest.mark.django_db
def test_a_closed_account_in_parts_refuses_by_name():
    budget = spread(100)
    AccountBalance.objects.filter(account__state="available").update(is_closed=True)
    with pytest.raises(ops.AccountClosed):
        reserving(budget, 30)
    assert set(parts().values()) == {100}


@pytest.mark.django_db
def test_closed_books_of_an_account_in_parts_refuse_by_name():
    budget = spread(100)
    AccountBalance.objects.filter(account__state="available").update(closed_before="2026-04-01T00:00+08:00")
    with pytest.raises(ops.PeriodClosed, match="结至2026-04-01之前"):
        reserving(budget, 30)
    assert set(parts().values()) == {100}


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_part_another_session_took():
    budget = spread(100)
    account = LedgerAccount.objects.get(state="available")
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"], port=settings["PORT"] or None, dbname=settings["NAME"],
        user=settings["USER"], password=settings["PASSWORD"],
    ) as other:  # fmt: skip
        other.execute("SELECT pg_advisory_xact_lock(%s, %s)", [own_part() - PARTS, account.pk])
        other.execute(
            "UPDATE ledger_accountbalance SET balance_fen = balance_fen WHERE account_id = %s AND part = %s",
            [account.pk, own_part()],
        )
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
            reserving(budget, 30)
        other.rollback()
    held = parts()
    assert held[own_part()] == 100
    assert sorted(held.values())[:2] == [70, 100]
    assert queries.recount() == []


@pytest.mark.django_db(transaction=True)
def test_sessions_that_spend_a_spread_pot_at_once_spend_exactly_what_is_there():
    budget = spread(1)
    told: list[object] = []

    def spending(number: int) -> None:
        try:
            for turn in range(8):
                told.append(reserving(budget, 2, key=f"{number}:{turn}"))
        except Refused as refusal:
            told.append(refusal)
        finally:
            connection.close()

    crew = [threading.Thread(target=spending, args=(number,)) for number in range(6)]
    for one in crew:
        one.start()
    for one in crew:
        one.join(60)
    assert sum(isinstance(one, JournalEntry) for one in told) == 32
    assert {type(one) for one in told} == {JournalEntry, ops.BudgetExceeded}
    assert sum(parts().values()) == 0
    assert queries.recount() == []


@pytest.fixture
def asked_to_stand_aside(db):
    """A session that has named both guards of whole entries among those to be passed over."""
    names = ["pgtrigger_told_with_its_entry_a769d", "pgtrigger_whole_when_told_828cc"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = ANY(%s) AND tgenabled = 'O'", [names])
        assert cursor.fetchone() == (2,)
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + ",".join(names) + "}"])


def test_a_late_leg_is_refused_whatever_the_session_asked(asked_to_stand_aside):
    make_budget(district=1_00, city=1_00)
    entry = JournalEntry.objects.first()
    other = LedgerAccount.objects.exclude(legs__entry=entry).first()
    with pytest.raises(IntegrityError, match="in the statement of its entry"):
        Leg.objects.create(entry=entry, account=other, amount_fen=5)


def test_an_entry_without_legs_is_refused_whatever_the_session_asked(asked_to_stand_aside):
    with pytest.raises(IntegrityError, match="has 0 legs"):
        JournalEntry.objects.create(
            key="raw", kind="reserve", fund_code="ZX", programme="skills", year=2026, amounts={},
            reference="SL-1", at=AT, by_name="甲",
        )  # fmt: skip


@pytest.mark.django_db
def test_an_entry_is_answered_once_whatever_key_the_answer_has():
    budget = make_budget(district=1_00)
    entry = reserving(budget, 30)
    ops.reverse(entry.pk, by=budget["by"], at=budget["at"], reason="填错")
    with pytest.raises(IntegrityError, match="journal_answered_once"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_journalentry (key, kind, fund_code, programme, year, amounts, reference, note, at,"
            " by_name, reverses_id) VALUES ('again', 'reverse', 'ZX', 'skills', 2026, '{}', 'SL-1', '', now(), '甲',"
            " %s)",
            [entry.pk],
        )
