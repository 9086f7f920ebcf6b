"""Inspections the institution has had, and its answers to what was found."""

import django_tables2 as tables
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.kernel.working_days import working_days_between
from kaogong.supervision import operations, queries
from kaogong.trail.operations import require_may
from kaogong.web.parts.columns import DateColumn, OpenColumn, StatusColumn
from kaogong.web.parts.lists import ListPage, ListTable
from kaogong.web.parts.pages import FormPage


class InspectionTable(ListTable):
    number = OpenColumn(
        to=lambda row: reverse("provider:inspections:detail", args=[row.pk]), verbose_name=_("检查编号")
    )
    title = tables.Column(verbose_name=_("检查对象"))
    inspected_on = DateColumn(verbose_name=_("检查日期"))
    status = StatusColumn(verbose_name=_("状态"))


class AnswerForm(forms.Form):
    """What was done about it."""

    answer = forms.CharField(
        label=_("整改情况"),
        max_length=2000,
        help_text=_("写清做了什么、何时完成、怎么核实"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class InspectionList(ListPage):
    """What was inspected, the latest first."""

    title = _("监督检查")
    subtitle = _("检查完成后在这里看到结果；有问题的按期限答复整改情况。")
    table_class = InspectionTable
    may = P.ANSWER_FINDING
    empty_title = _("还没有检查结果")
    empty_text = _("检查事先不通知，完成以后会出现在这里。")

    def rows(self, request):
        return queries.inspections(request.actor)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One inspection with what was found, by when, and what was answered."""
    require_may(request.actor, P.ANSWER_FINDING, gettext("监督检查"))
    inspection = queries.inspection(pk, by=request.actor)
    findings = list(queries.findings(request.actor, inspection_id=pk))
    for finding in findings:
        finding.days_left = working_days_between(request.today, finding.due_on)
    return render(
        request,
        "provider/inspection_detail.html",
        {"inspection": inspection, "findings": findings, "sheet": queries.SHEETS.get(inspection.sheet, "")},
    )


class AnswerFinding(FormPage):
    """Say what was done about one finding."""

    title = _("答复整改情况")
    form_class = AnswerForm
    may = P.ANSWER_FINDING
    submit_label = _("提交答复")
    next_story = _("提交后由监管部门复查；整改不到位的会退回并重新给出期限。")
    done_story = _("答复已提交，等待复查。")

    def start(self, request, pk, **where):
        self.finding = queries.finding(pk, by=request.actor)
        self.subtitle = self.finding.content
        self.cancel_url = reverse("provider:inspections:detail", args=[self.finding.inspection_id])

    def act(self, request, form):
        operations.answer_finding(self.finding.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url
