"""rulebook/schema.json with the words of the registers in it, so that an editor completes and checks them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from kaogong.rules import loading  # noqa: F401  (registers the conditions)
from kaogong.rules.amounts import AMOUNT_KINDS, LIMIT_KINDS, AmountKind, LimitKind
from kaogong.rules.facts import Facts
from kaogong.rules.measures import MEASURES
from kaogong.rules.registry import RULES, Rule
from kaogong.rules.vocabulary import PAYEES, UNITS


def schema_text(said: str) -> str:
    """The schema as it is kept, every list of words written anew from the registers."""
    schema = json.loads(said)
    parts = schema["$defs"]
    parts["entry"]["properties"]["unit"] = {"enum": list(UNITS)}
    for name in ("scheme", "component"):
        parts[name]["properties"]["payee"] = {"enum": list(PAYEES)}
    component = parts["component"]["properties"]
    component["amount"] = {"enum": list(AMOUNT_KINDS), "description": _listed(AMOUNT_KINDS)}
    component["limits"] = {"$ref": "#/$defs/limits"}
    parts["rules"] = _uses(RULES, "规则")
    parts["limits"] = _uses(LIMIT_KINDS, "限额")
    parts["facts"] = _facts()
    cases = parts["cases"]["properties"]
    case = cases["cases"]["items"]["properties"]
    for holder, name in (
        (cases, "given"),
        (case, "facts"),
        (case["groups"]["items"]["properties"], "facts"),
    ):
        holder[name] = {"$ref": "#/$defs/facts"}
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _uses(register: Mapping[str, Rule | LimitKind], what: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: _use(kind) for name, kind in register.items()},
        "additionalProperties": {"$ref": "#/$defs/use"},
        "propertyNames": {"enum": list(register), "description": f"这条{what}"},
    }


def _use(kind: Rule | LimitKind) -> dict[str, Any]:
    said: dict[str, Any] = {"$ref": "#/$defs/use", "description": f"{kind.title.zh} {kind.title.en}"}
    if kind.values:
        values = {name: {"description": f"单位：{unit}"} for name, unit in kind.values.items()}
        said["properties"] = {"values": {"properties": values}}
    return said


def _listed(kinds: Mapping[str, AmountKind]) -> str:
    return "；".join(f"{name} {kind.title.zh}" for name, kind in kinds.items())


def _facts() -> dict[str, Any]:
    names = [field.name for field in fields(Facts)]
    return {
        "type": "object",
        "properties": {name: {"description": label} for name, label in _labels(names)},
        "propertyNames": {"enum": names, "description": "这一项事实"},
    }


def _labels(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    return ((name, MEASURES[name].label) for name in names if name in MEASURES)
