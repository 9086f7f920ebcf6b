"""Columns of the lists of returns, templates and proposals."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from kaogong.returns.states import CATEGORIES, KINDS, LAYOUTS, TEMPLATE_KINDS
from kaogong.web.parts.columns import (
    DateColumn,
    LabelColumn,
    MomentColumn,
    NumberColumn,
    OpenColumn,
    StatusColumn,
)
from kaogong.web.parts.lists import ListTable

from .tables import opens


class ReturnTable(ListTable):
    title = OpenColumn(to=opens("period_returns"), verbose_name=_("报表"))
    kind = LabelColumn(labels=KINDS, verbose_name=_("种类"))
    starts_on = DateColumn(verbose_name=_("起始日"))
    ends_on = DateColumn(verbose_name=_("截止日"))
    revision = NumberColumn(verbose_name=_("更正次数"))
    drafted_by = tables.Column(verbose_name=_("制表人"))
    signed_by = tables.Column(verbose_name=_("签字人"))
    frozen_by = tables.Column(verbose_name=_("复核人"))
    status = StatusColumn(verbose_name=_("状态"))


class TemplateTable(ListTable):
    kind = LabelColumn(labels=TEMPLATE_KINDS, verbose_name=_("种类"))
    layout = LabelColumn(labels=LAYOUTS, verbose_name=_("格式"))
    number = NumberColumn(verbose_name=_("版次"))
    filename = OpenColumn(to=lambda record: record.file_url, verbose_name=_("文件名"), attrs={"kind": "text"})
    starts_on = DateColumn(verbose_name=_("启用日期"))
    note = tables.Column(verbose_name=_("修改说明"))
    uploaded_at = MomentColumn(verbose_name=_("上传时间"))
    uploaded_by = tables.Column(verbose_name=_("上传人"))


class ProposalTable(ListTable):
    number = OpenColumn(to=opens("proposals"), verbose_name=_("编号"))
    category = LabelColumn(labels=CATEGORIES, verbose_name=_("类别"))
    session = tables.Column(verbose_name=_("会议"))
    subject = tables.Column(verbose_name=_("标题"))
    deputies = tables.Column(verbose_name=_("代表或委员"))
    received_on = DateColumn(verbose_name=_("交办日期"))
    due_on = DateColumn(verbose_name=_("答复期限"))
    status = StatusColumn(verbose_name=_("状态"))
