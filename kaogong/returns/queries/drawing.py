"""Files drawn from a template and a return's cells: what stands where, and the charts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kaogong.papers.charts import Bar, bars_png

from . import documents, workbooks
from .figures import indicator_named, label_of, value_words
from .placeholders import BESIDE, Placeholder, Unreadable, read
from .shown import UNKNOWN, Shown, amount, change_words, shown


@dataclass
class Content:
    """What a template is answered from. ``narrative`` and ``changes`` are paragraphs."""

    facts: Mapping[str, str]
    cells: Mapping[str, Mapping[str, Any]]
    rows: Mapping[str, Sequence[Sequence[str]]]
    narrative: Sequence[str] = ()
    changes: Sequence[str] = ()
    notes: Sequence[str] = ()  # what is said after where the figures come from
    stated: Collection[str] = ()  # cells the narrative states


@dataclass
class Drawn:
    """A file, and for each cell's key the places where it is printed."""

    content: bytes
    places: dict[str, list[str]] = field(default_factory=dict)


def draw(layout: str, template: bytes, content: Content) -> Drawn:
    """Answer every placeholder of one template."""
    places: dict[str, list[str]] = {}

    def understood(_place: str, text: str) -> Placeholder | None:
        try:
            return read(text, indicator=indicator_named)
        except Unreadable:
            return None

    def answer(asked: Placeholder, row) -> Shown:
        return _answer(asked, row, content)

    def note(place: str, asked: Placeholder, row) -> None:
        if asked.kind in ("figure", "change") and (row is None or row[0]):
            places.setdefault(_of_row(asked, row).key, []).append(place)

    rows = {name: [(code, label) for code, label in found] for name, found in content.rows.items()}
    if layout == "xlsx":
        data = workbooks.filled(template, understood, answer, rows, note)
    else:
        data = documents.filled(
            template, understood, answer, rows, note,
            blocks=lambda asked: _block(asked, content), picture=lambda asked: _picture(asked, content),
        )  # fmt: skip
    return Drawn(data, places)


def _of_row(asked: Placeholder, row) -> Placeholder:
    if row is None or not row[0]:
        return asked
    dimension, _equals, code = row[0].partition("=")
    return asked.within(dimension, code)


def _answer(asked: Placeholder, row, content: Content) -> Shown:
    if asked.kind == "fact":
        return Shown(content.facts.get(asked.what, ""))
    if asked.kind == "row":
        if row is None:
            return Shown(UNKNOWN)
        narrowing, label, place = row
        if asked.what == "row.number":
            return Shown(str(place), place, "0")
        return Shown(label if asked.what == "row.label" else narrowing.partition("=")[2])
    if asked.kind == "block":
        return Shown("；".join(_block(asked, content)))
    if row is not None and not row[0]:  # a row of nothing is no row of the whole
        return Shown(UNKNOWN)
    cell = content.cells.get(_of_row(asked, row).key)
    if cell is None:
        return Shown(UNKNOWN)
    if asked.kind == "change":
        return _change(cell, content)
    return shown(cell["value"], cell["unit"], asked.scale)


def _change(cell: Mapping[str, Any], content: Content) -> Shown:
    """A change as a number for a sheet's cell, in words where it stands among words."""
    value = cell["value"]
    now, before = (content.cells[key] for key in cell["of"])
    words = change_words(now["value"], before["value"], now["unit"])
    if value is None:
        return Shown(words)
    return Shown(words, float(amount(value, "%") / 100), "+0.0%;-0.0%;0.0%")


def _block(asked: Placeholder, content: Content) -> list[str]:
    if asked.what in ("narrative", "body"):
        return list(content.narrative)
    if asked.what == "changes":
        return list(content.changes)
    return [*sources(content.cells, content.stated), *content.notes]


def sources(cells: Mapping[str, Mapping[str, Any]], stated: Collection[str] = ()) -> list[str]:
    """Where each figure of a text comes from: name, days, value, meaning. Those of sheets are not repeated."""
    lines = []
    for key, cell in cells.items():
        is_beside = cell["part"] == BESIDE and bool(cell["places"])
        is_here = (
            is_beside or key in stated or any(not place.startswith("Excel ") for place in cell["places"])
        )
        if cell.get("of") or not is_here:
            continue
        days = f"{cell['starts_on']}—{cell['ends_on']}"
        source = cell["note"] if is_beside else f"指标 {cell['indicator']}"
        lines.append(f"{len(lines) + 1}. {label_of(cell)}（{days}）：{value_words(cell)}；{source}")
    return lines


def _picture(asked: Placeholder, content: Content) -> bytes:
    bars = []
    unit = ""
    for code, label in content.rows.get(asked.dimension, []):
        figure = Placeholder(asked.text, "figure", asked.what, asked.span).within(asked.dimension, code)
        cell = content.cells.get(figure.key)
        if cell is not None:
            unit = cell["unit"]
            told = shown(cell["value"], unit)
            bars.append(Bar(label, float(amount(cell["value"] or 0, unit)), told.text))
    name = next((cell["name"] for cell in content.cells.values() if cell["indicator"] == asked.what), "")
    return bars_png(asked.title or name, bars, unit=unit)
