"""The policy rulebook, read only: schemes on a day, every rule with its clause and numbers, the papers."""

import re
from datetime import date
from itertools import pairwise

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.claims import queries as claims
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.region_code import RegionCode
from kaogong.rules import CERTIFICATE_KINDS, LEVELS, Document
from kaogong.rules.errors import SchemeUnknown
from kaogong.rules.vocabulary import PAYEES
from kaogong.trail.operations import require_may
from kaogong.web.bureau.judged import is_english, unit_words, value_words

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _where(request) -> tuple[str, date]:
    """The region and day asked for, else one's own region today."""
    book = claims.rulebook()
    asked = request.GET.get("region", "")
    nearest = [asked]
    if request.actor.region_code:
        own = RegionCode(request.actor.region_code[:6])
        nearest += [own.value, *(parent.value for parent in own.parents())]
    region = next((code for code in nearest if code in book.regions), next(iter(book.regions)))
    try:
        on = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        on = request.today
    return region, on


def schemes(request: HttpRequest) -> HttpResponse:
    """The schemes in force in a region on a day."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("政策规则库"))
    book = claims.rulebook()
    region, on = _where(request)
    return render(
        request,
        "bureau/rulebook/schemes.html",
        {
            "regions": book.regions.items(),
            "region": region,
            "region_label": book.regions[region],
            "lineage": [book.regions[code] for code in book.lineage(region)],
            "on": on,
            "schemes": book.schemes(region, on),
            "documents": book.documents.values(),
            "digest": book.digest,
        },
    )


def scheme(request: HttpRequest, code: str) -> HttpResponse:
    """One scheme on a day: each rule, its clause's words, its numbers and where they come from."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("政策规则库"))
    book = claims.rulebook()
    region, on = _where(request)
    try:
        found = book.at(region, on).scheme(code)
    except SchemeUnknown:
        raise NotFound() from None
    days = _days(book, region, code)
    context = {
        "scheme": found,
        "label": found.label_en if is_english() else found.label,
        "region": region,
        "on": on,
        "regions": book.regions.items(),
        "payee": PAYEES[found.payee][is_english()] if found.payee in PAYEES else found.payee,
        "publish": _number(found.publish_days, _series(days, found, "publish_working_days"))
        if found.publish_days
        else None,
        "rules": [_rule(use, days, found) for use in found.rules],
        "parts": [
            {
                "part": part,
                "label": part.label_en if is_english() else part.label,
                "payee": PAYEES[part.payee][is_english()] if part.payee in PAYEES else part.payee,
                "clause": part.by,
                "rate": _number(part.rate, _series(days, found, f"{part.code}.rate")),
                "rates": _rates(part.rate.value),
                "rules": [_rule(use, days, found) for use in part.rules],
            }
            for part in found.parts
        ],
        "unset": len(found.unset),
        "clauses": found.clauses,
    }
    return render(request, "bureau/rulebook/scheme.html", context)


def _days(book, region: str, code: str) -> list[date]:
    """Every day on which some number of the scheme begins or ends, in order."""
    found: set[str] = set()

    def walk(said) -> None:
        if isinstance(said, dict):
            for key, value in said.items():
                if isinstance(key, str) and _DAY.fullmatch(key):
                    found.add(key)
                    if isinstance(value, dict) and "until" in value:
                        found.add(value["until"])
                walk(value)
        elif isinstance(said, list):
            for value in said:
                walk(value)

    for _region, said in book.layers(region, code):
        walk(said)
    return sorted(date.fromisoformat(day) for day in found)


def _series(days: list[date], found, name: str) -> list[dict]:
    """How one number changed over time, told once for each change."""
    told: list[dict] = []
    for day in days:
        try:
            value = found.as_on(day).values().get(name)
        except Refused:
            continue
        if value is not None and (
            not told or told[-1]["since"] != value.since or told[-1]["region"] != value.region_label
        ):
            told.append(
                {
                    "since": value.since,
                    "words": value_words(value.value, value.unit),
                    "region": value.region_label,
                }
            )
    for one, following in pairwise(told):
        one["until"] = following["since"]
    return told if len(told) > 1 else []


def _number(value, series: list[dict]) -> dict:
    return {
        "name": value.name,
        "words": value_words(value.value, value.unit),
        "unit": unit_words(value.unit),
        "since": value.since,
        "region": value.region_label,
        "by": value.by,
        "source": value.source,
        "note": value.note,
        "is_unset": value.value is None,
        "illustrative": value.illustrative,
        "unverified": not value.verified and not value.illustrative and value.value is not None,
        "series": series,
    }


def _rule(use, days, found) -> dict:
    book = claims.rulebook()
    side = is_english()
    return {
        "id": use.rule.id,
        "title": use.rule.title[side],
        "remedy": _filled(use.rule.remedy[side], use.values),
        "waivable": use.rule.waivable,
        "clause": use.by,
        "document": use.by.partition("#")[0],
        "clause_id": use.by.partition("#")[2],
        "words": use.words,
        "region": book.regions[use.region],
        "numbers": [
            _number(value, _series(days, found, f"{use.rule.name}.{name}"))
            for name, value in use.values.items()
        ],
    }


def _filled(text: str, values) -> str:
    """A rule's sentence with its numbers filled in."""
    for name, value in values.items():
        text = text.replace(
            "{" + name + "}",
            str(value.value) if isinstance(value.value, int) else value_words(value.value, value.unit),
        )
    return text


def _rates(value) -> list[dict]:
    """A table of rates by certificate kind and level, and the occupations that differ."""
    if not isinstance(value, dict):
        return []
    side = is_english()
    return [
        {
            "title": title,
            "rows": [
                (
                    CERTIFICATE_KINDS[kind][side],
                    [(LEVELS[int(level)][side], fen) for level, fen in levels.items()],
                )
                for kind, levels in table.items()
            ],
        }
        for title, table in [
            (gettext("一般职业"), value.get("kinds", {})),
            *((catalog.occupation_name(code), table) for code, table in value.get("occupations", {}).items()),
        ]
        if table
    ]


def document(request: HttpRequest, number: str) -> HttpResponse:
    """One paper with the clauses quoted from it, and the rules that rest on each."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("政策规则库"))
    book = claims.rulebook()
    found = book.documents.get(number)
    if not isinstance(found, Document):
        raise NotFound()
    region, on = _where(request)
    used: dict[str, list] = {}
    for one in book.schemes(region, on):
        for use in [*one.rules, *(use for part in one.parts for use in part.rules)]:
            used.setdefault(use.by, []).append((one, use.rule.title[is_english()]))
    clauses = [(clause, used.get(clause.reference, [])) for clause in found.clauses.values()]
    return render(
        request,
        "bureau/rulebook/document.html",
        {
            "document": found,
            "clauses": clauses,
            "region": region,
            "on": on,
            "region_label": book.regions[region],
        },
    )
