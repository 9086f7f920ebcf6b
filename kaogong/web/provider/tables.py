"""Columns of the provider's lists."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.web.parts.columns import (
    DateColumn,
    HoursColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    OpenColumn,
    StatusColumn,
)
from kaogong.web.parts.lists import ListTable


class ClassTable(ListTable):
    number = OpenColumn(verbose_name=_("编号"), to=lambda r: reverse("provider:classes:detail", args=[r.pk]))
    title = tables.Column(verbose_name=_("名称"))
    course = tables.Column(verbose_name=_("职业和等级"), accessor="course")
    starts_on = DateColumn(verbose_name=_("开班"))
    ends_on = DateColumn(verbose_name=_("结业"))
    learner_count = NumberColumn(verbose_name=_("在册人数"))
    status = StatusColumn(verbose_name=_("状态"))


class UnrecordedTable(ListTable):
    number = OpenColumn(verbose_name=_("编号"), to=lambda r: reverse("provider:attendance:grid", args=[r.pk]))
    title = tables.Column(verbose_name=_("名称"))
    learner_count = NumberColumn(verbose_name=_("在册人数"))
    unrecorded_count = NumberColumn(verbose_name=_("待记课次"))
    unrecorded_since = DateColumn(verbose_name=_("最早一次"))


class RosterTable(ListTable):
    filename = OpenColumn(
        verbose_name=_("文件"), to=lambda r: reverse("provider:rosters:detail", args=[r.pk])
    )
    training_class = tables.Column(verbose_name=_("班次"), accessor="training_class__title")
    uploaded_at = MomentColumn(verbose_name=_("上传时间"))
    rows_total = NumberColumn(verbose_name=_("行数"))
    rows_problem = NumberColumn(verbose_name=_("问题行"))
    status = StatusColumn(verbose_name=_("状态"))

    def value_uploaded_at(self, value):
        return f"{value:%Y-%m-%d %H:%M}"


class LearnerTable(ListTable):
    sequence = NumberColumn(verbose_name=_("序号"))
    name = OpenColumn(
        verbose_name=_("姓名"),
        accessor="person__name",
        to=lambda r: reverse("provider:learners:detail", args=[r.training_class_id, r.pk]),
    )
    id_number = tables.Column(
        verbose_name=_("身份证号码"), accessor="person__id_number_masked", attrs={"td": {"class": "mask"}}
    )
    phone = tables.Column(verbose_name=_("联系电话"), accessor="person__phone_masked", default="—")
    group = tables.Column(verbose_name=_("人员类别"), accessor="group_label", default="—")
    account = tables.Column(
        verbose_name=_("银行账号"),
        accessor="person__bank_account_masked",
        default="—",
        empty_values=(None, ""),
    )
    hours = HoursColumn(verbose_name=_("实到课时"), accessor="hours")
    told = tables.Column(verbose_name=_("需核对"), default="—", empty_values=(None, ""))
    status = StatusColumn(verbose_name=_("状态"))


class ExamTable(ListTable):
    number = OpenColumn(
        verbose_name=_("班次编号"),
        accessor="training_class__number",
        to=lambda r: reverse("provider:exams:detail", args=[r.pk]),
    )
    title = tables.Column(verbose_name=_("班次"), accessor="training_class__title")
    assessed_on = DateColumn(verbose_name=_("考核日期"))
    institution = tables.Column(verbose_name=_("评价机构"), accessor="institution__name")
    status = StatusColumn(verbose_name=_("状态"))


class ToAssessTable(ListTable):
    number = OpenColumn(
        verbose_name=_("班次编号"), to=lambda r: reverse("provider:exams:schedule", args=[r.pk])
    )
    title = tables.Column(verbose_name=_("班次"))
    institution = tables.Column(verbose_name=_("培训机构"), accessor="institution__name")
    course = tables.Column(verbose_name=_("职业和等级"), accessor="course")
    head_count = NumberColumn(verbose_name=_("计划人数"))
    ends_on = DateColumn(verbose_name=_("结业"))
    status = StatusColumn(verbose_name=_("状态"))


class CertificateTable(ListTable):
    number = OpenColumn(
        verbose_name=_("证书编号"), to=lambda r: reverse("provider:certificates:detail", args=[r.pk])
    )
    holder = tables.Column(verbose_name=_("姓名"), accessor="holder_name")
    id_number = tables.Column(
        verbose_name=_("身份证号码"), accessor="holder_id_masked", attrs={"td": {"class": "mask"}}
    )
    course = tables.Column(verbose_name=_("职业和等级"), accessor="course")
    issued_on = DateColumn(verbose_name=_("发证日期"))
    status = StatusColumn(verbose_name=_("状态"))


class ClaimableTable(ListTable):
    number = OpenColumn(
        verbose_name=_("班次编号"), to=lambda r: reverse("provider:claims:submit", args=[r.pk])
    )
    title = tables.Column(verbose_name=_("名称"))
    course = tables.Column(verbose_name=_("职业和等级"), accessor="course")
    ends_on = DateColumn(verbose_name=_("结业"))
    certified = tables.Column(verbose_name=_("考核发证"), accessor="exam_story", attrs={"kind": "text"})


class ClaimTable(ListTable):
    number = OpenColumn(
        verbose_name=_("申领编号"), to=lambda r: reverse("provider:claims:detail", args=[r.pk])
    )
    title = tables.Column(verbose_name=_("班次"), accessor="subject")
    submitted_at = MomentColumn(verbose_name=_("提交"), shown="%Y-%m-%d")
    amount_fen = MoneyColumn(verbose_name=_("金额"))
    status = StatusColumn(verbose_name=_("状态"))

    def value_submitted_at(self, value):
        return value.date()


class PaymentTable(ListTable):
    reference = tables.Column(verbose_name=_("流水号"))
    purpose = tables.Column(verbose_name=_("用途"))
    payee_name = tables.Column(verbose_name=_("收款人"))
    bank_account_masked = tables.Column(verbose_name=_("收款账号"), attrs={"td": {"class": "mask"}})
    amount_fen = MoneyColumn(verbose_name=_("金额"))
    status = StatusColumn(verbose_name=_("状态"))
    failure_reason = tables.Column(verbose_name=_("失败原因"), default="—", empty_values=(None, ""))
    act = tables.Column(
        verbose_name=_("办理"), accessor="pk", attrs={"screen_only": True, "td": {"class": "nowrap"}}
    )

    def render_act(self, value, record):
        if not record.is_unpaid:
            return "—"
        url = reverse("provider:payments:correct", args=[value])
        return format_html('<a class="btn2 go" href="{}">{}</a>', url, gettext("更正账户"))
