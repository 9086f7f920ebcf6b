"""Codes that change: made and read back, and nothing else is believed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaogong.kernel import rotating_code as codes
from kaogong.kernel.distance import metres_between

places = st.integers(0, 2**63 - 1)
windows = st.integers(0, 2**40)
secrets = st.binary(min_size=32, max_size=32)


@given(secrets, places, windows)
def test_token_is_read_back_and_proven_by_its_own_key_alone(secret, place, window):
    key = codes.key_for(secret, place)
    said = codes.claimed(codes.token(key, place, window))
    assert (said.place, said.window) == (place, window) and codes.is_proven(key, said)
    assert not codes.is_proven(codes.key_for(secret, place + 1), said)
    moved = codes.Claimed(place, window + 1, said.proof)
    assert not codes.is_proven(key, moved)


@given(st.text(max_size=60))
def test_any_text_is_a_token_or_nothing(text):
    said = codes.claimed(text)
    assert said is None or not codes.is_proven(codes.key_for(b"k" * 32, said.place), said)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_token_or_nothing(data):
    import base64

    codes.claimed(base64.urlsafe_b64encode(data).rstrip(b"=").decode())


def test_token_is_short_enough_for_a_coarse_square():
    key = codes.key_for(b"k" * 32, 20_000_000)
    assert len(codes.token(key, 20_000_000, 60_000_000)) <= 32


@given(secrets, places, st.integers(100, 2**40))
def test_short_code_is_found_among_windows_and_forgiven_its_writing(secret, place, window):
    key = codes.key_for(secret, place)
    code = codes.short_code(key, place, window)
    assert len(code) == codes.SHORT_LENGTH and not set(code) & set("ILOU")
    typed = f" {code[:4].lower()}-{code[4:]} "
    assert codes.window_typed(key, place, typed, window - 3, window + 3) == window
    assert codes.window_typed(key, place, typed, window + 1, window + 3) is None


@pytest.mark.parametrize(
    ("typed", "meant"), [("o0il", "0011"), (" ab　cd-12 ", "ABCD12"), ("u", "V"), ("", "")]
)
def test_tidy_short(typed, meant):
    assert codes.tidy_short(typed) == meant


def test_windows_follow_each_other():
    at = datetime(2026, 6, 1, 9, 0, 1, tzinfo=UTC)
    window = codes.window_of(at, 30)
    assert codes.begins_at(window, 30) <= at < codes.begins_at(window + 1, 30)
    assert codes.window_of(at + timedelta(seconds=30), 30) == window + 1


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        ((36.07, 120.38), (36.07, 120.38), 0),
        ((36.0, 120.0), (37.0, 120.0), 111_195),
        ((0.0, 179.9999), (0.0, -179.9999), 22),
        ((90.0, 0.0), (90.0, 120.0), 0),
        ((0.0, 0.0), (0.0, 180.0), 20_015_114),
    ],
)
def test_metres_between(one, other, metres):
    assert metres_between(*one, *other) == pytest.approx(metres, abs=5)
