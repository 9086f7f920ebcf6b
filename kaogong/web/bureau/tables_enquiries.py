"""Columns of enquiries and of common questions."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from kaogong.catalog import queries as catalog
from kaogong.enquiries import queries
from kaogong.kernel.reference import read_departments
from kaogong.web.parts.columns import DateColumn, MomentColumn, NumberColumn, OpenColumn, StatusColumn
from kaogong.web.parts.lists import ListTable
from kaogong.web.parts.templatetags.parts import tag

from .tables import opens

_NOWRAP = {"td": {"class": "nowrap"}}


class EnquiryTable(ListTable):
    number = OpenColumn(to=opens("enquiries"), verbose_name=_("咨询编号"), attrs=_NOWRAP, orderable=True)
    subject = tables.Column(verbose_name=_("标题"))
    category = tables.Column(verbose_name=_("类别"), attrs=_NOWRAP)
    region_code = tables.Column(verbose_name=_("区域"), attrs=_NOWRAP)
    handler = tables.Column(empty_values=(), verbose_name=_("承办"))
    received_at = MomentColumn(verbose_name=_("收到时间"), shown="%Y-%m-%d", orderable=True)
    waited = NumberColumn(empty_values=(), verbose_name=_("已等（个工作日）"))
    answer_due_on = tables.Column(empty_values=(), verbose_name=_("答复期限"), attrs=_NOWRAP, orderable=True)
    status = StatusColumn(verbose_name=_("状态"))

    def render_category(self, value):
        return queries.category_name(value)

    value_category = render_category

    def render_region_code(self, value):
        return catalog.region_name(value)

    value_region_code = render_region_code

    def render_handler(self, record):
        return handler_of(record) or "—"

    value_handler = render_handler

    def render_waited(self, record):
        return "—" if record.waited is None else record.waited

    def value_waited(self, record):
        return record.waited

    def render_answer_due_on(self, record):
        if record.answer_due_on is None:
            return _("没有规定")
        return (
            tag("no", _("{day} 已超期").format(day=record.answer_due_on))
            if record.is_late
            else record.answer_due_on
        )

    def value_answer_due_on(self, record):
        return str(record.answer_due_on or "")


def handler_of(record) -> str:
    """Who has it: a department, a clerk, nobody yet."""
    if record.department_code:
        return department_name(record.department_code)
    return record.assignee.name if record.assignee_id else ""


def department_name(code: str) -> str:
    """A department as people call it."""
    return next((one.name for one in read_departments() if one.code == code), code)


class CommonQuestionTable(ListTable):
    number = OpenColumn(to=opens("common_questions"), verbose_name=_("编号"), attrs=_NOWRAP)
    question = tables.Column(verbose_name=_("问题"))
    category = tables.Column(verbose_name=_("类别"))
    holds_from = DateColumn(verbose_name=_("适用起始日"), orderable=True)
    withdrawn_on = DateColumn(verbose_name=_("撤下日期"))
    published_by = tables.Column(verbose_name=_("发布人"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_category(self, value):
        return queries.category_name(value)

    value_category = render_category
