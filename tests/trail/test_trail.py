"""The trail only grows, and a change behind its back shows."""

import pytest
from django.db import Error, connection, transaction

from kaogong.kernel.actor import Actor, system_actor
from kaogong.trail import queries
from kaogong.trail.models import Entry
from kaogong.trail.operations import record, seal_entries
from tests.sealing import seal_all

pytestmark = pytest.mark.django_db


def test_record_keeps_who_when_and_why(now):
    clerk = Actor(name="李*", role="bureau_clerk", account_id=7, region_code="370299")
    entry = record("class.approved", by=clerk, at=now, reason=" 材料齐全 ", subject_id=3, label="班次")
    entry.refresh_from_db()
    assert (entry.actor_account_id, entry.actor_name, entry.reason) == (7, "李*", "材料齐全")
    assert (entry.subject_kind, entry.subject_id, entry.region_code) == ("class", "3", "370299")
    assert entry.transaction_number > 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail_entry SET reason = 'x'",
        "DELETE FROM trail_entry",
        "TRUNCATE trail_entry CASCADE",
        "UPDATE trail_seal SET digest = 'x'",
        "TRUNCATE trail_seal",
    ],
)
def test_database_refuses_to_change_the_trail(now, statement):
    record("class.approved", by=system_actor(), at=now, subject_id=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO trail_seal (from_transaction, until_transaction, entry_count, previous_digest, digest,"
            " sealed_at) VALUES (0, 1, 0, 'a', 'b', now())"
        )
    with (
        pytest.raises(Error, match=r"append-only|pgtrigger"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Entry.objects.filter(verb="class.approved", reason="").count() == 1


@pytest.mark.django_db(transaction=True)
def test_seal_entries_covers_each_entry_once(now):
    earlier = seal_all(now)
    for number in range(3):
        record("class.approved", by=system_actor(), at=now, subject_id=number)
    first = seal_all(now)
    assert sum(seal.entry_count for seal in first) == 3
    assert seal_entries(at=now) is None
    record("class.returned", by=system_actor(), at=now, subject_id=9)
    (second,) = seal_all(now)
    assert (second.entry_count, second.previous_digest) == (1, first[-1].digest)
    assert sum(seal.entry_count for seal in [*earlier, *first, second]) == Entry.objects.count()
    assert queries.chain_faults() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("UPDATE trail_entry SET reason = '改过' WHERE subject_id = '1'", "内容"),
        ("DELETE FROM trail_entry WHERE subject_id = '1'", "记录数"),
    ],
)
def test_chain_shows_tampering_by_the_databases_owner(now, tampering, said):
    seal_all(now)
    for number in range(3):
        record("class.approved", by=system_actor(), at=now, subject_id=number)
    seal_all(now)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(tampering)
        cursor.execute("SET session_replication_role = origin")
    faults = queries.chain_faults()
    assert len(faults) == 1
    assert said in faults[0].problem


def test_entries_visible_stop_at_the_actors_reach(now):
    here = Actor(name="甲", role="bureau_clerk", account_id=1, region_code="370299")
    elsewhere = Actor(name="乙", role="bureau_clerk", account_id=2, region_code="510700")
    school = Actor(name="丙", role="provider_clerk", account_id=3, organisation_id=5)
    record("class.approved", by=here, at=now, subject_id=1)
    record("class.filed", by=school, at=now, subject_id=1)
    assert [e.actor_name for e in queries.entries_visible(here)] == ["甲"]
    assert [e.actor_name for e in queries.entries_visible(elsewhere)] == []
    assert [e.actor_name for e in queries.entries_visible(school)] == ["丙"]
