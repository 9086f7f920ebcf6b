"""One person's decision on a page of its own, as the person can follow it; to read over, print or hand out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.claims import queries as claims
from kaogong.claims.states import UNDECIDED
from kaogong.kernel.errors import NotFound
from kaogong.rules import Decision as Judged
from kaogong.trail.operations import require_may
from kaogong.web.bureau import judged as told_by
from kaogong.web.parts.policy import level_name


def line(request: HttpRequest, pk: int) -> HttpResponse:
    """The latest decision of a line, or the one ``version`` asks for, with what would change it."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("补贴申领"))
    found = claims.line(pk, by=request.actor)
    history = list(claims.decisions(pk))
    asked = request.GET.get("version", "")
    decision = (
        next((one for one in history if str(one.version) == asked), None)
        if asked
        else (history or [None])[-1]
    )
    if decision is None:
        raise NotFound()
    judged = Judged.from_dict(decision.decision)
    is_latest = decision is history[-1]
    changeable = is_latest and found.claim.status in UNDECIDED and found.status == "judged"
    return render(
        request,
        "bureau/claims/line.html",
        {
            "line": found,
            "claim": found.claim,
            "decision": decision,
            "told": told_by.told(judged, decision),
            "scheme": judged.scheme_label_en if told_by.is_english() else judged.scheme_label,
            "occupation": catalog.occupation_name(found.occupation_code),
            "level": level_name(str(found.level)),
            "history": history,
            "is_latest": is_latest,
            "missing": [(fact, told_by.fact_label(fact)) for fact in told_by.facts_missing(judged)]
            if changeable and request.actor.may(P.SUPPLY_EVIDENCE)
            else [],
            "exceptions": claims.exceptions(pk),
        },
    )
