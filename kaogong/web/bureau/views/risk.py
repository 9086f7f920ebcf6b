"""Risk findings: the list, one of them with its evidence, and what people do about it."""

import base64
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission as P
from kaogong.kernel.working_days import working_days_between
from kaogong.risk import operations, queries
from kaogong.trail.operations import moves_open_to, require_may
from kaogong.web.bureau import risk_drawing
from kaogong.web.bureau.filters_risk import FindingFilter
from kaogong.web.bureau.forms_risk import AskForm, CloseForm, EscalateForm
from kaogong.web.bureau.tables_risk import FindingTable
from kaogong.web.parts import risk
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import FormPage, act


class Findings(ListPage):
    """What was found and is not settled first, the gravest and oldest first."""

    title = _("风险发现")
    subtitle = _("系统只指出哪里不寻常，并说明可能的合理解释；由人核实、办结。等级不决定任何申领。")
    table_class = FindingTable
    filter_class = FindingFilter
    may = P.VIEW_PEOPLE
    empty_title = _("没有风险发现")
    empty_text = _("每晚核查一次；班次结业后和拨付前也会核查。可以现在核查一次。")

    def rows(self, request):
        self.batch_url = reverse("bureau:risk:ask_many")
        self.empty_url = reverse("bureau:risk_passes:list")
        self.empty_label = gettext("历次核查")
        return queries.risk_findings(request.actor)

    def actions(self, request):
        return [Action(gettext("历次核查"), reverse("bureau:risk_passes:list"))]

    def batch_actions(self, request):
        if not request.actor.may(P.ASK_PROVIDER):
            return []
        return [Action(gettext("请机构说明"), name="ask")]


@require_POST
def ask_many(request: HttpRequest) -> HttpResponse:
    """Ask about the findings picked, each with its own question; all or none."""
    require_may(request.actor, P.ASK_PROVIDER, gettext("请机构说明"))
    picked = [int(pk) for pk in request.POST.getlist("picked") if pk.isdecimal()]
    asked = operations.ask_providers(picked, by=request.actor, at=request.at)
    messages.success(request, gettext("已请机构说明 {n} 项，期限已告知。").format(n=len(asked)))
    query = request.POST.get("filtered", "")
    return redirect(reverse("bureau:risk:list") + (f"?{query}" if query else ""))


def _address(finding) -> str:
    return reverse("bureau:risk:detail", args=[finding.pk])


def _order_url(finding, subjects) -> str:
    """Where an inspection because of the finding is ordered, of its class or institution."""
    about = {"origin": "risk", "because_of": finding.number}
    if finding.training_class_id:
        about["class"] = finding.training_class_id
    else:
        body = next((one.institution_id for one in subjects if one.institution_id), None)
        if body is None:
            return ""
        about["institution"] = body
    return f"{reverse('bureau:inspections:order')}?{urlencode(about)}"


def _case_url(finding) -> str:
    """Where a case is opened because of the finding."""
    if finding.status == "closed":
        return ""
    return f"{reverse('bureau:cases:open')}?{urlencode({'cause': 'risk', 'because_of': finding.number})}"


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What was found, its rows, how it could be harmless, what was asked and answered, what it holds."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("风险发现"))
    finding = queries.risk_finding(pk, by=request.actor)
    table = queries.evidence_table(finding)
    subjects = list(queries.subjects(pk))
    holds = queries.holds_of_finding(finding)
    questions = list(queries.questions(pk))
    for question in questions:
        question.days_left = working_days_between(request.today, question.due_on)
    moves = {move.verb for move in moves_open_to(finding, request.actor)}
    may_order = request.actor.may(P.ORDER_INSPECTION) and finding.status != "closed"
    return render(
        request,
        "bureau/risk/detail.html",
        {
            "finding": finding,
            "title": risk.title_of(finding.kind),
            "sentence": risk.sentence_of(finding),
            "innocent": risk.innocent_of(finding.kind),
            "question": risk.question_of(finding.kind),
            "severity": risk.severity_words(finding.severity),
            "tone": risk.TONES[finding.severity],
            "family": risk.family_words(finding.family),
            "outcome": risk.outcome_words(finding.outcome),
            "heads": risk.heads(table),
            "cells": risk.cells(table),
            "drawing": risk_drawing.ring(table),
            "classes": [one.training_class for one in subjects if one.training_class_id],
            "institutions": [one.institution for one in subjects if one.institution_id],
            "trainers": [one.trainer for one in subjects if one.trainer_id],
            "holds": [hold for hold in holds if hold.status == "placed"],
            "holds_lifted": [hold for hold in holds if hold.status == "lifted"],
            "questions": questions,
            "moves": moves,
            "order_url": _order_url(finding, subjects) if may_order else "",
            "case_url": _case_url(finding) if request.actor.may(P.OPEN_CASE) else "",
            "next_step": _next_step(finding),
        },
    )


def _next_step(finding) -> str:
    return {
        "found": gettext("下一步：看依据和可能的合理解释，请机构说明，或写明理由办结。"),
        "asked": gettext("下一步：等机构说明；逾期只提示，不因此作出结论。"),
        "answered": gettext("下一步：看机构的说明，办结、再次询问或移送。"),
        "reopened": gettext("下一步：看新的依据，再请机构说明或办结。"),
        "escalated": gettext("下一步：有检查或立案结果后办结。"),
        "closed": "",
    }[finding.status]


class _OfFinding(FormPage):
    """A form about one finding."""

    def start(self, request, pk, **where):
        self.finding = queries.risk_finding(pk, by=request.actor)
        self.subtitle = f"{self.finding.number} · {risk.sentence_of(self.finding)}"
        self.cancel_url = _address(self.finding)


class AskProvider(_OfFinding):
    """Ask every institution concerned."""

    title = _("请机构说明")
    form_class = AskForm
    may = P.ASK_PROVIDER
    submit_label = _("发出")
    next_story = _("机构会在自己的待办里看到，期限按工作日计算；可以上传附件。")
    done_story = _("已请机构说明。")

    def initial(self, request):
        return {"question": risk.question_of(self.finding.kind, chinese=True)}

    def act(self, request, form):
        operations.ask_provider(self.finding.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return _address(self.finding)


class CloseFinding(_OfFinding):
    """Close with an outcome and a reason."""

    title = _("办结风险发现")
    form_class = CloseForm
    may = P.CLOSE_RISK_FINDING
    submit_label = _("办结")
    next_story = _("办结后解除由本发现引起的暂缓支付；以后有新的记录时会重新打开。")
    done_story = _("已办结。")

    def act(self, request, form):
        operations.close_risk_finding(self.finding.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return _address(self.finding)


class EscalateFinding(_OfFinding):
    """Hand on to an inspection or a case."""

    title = _("移送风险发现")
    form_class = EscalateForm
    may = P.ESCALATE_RISK_FINDING
    submit_label = _("移送")
    next_story = _("移送后暂缓支付保持不变，直到办结。选择现场检查的，接着在本页指定检查。")
    done_story = _("已移送。")

    def act(self, request, form):
        operations.escalate_risk_finding(
            self.finding.pk, **form.cleaned_data, by=request.actor, at=request.at
        )
        return _address(self.finding)


reopen = act(
    operations.reopen_risk_finding, to=lambda request, finding: _address(finding), done="已重新打开。"
)


def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The document of the answer to one question; that it was looked at is recorded."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("机构说明"))
    answer = queries.risk_answer(pk, by=request.actor)
    operations.look_at_document(answer, by=request.actor, at=request.at)
    return download(base64.b64decode(answer.document), answer.document_name, answer.document_type)
