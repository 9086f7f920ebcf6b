"""Figures on pages: how a number is written by its unit, and what a table of them says in one sentence."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from kaogong.kernel.money import yuan
from kaogong.planning.queries import in_words
from kaogong.web.parts.values import in_english

MONEY_UNITS = ("元", "万元", "fen")
SHARE_UNITS = ("%", "百分比")
HOURS_UNITS = ("学时", "课时", "小时")
TIMES = ("month", "quarter", "year")


def kind_of(unit: str) -> str:
    """money (whole fen), share (hundredths of a per cent), hours (hundredths) or count."""
    if unit in SHARE_UNITS:
        return "share"
    if unit.startswith(MONEY_UNITS):
        return "money"
    return "hours" if unit in HOURS_UNITS else "count"


def written(value: int | None, unit: str) -> str:
    """A figure without its unit: ¥1,234.56, 92.3%, 79.5, 12,345; an em dash where nobody can know it."""
    if value is None:
        return "—"
    kind = kind_of(unit)
    if kind == "money":
        return yuan(value)
    if kind == "share":
        return f"{Decimal(value) / 100:.2f}%"
    if kind == "hours":
        return f"{(Decimal(value) / 100):,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}"


def unit_words(unit: str) -> str:
    """The unit behind a count; money and shares carry their own sign."""
    return gettext(unit) if kind_of(unit) in ("count", "hours") and unit else ""


def told(value: int | None, unit: str) -> str:
    """A figure with its unit: 1,234 人次."""
    if value is None:
        return gettext("无法计算")
    return f"{written(value, unit)} {unit_words(unit)}".strip()


def figure_words(value: int | None, unit: str) -> str:
    """A figure of plans and targets in the reader's language: 1,234人次; an em dash where there is none yet."""
    if value is None or kind_of(unit) != "count":
        return in_words(value, unit)
    return f"{value:,}{' ' if in_english() else ''}{gettext(unit)}"


def plain(value: int | None, unit: str) -> int | float | None:
    """A figure as a chart or another program reads it: yuan, per cent, hours or a count."""
    if value is None:
        return None
    return value if kind_of(unit) == "count" else float(Decimal(value) / 100)


def sheet_kind(unit: str) -> str:
    """The column's kind in a spreadsheet."""
    return {"money": "money", "share": "percent", "hours": "decimal", "count": "integer"}[kind_of(unit)]


def in_sheet(value: int | None, unit: str) -> Any:
    """A figure as the sheet's column takes it: fen for money, a fraction for a share."""
    if value is None:
        return None
    kind = kind_of(unit)
    if kind == "share":
        return Decimal(value) / 10_000
    return Decimal(value) / 100 if kind == "hours" else value


def part_of(value: int | None, total: int | None) -> str:
    """How much of the whole a part is, to a tenth of a per cent; nothing where there is no whole."""
    if not total or value is None:
        return ""
    return f"{Decimal(value) * 100 / Decimal(total):.1f}%"


def change(now: int | None, before: int | None, unit: str) -> str:
    """How a figure stands against the year before: points for a share, per cent for the rest."""
    if now is None or before is None:
        return ""
    if kind_of(unit) == "share":
        moved = Decimal(now - before) / 100
        words = gettext("比上年同期 {sign}{points:.2f} 个百分点")
        return words.format(sign="+" if moved > 0 else "", points=moved)
    if not before:
        return ""
    moved = Decimal(now - before) * 100 / Decimal(before)
    return gettext("比上年同期 {sign}{rate:.1f}%").format(sign="+" if moved > 0 else "", rate=moved)


def finding(
    name: str, rows: Sequence[tuple[str, int | None]], *, unit: str, dimension: str, adds_up: bool
) -> str:
    """What a table shows, in one sentence: where it is most, and how much of the whole that is."""
    known = [(label, value) for label, value in rows if value is not None]
    if not known:
        return gettext("{name}：没有可以计算的数").format(name=name)
    most = max(known, key=lambda one: one[1])
    if len(known) == 1:
        return _sentence(name, gettext("{label} {value}"), most, unit)
    least = min(known, key=lambda one: one[1])
    if most[1] == least[1]:
        return gettext("{name}：各项相同，都是 {value}").format(name=name, value=told(most[1], unit))
    if kind_of(unit) == "share":
        return gettext("{name}：{top} 最高 {high}，{bottom} 最低 {low}").format(
            name=name, top=most[0], high=told(most[1], unit), bottom=least[0], low=told(least[1], unit)
        )
    if dimension in TIMES:
        return _sentence(name, gettext("{label} 最多，{value}"), most, unit)
    whole = sum(value for _label, value in known if value > 0) if adds_up else 0
    if whole and most[1] > 0:
        words = gettext("{name}：{label} 最多，{value}，占 {part}")
        return words.format(name=name, label=most[0], value=told(most[1], unit), part=part_of(most[1], whole))
    return _sentence(name, gettext("{label} 最多，{value}"), most, unit)


def _sentence(name: str, words: str, one: tuple[str, int], unit: str) -> str:
    between = ": " if in_english() else "："
    return name + between + words.format(label=one[0], value=told(one[1], unit))
