"""Figures as readers see them, in Chinese and English; only for sentences, never for comparing."""

from __future__ import annotations

from datetime import date
from typing import Any

from kaogong.rules import vocabulary
from kaogong.rules.facts import Earlier

_CODED = {
    "certificate_kind": vocabulary.CERTIFICATE_KINDS,
    "paid_first_by": vocabulary.PAYEES,
    "tier": vocabulary.TIERS,
    "stage": vocabulary.STAGES,
}


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals and thousands separators: 120000 -> 1,200.00."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def figure_words(name: str, value: Any, labels: dict[str, tuple[str, str]], english: bool = False) -> str:
    """A figure inside a line of working: ``fen`` in yuan, the rest as ``shown``."""
    if name == "fen" and isinstance(value, int):
        return yuan(value)
    return shown(name, value, labels, english)


def shown(name: str, value: Any, labels: dict[str, tuple[str, str]], english: bool = False) -> str:
    """One figure or value in words; ``labels`` gives the group catalogue's labels."""
    side = 1 if english else 0
    if value is None:
        return "unknown" if english else "未知"
    if isinstance(value, bool):
        return (("是", "否"), ("yes", "no"))[side][0 if value else 1]
    if isinstance(value, date):
        return value.isoformat()
    if name.endswith("_fen"):
        return yuan(value)
    if name.startswith(("hours_", "days_")):
        return f"{value // 100}.{value % 100:02d}".rstrip("0").rstrip(".")
    if name in ("certificate_level", "class_level"):
        return vocabulary.LEVELS[value][side]
    if name == "levels":
        return ("、", ", ")[side].join(vocabulary.LEVELS[item][side] for item in value)
    if name in _CODED:
        return _CODED[name][value][side]
    if isinstance(value, list | tuple):
        value = [in_words(item, english) if isinstance(item, Earlier) else item for item in value]
        words = [labels[item][side] if item in labels else _kind(item, side) for item in value]
        return ("、", ", ")[side].join(words) or ("无", "none")[side]
    return str(value)


def _kind(item: Any, side: int) -> str:
    for words in (vocabulary.CERTIFICATE_KINDS, vocabulary.TIERS, vocabulary.STAGES):
        if item in words:
            return words[item][side]
    return str(item)


def plain(value: Any) -> Any:
    """A figure as a JSON word."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [item.to_dict() if isinstance(item, Earlier) else item for item in value]
    return value


def in_words(earlier: Earlier, english: bool = False) -> str:
    """One earlier subsidy as a reader wants it: occupation, level, date, standing, sum, reference."""
    side = 1 if english else 0
    level = vocabulary.LEVELS[earlier.level][side]
    status = vocabulary.SUBSIDY_STATUSES[earlier.status][side]
    money = f" ¥{yuan(earlier.amount_fen)}" if earlier.amount_fen else ""
    day = earlier.event_on.isoformat()
    return f"{earlier.occupation_code} {level} {day} {status}{money} {earlier.reference}"
