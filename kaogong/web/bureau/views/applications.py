"""Applications for recognition: the queue, the checklist, the visit, the decision and what follows."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.institutions import operations
from kaogong.institutions import queries as institutions
from kaogong.kernel.working_days import working_days_between
from kaogong.supervision.operations import enforce_unless_barred
from kaogong.trail.operations import moves_open_to, require_may
from kaogong.web.bureau.filters_providers import ApplicationFilter
from kaogong.web.bureau.forms_providers import (
    ApproveApplicationForm,
    ContractNumberForm,
    DaysForm,
    JudgeForm,
    VisitForm,
)
from kaogong.web.bureau.tables import level_label
from kaogong.web.bureau.tables_providers import ApplicationTable, EndingTable
from kaogong.web.parts.lists import ListPage, handed_in
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.values import in_english

NEXT = {
    "submitted": _("下一步：核对材料后受理，或写明缺什么退回补正。"),
    "returned": _("等机构补正后重新提交。"),
    "accepted": _("下一步：至少两人到现场核查，填写核查表。"),
    "visited": _("下一步：逐项判断条件，由受理人、核查人以外的人决定。"),
    "approved": _("下一步：按申请的范围签订协议。"),
    "contracted": _("下一步：公示。"),
    "published": _("下一步：公示期满、异议办结后生效；异议成立的，重新决定。"),
    "in_force": _("已生效，机构可以在协议范围内申报开班。"),
    "refused": _("已告知机构理由；机构可以重新申请。"),
    "withdrawn": _("机构已撤回。"),
}


def _to_detail(_request, application) -> str:
    return reverse("bureau:applications:detail", args=[application.pk])


class Applications(ListPage):
    """What waits to be taken a step further, with its deadline."""

    title = _("认定申请")
    subtitle = _("机构申请承担补贴性培训：先提交的在前，期限按工作日计算")
    table_class = ApplicationTable
    filter_class = ApplicationFilter
    may = P.VIEW_PEOPLE
    empty_title = _("没有认定申请")
    empty_text = _("机构在自己的页面提交申请，提交后出现在这里。")

    def get(self, request, **where):
        self.today = request.today
        return super().get(request, **where)

    def rows(self, request):
        return institutions.applications(request.actor)

    def prepare(self, records):
        for record in records:
            record.today = self.today
            waits = {"submitted": record.accept_by_on, "accepted": record.decide_by_on}
            record.due = waits.get(record.status, record.decide_by_on if record.status == "visited" else None)
            is_timed = record.status in ("submitted", "accepted", "visited")
            record.due_story = gettext("没有规定") if is_timed else "—"


class Ending(ListPage):
    """Contracts that end soon and nobody has asked to renew."""

    title = _("将到期的协议")
    subtitle = _("近期期满、还没有提出续签的协议")
    table_class = EndingTable
    may = P.VIEW_PEOPLE
    empty_title = _("近期没有协议到期")
    empty_text = _("快到期时出现在这里；机构在自己的页面申请续签。")

    def get(self, request, **where):
        self.today = request.today
        return super().get(request, **where)

    def rows(self, request):
        return institutions.contracts_ending_soon(request.actor, request.today)

    def prepare(self, records):
        for record in records:
            record.today = self.today
            record.due = institutions.renew_by(record, self.today)
            record.due_story = gettext("没有规定")


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One application: what is asked for, each condition, papers, visits, what to do next."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("认定申请"))
    application = institutions.application(pk, by=request.actor)
    conditions = list(institutions.conditions(pk))
    papers: dict[str, list] = {}
    for paper in institutions.papers(pk):
        papers.setdefault(paper.condition_code, []).append(paper)
    english = in_english()
    for condition in conditions:
        condition.words = condition.label_en if english and condition.label_en else condition.label
        condition.papers = papers.get(condition.code, [])
    moves = {move.verb for move in moves_open_to(application, request.actor)}
    visits = list(institutions.visits(pk))
    items = institutions.visit_items(application.region_code, request.today)
    words = {row["code"]: row.get("label_en") if english else row["label"] for row in items}
    said = {"yes": gettext("是"), "no": gettext("否"), "na": gettext("不适用")}
    for visit in visits:
        order = [*words, *(code for code in visit.answers if code not in words)]
        visit.rows = [
            (words.get(code, code), said[visit.answers[code]]) for code in order if code in visit.answers
        ]
        visit.names = gettext("、").join(visit.visitor_names)
    due = {"submitted": application.accept_by_on}.get(application.status, application.decide_by_on)
    is_timed = application.status in ("submitted", "accepted", "visited")
    return render(
        request,
        "bureau/applications/detail.html",
        {
            "application": application,
            "next": NEXT[application.status],
            "due": due if is_timed else None,
            "days_left": working_days_between(request.today, due) if due and is_timed else None,
            "no_deadline": is_timed and due is None,
            "conditions": conditions,
            "may_judge": application.status in ("submitted", "accepted", "visited")
            and request.actor.may(P.JUDGE_CONDITION),
            "moves": moves,
            "visits": visits,
            "photos": papers.get("visit", []),
            "facts": _facts(application),
            "scopes": [
                (catalog.occupation_name(scope.occupation_code), level_label(scope.level_code))
                for scope in application.scopes.order_by("occupation_code", "-level_code")
            ],
        },
    )


def _facts(application) -> list[tuple[str, object]]:
    rows = [
        (gettext("事项"), application.get_purpose_display()),
        (gettext("途径"), application.get_route_display()),
        (gettext("协议期限"), f"{application.starts_on} — {application.ends_on}"),
        (gettext("培训人数"), application.head_count),
        (gettext("培训地域"), application.area),
        (gettext("培训对象"), application.get_audience_display()),
    ]
    if application.tender:
        rows.append((gettext("招标结果"), f"{application.tender} {application.tender.filing_number}"))
    if application.earlier:
        rows.append((gettext("原协议"), application.earlier.number))
    if application.filing_number:
        rows += [
            (gettext("备案号"), application.filing_number),
            (gettext("监管责任人"), application.supervisor_name),
        ]
    if application.decision:
        rows.append((gettext("决定理由"), application.decision))
    return rows


class _ApplicationForm(FormPage):
    """A form about one application."""

    def start(self, request, pk):
        self.application = institutions.application(pk, by=request.actor)
        self.subtitle = f"{self.application.number} {self.application.institution.name}"
        self.cancel_url = reverse("bureau:applications:detail", args=[pk])


class Judge(FormPage):
    """Judge one condition by papers or by looking."""

    title = _("判断认定条件")
    form_class = JudgeForm
    may = P.JUDGE_CONDITION
    submit_label = _("保存结论")

    def start(self, request, pk):
        self.condition = institutions.condition(pk, by=request.actor)
        found, wanted = self.condition.figure, self.condition.required
        figures = gettext("现有 {a}，要求 {b}").format(
            a="—" if found is None else found, b=gettext("没有规定") if wanted is None else wanted
        )
        self.subtitle = f"{self.condition.label} · {figures}"
        self.cancel_url = reverse("bureau:applications:detail", args=[self.condition.application_id])

    def initial(self, request):
        return {"verdict": self.condition.verdict, "remark": self.condition.remark}

    def act(self, request, form):
        operations.judge_condition(self.condition.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return f"{self.cancel_url}#condition-{self.condition.pk}"


class RecordVisit(_ApplicationForm):
    """The sheet of a site visit on a phone; a draft stays in the browser until it was sent."""

    title = _("填写现场核查表")
    template_name = "bureau/applications/visit.html"
    form_class = VisitForm
    may = P.RECORD_VISIT
    submit_label = _("发送核查表")
    done_story = _("核查表已保存。")

    def form_arguments(self, request):
        return {"items": institutions.visit_items(self.application.region_code, request.today)}

    def initial(self, request):
        return {"visited_on": request.today}

    def more(self, request):
        return {
            "application": self.application,
            "sites": institutions.sites(self.application.institution_id),
            "draft": f"visit-{self.application.pk}-{request.actor.account_id}",
        }

    def act(self, request, form):
        given = form.cleaned_data
        operations.record_visit(
            self.application.pk,
            visited_on=given["visited_on"],
            visitor_names=form.visitor_names,
            answers=form.answers,
            findings=given["findings"],
            notes=given["notes"],
            photos=[operations.VisitPhoto(upload.name, upload.read()) for upload in given["photos"]],
            by=request.actor,
            at=request.at,
        )
        return self.cancel_url


class Approve(_ApplicationForm):
    """Approve with reasons; who approves is named as supervisor."""

    title = _("同意认定")
    form_class = ApproveApplicationForm
    may = P.DECIDE_APPLICATION
    submit_label = _("同意认定")
    next_story = _("谁审批、谁负责、谁监管：您将作为这家机构的监管责任人写入协议并公开。")
    done_story = _("已同意认定，请签订协议并公示。")

    def act(self, request, form):
        operations.approve_application(
            self.application.pk, **form.cleaned_data, by=request.actor, at=request.at
        )
        return self.cancel_url


class MakeContract(_ApplicationForm):
    """Draft the contract applied for."""

    title = _("签订协议")
    form_class = ContractNumberForm
    may = P.RECOGNISE_PROVIDER
    submit_label = _("保存协议")
    next_story = _("期限、地域、人数、职业和等级按申请写入协议；公示期满后生效。")
    done_story = _("协议已保存，请公示。")

    def act(self, request, form):
        operations.contract_application(
            self.application.pk, **form.cleaned_data, by=request.actor, at=request.at
        )
        return self.cancel_url


class Publish(_ApplicationForm):
    """Put the provider before the public."""

    title = _("公示拟认定机构")
    form_class = DaysForm
    may = P.PUBLISH_NOTICE
    submit_label = _("发布公示")
    next_story = _("公示在门户公开，任何人可以提出异议；期满、异议办结后认定生效。")
    done_story = _("已公示。")

    def act(self, request, form):
        operations.publish_application(
            self.application.pk, **form.cleaned_data, by=request.actor, at=request.at
        )
        return self.cancel_url


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One file handed in, of an application in reach."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("申请材料"))
    return handed_in(institutions.paper(pk, by=request.actor))


send_back = act(operations.return_application, to=_to_detail, done=_("已退回补正。"))
accept = act(operations.accept_application, to=_to_detail, done=_("已受理。"))
refuse = act(operations.refuse_application, to=_to_detail, done=_("已作出不予认定的决定。"))
enforce = act(enforce_unless_barred, to=_to_detail, done=_("认定已生效。"))
reopen = act(operations.reopen_application, to=_to_detail, done=_("已重新决定。"))
