"""Written text as people really send it: tidied without harm, and masked for the public."""

import re
import unicodedata

# Kept explicit (not \s, not NFKC as a whole) so that scalar and columnar code agree to the character,
# and so that rare Han characters, full-width brackets and Chinese punctuation come through untouched.
BLANKS = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
INVISIBLES = (
    "\xad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c"
    "\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
FULL_WIDTH = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F) if chr(code).isalnum()}
_DOTS = "•・･‧∙⋅"
_KANGXI = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_TIDY = str.maketrans(
    FULL_WIDTH | _KANGXI | dict.fromkeys(_DOTS, "·") | dict.fromkeys(BLANKS, " ") | dict.fromkeys(INVISIBLES)
)
_COMPACT = str.maketrans(FULL_WIDTH | dict.fromkeys(BLANKS + INVISIBLES))
_DECIMAL_POINT = re.compile(r"(?<=[0-9])．(?=[0-9])")
_HAN = r"[\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·]"
_SPACE_IN_NAME = re.compile(rf"(?<={_HAN}) (?={_HAN})")


def tidy(text: str | None) -> str:
    """Return the text with half-width letters and digits, single inner spaces and one kind of name dot."""
    if not text:
        return ""
    plain = _DECIMAL_POINT.sub(".", text.translate(_TIDY)).replace("．", "·")
    return " ".join(plain.split())


def tidy_name(text: str | None) -> str:
    """Tidy a person's or body's name; blanks set between Han characters for alignment go too."""
    return _SPACE_IN_NAME.sub("", tidy(text))


def compact(text: str | None) -> str:
    """Return a code as typed, without any blank or invisible character and in half-width."""
    return (text or "").translate(_COMPACT)


def whole_number(text: str, most: int) -> int | None:
    """The whole number of these digits alone, None where it is none or more than ``most``, however many they are."""
    digits = text.lstrip("0") or text[:1]
    return (
        int(digits) if digits.isdecimal() and len(digits) <= len(str(most)) and int(digits) <= most else None
    )


def mask_name(name: str) -> str:
    """Mask a name for publication: 王小明 → 王*明, 王明 → 王*, 阿里木·买买提 → 阿里木·***."""
    name = tidy_name(name)
    first, dot, rest = name.partition("·")
    if dot and first:
        return first + dot + "*" * len(rest)
    if len(name) <= 1:
        return "*" * len(name)
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_digits(text: str, head: int = 3, tail: int = 4) -> str:
    """Mask the middle of a number, keeping ``head`` and ``tail`` characters; short ones go whole."""
    text = compact(text)
    hidden = len(text) - head - tail
    if hidden <= 0:
        return "*" * len(text)
    return text[:head] + "*" * hidden + text[len(text) - tail :]
