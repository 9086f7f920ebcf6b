"""Numbers in sentences: each linked to the cell it states, or flagged as typed by hand."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from .shown import MONEY, PER_CENT, amount, rounded

_NUMBER = re.compile(r"(?<![\dA-Za-z.])(\d[\d,，]*(?:\.\d+)?)\s*(万|亿)?\s*(个百分点|[%％]|元|[一-鿿])?")
# What looks like a number and states no figure: days, ordinals, papers, list marks.
_NOT_FIGURES = re.compile(
    r"\d{4}\s*[-—至到]\s*\d{4}年|\d{4}年(?:度|底|末|初)?|\d{1,2}月(?:份)?|\d{1,2}日|\d{4}-\d{2}-\d{2}|第\d+[一-鿿]?"
    r"|[〔\[（(]\d{4}[〕\]）)]|\d+号|(?m:^)\s*\d{1,2}[.．、]|[“\"]十[一二三四五]五[”\"]|[A-Za-z][\w.]*\d+"
)
_SCALES = {"": 1, "万": 10_000, "亿": 100_000_000}


def numbers_in(text: str) -> list[tuple[int, int, str, str, str]]:
    """Every figure stated in a text: (start, end, digits, scale, what follows)."""
    taken = [match.span() for match in _NOT_FIGURES.finditer(text)]
    found = []
    for match in _NUMBER.finditer(text):
        start, end = match.start(), match.end(2) if match[2] else match.end(1)
        if any(start < last and first < end for first, last in taken):
            continue
        follows = match[3] or ""
        if follows in ("%", "％", "个百分点"):
            end = match.end(3)
        found.append(
            (start, end, match[1], match[2] or "", text[match.end(2) if match[2] else match.end(1) :][:4])
        )
    return found


def linked(
    text: str, cells: Mapping[str, Mapping[str, Any]], prefer: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """The numbers of a text: where they stand, and the cell each states; ``cell`` "" when typed by hand.

    Where several cells hold the same number, one of ``prefer`` is taken first, in its order, each once.
    """
    preferred = [key for key in prefer if key in cells]
    links = []
    for start, end, digits, scale, follows in numbers_in(text):
        key = next((key for key in preferred if _states(cells[key], digits, scale, follows)), "")
        if key:
            preferred.remove(key)
        else:
            key = next((key for key, cell in cells.items() if _states(cell, digits, scale, follows)), "")
        links.append({"start": start, "end": end, "cell": key})
    return links


def _states(cell: Mapping[str, Any], digits: str, scale: str, follows: str) -> bool:
    """Whether these digits, rounded as they are written, are the cell's value in the unit that follows."""
    if cell["value"] is None:
        return False
    unit = cell["unit"]
    follows = follows.strip()
    told = Decimal(digits.replace(",", "").replace("，", ""))
    places = -told.as_tuple().exponent if "." in digits else 0
    is_share = follows.startswith(("%", "％", "个百分点"))
    if unit == PER_CENT:
        value = abs(amount(cell["value"], unit))
        return is_share and rounded(value, places) == told
    if is_share or (unit in MONEY) != follows.startswith("元"):
        return False
    if unit not in MONEY and unit and not follows.startswith(unit):
        return False
    whole = amount(cell["value"], unit) / _SCALES[scale]
    if not scale and unit not in MONEY and places == 0:
        return whole == told
    return rounded(whole, places) == told


def pieces(text: str, links: list[Mapping[str, Any]]) -> list[tuple[str, str | None]]:
    """The text cut at its numbers: (words, None), (number, its cell's key or "")."""
    found, at = [], 0
    for link in links:
        found += [(text[at : link["start"]], None), (text[link["start"] : link["end"]], link["cell"])]
        at = link["end"]
    return [piece for piece in [*found, (text[at:], None)] if piece[0]]


def paragraphs(texts: Iterable[str], cells: Mapping[str, Any], prefer: Iterable[str] = ()) -> list[dict]:
    """Paragraphs as they are kept: words and the numbers in them."""
    prefer = list(prefer)
    return [{"text": text, "links": linked(text, cells, prefer)} for text in texts if text.strip()]


def typed_by_hand(kept: Iterable[Mapping[str, Any]]) -> list[str]:
    """The numbers no cell states."""
    return [
        part["text"][link["start"] : link["end"]]
        for part in kept
        for link in part["links"]
        if not link["cell"]
    ]
