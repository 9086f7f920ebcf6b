"""Checking a statement, receipt or year's certificate by its number and code; nobody is named in full."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from kaogong.statements import queries
from kaogong.web.parts.throttle import too_many
from kaogong.web.portal.forms import PaperForm

TRIES, SECONDS = 30, 600


@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """What stands under a number, where the code is its own; both travel in the body."""
    if request.method != "POST":
        return render(request, "portal/paper.html", {"form": PaperForm()})
    form = PaperForm(request.POST)
    if too_many(request, "paper", most=TRIES, seconds=SECONDS):
        told = {"form": form, "slow_down": gettext("这个网络地址查询太频繁，请 10 分钟后再试。")}
        return render(request, "portal/paper.html", told, status=429)
    if not form.is_valid():
        return render(request, "portal/paper.html", {"form": form}, status=422)
    found = queries.paper_verified(form.cleaned_data["number"], form.cleaned_data["code"])
    told = {"form": form, "looked": True, "found": found}
    if found is not None:
        told |= {
            "whole": queries.is_whole(found),
            "corrections": queries.corrections_of(found),
            "amounts": _amounts(found),
            "again": found.reissues.count(),
        }
    return render(request, "portal/paper.html", told, status=200 if found else 404)


def _amounts(paper) -> list[tuple[str, int]]:
    """The figures to hold against the paper."""
    body = paper.facts["body"]
    if paper.kind == "receipt":
        return [(gettext("金额"), body["amount_fen"])]
    if paper.kind == "tax":
        return [
            (gettext("全年到账"), body["paid_fen"]), (gettext("退回"), body["recovered_fen"]),
            (gettext("净额"), body["net_fen"]),
        ]  # fmt: skip
    return [(gettext("期初应付余额"), body["opening_fen"]), (gettext("期末应付余额"), body["closing_fen"])]
