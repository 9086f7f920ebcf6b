"""Identity numbers: every way to be wrong has its name, and the column judges as the single number does."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaogong.kernel.errors import Malformed
from kaogong.kernel.id_number import (
    FEMALE,
    MALE,
    PROBLEMS,
    UPGRADED,
    IdNumber,
    IdNumberChecksum,
    IdNumberDate,
    IdNumberFuture,
    IdNumberLength,
    IdNumberLetters,
    IdNumberMissing,
    IdNumberWrong,
    check_character,
    make_id_number,
    refusal,
    tidy_id_number,
)
from kaogong.kernel.id_number_columns import check_characters, check_id_numbers

ON = date(2026, 11, 22)
KNOWN = "11010519491231002X"  # the example of GB 11643 itself

numbers = st.builds(
    make_id_number,
    st.sampled_from(["370299", "370211", "510703", "379014"]),
    st.dates(date(1900, 1, 1), ON),
    st.integers(0, 499),
    st.sampled_from([MALE, FEMALE]),
)


def test_the_example_of_the_standard():
    number = IdNumber.parse(KNOWN, ON)
    assert (number.region_code, number.born_on, number.sex) == ("110105", date(1949, 12, 31), FEMALE)
    assert number.masked == "110105********002X"
    assert KNOWN not in repr(number)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", IdNumberMissing),
        (None, IdNumberMissing),
        (" \u200b\u3000", IdNumberMissing),
        ("1101051949123100", IdNumberLength),
        (KNOWN + "1", IdNumberLength),
        ("11010519491231O02X", IdNumberLetters),
        ("X10105194912310020", IdNumberLetters),
        ("11010519491231٣02X", IdNumberLetters),
        ("11010549123100A", IdNumberLetters),
        ("110105194902300021", IdNumberDate),
        ("110105189912310021", IdNumberDate),
        ("110105490230002", IdNumberDate),
        ("110105202611230021", IdNumberFuture),
        ("110105194912310021", IdNumberChecksum),
    ],
)
def test_each_problem_has_its_name(text, wrong):
    with pytest.raises(wrong) as caught:
        IdNumber.parse(text, ON)
    assert type(caught.value) is wrong
    assert isinstance(caught.value, Malformed)
    assert caught.value.problem in PROBLEMS
    assert "{" not in caught.value.message
    assert refusal(wrong.problem, tidy_id_number(text)).message == caught.value.message


def test_what_is_only_untidy_is_accepted():
    for text in (
        "11010519491231002x",
        " 110105 19491231 002X\t",
        "'11010519491231002X",
        "１１０１０５１９４９１２３１００２Ｘ",
    ):
        assert IdNumber.parse(text, ON).value == KNOWN


def test_an_old_number_is_upgraded_with_a_note():
    number, notes = IdNumber.parse_with_notes("110105491231002", ON)
    assert (number.value, notes) == (KNOWN, (UPGRADED,))
    assert IdNumber.parse_with_notes(KNOWN, ON)[1] == ()


def test_age_counts_full_years():
    number = make_id_number("370299", date(2004, 2, 29), 7, MALE)
    assert number.age_on(date(2026, 2, 28)) == 21
    assert number.age_on(date(2026, 3, 1)) == 22
    assert number.age_on(date(2024, 2, 29)) == 20


@given(numbers)
def test_a_made_number_reads_back(number):
    again = IdNumber.parse(number.value, ON)
    assert again == number
    assert again.age_on(ON) >= 0


@given(numbers, st.integers(0, 17), st.integers(1, 9))
def test_any_single_wrong_digit_is_found(number, place, shift):
    if number.value[place] == "X":
        wrong = str(shift)
    else:
        wrong = str((int(number.value[place]) + shift) % 10)
    text = number.value[:place] + wrong + number.value[place + 1 :]
    with pytest.raises(IdNumberWrong):
        IdNumber.parse(text, ON)


@given(numbers, st.integers(0, 15))
def test_two_neighbours_swapped_are_found(number, place):
    value = number.value
    swapped = value[:place] + value[place + 1] + value[place] + value[place + 2 :]
    if swapped != value:
        with pytest.raises(IdNumberWrong):
            IdNumber.parse(swapped, ON)


@given(st.text(max_size=30))
def test_tidying_twice_changes_nothing(text):
    assert tidy_id_number(tidy_id_number(text)) == tidy_id_number(text)


def scalar_verdict(text):
    try:
        number, notes = IdNumber.parse_with_notes(text, ON)
    except IdNumberWrong as wrong:
        return (tidy_id_number(text), wrong.problem, None, None, None, None)
    return (number.value, None, next(iter(notes), None), number.born_on, number.sex, number.region_code)


def _disturb(value, place, character):
    return value[:place] + character + value[place:]


nearly = st.one_of(
    numbers.map(lambda number: number.value),
    numbers.map(lambda number: number.value.lower()),
    numbers.map(lambda number: number.value[:6] + number.value[8:17]),
    st.builds(
        _disturb,
        numbers.map(lambda number: number.value),
        st.integers(0, 18),
        st.sampled_from(
            [" ", "\u3000", "\u200b", "\t", "\n", "\x1f", "'", "０", "Ｘ", "x", "A", "７", "\ufeff", "٣"]
        ),
    ),
    st.from_regex(r"\A[0-9]{17}[0-9Xx]\Z"),
    st.from_regex(r"\A370299(18|19|20)[0-9]{2}[01][0-9][0-3][0-9][0-9]{4}\Z"),
    st.from_regex(r"\A[0-9]{14}[0-9A]\Z"),
    st.text(max_size=25),
    st.none(),
)


@given(st.lists(nearly, min_size=1, max_size=12))
def test_the_column_judges_as_the_single_number_does(texts):
    frame = check_id_numbers(pl.Series(texts, dtype=pl.String), on=ON)
    assert frame.rows() == [scalar_verdict(text) for text in texts]


def test_check_characters_of_a_column():
    bodies = [make_id_number("370299", date(1980, 1, 1), n, MALE).value[:17] for n in range(200)]
    frame = pl.DataFrame({"body": bodies}).select(check_characters(pl.col("body")))
    assert frame.to_series().to_list() == [check_character(body) for body in bodies]


def test_a_hundred_thousand_rows_are_checked_as_one_column():
    texts = [
        make_id_number("370299", date(1960, 1, 1) + timedelta(days=n % 15000), n % 499, MALE).value
        for n in range(10_000)
    ]
    texts = (texts + [" " + text.lower() for text in texts] + ["bad"] * 5_000) * 4
    column = pl.Series(texts)
    assert len(column) == 100_000
    frame = check_id_numbers(column, on=ON)
    assert frame["problem"].null_count() == 80_000
