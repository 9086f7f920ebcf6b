"""Books and accounts are closed and opened again: by whom, when, why; and nothing passes meanwhile."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kaogong.access.roles import ROLES
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.ledger import operations as ops
from kaogong.ledger import queries
from kaogong.ledger.models import AccountBalance, LedgerAccount, PeriodBalance, PeriodClosing
from kaogong.trail.queries import timeline
from tests.factories.ledger import AT, make_budget

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CASHIER = Actor("出纳甲", "cashier", ROLES["cashier"].permissions, 5, "370299")
REVIEWER = Actor("复核乙", "reviewer", ROLES["reviewer"].permissions, 6, "370299")
CLERK = Actor("经办丙", "clerk", frozenset({"view_ledger"}), 7, "370299")


def close(last_on=date(2026, 3, 31), by=CASHIER, at=NOW):
    return ops.close_period("ZX", last_on=last_on, by=by, at=at, reason="月结")


def reserve(budget, at, key, fen=1_00):
    return ops.reserve(**(budget | {"at": at}), amounts={"district": fen}, reference="SL-1", key=key)


def account(state):
    return LedgerAccount.objects.get(state=state)


def test_close_period_keeps_the_balances_and_refuses_what_is_dated_in_it():
    budget = make_budget(district=100_00)
    reserve(budget, AT, "a")
    period = close()
    assert period.entry_count == 2
    kept = {b.account.state: b.balance_fen for b in PeriodBalance.objects.filter(period=period)}
    assert kept == {"budgeted": -100_00, "available": 99_00, "reserved": 1_00}
    with pytest.raises(ops.PeriodClosed, match=r"日期2026-03-31.*结至2026-04-01之前"):
        reserve(budget, datetime(2026, 3, 31, 23, 59, 59, tzinfo=ZoneInfo("Asia/Shanghai")), "b")
    reserve(budget, datetime(2026, 4, 1, tzinfo=ZoneInfo("Asia/Shanghai")), "c")
    assert reserve(budget, AT, "a").key == "a"  # told before the closing: nothing moves
    assert queries.recount() == []
    (told,) = timeline("period", period.pk)
    assert (told.verb, told.actor_name) == ("period.closed", "出纳甲")


def test_an_account_opened_after_the_closing_is_closed_for_that_time_too():
    budget = make_budget(district=100_00)
    close()
    with pytest.raises(ops.PeriodClosed):
        make_budget(city=1_00)
    with pytest.raises(ops.PeriodClosed):
        reserve(budget, AT, "k")
    make_budget("OTHER", district=1_00)


def test_a_batch_dated_in_a_closed_period_is_refused():
    budget = make_budget(district=100_00)
    close()
    wishes = [
        ops.Posting(
            kind="reserve", fund_code="ZX", programme="skills", year=2026, amounts={"district": 1},
            reference=f"{n}", key=f"{n}",
        )
        for n in range(2)
    ]  # fmt: skip
    with pytest.raises(ops.PeriodClosed):
        ops.post(wishes, by=budget["by"], at=AT)


def test_close_period_refusals():
    with pytest.raises(NotPermitted):
        close(by=CLERK)
    with pytest.raises(ops.FundUnknown):
        close()
    make_budget(district=100_00)
    with pytest.raises(ops.PeriodNotOver):
        close(date(2026, 6, 1))
    close()
    with pytest.raises(ops.PeriodAlreadyClosed, match="2026-03-31"):
        close(date(2026, 3, 1))
    AccountBalance.objects.filter(account__state="available").update(balance_fen=1)
    with pytest.raises(ops.BooksDiffer, match="1个科目"):
        close(date(2026, 4, 30))


def test_reopen_period_asks_for_another_person_a_reason_and_the_latest():
    budget = make_budget(district=100_00)
    march, april = close(), close(date(2026, 4, 30))
    words = {"at": NOW, "reason": "补记"}
    with pytest.raises(NotPermitted):
        ops.reopen_period(april.pk, by=CASHIER, **words)
    with pytest.raises(ops.LaterPeriodClosed, match="2026-04-30"):
        ops.reopen_period(march.pk, by=REVIEWER, **words)
    with pytest.raises(ReasonMissing):
        ops.reopen_period(april.pk, by=REVIEWER, at=NOW, reason=" ")
    with pytest.raises(NotFound):
        ops.reopen_period(0, by=REVIEWER, **words)
    ops.reopen_period(april.pk, by=REVIEWER, **words)
    with pytest.raises(WrongState):
        ops.reopen_period(april.pk, by=REVIEWER, **words)
    reserve(budget, datetime(2026, 4, 2, tzinfo=ZoneInfo("Asia/Shanghai")), "a")
    with pytest.raises(ops.PeriodClosed):
        reserve(budget, AT, "b")
    ops.reopen_period(march.pk, by=REVIEWER, **words)
    reserve(budget, AT, "b")
    again = close(date(2026, 4, 30), by=REVIEWER)
    with pytest.raises(SamePerson, match="复核乙"):
        ops.reopen_period(again.pk, by=REVIEWER, **words)
    assert PeriodClosing.objects.count() == 3
    assert queries.recount() == []
    assert timeline("period", march.pk).last().reason == "补记"


def test_balances_as_of_any_day_agree_with_and_without_closings():
    budget = make_budget(district=100_00)
    days = [AT + timedelta(days=n) for n in (0, 20, 40, 60)]
    for n, at in enumerate(days):
        reserve(budget, at, f"k{n}")
    instants = [AT + timedelta(days=n, hours=1) for n in range(-1, 70, 7)]

    def told():
        return [
            [
                (row.source_level, row.fen)
                for row in queries.trial_balance_dated(["ZX"], instant)
                if any(row.fen.values())
            ]
            for instant in instants
        ]

    before = told()
    close()
    close(date(2026, 4, 30))
    assert told() == before
    assert before[0] == []
    assert before[-1] == [("district", {"budgeted": -100_00, "available": 96_00, "reserved": 4_00})]


def test_recount_finds_a_kept_balance_that_was_tampered_with(as_owner_without_guards):
    make_budget(district=100_00)
    period = close()
    as_owner_without_guards(
        "UPDATE ledger_periodbalance SET balance_fen = balance_fen + 1 WHERE balance_fen > 0"
    )
    (fault,) = queries.recount()
    assert "2026-04-0" in fault.what or "2026-03-31" in fault.what
    assert (fault.balance_fen, fault.legs_fen) == (100_01, 100_00)
    assert period.pk


def test_close_account_lets_nothing_pass_until_another_person_opens_it():
    budget = make_budget(district=100_00)
    reserve(budget, AT, "a", 100_00)
    words = {"at": NOW, "reason": "年度终了"}
    with pytest.raises(NotPermitted):
        ops.close_account(account("available").pk, by=CLERK, **words)
    with pytest.raises(ReasonMissing):
        ops.close_account(account("available").pk, by=CASHIER, at=NOW, reason="")
    with pytest.raises(ops.AccountNotEmpty, match=r"¥100\.00"):
        ops.close_account(account("reserved").pk, by=CASHIER, **words)
    closing = ops.close_account(account("available").pk, by=CASHIER, **words)
    with pytest.raises(ops.AccountAlreadyClosed):
        ops.close_account(account("available").pk, by=CASHIER, **words)
    with pytest.raises(ops.AccountClosed, match="区级“可用”科目已关闭"):
        ops.void_reserve(**budget, amounts={"district": 1_00}, reference="SL-1", key="v")
    with pytest.raises(ops.AccountClosed):
        make_budget(district=200_00)
    ops.make_payable(**budget, amounts={"district": 1_00}, reference="SL-1", key="p")
    assert queries.recount() == []
    with pytest.raises(NotPermitted):
        ops.reopen_account(closing.pk, by=CASHIER, **words)
    ops.reopen_account(closing.pk, by=REVIEWER, **words)
    ops.void_reserve(**budget, amounts={"district": 1_00}, reference="SL-1", key="v")
    own = ops.close_account(account("budgeted").pk, by=REVIEWER, **words)
    with pytest.raises(SamePerson):
        ops.reopen_account(own.pk, by=REVIEWER, **words)
    with pytest.raises(NotFound):
        ops.reopen_account(0, by=REVIEWER, **words)
