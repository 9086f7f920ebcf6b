"""Who rests on which clause: every place of the rulebook that names one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_USES = ("rules", "limits")


@dataclass(frozen=True, slots=True)
class Citation:
    """One place that cites a clause.

    ``kind``: scheme, fund, rule, part, limit or value. ``part`` is the component's code ("" for the whole
    scheme), ``use`` the rule's or limit's name, ``value`` the number's name and ``since`` the day of its
    entry. An entry that names no clause of its own rests on its rule's.
    """

    reference: str
    region: str
    scheme: str
    kind: str
    part: str = ""
    use: str = ""
    value: str = ""
    since: date | None = None


def citations(content: Mapping[str, Any]) -> dict[str, tuple[Citation, ...]]:
    """Every citation of the rulebook's content, by clause."""
    found: dict[str, list[Citation]] = {}
    for region, said in sorted(content["regions"].items()):
        for code, scheme in sorted(said.get("schemes", {}).items()):
            for citation in _of_scheme(region, code, scheme):
                found.setdefault(citation.reference, []).append(citation)
    return {reference: tuple(dict.fromkeys(cited)) for reference, cited in found.items()}


def _of_scheme(region: str, code: str, said: Mapping[str, Any]) -> Iterator[Citation]:
    for reference in said.get("clauses", ()):
        yield Citation(reference, region, code, "scheme")
    if "by" in said.get("fund_programme", {}):
        yield Citation(said["fund_programme"]["by"], region, code, "fund")
    yield from _entries(
        region, code, said.get("publish_working_days", {}), "", "", "publish_working_days", ""
    )
    yield from _uses(region, code, "", said.get("rules", {}), "rule")
    for part in said.get("components", ()):
        name = part["code"]
        if "by" in part:
            yield Citation(part["by"], region, code, "part", name)
        for value, entries in {"rate": part.get("rate", {}), **part.get("values", {})}.items():
            yield from _entries(region, code, entries, name, "", value, part.get("by", ""))
        for kind in _USES:
            yield from _uses(region, code, name, part.get(kind, {}), kind.removesuffix("s"))


def _uses(region: str, code: str, part: str, uses: Mapping[str, Any], kind: str) -> Iterator[Citation]:
    for name, use in uses.items():
        if "by" in use:
            yield Citation(use["by"], region, code, kind, part, name)
        for value, entries in use.get("values", {}).items():
            yield from _entries(region, code, entries, part, name, value, use.get("by", ""))


def _entries(
    region: str, code: str, entries: Mapping[str, Any], part: str, use: str, value: str, otherwise: str
) -> Iterator[Citation]:
    for since, entry in entries.items():
        reference = entry.get("by", "" if entry.get("source") or entry.get("illustrative") else otherwise)
        if reference and _DAY.fullmatch(since):
            yield Citation(reference, region, code, "value", part, use, value, date.fromisoformat(since))


def days_in(said: Any) -> Iterator[str]:
    """The days that begin or end an entry, wherever in a scheme's words."""
    if isinstance(said, dict):
        for key, value in said.items():
            if _DAY.fullmatch(key):
                yield key
            elif key in ("from", "until"):
                yield value
            yield from days_in(value)
    elif isinstance(said, list):
        for value in said:
            yield from days_in(value)
