"""Columns of the lists about funds."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.funds import queries as funds
from kaogong.funds.states import SURCHARGE_KINDS, TRANSFER_KINDS
from kaogong.ledger.states import KINDS, PUBLIC_LEVELS, SOURCE_LEVELS
from kaogong.web.parts.columns import (
    DateColumn,
    LabelColumn,
    MoneyColumn,
    NumberColumn,
    OpenColumn,
    StatusColumn,
)
from kaogong.web.parts.lists import ListTable
from kaogong.web.parts.templatetags.parts import permille, tag, yuan

from .tables_money import InstantColumn

_NOWRAP = {"td": {"class": "nowrap"}}


class VersionTable(ListTable):
    set_at = InstantColumn(verbose_name=_("日期"))
    fund = tables.Column(verbose_name=_("资金"))
    programme = tables.Column(accessor="programme_label", verbose_name=_("项目"))
    source_level = LabelColumn(labels=SOURCE_LEVELS, verbose_name=_("资金来源"), attrs=_NOWRAP)
    number = NumberColumn(verbose_name=_("版次"))
    before_fen = MoneyColumn(verbose_name=_("原预算"))
    amount_fen = MoneyColumn(verbose_name=_("改为"))
    change = MoneyColumn(empty_values=(), verbose_name=_("增减"))
    document = tables.Column(verbose_name=_("依据文件"))
    reason = tables.Column(verbose_name=_("说明"))
    set_by = tables.Column(verbose_name=_("经办人"), attrs=_NOWRAP)

    def render_change(self, record):
        fen = record.amount_fen - record.before_fen
        return f"+{yuan(fen)}" if fen > 0 else yuan(fen)

    def value_change(self, record):
        return record.amount_fen - record.before_fen


def _corrected(record):
    """Whether an entry answers another, or was answered; else where it can be."""
    if record.corrects_id is not None:
        return tag("now", gettext("更正"))
    if getattr(record, "corrected_by", None) is not None:
        return tag("no", gettext("已更正"))
    if not record.correct_url:
        return "—"
    return format_html('<a href="{}">{}</a>', record.correct_url, gettext("更正"))


class TransferTable(ListTable):
    pk = NumberColumn(verbose_name=_("编号"))
    told_on = DateColumn(verbose_name=_("日期"))
    kind = LabelColumn(labels=TRANSFER_KINDS, verbose_name=_("类别"))
    fund = tables.Column(verbose_name=_("资金"))
    programme = tables.Column(accessor="programme_label", verbose_name=_("项目"))
    source_level = LabelColumn(labels=SOURCE_LEVELS, verbose_name=_("资金来源"), attrs=_NOWRAP)
    amount_fen = MoneyColumn(verbose_name=_("金额"))
    document = tables.Column(verbose_name=_("文号或凭证号"))
    reason = tables.Column(verbose_name=_("说明"))
    recorded_by = tables.Column(verbose_name=_("登记人"), attrs=_NOWRAP)
    became = tables.Column(empty_values=(), verbose_name=_("更正"), attrs=_NOWRAP)

    def render_pk(self, value):
        return str(value)

    def render_became(self, record):
        return _corrected(record)

    def value_became(self, record):
        return gettext("更正") if record.corrects_id else ""


class SurchargeTable(ListTable):
    pk = NumberColumn(verbose_name=_("编号"))
    told_on = DateColumn(verbose_name=_("日期"))
    year = NumberColumn(verbose_name=_("年度"))
    source_level = LabelColumn(labels=SOURCE_LEVELS, verbose_name=_("级次"), attrs=_NOWRAP)
    kind = LabelColumn(labels=SURCHARGE_KINDS, verbose_name=_("类别"))
    amount_fen = MoneyColumn(verbose_name=_("金额"))
    purpose = tables.Column(verbose_name=_("用途"))
    document = tables.Column(verbose_name=_("依据文件"))
    recorded_by = tables.Column(verbose_name=_("登记人"), attrs=_NOWRAP)
    became = tables.Column(empty_values=(), verbose_name=_("更正"), attrs=_NOWRAP)

    def render_pk(self, value):
        return str(value)

    def render_year(self, value):
        return str(value)

    def render_became(self, record):
        return _corrected(record)

    def value_became(self, record):
        return gettext("更正") if record.corrects_id else ""


class RowTable(ListTable):
    id = OpenColumn(
        to=lambda entry: reverse("bureau:ledger:entry", args=[entry.pk]),
        verbose_name=_("分录号"),
        attrs=_NOWRAP,
    )
    at = InstantColumn(verbose_name=_("日期"))
    kind = LabelColumn(labels=KINDS, verbose_name=_("业务"))
    reference = OpenColumn(
        to=lambda entry: f"{reverse('bureau:ledger:explain')}?reference={entry.reference}",
        verbose_name=_("业务编号"),
        attrs=_NOWRAP,
    )
    programme = tables.Column(accessor="programme_label", verbose_name=_("项目"))
    moved = MoneyColumn(accessor="moved_fen", verbose_name=_("增减"))
    by_name = tables.Column(verbose_name=_("经办人"))
    note = tables.Column(verbose_name=_("说明"))


class WaterfallTable(ListTable):
    programme = OpenColumn(
        accessor="programme_label",
        to=lambda row: reverse("bureau:waterfalls:detail", args=[row.pk]),
        verbose_name=_("项目"),
    )
    number = NumberColumn(verbose_name=_("版次"))
    status = StatusColumn(verbose_name=_("状态"))
    starts_on = tables.Column(empty_values=(), verbose_name=_("认定日期"))
    order = tables.Column(empty_values=(), verbose_name=_("列支顺序"))
    document = tables.Column(verbose_name=_("依据文件"))
    drafted_by = tables.Column(verbose_name=_("起草人"), attrs=_NOWRAP)

    def render_starts_on(self, record):
        return period_words(record)

    value_starts_on = render_starts_on

    def render_order(self, record):
        told = (tier_words(tier, record.fund_names) for tier in tiers(record))
        return format_html_join(mark_safe("<br>"), "{}. {}", enumerate(told, 1))

    def value_order(self, record):
        return "；".join(tier_words(tier, record.fund_names) for tier in tiers(record))


def tiers(record):
    return funds.tiers_of(record.tiers)


def tier_words(tier, fund_names) -> str:
    """One tier in a line: the fund by its name, who bears how much, the cap."""
    levels = gettext("、").join(
        f"{gettext(str(PUBLIC_LEVELS[level]))} {permille(tier.shares[level])}"
        for level in PUBLIC_LEVELS
        if tier.shares.get(level)
    )
    words = f"{fund_names.get(tier.fund_code, tier.fund_code)}{gettext('：')}{levels}"
    if tier.most_fen is None:
        return words
    return gettext("{tier}（每年至多 {fen}）").format(tier=words, fen=yuan(tier.most_fen))


def period_words(record) -> str:
    """From which day to which a version holds."""
    begins = f"{record.starts_on:%Y-%m-%d}" if record.starts_on else ""
    if record.ends_on is None:
        return gettext("{begins} 起").format(begins=begins) if begins else gettext("自始")
    ends = f"{record.ends_on:%Y-%m-%d}"
    if not begins:
        return gettext("{ends} 之前").format(ends=ends)
    return gettext("{begins} 至 {ends}（不含）").format(begins=begins, ends=ends)
