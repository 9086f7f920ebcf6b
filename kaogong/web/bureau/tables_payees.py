"""Columns of account changes and of appeals about claims."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.web.parts.columns import DateColumn, MomentColumn, OpenColumn, StatusColumn
from kaogong.web.parts.lists import ListTable

from .tables import opens
from .tables_providers import DueColumn

_MASK = {"td": {"class": "mask nowrap"}}


class WaitedColumn(tables.Column):
    """Working days something has waited; blank once nobody waits."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("empty_values", ())
        kwargs.setdefault("attrs", {"td": {"class": "nowrap"}})
        super().__init__(*args, orderable=False, **kwargs)

    def render(self, record):
        return "—" if record.waited is None else gettext("{n} 个工作日").format(n=record.waited)

    def value(self, record):
        return "" if record.waited is None else record.waited


class AccountChangeTable(ListTable):
    payee_name = OpenColumn(to=opens("account_changes"), verbose_name=_("收款人"))
    replaces_masked = tables.Column(verbose_name=_("原账户"), attrs=_MASK)
    bank_account_masked = tables.Column(verbose_name=_("新账户"), attrs=_MASK)
    asked_at = MomentColumn(verbose_name=_("申请时间"), orderable=True)
    waited = WaitedColumn(verbose_name=_("已等"))
    pays_from = DateColumn(verbose_name=_("最早改付日期"), default="—")
    status = StatusColumn(verbose_name=_("状态"))


class ClaimAppealTable(ListTable):
    named = OpenColumn(
        to=lambda record: reverse("bureau:claim_appeals:settle", args=[record.pk]),
        verbose_name=_("申领或明细"),
        attrs={"td": {"class": "nowrap"}},
    )
    against = tables.Column(accessor="get_against_display", verbose_name=_("对什么申诉"))
    institution = tables.Column(accessor="institution__name", verbose_name=_("申领机构"))
    filed_by = tables.Column(verbose_name=_("申诉人"))
    filed_at = MomentColumn(verbose_name=_("提出时间"), shown="%Y-%m-%d", orderable=True)
    waited = WaitedColumn(verbose_name=_("已等"))
    due = DueColumn(verbose_name=_("答复期限"))
    status = StatusColumn(verbose_name=_("状态"))
