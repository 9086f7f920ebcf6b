"""Amount kinds: from a person's figures and a dated rate to fen, with the working.

Rounding: each line is worked out exactly and rounded once, at its end, to whole fen, half up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kaogong.rules import vocabulary
from kaogong.rules.decision import Line
from kaogong.rules.wording import yuan


@dataclass(frozen=True, slots=True)
class Worked:
    """The result: a line, or what is missing (facts by name, or a rate in words)."""

    line: Line | None = None
    missing_facts: tuple[str, ...] = ()
    missing_rate: tuple[str, str] = ("", "")
    read: tuple[str, ...] = ()


def half_up(numerator: int, denominator: int) -> int:
    """A quotient of whole numbers ≥ 0, rounded half up."""
    return (2 * numerator + denominator) // (2 * denominator)


def rate_table(figures: dict[str, Any], rate: Any, mark: tuple[str, str]) -> Worked:
    """A fixed sum per person by certificate kind and level; an occupation's own table comes first."""
    read = ("certificate_kind", "certificate_level", "certificate_occupation_code")
    missing = tuple(name for name in read if figures[name] is None)
    if missing:
        return Worked(missing_facts=missing, read=read)
    kind, level, occupation = (figures[name] for name in read)
    kind_word, level_word = vocabulary.CERTIFICATE_KINDS[kind], vocabulary.LEVELS[level]
    if rate is None:
        return Worked(
            missing_rate=(
                f"{kind_word.label} {level_word.label}",
                f"{kind_word.label_en}, {level_word.label_en}",
            ),
            read=read,
        )
    own = rate.get("occupations", {}).get(occupation, {}).get(kind, {}).get(str(level))
    fen = own if own is not None else rate.get("kinds", {}).get(kind, {}).get(str(level))
    if fen is None:
        return Worked(
            missing_rate=(
                f"{kind_word.label} {level_word.label}",
                f"{kind_word.label_en}, {level_word.label_en}",
            ),
            read=read,
        )
    special, special_en = (
        (f"（{occupation} 专项标准）", f" (occupation {occupation})") if own is not None else ("", "")
    )
    return Worked(
        Line(
            f"{kind_word.label} {level_word.label}{special}：{yuan(fen)} 元/人{mark[0]}",
            f"{kind_word.label_en}, {level_word.label_en}{special_en}: {yuan(fen)} yuan{mark[1]}",
            fen,
        ),
        read=read,
    )


def _per(figure: str, unit: str, unit_en: str) -> Callable[[dict[str, Any], Any, tuple[str, str]], Worked]:
    def per_unit(figures: dict[str, Any], rate: Any, mark: tuple[str, str]) -> Worked:
        count = figures[figure]
        if count is None:
            return Worked(missing_facts=(figure,), read=(figure,))
        if rate is None:
            return Worked(missing_rate=(f"每{unit}标准", f"rate per {unit_en}"), read=(figure,))
        fen = half_up(count * rate, 100)
        shown = f"{count // 100}.{count % 100:02d}".rstrip("0").rstrip(".")
        return Worked(
            Line(
                f"{shown} {unit} × {yuan(rate)} 元/{unit}{mark[0]} = {yuan(fen)} 元",
                f"{shown} {unit_en}s × {yuan(rate)} yuan{mark[1]} = {yuan(fen)} yuan",
                fen,
            ),
            read=(figure,),
        )

    per_unit.__doc__ = f"A rate for each attended {unit_en}."
    return per_unit


@dataclass(frozen=True, slots=True)
class AmountKind:
    """One way to reach a sum: its function, the unit its rate must carry, and whether that is a table."""

    work: Callable[[dict[str, Any], Any, tuple[str, str]], Worked]
    unit: str
    table: bool
    label: str
    label_en: str


AMOUNT_KINDS = {
    "rate_table": AmountKind(
        rate_table, "元/人", True, "按证书种类和等级定额", "fixed by certificate kind and level"
    ),
    "per_hour": AmountKind(
        _per("hours_attended", "学时", "hour"), "元/学时", False, "按实到学时", "per attended hour"
    ),
    "per_day": AmountKind(
        _per("days_attended", "天", "day"), "元/天", False, "按实到天数", "per attended day"
    ),
}
