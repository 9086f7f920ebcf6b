"""The reconciliation workbench, papers for payees, and their verification by anybody."""

import io
import subprocess
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kaogong.funds import operations as funds
from kaogong.funds.operations import reconciling, statements
from kaogong.gateways.bank import StandInBank
from kaogong.statements import operations as papers
from tests.factories import an_actor, make_person
from tests.factories.funds import (
    AT,
    make_batch,
    make_cashier,
    make_fund,
    make_order,
    make_payments,
    make_reviewer,
)
from tests.funds.test_reconciling import DAY, NUMBER, OPENING, sheet_of
from tests.web.bureau_money.conftest import browser_of

pytestmark = pytest.mark.django_db
CASHIER = {"by": make_cashier(904), "at": AT + timedelta(days=2)}


@pytest.fixture
def person(db):
    cache.clear()
    return make_person("王小明")


@pytest.fixture
def account(person):
    """Two payments sent and paid, a statement read that names one of them."""
    fund = make_fund()
    account = statements.follow_account(
        fund.pk, number=NUMBER, bank="示例银行", begins_on=date(2026, 3, 1), opening_fen=OPENING, **CASHIER
    )
    orders = [make_order(f"SL-1-{n}", payee_id=person.pk, payee_name="王小明") for n in (1, 2)]
    batch = make_batch(make_payments(orders=orders, reference="SL-1"))
    _, payments = funds.bank_file(batch.pk, by=make_cashier(904), at=AT)
    funds.read_bank_return(StandInBank().answer(payments, on=DAY), "回盘.xlsx", by=make_cashier(904), at=AT)
    return account


def upload(client, account, rows, **more):
    file = SimpleUploadedFile("三月.xlsx", sheet_of(rows))
    return client.post(
        reverse("bureau:reconciling:read", args=[account.pk]),
        {"sheet": file, "starts_on": "2026-03-01", "ends_on": "2026-03-03"} | more,
        follow=True,
    )


ROWS = [(DAY, "B1", -100_00, "代发 SL-1-1"), (DAY, "B2", 3_21, "存款利息")]


def test_a_statement_is_read_matched_explained_prepared_and_closed_by_another(account):
    cashier, reviewer = browser_of(an_actor("cashier")), browser_of(an_actor("reviewer"))
    page = upload(cashier, account, ROWS).content.decode()
    assert "自动核对 1 组" in page
    assert "存款利息" in page
    assert "SL-1-2" in page
    line = account.lines.get(serial="B2")
    match = reverse("bureau:reconciling:match", args=[account.pk])
    cashier.post(match, {"line": line.pk, "explain": "interest", "reason": "三月利息"})
    line.refresh_from_db()
    assert (line.status, line.explained_as) == ("explained", "interest")
    made = cashier.post(
        reverse("bureau:reconciling:prepare", args=[account.pk]),
        {"starts_on": "2026-03-01", "ends_on": "2026-03-03"},
    )
    sheet = account.reconciliations.get()
    assert made.url == reverse("bureau:reconciling:sheet", args=[sheet.pk])
    assert cashier.post(reverse("bureau:reconciling:close", args=[sheet.pk])).status_code == 403
    reviewer.post(reverse("bureau:reconciling:close", args=[sheet.pk]))
    sheet.refresh_from_db()
    assert sheet.status == "closed"


def test_the_sheet_as_pdf_and_as_a_workbook_says_the_same_and_adds_up(account):
    cashier = browser_of(an_actor("cashier"))
    upload(cashier, account, ROWS)
    made = reconciling.prepare_reconciliation(account.pk, starts_on=DAY, ends_on=DAY, **CASHIER)
    pdf = cashier.get(reverse("bureau:reconciling:file", args=[made.pk, "pdf"])).content
    told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    assert "银行存款余额调节表" in told.stdout.decode()
    assert told.stdout.decode().count("4,803.21") == 2
    book = openpyxl.load_workbook(
        io.BytesIO(cashier.get(reverse("bureau:reconciling:file", args=[made.pk, "xlsx"])).content)
    )
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert [row[3] for row in rows if row[1] == "调节后余额"] == [4803.21, 4803.21]


def test_by_hand_with_a_reason_and_back_again(account):
    cashier = browser_of(an_actor("cashier"))
    upload(cashier, account, [(DAY, "B1", -200_00, "合并代发")])
    (line,) = account.lines.all()
    keys = [f"out-{pk}" for pk in account.fund.payments.values_list("pk", flat=True)]
    url = reverse("bureau:reconciling:match", args=[account.pk])
    refused = cashier.post(url, {"line": line.pk, "item": keys[:1], "reason": "试试"}, follow=True)
    assert "相差" in refused.content.decode()
    cashier.post(url, {"line": line.pk, "item": keys, "reason": "银行合并记账"})
    match = account.matches.get()
    history = cashier.get(reverse("bureau:reconciling:history", args=[account.pk])).content.decode()
    assert "银行合并记账" in history
    cashier.post(reverse("bureau:reconciling:undo", args=[match.pk]), {"reason": "核错了"})
    line.refresh_from_db()
    assert line.status == "open"


def test_pages_of_the_workbench_are_for_those_who_see_the_ledger_here(account, django_assert_max_num_queries):
    cashier = browser_of(an_actor("cashier"))
    upload(cashier, account, ROWS)
    for name in ("detail", "history"):
        assert cashier.get(reverse(f"bureau:reconciling:{name}", args=[account.pk])).status_code == 200
    assert cashier.get(reverse("bureau:reconciling:list")).status_code == 200
    assert cashier.get(reverse("bureau:reconciling:follow")).status_code == 200
    elsewhere = browser_of(an_actor("cashier", region_code="510700"))
    assert elsewhere.get(reverse("bureau:reconciling:detail", args=[account.pk])).status_code == 404
    inspector = browser_of(an_actor("inspector"))
    assert inspector.get(reverse("bureau:reconciling:list")).status_code == 403
    auditor = browser_of(an_actor("auditor"))
    assert auditor.get(reverse("bureau:reconciling:detail", args=[account.pk])).status_code == 200
    assert (
        auditor.post(reverse("bureau:reconciling:accept", args=[account.pk]), {"picked": "x"}).status_code
        == 403
    )


def test_a_learner_asks_for_a_receipt_downloads_it_and_anybody_verifies_it(account, person):
    learner = browser_of(an_actor("learner", person_id=person.pk))
    payment = account.fund.payments.first()
    learner.post(reverse("learner:statements:receipt", args=[payment.pk]))
    page = learner.get(reverse("learner:statements:list")).content.decode()
    assert "SJ-" in page
    learner.post(reverse("learner:statements:issue"), {"starts_on": "2026-03-01", "ends_on": "2026-03-05"})
    made = papers.queries.papers(make_reviewer(region_code="370000")).get(kind="receipt")
    pdf = learner.get(reverse("learner:statements:pdf", args=[made.pk]))
    assert pdf.content.startswith(b"%PDF-")
    anybody = Client()
    url = reverse("portal:papers:verify")
    assert anybody.get(url).status_code == 200
    found = anybody.post(url, {"number": made.number, "code": made.verification_code})
    told = found.content.decode()
    assert "查到了，凭据有效" in told
    assert "王*明" in told
    assert "王小明" not in told
    assert "¥100.00" in told
    wrong = anybody.post(url, {"number": made.number, "code": "AAAAAAAAAAAA"})
    assert wrong.status_code == 404
    assert "王" not in wrong.content.decode()
    learner.post(reverse("learner:statements:reissue", args=[made.pk]), {"reason": "丢了"})
    again = anybody.post(url, {"number": made.number, "code": made.verification_code}).content.decode()
    assert "1 次" in again


def test_another_learner_and_other_roles_get_nothing(account, person):
    made = papers.issue_receipt(account.fund.payments.first().pk, **CASHIER)
    other = browser_of(an_actor("learner", person_id=make_person("李兰").pk))
    assert other.get(reverse("learner:statements:pdf", args=[made.pk])).status_code == 404
    assert (
        other.post(reverse("learner:statements:reissue", args=[made.pk]), {"reason": "x"}).status_code == 404
    )
    assert other.get(reverse("provider:statements:list")).status_code == 403
    assert "SJ-" not in other.get(reverse("learner:statements:list")).content.decode()


def test_a_paid_payment_come_back_is_said_by_hand_and_stands_among_those_to_correct(account):
    cashier = browser_of(an_actor("cashier"))
    upload(cashier, account, [(DAY, "B1", 100_00, "退票")])
    (line,) = account.lines.all()
    url = reverse("bureau:reconciling:match", args=[account.pk])
    said = cashier.post(url, {"line": line.pk, "returned": "SL-1-1", "reason": "电话核实"}, follow=True)
    assert "已记为退汇" in said.content.decode()
    payment = account.fund.payments.get(reference="SL-1-1")
    assert payment.status == "returned"
    listed = cashier.get(reverse("bureau:payments:list") + "?status=unpaid").content.decode()
    assert "SL-1-1" in listed
    assert "SL-1-2" not in listed
    page = cashier.get(reverse("bureau:payments:detail", args=[payment.pk])).content.decode()
    assert "更正账户重新付款" in page
    assert "不再支付" in page
