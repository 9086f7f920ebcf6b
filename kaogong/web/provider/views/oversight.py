"""What the institution is asked and accused of, and complaints of its own."""

import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.institutions import queries as institutions
from kaogong.kernel.working_days import working_days_between
from kaogong.supervision import operations, queries
from kaogong.trail.operations import require_may
from kaogong.web.parts.columns import DateColumn, MomentColumn, OpenColumn, StatusColumn
from kaogong.web.parts.complaints import ComplaintForm
from kaogong.web.parts.lists import Action, ListPage, ListTable
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.records import Act, Section


def _opens(name: str):
    return lambda row: reverse(f"provider:{name}:detail", args=[row.pk])


class InquiryTable(ListTable):
    number = OpenColumn(to=_opens("inquiries"), verbose_name=_("函询编号"))
    question = tables.Column(verbose_name=_("请说明的情况"))
    due_on = DateColumn(verbose_name=_("答复期限"))
    answered_at = MomentColumn(verbose_name=_("说明时间"), shown="%Y-%m-%d")

    def render_question(self, value):
        return f"{value[:40]}…" if len(value) > 40 else value


class SanctionTable(ListTable):
    number = OpenColumn(to=_opens("sanctions"), verbose_name=_("处理编号"))
    label = tables.Column(verbose_name=_("处理措施"))
    plead_until = DateColumn(verbose_name=_("陈述申辩期限"))
    start_on = DateColumn(verbose_name=_("开始日期"))
    end_on = DateColumn(verbose_name=_("届满日期"))
    status = StatusColumn(verbose_name=_("状态"))


class ComplaintTable(ListTable):
    number = OpenColumn(to=_opens("complaints"), verbose_name=_("受理编号"))
    about = tables.Column(verbose_name=_("反映对象"), default="—")
    received_at = MomentColumn(verbose_name=_("收到时间"), shown="%Y-%m-%d")
    status = StatusColumn(verbose_name=_("状态"))


class Inquiries(ListPage):
    """What the bureau wants explained, the latest first."""

    title = _("情况函询")
    subtitle = _("监管部门请本机构说明的情况；请在期限内如实答复。")
    table_class = InquiryTable
    may = P.ANSWER_INQUIRY
    empty_title = _("没有函询")
    empty_text = _("监管部门需要本机构说明情况时，会出现在这里。")

    def rows(self, request):
        return queries.inquiries(request.actor)


class AnswerInquiry(FormPage):
    """The question, and the answer to it."""

    title = _("情况函询")
    template_name = "provider/inquiry.html"
    may = P.ANSWER_INQUIRY
    submit_label = _("提交说明")
    next_story = _("提交后不能修改。")
    done_story = _("说明已提交。")

    class form_class(forms.Form):
        answer = forms.CharField(
            label=_("情况说明"),
            max_length=4000,
            help_text=_("写清事实和依据；没有的事也请写明为什么"),
            widget=forms.Textarea(attrs={"rows": 8}),
        )

    def start(self, request, pk, **where):
        self.inquiry = queries.inquiry(pk, by=request.actor)
        self.subtitle = self.inquiry.number
        self.cancel_url = reverse("provider:inquiries:list")

    def more(self, request):
        due = self.inquiry.due_on
        left = working_days_between(request.today, due) if due and due >= request.today else None
        return {
            "inquiry": self.inquiry,
            "days_left": left,
            "is_late": due is not None and due < request.today,
        }

    def act(self, request, form):
        operations.answer_inquiry(self.inquiry.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return reverse("provider:inquiries:detail", args=[self.inquiry.pk])


class Sanctions(ListPage):
    """What was decided or is proposed against the institution."""

    title = _("处理决定")
    subtitle = _("拟处理的可以在期限内陈述申辩，意见会在决定时一并考虑。")
    table_class = SanctionTable
    may = P.PLEAD_SANCTION
    empty_title = _("没有处理")
    empty_text = _("拟对本机构作出处理时，会出现在这里。")

    def rows(self, request):
        return queries.sanctions(request.actor)


def sanction(request: HttpRequest, pk: int) -> HttpResponse:
    """One sanction of the institution's own, why, until when a statement is taken."""
    require_may(request.actor, P.PLEAD_SANCTION, gettext("处理决定"))
    found = queries.sanction(pk, by=request.actor)
    may_plead = found.status == "proposed" and not found.pleaded_at and found.plead_until >= request.today
    effects = [str(queries.SANCTION_EFFECTS[code]) for code in found.effects]
    days = f"{found.start_on} — {found.end_on or ''}" if found.start_on else ""
    facts = [
        (
            gettext("期限"),
            gettext("{n} 个月").format(n=found.months) if found.months else gettext("没有期限"),
        ),
        (gettext("效力"), gettext("；").join(effects) or gettext("没有附带效力")),
        (gettext("依据"), found.basis),
        (gettext("陈述申辩期限"), found.plead_until),
        (gettext("执行日期"), days),
    ]
    acts = []
    if may_plead:
        page = reverse("provider:sanctions:plead", args=[pk])
        acts = [Act(gettext("陈述申辩"), page, is_link=True, is_primary=True)]
    told = gettext("还没有提交。") if may_plead else gettext("没有提交陈述申辩。")
    return render(
        request,
        "parts/record_page.html",
        {
            "page_base": "rail.html",
            "title": found.label,
            "number": found.number,
            "thing": found,
            "crumb": gettext("处理决定"),
            "crumb_url": reverse("provider:sanctions:list"),
            "said": [found.number],
            "next_story": gettext("{until} 前可以陈述申辩。").format(until=found.plead_until)
            if may_plead
            else "",
            "acts": acts,
            "sections": [
                Section("facts", gettext("处理措施"), facts=facts, text=found.reason),
                Section(
                    "statement",
                    gettext("陈述申辩"),
                    text=found.statement,
                    empty="" if found.statement else told,
                ),
            ],
            "side": [],
            "story": "sanction",
        },
    )


class PleadSanction(FormPage):
    """Say what speaks against it."""

    title = _("陈述申辩")
    may = P.PLEAD_SANCTION
    submit_label = _("提交陈述申辩")
    next_story = _("提交后不能修改，由提出处理以外的人决定。")
    done_story = _("陈述申辩已提交。")

    class form_class(forms.Form):
        statement = forms.CharField(
            label=_("陈述申辩意见"), max_length=4000, widget=forms.Textarea(attrs={"rows": 8})
        )

    def start(self, request, pk, **where):
        self.sanction = queries.sanction(pk, by=request.actor)
        self.subtitle = str(self.sanction)
        self.cancel_url = reverse("provider:sanctions:detail", args=[pk])

    def act(self, request, form):
        operations.plead_sanction(self.sanction.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class Complaints(ListPage):
    """Complaints made under one's own name."""

    title = _("我的投诉举报")
    subtitle = _("实名提交的在这里看到办理情况；匿名的凭查询码在门户查询。")
    table_class = ComplaintTable
    may = P.FILE_COMPLAINT
    empty_title = _("没有实名提交过")
    empty_text = _("发现其他机构弄虚作假，可以反映。")

    def rows(self, request):
        return queries.own_complaints(request.actor)

    def actions(self, request):
        return [Action(gettext("投诉举报"), reverse("provider:complaints:file"), primary=True)]


class FileComplaint(FormPage):
    """Complain, under one's own name or none."""

    title = _("投诉举报")
    form_class = ComplaintForm
    may = P.FILE_COMPLAINT
    submit_label = _("提交")
    next_story = _("匿名提交不保存账号、机构和网络地址；提交后给出查询码，只显示一次。")

    def start(self, request, **where):
        self.cancel_url = reverse("provider:complaints:list")

    def form_arguments(self, request):
        return {"own": True}

    def act(self, request, form):
        own = institutions.institution(request.actor.organisation_id, by=request.actor)
        receipt = operations.receive_complaint(
            channel="provider", region_code=own.region_code, **form.asked(), by=request.actor, at=request.at
        )
        messages.success(
            request,
            gettext("已收到 {number}，查询码 {secret}，只显示这一次。").format(
                number=receipt.complaint.number, secret=receipt.secret
            ),
        )
        return self.cancel_url


def complaint(request: HttpRequest, pk: int) -> HttpResponse:
    """One of one's own named complaints and what became of it."""
    require_may(request.actor, P.FILE_COMPLAINT, gettext("投诉举报"))
    found = queries.own_complaint(pk, by=request.actor)
    return render(
        request,
        "parts/record_page.html",
        {
            "page_base": "rail.html",
            "title": found.number,
            "number": found.number,
            "thing": found,
            "crumb": gettext("我的投诉举报"),
            "crumb_url": reverse("provider:complaints:list"),
            "sections": [
                Section("content", gettext("反映的情况"), text=found.content),
                Section(
                    "answer",
                    gettext("答复"),
                    text=found.answer,
                    empty="" if found.answer else gettext("还没有答复。"),
                ),
            ],
        },
    )
