"""The screen of a room: the code that changes, and how many have come. Nobody is named on it."""

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from kaogong.access.permissions import Permission
from kaogong.kernel.errors import NotFound, NotPermitted, Refused
from kaogong.presence import operations
from kaogong.presence import queries as presence
from kaogong.trail.operations import require_may
from kaogong.training import queries as training
from kaogong.web.parts.wording import told


def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """The page for a projector or a television; its script asks for the next code by itself."""
    require_may(request.actor, Permission.SHOW_CODE, gettext("出示签到码"))
    session = presence.session(pk, by=request.actor)
    return render(
        request,
        "provider/screen.html",
        {
            "session": session,
            "class": session.training_class,
            "code": _now(request, session),
        },
    )


def code(request: HttpRequest, pk: int) -> JsonResponse:
    """What the screen shows now; ``over`` when there is no more to show."""
    require_may(request.actor, Permission.SHOW_CODE, gettext("出示签到码"))
    return JsonResponse(_now(request, presence.session(pk, by=request.actor)))


def _now(request: HttpRequest, session) -> dict:
    """The code as a picture and to be typed, for how many seconds it holds, and how many have come."""
    try:
        shown = operations.show_code(session.pk, by=request.actor, at=request.at)
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        return {"over": True, "said": told(refusal)}
    address = settings.PUBLIC_ADDRESS.rstrip("/") + reverse("learner:check_in:page")
    square = segno.make(f"{address}?c={shown.token}", error="m", boost_error=False)
    return {
        "qr": square.png_data_uri(scale=8, border=2),
        "short": f"{shown.short_code[:4]} {shown.short_code[4:]}",
        "seconds": max(1, round((shown.valid_until - request.at).total_seconds())),
        "phase": gettext("签退") if shown.phase == "out" else gettext("签到"),
        "came": presence.check_ins_of(session.pk, request.actor)
        .order_by()
        .values("enrolment_id")
        .distinct()
        .count(),
        "expected": training.enrolments(session.training_class_id).count(),
    }
