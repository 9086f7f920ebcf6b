"""Setting papers in type: facts go in as JSON, never as markup; only the bundled fonts are used."""

import json
import re
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import segno
import typst

from kaogong.kernel.errors import Refused
from kaogong.papers.facts import CertificatePaper, DecisionPaper, NoticePaper, TablePaper

TEMPLATES = Path(str(files("kaogong.papers"))) / "templates"
STANDARDS = ["a-2a", "ua-1"]
_FONT_PACKAGES = ("pylopdf_fonts_zh_cn", "manimgx_fonts_cjk")
_MISSING_GLYPH = re.compile(r"the text `\"(.+?)\"` could not be displayed")


class CharactersNotPrintable(Refused):
    """“{characters}”（{codes}）在打印字体中没有字形，不能印成方框。请登记该字的规范写法，或联系管理员补充字体。"""


def certificate_pdf(facts: CertificatePaper) -> bytes:
    """Print one certificate with a QR that opens its public verification page."""
    data = asdict(facts)
    data["qr"] = segno.make(facts.verify_url, error="m").svg_inline(border=0, dark="#1d2b3a", scale=4)
    data["issued"] = in_words(facts.issued_on)
    return set_in_type("certificate.typ", data, facts.issued_on)


def notice_pdf(facts: NoticePaper) -> bytes:
    """Print a public notice as it is put on the board."""
    data = asdict(facts)
    data |= {name: in_words(getattr(facts, f"{name}_on")) for name in ("issued", "starts", "ends")}
    return set_in_type("notice.typ", data, facts.issued_on)


def decision_pdf(facts: DecisionPaper) -> bytes:
    """Print one person's decision with every clause, fact and figure it rests on."""
    data = asdict(facts)
    data["decided"] = in_words(facts.decided_on)
    data["amount"] = "" if facts.amount_fen is None else f"¥{_yuan(facts.amount_fen)}"
    data["amount_in_words"] = "" if facts.amount_fen is None else amount_in_words(facts.amount_fen)
    return set_in_type("decision.typ", data, facts.decided_on)


def table_pdf(facts: TablePaper) -> bytes:
    """Print any list, the heading on each page."""
    return set_in_type("table.typ", asdict(facts), facts.printed_on or date(2000, 1, 1))


def in_words(day: date) -> str:
    """A date as documents write it: 2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def amount_in_words(fen: int) -> str:
    """An amount in the capital numerals of payment papers: 壹仟贰佰叁拾肆元伍角陆分."""
    if fen < 0:
        return "负" + amount_in_words(-fen)
    yuan, rest = divmod(fen, 100)
    jiao, cents = divmod(rest, 10)
    words = _integer_in_words(yuan) + "元" if yuan else ""
    if jiao:
        words += _CAPITALS[jiao] + "角"
    elif cents and yuan:
        words += "零"
    if cents:
        return words + _CAPITALS[cents] + "分"
    return (words or "零元") + "整"


_CAPITALS = "零壹贰叁肆伍陆柒捌玖"


def _integer_in_words(number: int) -> str:
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    words, gap = "", False
    for place in reversed(range(len(groups))):
        group = groups[place]
        if not group:
            gap = bool(words)
            continue
        if words and (gap or group < 1000):
            words += "零"
        words += _four_digits(group) + ("", "万", "亿", "万亿")[place]
        gap = False
    return words


def _four_digits(number: int) -> str:
    words, gap = "", False
    for unit, name in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = number // unit % 10
        if digit:
            words += ("零" if gap and words else "") + _CAPITALS[digit] + name
            gap = False
        else:
            gap = True
    return words


def _yuan(fen: int) -> str:
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100:,}.{fen % 100:02d}"


@cache
def printing_fonts() -> typst.Fonts:
    """The bundled fonts, and no others."""
    folders = []
    for package in _FONT_PACKAGES:
        found = find_spec(package)
        if found and found.submodule_search_locations:
            folders += list(found.submodule_search_locations)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def set_in_type(template: str, data: dict[str, Any], day: date) -> bytes:
    """A template set with these data; the same data and day give the same bytes."""
    compiler = typst.Compiler(
        input=str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=printing_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, default=str)},
    )
    # The paper's own date, not the clock's: the same facts give the same bytes on any day.
    stamp = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    try:
        pdf = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=stamp)
    except typst.TypstError as fault:
        missing = _MISSING_GLYPH.findall(str(fault))
        if not missing:
            raise
        characters = "".join(dict.fromkeys("".join(missing)))
        codes = " ".join(f"U+{ord(character):04X}" for character in characters)
        raise CharactersNotPrintable(characters=characters, codes=codes) from fault
    return bytes(pdf)
