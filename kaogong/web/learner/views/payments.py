"""Subsidies: every step dated, every reason with its clause."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from kaogong.access.permissions import Permission
from kaogong.kernel.errors import NotFound
from kaogong.trail.operations import require_may
from kaogong.web.learner.money import receivers, story, subsidies, subsidy


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
    findings = found.decision.get("findings", [])
    order = {"failed": 0, "unknown": 1, "waived": 2, "passed": 3}
    takes_objections = (
        found.notice is not None
        and found.notice.status == "published"
        and found.notice.opens_on <= request.today <= found.notice.closes_on
    )
    return render(
        request,
        "learner/payment.html",
        {
            "subsidy": found,
            "receivers": receivers(found, found.training_class.institution.name),
            "against": [f for f in findings if f["outcome"] in ("failed", "unknown")],
            "findings": sorted(findings, key=lambda f: order[f["outcome"]]),
            "components": found.decision.get("components", []),
            "story": story(found),
            "takes_objections": takes_objections,
        },
    )
