"""Columns of the bureau's lists about grants."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.web.parts.columns import DateColumn, MoneyColumn, OpenColumn, StatusColumn
from kaogong.web.parts.lists import ListTable
from kaogong.web.parts.templatetags.parts import verdict

from .tables import opens
from .tables_money import InstantColumn

_NOWRAP = {"td": {"class": "nowrap"}}


class GrantTable(ListTable):
    number = OpenColumn(to=opens("grants"), verbose_name=_("申请编号"), attrs=_NOWRAP)
    scheme = tables.Column(accessor="scheme_label", verbose_name=_("项目"))
    applicant = tables.Column(verbose_name=_("申请单位（人）"))
    person = tables.Column(accessor="person__name", verbose_name=_("人员"), default="—")
    submitted_at = InstantColumn(verbose_name=_("提交"), orderable=True, default="—")
    waiting = tables.Column(empty_values=(), verbose_name=_("已等"))
    verdict = tables.Column(verbose_name=_("测算结论"), default="—")
    amount = MoneyColumn(accessor="judged_fen", verbose_name=_("测算金额"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_waiting(self, record):
        if record.waited is None:
            return "—"
        return gettext("{n} 个工作日").format(n=record.waited)

    def render_verdict(self, value):
        return verdict(value)

    def value_verdict(self, record):
        return gettext(record.get_verdict_display()) if record.verdict else ""


class AppealTable(ListTable):
    number = OpenColumn(
        accessor="grant__number",
        to=lambda record: reverse("bureau:grants:answer", args=[record.pk]),
        verbose_name=_("申请编号"),
        attrs=_NOWRAP,
    )
    scheme = tables.Column(accessor="scheme_label", verbose_name=_("项目"))
    applicant = tables.Column(accessor="grant__applicant", verbose_name=_("申请单位（人）"))
    filed_at = InstantColumn(verbose_name=_("提出"))
    answer_by = DateColumn(verbose_name=_("答复期限"), default="—")
    status = StatusColumn(verbose_name=_("状态"))
