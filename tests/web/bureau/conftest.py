"""Clients logged in by role."""

import pytest
from django.core.cache import cache
from django.test import Client

from kaogong.access.queries import accounts
from kaogong.kernel.actor import system_actor
from tests.factories import an_actor


@pytest.fixture
def logged_in():
    """A function: role (and reach) → a client logged in as a new account of it, with ``actor``."""
    cache.clear()

    def log_in(role: str, **reach) -> Client:
        actor = an_actor(role, **reach)
        client = Client()
        client.force_login(
            accounts(system_actor()).get(pk=actor.account_id),
            backend="django.contrib.auth.backends.ModelBackend",
        )
        client.actor = actor
        return client

    return log_in
