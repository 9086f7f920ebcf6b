"""Skilled people brought in: who, by which unit, until when, with what grants; noted when they leave."""

import django_filters as filters
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong import sheets
from kaogong.access.permissions import Permission as P
from kaogong.demand import operations, queries
from kaogong.demand.states import CHANNELS, INTRODUCED_TALENT
from kaogong.kernel.errors import NotFound
from kaogong.sheets.demand_layouts import INTRODUCED
from kaogong.trail.operations import require_may
from kaogong.web.bureau.tables_demand import TalentTable, UnitTable
from kaogong.web.parts.demand import tell_problems
from kaogong.web.parts.forms import DateField, ReasonForm, SheetField, TidyField
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import FormPage


class TalentsForm(forms.Form):
    """Units' list of people brought in."""

    sheet = SheetField(label=_("表格"), help_text=_("用下面的模板，或自己的表格，标题对得上即可"))


class LeaveForm(ReasonForm):
    """When somebody left, and why."""

    left_on = DateField(label=_("离开日期"))

    field_order = ["left_on", "reason"]


class JudgeForm(forms.Form):
    """Whether what a unit told is so."""

    answer = forms.ChoiceField(
        label=_("核对结果"),
        choices=[("confirm", _("确认引进")), ("refuse", _("不予确认"))],
        widget=forms.RadioSelect,
    )
    reason = TidyField(label=_("理由"), max_length=200, required=False, help_text=_("不予确认的必须写明理由"))


class TalentFilter(filters.FilterSet):
    status = filters.ChoiceFilter(label=_("状态"), choices=INTRODUCED_TALENT.choices, empty_label=_("全部"))
    channel = filters.ChoiceFilter(label=_("引进渠道"), choices=list(CHANNELS.items()), empty_label=_("全部"))
    affirmed = filters.ChoiceFilter(
        label=_("年度在岗确认"), choices=[("no", _("单位本年还没有确认"))], empty_label=_("全部"),
        method="by_year",
    )  # fmt: skip

    def by_year(self, rows, _name, value):
        if not value:
            return rows
        open_ones = queries.talents_to_affirm(self.request.actor, self.request.today)
        return rows.filter(pk__in=open_ones.order_by().values("pk"))


class Talents(ListPage):
    """Everybody brought in, the latest first."""

    title = _("引进技能人才")
    table_class = TalentTable
    filter_class = TalentFilter
    may = P.VIEW_PEOPLE
    empty_title = _("还没有登记引进的技能人才")
    empty_text = _("各单位按模板报来，导入后逐人跟踪到离开。")

    def rows(self, request):
        self.may_confirm = request.actor.may(P.CONFIRM_INTRODUCED_TALENT)
        self.may_keep = request.actor.may(P.KEEP_INTRODUCED_TALENT)
        untold = queries.granted_but_not_told(request.actor)
        self.subtitle = gettext("全职和柔性引进的都登记；合同到期前90天提醒核对是否在岗")
        if untold:
            self.subtitle += " · " + gettext("另有 {n} 人申请过引进补贴，单位还没有报").format(n=untold)
        rows = queries.introduced_talents(request.actor)
        if request.GET.get("ending"):
            rows = queries.contracts_ending(request.actor, request.today)
        return rows

    def prepare(self, records):
        granted = queries.granted_for({row.person_id for row in records})
        affirmed = queries.affirmed_years([row.pk for row in records])
        for row in records:
            row.affirmed_year = affirmed.get(row.pk)
            row.may_confirm = self.may_confirm and row.status == "told"
            row.granted_fen = granted.get(row.person_id, 0)
            row.may_leave = self.may_keep and row.status == "here"

    def actions(self, request):
        found = [Action(gettext("按单位看"), reverse("bureau:talents:units"))]
        if request.actor.may(P.KEEP_INTRODUCED_TALENT):
            found.append(Action(gettext("导入登记表"), reverse("bureau:talents:import"), primary=True))
        return found


class Units(ListPage):
    """How many each unit brought in."""

    title = _("各单位引进技能人才")
    subtitle = _("同一个人在一个单位只计一次")
    table_class = UnitTable
    may = P.VIEW_PEOPLE
    empty_title = _("还没有登记引进的技能人才")
    empty_text = _("各单位按模板报来，导入后逐人跟踪到离开。")

    def rows(self, request):
        return queries.introduced_by_unit(request.actor)

    def actions(self, request):
        return [Action(gettext("返回名单"), reverse("bureau:talents:list"))]


class ImportTalents(FormPage):
    """Bring units' list."""

    title = _("导入引进技能人才登记表")
    template_name = "parts/demand_import.html"
    form_class = TalentsForm
    may = P.KEEP_INTRODUCED_TALENT
    submit_label = _("导入")
    next_story = _("没有档案的人按姓名和身份证号码建档；同一单位已经登记、仍在岗的不重复登记。")

    def start(self, request):
        self.cancel_url = reverse("bureau:talents:list")

    def more(self, request):
        return {"form_url": reverse("bureau:talents:form")}

    def act(self, request, form):
        given = form.cleaned_data["sheet"]
        taken = operations.import_introduced(given.read(), given.name, by=request.actor, at=request.at)
        messages.success(request, gettext("已登记 {n} 人。").format(n=taken.kept))
        tell_problems(request, taken)
        return self.cancel_url


def talent_form(request: HttpRequest) -> HttpResponse:
    """The sheet to fill in."""
    require_may(request.actor, P.KEEP_INTRODUCED_TALENT, gettext("登记引进技能人才"))
    return download(sheets.write_form(INTRODUCED, title=INTRODUCED.label), f"{INTRODUCED.label}.xlsx")


class Leave(FormPage):
    """Note that somebody left."""

    title = _("登记离开")
    form_class = LeaveForm
    may = P.KEEP_INTRODUCED_TALENT

    def start(self, request, pk):
        self.talent = queries.introduced_talent(pk, by=request.actor)
        if self.talent.status != "here":
            raise NotFound()
        self.subtitle = f"{self.talent.employer} {self.talent.person.name}"
        self.cancel_url = reverse("bureau:talents:list")

    def act(self, request, form):
        operations.note_departure(self.talent.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class Judge(FormPage):
    """Confirm what a unit told of somebody it brought in, or say why not."""

    title = _("核对单位报来的引进人才")
    form_class = JudgeForm
    may = P.CONFIRM_INTRODUCED_TALENT
    submit_label = _("登记")
    next_story = _("确认后计入本单位引进人数；不予确认的，单位看到理由，可以改好重新报。")

    def start(self, request, pk):
        self.talent = queries.introduced_talent(pk, by=request.actor)
        if self.talent.status != "told":
            raise NotFound()
        one = self.talent
        came_on = f"{gettext('引进日期')} {one.introduced_on}"
        self.subtitle = " · ".join((one.employer, one.person.name, str(one.get_mode_display()), came_on))
        self.cancel_url = reverse("bureau:talents:list")

    def act(self, request, form):
        given = form.cleaned_data
        verb = {
            "confirm": operations.confirm_introduced_talent,
            "refuse": operations.refuse_introduced_talent,
        }[given["answer"]]
        verb(self.talent.pk, by=request.actor, at=request.at, reason=given["reason"])
        return self.cancel_url
