"""Looking at people: reach, search, unmasking; and the lifelong file (A2, A9)."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from kaogong.kernel.actor import system_actor
from kaogong.kernel.bank_card import BankCardChecksum, make_bank_card
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing
from kaogong.people import queries
from kaogong.people.models import FileEntry, Person
from kaogong.people.operations import (
    DetailUnknown,
    FieldNotSealed,
    FileEntryDiffers,
    NewFileEntry,
    append_many_to_file,
    append_to_file,
    correct_person,
    register_people,
    rename_person,
    reveal,
    set_bank_account,
)
from kaogong.trail.models import Entry
from tests.factories import a_new_person, an_actor, an_id_number, make_institution, make_person

pytestmark = pytest.mark.django_db
BY = system_actor()
CARD = make_bank_card("622848", 12345)


def test_person_out_of_reach_is_not_found():
    person = make_person()
    assert queries.person(person.pk, by=an_actor("bureau_clerk")).pk == person.pk
    assert queries.person(person.pk, by=an_actor("learner", person_id=person.pk)).pk == person.pk
    for stranger in (
        an_actor("bureau_clerk", region_code="510700"),
        an_actor("learner"),
        an_actor("provider_clerk", organisation_id=make_institution().pk),
    ):
        with pytest.raises(NotFound):
            queries.person(person.pk, by=stranger)


def test_person_is_in_reach_of_each_of_the_three_places():
    person = make_person(
        household_region_code="510722", residence_region_code="370211", job_region_code="110101"
    )
    for region_code in ("370299", "510700", "370211", "110000"):
        assert queries.person(person.pk, by=an_actor("bureau_clerk", region_code=region_code))
    assert queries.places_of([person.pk])[person.pk] == queries.Places("510722", "370211", "110101")


def test_people_by_name_end_of_name_and_number():
    clerk = an_actor("bureau_clerk")
    wang, li, ali = make_person("王小明"), make_person("李小明"), make_person("阿里木·买买提")
    found = lambda text: {p.pk for p in queries.people(clerk, text)}  # noqa: E731
    assert found("王") == {wang.pk}
    assert found("小明") == {wang.pk, li.pk}
    assert found("木·买买") == {ali.pk}
    assert found(f" {li.id_number} ") == {li.pk}
    assert found(an_id_number().value) == set()
    assert found("") >= {wang.pk, li.pk, ali.pk}
    assert {p.pk for p in queries.people(clerk, "小明", among=[li.pk])} == {li.pk}


def test_people_search_uses_the_indexes(now):
    names = (f"张{chr(0x4E00 + n)}{chr(0x5E00 + n % 997)}" for n in range(4000))
    register_people([a_new_person(name) for name in names], by=BY, at=now)
    clerk = an_actor("bureau_clerk")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_person")
        # What a million rows make the planner do; these few are read faster from end to end.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
    name = queries.people(clerk, chr(0x4E00 + 7) + chr(0x5E00 + 7))[:50].explain()
    number = queries.people(clerk, an_id_number().value)[:50].explain()
    assert "person_by_name" in name
    assert "id_number_index" in number
    assert "Seq Scan" not in name + number


def test_reveal_gives_the_value_and_records_the_look(now):
    person, clerk = make_person(), an_actor("bureau_clerk")
    assert reveal(person.pk, field="id_number", by=clerk, at=now, reason="核对原证") == person.id_number
    entry = Entry.objects.get(verb="person.looked")
    assert (entry.detail, entry.reason, entry.actor_account_id) == (
        {"field": "id_number"}, "核对原证", clerk.account_id,
    )  # fmt: skip
    assert person.id_number not in f"{entry.detail}{entry.subject_label}{entry.reason}"


def test_reveal_without_right_reason_or_reach_is_refused_and_shows_nothing(now):
    person = make_person()
    with pytest.raises(NotPermitted):
        reveal(person.pk, field="id_number", by=an_actor("cashier"), at=now, reason="看看")
    with pytest.raises(ReasonMissing):
        reveal(person.pk, field="phone", by=an_actor("auditor"), at=now)
    with pytest.raises(NotFound):
        reveal(person.pk, field="phone", by=an_actor("learner"), at=now)
    with pytest.raises(FieldNotSealed):
        reveal(person.pk, field="name", by=an_actor("auditor"), at=now, reason="看看")
    assert not Entry.objects.filter(verb="person.looked").exists()


def test_reveal_of_ones_own_needs_no_reason_and_is_recorded(now):
    person = make_person()
    learner = an_actor("learner", person_id=person.pk)
    assert reveal(person.pk, field="id_number", by=learner, at=now) == person.id_number
    assert Entry.objects.filter(verb="person.looked", subject_id=str(person.pk)).count() == 1


def test_set_bank_account_is_checked_and_sharing_is_seen(now):
    one, two = make_person(), make_person("李四")
    with pytest.raises(BankCardChecksum):
        set_bank_account(one.pk, bank_name="示例银行", account="6228480402564890010", by=BY, at=now)
    for person in (one, two):
        set_bank_account(person.pk, bank_name="示例银行", account=CARD.value, by=BY, at=now)
    assert queries.bank_accounts_of([one.pk])[one.pk].account == CARD.value
    assert queries.people_sharing_account([one.pk, make_person().pk]) == {one.pk: 2}
    assert {p.pk for p in queries.people_on_account(CARD.value)} == {one.pk, two.pk}


def test_correct_person_changes_details_but_not_the_number(now):
    person, clerk = make_person(), an_actor("bureau_clerk")
    correct_person(person.pk, by=clerk, at=now, reason="换号", phone="13900001111")
    person = Person.objects.get(pk=person.pk)
    assert (person.phone, person.phone_masked) == ("13900001111", "139****1111")
    with pytest.raises(DetailUnknown):
        correct_person(person.pk, by=clerk, at=now, reason="x", id_number="1")
    assert "13900001111" not in str(list(Entry.objects.values_list("detail", flat=True)))


def test_rename_person_lets_the_new_name_register(now):
    person = make_person("王小明")
    rename_person(person.pk, name="王晓明", by=an_actor("bureau_clerk"), at=now, reason="身份证已更名")
    assert queries.names_and_accounts([person.id_number]) == {person.id_number: (person.pk, "王晓明", "")}


def test_append_to_file_once_and_for_ever(now):
    person = make_person()
    entry = {"kind": "training", "on": date(2026, 3, 1), "title": "中式烹调师培训", "reference": "class:1"}
    first = append_to_file(person.pk, **entry, by=BY, at=now)
    assert append_to_file(person.pk, **entry, by=BY, at=now).pk == first.pk
    with pytest.raises(FileEntryDiffers):
        append_to_file(person.pk, **(entry | {"title": "另一次培训"}), by=BY, at=now)
    for change in (
        lambda: FileEntry.objects.filter(pk=first.pk).update(title="改"),
        lambda: FileEntry.objects.filter(pk=first.pk).delete(),
    ):
        with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
            change()
    assert [e.title for e in queries.file_of(person.pk)] == ["中式烹调师培训"]


def test_append_many_to_file_passes_over_what_is_there(now):
    people = [make_person() for _ in range(3)]
    entries = [
        NewFileEntry(p.pk, "certificate", date(2026, 4, 1), "取得证书", "certificate:1") for p in people
    ]
    assert append_many_to_file(entries[:2], by=BY, at=now) == 2
    assert append_many_to_file(entries, by=BY, at=now) == 1
    assert append_many_to_file(entries, by=BY, at=now) == 0
