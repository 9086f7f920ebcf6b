"""Checking in on one's own phone: the page, the page kept for lost networks, and calls over."""

import json
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from kaogong.access.permissions import Permission
from kaogong.kernel.rotating_code import claimed
from kaogong.presence import queries as presence
from kaogong.trail.operations import require_may

WORKER = "kaogong/check_in_worker.js"


def page(request: HttpRequest) -> HttpResponse:
    """One button: for the code in the address, or one typed; with the day's sessions below."""
    require_may(request.actor, Permission.CHECK_IN, gettext("签到"))
    token = request.GET.get("c", "")[:80]
    said = claimed(token) if token else None  # believed only when sent
    mine = presence.my_sessions(request.actor.person_id, request.at, days_back=0, days_ahead=0)
    open_now = [one for one in mine if one.phase]
    about = next((one for one in mine if said and one.session.pk == said.place), None)
    if about is None and not token and len(open_now) == 1:
        about = open_now[0]
    calls = [one for one in mine if one.open_recall]
    call = about if about and about.open_recall else next(iter(calls), None) if not about else None
    return render(
        request,
        "learner/check_in.html",
        {
            "who": who(request),
            "token": token if said else "",
            "is_unreadable": bool(token and not said),
            "about": about,
            "call": call,
            "button": _button(about, call),
            "sessions": open_now,
            "mine": mine,
            "kept_sessions": json.dumps([[one.session.pk, _hours(one)] for one in mine]),
        },
    )


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """The number of an open call over that waits for this person, or nothing: asked now and then by the page."""
    require_may(request.actor, Permission.CHECK_IN, gettext("签到"))
    waiting = presence.open_recalls(request.actor.person_id, request.at)
    if not waiting:
        return HttpResponse(status=204)
    return render(request, "learner/calls.html", {"recall": waiting[0]})


@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """The check-in page without anybody in it, kept by the browser and shown when there is no network."""
    return render(request, "learner/check_in_kept.html")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps that page; served here, because it may only keep what lies below its address."""
    found = finders.find(WORKER)
    if found is None:
        raise Http404
    script = Path(found).read_text(encoding="utf-8")
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


def who(request: HttpRequest) -> str:
    """A mark by which a phone tells its users apart; says nothing of the person to who reads it."""
    return sha256(f"{settings.SECRET_KEY}:phone:{request.actor.person_id}".encode()).hexdigest()[:16]


def _button(about, call) -> str:
    if call is not None:
        return gettext("答到")
    return gettext("签退") if about is not None and about.phase == presence.OUT else gettext("签到")


def _hours(one) -> str:
    return f"{one.session.starts_at:%H:%M}–{one.session.ends_at:%H:%M}"
