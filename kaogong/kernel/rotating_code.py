"""Codes that change every few seconds and prove when they were shown: HMAC-SHA256 over a place and a window.

A window is the number of whole periods since 1970. A token carries the place's number, the window and the first
12 bytes of the HMAC; the code to type is 40 bits of the same in Crockford's base 32, which has no I, L, O or U.
Nothing is kept: whoever has the key can check any code of any window.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_AS_TYPED = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "-": None, " ": None, "　": None})
_PROOF = 12
SHORT_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a token says of itself, not yet believed."""

    place: int
    window: int
    proof: bytes


def window_of(at: datetime, seconds: int) -> int:
    """The window an instant lies in."""
    return int(at.timestamp()) // seconds


def begins_at(window: int, seconds: int) -> datetime:
    """The first instant of a window."""
    return datetime.fromtimestamp(window * seconds, tz=UTC)


def key_for(secret: bytes, place: int) -> bytes:
    """A place's own key, so that one place's codes say nothing of another's."""
    return hmac.digest(secret, b"kaogong.rotating_code\0" + str(place).encode(), "sha256")


def token(key: bytes, place: int, window: int) -> str:
    """The text for a square code: about thirty characters that need no escaping in an address."""
    packed = bytes([1]) + _number(place) + _number(window) + _proof(key, place, window)
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def claimed(text: str) -> Claimed | None:
    """What a token says, or None when it is not one."""
    try:
        packed = base64.b64decode(
            text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, UnicodeEncodeError):
        return None
    numbers, place = [], 1
    for _ in range(2):
        size = packed[place] if place < len(packed) else 0
        numbers.append(int.from_bytes(packed[place + 1 : place + 1 + size]))
        place += 1 + size
        if not 1 <= size <= 8:
            return None
    if packed[:1] != b"\x01" or len(packed) != place + _PROOF:
        return None
    return Claimed(numbers[0], numbers[1], packed[place:])


def is_proven(key: bytes, said: Claimed) -> bool:
    """Whether the key signed what a token says; takes as long whether or not it did."""
    return hmac.compare_digest(_proof(key, said.place, said.window), said.proof)


def short_code(key: bytes, place: int, window: int) -> str:
    """The same window in eight characters a person can type."""
    bits = int.from_bytes(_proof(key, place, window, b"short")[:5])
    return "".join(_ALPHABET[bits >> shift & 31] for shift in range(35, -1, -5))


def tidy_short(text: str) -> str:
    """A typed code as it was meant: capitals, without spaces, O for 0 and I for 1 forgiven."""
    return text.upper().translate(_AS_TYPED)


def window_typed(key: bytes, place: int, text: str, first: int, last: int) -> int | None:
    """Which window from first to last a typed code belongs to, the latest if several; None when none."""
    typed = tidy_short(text).encode(errors="replace")
    found = None
    for window in range(first, last + 1):
        if hmac.compare_digest(short_code(key, place, window).encode(), typed):
            found = window
    return found


def _proof(key: bytes, place: int, window: int, use: bytes = b"token") -> bytes:
    return hmac.digest(key, b"%s\0%d\0%d" % (use, place, window), "sha256")[:_PROOF]


def _number(value: int) -> bytes:
    size = max(1, (value.bit_length() + 7) // 8)
    return bytes([size]) + value.to_bytes(size)
