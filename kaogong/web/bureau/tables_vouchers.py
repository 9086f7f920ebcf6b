"""Columns of the bureau's lists of vouchers."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.vouchers.queries import KINDS
from kaogong.web.parts.columns import (
    DateColumn,
    LabelColumn,
    MoneyColumn,
    NumberColumn,
    OpenColumn,
    StatusColumn,
)
from kaogong.web.parts.lists import ListTable

from .tables import opens

_NOWRAP = {"td": {"class": "nowrap"}}


class IssueTable(ListTable):
    number = OpenColumn(to=opens("voucher_issues"), verbose_name=_("发放编号"), attrs=_NOWRAP)
    title = tables.Column(verbose_name=_("名称"))
    scheme = tables.Column(accessor="scheme_label", verbose_name=_("补贴项目"))
    kind = LabelColumn(verbose_name=_("券种"), labels=dict(KINDS))
    face_fen = MoneyColumn(verbose_name=_("每张面值"))
    listed_count = NumberColumn(verbose_name=_("人数"))
    expires_on = DateColumn(verbose_name=_("有效期止"))
    status = StatusColumn(verbose_name=_("状态"))


class VoucherTable(ListTable):
    number = tables.Column(accessor="shown_number", verbose_name=_("券号"), attrs=_NOWRAP)
    name = tables.Column(accessor="person__name", verbose_name=_("姓名"))
    id_number = tables.Column(
        accessor="person__id_number_masked", verbose_name=_("证件号码"), attrs={"td": {"class": "mask"}}
    )
    issue = OpenColumn(
        accessor="issue__number",
        to=lambda row: reverse("bureau:voucher_issues:detail", args=[row.issue_id]),
        verbose_name=_("发放编号"),
        attrs=_NOWRAP,
    )
    face_fen = MoneyColumn(verbose_name=_("面值"))
    expires_on = DateColumn(verbose_name=_("有效期止"))
    institution = tables.Column(accessor="institution__name", verbose_name=_("培训机构"), default="—")
    training_class = tables.Column(
        accessor="enrolment__training_class__title", verbose_name=_("班次"), default="—"
    )
    redeemed_fen = MoneyColumn(verbose_name=_("兑付金额"), default="—")
    status = StatusColumn(verbose_name=_("状态"))
    act = tables.Column(
        verbose_name=_("办理"), accessor="pk", attrs={"screen_only": True, "td": {"class": "nowrap"}}
    )

    def render_act(self, value, record):
        if not record.may_withdraw:
            return "—"
        return format_html(
            '<a href="{}">{}</a>', reverse("bureau:vouchers:withdraw", args=[value]), gettext("收回")
        )
