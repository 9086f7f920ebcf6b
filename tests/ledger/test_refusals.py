"""Every refusal has a name of its own, changes nothing, and says what differs."""

import pytest
from django.utils import timezone

from kaogong.ledger import operations as ops
from kaogong.ledger import queries
from kaogong.ledger.operations.posting import MOST_FEN
from kaogong.ledger.states import STEPS, Step
from tests.factories.ledger import AT, make_budget

pytestmark = pytest.mark.django_db


def reserve(budget, fen=10_00, key="k", **more):
    return ops.reserve(**budget, **{"amounts": {"district": fen}, "reference": "SL-1", "key": key, **more})


def count() -> int:
    return queries.journal().count()


def test_an_amount_beyond_what_a_number_holds_is_refused():
    budget = make_budget(district=1_00)
    with pytest.raises(ops.AmountTooLarge, match="上限"):
        reserve(budget, MOST_FEN + 1)
    assert count() == 1


def test_a_sum_beyond_what_a_number_holds_is_refused():
    budget = make_budget(district=MOST_FEN)
    words = {name: budget[name] for name in ("fund_code", "programme", "year", "by", "at")}
    with pytest.raises(ops.TotalTooLarge, match="累计"):
        ops.carry_in(**words, amounts={"district": 2}, reference="SL-1", key="k")
    assert queries.balances("ZX", 2026)["skills", "district"]["available"] == MOST_FEN
    assert count() == 1


def test_sums_of_several_sources_may_pass_what_one_number_holds():
    make_budget(district=MOST_FEN, city=MOST_FEN)
    assert sum(row.available_fen for row in queries.trial_balance()) == 2 * MOST_FEN
    assert queries.recount() == []


def test_an_unknown_step_is_refused():
    budget = make_budget(district=1_00)
    posting = ops.Posting(
        kind="vanish", fund_code="ZX", programme="skills", year=2026, amounts={"district": 1},
        reference="SL-1", key="k",
    )  # fmt: skip
    with pytest.raises(ops.StepUnknown, match="vanish"):
        ops.post([posting], by=budget["by"], at=AT)


def test_a_step_that_leads_where_it_begins_is_refused(monkeypatch):
    budget = make_budget(district=1_00)
    monkeypatch.setitem(STEPS, "reserve", Step("reserve", "available", "available", "预留"))
    with pytest.raises(ops.SameAccount, match="预留"):
        reserve(budget, 1)


def test_posting_a_reservation_already_voided_is_refused_by_name():
    budget = make_budget(district=100_00)
    reserve(budget, 10_00)
    ops.void_reserve(**budget, amounts={"district": 10_00}, reference="SL-1", key="v")
    with pytest.raises(ops.BalanceTooSmall, match=r"区级“已预留”只有¥0\.00，不能转出¥10\.00"):
        ops.make_payable(**budget, amounts={"district": 10_00}, reference="SL-1", key="p")
    assert count() == 3


def test_posting_more_than_was_reserved_is_refused_by_name():
    budget = make_budget(district=100_00)
    reserve(budget, 10_00)
    with pytest.raises(ops.BalanceTooSmall) as refusal:
        ops.make_payable(**budget, amounts={"district": 10_01}, reference="SL-1", key="p")
    assert (refusal.value.facts["available_fen"], refusal.value.facts["wanted_fen"]) == (10_00, 10_01)


def test_the_same_keys_twice_in_one_call_are_one_entry_or_refused():
    budget = make_budget(district=100_00)
    one = ops.Posting(
        kind="reserve", fund_code="ZX", programme="skills", year=2026, amounts={"district": 1},
        reference="SL-1", key="k",
    )  # fmt: skip
    first, second = ops.post([one, one], by=budget["by"], at=AT)
    assert first.pk == second.pk
    other = ops.Posting(
        kind="reserve", fund_code="ZX", programme="skills", year=2026, amounts={"district": 2},
        reference="SL-1", key="k",
    )  # fmt: skip
    with pytest.raises(ops.EntryDiffers):
        ops.post([one, other], by=budget["by"], at=AT)


def batch(*steps, fen=1_00):
    return [
        ops.Posting(
            kind=kind, fund_code="ZX", programme="skills", year=2026, amounts={"district": fen},
            reference=f"SL-{n}", key=f"{kind}:{n}",
        )
        for n, kind in enumerate(steps)
    ]  # fmt: skip


def test_a_batch_is_judged_in_the_order_asked_for():
    budget = make_budget(district=10_00)
    ops.post(batch("reserve", "void_reserve", "reserve"), by=budget["by"], at=AT)
    assert queries.balances("ZX", 2026)["skills", "district"]["reserved"] == 1_00
    with pytest.raises(ops.BalanceTooSmall, match="已预留"):
        ops.post(batch("void_reserve", "reserve", fen=2_00), by=budget["by"], at=AT)
    assert queries.recount() == []


def test_a_batch_told_again_moves_nothing_and_part_of_it_only_the_rest():
    budget = make_budget(district=10_00)
    first = ops.post(batch(*["reserve"] * 3), by=budget["by"], at=AT)
    again = ops.post(batch(*["reserve"] * 5), by=budget["by"], at=AT)
    assert [entry.pk for entry in again[:3]] == [entry.pk for entry in first]
    assert queries.balances("ZX", 2026)["skills", "district"]["reserved"] == 5_00
    with pytest.raises(ops.EntryDiffers, match="金额"):
        ops.post(batch(*["reserve"] * 3, fen=7), by=budget["by"], at=AT)


def test_a_posted_entry_is_what_the_database_holds():
    budget = make_budget(district=10_00)
    for entry in (reserve(budget, 1_00), *ops.post(batch("reserve", "reserve"), by=budget["by"], at=AT)):
        kept = queries.entry_by_key(entry.key)
        for field in entry._meta.concrete_fields:
            assert getattr(entry, field.attname) == getattr(kept, field.attname), field.name
        assert entry.recorded_at <= timezone.now()
        assert sum(leg.amount_fen for leg in entry.legs.all()) == 0
