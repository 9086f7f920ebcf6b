"""Learners' objections to marks over all schools of the district, with their deadlines."""

import django_filters as filters
import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.kernel.working_days import working_days_between
from kaogong.presence import operations
from kaogong.presence import queries as presence
from kaogong.presence.states import DISPUTE
from kaogong.web.parts.columns import DateColumn, OpenColumn, StatusColumn
from kaogong.web.parts.disputes import dispute_page, uphold_dispute
from kaogong.web.parts.lists import ListPage, ListTable
from kaogong.web.parts.pages import act
from kaogong.web.parts.templatetags.parts import tag


class DisputeTable(ListTable):
    person = OpenColumn(
        accessor="enrolment__person__name",
        to=lambda row: reverse("bureau:disputes:detail", args=[row.pk]),
        verbose_name=_("学员"),
    )
    title = tables.Column(accessor="session__training_class__title", verbose_name=_("班次"))
    school = tables.Column(accessor="session__training_class__institution__name", verbose_name=_("培训机构"))
    on = DateColumn(accessor="session__on", verbose_name=_("课次日期"))
    due_on = DateColumn(verbose_name=_("答复期限"))
    left = tables.Column(accessor="days_left", verbose_name=_("还有"), empty_values=())
    status = StatusColumn(verbose_name=_("状态"))

    def render_left(self, record):
        if record.status != "received":
            return "—"
        if record.days_left < 0:
            return tag("no", gettext("已过期限"))
        return gettext("{n} 个工作日").format(n=record.days_left)

    def value_left(self, record):
        return record.days_left if record.status == "received" else ""


class DisputeFilter(filters.FilterSet):
    """By where the answer stands."""

    status = filters.ChoiceFilter(
        label=_("状态"), choices=[(code, _(label)) for code, label in DISPUTE.choices], empty_label=_("全部")
    )


class Disputes(ListPage):
    """Every objection in reach, those to be answered soonest first."""

    title = _("考勤异议")
    subtitle = _("学员对考勤标记的异议；学校或人社部门都可以答复，期限到了没有答复的排在最前。")
    table_class = DisputeTable
    filter_class = DisputeFilter
    may = P.VIEW_PEOPLE
    empty_title = _("没有考勤异议")
    empty_text = _("学员在手机上提出的异议会出现在这里。")

    def rows(self, request):
        self.today = request.today
        return presence.disputes(request.actor)

    def prepare(self, records):
        for record in records:
            record.days_left = working_days_between(self.today, record.due_on)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection with what is known of the session."""
    return dispute_page(request, pk, may=P.VIEW_PEOPLE, title=gettext("考勤异议"), door="bureau")


def _to_detail(_request, dispute) -> str:
    return reverse("bureau:disputes:detail", args=[dispute.pk])


uphold = act(uphold_dispute, to=_to_detail, done=_("异议成立，标记已更正。"))
dismiss = act(operations.dismiss_dispute, to=_to_detail, done=_("已答复，学员会看到您写的理由。"))
