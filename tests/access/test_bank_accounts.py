"""One part keeps the accounts of persons and of bodies: sealed, found again, never mixed up."""

import pytest
from django.db import connection

from kaogong.access.bank_accounts import COLUMNS, bank_accounts, keep_bank_account, on_account
from kaogong.institutions.models import Institution
from kaogong.people.models import Person
from tests.factories import make_institution, make_person

pytestmark = pytest.mark.django_db
ACCOUNT = "6228480402564890018"


@pytest.fixture
def rows():
    """A person and a body on the same account."""
    person, body = make_person("王小明"), make_institution(bank_account="")
    for row, holder in ((person, "王小明"), (body, body.name)):
        keep_bank_account(row, bank_name=" 示例 银行 ", account=ACCOUNT, holder=holder)
    return person, body


def test_keep_bank_account_seals_it_and_gives_it_back(rows):
    for row in rows:
        kept = bank_accounts(type(row).objects.all())[row.pk]
        assert (kept.account, kept.masked) == (ACCOUNT, "6228***********0018")
        assert (kept.bank_name, kept.holder) == ("示例 银行", row.name)
        assert ACCOUNT not in repr(kept)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT bank_account FROM {row._meta.db_table} WHERE id = %s", [row.pk])
            assert ACCOUNT.encode() not in bytes(cursor.fetchone()[0])


def test_on_account_finds_rows_of_its_own_table_only(rows):
    person, body = rows
    assert list(on_account(Person.objects.all(), ACCOUNT)) == [person]
    assert list(on_account(Institution.objects.all(), ACCOUNT)) == [body]
    assert person.bank_account_index != body.bank_account_index  # no joining of tables by their indexes
    assert not on_account(Person.objects.all(), "6228480402564890026").exists()


def test_bank_accounts_leaves_out_who_has_none():
    person, body = make_person("李小红"), make_institution(bank_account="")
    assert bank_accounts(Person.objects.filter(pk=person.pk)) == {}
    assert bank_accounts(Institution.objects.filter(pk=body.pk)) == {}


@pytest.mark.parametrize("model", [Person, Institution])
def test_table_has_every_column_of_an_account(model):
    assert set(COLUMNS) <= {field.name for field in model._meta.concrete_fields}
