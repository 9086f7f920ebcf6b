"""Where phones send check-ins: one attempt in, one answer out, as little work as there can be."""

import json
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from kaogong.kernel.errors import NotPermitted, Refused
from kaogong.presence import operations
from kaogong.web.parts.evidence import weak_side
from kaogong.web.parts.wording import told

_LONGEST = 4096  # bytes of one attempt


class AttemptUnclear(Refused):
    """没有读懂这次签到。请刷新页面后再试。"""


@require_POST
def record(request: HttpRequest) -> JsonResponse:
    """Take one check-in, or one answer to a recall; a refusal is told in the same form and kept by the phone."""
    try:
        receipt = operations.check_in(**_attempt(request), by=request.actor, at=request.at)
    except NotPermitted:
        raise
    except Refused as refusal:
        return JsonResponse({"taken": False, "said": told(refusal)}, status=409)
    return JsonResponse(
        {
            "taken": True,
            "said": receipt.sentence,
            "reasons": weak_side(receipt.evidence, receipt.phase),
            "session": receipt.session_id,
            "face": face_address(receipt),
        }
    )


def face_address(receipt: operations.CheckInReceipt) -> str:
    """Where a photograph is taken after this check-in; empty where the region asks for none."""
    return reverse("learner:check_in:photograph", args=[receipt.session_id]) if receipt.asks_face else ""


def _attempt(request: HttpRequest) -> dict:
    """What the phone says, as the operation takes it."""
    try:
        given = json.loads(request.body[:_LONGEST])
        position = None
        if given.get("latitude") is not None:
            position = [float(given[name]) for name in ("latitude", "longitude")]
            position.append(None if given.get("accuracy") is None else float(given["accuracy"]))
        return {
            "client_key": UUID(given["client_key"]),
            "device_key": str(given["device_key"]),
            "token": str(given.get("token") or ""),
            "short_code": str(given.get("short_code") or ""),
            "session_id": _number(given.get("session")),
            "recall_id": _number(given.get("recall")),
            "position": position,
            "taken_at": _moment(given.get("taken_at")),
            "sent_at": _moment(given.get("sent_at")),
        }
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise AttemptUnclear() from fault


def _number(value: object) -> int | None:
    """A row's number, or nothing; one that no row can have is unclear."""
    if value in (None, ""):
        return None
    number = int(value)
    if not 0 < number < 2**63:
        raise ValueError
    return number


def _moment(value: object) -> datetime | None:
    """An instant of the phone's clock, told with its zone."""
    found = parse_datetime(str(value)) if value else None
    return found if found is not None and found.tzinfo is not None else None
