"""What every test may count on: reference data, an instant, and clean tables."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import TransactionTestCase

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_blocker):
    """Reference data belongs to the empty product: loaded once per worker, never rolled back."""
    from kaogong.catalog.operations import load_reference
    from kaogong.cli.states import changed_in_place
    from kaogong.kernel.actor import system_actor

    with changed_in_place():
        request.getfixturevalue("django_db_setup")  # pytest-django's own, which migrates
    with django_db_blocker.unblock():
        load_reference(by=system_actor(), at=datetime(2026, 1, 1, tzinfo=SHANGHAI))


@pytest.fixture
def now() -> datetime:
    """The instant tests happen at: a Monday morning."""
    return datetime(2026, 11, 16, 9, 0, tzinfo=SHANGHAI)


KEPT_BY_FLUSH = ("catalog_", "django_content_type", "django_migrations", "auth_permission", "procrastinate")
# No part of the empty product, unlike the code tables beside it.
LISTED_BY_PEOPLE = ("catalog_subsidisedoccupation", "catalog_shortageoccupation")


def _clean_behind_the_guards(self):
    """Tests that really commit clean up past the append-only guards, as no code of the product may."""
    from django.db import connection

    with connection.cursor() as cursor:
        tables = [
            name
            for name in connection.introspection.table_names(cursor)
            if name in LISTED_BY_PEOPLE or not name.startswith(KEPT_BY_FLUSH)
        ]
        # Few of some hundred tables hold anything, and little; emptying all the others would take seconds.
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables)
        )
        filled = [name for (name,) in cursor.fetchall()]
        cursor.execute("SET session_replication_role = replica")
        for name in filled:
            cursor.execute(f'DELETE FROM "{name}"')
        cursor.execute("SET session_replication_role = origin")


TransactionTestCase._fixture_teardown = _clean_behind_the_guards
