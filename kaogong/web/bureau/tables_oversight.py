"""Columns of complaints, cases and sanctions."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from kaogong.supervision import queries
from kaogong.web.parts.columns import DateColumn, LabelColumn, MomentColumn, OpenColumn, StatusColumn
from kaogong.web.parts.lists import ListTable
from kaogong.web.parts.templatetags.parts import tag

from .tables import opens

_NOWRAP = {"td": {"class": "nowrap"}}


class ComplaintTable(ListTable):
    number = OpenColumn(to=opens("complaints"), verbose_name=_("受理编号"), attrs=_NOWRAP)
    channel = LabelColumn(labels=queries.COMPLAINT_CHANNELS, verbose_name=_("来源"))
    about = tables.Column(empty_values=(), verbose_name=_("反映对象"))
    received_at = MomentColumn(verbose_name=_("收到时间"), shown="%Y-%m-%d")
    due = tables.Column(empty_values=(), verbose_name=_("办理期限"), attrs=_NOWRAP)
    status = StatusColumn(verbose_name=_("状态"))

    def render_about(self, record):
        return record.accused.name if record.accused else record.about or "—"

    value_about = render_about

    def render_due(self, record):
        day = queries.due_on(record)
        if day is None:
            return "—"
        return tag("no", _("{day} 已超期").format(day=day)) if record.is_late else f"{day}"

    def value_due(self, record):
        return str(queries.due_on(record) or "")


class CaseTable(ListTable):
    number = OpenColumn(to=opens("cases"), verbose_name=_("案件编号"), attrs=_NOWRAP)
    cause = LabelColumn(labels=queries.CASE_CAUSES, verbose_name=_("来由"))
    subject = tables.Column(empty_values=(), verbose_name=_("涉及"))
    grade = LabelColumn(labels=queries.CASE_GRADES, verbose_name=_("定性"))
    opened_at = MomentColumn(verbose_name=_("立案时间"), shown="%Y-%m-%d")
    status = StatusColumn(verbose_name=_("状态"))

    def render_subject(self, record):
        return record.institution.name if record.institution else record.person.name

    value_subject = render_subject


class SanctionTable(ListTable):
    number = OpenColumn(to=opens("sanctions"), verbose_name=_("处理编号"), attrs=_NOWRAP)
    subject = tables.Column(empty_values=(), verbose_name=_("处理对象"))
    label = tables.Column(verbose_name=_("处理措施"))
    start_on = DateColumn(verbose_name=_("开始日期"))
    end_on = DateColumn(verbose_name=_("届满日期"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_subject(self, record):
        return record.institution.name if record.institution else record.person.name

    value_subject = render_subject
