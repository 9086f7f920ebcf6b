"""The batch screen: layouts, sums, stopping, the whole queue at once, and what to do about each problem row."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kaogong.funds import operations
from kaogong.funds import queries as funds
from kaogong.gateways.bank import StandInBank
from kaogong.kernel.actor import system_actor
from kaogong.kernel.money import yuan_plain
from tests.factories import an_actor
from tests.factories.claims import make_certified_class, make_claim, make_learner
from tests.factories.funds import AT as MARCH
from tests.factories.people import AT

from .test_claims import ELSEWHERE, page
from .test_payments import queued

pytestmark = pytest.mark.django_db
TERMS = {
    "payer": "示例区人社局", "payer_account": "37029900000000000001", "payer_bank": "示例银行示例区支行",
}  # fmt: skip


@pytest.fixture
def cleared(money):
    people = [make_learner(name, allowance=True) for name in ("王小明", "李兰", "周凤")]
    return make_claim(make_certified_class(people), status="cleared")


@pytest.fixture
def batch(cleared):
    maker = an_actor("cashier")
    made = operations.prepare_batch([payment.pk for payment in queued()], by=maker, at=AT)
    operations.check_batch(made.pk, by=an_actor("reviewer"), at=AT)
    return operations.release_batch(made.pk, by=an_actor("cashier"), at=AT)


def test_the_whole_queue_is_made_a_batch_in_the_layout_chosen(logged_in, cleared):
    cashier = logged_in("cashier")
    fund = funds.funds(system_actor()).get()
    operations.set_batch_terms(
        fund.pk, since=date(2026, 1, 1), layout_code="delimited", **TERMS, by=system_actor(), at=AT
    )
    assert "把筛选出的全部组批" in page(cashier, "/bureau/payments/items/queue/")
    said = page(cashier, "/bureau/payments/prepare/?all=1")
    n = len(queued())
    assert f"{n} 笔，合计" in said
    assert "按资金的付款设置" in said
    sent = {"all": "1", "confirmed": "1", "layout": "pain001"}
    stale = cashier.post("/bureau/payments/prepare/", sent | {"count": str(n + 1)})
    assert stale.status_code == 422
    assert "筛选出的付款已经变化" in stale.content.decode()
    made = cashier.post("/bureau/payments/prepare/", sent | {"count": str(n)})
    batch = funds.batches(system_actor()).get()
    assert made["Location"] == f"/bureau/payments/{batch.pk}/"
    assert (batch.count, batch.layout_code) == (n, "pain001")
    said = page(cashier, made["Location"])
    assert "pain.001.001.09" in said
    assert "按开户银行" in said
    assert "区级" in said
    cashier.post("/language/", {"language": "en"})
    english = page(cashier, made["Location"])
    assert "ISO 20022 credit transfer" in english


def test_a_batch_is_found_by_its_number_a_payee_or_its_layout(logged_in, batch):
    cashier = logged_in("cashier")
    payee = batch.payments.first().payee_name
    for asked, there in (
        (f"q={batch.number}", True), (f"q={payee}", True), ("q=ZF-1999", False),
        ("layout_code=sheet", True), ("layout_code=pain001", False), ("status=released", True),
        ("from_on=2099-01-01", False),
    ):  # fmt: skip
        assert (batch.number in page(cashier, f"/bureau/payments/?{asked}")) is there, asked
    assert "个工作日" in page(cashier, "/bureau/payments/")
    assert cashier.get("/bureau/payments/?export=xlsx").content.startswith(b"PK")


def test_the_stop_button_stands_until_the_cut_off_and_asks_why(logged_in, batch):
    cashier = logged_in("cashier")
    address = f"/bureau/payments/{batch.pk}/"
    said = page(cashier, address)
    assert f"{batch.cut_off_at:%Y-%m-%d}" in said
    over = funds.batch(batch.pk, system_actor()).cut_off_at < _now(cashier, address)
    assert ("已过，等银行回盘" in said) is over
    assert (f'action="{address}stop/"' in said) is not over
    refused = cashier.post(f"{address}stop/", {"reason": ""}, follow=True).content.decode()
    assert "请填写“停付”的理由" in refused
    assert cashier.post(f"{address}stop/", {"reason": "名单有误"}).status_code == (409 if over else 302)
    state = funds.batch(batch.pk, system_actor()).status
    assert state == ("released" if over else "stopped")
    assert logged_in("reviewer").post(f"{address}stop/", {"reason": "x"}).status_code == 403
    assert logged_in("cashier", **ELSEWHERE).post(f"{address}stop/", {"reason": "x"}).status_code == 404


def _now(client, address):
    return client.get(address).wsgi_request.at


def test_the_file_and_its_copies_are_downloaded_by_who_releases(logged_in, batch):
    cashier = logged_in("cashier")
    address = f"/bureau/payments/{batch.pk}/bank-file/"
    assert cashier.post(address).content.startswith(b"PK")
    copy = cashier.post(address, {"layout": "delimited"}, follow=True)
    assert "还需要这些付款信息" in copy.content.decode()
    assert batch.file_digest[48:] in page(cashier, f"/bureau/payments/{batch.pk}/")
    assert logged_in("reviewer").post(address).status_code == 403


def test_each_row_not_taken_says_what_to_do(logged_in, batch):
    cashier = logged_in("cashier")
    first, second, *_ = batch.payments.order_by("id")
    rows = [
        "流水号,金额,结果", f"{first.reference},\"{yuan_plain(first.amount_fen)}\",成功",
        f"{first.reference},\"{yuan_plain(first.amount_fen)}\",成功",
        f"{second.reference},1.00,成功", "NO-SUCH,1.00,成功",
    ]  # fmt: skip
    sheet = SimpleUploadedFile("回盘.csv", "\n".join(rows).encode(), "text/csv")
    answer = cashier.post("/bureau/payments/returns/read/", {"sheet": sheet})
    said = page(cashier, answer["Location"])
    assert "请银行查明实付金额" in said
    assert "不是本系统付出的款项" in said
    repeated = page(cashier, f"{answer['Location']}?outcome=repeated")
    assert "同一文件第2行已经答复过这笔付款" in repeated
    assert "请银行查明实付金额" not in repeated
    assert "2 行有问题" in page(cashier, f"/bureau/payments/{batch.pk}/")
    assert "回盘.csv" in page(cashier, "/bureau/payments/returns/?problems=on")
    assert "回盘.csv" not in page(cashier, "/bureau/payments/returns/?batch=ZF-1999")


def test_a_message_of_the_bank_is_read_as_it_comes(logged_in, cleared):
    fund = funds.funds(system_actor()).get()
    operations.set_batch_terms(
        fund.pk, since=date(2026, 1, 1), layout_code="pain001", **TERMS, by=system_actor(), at=AT
    )
    made = operations.prepare_batch([one.pk for one in queued()], by=an_actor("cashier"), at=AT)
    operations.check_batch(made.pk, by=an_actor("reviewer"), at=AT)
    releaser = an_actor("cashier")
    operations.release_batch(made.pk, by=releaser, at=AT)
    _, data = operations.bank_file(made.pk, by=releaser, at=AT)
    edition = funds.layout_of(made)
    answer = StandInBank().answer(data, on=AT.date() + timedelta(days=1), edition=edition, form="camt.054")
    cashier = logged_in("cashier")
    upload = SimpleUploadedFile("到账通知.xml", answer, "application/xml")
    cashier.post("/bureau/payments/returns/read/", {"sheet": upload})
    assert funds.batch(made.pk, system_actor()).status == "settled"


def test_how_a_fund_pays_is_set_by_the_reviewer(logged_in, money):
    fund = funds.funds(system_actor()).get()
    address = f"/bureau/payments/terms/{fund.pk}/"
    cashier, reviewer = logged_in("cashier"), logged_in("reviewer")
    assert "没有设置，按通用表格付款" in page(cashier, "/bureau/payments/terms/")
    page(cashier, address, 403)
    page(logged_in("reviewer", **ELSEWHERE), address, 404)
    told = TERMS | {"since": "2026-01-01", "layout_code": "treasury_authorised"}
    refused = reviewer.post(address, told)
    assert refused.status_code == 422
    assert "授权支付额度号" in refused.content.decode()
    codes = {
        "budget_unit": "101001", "function_subject": "2080799", "economic_subject": "30399",
        "project": "P1", "quota_number": "ED-7",
    }  # fmt: skip
    assert reviewer.post(address, told | codes).status_code == 302
    said = page(cashier, "/bureau/payments/terms/")
    assert "财政授权支付" in said
    assert "示例格式" in said
    assert funds.batch_terms(fund.pk, MARCH.date(), system_actor()).codes["quota_number"] == "ED-7"


def test_pages_of_batches_stay_within_their_queries(logged_in, batch, django_assert_max_num_queries):
    cashier = logged_in("cashier")
    for address in ("payments/", "payments/returns/", "payments/terms/"):
        with django_assert_max_num_queries(18):
            page(cashier, f"/bureau/{address}")
