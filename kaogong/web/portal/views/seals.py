"""The last digest of each day of both chains: whoever keeps a copy sees it when the books are written anew."""

from itertools import groupby, islice

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kaogong.audit import queries

DAYS_SHOWN = 60


def seals(request: HttpRequest) -> HttpResponse:
    """The latest days."""
    by_day = groupby(queries.published_digests(), key=lambda one: one[0])
    days = [(day, {chain: digest for _, chain, digest in told}) for day, told in islice(by_day, DAYS_SHOWN)]
    return render(request, "portal/seals.html", {"days": days})


def text(_request: HttpRequest) -> HttpResponse:
    """All of them as a file to keep, as ``kaogong trail verify --against`` reads it."""
    lines = "".join(f"{day} {chain} {digest}\n" for day, chain, digest in queries.published_digests())
    answer = HttpResponse(lines, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="digests.txt"'
    return answer
