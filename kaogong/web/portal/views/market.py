"""技能人才市场供需信息 as anyone may read it and take it along (B3)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kaogong.demand import queries
from kaogong.web.parts.lists import download
from kaogong.web.parts.market import lines_told, sheet_of, table_of, title_of


def bulletins(request: HttpRequest) -> HttpResponse:
    """Every published quarter, the latest first."""
    rows = list(queries.public_market_bulletins(settings.REGION_CODE))
    for row in rows:
        row.title = title_of(row)
    return render(request, "portal/market_bulletins.html", {"bulletins": rows})


def bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """One quarter: posts wanted, people seeking, one against the other; small numbers hidden."""
    found = queries.public_market_bulletin(pk)
    return render(
        request,
        "portal/market_bulletin.html",
        {"bulletin": found, "title": title_of(found), "lines": lines_told(found)},
    )


def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The quarter as .xlsx."""
    return download(*sheet_of(queries.public_market_bulletin(pk)))


def table(request: HttpRequest, pk: int) -> HttpResponse:
    """The quarter as CSV."""
    data, name = table_of(queries.public_market_bulletin(pk))
    return download(data, name, "text/csv; charset=utf-8")
