"""Every page of the bureau opens for its roles, says the main thing, and for nobody else."""

import pytest
from django.test import Client

from kaogong.web.parts.lists import ListPage
from tests.factories import (
    make_certificate,
    make_class,
    make_exam,
    make_institution,
    make_person,
)

pytestmark = pytest.mark.django_db

LOOKING = ("bureau_clerk", "reviewer", "cashier", "auditor")


@pytest.mark.parametrize("role", [*LOOKING, "administrator"])
def test_home_opens_for_every_bureau_role(logged_in, role):
    page = logged_in(role).get("/bureau/")
    assert page.status_code == 200
    assert "今日待办" in page.content.decode()


@pytest.mark.parametrize("address", ["institutions/", "classes/", "people/", "certificates/"])
def test_lists_of_training_open_for_those_who_look_and_not_for_the_administrator(logged_in, address):
    for role in LOOKING:
        assert logged_in(role).get(f"/bureau/{address}").status_code == 200
    assert logged_in("administrator").get(f"/bureau/{address}").status_code == 403


def test_trail_opens_for_oversight_only(logged_in):
    for role in ("reviewer", "auditor", "administrator"):
        assert logged_in(role).get("/bureau/trail/").status_code == 200
        assert logged_in(role).get("/bureau/trail/chain/").status_code == 200
    for role in ("bureau_clerk", "cashier"):
        assert logged_in(role).get("/bureau/trail/").status_code == 403
        assert logged_in(role).get("/bureau/trail/chain/").status_code == 403


def test_accounts_open_for_the_administrator_only(logged_in):
    for address in ("/bureau/accounts/", "/bureau/accounts/open/"):
        assert logged_in("administrator").get(address).status_code == 200
        for role in LOOKING:
            assert logged_in(role).get(address).status_code == 403


@pytest.mark.parametrize("address", ["", "institutions/", "classes/", "people/", "certificates/", "trail/"])
def test_other_doors_are_refused_and_strangers_asked_to_log_in(logged_in, address):
    for role in ("provider_clerk", "assessor", "learner"):
        assert logged_in(role).get(f"/bureau/{address}").status_code == 403
    stranger = Client().get(f"/bureau/{address}")
    assert stranger.status_code == 302
    assert stranger["Location"] == f"/login/?next=/bureau/{address}"


def test_strangers_search_by_htmx_is_led_to_log_in():
    answer = Client().get("/bureau/occupations/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer["HX-Redirect"].startswith("/login/")


def test_another_regions_things_are_not_found(logged_in):
    exam = make_exam(status="certified")
    training_class = exam.training_class
    learner = training_class.enrolments.first().person
    certificate = make_certificate(learner)
    away = logged_in("bureau_clerk", region_code="370202")
    for address in (
        f"institutions/{training_class.institution_id}/",
        f"institutions/{training_class.institution_id}/contract/",
        f"classes/{training_class.pk}/",
        f"classes/{training_class.pk}/roster/",
        f"classes/{training_class.pk}/attendance/",
        f"classes/{training_class.pk}/results/",
        f"people/{learner.pk}/",
        f"people/{learner.pk}/group/",
        f"people/{learner.pk}/standing/",
        f"certificates/{certificate.pk}/",
        f"certificates/{certificate.pk}/pdf/",
        f"certificates/register/{learner.pk}/",
    ):
        assert away.get(f"/bureau/{address}").status_code == 404, address
    for address in (
        f"contracts/{training_class.contract_id}/suspend/",
        f"classes/{training_class.pk}/cancel/",
        f"certificates/{certificate.pk}/hold/",
    ):
        assert away.post(f"/bureau/{address}", {"reason": "核查"}).status_code == 404, address


def test_acts_answer_to_post_only(logged_in):
    training_class = make_class(status="filed", people=1)
    assert logged_in("reviewer").get(f"/bureau/classes/{training_class.pk}/approve/").status_code == 405


def test_lists_ask_few_queries_whatever_the_page_size(logged_in, django_assert_max_num_queries):
    exam = make_exam(make_class(status="finished", people=3), status="certified")
    for number in range(4):
        make_institution(f"示例学校{number}")
        make_class(exam.training_class.institution, status="filed", people=1)
    clients = {"auditor": logged_in("auditor"), "administrator": logged_in("administrator")}
    for role, address in (
        ("auditor", "institutions/"),
        ("auditor", "classes/"),
        ("auditor", "people/"),
        ("auditor", "certificates/"),
        ("auditor", "trail/"),
        ("administrator", "accounts/"),
    ):
        clients[role].get(f"/bureau/{address}")  # code tables are kept in memory after the first look
        with django_assert_max_num_queries(12):
            assert clients[role].get(f"/bureau/{address}?per_page=100").status_code == 200


@pytest.mark.parametrize("address", ["institutions/", "classes/", "people/", "certificates/", "trail/"])
def test_lists_export_what_is_filtered(logged_in, address):
    make_certificate(make_person("王小明"))
    make_class(status="filed", people=1)
    answer = logged_in("auditor").get(f"/bureau/{address}?export=xlsx")
    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"


def test_every_list_page_of_the_door_names_its_right():
    from kaogong.web.bureau.views import accounts, certificates, classes, institutions, people, trail

    pages = [
        page
        for module in (accounts, certificates, classes, institutions, people, trail)
        for page in vars(module).values()
        if isinstance(page, type) and issubclass(page, ListPage) and page is not ListPage
    ]
    assert len(pages) == 6
    assert all(page.may for page in pages)
