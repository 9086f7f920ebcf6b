"""Keys made and changed: everything opens under the new one, and the old one can be thrown away."""

import os

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.db import connection

from kaogong.access import queries, sealing
from kaogong.access.operations import rotate_keys
from kaogong.cli import main
from kaogong.institutions.models import Institution, Trainer
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotPermitted
from kaogong.people.models import Person
from kaogong.trail.models import Entry
from kaogong.training.models import RosterFileChanged, RosterUpload
from tests.factories import an_actor, make_class, make_person


def test_no_append_only_table_holds_sealed_data():
    """Such a row could never be sealed again, and its key never dropped."""
    sealed = {model for model, _ in sealing.sealed_fields()}
    assert sealed
    assert not [
        model for model in apps.get_models() if getattr(model, "append_only", False) and model in sealed
    ]


@pytest.fixture
def city(db):
    """Something sealed in every corner: a person, an institution, its trainer, a roster with its file."""
    person = make_person(
        "王䶮", phone="13800000001", bank_name="示例银行", bank_account="6228480402564890018"
    )
    make_class(people=[person], status="filed")
    return person


def plain():
    return {
        "people": list(Person.objects.order_by("pk").values_list("id_number", "phone", "bank_account")),
        "institutions": list(Institution.objects.order_by("pk").values_list("bank_account")),
        "trainers": list(Trainer.objects.order_by("pk").values_list("id_number")),
        "rosters": [(u.content, u.rows, u.problems) for u in RosterUpload.objects.order_by("pk")],
    }


def test_rotate_keys_lets_the_old_key_be_dropped(city, settings, now):
    before = plain()
    old = dict(settings.SEALING_KEYS)
    settings.SEALING_KEYS = {2: os.urandom(32), **old}
    assert plain() == before
    done = rotate_keys(by=system_actor(), at=now, rows_at_a_time=2)
    assert done["people.Person.id_number"] == Person.objects.count()
    assert done["training.RosterUpload.original"] == RosterUpload.objects.count() == 1
    assert set(queries.seals_by_key()) == {2}
    settings.SEALING_KEYS = {2: settings.SEALING_KEYS[2]}
    assert plain() == before
    assert Person.objects.get(id_number_index=city.id_number_index).pk == city.pk
    assert Entry.objects.get(verb="keys.rotated").detail["rows"] == done


def test_rotate_keys_broken_off_goes_on_where_it_was(city, settings, now, monkeypatch):
    before = plain()
    settings.SEALING_KEYS = {2: os.urandom(32), **settings.SEALING_KEYS}
    from kaogong.access import operations

    seal_again, steps = operations._seal_again, []

    def dies_at_the_fourth(*words):
        steps.append(words)
        if len(steps) == 4:
            raise ConnectionError("the machine stopped")
        return seal_again(*words)

    with monkeypatch.context() as patch:
        patch.setattr(operations, "_seal_again", dies_at_the_fourth)
        with pytest.raises(ConnectionError):
            rotate_keys(by=system_actor(), at=now, rows_at_a_time=1)
    assert set(queries.seals_by_key()) == {1, 2}
    assert plain() == before
    again = rotate_keys(by=system_actor(), at=now)
    assert set(queries.seals_by_key()) == {2}
    assert sum(again.values()) > 0
    assert sum(rotate_keys(by=system_actor(), at=now).values()) == 0
    assert plain() == before


def test_rotate_keys_by_a_clerk_is_not_permitted(city, now):
    with pytest.raises(NotPermitted):
        rotate_keys(by=an_actor("bureau_clerk"), at=now)


def test_roster_file_changed_behind_the_product_is_told(city, settings):
    upload = RosterUpload.objects.get()
    RosterUpload.objects.filter(pk=upload.pk).update(original="5YGa5omL6ISa")
    upload.refresh_from_db()
    with pytest.raises(RosterFileChanged, match="与上传时不同"):
        _ = upload.content


def test_seal_broken_says_which_key_and_what_happened(city, settings):
    settings.SEALING_KEYS = {7: os.urandom(32)}
    with pytest.raises(sealing.SealBroken, match="加密数据无法解开：密钥 1 不在配置中，或数据被改动。"):
        Person.objects.get(pk=city.pk)


def test_value_moved_to_another_column_does_not_open(city):
    other = make_person("李明")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET phone = id_number WHERE id = %s", [other.pk])
    with pytest.raises(sealing.SealBroken):
        Person.objects.get(pk=other.pk)


def run(*words, **environment):
    return CliRunner().invoke(main, ["keys", *words], env=environment)


def test_new_makes_both_keys_for_a_first_installation():
    shown = run("new", KAOGONG_SEALING_KEYS="", KAOGONG_INDEX_KEY="")
    assert shown.exit_code == 0
    lines = dict(line.split("=", 1) for line in shown.stdout.splitlines())
    assert lines["KAOGONG_SEALING_KEYS"].startswith("1:")
    assert len(lines["KAOGONG_INDEX_KEY"]) == 44


def test_new_puts_the_next_key_in_front_of_those_in_use():
    shown = run("new", KAOGONG_SEALING_KEYS="3:YQ==,1:Yg==", KAOGONG_INDEX_KEY="aQ==")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("KAOGONG_SEALING_KEYS=4:")
    assert shown.stdout.strip().endswith(",3:YQ==,1:Yg==")
    assert "INDEX_KEY=" not in shown.stdout


def test_new_never_replaces_a_lost_index_key():
    shown = run("new", KAOGONG_SEALING_KEYS="1:Yg==", KAOGONG_INDEX_KEY="")
    assert shown.exit_code == 1
    assert "不能更换" in shown.output
    assert "KAOGONG_INDEX_KEY=" not in shown.output


def test_rotate_and_usage_say_when_the_old_key_may_go(city, settings):
    settings.SEALING_KEYS = {2: os.urandom(32), **settings.SEALING_KEYS}
    before = run("usage")
    assert before.exit_code == 0
    assert "还在使用，请运行 kaogong keys rotate" in before.output
    after = run("rotate")
    assert after.exit_code == 0, after.output
    assert "密钥 1：0 项，不再使用，可以从 KAOGONG_SEALING_KEYS 中删去" in after.output
    settings.SEALING_KEYS = {5: os.urandom(32)}
    lost = run("usage")
    assert lost.exit_code == 1
    assert "不在配置中，这些数据解不开" in lost.output
