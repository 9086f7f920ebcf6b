"""How training is conducted in a region on a day: windows, checklists, forms and ladders, with their sources."""

from types import MappingProxyType

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.claims import queries as claims
from kaogong.kernel.errors import NotFound
from kaogong.rules.vocabulary import CONDUCT_UNITS, CONDUCT_WORDS
from kaogong.trail.operations import require_may
from kaogong.web.parts.values import (
    certainty,
    in_english,
    listed,
    named,
    region_name,
    region_names,
    unit_words,
)

from .rulebook import where

TECHNICAL = "technical"


def topics(request: HttpRequest) -> HttpResponse:
    """Every topic of a region, with how many of its values and lists nothing gives or nobody has verified."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("政策规则库"))
    book = claims.rulebook()
    region, on = where(request)
    found = []
    for code, labels in book.conduct_topics(region).items():
        said = book.conduct(region, code, on)
        marks = [_certainty(value) for value in said.values.values()]
        marks += [_table_certainty(table) for table in said.tables.values()]
        found.append(
            {
                "code": code,
                "label": labels[in_english()],
                "values": len(said.values),
                "tables": sum(1 for table in said.tables.values() if table.rows),
                "unset": marks.count("unset"),
                "unverified": marks.count("unverified"),
                "illustrative": marks.count("illustrative"),
            }
        )
    return render(request, "bureau/rulebook/topics.html", _bar(region, on) | {"topics": found})


def topic(request: HttpRequest, topic: str) -> HttpResponse:
    """One topic: each value and each list as it stands on the day, and where it comes from."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("政策规则库"))
    book = claims.rulebook()
    region, on = where(request)
    if topic not in book.conduct_topics(region):
        raise NotFound()
    said = book.conduct(region, topic, on)
    shown = {
        "topic": topic,
        "label": said.label_en if in_english() else said.label,
        "values": [_value(value) for value in said.values.values()],
        "tables": [_table(table) for table in said.tables.values()],
    }
    return render(request, "bureau/rulebook/topic.html", _bar(region, on) | shown)


def _bar(region: str, on) -> dict:
    return {"regions": region_names(), "region": region, "region_label": region_name(region), "on": on}


def _certainty(value) -> str:
    return TECHNICAL if value.technical else certainty(value)


def _table_certainty(table) -> str:
    if not table.rows:
        return "unset"
    if table.technical:
        return TECHNICAL
    if table.illustrative:
        return "illustrative"
    return "stated" if table.verified else "unverified"


def _value(value) -> dict:
    return {
        "name": value.name,
        "clause": value.clause_id,
        "label": value.label_en if in_english() else value.label,
        "words": _words(value.value / 100 if value.unit == "元" and value.value is not None else value.value),
        "unit": _unit(value.unit),
        "is_unset": value.value is None,
        "certainty": _certainty(value),
        "since": value.since,
        "region": region_name(value.region),
        "by": value.by,
        "source": value.source,
        "note": value.note,
    }


def _unit(unit: str) -> str:
    return CONDUCT_UNITS[unit] if in_english() and unit in CONDUCT_UNITS else unit_words(unit)


def _table(table) -> dict:
    side = in_english()
    own = {str(row["code"]): _named_row(row) for row in table.rows if "code" in row and "label" in row}
    hidden = {"label", "label_en", "code"} if any("label" in row for row in table.rows) else set()
    columns = [c for c in dict.fromkeys(key for row in table.rows for key in row) if c not in hidden]
    named = {column: table.columns[column][side] if column in table.columns else column for column in columns}
    return {
        "name": table.name,
        "clause": table.clause_id,
        "label": table.label_en if side else table.label,
        "columns": [named[column] for column in columns],
        "is_labelled": bool(hidden),
        "rows": [
            (
                _named_row(row),
                [(named[column], _words(row.get(column), own)) for column in columns],
            )
            for row in table.rows
        ],
        "certainty": _table_certainty(table),
        "since": table.since,
        "region": region_name(table.region) if table.region else "",
        "by": table.by,
        "quote": table.quote,
        "source": table.source,
        "note": table.note,
    }


def _named_row(row) -> str:
    return str(row.get("label_en" if in_english() and "label_en" in row else "label", ""))


def _words(value, own=MappingProxyType({})) -> str:
    """A cell in words: lists one after another, yes and no as words, groups as name and value.

    ``own`` are the names of the rows of the same list, which a cell may tell by their code.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, list):
        if any(isinstance(item, dict) and "label" not in item for item in value):
            return ("; " if in_english() else "；").join(_words(item, own) for item in value)
        return listed([_words(item, own) for item in value])
    if isinstance(value, dict):
        label = value.get("label_en" if in_english() and "label_en" in value else "label")
        return (
            str(label)
            if label
            else listed([f"{_words(key)} {_words(item, own)}" for key, item in value.items()])
        )
    if value in own:
        return own[value]
    if value in CONDUCT_WORDS:
        return CONDUCT_WORDS[value][in_english()]
    return named(str(value))
