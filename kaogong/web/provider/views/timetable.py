"""The timetable of a class: drawn up from a few wishes, corrected by hand, kept as a whole."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.institutions import queries as institutions
from kaogong.kernel.errors import NotFound, NotPermitted, Refused
from kaogong.trail.operations import require_may
from kaogong.training import operations
from kaogong.training import queries as training
from kaogong.web.parts.wording import told

from ..forms import SessionForm, WishForm
from ..forms_filing import place_ids, place_value, places
from ..planning import Wish, planned

SessionForms = forms.formset_factory(SessionForm, extra=1, can_delete=True, max_num=1000, absolute_max=1000)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw up (``act=draw``) or keep (``act=keep``) the timetable; a clash loses nothing typed."""
    require_may(request.actor, Permission.DRAFT_CLASS, gettext("安排课程表"))
    training_class = training.training_class(pk, by=request.actor)
    is_editable = training_class.status in ("drafted", "returned")
    choices = choices_of(training_class)
    wish = WishForm(initial=_first_wish(training_class), **choices)
    rows = SessionForms(initial=rows_kept(pk), form_kwargs=choices, prefix="s")
    refusal, status, is_drawn = "", 200, False
    if request.method == "POST" and is_editable:
        if request.POST.get("act") == "draw":
            wish = WishForm(request.POST, **choices)
            if wish.is_valid():
                try:
                    drawn = _drawn(training_class, wish.cleaned_data)
                    operations.refuse_hours_not_allowed(training_class, drawn, today=request.today)
                except Refused as problem:
                    refusal, status = told(problem), 422
                else:
                    rows, is_drawn = SessionForms(initial=drawn, form_kwargs=choices, prefix="s"), True
            else:
                status = 422
        else:
            rows = SessionForms(request.POST, initial=[], form_kwargs=choices, prefix="s")
            if rows.is_valid():
                try:
                    operations.plan_sessions(pk, sessions_wanted(rows), by=request.actor, at=request.at)
                except (NotFound, NotPermitted):
                    raise
                except Refused as problem:
                    refusal, status = told(problem), 422
                else:
                    messages.success(request, gettext("课程表已保存。"))
                    for fault in training.timetable_faults_of(training_class, request.today):
                        messages.warning(request, fault.message)
                    return redirect("provider:classes:detail", pk)
            else:
                refusal, status = gettext("有的行没有填好，已标出。"), 422
    return render(
        request,
        "provider/timetable.html",
        {
            "class": training_class,
            "wish": wish,
            "rows": rows,
            "refusal": refusal,
            "is_drawn": is_drawn,
            "is_editable": is_editable,
            "sums": training.planned_hours(pk),
            "sessions": list(training.sessions(pk)),
            "lacks": not (choices["trainers"] and choices["sites"]),
        },
        status=status,
    )


def choices_of(training_class) -> dict:
    """Trainers to choose from, those named for the class first, and sites with their rooms."""
    own = training_class.institution_id
    named = {row.trainer_id for row in training.class_trainers(training_class.pk)}
    trainers = sorted(institutions.trainers(own), key=lambda row: row.pk not in named)
    return {
        "trainers": [(row.pk, row.name) for row in trainers],
        "sites": places(institutions.sites(own).prefetch_related("rooms")),
    }


def _first_wish(training_class) -> dict:
    return {"site_id": training_class.site_id}


def rows_kept(class_id: int) -> list[dict]:
    """The timetable kept, as rows of the form."""
    return [
        {
            "on": row.on,
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
            "kind": row.kind,
            "topic": row.topic,
            "hours": f"{row.hours_hundredths / 100:g}",
            "trainer_id": row.trainer_id,
            "site_id": place_value(row.site_id, row.room_id),
        }
        for row in training.sessions(class_id)
    ]


def _drawn(training_class, given: dict) -> list[dict]:
    wish = Wish(
        training_class.starts_on,
        training_class.ends_on,
        frozenset(given["weekdays"]),
        given["starts"],
        given["lessons"],
        given["minutes"],
        given["skip_holidays"],
    )
    sessions = planned(wish, theory=training_class.hours_theory, practice=training_class.hours_practice)
    name = catalog.occupation_name(training_class.occupation_code)
    topics = {"theory": gettext("{name}理论"), "practice": gettext("{name}实训")}
    return [
        row
        | {
            "topic": topics[row["kind"]].format(name=name),
            "trainer_id": given["trainer_id"],
            "site_id": given["site_id"],
        }
        for row in sessions
    ]


def sessions_wanted(rows) -> list[operations.NewSession]:
    """The sessions the rows of the form ask for."""
    kept = [
        form.cleaned_data
        for form in rows
        if form.cleaned_data.get("on") and not form.cleaned_data.get("DELETE")
    ]
    return [
        operations.NewSession(
            on=row["on"],
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
            hours_hundredths=int(row["hours"] * 100),
            kind=row["kind"],
            topic=row["topic"],
            trainer_id=row["trainer_id"],
            **place_ids(row["site_id"]),
        )
        for row in kept
    ]
