"""Columns of audit packs and samples."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from kaogong.audit.states import METHODS
from kaogong.web.parts.columns import (
    DateColumn,
    LabelColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    OpenColumn,
    StatusColumn,
)
from kaogong.web.parts.lists import ListTable

from .tables import opens

_NOWRAP = {"td": {"class": "nowrap"}}


class PackTable(ListTable):
    number = OpenColumn(to=opens("audit_packs"), verbose_name=_("审计包编号"), attrs=_NOWRAP)
    from_on = DateColumn(verbose_name=_("起"))
    to_on = DateColumn(verbose_name=_("止"))
    authority = tables.Column(verbose_name=_("授权"), default=_("已遮蔽"))
    reason = tables.Column(verbose_name=_("用途"))
    asked_by_name = tables.Column(verbose_name=_("提出人"))
    asked_at = MomentColumn(verbose_name=_("提出时间"))
    rows = NumberColumn(verbose_name=_("行数"))
    status = StatusColumn(verbose_name=_("状态"))


class SampleTable(ListTable):
    number = OpenColumn(to=opens("audit_samples"), verbose_name=_("抽样编号"), attrs=_NOWRAP)
    from_on = DateColumn(verbose_name=_("起"))
    to_on = DateColumn(verbose_name=_("止"))
    method = LabelColumn(labels=METHODS, verbose_name=_("方法"))
    size = NumberColumn(verbose_name=_("应抽"))
    roster_count = NumberColumn(verbose_name=_("总体笔数"))
    roster_fen = MoneyColumn(verbose_name=_("总体金额"))
    prepared_by_name = tables.Column(verbose_name=_("准备人"))
    prepared_at = MomentColumn(verbose_name=_("准备时间"))
    status = StatusColumn(verbose_name=_("状态"))
