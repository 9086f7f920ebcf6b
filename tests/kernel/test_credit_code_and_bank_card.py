"""Credit codes and bank cards: check symbols, named problems, single errors found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaogong.kernel import bank_card, credit_code
from kaogong.kernel.bank_card import BankCard, BankCardWrong, make_bank_card
from kaogong.kernel.credit_code import ALPHABET, CreditCode, CreditCodeWrong, make_credit_code

HUAWEI = "914403001922038216"  # a public company's published code

codes = st.builds(
    make_credit_code,
    st.sampled_from(["91", "52", "12", "51", "92", "93"]),
    st.sampled_from(["370299", "370211", "510700"]),
    st.integers(0, 31**8 - 1),
)
cards = st.builds(make_bank_card, st.just("990000"), st.integers(1, 10**12 - 1))


def test_a_published_code_is_accepted():
    code = CreditCode.parse(" 9144 0300 1922 0382 16 ")
    assert code.value == HUAWEI
    assert (code.kind_label, code.region_code, code.organisation_code) == ("企业", "440300", "192203821")


@given(codes)
def test_a_made_code_reads_back(code):
    assert CreditCode.parse(code.value.lower()) == code


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_single_wrong_symbol_is_found(code, place, symbol):
    text = code.value[:place] + symbol + code.value[place + 1 :]
    if text != code.value:
        with pytest.raises(CreditCodeWrong):
            CreditCode.parse(text)


def _with_check(body):
    return body + credit_code.check_symbol(body)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", credit_code.CreditCodeMissing),
        (HUAWEI[:-1], credit_code.CreditCodeLength),
        ("91440300I922038216", credit_code.CreditCodeSymbol),
        ("D1" + HUAWEI[2:], credit_code.CreditCodeAuthority),
        ("91A4" + HUAWEI[4:], credit_code.CreditCodeRegion),
        (HUAWEI[:-1] + "5", credit_code.CreditCodeChecksum),
        (_with_check(HUAWEI[:16] + "2"), credit_code.CreditCodeOrganisation),
    ],
)
def test_each_problem_of_a_code_has_its_name(text, wrong):
    with pytest.raises(wrong) as caught:
        CreditCode.parse(text)
    assert type(caught.value) is wrong
    assert "{" not in caught.value.message


@given(cards)
def test_a_made_card_reads_back(card):
    spaced = " ".join(card.value[n : n + 4] for n in range(0, 19, 4))
    assert BankCard.parse(spaced) == card
    assert card.masked == "9900" + "*" * 11 + card.value[-4:]
    assert card.value not in repr(card)


@given(cards, st.integers(0, 18), st.integers(1, 9))
def test_any_single_wrong_digit_of_a_card_is_found(card, place, shift):
    wrong = str((int(card.value[place]) + shift) % 10)
    with pytest.raises(BankCardWrong):
        BankCard.parse(card.value[:place] + wrong + card.value[place + 1 :])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (None, bank_card.BankCardMissing),
        ("6222021234567890A", bank_card.BankCardDigits),
        ("62220212345", bank_card.BankCardLength),
        ("0000000000000000", bank_card.BankCardChecksum),
        ("4111111111111112", bank_card.BankCardChecksum),
    ],
)
def test_each_problem_of_a_card_has_its_name(text, wrong):
    with pytest.raises(wrong) as caught:
        BankCard.parse(text)
    assert "{" not in caught.value.message


def test_a_well_known_test_card_passes():
    assert BankCard.parse("4111 1111 1111 1111").value == "4111111111111111"
