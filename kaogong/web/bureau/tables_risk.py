"""Columns of risk findings, looks and payment holds."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.web.parts import risk
from kaogong.web.parts.columns import DateColumn, MomentColumn, NumberColumn, OpenColumn, StatusColumn
from kaogong.web.parts.lists import ListTable
from kaogong.web.parts.templatetags.parts import tag

from .tables import opens

_NOWRAP = {"td": {"class": "nowrap"}}


class FindingTable(ListTable):
    severity = tables.Column(verbose_name=_("严重程度"), order_by=("rank", "pk"), orderable=True)
    number = OpenColumn(to=opens("risk"), verbose_name=_("发现编号"), attrs=_NOWRAP)
    kind = tables.Column(verbose_name=_("种类"))
    sentence = tables.Column(empty_values=(), verbose_name=_("发现了什么"))
    whom = tables.Column(empty_values=(), verbose_name=_("涉及"))
    first_seen_at = MomentColumn(verbose_name=_("首次发现"), shown="%Y-%m-%d", orderable=True)
    due_on = DateColumn(verbose_name=_("说明期限"), default="—")
    status = StatusColumn(verbose_name=_("状态"))

    def render_severity(self, record):
        return tag(risk.TONES[record.severity], risk.severity_words(record.severity))

    def value_severity(self, record):
        return risk.severity_words(record.severity)

    def render_kind(self, record):
        return risk.title_of(record.kind)

    value_kind = render_kind

    def render_sentence(self, record):
        return risk.sentence_of(record)

    value_sentence = render_sentence

    def render_whom(self, record):
        if record.training_class_id:
            return str(record.training_class)
        if record.institution_id:
            return record.institution.name
        return gettext("{n} 名学员，多家机构").format(n=record.people_count)

    value_whom = render_whom


class PassTable(ListTable):
    asked_at = OpenColumn(to=opens("risk_passes"), verbose_name=_("提交时间"), attrs=_NOWRAP)
    scope = tables.Column(verbose_name=_("范围"))
    asked_by_name = tables.Column(verbose_name=_("提交人"))
    classes = NumberColumn(verbose_name=_("班次"))
    people = NumberColumn(verbose_name=_("学员"))
    found_new = NumberColumn(verbose_name=_("新发现"))
    found_again = NumberColumn(verbose_name=_("再次发现"))
    found_no_more = NumberColumn(verbose_name=_("未再发现"))
    duration_ms = tables.Column(
        verbose_name=_("用时"), attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )
    state = tables.Column(empty_values=(), verbose_name=_("状态"))

    def render_asked_at(self, value, record):
        from django.utils import timezone

        shown = timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
        return format_html(
            '<a href="{}">{}</a>', reverse("bureau:risk_passes:detail", args=[record.pk]), shown
        )

    def value_asked_at(self, value):
        from django.utils import timezone

        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")

    def render_scope(self, record):
        return str(record.training_class) if record.training_class_id else record.get_scope_display()

    value_scope = render_scope

    def render_duration_ms(self, value):
        return gettext("{n} 秒").format(n=f"{value / 1000:,.1f}")

    value_duration_ms = render_duration_ms

    def _words(self, record) -> tuple[str, str]:
        if record.finished_at is None:
            return "now", gettext("进行中 {percent}%").format(percent=record.percent)
        return ("no", gettext("未完成")) if record.refusal else ("ok", gettext("已完成"))

    def render_state(self, record):
        return tag(*self._words(record))

    def value_state(self, record):
        return self._words(record)[1]


class HoldTable(ListTable):
    held = tables.Column(verbose_name=_("暂缓对象"))
    named = OpenColumn(to=opens("holds"), verbose_name=_("名称"))
    reason = tables.Column(verbose_name=_("暂缓原因"))
    placed_at = MomentColumn(verbose_name=_("暂缓时间"), shown="%Y-%m-%d")
    placed_by_name = tables.Column(verbose_name=_("暂缓人"))
    due_on = DateColumn(verbose_name=_("应处理日期"), orderable=True)
    days_left = tables.Column(empty_values=(), verbose_name=_("还剩工作日"), attrs=_NOWRAP)
    status = StatusColumn(verbose_name=_("状态"))

    def render_held(self, record):
        return record.get_held_display()

    value_held = render_held

    def render_days_left(self, record):
        if record.status != "placed":
            return "—"
        return tag("no", gettext("已超期")) if record.overdue else record.days_left

    def value_days_left(self, record):
        return record.days_left if record.status == "placed" else ""
