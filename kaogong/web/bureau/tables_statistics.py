"""Columns of the lists of statistical data kept, and of figures as documents give them."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.catalog import queries as catalog
from kaogong.web.parts import figures
from kaogong.web.parts import figures_period as periods
from kaogong.web.parts import figures_register as register
from kaogong.web.parts.columns import DateColumn, MomentColumn, NumberColumn, OpenColumn, StatusColumn
from kaogong.web.parts.lists import ListTable


def number_words(number: int) -> str:
    """What a snapshot is called."""
    return gettext("第 {n} 号").format(n=number)


class SnapshotTable(ListTable):
    number = OpenColumn(
        to=lambda one: reverse("bureau:snapshots:detail", args=[one.number]), verbose_name=_("编号")
    )
    as_of = MomentColumn(verbose_name=_("数据截至"))
    rows_in_all = NumberColumn(accessor="rows", verbose_name=_("行数"))
    digest = tables.Column(verbose_name=_("摘要"))
    frozen_by = tables.Column(verbose_name=_("冻结人"))
    frozen_at = MomentColumn(verbose_name=_("冻结时间"))
    frozen_because = tables.Column(verbose_name=_("冻结原因"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_number(self, value, record):
        return self.columns["number"].column.render(number_words(value), record)

    def render_rows_in_all(self, value):
        return f"{sum(value.values()):,}"

    def value_rows_in_all(self, value):
        return sum(value.values())

    def render_digest(self, value):
        return f"{value[:12]}…"

    def value_digest(self, value):
        return value


class StatedTable(ListTable):
    indicator_code = OpenColumn(
        to=lambda one: reverse("bureau:stated_figures:detail", args=[one.pk]), verbose_name=_("指标")
    )
    region_code = tables.Column(verbose_name=_("区域"))
    start_on = DateColumn(verbose_name=_("时间"))
    value = tables.Column(
        verbose_name=_("数值"), attrs={"td": {"class": "num"}, "th": {"class": "num"}, "kind": "text"}
    )
    document = tables.Column(verbose_name=_("来源文件"))
    clause = tables.Column(verbose_name=_("条款或页码"))
    stated_by = tables.Column(verbose_name=_("填报人"))
    stated_at = MomentColumn(verbose_name=_("填报时间"))
    replaces_id = tables.Column(verbose_name=_("更正"), empty_values=())

    def render_indicator_code(self, value, record):
        named = register.name_of(register.indicator_named(value))
        return self.columns["indicator_code"].column.render(named, record)

    def value_indicator_code(self, value):
        return register.name_of(register.indicator_named(value))

    def render_region_code(self, value):
        return catalog.region_name(value)

    def render_start_on(self, record):
        return periods.span_of(record.start_on, record.end_on).label

    def value_start_on(self, record):
        return self.render_start_on(record)

    def render_value(self, value, record):
        return figures.told(value, register.indicator_named(record.indicator_code).unit)

    def render_replaces_id(self, value):
        return gettext("已更正过") if value else "—"
