"""Support for facilities on the pages: lines written, decided, paid, and in the school's inventory."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kaogong.grants import queries
from kaogong.grants.models import BoughtItem, Grant
from kaogong.institutions import queries as institutions
from tests.factories.institutions import COOK, make_institution
from tests.factories.paper import A_PDF
from tests.factories.people import an_actor
from tests.grants.test_facilities import STOVE, make_facility_fund, own_of, paid_grant
from tests.web.bureau_money.conftest import browser_of

pytestmark = pytest.mark.django_db


def test_a_school_writes_lines_submits_and_the_bureau_sees_what_is_bought():
    school = make_institution(recognised_for=[COOK])
    browser = browser_of(own_of(school))
    browser.post(reverse("provider:grants:begin", args=["facility_upgrade_grant"]), {})
    grant = Grant.objects.get()
    address = reverse("provider:grants:detail", args=[grant.pk])
    assert "还没有购置明细" in browser.get(address).content.decode()
    line = {
        "kind": "equipment", "title": "智能炉灶", "model": "ZL-3", "occupation_code": COOK[0], "quantity": "10",
        "unit_fen": "8000",
    }  # fmt: skip
    add = reverse("provider:grants:add_item", args=[grant.pk])
    assert browser.post(add, line).status_code == 302
    assert browser.post(add, line | {"occupation_code": ""}).status_code == 422
    browser.post(add, line | {"title": "写错的"})
    wrong = BoughtItem.objects.get(title="写错的")
    browser.post(reverse("provider:grants:remove_item", args=[wrong.pk]))
    assert "¥80,000.00" in browser.get(address).content.decode()
    for kind in queries.terms_of("370299", grant.scheme_code, grant.event_on).paper_kinds:
        browser.post(
            reverse("provider:grants:add_paper", args=[grant.pk]),
            {"kind": kind, "paper": SimpleUploadedFile("发票.pdf", A_PDF)},
        )
    browser.post(reverse("provider:grants:submit", args=[grant.pk]))
    grant.refresh_from_db()
    assert grant.status == "submitted"
    bureau = browser_of(an_actor("bureau_clerk"))
    told = bureau.get(reverse("bureau:grants:detail", args=[grant.pk])).content.decode()
    assert "智能炉灶" in told and "购置明细" in told and "添加一行" not in told


def test_what_a_paid_grant_bought_goes_into_the_inventory():
    make_facility_fund()
    school = make_institution(recognised_for=[COOK])
    grant = paid_grant(own_of(school), STOVE)
    browser = browser_of(own_of(school))
    (item,) = queries.items(grant.pk)
    enter = reverse("provider:grants:inventory", args=[item.pk])
    assert enter in browser.get(reverse("provider:grants:detail", args=[grant.pk])).content.decode()
    assert "新登记一行" in browser.get(enter).content.decode()
    assert browser.post(enter, {"equipment_id": ""}).status_code == 302
    assert institutions.equipment(school.pk).get().quantity == 10
    shown = browser.get(reverse("provider:grants:detail", args=[grant.pk])).content.decode()
    assert "已登记" in shown
    inventory = browser.get(reverse("provider:institution:detail")).content.decode()
    assert grant.number in inventory and reverse("provider:grants:detail", args=[grant.pk]) in inventory
    at_the_bureau = browser_of(an_actor("bureau_clerk")).get(
        reverse("bureau:institutions:detail", args=[school.pk])
    )
    assert reverse("bureau:grants:detail", args=[grant.pk]) in at_the_bureau.content.decode()
    stranger = browser_of(own_of(make_institution("另一所")))
    assert stranger.get(enter).status_code == 404
