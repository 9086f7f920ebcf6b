"""Columns of what-if, adjustments and who is entitled without asking."""

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.claims import queries as claims
from kaogong.web.parts.columns import (
    DateColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    OpenColumn,
    StatusColumn,
)
from kaogong.web.parts.lists import ListTable
from kaogong.web.parts.templatetags.parts import tag, yuan
from kaogong.web.parts.values import listed, measure_label

from .tables import opens

_NOWRAP = {"td": {"class": "nowrap"}}


class DifferenceColumn(MoneyColumn):
    """Fen with their sign."""

    def render(self, value):
        return f"+{yuan(value)}" if value > 0 else yuan(value)


class SimulationTable(ListTable):
    title = OpenColumn(to=opens("simulations"), verbose_name=_("改动"))
    since = DateColumn(verbose_name=_("自"))
    until = DateColumn(verbose_name=_("至（不含）"))
    before = MoneyColumn(empty_values=(), verbose_name=_("现行"))
    after = MoneyColumn(empty_values=(), verbose_name=_("改动后"))
    gaining = NumberColumn(empty_values=(), verbose_name=_("增加人数"))
    losing = NumberColumn(empty_values=(), verbose_name=_("减少人数"))
    by_name = tables.Column(verbose_name=_("试算人"))
    asked_at = MomentColumn(verbose_name=_("提交"))
    state = tables.Column(empty_values=(), verbose_name=_("状态"))

    def _figure(self, record, name):
        return record.result["total"][name] if record.result else None

    def render_before(self, record):
        return yuan(self._figure(record, "before_fen"))

    def value_before(self, record):
        return self._figure(record, "before_fen")

    def render_after(self, record):
        return yuan(self._figure(record, "after_fen"))

    def value_after(self, record):
        return self._figure(record, "after_fen")

    def render_gaining(self, record):
        return "—" if record.result is None else self._figure(record, "gaining")

    def value_gaining(self, record):
        return self._figure(record, "gaining")

    def render_losing(self, record):
        return "—" if record.result is None else self._figure(record, "losing")

    def value_losing(self, record):
        return self._figure(record, "losing")

    def value_state(self, record):
        if record.finished_at is None:
            return gettext("测算中 {percent}%").format(percent=record.percent)
        return gettext("未能测算") if record.refusal else gettext("已测算")

    def render_state(self, record):
        tone = "now" if record.finished_at is None else "no" if record.refusal else "ok"
        return tag(tone, self.value_state(record))


class AdjustmentTable(ListTable):
    line = OpenColumn(
        accessor="line__reference", to=opens("adjustments"), verbose_name=_("明细"), attrs=_NOWRAP
    )
    name = tables.Column(accessor="line__person__name", verbose_name=_("姓名"), attrs=_NOWRAP)
    institution = tables.Column(accessor="institution__name", verbose_name=_("培训机构"))
    kind = tables.Column(verbose_name=_("种类"))
    causes = tables.Column(verbose_name=_("原因（条款）"))
    old_fen = MoneyColumn(verbose_name=_("原应付"))
    new_fen = MoneyColumn(verbose_name=_("现应付"))
    difference = DifferenceColumn(accessor="difference_fen", verbose_name=_("差额"))
    found_at = MomentColumn(verbose_name=_("发现"), shown="%Y-%m-%d")
    status = StatusColumn(verbose_name=_("状态"))

    def value_kind(self, record):
        return record.get_kind_display()

    def render_kind(self, record):
        return tag("now" if record.kind == "top_up" else "ask", record.get_kind_display())

    def render_causes(self, record):
        return record.why

    def value_causes(self, record):
        return record.why


class EntitlementTable(ListTable):
    name = OpenColumn(
        accessor="person__name",
        to=lambda row: reverse("bureau:people:detail", args=[row.person_id]),
        verbose_name=_("姓名"),
        attrs=_NOWRAP,
    )
    id_number = tables.Column(
        accessor="person__id_number_masked", verbose_name=_("证件号码"), attrs={"td": {"class": "mask"}}
    )
    phone = tables.Column(
        accessor="person__phone_masked", verbose_name=_("电话"), attrs={"td": {"class": "mask"}}
    )
    scheme = tables.Column(accessor="scheme_code", verbose_name=_("补贴项目"))
    certificate = tables.Column(accessor="certificate__number", verbose_name=_("证书"))
    groups = tables.Column(verbose_name=_("人员类别"))
    amount_fen = MoneyColumn(verbose_name=_("可得金额"))
    missing = tables.Column(empty_values=(), verbose_name=_("还缺什么"))
    told = tables.Column(empty_values=(), verbose_name=_("告知"), attrs={"td": {"class": "who"}})

    def render_scheme(self, value):
        return claims.scheme_words(value)

    value_scheme = render_scheme

    def render_certificate(self, value, record):
        address = reverse("bureau:certificates:detail", args=[record.certificate_id])
        occupation = claims.heading_words("occupation", record.occupation_code)
        return format_html('<a href="{}" title="{}">{}</a>', address, value, occupation)

    def value_certificate(self, value, record):
        return f"{claims.heading_words('occupation', record.occupation_code)} {value}"

    def render_groups(self, value):
        return listed([claims.heading_words("group", code) for code in value]) if value else "—"

    value_groups = render_groups

    def render_amount_fen(self, value, record):
        return yuan(value) if record.verdict == "payable" else gettext("补齐后测算")

    def value_amount_fen(self, value, record):
        return value if record.verdict == "payable" else None

    def value_missing(self, record):
        return listed([measure_label(name) for name in record.missing])

    def render_missing(self, record):
        return tag("ask", self.value_missing(record)) if record.missing else tag("ok", gettext("可以申领"))

    def value_told(self, record):
        if record.told_at is None:
            return ""
        return gettext("{on} {who} {how}").format(
            on=f"{timezone.localtime(record.told_at):%Y-%m-%d}", who=record.told_by, how=record.how_label
        )

    def render_told(self, record):
        return self.value_told(record) or gettext("未告知")
