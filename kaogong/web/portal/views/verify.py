"""Checking a certificate: every printed field, and whether it stands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from kaogong.certificates import queries as certificates
from kaogong.certificates.states import CERTIFICATE
from kaogong.kernel.writing import compact
from kaogong.web.parts.throttle import too_many
from kaogong.web.portal.forms import VerifyForm

TRIES, SECONDS = 30, 600


@never_cache
def verify_form(request: HttpRequest) -> HttpResponse:
    """By number, typed in a form that travels in the body; at most 30 tries in ten minutes."""
    if request.method != "POST":
        return render(request, "portal/verify.html", {"form": VerifyForm()})
    form = VerifyForm(request.POST)
    if too_many(request, "verify", most=TRIES, seconds=SECONDS):
        return _slow_down(request, form)
    if not form.is_valid():
        return render(request, "portal/verify.html", {"form": form}, status=422)
    number = form.cleaned_data["number"]
    found = certificates.verification(number, form.cleaned_data["name"])
    return _told(request, form, found, number)


@never_cache
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """By the code of a QR; only codes that lead nowhere count as tries."""
    found = certificates.verification(code)
    if (found is None or not found.verification_code) and too_many(
        request, "verify", most=TRIES, seconds=SECONDS
    ):
        return _slow_down(request, VerifyForm())
    return _told(request, VerifyForm(), found, code)


def _told(request, form, found, asked: str) -> HttpResponse:
    context = {"form": form, "asked": compact(asked), "found": found, "looked": True}
    if found is not None:
        context["lifecycle"] = CERTIFICATE
        context["changed"] = certificates.status_changed(found.number)
    return render(request, "portal/verify.html", context, status=200 if found else 404)


def _slow_down(request, form) -> HttpResponse:
    context = {
        "form": form,
        "slow_down": gettext("这个网络地址查询太频繁，请 10 分钟后再试。急用可到街道服务窗口当面查验。"),
    }
    return render(request, "portal/verify.html", context, status=429)
