"""What was corrected since a snapshot: figures then and now over the same days, and the rows between them."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from kaogong.kernel.errors import NotPermitted, Refused
from kaogong.statistics import queries as statistics
from kaogong.web.bureau import figure_rows, figure_telling
from kaogong.web.bureau.figure_question import Question, home_region, told_span
from kaogong.web.bureau.picture_parts import HEADLINES
from kaogong.web.parts import figures
from kaogong.web.parts import figures_period as periods
from kaogong.web.parts import figures_register as register

SHOWN = 200


def countable() -> list[register.Indicator]:
    """The indicators that open to rows."""
    return [one for one in register.every_indicator() if not one.is_stated]


def question(asked: Question, snapshot) -> Question:
    """The question held to the days the snapshot can know of: what came later is no correction."""
    known_on = timezone.localdate(snapshot.as_of)
    return replace(asked, span=asked.span.so_far(known_on), snapshot=None, dimension="")


def headlines(request: HttpRequest, snapshot) -> list[dict[str, Any]] | None:
    """The main figures of the snapshot's own year, then and now; None where the actor has no region."""
    region_code = home_region(request.actor)
    if not region_code:
        return None
    known_on = timezone.localdate(snapshot.as_of)
    found = []
    for code in HEADLINES:
        one = register.indicator_named(code)
        span = told_span(one, periods.year(known_on.year), known_on)
        asked = Question(one, region_code, span)
        try:
            was, now = _both(asked, snapshot, request.actor)
        except NotPermitted:
            raise
        except Refused:
            continue
        found.append(_line(asked, snapshot, was, now))
    return found


def _both(asked: Question, snapshot, by):
    earlier = figure_telling.figure_of(replace(asked, snapshot=snapshot.number), by)
    return earlier, figure_telling.figure_of(asked, by)


def _line(asked: Question, snapshot, was, now) -> dict[str, Any]:
    unit = asked.indicator.unit
    return {
        "name": register.name_of(asked.indicator),
        "was": figures.told(was.value, unit),
        "now": figures.told(now.value, unit),
        "moved": moved(was.value, now.value, unit),
        "is_same": was.value == now.value,
        "url": url(asked, snapshot.number),
    }


def moved(was: int | None, now: int | None, unit: str) -> str:
    """By how much a figure was corrected, with its sign."""
    if was is None or now is None:
        return "—"
    if was == now:
        return gettext("没有变化")
    sign = "+" if now > was else ""
    return f"{sign}{figures.written(now - was, unit)}"


def url(asked: Question, number: int, **more: Any) -> str:
    """Where the rows between then and now stand."""
    at = reverse("bureau:snapshots:differences", args=[number, asked.code])
    return f"{at}?{asked.query(**more)}"


def parts_of(asked: Question, snapshot, part: str) -> list[dict[str, Any]]:
    """Numerator and denominator as two tabs; nothing for a plain figure."""
    if asked.indicator.percent is None:
        return []
    names = (("numerator", gettext("分子")), ("denominator", gettext("分母")))
    return [
        {"label": label, "url": url(asked, snapshot.number, part=name), "is_here": name == part}
        for name, label in names
    ]


def told(asked: Question, snapshot, by, part: str) -> dict[str, Any]:
    """Then and now, and the rows gone, come and changed since, each table cut to so many rows."""
    was, now = _both(asked, snapshot, by)
    found = statistics.differences(
        asked.code,
        by=by,
        region_code=asked.region_code,
        period=asked.span.period,
        earlier=snapshot.number,
        where=asked.conditions or None,
        part=part,
    )
    tables = [
        _table("gone", gettext("后来不再计入的"), found.gone),
        _table("come", gettext("后来补计入的"), found.come),
        _table("changed", gettext("仍然计入、内容有更正的"), found.changed, found.was),
    ]
    return {
        "then": _line(asked, snapshot, was, now),
        "as_of": now.as_of,
        "tables": tables,
        "count": sum(one["count"] for one in tables),
    }


def _table(name: str, title: str, found, was=None) -> dict[str, Any]:
    columns = figure_rows.columns(found)
    cells = figure_rows.cells(replace(found, rows=found.rows[:SHOWN]))
    if was is not None:
        earlier = figure_rows.cells(replace(was, rows=was.rows[:SHOWN]))
        columns = [{"name": "what", "label": gettext("更正内容"), "is_number": False}, *columns]
        cells = [[_what(now, then), *now] for now, then in zip(cells, earlier, strict=True)]
    return {
        "name": name,
        "title": title,
        "count": found.count,
        "columns": columns,
        "rows": cells,
        "is_cut": found.count > SHOWN,
        "shown": SHOWN,
    }


def _what(now: list[dict], then: list[dict]) -> dict[str, Any]:
    """Which values of a row are others than they were, old and new."""
    moved = [
        gettext("{label}：{was} → {now}").format(
            label=cell["label"], was=old["words"] or "—", now=cell["words"] or "—"
        )
        for cell, old in zip(now, then, strict=True)
        if cell["words"] != old["words"]
    ]
    return {"label": gettext("更正内容"), "words": gettext("；").join(moved), "is_number": False, "url": ""}
