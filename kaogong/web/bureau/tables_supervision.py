"""Columns of draws, inspections and inspectors."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.supervision.queries import INSPECTION_ORIGINS
from kaogong.web.parts.columns import (
    DateColumn,
    LabelColumn,
    MomentColumn,
    NumberColumn,
    OpenColumn,
    StatusColumn,
)
from kaogong.web.parts.lists import ListTable
from kaogong.web.parts.templatetags.parts import tag

from .tables import opens

_NOWRAP = {"td": {"class": "nowrap"}}


class DrawTable(ListTable):
    number = OpenColumn(to=opens("draws"), verbose_name=_("抽查编号"), attrs=_NOWRAP)
    purpose = tables.Column(verbose_name=_("抽查事项"))
    objects_kind = tables.Column(verbose_name=_("抽查对象"))
    object_count = NumberColumn(verbose_name=_("名册对象"))
    drawn_count = NumberColumn(verbose_name=_("抽中"))
    prepared_at = MomentColumn(verbose_name=_("准备时间"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_objects_kind(self, record):
        return record.get_objects_kind_display()

    value_objects_kind = render_objects_kind


class InspectionTable(ListTable):
    number = OpenColumn(to=opens("inspections"), verbose_name=_("检查编号"), attrs=_NOWRAP)
    title = tables.Column(verbose_name=_("检查对象"))
    origin = LabelColumn(labels=INSPECTION_ORIGINS, verbose_name=_("来由"), attrs=_NOWRAP)
    institution = tables.Column(accessor="institution__name", verbose_name=_("机构"))
    assigned_at = MomentColumn(verbose_name=_("派出时间"), shown="%Y-%m-%d")
    inspected_on = DateColumn(verbose_name=_("检查日期"))
    present = tables.Column(empty_values=(), verbose_name=_("实到 / 应到"), attrs=_NOWRAP)
    first_due_on = DateColumn(verbose_name=_("整改期限"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_first_due_on(self, record, value):
        late = getattr(record, "is_late", False)
        return tag("no", gettext("{day} 已超期").format(day=value)) if late else f"{value:%Y-%m-%d}"

    def value_first_due_on(self, value):
        return value

    def render_present(self, record):
        return "—" if record.present is None else f"{record.present} / {record.expected}"

    value_present = render_present


class InspectorTable(ListTable):
    number = tables.Column(verbose_name=_("检查员编号"), attrs=_NOWRAP)
    name = tables.Column(verbose_name=_("姓名"))
    kind = tables.Column(verbose_name=_("来源"))
    account = tables.Column(accessor="account_id", verbose_name=_("可登录"), empty_values=())
    left_on = tables.Column(verbose_name=_("状态"), empty_values=())
    interest = tables.Column(
        accessor="pk", verbose_name=_("回避关系"), attrs={"screen_only": True}, exclude_from_export=True
    )

    def render_kind(self, record):
        kind = record.get_kind_display()
        return f"{kind} · {record.employer.name}" if record.employer else kind

    value_kind = render_kind

    def render_left_on(self, value):
        return tag("off", gettext("{day} 出库").format(day=value)) if value else tag("ok", gettext("在库"))

    def value_left_on(self, value):
        return gettext("{day} 出库").format(day=value) if value else gettext("在库")

    def render_account(self, value):
        return gettext("是") if value else gettext("否")

    value_account = render_account

    def render_interest(self, record):
        address = reverse("bureau:inspectors:interest", args=[record.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("查看和登记"))
