"""Fund at a glance, the papers behind it, and the editor of who pays what."""

import io

import openpyxl
import pytest

from kaogong.funds import queries as funds
from kaogong.funds.models import Transfer, Waterfall
from kaogong.kernel.actor import system_actor
from tests.factories.claims import make_claim, make_money

pytestmark = pytest.mark.django_db
TIER = {
    "fund_1": "ZX",
    "central_1": "100",
    "most_1": "1000",
    "fund_2": "ZX",
    "district_2": "50",
    "city_2": "50",
}
DRAFT = {"programme": "employment_training", "starts_on": "2027-01-01", "document": "示例1号"} | TIER


def page(client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_the_board_tells_every_figure_and_each_opens_to_its_rows(logged_in, django_assert_max_num_queries):
    make_money()
    claim = make_claim(status="approved")
    cashier = logged_in("cashier")
    page(cashier, "/bureau/funds/")
    with django_assert_max_num_queries(40):
        said = page(cashier, "/bureau/funds/?year=2026")
    district = claim.amount_fen * 6 // 10
    assert f"¥{district / 100:,.2f}" in said
    fund = funds.funds(system_actor()).get()
    address = (
        "/bureau/funds/rows/?year=2026&programme=employment_training&of=reserved"
        f"&fund={fund.pk}&source=district"
    )
    assert address.replace("&", "&amp;") in said
    rows = page(cashier, address)
    assert claim.number in rows
    assert rows.count(f"¥{district / 100:,.2f}") == 2  # the sum above, and its one row
    assert "¥600,000.00" in page(cashier, address.replace("of=reserved", "of=budget"))
    page(cashier, "/bureau/funds/rows/?of=nothing", 404)


def test_the_board_is_exported_as_shown(logged_in):
    make_money()
    answer = logged_in("cashier").get("/bureau/funds/?export=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    told = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any("区级" in row and 600000 in row for row in told)


def test_what_waits_for_a_decision_is_told_as_still_to_come(logged_in):
    make_money(district=100_00, city=100_00)
    claim = make_claim(status="submitted")
    cashier = logged_in("cashier")
    assert "没有资金可付" in page(cashier, "/bureau/funds/coming/?year=2026")
    assert claim.number in page(cashier, "/bureau/funds/coming/?year=2026")
    assert "照现在的预算，预计有 1 笔" in page(cashier, "/bureau/funds/?year=2026")


def test_execution_opens_to_its_rows(logged_in):
    make_money()
    said = page(logged_in("auditor"), "/bureau/funds/execution/?year=2026")
    assert "按使用单位" in said
    assert "of=paid" in said
    answer = logged_in("auditor").get("/bureau/funds/execution/?year=2026&export=xlsx")
    assert answer["Content-Type"].endswith("sheet")


def test_a_waterfall_is_drafted_tried_and_approved_by_another_person(logged_in):
    make_money()
    make_claim(status="approved")
    cashier, reviewer = logged_in("cashier"), logged_in("reviewer")
    assert "就业技能培训" in page(cashier, "/bureau/funds/waterfalls/draft/?programme=employment_training")
    address = cashier.post("/bureau/funds/waterfalls/draft/", DRAFT)["Location"]
    found = Waterfall.objects.get(number=2)
    assert (found.status, address) == ("simulated", f"/bureau/funds/waterfalls/{found.pk}/")
    assert found.tiers[0] == {"fund": "ZX", "shares": {"central": 1000}, "most_fen": 1_000_00}
    said = page(cashier, address)
    assert "按这一版" in said
    assert f"{address}approve/" not in said
    assert f"{address}approve/" in page(reviewer, address)
    cashier.post(f"{address}approve/", {"reason": "自己批"})
    found.refresh_from_db()
    assert found.status == "simulated"
    reviewer.post(f"{address}approve/", {"reason": "与文件一致"})
    found.refresh_from_db()
    assert found.status == "approved"
    first = Waterfall.objects.get(number=1)
    assert address in page(cashier, f"/bureau/funds/waterfalls/{first.pk}/")
    assert "执行中" in page(cashier, "/bureau/funds/waterfalls/?status=in_force")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"central_1": "90"}, "第1档各级分担合计应为 100%，现为 90%"),
        ({"fund_2": ""}, "请选择第2档的资金"),
        (dict.fromkeys(TIER, ""), "请至少填写一档"),
        ({"starts_on": ""}, "起始日"),
    ],
)
def test_a_waterfall_that_cannot_pay_is_not_drafted(logged_in, wrong, said):
    make_money()
    answer = logged_in("cashier").post("/bureau/funds/waterfalls/draft/", DRAFT | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Waterfall.objects.count() == 1


def test_a_draft_is_changed_and_tried_again(logged_in):
    make_money()
    cashier = logged_in("cashier")
    address = cashier.post("/bureau/funds/waterfalls/draft/", DRAFT)["Location"]
    assert 'value="1000.00"' in page(cashier, f"{address}edit/")
    cashier.post(f"{address}edit/", DRAFT | {"most_1": ""})
    found = Waterfall.objects.get(number=2)
    assert (found.status, found.tiers[0]["most_fen"]) == ("simulated", None)
    assert found.previews.count() == 2


def test_a_budget_is_set_with_its_paper_and_stands_among_the_versions(logged_in):
    make_money()
    fund = funds.funds(system_actor()).get()
    reviewer = logged_in("reviewer")
    words = {"programme": "employment_training", "source_level": "city", "amount_fen": "500000"}
    answer = reviewer.post(f"/bureau/funds/{fund.pk}/budget/", words)
    assert answer.status_code == 422
    reviewer.post(f"/bureau/funds/{fund.pk}/budget/", words | {"document": "示例财社〔2026〕7号"})
    said = page(reviewer, f"/bureau/funds/versions/?fund={fund.pk}&source=city")
    assert "示例财社〔2026〕7号" in said
    assert "+¥100,000.00" in said


def test_transfers_freezes_and_carry_over_are_told_on_their_pages(logged_in):
    make_money()
    fund = funds.funds(system_actor()).get()
    cashier, reviewer = logged_in("cashier"), logged_in("reviewer")
    pot = {"programme": "employment_training", "source_level": "city", "amount_fen": "1000"}
    cashier.post(
        f"/bureau/funds/{fund.pk}/transfer/",
        pot | {"kind": "received", "document": "凭证9", "told_on": "2026-03-02"},
    )
    entry = Transfer.objects.get()
    assert "凭证9" in page(cashier, "/bureau/funds/transfers/")
    assert "¥1,000.00" in page(cashier, "/bureau/funds/?year=2026")
    cashier.post(f"/bureau/funds/transfers/{entry.pk}/correct/", {"reason": "记错"})
    assert Transfer.objects.count() == 2
    reviewer.post(f"/bureau/funds/{fund.pk}/freeze/", pot | {"reason": "审计"})
    assert "另冻结 ¥1,000.00" in page(cashier, "/bureau/funds/?year=2026")
    reviewer.post(f"/bureau/funds/{fund.pk}/unfreeze/", pot | {"reason": "解除"})
    assert "另冻结" not in page(cashier, "/bureau/funds/?year=2026")
    answer = reviewer.post(f"/bureau/funds/{fund.pk}/carry-over/", pot | {"document": "批复"})
    assert "2027年度还没有开立资金代码" in answer.content.decode()


def test_the_surcharge_page_alerts_when_the_share_is_not_reached(logged_in):
    cashier = logged_in("cashier")
    words = {"year": "2025", "source_level": "district", "document": "决算", "told_on": "2026-01-05"}
    cashier.post("/bureau/funds/surcharge/record/", words | {"kind": "collected", "amount_fen": "1000"})
    cashier.post(
        "/bureau/funds/surcharge/record/", words | {"kind": "used", "amount_fen": "200", "purpose": "设备"}
    )
    said = page(cashier, "/bureau/funds/surcharge/")
    assert "20%" in said
    assert "低于 30%" in said
    assert "教育附加用于职业教育没有达到下限" in page(cashier, "/bureau/funds/")


def test_the_list_of_uses_names_its_clause(logged_in):
    said = page(logged_in("auditor"), "/bureau/funds/uses/")
    assert "劳动预备制" in said
    assert "2号 第16条" in said
