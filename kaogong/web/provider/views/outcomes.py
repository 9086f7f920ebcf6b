"""What learners thought of the institution's classes, and how many work afterwards."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.outcomes import queries
from kaogong.trail.operations import require_may

SHOWN = 50


def results(request: HttpRequest) -> HttpResponse:
    """The institution's own rating, surveys and rates; never who answered, never a comment."""
    require_may(request.actor, P.DRAFT_CLASS, gettext("培训成效"))
    own = request.actor.organisation_id
    surveys = list(queries.surveys(request.actor)[:SHOWN])
    region = surveys[0].region_code if surveys else request.actor.region_code
    rating = queries.ratings([own], region, request.today)[own] if region else None
    rates = queries.outcome_rates(request.actor)
    return render(
        request,
        "provider/outcomes.html",
        {
            "surveys": surveys,
            "rating": rating,
            "rates": [(rate, catalog.occupation_name(rate.occupation_code)) for rate in rates],
        },
    )


def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """One survey of the institution once it is closed: the counted answers, question by question."""
    require_may(request.actor, P.DRAFT_CLASS, gettext("学员评价"))
    found = queries.survey(pk, by=request.actor)
    closed = found.status == "closed"
    return render(
        request,
        "provider/survey.html",
        {"survey": found, "tallies": queries.tallies(found) if closed and enough(found) else []},
    )


def enough(survey) -> bool:
    """Whether so many answered that no one can be told from the figures."""
    return survey.answered - survey.aside >= 3
