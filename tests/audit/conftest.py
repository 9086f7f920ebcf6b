"""One small city with money at every stage, committed and sealed, and its pack: made once for all tests here."""

import os
from datetime import date, datetime

import psycopg
import pytest
from django.db import connection
from django.test import TransactionTestCase

from kaogong.audit import operations
from kaogong.demo.cast import SHANGHAI, recall
from kaogong.demo.seed import seed_city
from kaogong.trail.models import Seal
from tests.sealing import seal_all, seal_ledger_until_settled

ON = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 18, 0, tzinfo=SHANGHAI)
FROM, TO = date(2024, 1, 1), date(2026, 11, 20)


@pytest.fixture(scope="session")
def seeded() -> dict[str, object]:
    """The cast of the city once it is made, and the database that keeps it as it was."""
    return {}


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker, tmp_path_factory, seeded):
    with django_db_blocker.unblock():
        if seeded:
            copy_database(seeded["kept"], to=connection.settings_dict["NAME"])
        else:
            cast = seed_city(people=120, seed=7, on=ON)
            seal_all(AT)
            make_pack(
                tmp_path_factory.mktemp("first") / "first.zip"
            )  # what it left in the trail is sealed next
            seal_all(AT)
            seal_ledger_until_settled(AT, with_balances=True)
            name = connection.settings_dict["NAME"]
            copy_database(name, to=f"{name}_city")
            seeded.update(cast=cast, kept=f"{name}_city")
        assert Seal.objects.count() > 1
        yield seeded["cast"]
        connection.close()
        TransactionTestCase._fixture_teardown(None)


def copy_database(name: str, *, to: str) -> None:
    """One database in place of another: a second, where making the city takes half a minute."""
    connection.close()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{to}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{to}" TEMPLATE "{name}"')


def make_pack(path, *, from_on=FROM, to_on=TO, at=AT, **more):
    """A pack of these days in that file, made by the auditor."""
    auditor = recall("auditor")
    pack = operations.ask_for_pack(from_on=from_on, to_on=to_on, by=auditor, at=at, reason="专项审计", **more)
    return operations.build_pack(pack.pk, by=auditor, at=at, to=path)


@pytest.fixture(scope="module")
def clean(city, tmp_path_factory):
    path = tmp_path_factory.mktemp("packs") / "clean.zip"
    make_pack(path)
    return path
