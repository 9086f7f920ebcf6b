"""How a rule, an amount or a limit is written: cut from a shipped scheme that uses it, or built from the register."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from kaogong.rules import loading
from kaogong.rules.amounts import AmountKind, LimitKind
from kaogong.rules.located import Located
from kaogong.rules.located import Path as Place
from kaogong.rules.registry import Rule
from kaogong.rules.vocabulary import UNITS

CLAUSE = "某文件〔2026〕1号#1"
_BEGINS = "2026-01-01"
_WRITTEN = {
    "count": "3",
    "percent": "80",
    "money": "1000",
    "kinds": "[职业资格证书, 职业技能等级证书]",
    "groups": "[registered_unemployed, hard_to_employ]",
    "levels": "[五级, 四级]",
    "occupations": "[4-10-01-05]",
    "tiers": "[国家级, 省级]",
    "stages": "[结业, 就业]",
    "schemes": "[insured_upgrade]",
    "rates": "{kinds: {职业技能等级证书: {五级: 1000, 四级: 1500}}}",
    "by_tier": "{国家级: 100000, 省级: 50000}",
    "bands": "{60: 5000, 80: 10000}",
    "by_stage": "{结业: 60, 就业: 40}",
}


class Example(NamedTuple):
    """A piece of a scheme in YAML, and the file it was cut from ("" where it was built)."""

    yaml: str
    file: str


class Examples:
    """The shipped schemes, to cut examples from."""

    def __init__(self, root: Path) -> None:
        _, files = loading.opened(root)
        self._root = root
        self._files = {name: files[name] for name in sorted(files) if loading.kind_of(name) == "scheme"}

    def of_rule(self, rule: Rule) -> Example:
        return self._shortest("rules", rule.name, rule.values) or _built("rules", rule.name, rule.values)

    def of_limit(self, limit: LimitKind) -> Example:
        return self._shortest("limits", limit.name, limit.values) or _built(
            "limits", limit.name, limit.values
        )

    def of_amount(self, kind: AmountKind) -> Example:
        """A whole payment reckoned that way."""
        found = [
            Example("components:\n" + self._cut(file, ("components", index)), name)
            for name, file in self._files.items()
            for index, part in enumerate(file.content.get("components", []))
            if part.get("amount") == kind.name and "rate" in part and "by" in part
        ]
        return _first_shortest(found) or _built_part(kind)

    def _shortest(self, key: str, name: str, needed: Mapping[str, str]) -> Example | None:
        found = [
            Example(f"{key}:\n" + self._cut(file, (*place, key, name)), file_name)
            for file_name, file in self._files.items()
            for place, holder in _holders(file.content)
            for use in [holder.get(key, {}).get(name)]
            if use and "by" in use and set(needed) <= set(use.get("values", {}))
        ]
        return _first_shortest(found)

    def _cut(self, file: Located, place: Place) -> str:
        """The lines of one thing, indented by two."""
        lines = (self._root / file.file).read_text(encoding="utf-8").split("\n")
        begin = file.line(place) - 1
        indent = _indent(lines[begin])
        end = begin + 1
        while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > indent):
            end += 1
        block = textwrap.dedent("\n".join(lines[begin:end]).rstrip())
        return textwrap.indent(block, "  ") + "\n"


def _holders(said: Mapping[str, Any]) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    yield (), said
    for index, part in enumerate(said.get("components", [])):
        yield ("components", index), part


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _first_shortest(found: list[Example]) -> Example | None:
    return min(found, key=lambda example: example.yaml.count("\n"), default=None)


def _built(key: str, name: str, needed: Mapping[str, str]) -> Example:
    lines = [f"{key}:", f"  {name}:", f"    by: {CLAUSE}"]
    if needed:
        lines.append("    values:")
    for value, unit in needed.items():
        lines += [f"      {value}:", f"        {_entry(unit)}"]
    return Example("\n".join(lines) + "\n", "")


def _built_part(kind: AmountKind) -> Example:
    lines = [
        "components:",
        "  - code: main",
        "    id: G1",
        "    label: 补贴",
        "    label_en: Subsidy",
        "    payee: person",
        f"    amount: {kind.name}",
        f"    by: {CLAUSE}",
        "    rate:",
        f"      {_entry(kind.unit)}",
    ]
    further = {name: unit for name, unit in kind.values.items() if name != "rate"}
    if further:
        lines.append("    values:")
    for value, unit in further.items():
        lines += [f"      {value}:", f"        {_entry(unit)}"]
    return Example("\n".join(lines) + "\n", "")


def _entry(unit: str) -> str:
    shown = f'"{unit}"' if unit.startswith("%") else unit
    return f"{_BEGINS}: {{value: {_WRITTEN[UNITS[unit].shape]}, unit: {shown}, by: {CLAUSE}}}"
