"""Accounts, reach and sealing."""

import base64
import os

import pytest
from django.db import IntegrityError, connection, transaction

from kaogong.access import queries, sealing
from kaogong.access.models import Account
from kaogong.access.operations import (
    DepartmentUnknown,
    RoleUnknown,
    UsernameTaken,
    close_account,
    open_account,
)
from kaogong.access.permissions import Permission
from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor, system_actor
from kaogong.kernel.errors import NotFound, NotPermitted
from kaogong.people import queries as people
from kaogong.people.models import Person
from kaogong.trail.models import Entry
from tests.factories import an_actor, make_person
from tests.factories.people import AT


def test_seal_opens_with_its_key_and_its_purpose_only(settings):
    sealed = sealing.seal("370299199001010010", "a.b")
    assert b"370299" not in sealed
    assert sealing.unseal(sealed, "a.b") == "370299199001010010"
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(sealed, "a.c")
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), "a.b")


def test_seal_uses_the_newest_key_and_opens_the_older(settings):
    old = dict(settings.SEALING_KEYS)
    before = sealing.seal("甲", "a.b")
    settings.SEALING_KEYS = {2: os.urandom(32), **old}
    after = sealing.seal("甲", "a.b")
    assert (before[0], after[0]) == (1, 2)
    assert sealing.unseal(before, "a.b") == sealing.unseal(after, "a.b") == "甲"
    settings.SEALING_KEYS = {2: base64.b64decode(base64.b64encode(os.urandom(32)))}
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(before, "a.b")


def test_blind_index_is_equal_for_equals_and_bound_to_its_purpose(settings):
    assert sealing.blind_index("1", "p") == sealing.blind_index("1", "p")
    assert sealing.blind_index("1", "p") != sealing.blind_index("1", "q")
    first = sealing.blind_index("1", "p")
    settings.INDEX_KEY = b"another" * 5
    assert sealing.blind_index("1", "p") != first


@pytest.mark.django_db
def test_open_account_hashes_the_password_and_tells_the_trail(now):
    account = open_account(
        username="clerk",
        name="王小明",
        role="bureau_clerk",
        password="abc-12345-xyz",
        by=system_actor(),
        at=now,
        region_code="370299",
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM access_account WHERE id = %s", [account.pk])
        assert cursor.fetchone()[0].startswith("argon2")
    actor = queries.actor_of(account)
    assert actor.may(Permission.APPROVE_CLASS)
    assert not actor.may(Permission.RELEASE_PAYMENT)
    assert Entry.objects.filter(verb="account.opened").count() == 1


@pytest.mark.django_db
def test_open_account_refuses_by_name(now):
    system = system_actor()
    open_account(
        username="a", name="甲", role="auditor", password="x" * 12, by=system, at=now, region_code="370299"
    )
    with pytest.raises(UsernameTaken, match="a"):
        open_account(username="a", name="乙", role="auditor", password="x" * 12, by=system, at=now)
    with pytest.raises(RoleUnknown):
        open_account(username="b", name="乙", role="king", password="x" * 12, by=system, at=now)
    with pytest.raises(NotPermitted):
        open_account(
            username="b",
            name="乙",
            role="auditor",
            password="x" * 12,
            by=Actor(name="丙", role="auditor"),
            at=now,
        )


@pytest.mark.django_db
def test_close_account_keeps_its_trail(now):
    system = system_actor()
    account = open_account(
        username="a", name="甲", role="auditor", password="x" * 12, region_code="370299", by=system, at=now
    )
    rights = frozenset({str(Permission.MANAGE_ACCOUNTS)})
    elsewhere = Actor(name="管", role="administrator", permissions=rights, region_code="510700")
    with pytest.raises(NotFound):
        close_account(account.pk, by=elsewhere, at=now, reason="离岗")
    keeper = Actor(name="管", role="administrator", permissions=rights, region_code="370299")
    closed = close_account(account.pk, by=keeper, at=now, reason="离岗")
    assert closed.is_active is False
    assert Entry.objects.filter(verb="account.closed", reason="离岗").count() == 1


@pytest.mark.django_db
def test_in_reach_narrows_by_region_institution_and_person(now):
    rows = queries.Account.objects.all()
    for number, region in enumerate(("370299", "370211", "510700")):
        open_account(
            username=f"u{number}",
            name="甲",
            role="bureau_clerk",
            password="x" * 12,
            by=system_actor(),
            at=now,
            region_code=region,
        )

    def seen(**reach):
        actor = Actor(name="x", role="auditor", **reach)
        return {
            a.region_code
            for a in queries.in_reach(rows, actor, organisation="organisation_id", person="person_id")
        }

    assert seen(region_code="370000") == {"370299", "370211"}
    assert seen(region_code="370299") == {"370299"}
    assert seen(region_code="") == set()
    assert seen(organisation_id=4, region_code="370299") == set()
    assert seen(person_id=4, region_code="370299") == set()


@pytest.mark.django_db
def test_department_clerk_reaches_only_what_names_its_department():
    clerk = an_actor("department_clerk", department_code="veterans")
    assert (clerk.department_code, clerk.region_code) == ("veterans", "370299")
    make_person()
    assert not in_reach(Person.objects.all(), clerk).exists()
    assert in_reach(Person.objects.all(), an_actor("bureau_clerk")).exists()
    assert not people.people(clerk).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "department"), [("department_clerk", ""), ("department_clerk", "nobody"), ("reviewer", "audit")]
)
def test_open_account_names_a_department_for_its_clerk_and_for_nobody_else(role, department):
    with pytest.raises(DepartmentUnknown):
        an_actor(role, department_code=department)
    if department == "nobody":
        return  # the database knows no list of departments
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(username="x", name="x", role=role, department_code=department, created_at=AT)
