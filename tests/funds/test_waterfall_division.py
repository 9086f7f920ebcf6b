"""One sum over tiers of pots: parts add up, no pot gives more than it has, no cap is passed."""

from hypothesis import given
from hypothesis import strategies as st

from kaogong.funds.queries import Tier, divide

LEVELS = ("district", "city", "province", "central")
SHARED = Tier("ZX", {"district": 600, "city": 400})


def test_a_sum_is_divided_by_shares_to_the_fen():
    division = divide(100_01, [SHARED], {("ZX", "district"): 1_000_00, ("ZX", "city"): 1_000_00}, {})
    assert division.fund_code == "ZX"
    assert division.parts == {"district": 60_01, "city": 40_00}


def test_the_first_pot_pays_until_it_is_dry_then_the_next():
    tiers = [Tier("ZX", {"central": 1000}), Tier("ZX", {"district": 500, "city": 500})]
    left = {("ZX", "central"): 30_00, ("ZX", "district"): 100_00, ("ZX", "city"): 100_00}
    division = divide(50_00, tiers, left, {})
    assert division.by_tier == ({"central": 30_00}, {"district": 10_00, "city": 10_00})
    assert division.parts == {"central": 30_00, "district": 10_00, "city": 10_00}


def test_a_tier_pays_no_more_in_a_year_than_its_cap():
    tiers = [Tier("ZX", {"central": 1000}, most_fen=40_00), Tier("ZX", {"district": 1000})]
    left = {("ZX", "central"): 100_00, ("ZX", "district"): 100_00}
    assert divide(50_00, tiers, left, {("ZX", "central"): 25_00}).parts == {
        "central": 15_00,
        "district": 35_00,
    }


def test_a_fund_that_cannot_pay_all_is_passed_over_for_the_next():
    tiers = [Tier("A", {"district": 1000}), Tier("B", {"city": 1000})]
    left = {("A", "district"): 49_99, ("B", "city"): 50_00}
    division = divide(50_00, tiers, left, {})
    assert (division.fund_code, division.parts) == ("B", {"city": 50_00})
    assert division.by_tier == ({}, {"city": 50_00})


def test_what_no_fund_can_pay_is_short_by_what_the_best_lacks():
    tiers = [Tier("A", {"district": 1000}), Tier("B", {"city": 1000})]
    division = divide(50_00, tiers, {("A", "district"): 40_00, ("B", "city"): 45_00}, {})
    assert (division.fund_code, division.parts, division.short_fen) == ("", {}, 5_00)


@st.composite
def a_tier(draw):
    levels = draw(st.lists(st.sampled_from(LEVELS), min_size=1, max_size=4, unique=True))
    cuts = sorted(draw(st.lists(st.integers(0, 1000), min_size=len(levels) - 1, max_size=len(levels) - 1)))
    bounds = [0, *cuts, 1000]
    shares = {level: bounds[n + 1] - bounds[n] for n, level in enumerate(levels)}
    return Tier(draw(st.sampled_from("AB")), shares, draw(st.none() | st.integers(1, 5_000)))


POTS = [(fund, level) for fund in "AB" for level in LEVELS]
money = st.tuples(*(st.integers(0, 10_000) for _ in POTS)).map(
    lambda figures: dict(zip(POTS, figures, strict=True))
)


@given(st.integers(1, 20_000), st.lists(a_tier(), min_size=1, max_size=4), money, money)
def test_parts_sum_and_never_exceed_a_pot_or_a_cap(amount, tiers, left, used):
    division = divide(amount, tiers, left, used)
    assert min([*division.parts.values(), 0]) >= 0
    if division.short_fen:
        assert division.parts == {}
        assert 0 < division.short_fen <= amount
        return
    assert sum(division.parts.values()) == amount
    assert sum(sum(parts.values()) for parts in division.by_tier) == amount
    for level, fen in division.parts.items():
        assert fen <= left.get((division.fund_code, level), 0)
    for tier, parts in zip(tiers, division.by_tier, strict=True):
        assert tier.fund_code == division.fund_code or not parts
        assert set(parts) <= {level for level, share in tier.shares.items() if share}
        if tier.most_fen is not None and parts:
            gone = sum(used.get((tier.fund_code, level), 0) for level in tier.shares)
            assert gone + sum(parts.values()) <= tier.most_fen


@given(st.integers(1, 10_000), a_tier())
def test_a_single_pot_of_one_level_gives_all_it_has(amount, tier):
    only = Tier("A", {"city": 1000})
    division = divide(amount, [only], {("A", "city"): amount}, {})
    assert division.parts == {"city": amount}
    assert divide(amount + 1, [only], {("A", "city"): amount}, {}).short_fen == 1
