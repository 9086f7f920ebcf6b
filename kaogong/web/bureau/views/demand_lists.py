"""Shortage lists: drafted from a counting, changed by hand, reviewed by another person, published."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.demand import operations, queries
from kaogong.trail.operations import require_may
from kaogong.web.bureau.tables_demand import ListTableOfShortage
from kaogong.web.parts.forms import DateField, ReasonForm, TidyField
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.records import Act, Section, acts_of, link
from kaogong.web.parts.templatetags.parts import permille

NEXT = {
    "drafted": _("下一步：核对条目，每条都写明理由，再提请复核。"),
    "proposed": _("下一步：由另一人复核后发布，或退回修改。"),
    "published": _("已公示，并从起始日起写入目录。"),
    "withdrawn": _("没有发布。"),
}
FIXED = ("award_occupations", "award_majors")


class NewListForm(forms.Form):
    """A version to be drafted."""

    kind = forms.ChoiceField(label=_("目录种类"), choices=queries.LIST_KINDS)
    run = forms.IntegerField(required=False, widget=forms.HiddenInput)
    starts_on = DateField(label=_("起"), help_text=_("从这一天起替换本区现行目录"))
    ends_on = DateField(label=_("止"), required=False, help_text=_("不填表示一直执行到下一版"))


class EntryForm(forms.Form):
    """An occupation or a major to put on the list."""

    name = TidyField(label=_("职业（工种）或专业"), max_length=60)
    because = TidyField(label=_("列入理由"), max_length=200)


class DropForm(ReasonForm):
    """An entry to take off, and why."""

    code = forms.CharField(widget=forms.HiddenInput)


class PublishForm(forms.Form):
    """How long the list stands on notice, where no paper says."""

    working_days = forms.IntegerField(label=_("公示几个工作日"), min_value=1, max_value=60, required=False)


class Lists(ListPage):
    """Every version in reach."""

    title = _("紧缺目录")
    subtitle = _("按紧缺指数拟定，一人拟、另一人发布；每一版都留底")
    table_class = ListTableOfShortage
    may = P.VIEW_PEOPLE
    empty_title = _("还没有紧缺目录")
    empty_text = _("先算紧缺指数，再据此拟定。")

    def rows(self, request):
        return queries.shortage_lists(request.actor)

    def actions(self, request):
        if not request.actor.may(P.PROPOSE_SHORTAGE_LIST):
            return []
        return [Action(gettext("拟一版目录"), reverse("bureau:shortage_lists:draft"), primary=True)]


class DraftList(FormPage):
    """Begin a version, from a counting where one is named."""

    title = _("拟一版目录")
    form_class = NewListForm
    may = P.PROPOSE_SHORTAGE_LIST
    next_story = _("达到列入标准的职业自动列入；样本少的、没有规定标准的，由人逐条加入。")

    def start(self, request):
        self.cancel_url = reverse("bureau:shortage_lists:list")

    def initial(self, request):
        run = request.GET.get("run", "")
        return {"run": run if run.isdecimal() else None}

    def act(self, request, form):
        given = form.cleaned_data
        found = operations.draft_shortage_list(
            given["run"], kind=given["kind"], starts_on=given["starts_on"], ends_on=given["ends_on"],
            by=request.actor, at=request.at,
        )  # fmt: skip
        return reverse("bureau:shortage_lists:detail", args=[found.pk])


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: its entries with why, what changed since the last, what a paper fixes."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("紧缺目录"))
    found = queries.shortage_list(pk, by=request.actor)
    items = list(queries.items_of(pk))
    added, dropped = queries.changes_since(found)
    may_edit = found.status == "drafted" and request.actor.may(P.PROPOSE_SHORTAGE_LIST)
    acts = acts_of(found, "bureau:shortage_lists", request.actor, primary="propose", forms=("publish",))
    facts = [
        (gettext("起"), found.starts_on),
        (gettext("止"), found.ends_on or gettext("到下一版")),
        (gettext("条目"), str(len(items))),
    ]
    fixed = queries.said(found.kind, found.region_code, request.today) if found.kind in FIXED else None
    if fixed is not None and fixed.value is not None:
        facts.append((gettext("规定的个数"), f"{fixed.value}（{fixed.by}）"))
    if found.run_id:
        facts.append(
            (
                gettext("依据的计算"),
                link(found.run.as_of, reverse("bureau:shortage:detail", args=[found.run_id])),
            )
        )
    if found.notice_id:
        page = reverse("bureau:notices:detail", args=[found.notice_id])
        facts.append((gettext("公示"), link(gettext("看公示"), page)))
    drop = reverse("bureau:shortage_lists:drop", args=[pk])
    head = [gettext("代码"), gettext("名称"), gettext("紧缺指数"), gettext("列入理由")]
    rows = [
        [
            item.code,
            catalog.occupation_name(item.code),
            "—" if item.index_permille is None else permille(item.index_permille),
            item.because,
            *([link(gettext("移出"), f"{drop}?code={item.code}")] if may_edit else []),
        ]
        for item in items
    ]
    add = [Act(gettext("加入一条…"), reverse("bureau:shortage_lists:add", args=[pk]), is_link=True)]
    return render(
        request,
        "parts/record_page.html",
        {
            "page_base": "rail.html",
            "title": found.get_kind_display(),
            "number": gettext("第 {n} 版").format(n=found.version),
            "thing": found,
            "crumb": gettext("紧缺目录"),
            "crumb_url": reverse("bureau:shortage_lists:list"),
            "said": [
                catalog.region_name(found.region_code),
                gettext("第 {n} 版").format(n=found.version),
            ],
            "next_story": NEXT[found.status],
            "acts": acts,
            "sections": [
                Section("facts", gettext("基本情况"), facts=facts),
                Section(
                    "entries",
                    gettext("条目"),
                    head=[*head, *([gettext("操作")] if may_edit else [])],
                    rows=rows,
                    empty=gettext("还没有条目。没有规定列入标准的，逐条加入并写明理由。"),
                    acts=add if may_edit else [],
                ),
                Section(
                    "changes",
                    gettext("与上一版相比"),
                    facts=[
                        (gettext("新列入"), "、".join(map(catalog.occupation_name, added)) or "—"),
                        (gettext("不再列入"), "、".join(map(catalog.occupation_name, dropped)) or "—"),
                    ],
                ),
            ],
            "story": "shortage_list",
        },
    )


class OfList(FormPage):
    """A form about one list."""

    def start(self, request, pk):
        self.found = queries.shortage_list(pk, by=request.actor)
        self.subtitle = f"{self.found.get_kind_display()} {gettext('第 {n} 版').format(n=self.found.version)}"
        self.cancel_url = reverse("bureau:shortage_lists:detail", args=[pk])


class AddEntry(OfList):
    """Put an entry on by hand."""

    title = _("加入一条")
    form_class = EntryForm
    may = P.PROPOSE_SHORTAGE_LIST

    def act(self, request, form):
        operations.add_list_entry(self.found.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class DropEntry(OfList):
    """Take an entry off."""

    title = _("移出一条")
    form_class = DropForm
    may = P.PROPOSE_SHORTAGE_LIST
    submit_label = _("移出")

    def initial(self, request):
        return {"code": request.GET.get("code", "")}

    def act(self, request, form):
        given = form.cleaned_data
        operations.drop_list_entry(
            self.found.pk, given["code"], reason=given["reason"], by=request.actor, at=request.at
        )
        return self.cancel_url


class Publish(OfList):
    """Publish a list another person proposed."""

    title = _("发布目录")
    form_class = PublishForm
    may = P.PUBLISH_SHORTAGE_LIST
    submit_label = _("发布")
    done_story = _("已发布并公示。")

    def start(self, request, pk):
        super().start(request, pk)
        days = queries.said("notice_days", self.found.region_code, request.today)
        if days is not None and days.value:
            self.next_story = gettext("本区规定公示 {n} 个工作日，不用填写。").format(n=days.value)
        else:
            self.next_story = gettext("本区没有规定公示期，请填写。")

    def act(self, request, form):
        operations.publish_shortage_list(
            self.found.pk, working_days=form.cleaned_data["working_days"], by=request.actor, at=request.at
        )
        return self.cancel_url


def _to_list(_request: HttpRequest, found) -> str:
    return reverse("bureau:shortage_lists:detail", args=[found.pk])


propose = act(operations.propose_shortage_list, to=_to_list, done=_("已提请复核。"))
return_list = act(operations.return_shortage_list, to=_to_list, done=_("已退回修改。"))
withdraw = act(operations.withdraw_shortage_list, to=_to_list, done=_("已撤回。"))
