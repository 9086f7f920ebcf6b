"""Certificates: held, released, revoked, printed, registered."""

import pytest

from kaogong.certificates.models import Certificate
from kaogong.trail.models import Entry
from tests.factories import COOK, make_certificate, make_outside_certificate, make_person
from tests.factories.claims import make_claim, make_money

pytestmark = pytest.mark.django_db


def test_a_certificate_is_held_released_and_revoked(logged_in):
    certificate = make_certificate()
    clerk, reviewer = logged_in("bureau_clerk"), logged_in("reviewer")
    address = f"/bureau/certificates/{certificate.pk}/"
    for client, verb, status in (
        (clerk, "hold", "held"),
        (clerk, "release", "issued"),
        (reviewer, "revoke", "revoked"),
    ):
        assert f"{address}{verb}/" in client.get(address).content.decode()
        client.post(f"{address}{verb}/", {"reason": "抽查答卷"})
        certificate.refresh_from_db()
        assert certificate.status == status
    page = clerk.get(address).content.decode()
    assert "已撤销" in page
    assert "抽查答卷" in page


def test_a_clerk_may_not_revoke_and_a_reason_is_compulsory(logged_in):
    certificate = make_certificate()
    address = f"/bureau/certificates/{certificate.pk}/"
    assert logged_in("bureau_clerk").post(f"{address}revoke/", {"reason": "错"}).status_code == 403
    assert logged_in("reviewer").post(f"{address}revoke/").status_code == 409
    certificate.refresh_from_db()
    assert certificate.status == "issued"
    assert f"{address}revoke/" not in logged_in("bureau_clerk").get(address).content.decode()


def test_the_paper_comes_as_pdf_and_the_whole_number_on_it_is_a_recorded_look(logged_in):
    certificate = make_certificate(make_person("王小明"))
    address = f"/bureau/certificates/{certificate.pk}/pdf/"
    paper = logged_in("cashier").get(address)
    assert paper.content[:5] == b"%PDF-"
    assert certificate.number in paper["Content-Disposition"]
    assert not Entry.objects.filter(verb="person.looked").exists()
    logged_in("auditor").get(address)
    look = Entry.objects.get(verb="person.looked")
    assert certificate.number in look.reason


def test_the_public_page_is_linked_by_its_code(logged_in):
    certificate = make_certificate()
    page = logged_in("auditor").get(f"/bureau/certificates/{certificate.pk}/").content.decode()
    assert f"/portal/verify/{certificate.verification_code}/" in page


def test_an_outside_certificate_is_registered(logged_in):
    person = make_person("王小明")
    clerk = logged_in("bureau_clerk")
    like = make_outside_certificate(make_person("李小红"))
    address = f"/bureau/certificates/register/{person.pk}/"
    assert clerk.get(address).status_code == 200
    words = {
        "kind": "skill_level",
        "level_code": "5",
        "issued_on": "2025-05-01",
        "issuer_name": "外地技能评价中心",
        "reason": "本人持原件",
        "occupation_code": COOK[0],
        "number": like.number,
    }
    taken = clerk.post(address, words)
    assert taken.status_code == 422
    assert "已经登记过" in taken.content.decode()
    wrong = clerk.post(address, words | {"number": "S123"})
    assert wrong.status_code == 422
    assert not Certificate.objects.filter(person=person).exists()
    own = words | {"kind": "training_completion", "number": "外培2025-001", "level_code": ""}
    assert "请按名称查找" in clerk.post(address, own | {"occupation_code": ""}).content.decode()
    answer = clerk.post(address, own)
    registered = Certificate.objects.get(person=person)
    assert answer["Location"] == f"/bureau/certificates/{registered.pk}/"
    assert registered.source == "registered"


def test_a_kind_with_levels_asks_for_one(logged_in):
    person = make_person("王小明")
    words = {
        "kind": "skill_level",
        "number": "S1",
        "issued_on": "2025-05-01",
        "issuer_name": "某",
        "reason": "原件",
    }
    answer = logged_in("bureau_clerk").post(f"/bureau/certificates/register/{person.pk}/", words)
    assert "请选择等级" in answer.content.decode()


def test_the_list_is_searched_by_number_and_status(logged_in):
    first, second = make_certificate(make_person("赵一")), make_certificate(make_person("钱二"))
    auditor = logged_in("auditor")
    page = auditor.get("/bureau/certificates/", {"q": first.number}).content.decode()
    assert first.number in page
    assert second.number not in page
    assert "没有符合条件的记录" in auditor.get("/bureau/certificates/?status=revoked").content.decode()


def test_holding_and_revoking_stops_the_subsidy_that_rests_on_it(logged_in):
    make_money()
    claim = make_claim(status="approved", people=2)
    line = claim.lines.order_by("sequence").first()
    address = f"/bureau/certificates/{line.certificate_id}/"
    logged_in("bureau_clerk").post(f"{address}hold/", {"reason": "抽查答卷"})
    line.refresh_from_db()
    assert line.status == "held"
    logged_in("reviewer").post(f"{address}revoke/", {"reason": "替考属实"})
    line.refresh_from_db()
    assert line.status == "dropped"
