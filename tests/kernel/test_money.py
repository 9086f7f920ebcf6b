"""Money: written and read without losing a fen, split without losing one either."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaogong.kernel.errors import Malformed
from kaogong.kernel.money import parse_yuan, split_by_shares, ten_thousand_yuan, yuan, yuan_plain

amounts = st.integers(-(10**14), 10**14)


def test_yuan_is_written_with_groups_and_two_places():
    assert yuan(123456) == "¥1,234.56"
    assert yuan(-5) == "-¥0.05"
    assert yuan_plain(100_000_000) == "1,000,000.00"


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1,234.5", 123450),
        ("￥１，２３４．５０", 123450),
        (" 500元 ", 50000),
        ("¥0.05", 5),
        ("-3", -300),
        ("2.5万元", 2_500_000),
        ("－¥1.10", -110),
    ],
)
def test_parse_yuan_reads_what_people_write(text, fen):
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text", ["", "1.234", "1,23", "12,34.5", "一百", "1e5", "--5", "-¥-5", "5 yuan", "1.", ".5", "nan", "٣"]
)
def test_parse_yuan_refuses_the_unclear(text):
    with pytest.raises(Malformed) as caught:
        parse_yuan(text)
    assert "金额" in caught.value.message


@pytest.mark.parametrize("text", ["10000000000001", "1000000001万元", "9" * 30, "9" * 5000])
def test_parse_yuan_refuses_what_no_budget_here_holds(text):
    """A sum nobody has is a slip of the unit; it never reaches a column that cannot hold it."""
    with pytest.raises(Malformed) as caught:
        parse_yuan(text)
    assert len(caught.value.message) < 200
    assert parse_yuan("10000000000000") == parse_yuan("1000000000万元") == 10**15


@given(amounts)
def test_what_is_written_reads_back(fen):
    assert parse_yuan(yuan(fen)) == parse_yuan(yuan_plain(fen)) == fen


@given(
    amounts, st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 1000), min_size=1, max_size=6)
)
def test_shares_sum_exactly_and_stay_within_one_fen(fen, shares):
    total = sum(shares.values())
    if total == 0:
        with pytest.raises(Malformed):
            split_by_shares(fen, shares)
        return
    parts = split_by_shares(fen, shares)
    assert sum(parts.values()) == fen
    assert list(parts) == list(shares)
    for name, part in parts.items():
        assert abs(part * total - fen * shares[name]) < total
        if shares[name] == 0:
            assert part == 0


def test_a_tied_fen_goes_to_the_source_named_first():
    assert split_by_shares(101, {"区": 500, "市": 500}) == {"区": 51, "市": 50}
    assert split_by_shares(-101, {"区": 500, "市": 500}) == {"区": -51, "市": -50}
    assert split_by_shares(100, {"a": 1, "b": 1, "c": 1}) == {"a": 34, "b": 33, "c": 33}


def test_split_refuses_negative_shares():
    with pytest.raises(Malformed):
        split_by_shares(100, {"a": 3, "b": -1})
    with pytest.raises(Malformed):
        split_by_shares(100, {})


def test_ten_thousand_yuan_rounds_half_away_from_zero():
    assert ten_thousand_yuan(111_200_000) == "111.20万元"
    assert ten_thousand_yuan(5_000) == "0.01万元"
    assert ten_thousand_yuan(-5_000) == "-0.01万元"
    assert ten_thousand_yuan(-4_999) == "0.00万元"
    assert ten_thousand_yuan(2_922_000_000_00, places=0) == "292,200万元"
