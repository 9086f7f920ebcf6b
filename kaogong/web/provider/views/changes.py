"""Changes of a class after its approval: what was asked for, asking for one, taking one back."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.institutions import queries as institutions
from kaogong.kernel.errors import NotFound, NotPermitted, Refused
from kaogong.trail.operations import require_may
from kaogong.training import operations
from kaogong.training import queries as training
from kaogong.training.queries.changes import KINDS
from kaogong.web.parts.filing import changes_in_words
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.wording import told

from ..forms import SessionForm
from ..forms_filing import CHANGE_FIELDS, ChangeForm, PlanForm, place_ids, place_value
from .timetable import choices_of, rows_kept, sessions_wanted

OF_CLASS = ("dates",)
CHANGEABLE = ("approved", "running")
SessionForms = forms.formset_factory(SessionForm, extra=1, can_delete=True, max_num=1000, absolute_max=1000)


def index(request: HttpRequest, pk: int) -> HttpResponse:
    """The changes of a class, its sessions to change, and what was cancelled with what makes it up."""
    require_may(request.actor, Permission.PROPOSE_CHANGE, gettext("开班变更"))
    training_class = training.training_class(pk, by=request.actor)
    rules = training.change_rules(training_class.region_code, request.today)
    cancelled = list(training.cancelled_sessions(pk))
    for session in cancelled:
        made_up = sum(row.hours_hundredths for row in session.made_up_by.all() if not row.cancelled)
        session.missing = session.hours_hundredths - made_up
    planned = training.planned_hours(pk)
    unrecorded = set(training.unrecorded_sessions(pk).values_list("pk", flat=True))
    return render(
        request,
        "provider/changes.html",
        {
            "class": training_class,
            "changes": changes_in_words(training.class_changes(request.actor, pk)),
            "can_change": training_class.status in CHANGEABLE,
            "kinds": [(code, label, rules.get(code, (True, ""))[0]) for code, label in KINDS],
            "session_kinds": [
                (code, label)
                for code, label in KINDS
                if code in CHANGE_FIELDS and code not in ("dates", "make_up")
            ],
            "sessions": [
                row for row in training.sessions(pk) if row.on >= request.today or row.pk in unrecorded
            ],
            "cancelled": cancelled,
            "missing_theory": training_class.hours_theory * 100 - planned["theory"],
            "missing_practice": training_class.hours_practice * 100 - planned["practice"],
        },
    )


class Propose(FormPage):
    """Ask for one change; what the data only logs is in force at once."""

    form_class = ChangeForm
    may = Permission.PROPOSE_CHANGE

    def start(self, request, pk, **where):
        self.training_class = training.training_class(pk, by=request.actor)
        self.kind = request.GET.get("kind", "dates")
        if self.kind not in CHANGE_FIELDS:
            raise NotFound()
        wanted = request.GET.get("session", "")
        self.session = None
        if self.kind not in OF_CLASS:
            rows = [*training.sessions(pk), *training.cancelled_sessions(pk)]
            self.session = next((row for row in rows if str(row.pk) == wanted), None)
            if self.session is None:
                raise NotFound()
        needs, _rule = training.change_rules(self.training_class.region_code, request.today).get(
            self.kind, (True, "")
        )
        self.title = str(dict(KINDS)[self.kind])
        self.subtitle = (
            f"{self.training_class} · {self.session}" if self.session else str(self.training_class)
        )
        self.submit_label = gettext("提交审批") if needs else gettext("变更并备案")
        self.next_story = (
            gettext("须经人社部门同意，同意前课程表不变；可以撤回。")
            if needs
            else gettext("只须备案，提交后立即生效，学员和人社部门都能看到。")
        )
        self.done_story = gettext("已提交，等审批。") if needs else gettext("已变更并备案。")
        self.cancel_url = reverse("provider:classes:changes", args=[pk])

    def form_arguments(self, request):
        choices = choices_of(self.training_class)
        rooms = []
        if self.session:
            site = next(
                row
                for row in institutions.sites(self.training_class.institution_id)
                if row.pk == self.session.site_id
            )
            rooms = [(str(room.pk), room.name) for room in site.rooms.all()]
        return {"kind": self.kind, "rooms": rooms, **choices}

    def initial(self, request):
        if self.session is None:
            return {name: getattr(self.training_class, name) for name in ("starts_on", "ends_on")}
        row = self.session
        return {
            "trainer_id": row.trainer_id,
            "place": place_value(row.site_id, row.room_id),
            "room_id": row.room_id or "",
            "on": row.on if self.kind != "make_up" else None,
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
            "hours": f"{row.hours_hundredths / 100:g}",
            "topic": row.topic,
        }

    def act(self, request, form):
        given = dict(form.cleaned_data)
        reason = given.pop("reason")
        if "place" in given:
            given |= place_ids(given.pop("place"))
        if "hours" in given:
            given["hours_hundredths"] = int(given.pop("hours") * 100)
        if self.kind == "make_up":
            given["kind"] = self.session.kind
        operations.propose_change(
            self.training_class.pk,
            self.kind,
            given,
            session_id=self.session.pk if self.session else None,
            reason=reason,
            by=request.actor,
            at=request.at,
        )
        return reverse("provider:classes:changes", args=[self.training_class.pk])


def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is still to be taught as a whole: hours and sessions."""
    require_may(request.actor, Permission.PROPOSE_CHANGE, gettext("改课程安排"))
    training_class = training.training_class(pk, by=request.actor)
    choices = choices_of(training_class)
    told_of = PlanForm(
        initial={name: getattr(training_class, name) for name in ("hours_theory", "hours_practice")}
    )
    rows = SessionForms(initial=rows_kept(pk), form_kwargs=choices, prefix="s")
    refusal, status = "", 200
    if request.method == "POST":
        told_of = PlanForm(request.POST)
        rows = SessionForms(request.POST, initial=[], form_kwargs=choices, prefix="s")
        status = 422
        if told_of.is_valid() and rows.is_valid():
            given = dict(told_of.cleaned_data)
            reason = given.pop("reason")
            sessions = [
                {name: getattr(row, name) for name in row.__dataclass_fields__}
                for row in sessions_wanted(rows)
            ]
            try:
                operations.propose_change(
                    pk, "plan", given | {"sessions": sessions}, reason=reason, by=request.actor, at=request.at
                )
            except (NotFound, NotPermitted):
                raise
            except Refused as problem:
                refusal = told(problem)
            else:
                messages.success(request, gettext("已提交，等审批。"))
                return redirect("provider:classes:changes", pk)
        else:
            refusal = gettext("有的行没有填好，已标出。")
    return render(
        request,
        "provider/change_plan.html",
        {
            "class": training_class,
            "form": told_of,
            "rows": rows,
            "refusal": refusal,
            "can_change": training_class.status in CHANGEABLE,
        },
        status=status,
    )


withdraw = act(
    operations.withdraw_change,
    to=lambda _request, change: reverse("provider:classes:changes", args=[change.training_class_id]),
    done=_("变更已撤回。"),
)
