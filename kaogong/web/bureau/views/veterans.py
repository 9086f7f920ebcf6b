"""Whom the three years of training have reached: each veteran once (D9)."""

from datetime import date

import django_filters as filters
import django_tables2 as tables
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.training import queries as training
from kaogong.web.parts.columns import DateColumn, OpenColumn
from kaogong.web.parts.lists import ListPage, ListTable

_NOWRAP = {"td": {"class": "nowrap"}}


class VeteranTable(ListTable):
    name = OpenColumn(to=lambda row: reverse("bureau:people:detail", args=[row.pk]), verbose_name=_("姓名"))
    id_number_masked = tables.Column(verbose_name=_("身份证号码"), attrs=_NOWRAP)
    discharged_on = DateColumn(verbose_name=_("退役日期"))
    unemployed = tables.Column(accessor="is_unemployed", verbose_name=_("登记失业"))
    trained_on = DateColumn(verbose_name=_("最近培训结业"))
    trained_number = tables.Column(verbose_name=_("班次"), attrs=_NOWRAP)

    def render_unemployed(self, record):
        return gettext("是") if record.is_unemployed else gettext("否")

    value_unemployed = render_unemployed


class VeteranFilter(filters.FilterSet):
    trained = filters.ChoiceFilter(
        label=_("三年内是否培训过"),
        choices=[("no", _("还没有")), ("yes", _("已培训"))],
        empty_label=_("全部"),
        method="by_trained",
    )
    unemployed = filters.ChoiceFilter(
        label=_("登记失业"),
        choices=[("yes", _("是")), ("no", _("否"))],
        empty_label=_("全部"),
        method="by_work",
    )

    def by_trained(self, rows, _name, value):
        return rows.filter(trained_on__isnull=value == "no")

    def by_work(self, rows, _name, value):
        return rows.filter(Q(is_unemployed=value == "yes"))


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
        self.everyone = training.veterans(request.actor, request.today, self.since)
        return self.everyone

    def more(self, request, page_rows):
        total = self.everyone.order_by().count()
        reached = self.everyone.order_by().filter(trained_on__isnull=False).count()
        return {
            "years": self.years,
            "since": self.since,
            "total": total,
            "reached": reached,
            "missing": total - reached,
            "percent": reached * 100 // total if total else 0,
        }

    def _since(self, today: date) -> date:
        years = int(self.years.value) if self.years else 3
        return (
            today.replace(year=today.year - years)
            if (today.month, today.day) != (2, 29)
            else date(today.year - years, 3, 1)
        )
