"""Applying for recognition, following the application, answering what it lacks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.institutions import operations
from kaogong.institutions import queries as institutions
from kaogong.kernel.errors import NotFound
from kaogong.trail.operations import require_may
from kaogong.web.parts.lists import handed_in
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.values import in_english

from ..forms_institution import ApplicationForm, PaperForm
from ..stories import deadline, level_label

NEXT = {
    "drafted": _("下一步：核对条件、交齐材料后提交。"),
    "submitted": _("已提交，等经办部门受理。"),
    "returned": _("下一步：按退回的理由补正，再提交。"),
    "accepted": _("已受理，等现场核查。"),
    "visited": _("已现场核查，等决定。"),
    "approved": _("已同意认定，等签订协议。"),
    "contracted": _("协议已拟好，等公示。"),
    "published": _("公示中，期满没有异议即生效。"),
    "in_force": _("认定已生效，可以在协议范围内申报开班。"),
    "refused": _("没有获得认定，理由见下；可以改进后重新申请。"),
    "withdrawn": _("申请已撤回。"),
}
_STEPS = [
    ("drafted", _("填写")),
    ("submitted", _("提交")),
    ("accepted", _("受理")),
    ("visited", _("现场核查")),
    ("approved", _("决定")),
    ("contracted", _("签约")),
    ("published", _("公示")),
    ("in_force", _("生效")),
]


def _own(request: HttpRequest):
    return institutions.institution(request.actor.organisation_id, by=request.actor)


def overview(request: HttpRequest) -> HttpResponse:
    """Every application of one's own institution, and what may be asked for now."""
    require_may(request.actor, Permission.VIEW_OWN_INSTITUTION, gettext("认定申请"))
    own = _own(request)
    contracts = [
        (one, institutions.renew_by(one, request.today))
        for one in institutions.contracts(request.actor, own.pk)
        if one.status == "recognised" and one.ends_on > request.today
    ]
    return render(
        request,
        "provider/recognition/list.html",
        {
            "applications": institutions.applications(request.actor).order_by("-id"),
            "contracts": [
                (one, deadline(day, request.today) if day else gettext("本地没有规定"))
                for one, day in contracts
            ],
            "may_apply": own.is_provider and request.actor.may(Permission.SUBMIT_APPLICATION),
        },
    )


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One application: where it stands, each condition, what was handed in."""
    require_may(request.actor, Permission.EDIT_OWN_INSTITUTION, gettext("认定申请"))
    application = institutions.application(pk, by=request.actor)
    english = in_english()
    papers: dict[str, list] = {}
    for paper in institutions.papers(pk):
        papers.setdefault(paper.condition_code, []).append(paper)
    conditions = list(institutions.conditions(pk))
    for condition in conditions:
        condition.words = condition.label_en if english and condition.label_en else condition.label
        condition.papers = papers.get(condition.code, [])
    due = application.accept_by_on if application.status == "submitted" else application.decide_by_on
    is_timed = application.status in ("submitted", "accepted", "visited")
    may_submit = request.actor.may(Permission.SUBMIT_APPLICATION)
    return render(
        request,
        "provider/recognition/detail.html",
        {
            "application": application,
            "next": NEXT[application.status],
            "due": deadline(due, request.today) if is_timed and due else "",
            "steps": _steps(application.status),
            "conditions": conditions,
            "may_change": application.status in ("drafted", "returned") and may_submit,
            "may_add": application.status in ("drafted", "returned", "submitted") and may_submit,
            "scopes": [
                (catalog.occupation_name(row.occupation_code), level_label(row.level_code))
                for row in application.scopes.order_by("occupation_code", "-level_code")
            ],
            "facts": [
                (gettext("事项"), application.get_purpose_display()),
                (gettext("途径"), application.get_route_display()),
                (gettext("协议期限"), f"{application.starts_on} — {application.ends_on}"),
                (gettext("培训人数"), application.head_count),
                (gettext("培训地域"), application.area),
                (gettext("培训对象"), application.get_audience_display()),
                (gettext("备案号"), application.filing_number),
                (gettext("监管责任人"), application.supervisor_name),
                (gettext("协议编号"), application.contract.number if application.contract else ""),
            ],
        },
    )


def _steps(status: str) -> list[tuple[str, str, str]]:
    codes = [code for code, _label in _STEPS]
    at = {"returned": 0, "refused": 4, "withdrawn": 0}.get(status)
    here = codes.index(status) if at is None else at
    return [
        (str(label), "", "done" if n < here or status == "in_force" else "here" if n == here else "later")
        for n, (_code, label) in enumerate(_STEPS)
    ]


class Apply(FormPage):
    """Begin an application."""

    title = _("申请认定")
    form_class = ApplicationForm
    may = Permission.SUBMIT_APPLICATION
    submit_label = _("保存，核对条件")
    next_story = _("保存后还可以修改；核对条件、交齐材料再提交。公办和民办机构用同一套条件。")

    def start(self, request, **where):
        self.own = _own(request)
        self.subtitle = self.own.name
        self.cancel_url = reverse("provider:recognition:list")

    def form_arguments(self, request):
        contracts = institutions.contracts(request.actor, self.own.pk).filter(status="recognised")
        return {
            "contracts": [(one.pk, f"{one.number}（{one.starts_on} — {one.ends_on}）") for one in contracts],
            "tenders": [(one.pk, str(one)) for one in institutions.tenders_won(self.own.pk)],
        }

    def act(self, request, form):
        given = form.cleaned_data
        application = operations.draft_application(
            self.own.pk,
            purpose=given["purpose"],
            earlier_id=given["earlier_id"],
            tender_id=given["tender_id"],
            wish=form.wish,
            by=request.actor,
            at=request.at,
        )
        return reverse("provider:recognition:detail", args=[application.pk])


class Change(FormPage):
    """Change what a draft or returned application asks for."""

    title = _("修改申请")
    form_class = ApplicationForm
    may = Permission.SUBMIT_APPLICATION
    done_story = _("申请已修改。")

    def start(self, request, pk):
        self.application = institutions.application(pk, by=request.actor)
        if self.application.status not in ("drafted", "returned"):
            raise NotFound()
        self.subtitle = self.application.number
        self.cancel_url = reverse("provider:recognition:detail", args=[pk])

    def form_arguments(self, request):
        return {"is_new": False}

    def initial(self, request):
        one = self.application
        lines = [
            f"{catalog.occupation_name(row.occupation_code)} {level_label(row.level_code)}"
            if row.level_code
            else catalog.occupation_name(row.occupation_code)
            for row in one.scopes.order_by("occupation_code", "-level_code")
        ]
        names = ("starts_on", "ends_on", "head_count", "area", "audience", "statement")
        return {name: getattr(one, name) for name in names} | {"scopes": "\n".join(lines)}

    def act(self, request, form):
        operations.change_application(self.application.pk, wish=form.wish, by=request.actor, at=request.at)
        return self.cancel_url


class AddPaper(FormPage):
    """Hand in one file."""

    title = _("提交材料")
    form_class = PaperForm
    may = Permission.SUBMIT_APPLICATION
    submit_label = _("上传")
    done_story = _("材料已收到。")

    def start(self, request, pk):
        self.application = institutions.application(pk, by=request.actor)
        self.subtitle = self.application.number
        self.cancel_url = reverse("provider:recognition:detail", args=[pk])

    def form_arguments(self, request):
        english = in_english()
        return {
            "conditions": [
                (row.code, row.label_en if english and row.label_en else row.label)
                for row in institutions.conditions(self.application.pk)
            ]
        }

    def act(self, request, form):
        given = form.cleaned_data
        operations.add_paper(
            self.application.pk,
            condition_code=given["condition_code"],
            filename=given["paper"].name,
            content=given["paper"].read(),
            by=request.actor,
            at=request.at,
        )
        return self.cancel_url


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One file of one's own application."""
    require_may(request.actor, Permission.EDIT_OWN_INSTITUTION, gettext("申请材料"))
    return handed_in(institutions.paper(pk, by=request.actor))


def _to_detail(_request, application) -> str:
    return reverse("provider:recognition:detail", args=[application.pk])


submit = act(operations.submit_application, to=_to_detail, done=_("申请已提交，等经办部门受理。"))
withdraw = act(operations.withdraw_application, to=_to_detail, done=_("申请已撤回。"))
