"""A browser for a school's clerk, one for an assessment body's, and one for a stranger's school."""

import pytest
from django.test import Client

from kaogong.access.models import Account
from kaogong.kernel.actor import Actor
from tests.factories import COOK, an_actor, make_institution


def browser_of(actor: Actor) -> Client:
    """A logged-in browser; ``actor`` is who it acts for."""
    browser = Client()
    browser.force_login(Account.objects.get(pk=actor.account_id), "django.contrib.auth.backends.ModelBackend")
    browser.actor = actor
    return browser


@pytest.fixture
def school(db):
    return make_institution("示例区海蓝职业培训学校", recognised_for=[COOK])


@pytest.fixture
def clerk(school) -> Client:
    return browser_of(an_actor("provider_clerk", organisation_id=school.pk))


@pytest.fixture
def stranger(db) -> Client:
    return browser_of(an_actor("provider_clerk", organisation_id=make_institution(recognised_for=[COOK]).pk))


@pytest.fixture
def body(db):
    return make_institution("示例区技能评价中心", is_provider=False, is_assessor=True)


@pytest.fixture
def assessor(body) -> Client:
    return browser_of(an_actor("assessor", organisation_id=body.pk))
