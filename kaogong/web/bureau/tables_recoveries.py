"""Columns of the lists of money asked back."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.recoveries.states import CAUSES
from kaogong.web.parts.columns import (
    DateColumn,
    LabelColumn,
    MoneyColumn,
    NumberColumn,
    OpenColumn,
    StatusColumn,
)
from kaogong.web.parts.lists import ListTable
from kaogong.web.parts.templatetags.parts import tag

from .tables import opens

_NOWRAP = {"td": {"class": "nowrap"}}


class RecoupmentTable(ListTable):
    number = OpenColumn(to=opens("recoveries"), verbose_name=_("追回编号"), attrs=_NOWRAP)
    debtor_name = tables.Column(verbose_name=_("退款方"))
    cause = LabelColumn(labels=CAUSES, verbose_name=_("追回原因"))
    amount = MoneyColumn(accessor="amount_fen", verbose_name=_("应退金额"))
    left = MoneyColumn(accessor="left_fen", verbose_name=_("尚欠本金"))
    due_on = DateColumn(verbose_name=_("退款期限"), default="—")
    overdue = NumberColumn(accessor="overdue_days", verbose_name=_("逾期"), default="—")
    age = NumberColumn(accessor="age_days", verbose_name=_("立项至今"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_overdue(self, value):
        return tag("no", gettext("{n} 天").format(n=value))

    def value_overdue(self, value):
        return value

    def render_age(self, value):
        return gettext("{n} 天").format(n=value)

    def value_age(self, value):
        return value


class LeadTable(ListTable):
    line = OpenColumn(
        accessor="debtor_name",
        to=lambda record: reverse("bureau:recoveries:lead", args=[record.pk]),
        verbose_name=_("退款方"),
    )
    cause = LabelColumn(labels=CAUSES, verbose_name=_("追回原因"))
    why = tables.Column(verbose_name=_("说明"))
    line_reference = tables.Column(verbose_name=_("申领明细"), default="—")
    amount = MoneyColumn(accessor="amount_fen", verbose_name=_("应退金额"))
    age = NumberColumn(accessor="age_days", verbose_name=_("已等"))

    def render_age(self, value):
        return gettext("{n} 天").format(n=value)

    def value_age(self, value):
        return value
