"""The year's plan at the bureau: what was handed in, where it overlaps, how it is split, what is done of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.planning import operations, queries
from kaogong.web.bureau import plan_sections
from kaogong.web.bureau.filters_planning import PlanFilter
from kaogong.web.bureau.forms_planning import (
    PlanForm,
    ProposeForm,
    PublishForm,
    SplitForm,
)
from kaogong.web.bureau.plan_sections import is_own, require_look
from kaogong.web.bureau.tables_planning import PlanTable
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.records import Act, acts_of

NEXT = {
    "collecting": _("下一步：各部门、各区市提报；截止后开始汇总。"),
    "merging": _("下一步：逐处处理重复，定分解方法，看过测算后提请审定。"),
    "proposed": _("下一步：由另一人审定，公布或退回。"),
    "published": _("计划已公布；执行中需要变动的，写明理由调整，原来的版本保留。"),
}


def address(_request, plan) -> str:
    return reverse("bureau:plans:detail", args=[plan.pk])


class Plans(ListPage):
    """Plans of the region and of those above it."""

    title = _("年度培训计划")
    subtitle = _("各部门、各区市提报，办公室汇总、去重、按产能和需求分解，统一公布，执行中对照完成")
    table_class = PlanTable
    filter_class = PlanFilter
    empty_title = _("还没有年度计划")
    empty_text = _("由经办开始征集，各单位提报。")

    def get(self, request, **more):
        require_look(request)
        return super().get(request, **more)

    def rows(self, request):
        return queries.plans(request.actor)

    def actions(self, request):
        if not request.actor.may(P.OPEN_PLAN):
            return []
        return [Action(gettext("开始征集"), reverse("bureau:plans:open"), primary=True)]

    def prepare(self, records):
        found = queries.latest_versions(row.pk for row in records)
        for row in records:
            version = found.get(row.pk)
            row.people = version.people if version else None
            row.version = gettext("第 {n} 版").format(n=version.number) if version else None


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: what was handed in, the split with its working, its versions."""
    require_look(request)
    by = request.actor
    plan = queries.plan(pk, by=by)
    own = is_own(plan, by)
    acts = acts_of(plan, "bureau:plans", by, forms=["propose", "publish"], primary="propose") if own else []
    if plan.status == "collecting" and by.may(P.SUBMIT_PLAN_LINES):
        acts.insert(
            0, Act(gettext("填报…"), reverse("bureau:plans:ask", args=[pk]), is_link=True, is_primary=True)
        )
    warning, sections = "", [plan_sections.submissions(plan, by)]
    if own and plan.status != "collecting":
        waiting = len(queries.overlaps_open(pk))
        if waiting and plan.status == "merging":
            warning = gettext("还有 {n} 处重复没有处理，处理完才能提请审定。").format(n=waiting)
        sections.append(plan_sections.overlaps(plan, by))
    version = queries.versions(pk).first()
    if own and plan.status == "merging":
        sections += plan_sections.split(plan, by)
    elif version is not None and (own or plan.status == "published"):
        sections.append(plan_sections.tasks(plan, version, by))
    if version is not None and own:
        sections.append(plan_sections.versions(plan))
        acts.append(Act(gettext("计划与完成"), reverse("bureau:plans:done", args=[pk]), is_link=True))
        if by.may(P.EXPORT_LIST):
            acts.append(Act(gettext("导出计划"), reverse("bureau:plans:sheet", args=[pk]), is_link=True))
    return render(
        request,
        "bureau/planning/record.html",
        {
            "page_base": "rail.html",
            "title": plan.title,
            "number": plan.year,
            "thing": plan,
            "crumb": gettext("年度培训计划"),
            "crumb_url": reverse("bureau:plans:list"),
            "said": [
                catalog.region_name(plan.region_code),
                gettext("提报截止 {on}").format(on=plan.due_on),
                *([plan.notice_number] if plan.notice_number else []),
            ],
            "next_story": NEXT.get(plan.status, ""),
            "warning": warning,
            "acts": acts,
            "sections": sections,
            "story_below": "annual_plan" if own else "",
        },
    )


class OpenPlan(FormPage):
    """Call for lines."""

    title = _("开始征集年度计划")
    form_class = PlanForm
    may = P.OPEN_PLAN
    submit_label = _("开始征集")
    next_story = _("征集期间，本区域各部门和下级区域都能提报。")
    done_story = _("已开始征集。")

    def start(self, request):
        self.cancel_url = reverse("bureau:plans:list")

    def initial(self, request):
        return {"year": request.today.year + 1}

    def act(self, request, form):
        made = operations.open_plan(
            region_code=request.actor.region_code, **form.cleaned_data, by=request.actor, at=request.at
        )
        return address(request, made)


class OfPlan(FormPage):
    """A form about one plan of the actor's own region."""

    def start(self, request, pk):
        self.plan = queries.own_plan(pk, by=request.actor)
        self.subtitle = self.plan.title
        self.cancel_url = address(request, self.plan)


class ChooseSplit(OfPlan):
    """Change the method, then look at the working again."""

    title = _("分解方法和总数")
    form_class = SplitForm
    may = P.MERGE_PLAN
    submit_label = _("按这个方法测算")
    done_story = _("已按新的方法测算，请核对。")

    def form_arguments(self, request):
        return {"parts": queries.split_of(self.plan)}

    def initial(self, request):
        plan = self.plan
        totals = {f"total_{code}": number for code, number in plan.totals.items()}
        return totals | {"capacity_percent": plan.capacity_percent, "within_capacity": plan.within_capacity}

    def act(self, request, form):
        given = form.cleaned_data
        operations.choose_split(
            self.plan.pk, capacity_percent=given["capacity_percent"], within_capacity=given["within_capacity"],
            totals=form.totals, reason=given["reason"], by=request.actor, at=request.at,
        )  # fmt: skip
        return self.cancel_url


class ProposePlan(OfPlan):
    """Put the split before whoever decides."""

    title = _("提请审定")
    form_class = ProposeForm
    may = P.MERGE_PLAN
    submit_label = _("提请审定")
    next_story = _("按现在的测算形成一个版本，由另一人审定。")
    done_story = _("已提请审定。")

    def act(self, request, form):
        operations.propose_plan(
            self.plan.pk, reason=form.cleaned_data["reason"], by=request.actor, at=request.at
        )
        return self.cancel_url


class PublishPlan(OfPlan):
    """Publish the version proposed."""

    title = _("公布计划")
    form_class = PublishForm
    may = P.PUBLISH_PLAN
    submit_label = _("公布")
    next_story = _("公布后在门户上可以看到，任何人可以提出意见。")
    done_story = _("已公布。")

    def act(self, request, form):
        operations.publish_plan(
            self.plan.pk, working_days=form.cleaned_data["working_days"], by=request.actor, at=request.at
        )
        return self.cancel_url


merge = act(operations.merge_plan, to=address, done=_("已截止征集，请处理重复、核对测算。"))
reopen = act(operations.reopen_plan, to=address, done=_("已重新征集。"))
send_back = act(operations.return_plan, to=address, done=_("已退回修改。"))
revise = act(operations.revise_plan, to=address, done=_("可以修改了；公布的版本仍然有效，直到公布新的版本。"))
withdraw = act(operations.withdraw_plan, to=address, done=_("已撤销。"))
