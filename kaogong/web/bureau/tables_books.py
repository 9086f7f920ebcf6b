"""Columns of the lists of closings, accounts and seals."""

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.funds import queries as funds
from kaogong.ledger.queries import last_day
from kaogong.ledger.states import SOURCE_LEVELS, STATES
from kaogong.web.parts.columns import LabelColumn, MoneyColumn, NumberColumn, StatusColumn
from kaogong.web.parts.lists import ListTable
from kaogong.web.parts.templatetags.parts import tag

from .judged import programme_label

_NOWRAP = {"td": {"class": "nowrap"}}


class FundColumn(tables.Column):
    """A fund by its name; a code nobody opened a fund for stays as it is. One question for a whole table."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **({"attrs": {"td": {"class": "fund"}}} | kwargs))

    def render(self, value):
        if not hasattr(self, "names"):
            self.names = funds.fund_names()
        return self.names.get(value, value)

    value = render


def _day(value) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"


class PeriodTable(ListTable):
    fund_code = FundColumn(verbose_name=_("资金"))
    until_at = tables.Column(verbose_name=_("结账至"), attrs=_NOWRAP)
    entry_count = NumberColumn(verbose_name=_("期内分录"))
    closed_at = tables.Column(verbose_name=_("结账时间"), attrs=_NOWRAP)
    closed_by_name = tables.Column(verbose_name=_("经办人"))
    reason = tables.Column(verbose_name=_("说明"))
    status = StatusColumn(verbose_name=_("状态"))
    step = tables.Column(empty_values=(), verbose_name=_("操作"), attrs={"screen_only": True})

    def render_until_at(self, value):
        return f"{last_day(value):%Y-%m-%d}"

    value_until_at = render_until_at

    def render_closed_at(self, value):
        return _day(value)

    value_closed_at = render_closed_at

    def render_step(self, record):
        if not getattr(record, "may_reopen", False):
            return "—"
        address = reverse("bureau:ledger:reopen_period", args=[record.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("反结账"))


class AccountTable(ListTable):
    fund_code = FundColumn(verbose_name=_("资金"))
    year = tables.Column(verbose_name=_("年度"))
    programme = tables.Column(verbose_name=_("项目"))
    source_level = LabelColumn(labels=SOURCE_LEVELS, verbose_name=_("资金来源"))
    state = LabelColumn(labels=STATES, verbose_name=_("科目"))
    balance_fen = MoneyColumn(verbose_name=_("余额"))
    closed = tables.Column(empty_values=(), verbose_name=_("状态"))
    step = tables.Column(empty_values=(), verbose_name=_("操作"), attrs={"screen_only": True})

    def render_programme(self, value):
        return programme_label(value)

    value_programme = render_programme

    def value_closed(self, record):
        return gettext("已关闭") if record.closing else gettext("启用")

    def render_closed(self, record):
        return tag("no" if record.closing else "ok", self.value_closed(record))

    def render_step(self, record):
        if record.closing and record.may_reopen:
            address = reverse("bureau:ledger:reopen_account", args=[record.closing.pk])
            return format_html('<a href="{}">{}</a>', address, gettext("重新启用"))
        if not record.closing and record.may_close:
            address = reverse("bureau:ledger:close_account", args=[record.pk])
            return format_html('<a href="{}">{}</a>', address, gettext("关闭"))
        return "—"
