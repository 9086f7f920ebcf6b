"""What may be written as a value under each unit: money, counts, lists of known words, rate tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from kaogong.rules import vocabulary
from kaogong.rules.errors import Problem
from kaogong.rules.located import Located, Path

_MONEY = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
_FLOOR = re.compile(r"0|[1-9][0-9]{0,8}")
_LARGEST = 9_999_999
_OCCUPATION = re.compile(r"[0-9]-[0-9]{2}-[0-9]{2}-[0-9]{2}")


def is_money(value: Any) -> bool:
    """Whether it is yuan as the rulebook writes them: not negative, at most two decimals."""
    return not isinstance(value, bool | dict | list) and bool(_MONEY.fullmatch(str(value)))


class Values:
    """Checks the values of one file; lists of groups and schemes are those of the whole rulebook."""

    def __init__(self, file: Located, groups: set[str], schemes: set[str]) -> None:
        self.file, self.groups, self.schemes = file, groups, schemes

    def check(self, path: Path, value: Any, unit: str) -> Iterator[Problem]:
        """Problems of one written value under its unit."""
        match vocabulary.UNITS[unit].shape:
            case "money":
                yield from self._money(path, value)
            case "rates":
                yield from self._table(path, value)
            case "by_tier":
                yield from self._by_word(path, value, vocabulary.TIERS, self._money)
            case "by_stage":
                yield from self._by_word(path, value, vocabulary.STAGES, self._percent)
            case "bands":
                yield from self._bands(path, value)
            case "percent":
                yield from self._percent(path, value)
            case "count":
                yield from self._count(path, value, unit)
            case shape:
                yield from self._members(path, value, unit, self._known_words(shape))

    def _known_words(self, shape: str) -> Callable[[Any], bool]:
        return {
            "kinds": lambda word: vocabulary.certificate_kind(word) is not None,
            "levels": lambda word: vocabulary.level(word) is not None,
            "tiers": lambda word: vocabulary.code_of(word, vocabulary.TIERS) is not None,
            "stages": lambda word: vocabulary.code_of(word, vocabulary.STAGES) is not None,
            "groups": lambda word: word in self.groups,
            "occupations": lambda word: _OCCUPATION.fullmatch(word) is not None,
            "schemes": lambda word: word in self.schemes,
        }[shape]

    def _count(self, path: Path, value: Any, unit: str) -> Iterator[Problem]:
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            yield self.file.problem(path, f"应为不小于 0 的整数（{unit}）")
        elif value > _LARGEST:
            yield self.file.problem(path, f"过大：应不超过 {_LARGEST}（{unit}）")

    def _percent(self, path: Path, value: Any) -> Iterator[Problem]:
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            yield self.file.problem(path, "应为不小于 0 的整数（%）")
        elif value > 100:
            yield self.file.problem(path, "百分比应在 0 到 100 之间")

    def _by_word(
        self,
        path: Path,
        value: Any,
        words: dict[str, vocabulary.Word],
        check: Callable[..., Iterator[Problem]],
    ) -> Iterator[Problem]:
        labels = "、".join(word.label for word in words.values())
        if not isinstance(value, dict) or not value:
            yield self.file.problem(path, f"应为 名称 → 数值；名称可用：{labels}")
            return
        yield from self._twice(path, value, lambda word: vocabulary.code_of(word, words))
        for word, figure in value.items():
            if vocabulary.code_of(word, words) is None:
                yield self.file.problem((*path, word), f"没有“{word}”；可用：{labels}")
            yield from check((*path, word), figure)

    def _bands(self, path: Path, value: Any) -> Iterator[Problem]:
        if not isinstance(value, dict) or not value:
            yield self.file.problem(path, "应为 起分 → 元，如 60: 5000")
            return
        for floor, figure in value.items():
            if not _FLOOR.fullmatch(floor):
                yield self.file.problem((*path, floor), f"起分应为不小于 0 的整数，现为“{floor}”")
            yield from self._money((*path, floor), figure)

    def _members(self, path: Path, value: Any, unit: str, known: Callable[[Any], bool]) -> Iterator[Problem]:
        if not isinstance(value, list) or not value:
            yield self.file.problem(path, f"应为{unit}的列表")
            return
        for index, word in enumerate(value):
            if not isinstance(word, str) or not known(word):
                yield self.file.problem((*path, index), f"没有“{word}”这一{unit}")

    def _money(self, path: Path, value: Any) -> Iterator[Problem]:
        if not is_money(value):
            yield self.file.problem(path, f"应为不小于 0、最多两位小数的金额（元），现为 {value!s:.40}")

    def _table(self, path: Path, value: Any) -> Iterator[Problem]:
        if not isinstance(value, dict) or not value or set(value) - {"kinds", "shortage", "occupations"}:
            yield self.file.problem(
                path,
                "标准表应写成 kinds:（证书种类 → 等级 → 元）、shortage:（紧缺职业，同样的表）"
                "和 occupations:（职业代码 → 同样的表）",
            )
            return
        tables = [((*path, name), value[name]) for name in ("kinds", "shortage") if name in value]
        occupations = value.get("occupations", {})
        if not isinstance(occupations, dict):
            yield self.file.problem((*path, "occupations"), "应为 职业代码 → 标准表")
            return
        tables += [((*path, "occupations", code), table) for code, table in occupations.items()]
        for here, table in tables:
            if not isinstance(table, dict):
                yield self.file.problem(here, "应为 证书种类 → 等级 → 元")
                continue
            yield from self._twice(here, table, vocabulary.certificate_kind)
            for kind, levels in table.items():
                if vocabulary.certificate_kind(kind) is None:
                    yield self.file.problem((*here, kind), f"没有“{kind}”这一证书种类")
                if not isinstance(levels, dict):
                    yield self.file.problem((*here, kind), "应为 等级 → 元")
                    continue
                yield from self._twice((*here, kind), levels, vocabulary.level)
                for level, amount in levels.items():
                    if vocabulary.level(level) is None:
                        yield self.file.problem((*here, kind, level), f"没有“{level}”这一等级")
                    yield from self._money((*here, kind, level), amount)

    def _twice(self, path: Path, table: dict[str, Any], code: Callable[[str], Any]) -> Iterator[Problem]:
        """One thing written under two of its names: the second would quietly win."""
        seen: dict[Any, str] = {}
        for word in table:
            meant = code(word)
            if meant is not None and meant in seen:
                yield self.file.problem((*path, word), f"“{seen[meant]}”和“{word}”是同一项，写了两次")
            seen.setdefault(meant, word)
