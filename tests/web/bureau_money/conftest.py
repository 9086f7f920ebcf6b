"""Clients logged in by role, and a claim with one person of each verdict."""

import pytest
from django.core.cache import cache
from django.test import Client

from kaogong.access.queries import accounts
from kaogong.kernel.actor import Actor, system_actor
from tests.factories import an_actor
from tests.factories.claims import make_certified_class, make_claim, make_learner, make_money


def browser_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(
        accounts(system_actor()).get(pk=actor.account_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    client.actor = actor
    return client


@pytest.fixture
def logged_in():
    """A function: role (and reach) → a browser logged in as a new account of it, with ``actor``."""
    cache.clear()
    return lambda role, **reach: browser_of(an_actor(role, **reach))


@pytest.fixture
def money(db):
    return make_money()


@pytest.fixture
def mixed(money):
    """A claim of four: two payable, one who draws a pension, one of whom that is not known."""
    people = [
        make_learner("王小明"),
        make_learner("赵国华", standings={"pension": True}),
        make_learner("孙玉", standings={}),
        make_learner("李兰"),
    ]
    return make_claim(make_certified_class(people))
