"""Figures of earlier returns that were restated: what a later return says of those its own figures hold."""

from collections.abc import Iterable, Mapping
from typing import Any

from kaogong.kernel.period import Period

from ..models import PeriodReturn
from .figures import where_words
from .finding import cells_of, title_of


def note_restated(cells: Iterable[dict[str, Any]], *, kind: str, region_code: str, period: Period) -> None:
    """Write into each cell which figures within its days a frozen restatement changed: old, new, why."""
    cells = [cell for cell in cells if not cell.get("of")]
    if not cells:
        return
    first = min(cell["starts_on"] for cell in cells)
    rows = PeriodReturn.objects.filter(
        region_code=region_code,
        status="frozen",
        revision__gt=0,
        starts_on__gte=first,
        ends_on__lte=period.last,
    ).exclude(kind=kind, starts_on=period.start)
    changed = [(one, *pair) for one in rows.order_by("starts_on", "revision") for pair in _changed(one)]
    for cell in cells:
        found: dict[int, dict[str, str]] = {}
        for one, was, change in changed:
            if _same_figure(cell, was) and _within(was, cell):
                found.setdefault(one.pk, _told(one, change))
                if was["span"] == "period":  # the quarter itself says more than the year up to it
                    found[one.pk] = _told(one, change)
        if found:
            cell["restated"] = list(found.values())


def _changed(one: PeriodReturn) -> list[tuple[Mapping[str, Any], Mapping[str, str]]]:
    cells = cells_of(one)
    return [(cells[change["key"]], change) for change in one.changes if change["key"] in cells]


def _same_figure(cell: Mapping[str, Any], was: Mapping[str, Any]) -> bool:
    return all(cell[name] == was[name] for name in ("indicator", "where", "part"))


def _within(was: Mapping[str, Any], cell: Mapping[str, Any]) -> bool:
    return cell["starts_on"] <= was["starts_on"] and was["ends_on"] <= cell["ends_on"]


def _told(one: PeriodReturn, change: Mapping[str, str]) -> dict[str, str]:
    return {"title": title_of(one), "old": change["old"], "new": change["new"], "why": change["why"]}


def restated_words(cell: Mapping[str, Any]) -> list[str]:
    """What was restated within a cell's days, a sentence each."""
    return [
        f"{one['title']}：原 {one['old']}，现 {one['new']}；{one['why']}" for one in cell.get("restated", ())
    ]


def restated_lines(cells: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every restated figure that a return prints a sum over, each restatement of a figure once."""
    lines: dict[str, None] = {}
    for cell in cells:
        if not cell["places"]:
            continue
        name = " · ".join([cell["name"], *where_words(cell)])
        for words in restated_words(cell):
            lines.setdefault(f"{name}：{words}")
    return list(lines)
