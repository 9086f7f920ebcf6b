"""What a class is filed with: its form, documents, apprentices' mentors, and who may work."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from kaogong.access.permissions import Permission
from kaogong.institutions import queries as institutions
from kaogong.kernel.errors import NotFound, NotPermitted, Refused
from kaogong.trail.operations import require_may
from kaogong.training import operations
from kaogong.training import queries as training
from kaogong.web.parts.filing import documents_by_kind, learners_part
from kaogong.web.parts.lists import download
from kaogong.web.parts.wording import told

from ..forms_filing import AnswersForm, MentorsForm

EDITABLE = ("drafted", "returned")
MentorsForms = forms.formset_factory(MentorsForm, extra=0, max_num=1000, absolute_max=1000)


def ready_rows(training_class, today) -> list:
    """What the class's form asks, each with where to see to it."""
    pk = training_class.pk
    where = {
        "filing": reverse("provider:classes:filing", args=[pk]),
        "evidence": reverse("provider:classes:evidence", args=[pk]),
        "timetable": reverse("provider:classes:timetable", args=[pk]),
        "mentors": reverse("provider:classes:mentors", args=[pk]),
        "roster": reverse("provider:learners:list", args=[pk]),
        "edit": reverse("provider:classes:edit", args=[pk]),
    }
    return [
        {"state": row.state, "message": row.message, "source": row.source, "link": where[row.where]}
        for row in training.readiness(training_class, today)
    ]


def form(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of this kind of class; switching the arrangement or a refusal loses nothing typed."""
    require_may(request.actor, Permission.DRAFT_CLASS, gettext("填写开班申报表"))
    training_class = training.training_class(pk, by=request.actor)
    kept = training.filing_of(pk)
    arrangement = kept.arrangement if kept else "regular"
    is_editable = training_class.status in EDITABLE
    if request.method == "POST" and is_editable:
        arrangement = request.POST.get("arrangement", arrangement)
    asked = (
        training.filing_form(
            training_class.region_code, training_class.scheme_code, arrangement, request.today
        )
        if is_editable
        else training.form_of(training_class, request.today)
    )
    words = {"asked": asked, "trainers": _trainers(training_class)}
    status = 200
    if request.method == "POST" and is_editable and request.POST.get("act") == "switch":
        answers = AnswersForm(initial=request.POST.dict(), **words)
    elif request.method == "POST" and is_editable:
        answers = AnswersForm(request.POST, **words)
        if answers.is_valid():
            try:
                operations.answer_filing(
                    pk, answers.cleaned_data, arrangement=arrangement, by=request.actor, at=request.at
                )
            except (NotFound, NotPermitted):
                raise
            except Refused as refusal:
                field = getattr(refusal, "form_field", None)
                answers.add_error(field if field in answers.fields else None, told(refusal))
            else:
                messages.success(request, gettext("申报表已保存；申报前随时可以修改。"))
                return redirect("provider:classes:detail", pk)
        status = 422
    else:
        answers = AnswersForm(initial=_typed(kept), **words)
    for field in answers.fields.values():
        field.disabled = not is_editable
    return render(
        request,
        "provider/filing_form.html",
        {
            "class": training_class,
            "form": answers,
            "asked": asked,
            "arrangement": arrangement,
            "arrangements": [(code, str(label)) for code, label in training.ARRANGEMENTS],
            "is_editable": is_editable,
        },
        status=status,
    )


def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """The documents of a class, and adding one or a newer version."""
    require_may(request.actor, Permission.ADD_EVIDENCE, gettext("申报材料"))
    training_class = training.training_class(pk, by=request.actor)
    asked = training.form_of(training_class, request.today)
    refusal = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        replaces = request.POST.get("replaces", "")
        try:
            if file is None:
                raise operations.EvidenceMissing
            limit = asked.limit("largest_evidence_mb")
            if limit and file.size > limit.value * 2**20:  # before all of it is held in memory
                size = f"{file.size / 2**20:.0f}"
                raise operations.EvidenceTooLarge(filename=file.name[:60], size=size, limit=limit.value)
            operations.add_evidence(
                pk,
                request.POST.get("kind", ""),
                file.read(),
                file.name,
                replaces_id=int(replaces) if replaces.isdecimal() else None,
                by=request.actor,
                at=request.at,
            )
        except (NotFound, NotPermitted):
            raise
        except Refused as problem:
            refusal = told(problem)
        else:
            messages.success(request, gettext("材料已保存。"))
            return redirect("provider:classes:evidence", pk)
    return render(
        request,
        "provider/evidence.html",
        {
            "class": training_class,
            "documents": documents_by_kind(training_class, asked),
            "can_add": training_class.status != "cancelled",
            "refusal": refusal,
            "limit": asked.limit("largest_evidence_mb"),
            "evidence_url": "provider:evidence:file",
        },
        status=422 if refusal else 200,
    )


def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document as it was sent."""
    require_may(request.actor, Permission.ADD_EVIDENCE, gettext("申报材料"))
    found = training.evidence_document(pk, by=request.actor)
    return download(found.data, found.filename, found.content_type)


def mentors(request: HttpRequest, pk: int) -> HttpResponse:
    """Each apprentice's contract and two mentors; a row that cannot be is told beside it, the others are kept."""
    require_may(request.actor, Permission.DRAFT_CLASS, gettext("登记学徒合同和导师"))
    training_class = training.training_class(pk, by=request.actor)
    learners = list(training.enrolments(pk))
    choices = _mentor_choices(training_class)
    is_editable = training_class.status not in ("finished", "cancelled")
    rows, status = MentorsForms(initial=_mentored(learners, pk), form_kwargs=choices, prefix="m"), 200
    if request.method == "POST" and is_editable:
        rows = MentorsForms(request.POST, initial=_mentored(learners, pk), form_kwargs=choices, prefix="m")
        own = {row.pk for row in learners}
        is_own = rows.is_valid() and all(row.cleaned_data["enrolment_id"] in own for row in rows)
        if is_own and _keep_mentors(rows, request):
            messages.success(request, gettext("学徒合同和导师已保存。"))
            return redirect("provider:classes:mentors", pk)
        status = 422
    return render(
        request,
        "provider/mentors.html",
        {
            "class": training_class,
            "rows": rows,
            "pairs": list(zip(learners, rows, strict=False)),
            "is_editable": is_editable,
        },
        status=status,
    )


def passes(request: HttpRequest, pk: int) -> HttpResponse:
    """Who of a class has what its training leads to, and each learner's part of its kind."""
    require_may(request.actor, Permission.DRAFT_CLASS, gettext("学员取证情况"))
    training_class = training.training_class(pk, by=request.actor)
    asked = training.form_of(training_class, request.today)
    return render(
        request,
        "provider/passes.html",
        {"class": training_class, **learners_part(training_class, asked, request.today)},
    )


def _keep_mentors(rows, request: HttpRequest) -> bool:
    fine = True
    for row in rows:
        given = row.cleaned_data
        if not row.has_changed() or not given.get("starts_on"):
            continue
        try:
            operations.name_mentors(**given, by=request.actor, at=request.at)
        except (NotFound, NotPermitted):
            raise
        except Refused as refusal:
            row.add_error(None, told(refusal))
            fine = False
    return fine


def _trainers(training_class) -> list[tuple[str, str]]:
    return [
        (str(row.pk), f"{row.name} {row.qualification}".strip())
        for row in institutions.trainers(training_class.institution_id)
    ]


def _mentor_choices(training_class) -> dict:
    school = [(row.pk, row.name) for row in institutions.trainers(training_class.institution_id)]
    code = training.answers_of(training_class).get("employer_credit_code")
    firm = institutions.institution_by_credit_code(code) if code else None
    own = [(row.pk, f"{row.name}（{firm.name}）") for row in institutions.trainers(firm.pk)] if firm else []
    return {"firm": [*own, *(pair for pair in school if pair not in own)], "school": school}


def _mentored(learners, class_id: int) -> list[dict]:
    kept = training.apprenticeships(class_id)
    return [
        {"enrolment_id": row.pk}
        | (
            {
                "contract_number": found.contract_number,
                "starts_on": found.starts_on,
                "ends_on": found.ends_on,
                "firm_mentor_id": found.firm_mentor_id,
                "school_mentor_id": found.school_mentor_id,
            }
            if (found := kept.get(row.pk))
            else {}
        )
        for row in learners
    ]


def _typed(kept) -> dict:
    """Kept answers as the form shows them."""
    if kept is None:
        return {}
    modules = {
        f"module_{code}": f"{hours / 100:g}" for code, hours in kept.answers.get("modules", {}).items()
    }
    return {code: value for code, value in kept.answers.items() if code != "modules"} | modules
