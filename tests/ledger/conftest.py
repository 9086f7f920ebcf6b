"""What the ledger's tests share."""

import pytest
from django.db import connection


@pytest.fixture
def as_owner_without_guards(db):
    """Run a statement as the database's owner would who has switched every trigger off."""

    def run(statement, *values):
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(statement, values)
            cursor.execute("SET session_replication_role = origin")

    return run
