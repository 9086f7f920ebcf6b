"""What the bureau sets: funds and their shares, what is subsidised, what was subsidised elsewhere."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kaogong.catalog import queries as catalog
from kaogong.claims import queries as claims
from kaogong.funds import queries as funds
from kaogong.kernel.actor import system_actor
from kaogong.trail.queries import timeline
from tests.claims.test_stopping import paid
from tests.factories import COOK, REGION, make_person
from tests.factories.claims import make_learner, make_money

pytestmark = pytest.mark.django_db
ELSEWHERE = {"region_code": "370102"}
SHARES = {"employment_training:district": "60", "employment_training:city": "40"}
FUND = {
    "code": "ZX370299",
    "name": "职业技能提升行动专账",
    "year": "2026",
    "kind_code": "skills_action",
    "department": "示例区人社局",
    **SHARES,
}


def page(client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_a_fund_is_opened_from_the_empty_board_then_given_a_budget(logged_in):
    reviewer, cashier = logged_in("reviewer"), logged_in("cashier")
    assert "/bureau/funds/open/" in page(reviewer, "/bureau/funds/")
    assert "/bureau/funds/open/" not in page(cashier, "/bureau/funds/")
    page(cashier, "/bureau/funds/open/", 403)
    assert "就业技能培训" in page(reviewer, "/bureau/funds/open/")
    answer = reviewer.post("/bureau/funds/open/", FUND)
    fund = funds.funds(system_actor()).get()
    assert answer["Location"] == f"/bureau/funds/{fund.pk}/budget/"
    assert (fund.region_code, fund.year) == (REGION, 2026)
    share = funds.share_for(REGION, "employment_training", 2026)
    assert share.shares == {"district": 600, "city": 400}
    said = page(reviewer, "/bureau/funds/")
    assert f"/bureau/funds/{fund.pk}/budget/" in said
    assert said.count("职业技能提升行动专账（2026）") == 1
    assert timeline("fund", fund.pk).last().verb == "fund.opened"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"employment_training:city": "30"}, "各级分担合计应为 100%，现为 90%"),
        (
            {"employment_training:district": "", "employment_training:city": ""},
            "请至少为一个项目填写分担比例",
        ),
        ({"code": "专账"}, "应为 2 至 40 位字母、数字或短横线"),
    ],
)
def test_a_fund_whose_shares_are_not_whole_is_not_opened(logged_in, wrong, said):
    answer = logged_in("reviewer").post("/bureau/funds/open/", FUND | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not funds.funds(system_actor()).exists()


def test_a_programme_paid_from_another_fund_is_named(logged_in):
    make_money()
    answer = logged_in("reviewer").post("/bureau/funds/open/", FUND)
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "employment_training”" not in said
    assert "已经由“" in said


def test_the_board_opens_on_this_year_and_tells_the_year_once(logged_in):
    this_year = timezone.localdate().year
    reviewer = logged_in("reviewer")
    for year in (this_year - 1, this_year, this_year + 1):
        told = FUND | {"year": str(year), "name": f"专账{year}年"}
        assert reviewer.post("/bureau/funds/open/", told).status_code == 302
    said = page(reviewer, "/bureau/funds/")
    assert f'href="?year={this_year}" class="on" aria-current="page"' in said
    assert f"专账{this_year}年" in said
    assert f"（{this_year}）" not in said


def test_an_occupation_is_listed_shown_to_the_public_and_ended(logged_in):
    cache.clear()
    clerk = logged_in("bureau_clerk")
    assert "目录里还没有职业" in page(clerk, "/bureau/subsidised/")
    today = timezone.localdate()
    told = {
        "occupation_code": COOK[0], "level_codes": ["5", "4"], "starts_on": today.isoformat(),
        "reference_text": "示例人社〔2026〕1号",
    }  # fmt: skip
    assert clerk.post("/bureau/subsidised/add/", told | {"occupation_code": ""}).status_code == 422
    assert clerk.post("/bureau/subsidised/add/", told | {"level_codes": []}).status_code == 422
    assert clerk.post("/bureau/subsidised/add/", told).status_code == 302
    assert catalog.subsidised_levels(REGION, COOK[0], today) == {"4", "5"}
    name = catalog.occupation_name(COOK[0])
    for client, address in ((clerk, "/bureau/subsidised/"), (Client(), reverse("portal:policy:occupations"))):
        said = page(client, address)
        assert name in said
        assert "中级工" in said
    again = clerk.post("/bureau/subsidised/add/", told)
    assert again.status_code == 422
    assert "已经列入补贴目录" in again.content.decode()

    listing = catalog.subsidised_listings(system_actor()).get()
    address = f"/bureau/subsidised/{listing.pk}/end/"
    tomorrow = today + timedelta(days=1)
    assert clerk.post(address, {"ends_on": tomorrow.isoformat(), "reason": ""}).status_code == 422
    assert clerk.post(address, {"ends_on": tomorrow.isoformat(), "reason": "目录调整"}).status_code == 302
    assert catalog.subsidised_levels(REGION, COOK[0], tomorrow) == set()
    assert tomorrow.isoformat() in page(clerk, "/bureau/subsidised/")
    assert "没有符合条件的记录" in page(clerk, f"/bureau/subsidised/?in_force_on={tomorrow}")


def test_the_list_keeps_to_its_region_and_to_who_publishes(logged_in, django_assert_max_num_queries):
    clerk = logged_in("bureau_clerk")
    told = {
        "occupation_code": COOK[0],
        "level_codes": ["5"],
        "starts_on": "2026-01-01",
        "reference_text": "一号",
    }
    clerk.post("/bureau/subsidised/add/", told)
    listing = catalog.subsidised_listings(system_actor()).get()
    stranger = logged_in("bureau_clerk", **ELSEWHERE)
    page(stranger, f"/bureau/subsidised/{listing.pk}/end/", 404)
    assert "目录里还没有职业" in page(stranger, "/bureau/subsidised/")
    auditor = logged_in("auditor")
    assert f"/bureau/subsidised/{listing.pk}/end/" not in page(auditor, "/bureau/subsidised/")
    page(auditor, "/bureau/subsidised/add/", 403)
    page(auditor, f"/bureau/subsidised/{listing.pk}/end/", 403)
    page(clerk, "/bureau/subsidised/")  # the rail's counts are remembered for half a minute
    with django_assert_max_num_queries(12):
        page(clerk, "/bureau/subsidised/")
    assert clerk.get("/bureau/subsidised/?export=xlsx").content.startswith(b"PK")


def outside(**changed) -> dict:
    return {
        "occupation_code": COOK[0], "region_code": "370211", "level": "5", "event_on": "2026-02-01",
        "paid_on": "2026-03-01", "amount_fen": "1,000", "reference": "OUT-1", "source": "邻区数据交换",
    } | changed  # fmt: skip


def test_a_subsidy_had_elsewhere_is_registered_on_the_file(logged_in):
    person = make_person()
    clerk = logged_in("bureau_clerk")
    address = f"/bureau/people/{person.pk}/subsidy/"
    assert address in page(clerk, f"/bureau/people/{person.pk}/")
    assert "登记异地补贴" in page(clerk, address)
    assert clerk.post(address, outside(occupation_code="")).status_code == 422
    assert clerk.post(address, outside(paid_on="2026-01-01")).status_code == 422
    answer = clerk.post(address, outside())
    assert answer["Location"] == f"/bureau/people/{person.pk}/"
    said = page(clerk, f"/bureau/people/{person.pk}/")
    assert "没有抵触" in said
    assert "¥1,000.00" in said
    assert "OUT-1" in said
    assert len(claims.history([person.pk])[person.pk]) == 1
    again = clerk.post(address, outside())
    assert again.status_code == 422
    assert "已经登记过" in again.content.decode()


def test_a_subsidy_had_elsewhere_that_rules_out_one_paid_here_opens_a_conflict(logged_in):
    person = make_learner("李明")
    make_money()
    line = claims.lines(paid(person).pk).get()
    clerk = logged_in("bureau_clerk")
    answer = clerk.post(
        f"/bureau/people/{person.pk}/subsidy/", outside(occupation_code=line.occupation_code, level="4")
    )
    assert answer["Location"] == "/bureau/claims/conflicts/"
    assert "发现 1 处拨付后冲突" in page(clerk, answer["Location"])
    assert [found.line_id for found in claims.conflicts(system_actor())] == [line.pk]


def test_a_subsidy_is_registered_only_by_who_may_and_in_reach(logged_in):
    person = make_person()
    address = f"/bureau/people/{person.pk}/subsidy/"
    page(logged_in("cashier"), address, 403)
    page(logged_in("bureau_clerk", **ELSEWHERE), address, 404)
