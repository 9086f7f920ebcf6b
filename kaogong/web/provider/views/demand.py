"""Surveys the enterprise is asked: for its posts, for what it pays."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.demand import queries
from kaogong.web.parts.columns import DateColumn, NumberColumn, OpenColumn, StatusColumn
from kaogong.web.parts.lists import ListPage, ListTable


class ReplyTable(ListTable):
    title = OpenColumn(
        to=lambda record: reverse("provider:demand:detail", args=[record.pk]),
        accessor="round__title",
        verbose_name=_("调查名称"),
    )
    kind = tables.Column(accessor="round__get_kind_display", verbose_name=_("调查种类"))
    opens_on = DateColumn(accessor="round__opens_on", verbose_name=_("开始"))
    closes_on = DateColumn(accessor="round__closes_on", verbose_name=_("截止"))
    revision = NumberColumn(verbose_name=_("填报次数"))
    status = StatusColumn(verbose_name=_("状态"))


class Replies(ListPage):
    """Every round this enterprise was asked in."""

    title = _("企业调查")
    subtitle = _("用工需求和工资分配调查：草稿随时保存，截止以前可以修改后重新提交")
    table_class = ReplyTable
    may = P.SUBMIT_DEMAND_REPLY
    empty_title = _("没有要填的调查")
    empty_text = _("主管部门开展调查时会出现在这里。")

    def rows(self, request):
        return queries.demand_replies(request.actor).exclude(round__status="drafted")
