"""Applying for grants: the same pages behind the provider's and the learner's door."""

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.grants import operations
from kaogong.grants import queries as grants
from kaogong.grants.states import WITH_APPLICANT
from kaogong.kernel.errors import NotFound
from kaogong.people import operations as people
from kaogong.trail.operations import require_may

from .granting import AppealForm, GrantForm, GrantPaperForm, by_month_list, context, offers, terms_of, typed
from .pages import FormPage, act
from .papers import paper as paper_page
from .values import scheme_name


def overview(request: HttpRequest, *, door: str, layout: str) -> HttpResponse:
    """One's own applications, and what may be applied for here."""
    require_may(request.actor, P.SUBMIT_GRANT, gettext("奖补申请"))
    rows = list(grants.grants_to_show(request.actor)[:200])
    for row in rows:
        row.scheme_label = scheme_name(row.scheme_code)
    return render(
        request,
        "parts/grants.html",
        {
            "page_base": layout,
            "door": f"{door}:grants",
            "rows": rows,
            "offers": offers(settings.REGION_CODE, request.today, by_institution=door == "provider"),
            "by_month": by_month_list(settings.REGION_CODE, request.today) if door == "provider" else [],
            "chosen": request.GET.get("scheme", ""),
        },
    )


def detail(request: HttpRequest, pk: int, *, door: str, layout: str) -> HttpResponse:
    """One application of one's own: where it stands, what it lacks, how it was judged, when it is paid."""
    require_may(request.actor, P.SUBMIT_GRANT, gettext("奖补申请"))
    grant = grants.grant(pk, by=request.actor)
    found = context(grant, request.today)
    of_list = grant.is_of_list and request.actor.person_id is not None
    filed_by = grant.grant_list.institution.name if of_list else ""
    return render(
        request,
        "parts/grant_own.html",
        found
        | {
            "page_base": layout,
            "door": f"{door}:grants",
            "may_change": grant.status in WITH_APPLICANT and not filed_by,
            "filed_by": filed_by,
            "may_enter": grant.status == "paid" and request.actor.may(P.EDIT_OWN_INSTITUTION),
            "submit_verb": "resubmit" if grant.status == "returned" else "submit",
            "may_appeal": found["may_appeal_now"] and request.actor.may(P.FILE_GRANT_APPEAL),
        },
    )


class _Own(FormPage):
    """A form about grants behind one door."""

    door = ""
    may = P.SUBMIT_GRANT

    def detail_url(self, pk: int) -> str:
        return reverse(f"{self.door}:grants:detail", args=[pk])


class Begin(_Own):
    """Begin an application for one scheme: its own questions, kept as a draft."""

    title = _("奖补申请")
    form_class = GrantForm
    submit_label = _("保存草稿，去交材料")
    next_story = _("保存后还可以修改；交齐材料再提交。是否认定、核定多少由经办部门按材料认定。")

    def start(self, request, code):
        self.terms = grants.terms_of(settings.REGION_CODE, code, request.today)
        self.title = scheme_name(code)
        self.cancel_url = reverse(f"{self.door}:grants:list")

    def form_arguments(self, request):
        return {
            "terms": self.terms,
            "region_code": settings.REGION_CODE,
            "names_person": self.terms.names_person,
        }

    def act(self, request, form):
        given, person_id = form.cleaned_data, None
        if self.terms.names_person:
            new = people.NewPerson(
                name=given["person_name"],
                id_number=given["person_id_number"],
                region_code=settings.REGION_CODE,
            )
            person_id = people.register_person(new, by=request.actor, at=request.at).pk
        grant = operations.draft_grant(
            self.terms.scheme.code,
            region_code=settings.REGION_CODE,
            person_id=person_id,
            by=request.actor,
            at=request.at,
        )
        operations.declare_facts(grant.pk, form.facts, by=request.actor, at=request.at)
        return self.detail_url(grant.pk)


class Change(_Own):
    """Change what a draft or returned application says."""

    title = _("修改申请")
    form_class = GrantForm
    done_story = _("申请已修改。")

    def start(self, request, pk):
        self.grant = grants.grant(pk, by=request.actor)
        if self.grant.status not in WITH_APPLICANT:
            raise NotFound()
        self.subtitle = f"{self.grant.number} · {scheme_name(self.grant.scheme_code)}"
        self.cancel_url = self.detail_url(pk)

    def form_arguments(self, request):
        terms = terms_of(self.grant)
        asked = replace(terms, asks=operations.asked_of(self.grant, terms))
        return {"terms": asked, "region_code": self.grant.region_code}

    def initial(self, request):
        return typed(self.grant)

    def act(self, request, form):
        operations.declare_facts(self.grant.pk, form.facts, by=request.actor, at=request.at)
        return self.cancel_url


class AddPaper(_Own):
    """Hand in one file."""

    title = _("提交材料")
    form_class = GrantPaperForm
    submit_label = _("上传")
    done_story = _("材料已收到。")

    def start(self, request, pk):
        self.grant = grants.grant(pk, by=request.actor)
        self.subtitle = f"{self.grant.number} · {scheme_name(self.grant.scheme_code)}"
        self.cancel_url = self.detail_url(pk)

    def form_arguments(self, request):
        return {"kinds": [*terms_of(self.grant).paper_kinds, "other"]}

    def initial(self, request):
        return {"kind": request.GET.get("kind", "")}

    def act(self, request, form):
        given = form.cleaned_data
        operations.add_grant_paper(
            self.grant.pk,
            kind=given["kind"],
            filename=given["paper"].name,
            content=given["paper"].read(),
            by=request.actor,
            at=request.at,
        )
        return self.cancel_url


class Appeal(_Own):
    """Appeal against a refusal."""

    title = _("对不予批准申诉")
    form_class = AppealForm
    may = P.FILE_GRANT_APPEAL
    submit_label = _("提出申诉")
    done_story = _("申诉已收到，由另一位经办人答复。")

    def start(self, request, pk):
        self.grant = grants.grant(pk, by=request.actor)
        self.subtitle = f"{self.grant.number} · {scheme_name(self.grant.scheme_code)}"
        self.cancel_url = self.detail_url(pk)
        if self.grant.status == "refused":
            last = grants.appeal_deadline(self.grant.region_code, self.grant.decided_on)
            self.next_story = (
                gettext("申诉期限到 {day}。").format(day=last.isoformat())
                if last
                else gettext("本地没有规定申诉期限，随时可以提出。")
            )

    def act(self, request, form):
        operations.file_grant_appeal(self.grant.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One file of one's own application."""
    require_may(request.actor, P.SUBMIT_GRANT, gettext("申请材料"))
    return paper_page(grants.paper(pk, by=request.actor))


def addresses(door: str, layout: str) -> list:
    """The addresses of these pages behind one door."""

    def to(_request, grant) -> str:
        return reverse(f"{door}:grants:detail", args=[grant.pk])

    about = {"door": door, "page_base": layout}
    submit = act(operations.submit_grant, to=to, done=_("申请已提交，等经办部门审核。"))
    return [
        path("", lambda request: overview(request, door=door, layout=layout), name="list"),
        path("begin/<slug:code>/", Begin.as_view(**about), name="begin"),
        path("<int:pk>/", lambda request, pk: detail(request, pk, door=door, layout=layout), name="detail"),
        path("<int:pk>/change/", Change.as_view(**about), name="change"),
        path("<int:pk>/paper/", AddPaper.as_view(**about), name="add_paper"),
        path("<int:pk>/submit/", submit, name="submit"),
        path("<int:pk>/resubmit/", submit, name="resubmit"),
        path(
            "<int:pk>/withdraw/",
            act(operations.withdraw_grant, to=to, done=_("申请已撤回。")),
            name="withdraw",
        ),
        path("<int:pk>/appeal/", Appeal.as_view(**about), name="appeal"),
        path("paper/<int:pk>/", paper, name="paper"),
    ]
