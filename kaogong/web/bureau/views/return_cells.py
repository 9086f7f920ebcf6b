"""One number of a return: what it is, where it stands, what it was before, and the way to its rows."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.kernel.errors import NotFound
from kaogong.returns import queries
from kaogong.trail.operations import require_may
from kaogong.web.parts import figures_register as register

from .period_returns import finding_shown, opened


def cell(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The cell with its days, places, checks and earlier values."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("季报年报"))
    one = queries.period_return(pk, request.actor)
    cells = list(one.cells)
    if not 1 <= number <= len(cells):
        raise NotFound()
    found = cells[number - 1]
    key = found["key"]
    sees_figures = request.actor.may(P.VIEW_PEOPLE)
    numbers = {other["key"]: place for place, other in enumerate(cells, start=1)}
    return render(
        request,
        "bureau/returns/cell.html",
        {
            "one": one,
            "title": queries.title_of(one),
            "cell": found,
            "label": queries.label_of(found),
            "value": queries.value_words(found),
            "narrowed": queries.where_words(found),
            "restated": queries.restated_words(found),
            "definition": _definition(found["indicator"]),
            "indicator_url": reverse("bureau:indicators:detail", args=[found["indicator"]])
            if sees_figures
            else "",
            "rows_url": opened(one.region_code, one.snapshot, found) if sees_figures else "",
            "halves": [
                (place, queries.label_of(other), queries.value_words(other))
                for place, other in enumerate(cells, start=1)
                if other["key"] in found.get("of", ())
            ],
            "revisions": _values(one, key),
            "findings": [
                finding_shown(check, numbers)
                for check in one.checks
                if key in (check["left"]["key"], (check["right"] or {}).get("key"))
            ],
        },
    )


def _definition(code: str) -> str:
    """What the number counts, in words; nothing where the catalogue no longer has it."""
    try:
        return register.definition_of(register.indicator_named(code))
    except NotFound:
        return ""


def _values(one, key: str) -> list[tuple]:
    """The same number in the return and its restatements, where there are any."""
    found = []
    for other in queries.revisions_of(one):
        cell = queries.cells_of(other).get(key)
        why = next((change["why"] for change in other.changes if change["key"] == key), "")
        found.append((other, queries.value_words(cell) if cell else "", why))
    return found if len(found) > 1 else []
