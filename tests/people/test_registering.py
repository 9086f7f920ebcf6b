"""Registering people: one row each, whoever registers them and however often (A4)."""

import threading
from datetime import date
from time import perf_counter

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from kaogong.access.sealing import unseal
from kaogong.kernel.actor import Actor, system_actor
from kaogong.kernel.errors import NotPermitted
from kaogong.kernel.id_number import FEMALE, IdNumberChecksum
from kaogong.people import queries
from kaogong.people.models import ID_NUMBER, Person
from kaogong.people.operations import (
    NameDiffers,
    NewPerson,
    RegionMissing,
    register_people,
    register_person,
)
from kaogong.trail.models import Entry
from tests.factories import a_new_person, an_actor, an_id_number, make_person

BY = system_actor()


@pytest.mark.django_db
def test_register_person_reads_sex_birth_and_masks_from_the_number(now):
    number = an_id_number(date(1991, 5, 6), FEMALE)
    person = register_person(
        a_new_person(" 李 丽 ", id_number=number.value, phone="13800000000"), by=BY, at=now
    )
    assert (person.name, person.sex, person.born_on) == ("李丽", "2", date(1991, 5, 6))
    assert person.id_number_masked == f"370299********{number.value[-4:]}"
    assert person.phone == "13800000000"
    assert person.phone_masked == "138****0000"
    assert person.synthetic


@pytest.mark.django_db
def test_register_person_leaves_no_number_in_clear_in_the_database(now):
    number = an_id_number().value
    person = register_person(a_new_person(id_number=number, phone="13911112222"), by=BY, at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT p::text, p.id_number FROM people_person p WHERE id = %s", [person.pk])
        text, sealed = cursor.fetchone()
    assert number not in text
    assert number.encode().hex() not in text
    assert "13911112222" not in text
    assert unseal(sealed, ID_NUMBER) == number
    assert number not in str(list(Entry.objects.values_list("detail", "subject_label")))


@pytest.mark.django_db
def test_register_person_again_keeps_the_row_and_fills_only_blanks(now):
    new = a_new_person(education_code="31")
    first = register_person(new, by=BY, at=now)
    again = register_person(
        NewPerson(
            name=new.name, id_number=new.id_number, phone="13800000001", education_code="21",
            bank_name="示例银行", bank_account="6228480402564890018", region_code="370299",
        ),
        by=BY,
        at=now,
    )  # fmt: skip
    assert again.pk == first.pk
    assert again.education_code == "31"
    assert again.phone == "13800000001"
    assert (again.bank_account, again.bank_account_holder) == ("6228480402564890018", new.name)


@pytest.mark.django_db
def test_register_person_with_another_name_is_refused_without_telling_the_name(now):
    person = make_person("王小明")
    with pytest.raises(NameDiffers) as refused:
        register_person(a_new_person("王大明", id_number=person.id_number), by=BY, at=now)
    assert "王*明" in refused.value.message
    assert "王小明" not in refused.value.message
    assert Person.objects.get(pk=person.pk).name == "王小明"


@pytest.mark.django_db
def test_register_person_with_a_wrong_check_character_is_refused(now):
    number = an_id_number().value
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    with pytest.raises(IdNumberChecksum):
        register_person(a_new_person(id_number=wrong), by=BY, at=now)


@pytest.mark.django_db
def test_register_person_without_a_keeping_region_is_refused(now):
    with pytest.raises(RegionMissing):
        register_person(a_new_person(region_code=""), by=BY, at=now)


@pytest.mark.django_db
def test_register_person_by_someone_without_the_right_is_refused(now):
    with pytest.raises(NotPermitted):
        register_person(a_new_person(), by=Actor(name="某人", role="cashier"), at=now)
    assert register_person(a_new_person(), by=an_actor("provider_clerk"), at=now).pk


@pytest.mark.django_db
def test_register_people_takes_old_numbers_lower_case_and_full_width(now):
    old = NewPerson("赵六", "370299800101003", region_code="370299")
    spaced = an_id_number().value
    ids = register_people(
        [old, a_new_person("孙七", id_number=f" {spaced[:6]} {spaced[6:].lower()} ")], by=BY, at=now
    )
    assert spaced in ids
    (upgraded,) = set(ids) - {spaced}
    assert upgraded.startswith("37029919800101003")


@pytest.mark.django_db
def test_register_people_twice_changes_nothing(now):
    people = [a_new_person(f"学员{'甲乙丙丁'[n % 4]}", phone=f"138000000{n:02d}") for n in range(40)]
    first = register_people(people, by=BY, at=now)
    told, rows = Entry.objects.count(), list(Person.objects.order_by("pk").values())
    assert register_people(people, by=BY, at=now) == first
    assert list(Person.objects.order_by("pk").values()) == rows
    assert Entry.objects.count() == told


@pytest.mark.django_db
def test_register_people_with_one_number_under_two_names_saves_nobody(now):
    number = an_id_number().value
    people = [a_new_person(), a_new_person("甲某", id_number=number), a_new_person("乙某", id_number=number)]
    before = Person.objects.count()
    with pytest.raises(NameDiffers):
        register_people(people, by=BY, at=now)
    assert Person.objects.count() == before


@pytest.mark.django_db
def test_register_people_ten_thousand_takes_less_than_three_seconds(now):
    people = [a_new_person(f"学员{n % 97}", phone="13800000000") for n in range(10_000)]
    start = perf_counter()
    ids = register_people(people, by=BY, at=now)
    took = perf_counter() - start
    assert len(ids) == 10_000
    assert took < 3
    start = perf_counter()
    assert queries.people_by_id_numbers(ids) == ids
    assert perf_counter() - start < 0.5


@pytest.mark.django_db
def test_register_person_number_never_changes(now):
    person = make_person()
    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(id_number_index=b"x" * 16)


@pytest.mark.django_db(transaction=True)
def test_register_people_from_two_transactions_at_once_makes_one_row_each(now):
    shared = [a_new_person(f"同名{n}") for n in range(200)]
    only = {0: a_new_person("甲独有"), 1: a_new_person("乙独有")}
    start, results, faults = threading.Barrier(2), {}, []

    def register(turn: int) -> None:
        try:
            people = [*(shared if turn else reversed(shared)), only[turn]]
            start.wait(10)
            with transaction.atomic():
                results[turn] = register_people(people, by=BY, at=now)
                if turn == 0:
                    threading.Event().wait(0.3)  # hold the locks, so that the other meets uncommitted rows
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=register, args=(turn,)) for turn in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not faults
    assert Person.objects.count() == 202
    for new in shared:
        assert results[0][new.id_number] == results[1][new.id_number]
    assert len(results[0]) == len(results[1]) == 201
