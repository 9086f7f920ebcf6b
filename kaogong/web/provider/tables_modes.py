"""Columns of the provider's lists of vouchers, months and stages."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.web.parts.columns import DateColumn, MoneyColumn, NumberColumn, OpenColumn, StatusColumn
from kaogong.web.parts.lists import ListTable

_NOWRAP = {"td": {"class": "nowrap"}}


class BoundTable(ListTable):
    number = tables.Column(accessor="shown_number", verbose_name=_("券号"), attrs=_NOWRAP)
    name = tables.Column(accessor="person__name", verbose_name=_("姓名"))
    training_class = OpenColumn(
        accessor="enrolment__training_class__title",
        to=lambda row: reverse("provider:classes:detail", args=[row.enrolment.training_class_id]),
        verbose_name=_("班次"),
    )
    worth = tables.Column(accessor="issue__get_worth_display", verbose_name=_("计价方式"))
    face_fen = MoneyColumn(verbose_name=_("面值"))
    expires_on = DateColumn(verbose_name=_("有效期止"))
    redeemed_fen = MoneyColumn(verbose_name=_("兑付金额"), default="—")
    status = StatusColumn(verbose_name=_("状态"))
    act = tables.Column(verbose_name=_("办理"), accessor="pk", attrs={"screen_only": True} | _NOWRAP)

    def render_act(self, value, record):
        if record.status != "bound":
            return "—"
        return format_html(
            '<a href="{}">{}</a>', reverse("provider:vouchers:unbind", args=[value]), gettext("解除绑定")
        )


class MonthTable(ListTable):
    number = OpenColumn(
        verbose_name=_("申领编号"), to=lambda r: reverse("provider:claims:detail", args=[r.pk]), attrs=_NOWRAP
    )
    month = tables.Column(verbose_name=_("用工月份"))
    heads = NumberColumn(verbose_name=_("人数"))
    amount_fen = MoneyColumn(verbose_name=_("金额"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_month(self, value):
        return f"{value:%Y-%m}"

    value_month = render_month


class GrantListTable(ListTable):
    """Lists handed in; the bureau's door opens its own page of each."""

    subject = OpenColumn(
        verbose_name=_("名单"), to=lambda r: reverse("provider:grants:award_list", args=[r.pk])
    )
    filename = tables.Column(verbose_name=_("文件名"))
    taken = NumberColumn(verbose_name=_("列入"))
    not_taken = NumberColumn(verbose_name=_("没有列入的行"))
    received_at = tables.DateTimeColumn(verbose_name=_("收到时间"), format="Y-m-d H:i")


class StageTable(ListTable):
    number = tables.Column(verbose_name=_("班次编号"), attrs=_NOWRAP)
    title = tables.Column(verbose_name=_("名称"))
    starts_on = DateColumn(verbose_name=_("开班"))
    ends_on = DateColumn(verbose_name=_("结业"))
    status = StatusColumn(verbose_name=_("状态"))
    due = tables.Column(
        verbose_name=_("可申领阶段"), accessor="stages_due", attrs={"screen_only": True} | _NOWRAP
    )

    def render_due(self, value, record):
        address = reverse("provider:claims:submit", args=[record.pk])
        links = [
            format_html('<a href="{}?stage={}">{}</a>', address, code, gettext(label))
            for code, label in value
        ]
        return format_html(" · ".join("{}" for _ in links), *links) if links else "—"
