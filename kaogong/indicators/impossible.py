"""Tables that cannot be: parts that do not make their total, more people than times, shares above the whole."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from kaogong.indicators.measures import Less
from kaogong.indicators.register import N_, PEOPLE_REPEAT, THINGS_REPEAT, Indicator, indicator_of

Number = int | Decimal
PARTS = N_("合计{total}与各项之和{sum}不一致，相差{difference}：{parts}。")
SHARE_OFF = N_("所写比例{said}%与{part}÷{whole}={found}%不一致。")
ABOVE_WHOLE = N_("“{name}”的比例{value}%大于100%，分子分母的口径不一致。")
PART_ABOVE = N_("“{part}”{value}大于它所属的“{whole}”{whole_value}。")
MORE_PEOPLE = N_("“{people}”{value}人大于“{times}”{times_value}人次，人数不会多于人次。")
TIMES_WITHOUT_PEOPLE = N_("“{times}”有{times_value}人次，“{people}”却是0人。")
BELOW_ZERO = N_("“{name}”是{value}，个数和人数不会小于0。")
PEOPLE_APART = N_("“{name}”各组最大的是{largest}，合计却只有{total}，合计不会小于任何一组。")
PEOPLE_TOGETHER = N_("“{name}”各组之和是{sum}，合计却有{total}，合计不会大于各组之和。")
ROWS_APART = N_("“{name}”合计{total}，各行之和{sum}，相差{difference}：有的没有计入任何一行，或计了两次。")
FALLING = N_("“{name}”累计数从{before}降到{after}，累计数不会减少。")


@dataclass(frozen=True, slots=True)
class Impossible:
    """One contradiction; ``sentence`` has {fields} that ``facts`` fill, ``codes`` are the indicators it is between."""

    sentence: str
    facts: Mapping[str, object] = field(default_factory=dict)
    codes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.sentence.format(**self.facts)


def parts(total: Number, of_it: Mapping[str, Number]) -> list[Impossible]:
    """Whether the parts make the total, exactly: numbers as they are written, decimals as Decimal."""
    added = sum(of_it.values())
    if added == total:
        return []
    named = "、".join(f"{name}{number}" for name, number in of_it.items())
    return [
        Impossible(PARTS, {"total": total, "sum": added, "difference": abs(total - added), "parts": named})
    ]


def share(said: Decimal, part: Number, whole: Number) -> list[Impossible]:
    """Whether a percentage as written is the part in the whole, rounded to the places it is written with."""
    if whole == 0:
        return []
    exact = Decimal(part) * 100 / Decimal(whole)
    found = exact.quantize(Decimal(1).scaleb(said.as_tuple().exponent), ROUND_HALF_UP)
    if found == said:
        return []
    return [Impossible(SHARE_OFF, {"said": said, "part": part, "whole": whole, "found": found})]


def distinct(name: str, total: int, of_it: Sequence[int]) -> list[Impossible]:
    """Whether a total of different people can be that of these groups: not below the largest, nor above the sum."""
    found = []
    if of_it and max(of_it) > total:
        found.append(Impossible(PEOPLE_APART, {"name": name, "largest": max(of_it), "total": total}))
    if of_it and sum(of_it) < total:
        found.append(Impossible(PEOPLE_TOGETHER, {"name": name, "sum": sum(of_it), "total": total}))
    return found


def table(one: Indicator, dimension: str, total: int | None, rows: Sequence[int | None]) -> list[Impossible]:
    """Whether a figure's rows by a dimension can make its total, exactly or as groups of people can.

    Nothing is said where a number is unknown, nor of shares and of stocks along time.
    """
    if total is None or not rows or None in rows:
        return []
    why = one.why_not_adding(dimension)
    if why in (PEOPLE_REPEAT, THINGS_REPEAT):
        amount, _whole = one.amounts(one.unbound)
        return [] if isinstance(amount, Less) else distinct(one.name, total, rows)
    added = sum(rows)
    if why or added == total:
        return []
    told = {"name": one.name, "total": total, "sum": added, "difference": abs(total - added)}
    return [Impossible(ROWS_APART, told, (one.code,))]


def running(name: str, cumulative: Sequence[int]) -> list[Impossible]:
    """Whether figures counted from the year's beginning never fall from one month to the next."""
    pairs = itertools.pairwise(cumulative)
    return [Impossible(FALLING, {"name": name, "before": a, "after": b}) for a, b in pairs if b < a]


def figures(values: Mapping[str, int | None]) -> list[Impossible]:
    """Whether figures of one region and period, by indicator code, can stand together; unknown ones are passed over.

    Values are those of ``Counted``: shares in hundredths of a percent.
    """
    known = {indicator_of(code): value for code, value in values.items() if value is not None}
    by_code = {one.code: (one, value) for one, value in known.items()}
    found = []
    for one, value in known.items():
        if one.percent and value > 10_000:
            found.append(
                Impossible(ABOVE_WHOLE, {"name": one.name, "value": Decimal(value) / 100}, (one.code,))
            )
        if one.unit not in ("元", "%") and value < 0:
            found.append(Impossible(BELOW_ZERO, {"name": one.name, "value": value}, (one.code,)))
        found += _against_whole(one, value, by_code) + _against_times(one, value, by_code)
    return found


def _against_whole(one: Indicator, value: int, by_code) -> list[Impossible]:
    if one.part_of not in by_code:
        return []
    whole, whole_value = by_code[one.part_of]
    if value <= whole_value:
        return []
    told = {"part": one.name, "value": value, "whole": whole.name, "whole_value": whole_value}
    return [Impossible(PART_ABOVE, told, (one.code, whole.code))]


def _against_times(one: Indicator, value: int, by_code) -> list[Impossible]:
    if one.persons_of not in by_code:
        return []
    times, times_value = by_code[one.persons_of]
    told = {"people": one.name, "value": value, "times": times.name, "times_value": times_value}
    if value > times_value:
        return [Impossible(MORE_PEOPLE, told, (one.code, times.code))]
    return (
        [Impossible(TIMES_WITHOUT_PEOPLE, told, (one.code, times.code))] if value == 0 < times_value else []
    )


_NUMBER = r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<scale>[万亿])?"
# A number with a list behind 其中 or in brackets; found at every number, lists inside lists too.
_WITH_LIST = re.compile(
    rf"(?<![0-9.约近]){_NUMBER}(?P<more>余|多)?(?P<unit>[个人家所名项])?[^0-9,，。;；（(]{{0,20}}"
    r"(?:[,，]?其中(?P<open>[^。;；,，]+)|[（(](?P<closed>[^。;；（）()]+)[）)])"
)
_PART = re.compile(rf"(?P<name>[^0-9]+?){_NUMBER}(?P<unit>[个人家所名项])?")
# 3+3+8, with or without units, as the whole of a bracket.
_ADDED = re.compile(r"[0-9][0-9.]*[万亿]?[个人家所名项]?(?:[+＋][0-9][0-9.]*[万亿]?[个人家所名项]?)+")
_TERM = re.compile(rf"{_NUMBER}(?P<unit>[个人家所名项])?")
# Blanks beside a word or sign, and the commas of thousands: neither changes what is said.
_LAYOUT = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])|(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_SCALES = {"万": 10_000, "亿": 100_000_000, None: 1}


def in_text(text: str) -> list[Impossible]:
    """Contradictions in a sentence as papers write it: 13个…，其中国家级3个、省级3个、市级8个, or 13 个（3+3+8）.

    Only lists of two parts or more in the total's own unit are taken for the whole of it; what is said to be
    about so many is not held to its parts.
    """
    found, text = [], _LAYOUT.sub("", text)
    for start in re.finditer(r"(?<![0-9.])[0-9]", text):
        said = _WITH_LIST.match(text, start.start())
        if said is None or said["more"]:
            continue
        listed = _listed((said["open"] or said["closed"]).removeprefix("其中"))
        units = {one["unit"] for _name, one in listed} - {None}
        if len(listed) >= 2 and (not said["unit"] or units <= {said["unit"]}):
            found += parts(_amount(said), {name: _amount(one) for name, one in listed})
    return found


def _listed(text: str) -> list[tuple[str, re.Match[str]]]:
    """The parts of a list with their names, all of them or none; what is only added up is numbered: ①3、②3、③8."""
    if _ADDED.fullmatch(text):
        terms = [_TERM.fullmatch(item) for item in re.split("[+＋]", text)]
        return [(f"{chr(0x2460 + place)}", one) for place, one in enumerate(terms[:20]) if one]
    read = [_PART.fullmatch(item) for item in text.split("、")]
    return [] if None in read else [(one["name"].strip(), one) for one in read if one]


def _amount(said: re.Match[str]) -> Decimal:
    scaled = Decimal(said["number"]) * _SCALES[said["scale"]]
    return scaled.quantize(Decimal(1)) if scaled == scaled.to_integral_value() else scaled
