"""Tidying keeps what is meant, masking hides what must be hidden."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaogong.kernel.writing import compact, mask_digits, mask_name, tidy, tidy_name, whole_number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  王小明\u200b\xa0", "王小明"),
        ("Ａｂ　１２３\t４", "Ab 123 4"),
        ("䶮㛃𠮷", "䶮㛃𠮷"),
        ("阿里木•买买提", "阿里木·买买提"),
        ("阿里木・买买提", "阿里木·买买提"),
        ("阿里木．买买提", "阿里木·买买提"),
        ("３．５", "3.5"),
        ("示例（青岛）有限公司，", "示例（青岛）有限公司，"),
        ("⽂化", "文化"),
        ("羽\ufa1e", "羽\ufa1e"),
        (None, ""),
    ],
)
def test_tidy(text, expected):
    assert tidy(text) == expected


def test_tidy_name_closes_the_gap_set_for_alignment():
    assert tidy_name("王　 明") == "王明"
    assert tidy_name("阿里木 · 买买提") == "阿里木·买买提"
    assert tidy_name("John  Smith") == "John Smith"


@given(st.text())
def test_tidy_twice_changes_nothing(text):
    assert tidy(tidy(text)) == tidy(text)
    assert tidy_name(tidy_name(text)) == tidy_name(text)
    assert compact(compact(text)) == compact(text)


@given(st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), min_size=1))
def test_tidy_leaves_every_han_character_alone(text):
    assert tidy_name(text) == text


@given(st.text(st.characters(min_codepoint=0x20000, max_codepoint=0x2A6DF), min_size=1))
def test_tidy_leaves_extension_b_alone(text):
    assert tidy_name(text) == text


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王*明"),
        ("王明", "王*"),
        ("欧阳小明", "欧**明"),
        ("王", "*"),
        ("", ""),
        ("阿里木·买买提", "阿里木·***"),
        ("王 小 明", "王*明"),
    ],
)
def test_mask_name(name, masked):
    assert mask_name(name) == masked


@given(st.text(max_size=30), st.integers(0, 6), st.integers(0, 6))
def test_mask_digits_shows_no_more_than_promised(text, head, tail):
    plain = compact(text)
    masked = mask_digits(text, head, tail)
    assert len(masked) == len(plain)
    if len(plain) <= head + tail:
        assert set(masked) <= {"*"}
    else:
        assert masked[head : len(masked) - tail] == "*" * (len(plain) - head - tail)


def test_mask_digits_of_a_telephone():
    assert mask_digits("199 0000 1234") == "199****1234"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12), ("0", 0), ("000100", 100), ("１００", 100), ("101", None), ("", None), ("-1", None), ("1.0", None),
        ("²", None), ("三十", None), ("9" * 5_000, None), ("0" * 5_000 + "7", 7),
    ],
)  # fmt: skip
def test_whole_number_is_read_up_to_the_most_and_nothing_else(text, number):
    assert whole_number(text, 100) == number
