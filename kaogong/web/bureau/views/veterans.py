"""Whom the three years of training have reached: each veteran once (D9)."""

from calendar import isleap
from datetime import date

import django_filters as filters
import django_tables2 as tables
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as N_

from kaogong.access.permissions import Permission
from kaogong.demand import queries as demand
from kaogong.kernel.id_number import age_on
from kaogong.training import queries as training
from kaogong.web.parts.columns import DateColumn, MomentColumn, NumberColumn, OpenColumn
from kaogong.web.parts.lists import Action, ListPage, ListTable

WILLING = {True: N_("愿意"), False: N_("不愿意"), None: N_("没有问到")}
_NOWRAP = {"td": {"class": "nowrap"}}


class VeteranTable(ListTable):
    name = OpenColumn(to=lambda row: reverse("bureau:people:detail", args=[row.pk]), verbose_name=_("姓名"))
    id_number_masked = tables.Column(verbose_name=_("身份证号码"), attrs=_NOWRAP)
    age = NumberColumn(verbose_name=_("年龄"), orderable=False)
    willing = tables.Column(accessor="is_willing", verbose_name=_("培训意愿"), empty_values=())
    wish_stated_at = MomentColumn(verbose_name=_("意愿填写时间"), default="—")
    discharged_on = DateColumn(verbose_name=_("退役日期"))
    unemployed = tables.Column(accessor="is_unemployed", verbose_name=_("登记失业"))
    trained_on = DateColumn(verbose_name=_("最近培训结业"))
    trained_number = tables.Column(verbose_name=_("班次"), attrs=_NOWRAP)

    def render_unemployed(self, record):
        return gettext("是") if record.is_unemployed else gettext("否")

    value_unemployed = render_unemployed

    def render_willing(self, record):
        return gettext(WILLING[record.is_willing])

    value_willing = render_willing


class VeteranFilter(filters.FilterSet):
    trained = filters.ChoiceFilter(
        label=_("三年内是否培训过"),
        choices=[("no", _("还没有")), ("yes", _("已培训"))],
        empty_label=_("全部"),
        method="by_trained",
    )
    willing = filters.ChoiceFilter(
        label=_("培训意愿"),
        choices=[("yes", _("愿意")), ("no", _("不愿意")), ("unasked", _("没有问到"))],
        empty_label=_("全部"),
        method="by_wish",
    )
    age_from = filters.NumberFilter(label=_("年龄从"), method="by_youngest", min_value=0, max_value=120)
    age_to = filters.NumberFilter(label=_("年龄到"), method="by_oldest", min_value=0, max_value=120)
    unemployed = filters.ChoiceFilter(
        label=_("登记失业"),
        choices=[("yes", _("是")), ("no", _("否"))],
        empty_label=_("全部"),
        method="by_work",
    )

    def by_trained(self, rows, _name, value):
        return rows.filter(trained_on__isnull=value == "no")

    def by_wish(self, rows, _name, value):
        return rows.filter(is_willing={"yes": True, "no": False}.get(value))

    def by_youngest(self, rows, _name, value):
        return rows.filter(born_on__lte=_years_before(self.request.today, int(value)))

    def by_oldest(self, rows, _name, value):
        return rows.filter(born_on__gt=_years_before(self.request.today, int(value) + 1))

    def by_work(self, rows, _name, value):
        return rows.filter(Q(is_unemployed=value == "yes"))


def _years_before(day: date, years: int) -> date:
    """The latest birthday of whoever is that many years old on the day."""
    if (day.month, day.day) == (2, 29) and not isleap(day.year - years):
        return date(day.year - years, 2, 28)
    return day.replace(year=day.year - years)


class Veterans(ListPage):
    """Veterans of the region, those no class has reached first."""

    title = _("退役军人培训覆盖")
    template_name = "bureau/veterans.html"
    table_class = VeteranTable
    filter_class = VeteranFilter
    may = Permission.VIEW_PEOPLE
    empty_title = _("没有登记为退役军人的人员")
    empty_text = _("人员类别登记为“退役军人”的人会出现在这里。")

    def rows(self, request):
        region = request.actor.region_code or ""
        self.years = training.coverage_years(region, request.today) if region else None
        self.since = self._since(request.today)
        self.today = request.today
        self.everyone = demand.with_wishes(training.veterans(request.actor, request.today, self.since))
        return self.everyone

    def prepare(self, records):
        for row in records:
            row.age = age_on(row.born_on, self.today)

    def actions(self, request):
        if not request.actor.may(Permission.IMPORT_WISHES):
            return []
        return [Action(gettext("导入培训意愿"), reverse("bureau:wishes:import"))]

    def more(self, request, page_rows):
        total = self.everyone.order_by().count()
        missed = self.everyone.order_by().filter(trained_on__isnull=True)
        reached = self.everyone.order_by().filter(trained_on__isnull=False).count()
        return {
            "years": self.years,
            "since": self.since,
            "total": total,
            "reached": reached,
            "missing": total - reached,
            "willing": missed.filter(is_willing=True).count(),
            "unasked": missed.filter(is_willing=None).count(),
            "percent": reached * 100 // total if total else 0,
        }

    def _since(self, today: date) -> date:
        years = int(self.years.value) if self.years else 3
        return (
            today.replace(year=today.year - years)
            if (today.month, today.day) != (2, 29)
            else date(today.year - years, 3, 1)
        )
