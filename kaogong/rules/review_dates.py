"""The dates of values under review: stretches without a value, old values that come back."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kaogong.rules.amounts import AMOUNT_KINDS, LIMIT_KINDS
from kaogong.rules.located import Path
from kaogong.rules.registry import RULES
from kaogong.rules.remarks import Places, Remark
from kaogong.rules.rulebook import Layer

FOREVER = "9999-12-31"
Series = list[tuple[str, dict[str, Any]]]  # (region, entries by the day they begin), nearest region first


def series_of(layers: list[Layer]) -> Iterator[tuple[Path, str, Series]]:
    """Every dated value a scheme uses, with its path and its name in words, as the regions give it."""
    yield from _each(layers, ("publish_working_days",), "公示天数", ("publish_working_days",))
    yield from _uses(layers, (), "rules")
    codes = dict.fromkeys(part["code"] for _, said in layers for part in said.get("components", []))
    for code in codes:
        parts = [
            (where, part)
            for where, said in layers
            for part in said.get("components", [])
            if part["code"] == code
        ]
        label = next((part["label"] for _, part in parts if "label" in part), code)
        kind = next((part["amount"] for _, part in parts if "amount" in part), "")
        yield from _each(parts, ("rate",), f"“{label}”的标准", ("components", code, "rate"))
        for name in AMOUNT_KINDS[kind].values if kind else ():
            path = ("components", code, "values", name)
            yield from _each(parts, ("values", name), f"“{label}”的数值 {name}", path)
        yield from _uses(parts, ("components", code), "rules")
        yield from _uses(parts, ("components", code), "limits")


def _uses(layers: list[Layer], path: Path, kind: str) -> Iterator[tuple[Path, str, Series]]:
    register: Mapping[str, Any] = RULES if kind == "rules" else LIMIT_KINDS
    for name in dict.fromkeys(name for _, said in layers for name in said.get(kind, {})):
        uses = [(where, said[kind][name]) for where, said in layers if name in said.get(kind, {})]
        if uses[0][1].get("left_out"):
            continue
        title = register[name].title.zh
        for value in register[name].values:
            here = (*path, kind, name, "values", value)
            yield from _each(uses, ("values", value), f"“{title}”的数值 {value}", here)


def _each(layers: list[Layer], keys: Path, words: str, path: Path) -> Iterator[tuple[Path, str, Series]]:
    found: Series = []
    for where, said in layers:
        for key in keys:
            said = said.get(key, {})
        if said:
            found.append((where, said))
    if found:
        yield path, words, found


def parameters_of(layers: list[Layer]) -> Iterator[tuple[Path, str, Series]]:
    """Every dated figure that is not a subsidy's, as the regions give it."""
    for code in dict.fromkeys(code for _, said in layers for code in said):
        said = [(where, shares[code]) for where, shares in layers if code in shares]
        label = next((share["label"] for _, share in said if "label" in share), code)
        yield from _each(said, ("values",), f"“{label}”", ("parameters", code, "values"))


def date_remarks(
    places: Places,
    scheme: str,
    every: Iterable[tuple[Path, str, Series]],
    in_force: Mapping[str, str] | None = None,
) -> Iterator[Remark]:
    """What is odd about the dates of values, as one region has them; ``in_force`` is their scheme's time."""
    for path, words, series in every:
        begun = min(since for _, entries in series for since in entries)
        first, last = (in_force or {}).get("from", begun), (in_force or {}).get("until", FOREVER)
        yield from _returning(places, scheme, path, words, series)
        covered = sorted(
            (begins, ends)
            for _, entries in series
            for begins, ends in _stretches(entries)
            if begins < last and ends > first
        )
        reached = first
        for begins, ends in [*covered, (last, last)]:
            if reached < begins <= last:
                kind, text = _gap(words, reached, begins, first, last)
                yield places.remark(kind, *_ending(series, reached, scheme), _at(path, series, reached), text)
            reached = max(reached, ends)


def _gap(words: str, reached: str, begins: str, first: str, last: str) -> tuple[str, str]:
    if reached == first and begins < last:
        return "begins_later", f"{words}从 {begins} 才有，项目从 {first} 施行；此前不起作用"
    if reached == first:
        return "gap", f"{words}在项目施行期间（{first} 起）没有数值，不起作用"
    if begins == last:
        until = "" if last == FOREVER else f"（项目到 {last} 止）"
        return "gap", f"{words}到 {reached} 止，此后没有数值，不起作用{until}"
    return "gap", f"{words}在 {reached} 到 {begins} 之间没有数值，这段时间不起作用"


def _ending(series: Series, reached: str, scheme: str) -> tuple[str, str]:
    """The region whose entry ends where a stretch without a value begins."""
    ending = [where for where, entries in series if _since(entries, reached)]
    return (ending[0] if ending else series[0][0]), scheme


def _at(path: Path, series: Series, reached: str) -> Path:
    since = next(filter(None, (_since(entries, reached) for _, entries in series)), None)
    return (*path, since or min(series[0][1]))


def _since(entries: Mapping[str, Any], until: str) -> str | None:
    return next((since for since, entry in entries.items() if entry.get("until") == until), None)


def _stretches(entries: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for since, entry in entries.items():
        yield since, entry.get("until", FOREVER)


def _returning(places: Places, scheme: str, path: Path, words: str, series: Series) -> Iterator[Remark]:
    """An entry with an end, begun while an earlier one without end was running: the earlier comes back."""
    for where, entries in series:
        begun = sorted(entries)
        for since, following in itertools.pairwise([*begun, FOREVER]):
            until = entries[since].get("until", FOREVER)
            older = [day for day in begun if day < since and entries[day].get("until", FOREVER) > until]
            if until < following and older:
                text = f"{words}：{since} 起的一段到 {until} 止，此后 {max(older)} 起的旧值再次生效"
                yield places.remark("returns", where, scheme, (*path, since, "until"), text)
