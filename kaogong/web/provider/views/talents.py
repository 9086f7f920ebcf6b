"""People the unit brought in: told by form or sheet, said every year to be still there, noted when they leave."""

import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong import sheets
from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.demand import operations, queries
from kaogong.kernel.errors import NotFound
from kaogong.sheets.demand_layouts import INTRODUCED_OWN
from kaogong.trail import queries as trail
from kaogong.trail.operations import require_may
from kaogong.web.parts.columns import DateColumn, StatusColumn
from kaogong.web.parts.demand import LEVEL_CHOICES, level_name, tell_problems
from kaogong.web.parts.forms import DateField, ReasonForm, SheetField, TidyField
from kaogong.web.parts.lists import Action, ListPage, ListTable, download
from kaogong.web.parts.pages import FormPage

_NOWRAP = {"td": {"class": "nowrap"}}


class TellForm(forms.Form):
    """One person brought in; the keys are the sheet's columns."""

    name = TidyField(label=_("姓名"), max_length=60)
    id_number = TidyField(label=_("身份证号码"), max_length=18)
    mode = forms.ChoiceField(
        label=_("引进方式"), choices=[("全职引进", _("全职引进")), ("柔性引进", _("柔性引进"))]
    )
    tier = forms.ChoiceField(
        label=_("领军人才级别"),
        choices=[("", _("不是领军人才")), ("市级", _("市级")), ("省级", _("省级")), ("国家级", _("国家级"))],
        required=False,
    )
    occupation = TidyField(label=_("职业（工种）"), max_length=60, help_text=_("职业分类大典里的全称或代码"))
    level = forms.ChoiceField(label=_("技能等级"), choices=LEVEL_CHOICES, required=False)
    channel = forms.ChoiceField(
        label=_("引进渠道"),
        choices=[
            ("", _("不清楚")),
            ("技能人才引进E联盟", _("技能人才引进E联盟")),
            ("海外技能人才引进工作站", _("海外技能人才引进工作站")),
            ("其他渠道", _("其他渠道")),
        ],
        required=False,
    )
    came_from = TidyField(label=_("来自"), max_length=60, required=False, help_text=_("原来在哪里工作"))
    introduced_on = DateField(label=_("引进日期"))
    contract_ends_on = DateField(label=_("合同到期日"), required=False)


class OwnSheetForm(forms.Form):
    """The unit's own list."""

    sheet = SheetField(label=_("表格"), help_text=_("用下面的模板，或自己的表格，标题对得上即可"))


class OwnLeaveForm(ReasonForm):
    """When somebody left, and why."""

    left_on = DateField(label=_("离开日期"))

    field_order = ["left_on", "reason"]


class OwnTalentTable(ListTable):
    name = tables.Column(accessor="person__name", verbose_name=_("姓名"), attrs=_NOWRAP)
    status = StatusColumn(verbose_name=_("状态"))
    act = tables.TemplateColumn(
        template_name="provider/talent_acts.html", verbose_name=_("操作"),
        attrs={"screen_only": True, "td": {"class": "nowrap"}},
    )  # fmt: skip
    why = tables.Column(verbose_name=_("说明"), default="—", orderable=False)
    mode = tables.Column(accessor="get_mode_display", verbose_name=_("引进方式"), orderable=False)
    tier = tables.Column(accessor="get_tier_display", verbose_name=_("领军人才级别"), default="—")
    channel = tables.Column(accessor="get_channel_display", verbose_name=_("引进渠道"), default="—")
    occupation_code = tables.Column(verbose_name=_("职业（工种）"))
    level = tables.Column(accessor="level_code", verbose_name=_("技能等级"), empty_values=())
    introduced_on = DateColumn(verbose_name=_("引进日期"))
    contract_ends_on = DateColumn(verbose_name=_("合同到期日"), default="—")
    affirmed_year = tables.Column(verbose_name=_("确认在岗年度"), default="—", orderable=False)
    left_on = DateColumn(verbose_name=_("离开日期"), default="—")

    def render_occupation_code(self, value):
        return catalog.occupation_name(value)

    value_occupation_code = render_occupation_code

    def render_level(self, record):
        return level_name(record.level_code)

    value_level = render_level


class Talents(ListPage):
    """Everybody the unit told of, the latest first."""

    title = _("引进技能人才")
    subtitle = _("本单位引进的技能人才由本单位报，主管部门确认；每年确认一次是否还在岗，离开的登记离开")
    table_class = OwnTalentTable
    may = P.TELL_INTRODUCED_TALENT
    empty_title = _("还没有报过引进的技能人才")
    empty_text = _("逐人填报，或者按模板导入。")

    def rows(self, request):
        self.today = request.today
        return queries.introduced_talents(request.actor)

    def prepare(self, records):
        keys = [row.pk for row in records]
        affirmed = queries.affirmed_years(keys)
        refused = trail.latest_entries("introduced_talent", keys, ["introduced_talent.refused"])
        for row in records:
            row.affirmed_year = affirmed.get(row.pk)
            due = row.introduced_on.year < self.today.year != row.affirmed_year
            row.may_affirm = row.status == "here" and due
            entry = refused.get(str(row.pk))
            row.why = entry.reason if entry is not None and row.status == "refused" else None

    def actions(self, request):
        return [
            Action(gettext("导入报送表"), reverse("provider:talents:import")),
            Action(gettext("报一个人"), reverse("provider:talents:tell"), primary=True),
        ]


class _Own(FormPage):
    may = P.TELL_INTRODUCED_TALENT

    def start(self, request, **_where):
        self.cancel_url = reverse("provider:talents:list")


class Tell(_Own):
    """Tell of one person."""

    title = _("报引进的技能人才")
    form_class = TellForm
    submit_label = _("报送")
    next_story = _("报送后等主管部门确认，确认以后才计入。")
    done_story = _("已报送，等待确认。")

    def act(self, request, form):
        told = {key: "" if value is None else str(value) for key, value in form.cleaned_data.items()}
        operations.tell_introduced_talent(told, by=request.actor, at=request.at)
        return self.cancel_url


class ImportTalents(_Own):
    """Bring the unit's own list."""

    title = _("导入引进技能人才报送表")
    template_name = "parts/demand_import.html"
    form_class = OwnSheetForm
    submit_label = _("导入")
    next_story = _("正确的行报送，有问题的行按行号列出，改好后再导入；已经报过、仍在岗的不重复。")

    def more(self, request):
        return {"form_url": reverse("provider:talents:form")}

    def act(self, request, form):
        given = form.cleaned_data["sheet"]
        taken = operations.import_own_introduced(given.read(), given.name, by=request.actor, at=request.at)
        messages.success(request, gettext("已报送 {n} 人，等待确认。").format(n=taken.kept))
        tell_problems(request, taken)
        return self.cancel_url


def talent_form(request: HttpRequest) -> HttpResponse:
    """The sheet to fill in."""
    require_may(request.actor, P.TELL_INTRODUCED_TALENT, gettext("报引进的技能人才"))
    return download(
        sheets.write_form(INTRODUCED_OWN, title=INTRODUCED_OWN.label), f"{INTRODUCED_OWN.label}.xlsx"
    )


@require_POST
def affirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that somebody is still there this year."""
    operations.affirm_introduced_talent(pk, by=request.actor, at=request.at)
    messages.success(request, gettext("已确认本年在岗。"))
    return redirect("provider:talents:list")


class Leave(_Own):
    """Note that somebody left."""

    title = _("登记离开")
    form_class = OwnLeaveForm
    submit_label = _("登记")
    done_story = _("已登记离开。")

    def start(self, request, pk):
        super().start(request)
        self.talent = queries.introduced_talent(pk, by=request.actor)
        if self.talent.status != "here":
            raise NotFound()
        self.subtitle = self.talent.person.name

    def act(self, request, form):
        operations.note_departure(self.talent.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url
