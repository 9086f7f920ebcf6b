"""What the bureau asks about signs of risk, and what the institution says."""

import base64

import django_tables2 as tables
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.claims import queries as claims
from kaogong.kernel.working_days import working_days_between
from kaogong.risk import operations, queries
from kaogong.trail.operations import require_may
from kaogong.web.parts import risk
from kaogong.web.parts.columns import DateColumn, MomentColumn, OpenColumn
from kaogong.web.parts.lists import ListPage, ListTable, download
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.templatetags.parts import tag


class QuestionTable(ListTable):
    number = OpenColumn(
        accessor="finding__number",
        to=lambda row: reverse("provider:risk:detail", args=[row.pk]),
        verbose_name=_("编号"),
    )
    kind = tables.Column(accessor="finding__kind", verbose_name=_("事项"))
    training_class = tables.Column(accessor="finding__training_class", verbose_name=_("班次"), default="—")
    asked_at = MomentColumn(verbose_name=_("提出时间"), shown="%Y-%m-%d")
    due_on = DateColumn(verbose_name=_("期限"))
    state = tables.Column(empty_values=(), verbose_name=_("状态"))

    def render_kind(self, record):
        return risk.title_of(record.finding.kind)

    value_kind = render_kind

    def _words(self, record) -> tuple[str, str]:
        if record.answered_at is not None:
            return "ok", gettext("已说明")
        if record.days_left < 0:
            return "no", gettext("已超期")
        return "ask", gettext("剩 {n} 个工作日").format(n=record.days_left)

    def render_state(self, record):
        return tag(*self._words(record))

    def value_state(self, record):
        return self._words(record)[1]


class AnswerForm(forms.Form):
    """What happened, and a document that shows it."""

    text = forms.CharField(
        label=_("情况说明"),
        max_length=4000,
        help_text=_("写清事实和原因；有合理原因的，说明原因即可。"),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    document = forms.FileField(
        label=_("附件"),
        required=False,
        help_text=_("可选。PDF、图片、Word 或 Excel，10 MB 以内。"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.docx,.xlsx"}),
    )


class Questions(ListPage):
    """What waits for an answer first, the one due first first."""

    title = _("风险核实")
    subtitle = _("系统发现不寻常的情况时，经办会请您说明；说明清楚即可，不影响诚信机构。")
    table_class = QuestionTable
    may = P.ANSWER_RISK_FINDING
    empty_title = _("没有需要说明的情况")
    empty_text = _("经办提出询问后会出现在这里和今日待办里。")

    def rows(self, request):
        self.today = request.today
        return queries.risk_questions(request.actor)

    def prepare(self, records):
        for record in records:
            record.days_left = working_days_between(self.today, record.due_on)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One question: what was seen in the institution's own records, by when to answer, what was said."""
    require_may(request.actor, P.ANSWER_RISK_FINDING, gettext("风险核实"))
    question = queries.risk_question(pk, by=request.actor)
    finding = question.finding
    table = queries.evidence_table(finding, institution_id=question.institution_id)
    return render(
        request,
        "provider/risk_question.html",
        {
            "question": question,
            "finding": finding,
            "title": risk.title_of(finding.kind),
            "sentence": risk.sentence_of(finding) if finding.institution_id else "",
            "innocent": risk.innocent_of(finding.kind),
            "heads": risk.heads(table),
            "cells": risk.cells(table),
            "days_left": working_days_between(request.today, question.due_on),
            "is_open": question.answered_at is None and finding.status == "asked",
            "holds": claims.holds_caused_by(finding.cause).filter(status="placed")
            if finding.institution_id
            else [],
        },
    )


class AnswerQuestion(FormPage):
    """Say what happened."""

    title = _("说明情况")
    form_class = AnswerForm
    may = P.ANSWER_RISK_FINDING
    submit_label = _("提交说明")
    next_story = _("提交后不能再改，由经办核实；需要补充时经办会再次询问。")
    done_story = _("说明已提交，等待经办核实。")

    def start(self, request, pk, **where):
        self.question = queries.risk_question(pk, by=request.actor)
        self.subtitle = self.question.question
        self.cancel_url = reverse("provider:risk:detail", args=[pk])

    def act(self, request, form):
        upload = form.cleaned_data["document"]
        document = operations.Document(upload.name, upload.read()) if upload else None
        operations.answer_risk_finding(
            self.question.pk,
            text=form.cleaned_data["text"],
            document=document,
            by=request.actor,
            at=request.at,
        )
        return self.cancel_url


def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The document the institution handed in."""
    require_may(request.actor, P.ANSWER_RISK_FINDING, gettext("风险核实"))
    answer = queries.risk_answer(pk, by=request.actor)
    operations.look_at_document(answer, by=request.actor, at=request.at)
    return download(base64.b64decode(answer.document), answer.document_name, answer.document_type)
