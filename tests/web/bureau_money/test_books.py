"""Closing books and accounts on the pages, the trial balance of any day, what the checks found."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from kaogong.access.permissions import Permission
from kaogong.ledger import queries, tasks
from kaogong.ledger.models import AccountClosing, LedgerAccount, PeriodClosing
from tests.factories.funds import make_fund

from .test_claims import page

pytestmark = pytest.mark.django_db
CLOSE = {"fund_code": "ZX", "last_on": "2026-02-28", "reason": "月结", "confirmed": "on"}


def test_a_period_is_closed_and_opened_by_another_person(logged_in):
    make_fund()
    cashier, reviewer = logged_in("cashier"), logged_in("reviewer")
    assert "还没有结过账" in page(cashier, "/bureau/ledger/periods/")
    unconfirmed = cashier.post("/bureau/ledger/periods/close/", CLOSE | {"confirmed": ""})
    assert unconfirmed.status_code == 422
    assert not PeriodClosing.objects.exists()
    early = cashier.post("/bureau/ledger/periods/close/", CLOSE | {"last_on": "2099-01-01"})
    assert "还没有过完" in early.content.decode()
    cashier.post("/bureau/ledger/periods/close/", CLOSE)
    period = PeriodClosing.objects.get()
    assert queries.last_day(period.until_at) == date(2026, 2, 28)
    address = f"/bureau/ledger/periods/{period.pk}/reopen/"
    assert address not in page(cashier, "/bureau/ledger/periods/")
    assert address in page(reviewer, "/bureau/ledger/periods/")
    assert "结至 2026-02-28" in page(reviewer, address)
    assert reviewer.post(address, {"confirmed": "on"}).status_code == 422
    reviewer.post(address, {"reason": "补记", "confirmed": "on"})
    period.refresh_from_db()
    assert period.status == "reopened"


def test_an_account_is_closed_and_opened_by_another_person(logged_in):
    make_fund()
    cashier, reviewer = logged_in("cashier"), logged_in("reviewer")
    available = LedgerAccount.objects.filter(state="available").first()
    address = f"/bureau/ledger/accounts/{available.pk}/close/"
    assert address in page(cashier, "/bureau/ledger/accounts/")
    said = cashier.post(address, {"reason": "年终", "confirmed": "on"})
    assert "关闭前请先转出" in said.content.decode()
    source = LedgerAccount.objects.filter(state="budgeted").first()
    cashier.post(f"/bureau/ledger/accounts/{source.pk}/close/", {"reason": "年终", "confirmed": "on"})
    closing = AccountClosing.objects.get()
    again = f"/bureau/ledger/accounts/closings/{closing.pk}/reopen/"
    assert "已关闭" in page(reviewer, "/bureau/ledger/accounts/")
    assert again in page(reviewer, "/bureau/ledger/accounts/")
    reviewer.post(again, {"reason": "误关", "confirmed": "on"})
    closing.refresh_from_db()
    assert closing.status == "reopened"


def test_the_trial_balance_of_an_earlier_day(logged_in):
    make_fund(district=600_000_00, city=400_000_00)  # on 2026-03-02
    reviewer = logged_in("reviewer")
    assert "600,000.00" in page(reviewer, "/bureau/ledger/")
    assert "600,000.00" not in page(reviewer, "/bureau/ledger/?on=2026-03-01")
    assert "600,000.00" in page(reviewer, "/bureau/ledger/?on=2026-03-02")
    assert "600,000.00" not in page(reviewer, "/bureau/ledger/?on=2026-03-02&basis=recorded")
    assert "600,000.00" in page(reviewer, "/bureau/ledger/?on=2999-01-01&basis=recorded")
    assert "600,000.00" in page(reviewer, "/bureau/ledger/?on=nonsense")
    # To the minute: the budget was told at nine.
    assert "600,000.00" not in page(reviewer, "/bureau/ledger/?on=2026-03-02&moment=09:00")
    assert "截至 2026-03-02 09:01" in (told := page(reviewer, "/bureau/ledger/?on=2026-03-02&moment=09:01"))
    assert "600,000.00" in told
    sheet = openpyxl.load_workbook(
        BytesIO(reviewer.get("/bureau/ledger/?on=2026-03-02&export=xlsx").getvalue())
    ).active
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert any(cell in (600000, 600000.0, "600,000.00", "600000.00") for cell in cells)


def test_the_checks_page_tells_what_the_nights_found(logged_in, now):
    make_fund()
    auditor = logged_in("auditor")
    assert "还没有夜间复核记录" in page(auditor, "/bureau/ledger/checks/")
    from django.utils import timezone

    stamp = int(timezone.now().timestamp()) - 60
    tasks.recount_every_night(timestamp=stamp)
    tasks.cross_check_every_night(timestamp=stamp)
    said = page(auditor, "/bureau/ledger/checks/")
    assert "一致" in said
    assert "beancount" in said
    assert Permission.CLOSE_PERIOD not in auditor.actor.permissions


def test_lists_of_the_books_ask_a_fixed_number_of_times(logged_in, django_assert_max_num_queries):
    make_fund()
    reviewer = logged_in("reviewer")
    for address in ("", "?on=2026-03-02", "periods/", "accounts/", "checks/"):
        with django_assert_max_num_queries(12):
            assert reviewer.get(f"/bureau/ledger/{address}").status_code == 200
