"""Two days, or two regions, side by side: what is new, gone and otherwise, with the clauses."""

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from kaogong import sheets
from kaogong.access.permissions import Permission as P
from kaogong.claims import queries as claims
from kaogong.trail.operations import require_may
from kaogong.web.bureau.comparing import ADDED, CHANGED, GONE, SchemeDifference, compared
from kaogong.web.bureau.views.rulebook import day_of, where
from kaogong.web.parts.lists import exported
from kaogong.web.parts.policy import cited
from kaogong.web.parts.values import region_name, region_names


def kinds() -> dict[str, str]:
    return {ADDED: gettext("新增"), GONE: gettext("取消"), CHANGED: gettext("改动")}


def compare(request: HttpRequest) -> HttpResponse:
    """What differs between two selections of region and day; ``export=xlsx`` gives it as a sheet."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("政策规则库"))
    book = claims.rulebook()
    region, on = where(request)
    before_region = _region(book, request.GET.get("from_region"), region)
    after_region = _region(book, request.GET.get("to_region"), region)
    before_on = day_of(request.GET.get("from_on", ""), on.replace(month=1, day=1))
    after_on = day_of(request.GET.get("to_on", ""), on)
    found = compared(book.schemes(before_region, before_on), book.schemes(after_region, after_on))
    sides = [
        f"{region_name(before_region)} {before_on:%Y-%m-%d}",
        f"{region_name(after_region)} {after_on:%Y-%m-%d}",
    ]
    if request.GET.get("export") == "xlsx":
        return _sheet(request, found, sides)
    return render(
        request,
        "bureau/rulebook/compare.html",
        {
            "regions": region_names(),
            "before_region": before_region,
            "before_on": before_on,
            "after_region": after_region,
            "after_on": after_on,
            "sides": sides,
            "found": found,
            "counts": _counts(found),
            "kinds": kinds(),
            "may_export": request.actor.may(P.EXPORT_LIST) and bool(found),
        },
    )


def _region(book, asked: str | None, otherwise: str) -> str:
    return asked if asked in book.regions else otherwise


def _counts(found: list[SchemeDifference]) -> list[dict]:
    schemes = Counter(one.kind for one in found)
    rows = Counter(row.kind for one in found if one.kind == CHANGED for row in one.rows)
    return [
        {"label": gettext("新增的项目"), "value": schemes[ADDED]},
        {"label": gettext("取消的项目"), "value": schemes[GONE]},
        {
            "label": gettext("有改动的项目"),
            "value": schemes[CHANGED],
            "note": " · ".join(f"{word} {rows[kind]}" for kind, word in kinds().items() if rows[kind]),
        },
    ]


def _sheet(request, found: list[SchemeDifference], sides: list[str]) -> HttpResponse:
    require_may(request.actor, P.EXPORT_LIST, gettext("导出"))
    title = gettext("政策对照")
    columns = [
        ("scheme", gettext("补贴项目"), "text"),
        ("kind", gettext("变化"), "text"),
        ("what", gettext("事项"), "text"),
        ("before", sides[0], "text"),
        ("before_clause", gettext("条款"), "text"),
        ("after", sides[1], "text"),
        ("after_clause", gettext("条款"), "text"),
    ]
    rows = [
        (
            one.label,
            kinds()[row.kind],
            row.what,
            row.before.words or row.before.text,
            cited(row.before.clause),
            row.after.words or row.after.text,
            cited(row.after.clause),
        )
        for one in found
        for row in one.rows
    ]
    data = sheets.write_table(columns, rows, title=title, subtitle=" → ".join(sides))
    return exported(request, data, title=title, rows=len(rows))
