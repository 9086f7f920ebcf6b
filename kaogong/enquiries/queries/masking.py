"""Numbers of people in what somebody wrote: found, named, masked."""

import re

from kaogong.kernel.writing import FULL_WIDTH, compact, mask_digits

# Digits as people write them, with blanks or dashes between: mobile telephones, and 15 to 19 digits on end.
_PHONE = re.compile(r"(?<![0-9])1[ -]?[3-9](?:[ -]?[0-9]){9}(?![0-9])")
_LONG = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ -]?[0-9]){13,17}[ -]?[0-9Xx](?![0-9A-Za-z])")
_ID = re.compile(
    r"[1-9][0-9]{5}(?:19|20)?[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]?"
)
_PLAIN = str.maketrans(FULL_WIDTH | {"－": "-"})


def plain(text: str) -> str:
    """The text with half-width letters and digits, lines kept."""
    return text.translate(_PLAIN).replace("\r\n", "\n").strip()


def numbers_typed(text: str) -> list[str]:
    """Which kinds of numbers of people stand in the text: ``id_number``, ``phone``, ``account``; each once."""
    text, found = plain(text), []
    for match in _LONG.finditer(text):
        found.append("id_number" if _ID.fullmatch(_digits(match[0])) else "account")
    if _PHONE.search(_LONG.sub("", text)):
        found.append("phone")
    return list(dict.fromkeys(found))


def masked(text: str) -> str:
    """The text with every such number masked in the middle: 370299********1234."""
    return _PHONE.sub(_stars, _LONG.sub(_stars, plain(text)))


def _digits(text: str) -> str:
    return compact(text).replace("-", "")


def _stars(match: re.Match) -> str:
    return mask_digits(_digits(match[0]), 3, 2)
