"""Lists ask the database the same few questions however many rows a page shows."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.pages import MOST_QUERIES, PAGES
from kaogong.training import queries as training
from kaogong.web.parts.navigation import count_together
from tests.factories import make_class, make_institution, make_person
from tests.factories.people import an_actor

LISTS = sorted(
    {
        (door, name)
        for door, name, _ in PAGES
        if not name.endswith(":home") and name != "provider:learners:list"
    }
)
ROLES = {"bureau": "reviewer", "provider": "provider_clerk", "assessor": "assessor"}


@pytest.fixture
def school(db):
    return make_institution(recognised_for=[("4-03-02-01", "5")], is_assessor=True)


@pytest.fixture
def visitors(school, client):
    """Door → a browser that may enter it."""
    from django.test import Client

    from kaogong.access.models import Account

    found = {"public": client}
    for door, role in ROLES.items():
        reach = {} if door == "bureau" else {"organisation_id": school.pk}
        actor = an_actor(role, **reach)
        found[door] = Client()
        found[door].force_login(
            Account.objects.get(pk=actor.account_id), "django.contrib.auth.backends.ModelBackend"
        )
    return found


def asked(browser, address: str) -> int:
    """How many questions one page asks, nothing of the rail being remembered."""
    browser.get(address)
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize(("door", "name"), LISTS, ids=[name for _, name in LISTS])
def test_list_asks_no_more_for_more_rows(door, name, school, visitors):
    cache.clear()
    make_class(school, status="filed", people=1)
    few = asked(visitors[door], reverse(name))
    for _ in range(3):
        make_class(school, status="filed", people=2)
        make_person("李四")
    many = asked(visitors[door], reverse(name) + "?per_page=100")
    assert many <= min(few, MOST_QUERIES)


def test_list_never_counts_further_than_it_says(school, visitors):
    with CaptureQueriesContext(connection) as queries:
        visitors["bureau"].get(reverse("bureau:people:list"))
    counts = [
        query["sql"] for query in queries if "COUNT(" in query["sql"] and "people_person" in query["sql"]
    ]
    assert counts
    assert all("LIMIT 10001" in sql and "ORDER BY" not in sql for sql in counts)


def test_rail_counts_all_that_waits_at_once_and_each_right(school, visitors):
    for _ in range(3):
        make_class(school, status="filed", people=1)
    by = an_actor("reviewer")
    filed = training.classes_awaiting_approval(by)
    with CaptureQueriesContext(connection) as queries:
        sizes = count_together([filed, filed.none(), (filed, filed.order_by("number").distinct()), 7])
    assert sizes == [3, 0, 6, 7]
    assert len(queries) == 1
