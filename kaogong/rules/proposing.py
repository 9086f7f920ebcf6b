"""The simple proposal: one number of a scheme set otherwise, written out as a change anyone can read on."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from kaogong.rules.errors import NumberUnknown
from kaogong.rules.rulebook import Rulebook

Steps = tuple[str, ...]
_ONE_NUMBER = (int, str)


@dataclass(frozen=True, slots=True)
class Number:
    """One written number of a scheme on a day; ``key`` names it, ``words`` are its steps in Chinese."""

    key: str
    label: str
    label_en: str
    words: Steps
    unit: str
    written: Any


def numbers_of(book: Rulebook, region_code: str, scheme_code: str, on: date) -> list[Number]:
    """Every number of a scheme in force on the day that stands alone or in a table, in the scheme's order."""
    found = []
    for steps, label, label_en in _places(book, region_code, scheme_code, on):
        entry = _in_force(book, region_code, scheme_code, steps, on)
        if entry is None or "value" not in entry:
            continue
        for cell, written in _cells(entry["value"]):
            key = "/".join((*steps, *cell))
            found.append(Number(key, label, label_en, cell, entry["unit"], written))
    return found


def proposal(
    book: Rulebook,
    region_code: str,
    scheme_code: str,
    key: str,
    number: int | str,
    *,
    period: tuple[date, date],
    title: str,
    why: str = "",
) -> str:
    """The change, as YAML, that sets one number from the first day of the period on; refused if unknown."""
    starts_on, ends_on = period
    known = {one.key: one for one in numbers_of(book, region_code, scheme_code, starts_on)}
    if key not in known:
        raise NumberUnknown(key=key)
    one = known[key]
    steps = tuple(key.split("/"))[: len(key.split("/")) - len(one.words)]
    entry = _in_force(book, region_code, scheme_code, steps, starts_on)
    series = {starts_on.isoformat(): _set(entry, one.words, number, title)}
    own = _series(dict(book.layers(region_code, scheme_code)).get(region_code, {}), steps)
    for day, later in own.items():
        if starts_on.isoformat() < day < ends_on.isoformat() and _holds(later, one.words):
            series[day] = _set(later, one.words, number, title)
    first = series[starts_on.isoformat()]
    following = [day for day in own if day > starts_on.isoformat()]
    if "until" in first and following:  # an entry of an upper region may reach past the region's own next one
        first["until"] = min(first["until"], *following)
    piece = {"scheme": scheme_code} | _nested(steps, series)
    said = {
        "title": title,
        "why": why,
        "period": {"from": starts_on.isoformat(), "until": ends_on.isoformat()},
        "files": {f"{region_code}/{scheme_code}.yaml": piece},
    }
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=110)


def _places(book: Rulebook, region_code: str, scheme_code: str, on: date) -> Iterator[tuple[Steps, str, str]]:
    """Where a scheme's series stand, with what each is called."""
    scheme = book.at(region_code, on).scheme(scheme_code)
    for use in scheme.rules:
        for name in use.values:
            yield ("rules", use.rule.name, "values", name), use.rule.title.zh, use.rule.title.en
    for part in scheme.parts:
        for name in part.values:
            steps = ("rate",) if name == "rate" else ("values", name)
            yield ("components", part.code, *steps), part.label, part.label_en
        for use in part.rules:
            title = use.rule.title
            steps = ("components", part.code, "rules", use.rule.name, "values")
            for name in use.values:
                yield (*steps, name), f"{part.label} · {title.zh}", f"{part.label_en} · {title.en}"
        for use in part.limits:
            title = use.limit.title
            steps = ("components", part.code, "limits", use.limit.name, "values")
            for name in use.values:
                yield (*steps, name), f"{part.label} · {title.zh}", f"{part.label_en} · {title.en}"


def _in_force(
    book: Rulebook, region_code: str, scheme_code: str, steps: Steps, on: date
) -> dict[str, Any] | None:
    day = on.isoformat()
    for _region, said in book.layers(region_code, scheme_code):
        begun = {
            since: entry
            for since, entry in _series(said, steps).items()
            if since <= day < entry.get("until", "9999-12-31")
        }
        if begun:
            return begun[max(begun)]
    return None


def _series(said: Any, steps: Steps) -> dict[str, Any]:
    """The series at these steps in one file's words; {} where it says nothing of it."""
    for step in steps:
        if isinstance(said, list):
            said = next((item for item in said if item.get("code") == step), {})
        else:
            said = said.get(step, {})
    return said


def _cells(value: Any, so_far: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _cells(inner, (*so_far, str(name)))
    elif isinstance(value, _ONE_NUMBER) and not isinstance(value, bool):
        yield so_far, value


def _holds(entry: dict[str, Any], cell: Steps) -> bool:
    return "value" in entry and any(found == cell for found, _ in _cells(entry["value"]))


def _set(entry: dict[str, Any] | None, cell: Steps, number: int | str, title: str) -> dict[str, Any]:
    """The entry with one number otherwise; whatever paper gave the old number does not give this one."""
    value = copy.deepcopy((entry or {}).get("value"))
    if cell:
        inner = value
        for step in cell[:-1]:
            inner = inner[step]
        inner[cell[-1]] = number
    else:
        value = number
    kept = {name: (entry or {})[name] for name in ("unit", "until") if name in (entry or {})}
    return {"value": value, **kept, "verified": False, "source": f"拟议：{title}"}


def _nested(steps: Steps, series: dict[str, Any]) -> dict[str, Any]:
    if steps[0] == "components":
        return {"components": [{"code": steps[1], **_nested(steps[2:], series)}]}
    said: Any = series
    for step in reversed(steps):
        said = {step: said}
    return said
