"""Columns of the list of issued papers."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from kaogong.statements.states import KINDS
from kaogong.web.parts.columns import DateColumn, LabelColumn, OpenColumn, StatusColumn
from kaogong.web.parts.lists import ListTable

from .tables import opens


class PaperTable(ListTable):
    number = OpenColumn(to=opens("statements"), verbose_name=_("编号"), attrs={"td": {"class": "nowrap"}})
    kind = LabelColumn(labels=KINDS, verbose_name=_("种类"))
    payee_name = tables.Column(verbose_name=_("收款人"))
    starts_on = DateColumn(verbose_name=_("起始日"))
    ends_on = DateColumn(verbose_name=_("截止日"))
    issued_at = DateColumn(verbose_name=_("开具日期"))
    status = StatusColumn(verbose_name=_("状态"))
