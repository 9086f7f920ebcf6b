"""Columns of applications, ending contracts, tenders, evaluations and appeals."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.kernel.working_days import working_days_between
from kaogong.web.parts.columns import DateColumn, MomentColumn, NumberColumn, OpenColumn, StatusColumn
from kaogong.web.parts.grading import grade_words
from kaogong.web.parts.lists import ListTable
from kaogong.web.parts.templatetags.parts import tag

from .tables import RegionColumn, opens

_NOWRAP = {"td": {"class": "nowrap"}}


class DueColumn(tables.Column):
    """A day to be done by, with the working days left; ``record.today`` is set by the page."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("empty_values", ())
        kwargs.setdefault("attrs", {"td": {"class": "nowrap"}})
        super().__init__(*args, **kwargs)

    def render(self, record):
        if record.due is None:
            return record.due_story
        left = working_days_between(record.today, record.due)
        if left < 0:
            return tag("no", gettext("{day}，已超期 {n} 个工作日").format(day=record.due, n=-left))
        return gettext("{day}，剩 {n} 个工作日").format(day=record.due, n=left)

    def value(self, record):
        return record.due or record.due_story


class ApplicationTable(ListTable):
    number = OpenColumn(to=opens("applications"), verbose_name=_("申请编号"), attrs=_NOWRAP)
    institution = tables.Column(accessor="institution__name", verbose_name=_("机构"))
    purpose = tables.Column(accessor="get_purpose_display", verbose_name=_("事项"))
    route = tables.Column(accessor="get_route_display", verbose_name=_("途径"))
    conditions = tables.Column(empty_values=(), verbose_name=_("认定条件"))
    submitted_at = MomentColumn(verbose_name=_("提交时间"), shown="%Y-%m-%d")
    due = DueColumn(verbose_name=_("办理期限"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_conditions(self, record):
        if record.failed:
            return tag("no", gettext("{n} 项不符合").format(n=record.failed))
        if record.unsure:
            return tag("ask", gettext("{n} 项待核实").format(n=record.unsure))
        return tag("ok", gettext("全部符合"))

    def value_conditions(self, record):
        return gettext("{a} 项不符合，{b} 项待核实").format(a=record.failed, b=record.unsure)


class EndingTable(ListTable):
    number = OpenColumn(
        to=lambda record: reverse("bureau:institutions:detail", args=[record.institution_id]),
        verbose_name=_("协议编号"),
        attrs=_NOWRAP,
    )
    institution = tables.Column(accessor="institution__name", verbose_name=_("机构"))
    ends_on = DateColumn(verbose_name=_("期满"))
    due = DueColumn(verbose_name=_("提出续签的期限"))


class TenderTable(ListTable):
    number = tables.Column(verbose_name=_("招标采购编号"), attrs=_NOWRAP)
    title = tables.Column(verbose_name=_("项目名称"))
    awarded_on = DateColumn(verbose_name=_("中标日期"))
    filing_number = tables.Column(verbose_name=_("备案号"))
    winners = NumberColumn(verbose_name=_("中标机构数"))


class EvaluationRoundTable(ListTable):
    year = OpenColumn(to=opens("evaluations"), verbose_name=_("年度"))
    region_code = RegionColumn(verbose_name=_("区域"))
    providers = NumberColumn(verbose_name=_("机构数"))
    opened_at = MomentColumn(verbose_name=_("开始时间"), shown="%Y-%m-%d")
    status = StatusColumn(verbose_name=_("状态"))


class GradeTable(ListTable):
    institution = tables.Column(accessor="institution__name", verbose_name=_("机构"))
    credit_code = tables.Column(accessor="institution__credit_code", verbose_name=_("统一社会信用代码"))
    total = tables.Column(verbose_name=_("总分"), attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    grade_label = tables.Column(verbose_name=_("评估等级"))
    consequence = tables.Column(verbose_name=_("后果"))

    def render_total(self, value):
        return f"{value / 100:.2f}"

    value_total = render_total


class AppealTable(ListTable):
    institution = OpenColumn(
        accessor="institution__name",
        to=lambda record: reverse("bureau:appeals:settle", args=[record.pk]),
        verbose_name=_("机构"),
    )
    year = tables.Column(accessor="evaluation__round__year", verbose_name=_("年度"))
    grade = tables.Column(accessor="evaluation", verbose_name=_("等级"))
    received_at = MomentColumn(verbose_name=_("收到时间"), shown="%Y-%m-%d")
    due = DueColumn(verbose_name=_("答复期限"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_grade(self, value):
        return grade_words(value)

    value_grade = render_grade
