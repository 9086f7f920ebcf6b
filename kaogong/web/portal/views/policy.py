"""The policy in plain words, out of the rulebook."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kaogong.catalog import queries as catalog
from kaogong.claims.queries import rulebook
from kaogong.kernel.errors import NotFound
from kaogong.kernel.writing import tidy
from kaogong.web.parts.policy import cited, level_name, rate_of, schemes_in_force, told


def schemes(request: HttpRequest) -> HttpResponse:
    """Every scheme in force, and where to read on."""
    found = [told(scheme) for scheme in schemes_in_force(settings.REGION_CODE, request.today)]
    return render(
        request,
        "portal/policy.html",
        {"schemes": found, "region_name": catalog.region_name(settings.REGION_CODE)},
    )


def scheme(request: HttpRequest, code: str) -> HttpResponse:
    """One scheme: who, what, how much, how, and the clauses in their own words."""
    found = next(
        (scheme for scheme in schemes_in_force(settings.REGION_CODE, request.today) if scheme.code == code),
        None,
    )
    if found is None:
        raise NotFound()
    book = rulebook()
    clauses = [
        (cited(reference), book.document(reference).text, book.document(reference.partition("#")[0]))
        for reference in found.clauses
    ]
    return render(request, "portal/scheme.html", {"scheme": told(found), "clauses": clauses})


def occupations(request: HttpRequest) -> HttpResponse:
    """Occupations whose training is subsidised, with levels and rates."""
    text = tidy(request.GET.get("text", ""))
    in_force = schemes_in_force(settings.REGION_CODE, request.today)
    rows = [
        row
        for row in catalog.subsidised_list(settings.REGION_CODE, request.today)
        if text in row.occupation_name or row.occupation_code.startswith(text)
    ]
    for row in rows:
        row.levels = [
            (
                level_name(code),
                [rate for scheme in in_force if (rate := rate_of(scheme, row.occupation_code, code))],
            )
            for code in row.level_codes
        ]
    return render(request, "portal/occupations.html", {"rows": rows, "text": text, "is_filtered": bool(text)})


def documents(request: HttpRequest) -> HttpResponse:
    """Every paper the rules rest on, with the clauses quoted."""
    found = sorted(rulebook().documents.values(), key=lambda paper: paper.issued_on, reverse=True)
    papers = [
        (paper, [(cited(clause.reference), clause.text) for clause in paper.clauses.values()])
        for paper in found
    ]
    return render(request, "portal/documents.html", {"papers": papers})
