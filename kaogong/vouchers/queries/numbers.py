"""Numbers of vouchers: nobody can guess one, and a slip of the pen is told from a forgery."""

import secrets

from kaogong.kernel.writing import compact

# No letter that is taken for a digit; 31 is prime, so one wrong sign or two swapped are always noticed.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXY"
LENGTH = 12
_VALUES = {sign: value for value, sign in enumerate(ALPHABET)}


def new_number() -> str:
    """A number nobody can guess: eleven signs by chance (54 bits) and one to check them."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return drawn + _check(drawn)


def tidy_number(text: str) -> str:
    """A number as it is kept, however it was typed."""
    return compact(text).upper().replace("-", "")


def is_well_formed(number: str) -> bool:
    """Whether the signs fit their check sign."""
    return len(number) == LENGTH and set(number) <= set(_VALUES) and _check(number[:-1]) == number[-1]


def shown(number: str) -> str:
    """In groups of four, to be read aloud."""
    return " ".join(number[start : start + 4] for start in range(0, LENGTH, 4))


def _check(signs: str) -> str:
    return ALPHABET[sum((place + 2) * _VALUES[sign] for place, sign in enumerate(signs)) % len(ALPHABET)]
