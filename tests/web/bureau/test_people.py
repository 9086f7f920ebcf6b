"""Finding people, their lifelong file, and what is recorded of them."""

from datetime import date

import pytest

from kaogong.people import queries
from kaogong.trail.models import Entry
from tests.factories import make_certificate, make_class, make_outside_certificate, make_person

pytestmark = pytest.mark.django_db


def test_a_whole_identity_number_opens_the_file_and_never_stands_in_an_address(logged_in):
    person = make_person("王小明")
    clerk = logged_in("bureau_clerk")
    answer = clerk.post("/bureau/people/find/", {"id_number": f" {person.id_number} "})
    assert answer["Location"] == f"/bureau/people/{person.pk}/"
    assert clerk.get("/bureau/people/find/").status_code == 405


@pytest.mark.parametrize(
    ("number", "said"), [("370299", "完整的 18 位"), ("370299199001010018", "没有这个身份证号码")]
)
def test_a_number_not_found_is_answered_with_what_to_do(logged_in, number, said):
    answer = logged_in("bureau_clerk").post("/bureau/people/find/", {"id_number": number}, follow=True)
    assert said in answer.content.decode()


def test_people_are_found_by_name_and_by_class(logged_in):
    inside, outside = make_person("欧阳小明"), make_person("司马小红")
    training_class = make_class(status="filed", people=[inside])
    clerk = logged_in("bureau_clerk")

    def found(**query) -> set[str]:
        page = clerk.get("/bureau/people/", query).content.decode()
        return {p.name for p in (inside, outside) if p.name in page}

    assert found() == {"欧阳小明", "司马小红"}
    assert found(q="司马") == {"司马小红"}
    assert found(number=training_class.number) == {"欧阳小明"}
    assert found(number="KB-1999-000001") == set()


def test_the_file_masks_and_a_look_is_recorded(logged_in):
    person = make_person("王小明")
    auditor = logged_in("auditor")
    page = auditor.get(f"/bureau/people/{person.pk}/").content.decode()
    assert person.id_number not in page
    assert person.id_number_masked in page
    shown = auditor.post(f"/reveal/{person.pk}/id_number/")
    assert shown.content.decode() == person.id_number
    look = Entry.objects.get(verb="person.looked")
    assert look.actor_account_id == auditor.actor.account_id
    assert "查看了隐去的信息：身份证号码" in auditor.get(f"/bureau/people/{person.pk}/").content.decode()


def test_a_cashier_sees_the_file_but_no_way_to_unmask(logged_in):
    person = make_person("王小明")
    cashier = logged_in("cashier")
    assert "/reveal/" not in cashier.get(f"/bureau/people/{person.pk}/").content.decode()
    assert cashier.post(f"/reveal/{person.pk}/id_number/").status_code == 403


def test_the_file_tells_classes_certificates_and_entries(logged_in):
    person = make_person("王小明")
    training_class = make_class(status="finished", people=[person])
    certificate = make_certificate(person)
    page = logged_in("auditor").get(f"/bureau/people/{person.pk}/").content.decode()
    assert training_class.title in page
    assert certificate.number in page
    assert "18 课时" in page


def test_a_group_is_recorded_and_an_overlap_is_refused_above_the_form(logged_in):
    person = make_person("王小明")
    clerk = logged_in("bureau_clerk")
    words = {"group_code": "registered_unemployed", "start_on": "2026-03-02", "source": "就业失业登记"}
    answer = clerk.post(f"/bureau/people/{person.pk}/group/", words)
    assert answer["Location"] == f"/bureau/people/{person.pk}/"
    assert queries.groups_on([person.pk], date(2026, 4, 1)) == {person.pk: ["registered_unemployed"]}
    again = clerk.post(f"/bureau/people/{person.pk}/group/", words | {"start_on": "2026-04-01"})
    assert again.status_code == 422
    assert "已经登记为" in again.content.decode()
    assert 'value="就业失业登记"' in again.content.decode()
    assert logged_in("reviewer").get(f"/bureau/people/{person.pk}/group/").status_code == 403


def test_a_standing_is_recorded(logged_in):
    person = make_person("王小明")
    words = {"kind": "pension", "holds": "no", "start_on": "2026-01-01", "source": "社保经办系统"}
    logged_in("bureau_clerk").post(f"/bureau/people/{person.pk}/standing/", words)
    assert queries.standing_on([person.pk], "pension", date(2026, 2, 1)) == {person.pk: False}


def test_days_out_of_order_are_told_beside_the_field(logged_in):
    person = make_person("王小明")
    words = {
        "kind": "pension",
        "holds": "no",
        "start_on": "2026-01-01",
        "end_on": "2025-01-01",
        "source": "社保",
    }
    answer = logged_in("bureau_clerk").post(f"/bureau/people/{person.pk}/standing/", words)
    assert answer.status_code == 422
    assert "终止日期应晚于起始日期" in answer.content.decode()


def test_an_outside_certificate_stands_in_the_file(logged_in):
    certificate = make_outside_certificate(make_person("王小明"))
    page = logged_in("auditor").get(f"/bureau/people/{certificate.person_id}/").content.decode()
    assert "外部登记" in page
