"""Cutting a budget while others draw on it, each on a connection of its own, really committing."""

from datetime import date

import pytest

from kaogong.funds import operations as ops
from kaogong.funds import queries
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import Refused
from kaogong.ledger import operations as ledger
from kaogong.ledger import queries as ledger_queries
from tests.factories.funds import AT, REGION, make_cashier, make_fund, make_reviewer
from tests.ledger.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 3, 2)


def reserving(reference, fen):
    return lambda: ops.reserve_for_claim(
        reference, region_code=REGION, programme="skills", year=2026, amount_fen=fen, event_on=TODAY,
        by=system_actor(), at=AT,
    )  # fmt: skip


def cutting(fund, level, fen):
    return lambda: ops.set_budget(
        fund.pk, programme="skills", source_level=level, amount_fen=fen, by=make_reviewer(), at=AT
    )


def standing():
    """(budgeted, available, reserved) over all sources, none of them ever below zero."""
    rows = ledger_queries.trial_balance()
    for row in rows:
        assert min(fen for state, fen in row.fen.items() if state != "budgeted") >= 0
        assert row.difference_fen == 0
    return tuple(sum(getattr(row, f"{s}_fen") for row in rows) for s in ("budgeted", "available", "reserved"))


def test_a_cut_at_the_instant_of_reserving_never_overdraws():
    fund = make_fund(district=100_00, city=0, shares={"skills": {"district": 1000}})
    outcomes = at_once(cutting(fund, "district", 40_00), *(reserving(f"SL-{n}", 30_00) for n in range(4)))
    budgeted, available, reserved = standing()
    taken = [o for o in outcomes[1:] if not isinstance(o, Refused)]
    assert reserved == 30_00 * len(taken)
    assert budgeted == available + reserved
    cut = not isinstance(outcomes[0], Refused)
    assert budgeted == (40_00 if cut else 100_00)
    assert all(isinstance(o, ledger.BudgetExceeded) for o in outcomes if isinstance(o, Refused))
    assert ledger_queries.recount() == []


def test_a_cut_while_several_pots_are_drawn_on_in_turn_never_overdraws():
    fund = make_fund(district=60_00, city=100_00)
    draft = ops.draft_waterfall(
        region_code=REGION,
        programme="skills",
        tiers=[queries.Tier("ZX", {"district": 1000}, most_fen=55_00), queries.Tier("ZX", {"city": 1000})],
        starts_on=TODAY,
        document="示例",
        by=make_cashier(),
        at=AT,
    )
    ops.simulate_waterfall(draft.pk, by=make_cashier(), at=AT)
    ops.approve_waterfall(draft.pk, by=make_reviewer(), at=AT, reason="已核对")
    outcomes = at_once(cutting(fund, "city", 50_00), *(reserving(f"SL-{n}", 20_00) for n in range(7)))
    budgeted, available, reserved = standing()
    taken = [o for o in outcomes[1:] if not isinstance(o, Refused)]
    assert reserved == 20_00 * len(taken) == sum(sum(parts.values()) for parts in taken)
    assert budgeted == available + reserved
    assert sum(parts.get("district", 0) for parts in taken) <= 55_00
    assert len(taken) >= 5  # 55.00 and at least 50.00 are there for sums of 20.00
    assert ledger_queries.recount() == []


def test_two_versions_of_one_budget_set_at_once_are_two_versions():
    fund = make_fund()
    outcomes = at_once(cutting(fund, "district", 500_00), cutting(fund, "district", 400_00))
    assert not [o for o in outcomes if isinstance(o, Refused)]
    versions = queries.budget_versions(make_cashier()).filter(source_level="district").order_by("number")
    (first, second, third) = versions
    assert (second.before_fen, third.before_fen) == (first.amount_fen, second.amount_fen)
    assert {second.amount_fen, third.amount_fen} == {500_00, 400_00}


def test_one_paper_told_by_two_at_once_is_written_down_once_and_taken_back_once():
    """A button pressed twice, or by two: one of them is told that it is there already."""
    fund = make_fund()

    def telling():
        return ops.record_transfer(
            fund.pk, programme="skills", source_level="city", kind="received", amount_fen=100_00,
            document="到账通知1号", told_on=TODAY, by=make_cashier(904), at=AT,
        )  # fmt: skip

    def named(outcomes):
        return sorted(type(one).__name__ for one in outcomes)

    assert named(at_once(telling, telling, telling)) == ["Transfer", "TransferRecorded", "TransferRecorded"]
    (kept,) = queries.transfers(make_reviewer())

    def correcting():
        return ops.correct_transfer(kept.pk, by=make_cashier(904), at=AT, reason="登错了")

    assert named(at_once(correcting, correcting)) == ["AlreadyCorrected", "Transfer"]
    assert sum(row.amount_fen for row in queries.transfers(make_reviewer())) == 0
