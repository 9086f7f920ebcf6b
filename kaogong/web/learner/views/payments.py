"""Subsidies: every step dated, every reason with its clause."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from kaogong.access.permissions import Permission
from kaogong.claims import queries as claims
from kaogong.kernel.errors import NotFound
from kaogong.rules import Decision
from kaogong.trail.operations import require_may
from kaogong.web.learner.money import receivers, story, subsidies, subsidy
from kaogong.web.parts.decisions import told


def own(request: HttpRequest) -> HttpResponse:
    """Every subsidy of mine, newest first."""
    require_may(request.actor, Permission.VIEW_OWN_FILE, gettext("补贴"))
    return render(
        request, "learner/payments.html", {"rows": subsidies(request.actor.person_id, request.today)}
    )


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One subsidy: who gets it and why, what was checked, what happened when, and how to object."""
    require_may(request.actor, Permission.VIEW_OWN_FILE, gettext("补贴"))
    found = subsidy(request.actor.person_id, pk, request.today)
    if found is None:
        raise NotFound()
    takes_objections = (
        found.notice is not None
        and found.notice.status == "published"
        and found.notice.opens_on <= request.today <= found.notice.closes_on
    )
    decided = claims.appealable(found.line)
    return render(
        request,
        "learner/payment.html",
        {
            "subsidy": found,
            "receivers": receivers(found, found.training_class.institution.name),
            "told": told(Decision.from_dict(found.decision), found.kept) if found.kept else None,
            "story": story(found),
            "takes_objections": takes_objections,
            "appealable": decided,
            "may_appeal": decided is not None and decided.is_open(request.today),
            "changing": claims.changing_account("person", request.actor.person_id)
            if found.line.status == "cleared"
            else None,
        },
    )
