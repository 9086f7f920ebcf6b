"""Columns of the bureau's lists about grants."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.grants.states import PROJECT_KINDS
from kaogong.web.parts.columns import (
    DateColumn,
    HoursColumn,
    LabelColumn,
    MoneyColumn,
    NumberColumn,
    OpenColumn,
    StatusColumn,
)
from kaogong.web.parts.lists import ListTable
from kaogong.web.parts.templatetags.parts import tag, verdict, yuan

from .tables import opens
from .tables_money import InstantColumn

_NOWRAP = {"td": {"class": "nowrap"}}


class GrantTable(ListTable):
    number = OpenColumn(to=opens("grants"), verbose_name=_("申请编号"), attrs=_NOWRAP)
    scheme = tables.Column(accessor="scheme_label", verbose_name=_("项目"))
    applicant = tables.Column(verbose_name=_("申请单位（人）"))
    person = tables.Column(accessor="person__name", verbose_name=_("人员"), default="—", attrs=_NOWRAP)
    submitted_at = InstantColumn(verbose_name=_("提交"), orderable=True, default="—")
    waiting = tables.Column(empty_values=(), verbose_name=_("已等"), attrs=_NOWRAP)
    verdict = tables.Column(verbose_name=_("测算结论"), default="—")
    amount = MoneyColumn(accessor="judged_fen", verbose_name=_("测算金额"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_waiting(self, record):
        if record.waited is None:
            return "—"
        return gettext("{n} 个工作日").format(n=record.waited)

    def render_verdict(self, record):
        return verdict(record.verdict)

    def render_amount(self, record):
        return yuan(record.judged_fen) if record.verdict == "payable" else "—"

    def value_verdict(self, record):
        return gettext(record.get_verdict_display()) if record.verdict else ""


class GrantListTable(ListTable):
    subject = OpenColumn(
        to=lambda record: reverse("bureau:grants:award_list", args=[record.pk]), verbose_name=_("名单")
    )
    institution = tables.Column(accessor="institution__name", verbose_name=_("申请单位"))
    taken = NumberColumn(verbose_name=_("列入"))
    not_taken = NumberColumn(verbose_name=_("没有列入的行"))
    received_at = InstantColumn(verbose_name=_("收到时间"))


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


class ProjectTable(ListTable):
    number = OpenColumn(to=opens("projects"), verbose_name=_("项目编号"), attrs=_NOWRAP)
    title = tables.Column(verbose_name=_("项目名称"))
    kind = LabelColumn(labels=PROJECT_KINDS, verbose_name=_("项目类别"))
    institution = tables.Column(accessor="institution__name", verbose_name=_("承担单位"))
    awarded_on = DateColumn(verbose_name=_("核定日期"))
    awarded = MoneyColumn(accessor="awarded_fen", verbose_name=_("核定"))
    received = MoneyColumn(accessor="sums__received_fen", verbose_name=_("到位"))
    paid = MoneyColumn(accessor="sums__paid_fen", verbose_name=_("拨付"))
    balance = MoneyColumn(accessor="sums__balance_fen", verbose_name=_("结余"))


class SponsorshipTable(ListTable):
    number = OpenColumn(to=opens("sponsorships"), verbose_name=_("协议编号"), attrs=_NOWRAP)
    event = tables.Column(verbose_name=_("赞助事项"))
    sponsor = tables.Column(accessor="sponsor__name", verbose_name=_("赞助方"))
    agreed_on = DateColumn(verbose_name=_("签订日期"))
    agreed = MoneyColumn(accessor="agreed_fen", verbose_name=_("协议金额"))
    received = MoneyColumn(accessor="received_fen", verbose_name=_("到账"))
    spent = MoneyColumn(accessor="spent_fen", verbose_name=_("已支出"))
    given_back = MoneyColumn(accessor="given_back_fen", verbose_name=_("已退还"))
    left = MoneyColumn(accessor="left_fen", verbose_name=_("未用"))
    status = StatusColumn(verbose_name=_("状态"))


class PerformanceTable(ListTable):
    institution = OpenColumn(
        accessor="institution__name", to=opens("performance"), verbose_name=_("单位"), attrs=_NOWRAP
    )
    year = tables.Column(verbose_name=_("年度"))
    total = NumberColumn(verbose_name=_("总分"))
    confirmed_on = DateColumn(verbose_name=_("确认日期"), default="—")
    status = StatusColumn(verbose_name=_("状态"))


class SurplusTable(ListTable):
    institution = tables.Column(accessor="institution__name", verbose_name=_("学校"))
    year = tables.Column(verbose_name=_("年度"))
    surplus = MoneyColumn(accessor="surplus_fen", verbose_name=_("结余"))
    teachers_fen = MoneyColumn(verbose_name=_("用于教师劳动报酬"))
    share = tables.Column(accessor="share_reached", verbose_name=_("比例（%）"), default="—")
    hours = HoursColumn(accessor="teacher_hours", verbose_name=_("教师课时"))
    teachers = NumberColumn(verbose_name=_("授课教师数"))
    kept = tables.Column(empty_values=(), verbose_name=_("结论"))

    def render_kept(self, record):
        if record.is_kept is None:
            return tag("ask", gettext("没有规定比例或没有结余"))
        return tag("ok", gettext("达到")) if record.is_kept else tag("no", gettext("未达到"))

    def value_kept(self, record):
        kept = record.is_kept
        return "" if kept is None else gettext("达到") if kept else gettext("未达到")
