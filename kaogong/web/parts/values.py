"""Numbers and facts of the rulebook in words, whatever their shape, in the reader's language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext

from kaogong.catalog import queries as catalog
from kaogong.catalog.queries import in_english
from kaogong.claims.queries import rulebook
from kaogong.kernel.errors import Refused
from kaogong.kernel.money import yuan
from kaogong.rules import CERTIFICATE_KINDS, LEVELS, MEASURES, Earlier, Resolved, Scheme
from kaogong.rules.vocabulary import PAYEES, STAGES, SUBSIDY_STATUSES, TIERS, UNITS
from kaogong.rules.wording import shown

NOT_PUBLISHED, ILLUSTRATIVE, UNVERIFIED, STATED = "unset", "illustrative", "unverified", "stated"
_OCCUPATION = re.compile(r"(?<![\d-])\d-\d{2}-\d{2}-\d{2}(?![\d-])")
_SCHEME = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")


def listed(words) -> str:
    """Words one after another."""
    return (", " if in_english() else "、").join(words)


def named(text: str) -> str:
    """A sentence of the rules with the names of the occupations and schemes it tells by code."""
    text = _OCCUPATION.sub(lambda code: catalog.occupation_name(code.group()), text or "")
    return _SCHEME.sub(lambda code: scheme_name(code.group()), text) if "_" in text else text


def scheme_name(code: str) -> str:
    """A scheme's name, or its code where the rulebook no longer knows it."""
    labels = rulebook().scheme_labels.get(code)
    return labels[in_english()] if labels else code


def region_name(code: str) -> str:
    """A region of the rulebook in the reader's language."""
    here = rulebook().at(code, date.max)
    return here.label_en if in_english() else here.label


def region_names() -> list[tuple[str, str]]:
    """Every region of the rulebook by code, with its name."""
    return [(code, region_name(code)) for code in rulebook().regions]


def payee_name(payee: str) -> str:
    return PAYEES[payee][in_english()] if payee in PAYEES else payee


def certainty(value: Resolved) -> str:
    """How much a number may be relied on."""
    if value.value is None:
        return NOT_PUBLISHED
    if value.illustrative:
        return ILLUSTRATIVE
    return STATED if value.verified else UNVERIFIED


def unit_words(unit: str) -> str:
    word = UNITS.get(unit)
    return (word.label_en if in_english() else word.label) if word else unit


def _shape(unit: str) -> str:
    return UNITS[unit].shape if unit in UNITS else ""


def value_words(value: Any, unit: str) -> str:
    """One number in a line; a table is told by its range."""
    if value is None:
        return gettext("文件未给出")
    if isinstance(value, Mapping):
        figures = sorted({figure for table in value_tables(value, unit) for *_, figure in table.rows})
        if not figures:
            return "—"
        told = [_figure(figure, unit) for figure in (figures[0], figures[-1])]
        return told[0] if len(figures) == 1 else f"{told[0]} – {told[1]}"
    if isinstance(value, list | tuple):
        return listed(_member(item, unit) for item in value) or gettext("无")
    if _shape(unit) == "money" or (unit.startswith("元") and isinstance(value, int)):
        return f"{yuan(value)}{_per(unit)}"
    return f"{value} {unit_words(unit)}"


def _per(unit: str) -> str:
    """What a sum is for: " /人", or nothing for a plain sum."""
    label = unit_words(unit)
    if in_english():
        return label.removeprefix("yuan")
    return f" {label.removeprefix('元')}" if label != "元" else ""


def _figure(figure: int, unit: str) -> str:
    return f"{figure}%" if unit.startswith("%") else yuan(figure)


def _member(item: Any, unit: str) -> str:
    side = in_english()
    if _shape(unit) == "levels" and item in LEVELS:
        return LEVELS[item][side]
    for words in (CERTIFICATE_KINDS, TIERS, STAGES):
        if item in words:
            return words[item][side]
    if item in rulebook().groups:
        group = rulebook().groups[item]
        return group.label_en if side else group.label
    return named(str(item))


@dataclass(frozen=True, slots=True)
class ValueTable:
    """One table of a value: its title and (group, label, figure) rows; ``group`` is "" where there is one key."""

    title: str
    rows: list[tuple[str, str, int]]
    is_percent: bool


def value_tables(value: Any, unit: str) -> list[ValueTable]:
    """A value by tier, stage, score, or certificate kind and level, as tables; [] for a plain number."""
    if not isinstance(value, Mapping):
        return []
    shape, percent = _shape(unit), unit.startswith("%")
    if shape == "rates":
        parts = [
            (gettext("一般职业"), value.get("kinds", {})),
            (gettext("紧缺职业"), value.get("shortage", {})),
        ]
        parts += [
            (catalog.occupation_name(code), table) for code, table in value.get("occupations", {}).items()
        ]
        return [ValueTable(title, _by_level(table), percent) for title, table in parts if table]
    words = {"by_tier": TIERS, "by_stage": STAGES}.get(shape)
    rows = [
        ("", words[key][in_english()] if words and key in words else _band(key, value, shape), figure)
        for key, figure in value.items()
        if isinstance(figure, int)
    ]
    return [ValueTable("", rows, percent)] if rows else []


def _by_level(table: Mapping[str, Mapping[str, int]]) -> list[tuple[str, str, int]]:
    side = in_english()
    return [
        (_member(kind, "证书种类"), LEVELS[int(level)][side] if int(level) in LEVELS else level, figure)
        for kind, levels in table.items()
        for level, figure in sorted(levels.items(), reverse=True)
    ]


def _band(key: str, value: Mapping[str, int], shape: str) -> str:
    """A score band as from – to."""
    if shape != "bands":
        return named(key)
    above = sorted(int(floor) for floor in value if int(floor) > int(key))
    if not above:
        return gettext("{from_score} 分以上").format(from_score=key)
    return gettext("{from_score}–{to_score} 分").format(from_score=key, to_score=above[0] - 1)


def plotted(value: Any, unit: str) -> float | None:
    """The number as a chart draws it, money in yuan; None for tables and lists."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value / 100 if _shape(unit) == "money" else float(value)


def fact_words(name: str, value: Any) -> str:
    """One figure a decision was judged on, in words."""
    english = in_english()
    if value is not None and name.endswith("_occupation_code"):
        return catalog.occupation_name(value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return gettext("；").join(earlier_words(Earlier.from_dict(item)) for item in value)
    groups = {g.code: (g.label, g.label_en) for g in rulebook().groups.values()}
    return named(shown(name, value, groups, english))


def earlier_words(earlier: Earlier) -> str:
    """One earlier subsidy: occupation, level, day, standing, sum and reference."""
    side = in_english()
    words = [
        catalog.occupation_name(earlier.occupation_code),
        LEVELS[earlier.level][side],
        (earlier.paid_on or earlier.event_on).isoformat(),
        SUBSIDY_STATUSES[earlier.status][side],
    ]
    if earlier.amount_fen:
        words.append(yuan(earlier.amount_fen))
    return " ".join(filter(None, words)) + f"{gettext('（')}{earlier.reference}{gettext('）')}"


def measure_label(name: str) -> str:
    found = MEASURES.get(name)
    return (found.label_en if in_english() else found.label) if found else name


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a dated number: what it is, from when until when, where and on what paper it is said."""

    value: Resolved
    until: date | None

    @property
    def since(self) -> date:
        return self.value.since

    @property
    def region(self) -> str:
        return region_name(self.value.region)

    @property
    def words(self) -> str:
        return value_words(self.value.value, self.value.unit)

    @property
    def certainty(self) -> str:
        return certainty(self.value)

    @property
    def is_unset(self) -> bool:
        return self.value.value is None

    @property
    def tables(self) -> list[ValueTable]:
        return value_tables(self.value.value, self.value.unit)


def every_value(scheme: Scheme) -> dict[str, Resolved]:
    """Every number of a scheme by where it stands: ``rule.value``, ``part.value``, ``part.rule.value``."""
    found: dict[str, Resolved] = {}
    for use in scheme.rules:
        found |= {f"{use.rule.name}.{name}": value for name, value in use.values.items()}
    for part in scheme.parts:
        found |= {f"{part.code}.{name}": value for name, value in part.values.items()}
        for use in part.rules:
            found |= {f"{part.code}.{use.rule.name}.{name}": value for name, value in use.values.items()}
        for limit in part.limits:
            found |= {f"{part.code}.{limit.limit.name}.{name}": v for name, v in limit.values.items()}
    return found | ({"publish_working_days": scheme.publish_days} if scheme.publish_days else {})


class Course:
    """How every number of one scheme in one region changes over time."""

    def __init__(self, scheme: Scheme) -> None:
        book = scheme.book
        self._days: list[tuple[date, dict[str, Resolved]]] = []
        for day in book.days_of_change(scheme.region_code, scheme.code):
            try:
                self._days.append((day, every_value(scheme.as_on(day))))
            except Refused:
                continue  # not in force that day

    def of(self, name: str) -> list[Entry]:
        """Every entry of one number (``part.rate``), one for each change, the first first."""
        found: list[Resolved] = []
        for _day, values in self._days:
            value = values.get(name)
            if value is not None and (
                not found or (found[-1].since, found[-1].region) != (value.since, value.region)
            ):
                found.append(value)
        ends = [later.since for _one, later in pairwise(found)]
        return [Entry(value, until) for value, until in zip(found, [*ends, None], strict=True)]


def step_chart(entries: list[Entry]) -> dict | None:
    """The entries as a stepped line; None where they are not plain numbers or never changed."""
    points = [(entry.since.isoformat(), plotted(entry.value.value, entry.value.unit)) for entry in entries]
    known = [value for _day, value in points if value is not None]
    if len(known) < 2:
        return None
    return {
        "grid": {"left": 12, "right": 24, "top": 16, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [day for day, _value in points]},
        "yAxis": {"type": "value", "min": 0, "name": unit_words(entries[0].value.unit)},
        "series": [
            {
                "type": "line",
                "step": "end",
                "symbolSize": 9,
                "data": [value for _day, value in points],
                "label": {"show": True, "position": "top"},
            }
        ],
    }
