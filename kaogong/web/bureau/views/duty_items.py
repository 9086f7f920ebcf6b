"""Duties of the papers at the bureau: the tree with how far each is, one duty with its reports."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong import sheets
from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.kernel.region_code import RegionCode
from kaogong.planning import operations, queries
from kaogong.trail.operations import require_may
from kaogong.web.bureau.forms_planning import AssignForm, DutyForm, DutyReportForm
from kaogong.web.parts.lists import exported
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.records import Act, Section, acts_of, link
from kaogong.web.parts.templatetags.parts import badge, cited, clause_url, tag

from .supervisions import handed_in_paper


def address(_request, duty) -> str:
    return reverse("bureau:duty_items:detail", args=[duty.pk])


def require_part(request: HttpRequest) -> None:
    """Duties are for those who look at the bureau's pages and for the units that report of them."""
    if not request.actor.may(P.REPORT_DUTY):
        require_may(request.actor, P.VIEW_BUREAU, gettext("责任事项"))


def tree(request: HttpRequest) -> HttpResponse:
    """Every duty in the order of its paper, of one unit where asked, with its sheet."""
    require_part(request)
    by, unit = request.actor, request.GET.get("unit", "")
    branches = queries.duty_tree(by, unit=unit)
    if request.GET.get("export") == "xlsx":
        return _sheet(request, branches)
    sections: list[Section] = []
    loose = ""
    for branch in branches:
        is_paper = branch.depth == 0 and bool(branch.below)
        if is_paper or (branch.depth == 0 and not (sections and sections[-1].dom_id == loose)):
            sections.append(_paper(branch))
            loose = "" if is_paper else sections[-1].dom_id
        if not branch.is_heading or branch.depth:
            sections[-1].rows.append(_row(branch, request.today))
    here = reverse("bureau:duty_items:list")
    acts = []
    if branches and by.may(P.EXPORT_LIST):
        acts.append(Act(gettext("导出"), f"{here}?unit={unit}&export=xlsx", is_link=True))
    if by.may(P.ASSIGN_DUTY):
        acts.append(Act(gettext("载入文件责任"), reverse("bureau:duty_items:load")))
        acts.append(Act(gettext("登记事项…"), reverse("bureau:duty_items:new"), is_link=True))
    units = queries.units_of_duties(by) if not by.own_unit else []
    return render(
        request,
        "bureau/planning/sections.html",
        {
            "title": gettext("责任事项"),
            "subtitle": gettext("文件逐条写明的责任单位；文件没有写谁牵头的，排在第一的列为牵头，可以改"),
            "chips_are_names": True,
            "chips": [(gettext("全部"), here, not unit), *((u, f"{here}?unit={u}", u == unit) for u in units)]
            if units
            else [],
            "acts": acts,
            "sections": sections,
            "empty_title": gettext("还没有责任事项"),
            "empty_text": gettext("没有分给本单位的事项。")
            if by.own_unit
            else gettext("载入文件里写明的责任，或者登记本地文件的事项。"),
        },
    )


def _paper(branch) -> Section:
    duty = branch.duty
    return Section(
        f"paper-{duty.pk}",
        f"{duty.title if branch.below else gettext('其他事项')}（{catalog.region_name(duty.region_code)}）",
        head=[
            gettext("事项"),
            gettext("牵头单位"),
            gettext("配合单位"),
            gettext("完成期限"),
            gettext("状态"),
        ],
        rows=[],
        hint=gettext("完成 {done} / {all}").format(done=branch.finished, all=branch.below)
        if branch.below
        else "",
    )


def _row(branch, today) -> tuple:
    duty = branch.duty
    title = link(duty.title, reverse("bureau:duty_items:detail", args=[duty.pk]))
    if branch.is_heading:
        told = gettext("完成 {done} / {all}").format(done=branch.finished, all=branch.below)
        return (format_html("<b>{}</b>", duty.title), "", "", "", told)
    late = tag("no", gettext("已逾期")) if duty.is_overdue(today) else ""
    return (
        title,
        duty.lead_unit or "—",
        gettext("、").join(duty.joint_units) or "—",
        duty.due_on or "—",
        format_html("{} {}", badge(duty), late),
    )


def _sheet(request, branches) -> HttpResponse:
    require_may(request.actor, P.EXPORT_LIST, gettext("导出"))
    columns = [
        ("title", gettext("事项"), "text"), ("lead", gettext("牵头单位"), "text"),
        ("joint", gettext("配合单位"), "text"), ("officer", gettext("承办人"), "name"),
        ("due", gettext("完成期限"), "date"), ("status", gettext("状态"), "text"),
        ("clause", gettext("依据"), "text"), ("source", gettext("出处"), "text"),
    ]  # fmt: skip
    rows = [
        (
            "　" * branch.depth + branch.duty.title, branch.duty.lead_unit, "、".join(branch.duty.joint_units),
            branch.duty.officer, branch.duty.due_on,
            "" if branch.is_heading else gettext(branch.duty.get_status_display()), branch.duty.clause,
            branch.duty.source,
        )
        for branch in branches
    ]  # fmt: skip
    title = gettext("责任事项")
    return exported(request, sheets.write_table(columns, rows, title=title), title=title, rows=len(rows))


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One duty: its clause, who does it, what was reported."""
    require_part(request)
    duty = queries.duty(pk, by=request.actor)
    own = RegionCode(request.actor.region_code).covers(duty.region_code)
    acts = (
        acts_of(duty, "bureau:duty_items", request.actor, forms=["assign", "report"], primary="report")
        if own
        else []
    )
    reports = [
        Section(
            f"report-{one.pk}",
            gettext("{at} {unit}的报告").format(at=f"{localtime(one.reported_at):%Y-%m-%d}", unit=one.unit),
            facts=[
                (
                    gettext("附件"),
                    link(one.paper_title, reverse("bureau:duty_items:paper", args=[one.pk])),
                )
            ]
            if one.paper_title
            else [],
            text=one.content,
        )
        for one in (queries.reports_of(pk) if own else [])
    ]
    clause = link(cited(duty.clause), clause_url(duty.clause)) if duty.source else duty.clause
    return render(
        request,
        "bureau/planning/record.html",
        {
            "page_base": "rail.html",
            "title": duty.title,
            "number": duty.code,
            "thing": duty,
            "crumb": gettext("责任事项"),
            "crumb_url": reverse("bureau:duty_items:list"),
            "said": [catalog.region_name(duty.region_code)],
            "warning": gettext("已过完成期限。") if duty.is_overdue(request.today) else "",
            "acts": acts,
            "sections": [
                Section(
                    "about",
                    gettext("分工"),
                    facts=[
                        (gettext("牵头单位"), duty.lead_unit or "—"),
                        (gettext("配合单位"), gettext("、").join(duty.joint_units) or "—"),
                        (gettext("承办人"), duty.officer or "—"),
                        (gettext("完成期限"), duty.due_on or "—"),
                        (gettext("依据"), clause),
                        *([(gettext("出处"), duty.source)] if duty.source else []),
                        *([(gettext("上级事项"), duty.parent.title)] if duty.parent_id else []),
                    ],
                ),
                *reports,
            ],
            "story": "duty_item" if own else "",
        },
    )


class ListDuty(FormPage):
    """List a duty of one's own paper."""

    title = _("登记责任事项")
    form_class = DutyForm
    may = P.ASSIGN_DUTY
    submit_label = _("登记")

    def start(self, request):
        self.cancel_url = reverse("bureau:duty_items:list")

    def act(self, request, form):
        made = operations.list_duty(
            region_code=request.actor.region_code, **form.cleaned_data, by=request.actor, at=request.at
        )
        return address(request, made)


class _OfOne(FormPage):
    """A form about one duty."""

    def start(self, request, pk):
        self.duty = queries.duty(pk, by=request.actor)
        self.subtitle = self.duty.title
        self.cancel_url = address(request, self.duty)


class AssignDuty(_OfOne):
    """Give a duty to its units."""

    title = _("分工")
    form_class = AssignForm
    may = P.ASSIGN_DUTY
    submit_label = _("分工")
    done_story = _("已分工。")

    def initial(self, request):
        duty = self.duty
        return {
            "lead_unit": duty.lead_unit, "joint_units": "、".join(duty.joint_units), "officer": duty.officer,
            "due_on": duty.due_on,
        }  # fmt: skip

    def act(self, request, form):
        operations.assign_duty(self.duty.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class ReportDuty(_OfOne):
    """Report how far a duty is."""

    title = _("报告进展")
    form_class = DutyReportForm
    may = P.REPORT_DUTY
    submit_label = _("报告")
    done_story = _("已报告。")

    def form_arguments(self, request):
        return {"units": queries.units_spoken_for(self.duty, request.actor)}

    def act(self, request, form):
        given = dict(form.cleaned_data)
        paper = given.pop("paper")
        if paper:
            given |= {"paper": paper.read(), "paper_title": paper.name}
        operations.report_duty(self.duty.pk, **given, by=request.actor, at=request.at)
        return self.cancel_url


@require_POST
def load(request: HttpRequest) -> HttpResponse:
    """Load the duties the papers list for the actor's region."""
    loaded = operations.load_duties(region_code=request.actor.region_code, by=request.actor, at=request.at)
    messages.success(request, gettext("新载入 {n} 项责任。").format(n=loaded))
    return redirect("bureau:duty_items:list")


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """A report's paper as it was handed in."""
    require_part(request)
    return handed_in_paper(queries.duty_paper(pk, by=request.actor))


send_back = act(operations.return_duty, to=address, done=_("已要求继续推进。"))
finish = act(operations.finish_duty, to=address, done=_("已确认完成。"))
reopen = act(operations.reopen_duty, to=address, done=_("已重新推进。"))
