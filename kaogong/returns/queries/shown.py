"""How figures are written: by unit and scale, as numbers for sheets and as words for sentences."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

MONEY = {"元", "fen", "分"}
HOURS = {"学时", "小时", "课时"}
PER_CENT = "%"
UNKNOWN = "—"
_SCALE = {"": 1, "wan": 10_000, "yi": 100_000_000}
_WORD = {"": "", "wan": "万", "yi": "亿"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer: words, and where it is one number, the number and how a sheet should format it."""

    text: str
    number: int | float | None = None
    number_format: str = ""


def amount(value: int, unit: str) -> Decimal:
    """A kept integer in its own unit: fen → yuan, hundredths → whole."""
    return Decimal(value) / 100 if unit in MONEY or unit in HOURS or unit == PER_CENT else Decimal(value)


def rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def shown(value: int | None, unit: str, scale: str = "") -> Shown:
    """A figure as it is printed: 12,345 or 1.23 (in 万), 45.67 for a share; a dash when unknown."""
    if value is None:
        return Shown(UNKNOWN)
    whole = amount(value, unit)
    if unit == PER_CENT:
        return Shown(f"{rounded(whole, 2)}%", float(whole / 100), "0.00%")
    if scale:
        scaled = rounded(whole / _SCALE[scale], 2)
        return Shown(f"{scaled:,}", float(scaled), "#,##0.00")
    if unit in MONEY:
        return Shown(f"{rounded(whole, 2):,}", float(whole), "#,##0.00")
    if unit in HOURS:
        return Shown(f"{whole.normalize():,f}", float(whole), "#,##0.0")
    return Shown(f"{value:,}", value, "#,##0")


def unit_words(unit: str, scale: str = "") -> str:
    """The unit as written after a number: 人次, 万元."""
    return "" if unit == PER_CENT else _WORD[scale] + ("元" if unit in MONEY else unit)


def with_unit(value: int | None, unit: str) -> str:
    """A figure with its unit, money of ten thousand yuan and more in 万元."""
    scale = "wan" if unit in MONEY and value is not None and abs(value) >= 1_000_000 else ""
    words = shown(value, unit, scale).text
    return words if value is None else words + unit_words(unit, scale)


def change_words(now: int | None, before: int | None, unit: str) -> str:
    """增长12.3%, 下降…, 持平, or why there is nothing to compare; shares change by points."""
    if now is None or before is None or (before == 0 and unit != PER_CENT):
        return "上年同期无可比数据"
    if now == before:
        return "与上年同期持平"
    if unit == PER_CENT:
        points = rounded(Decimal(abs(now - before)) / 100, 2)
        return f"比上年同期{'提高' if now > before else '降低'}{points}个百分点"
    rate = rounded(Decimal(abs(now - before)) * 100 / abs(before), 1)
    return f"比上年同期{'增长' if now > before else '下降'}{rate}%"


def change_value(now: int | None, before: int | None, unit: str) -> int | None:
    """The change in hundredths of a per cent (of a point for shares); None where there is none to state."""
    if now is None or before is None or (before == 0 and unit != PER_CENT):
        return None
    if unit == PER_CENT:
        return now - before
    return int(rounded(Decimal(now - before) * 10_000 / abs(before), 0))
