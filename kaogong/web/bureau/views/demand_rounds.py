"""Surveys of enterprises: planned, whom they ask, who has answered, what they ask for."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.demand import operations, queries
from kaogong.kernel.money import yuan
from kaogong.trail.operations import require_may
from kaogong.web.bureau.tables_demand import ReplyTable, RoundTable
from kaogong.web.parts.demand import level_name, pay_forms
from kaogong.web.parts.forms import DateField, TidyField
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.records import Act, Section, acts_of, link

NEXT = {
    "drafted": _("下一步：加入要调查的企业，再开始填报。"),
    "opened": _("下一步：提醒还没有填报的企业；到期后截止。"),
    "closed": _("调查已截止，结果计入紧缺指数或工资价位。"),
}


class RoundForm(forms.Form):
    """A round as it is planned."""

    kind = forms.ChoiceField(label=_("调查种类"), choices=queries.ROUND_KINDS)
    title = TidyField(label=_("调查名称"), max_length=120, help_text=_("例如：2026年四季度用工需求调查"))
    opens_on = DateField(label=_("开始"))
    closes_on = DateField(label=_("截止"), help_text=_("这一天还可以填"))


class AskForm(forms.Form):
    """One enterprise to ask, registered or not."""

    credit_code = TidyField(label=_("统一社会信用代码"), max_length=20)
    name = TidyField(label=_("企业名称"), max_length=120)


class Rounds(ListPage):
    """Every round in reach."""

    title = _("企业调查")
    subtitle = _("向企业调查用工需求和工资；企业在自己的账号里或凭链接填报")
    table_class = RoundTable
    may = P.VIEW_PEOPLE
    empty_title = _("还没有企业调查")
    empty_text = _("先拟一次调查，加入企业后开始。")

    def rows(self, request):
        return queries.demand_rounds(request.actor)

    def actions(self, request):
        if not request.actor.may(P.OPEN_DEMAND_ROUND):
            return []
        return [Action(gettext("拟一次调查"), reverse("bureau:demand_rounds:draft"), primary=True)]


class DraftRound(FormPage):
    """Plan a round."""

    title = _("拟一次调查")
    form_class = RoundForm
    may = P.OPEN_DEMAND_ROUND
    next_story = _("保存后加入企业，再开始填报。")

    def start(self, request):
        self.cancel_url = reverse("bureau:demand_rounds:list")

    def act(self, request, form):
        found = operations.draft_demand_round(**form.cleaned_data, by=request.actor, at=request.at)
        return reverse("bureau:demand_rounds:detail", args=[found.pk])


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: who answered, and what the answers ask for."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("企业调查"))
    found = queries.demand_round(pk, by=request.actor)
    may_ask = found.status != "closed" and request.actor.may(P.OPEN_DEMAND_ROUND)
    acts = acts_of(found, "bureau:demand_rounds", request.actor, primary="open")
    if may_ask:
        acts += [
            Act(gettext("加入本区登记的企业"), reverse("bureau:demand_rounds:ask_all", args=[pk])),
            Act(gettext("加入一家企业…"), reverse("bureau:demand_rounds:ask", args=[pk]), is_link=True),
        ]
    if found.kind == "wages" and found.status == "closed" and request.actor.may(P.PROPOSE_WAGE_GUIDE):
        acts.append(
            Act(gettext("汇总工资价位"), reverse("bureau:demand_rounds:add_up", args=[pk]), is_primary=True)
        )
    waiting = (
        [Act(gettext("记下已提醒"), reverse("bureau:demand_rounds:remind", args=[pk]))] if may_ask else []
    )
    every = reverse("bureau:demand_rounds:replies", args=[pk])
    progress = Section(
        "progress",
        gettext("填报进度"),
        facts=[
            (gettext("调查企业"), link(found.asked, every)),
            (gettext("已填报"), link(found.answered, f"{every}?status=submitted")),
            (gettext("未填报（提醒名单）"), link(found.asked - found.answered, f"{every}?status=invited")),
        ],
        acts=waiting,
    )
    sections = [progress]
    if found.kind == "posts":
        sections.append(
            Section(
                "asked",
                gettext("已填报的需求"),
                head=[
                    gettext("职业（工种）"), gettext("企业数"), gettext("现在缺人"),
                    gettext("未来12个月还要招"), gettext("平均月工资"),
                ],
                rows=[
                    [
                        catalog.occupation_name(row["occupation_code"]), row["employers"], row["now"],
                        row["in_year"], yuan(int(row["wage"])) if row["wage"] else "—",
                    ]
                    for row in queries.posts_asked_for(pk)
                ],
                empty=gettext("还没有企业填报用工岗位。"),
            )
        )  # fmt: skip
    return render(
        request,
        "parts/record_page.html",
        {
            "page_base": "rail.html",
            "title": found.title,
            "number": found.title,
            "thing": found,
            "crumb": gettext("企业调查"),
            "crumb_url": reverse("bureau:demand_rounds:list"),
            "said": [found.get_kind_display(), f"{found.opens_on} — {found.closes_on}"],
            "next_story": NEXT[found.status],
            "acts": acts,
            "sections": sections,
            "story": "demand_round",
        },
    )


class Ask(FormPage):
    """Ask one enterprise by name; without an account it answers by its link."""

    title = _("加入一家企业")
    form_class = AskForm
    may = P.OPEN_DEMAND_ROUND
    submit_label = _("加入")
    next_story = _("没有账号的企业用名单里的链接填报，链接只对这家企业、这次调查有效。")

    def start(self, request, pk):
        self.round = queries.demand_round(pk, by=request.actor)
        self.subtitle = self.round.title
        self.cancel_url = reverse("bureau:demand_rounds:detail", args=[pk])

    def act(self, request, form):
        operations.invite_enterprise(self.round.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


def _to_round(request: HttpRequest, _result) -> str:
    return reverse("bureau:demand_rounds:detail", args=[request.resolver_match.kwargs["pk"]])


open_round = act(operations.open_demand_round, to=_to_round, done=_("调查已开始，企业可以填报。"))
close_round = act(operations.close_demand_round, to=_to_round, done=_("调查已截止。"))
remind = act(operations.note_reminders, to=_to_round, done=_("已记下提醒时间。"))


@require_POST
def ask_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask every registered enterprise in reach."""
    added = operations.invite_registered(pk, by=request.actor, at=request.at)
    messages.success(request, gettext("已加入 {n} 家企业。").format(n=added))
    return redirect("bureau:demand_rounds:detail", pk)


class Replies(ListPage):
    """Who was asked in one round; filtered to those who have not answered it is the list to remind."""

    title = _("填报名单")
    table_class = ReplyTable
    may = P.VIEW_PEOPLE
    empty_title = _("名单是空的")
    empty_text = _("在调查页加入企业。")

    def get(self, request, pk):
        if request.actor.may(P.VIEW_PEOPLE):
            self.round = queries.demand_round(pk, by=request.actor)
            self.subtitle = self.round.title
            self.with_links = request.actor.may(P.OPEN_DEMAND_ROUND) and self.round.status == "opened"
        return super().get(request)

    def rows(self, request):
        rows = queries.demand_replies(request.actor).filter(round=self.round).select_related("institution")
        status = request.GET.get("status", "")
        return rows.filter(status=status) if status else rows

    def actions(self, request):
        back = Action(gettext("返回调查"), reverse("bureau:demand_rounds:detail", args=[self.round.pk]))
        return [back]

    def prepare(self, records):
        for row in records:
            row.link = ""
            if self.with_links:
                page = reverse("portal:demand:detail", args=[queries.link_of(row)])
                row.link = settings.PUBLIC_ADDRESS.rstrip("/") + page


def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """What one enterprise sent."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("企业填报"))
    found = queries.demand_reply(pk, by=request.actor)
    if found.round.kind == "posts":
        head = [
            gettext("岗位"), gettext("职业（工种）"), gettext("技能等级"), gettext("现在缺人"),
            gettext("未来12个月还要招"), gettext("月工资"),
        ]  # fmt: skip
        rows = [
            [
                line.post, catalog.occupation_name(line.occupation_code), level_name(line.level_code),
                line.needed_now, line.needed_in_year, yuan(line.wage_fen) if line.wage_fen else "—",
            ]
            for line in queries.posts_of(found)
        ]  # fmt: skip
    else:
        head = [
            gettext("岗位序列"), gettext("职业（工种）"), gettext("技能等级"), gettext("人数"),
            gettext("人均全年工资"), gettext("分配方式"),
        ]  # fmt: skip
        rows = [
            [
                line.get_sequence_display(), catalog.occupation_name(line.occupation_code),
                level_name(line.level_code), line.people, yuan(line.yearly_fen), pay_forms(vars(line)),
            ]
            for line in queries.wages_of(found)
        ]  # fmt: skip
    return render(
        request,
        "parts/record_page.html",
        {
            "page_base": "rail.html",
            "title": found.name,
            "number": found.name,
            "thing": found,
            "crumb": found.round.title,
            "crumb_url": reverse("bureau:demand_rounds:detail", args=[found.round_id]),
            "said": [found.credit_code, catalog.region_name(found.region_code)],
            "next_story": gettext("只统计最近一次提交的内容，草稿不计入。"),
            "sections": [
                Section("lines", gettext("计入的内容"), head=head, rows=rows, empty=gettext("没有填报内容。"))
            ],
            "story": "demand_reply",
        },
    )
