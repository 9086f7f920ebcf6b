"""What a class was filed with, as the bureau judges it: answers, documents, rules; and who may work after it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from kaogong.access.permissions import Permission
from kaogong.claims import queries as claims
from kaogong.trail.operations import require_may
from kaogong.training import operations
from kaogong.training import queries as training
from kaogong.web.parts.filing import answers_in_words, documents_by_kind, learners_part
from kaogong.web.parts.lists import download

from .classes import frame


def ready_rows(training_class, today) -> list:
    """What the class's form asks, each with where the bureau reads more of it."""
    pk = training_class.pk
    where = {"roster": reverse("bureau:classes:roster", args=[pk])}
    return [
        {"state": row.state, "message": row.message, "source": row.source, "link": where.get(row.where, "")}
        for row in training.readiness(training_class, today)
    ]


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The filing form and its documents beside what the data asks."""
    shown = frame(request, pk, "filing")
    found = shown["class"]
    form = training.form_of(found, request.today)
    return render(
        request,
        "bureau/classes/filing.html",
        {
            **shown,
            "readiness": ready_rows(found, request.today),
            "answers": answers_in_words(found, form),
            "documents": documents_by_kind(found, form),
            "filing": training.filing_of(pk),
            "evidence_url": "bureau:evidence:file",
        },
    )


def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document as the provider sent it; the look is kept in the trail."""
    require_may(request.actor, Permission.VIEW_PEOPLE, gettext("申报材料"))
    found = operations.read_evidence(pk, by=request.actor, at=request.at)
    return download(found.data, found.filename, found.content_type)


def passes(request: HttpRequest, pk: int) -> HttpResponse:
    """Each learner's part of the class's kind, and the way from enrolled to certified to payable."""
    shown = frame(request, pk, "passes")
    found = shown["class"]
    part = learners_part(found, training.form_of(found, request.today), request.today)
    claim = shown["claim"]
    payable = claims.line_counts(claim.pk).get("payable", 0) if claim is not None else None
    return render(
        request,
        "bureau/classes/passes.html",
        {**shown, **part, "enrolled": len(part["rows"]), "payable": payable},
    )
