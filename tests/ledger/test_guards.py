"""What the database itself refuses, whoever asks and however."""

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from psycopg import sql

from kaogong.cli.migrate import grant
from kaogong.ledger import operations as ops
from kaogong.ledger import queries
from kaogong.ledger.models import AccountBalance, JournalEntry, LedgerAccount, Leg
from kaogong.trail import append_only_tables
from tests.factories.ledger import make_budget

LEDGER_TABLES = ("ledger_ledgeraccount", "ledger_journalentry", "ledger_leg")


def run(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def an_entry(key="raw") -> str:
    return (
        "INSERT INTO ledger_journalentry "
        "(key, kind, fund_code, programme, year, amounts, reference, note, at, by_name)"
        f" VALUES ('{key}', 'reserve', 'ZX', 'skills', 2026, '{{}}', 'SL-1', '', now(), '甲') RETURNING id"
    )


def with_legs(*legs) -> str:
    """An entry and its legs in one statement, as only the ledger's own functions would write them."""
    rows = ", ".join(f"({account}, {fen})" for account, fen in legs)
    return (
        f"WITH told AS ({an_entry()}) INSERT INTO ledger_leg (entry_id, account_id, amount_fen)"
        f" SELECT told.id, v.a, v.f FROM told, (VALUES {rows}) v(a, f)"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("table", LEDGER_TABLES)
@pytest.mark.parametrize("what", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_rows_of_the_ledger_are_never_changed_even_by_the_owner(table, what):
    make_budget(district=1_00)
    with pytest.raises(ProgrammingError):
        run(what.format(table))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "what",
    [
        "DELETE FROM ledger_accountbalance",
        "TRUNCATE ledger_accountbalance",
        "UPDATE ledger_accountbalance SET is_source = NOT is_source",
    ],
)
def test_a_balance_is_never_removed_nor_its_sign_turned(what):
    make_budget(district=1_00)
    with pytest.raises(ProgrammingError):
        run(what)


@pytest.mark.django_db
def test_a_balance_cannot_be_overdrawn_by_raw_sql():
    make_budget(district=1_00)
    with pytest.raises(IntegrityError):
        run("UPDATE ledger_accountbalance SET balance_fen = -1 WHERE NOT is_source")


@pytest.mark.django_db
def test_an_entry_without_legs_is_refused_at_its_own_statement():
    with pytest.raises(IntegrityError, match="has 0 legs"), connection.cursor() as cursor:
        cursor.execute(an_entry())


@pytest.mark.django_db
def test_an_entry_that_does_not_sum_to_zero_is_refused_at_its_own_statement():
    make_budget(district=1_00)
    one, other = LedgerAccount.objects.order_by("id").values_list("id", flat=True)
    with pytest.raises(IntegrityError, match="does not balance"):
        run(with_legs((one, 5), (other, -4)))


@pytest.mark.django_db
def test_an_entry_of_one_leg_is_refused():
    make_budget(district=1_00)
    with pytest.raises(IntegrityError, match="does not balance"):
        run(with_legs((LedgerAccount.objects.first().pk, 5)))


@pytest.mark.django_db
def test_a_leg_on_no_account_is_refused():
    make_budget(district=1_00)
    with pytest.raises(IntegrityError, match="has 0 legs"):
        run(with_legs((10**9, 5), (10**9 + 1, -5)))


@pytest.mark.django_db
def test_money_of_one_source_cannot_become_anothers():
    make_budget(district=1_00, city=1_00)
    one, other = LedgerAccount.objects.filter(state="available").values_list("id", flat=True)
    with pytest.raises(IntegrityError, match="does not balance"):
        run(with_legs((one, -5), (other, 5)))


@pytest.mark.django_db
def test_legs_cannot_follow_in_a_later_statement_of_the_same_transaction():
    make_budget(district=1_00)
    one, other = LedgerAccount.objects.order_by("id").values_list("id", flat=True)
    with connection.cursor() as cursor:
        cursor.execute(with_legs((one, -5), (other, 5)))
    third = LedgerAccount.objects.create(
        fund_code="ZX", programme="skills", year=2026, source_level="district", state="paid"
    )
    entry = JournalEntry.objects.get(key="raw")
    with pytest.raises(IntegrityError, match="in the statement of its entry"):
        Leg.objects.create(entry=entry, account=third, amount_fen=5)


@pytest.mark.django_db
def test_legs_of_no_entry_are_refused():
    make_budget(district=1_00)
    with pytest.raises(IntegrityError, match="in the statement of its entry"):
        Leg.objects.create(entry_id=10**9, account=LedgerAccount.objects.first(), amount_fen=5)


@pytest.mark.django_db
def test_recount_finds_a_balance_that_was_tampered_with():
    make_budget(district=1_00)
    AccountBalance.objects.filter(account__state="available").update(balance_fen=2_00)
    (fault,) = queries.recount()
    assert (fault.balance_fen, fault.legs_fen) == (2_00, 1_00)
    assert "可用" in fault.what


@pytest.mark.django_db(transaction=True)
def test_a_leg_cannot_be_added_to_an_old_entry():
    make_budget(district=1_00)
    entry = JournalEntry.objects.get()
    paid = LedgerAccount.objects.create(
        fund_code="ZX", programme="skills", year=2026, source_level="district", state="paid"
    )
    with pytest.raises(IntegrityError, match="in the statement of its entry"):
        Leg.objects.create(entry=entry, account=paid, amount_fen=1)


@pytest.mark.django_db(transaction=True)
def test_a_crash_before_the_end_of_the_transaction_leaves_nothing():
    budget = make_budget(district=1_00)
    with pytest.raises(ConnectionError), transaction.atomic():
        ops.reserve(**budget, amounts={"district": 1}, reference="SL-1", key="k")
        raise ConnectionError("the machine stopped")
    assert JournalEntry.objects.count() == 1
    assert Leg.objects.count() == 2
    assert queries.recount() == []


@pytest.fixture
def application_role(transactional_db):
    """A role as a site runs under: not an owner, not a superuser, with the grants of ``kaogong migrate``."""
    role = "kaogong_site_of_a_test"
    name = sql.Identifier(role)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(name))
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'only-here' NOSUPERUSER").format(name))
    grant(connection, role=role, append_only=append_only_tables())
    settings = connection.settings_dict
    yield psycopg.conninfo.make_conninfo(
        host=settings["HOST"],
        port=settings["PORT"] or None,
        dbname=settings["NAME"],
        user=role,
        password="only-here",
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP OWNED BY {}").format(name))
        cursor.execute(sql.SQL("DROP ROLE {}").format(name))


def test_the_application_role_cannot_change_what_the_ledger_holds(application_role):
    make_budget(district=1_00)
    with psycopg.connect(application_role, autocommit=True) as site:
        assert site.execute("SELECT count(*) FROM ledger_leg").fetchone() == (2,)
        for table in LEDGER_TABLES:
            for what in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    site.execute(what)
        for what in (
            "TRUNCATE ledger_accountbalance",
            "ALTER TABLE ledger_leg DISABLE TRIGGER ALL",
            "DROP TABLE ledger_leg",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                site.execute(what)
        with pytest.raises(psycopg.errors.RaiseException):
            site.execute("DELETE FROM ledger_accountbalance")
        with pytest.raises(psycopg.errors.CheckViolation, match="has 0 legs"):
            site.execute(an_entry())
    assert queries.recount() == []
