"""Learners' objections to marks, and the school's answers."""

import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.presence import queries as presence
from kaogong.web.parts.columns import DateColumn, OpenColumn, StatusColumn
from kaogong.web.parts.disputes import dispute_page, uphold_dispute
from kaogong.web.parts.lists import ListPage, ListTable
from kaogong.web.parts.pages import act


class DisputeTable(ListTable):
    person = OpenColumn(
        accessor="enrolment__person__name",
        to=lambda row: reverse("provider:disputes:detail", args=[row.pk]),
        verbose_name=_("学员"),
    )
    title = tables.Column(accessor="session__training_class__title", verbose_name=_("班次"))
    on = DateColumn(accessor="session__on", verbose_name=_("课次日期"))
    due_on = DateColumn(verbose_name=_("答复期限"))
    status = StatusColumn(verbose_name=_("状态"))


class Disputes(ListPage):
    """Objections of the institution's learners, those to be answered soonest first."""

    title = _("考勤异议")
    subtitle = _("学员认为标记不对；请在期限内核实答复，成立的会自动更正。")
    table_class = DisputeTable
    may = P.UPHOLD_DISPUTE
    empty_title = _("没有考勤异议")
    empty_text = _("学员在手机上提出的异议会出现在这里。")

    def rows(self, request):
        return presence.disputes(request.actor)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection with what is known of the session."""
    return dispute_page(request, pk, may=P.UPHOLD_DISPUTE, title=gettext("考勤异议"), door="provider")


def _to_detail(_request, dispute) -> str:
    return reverse("provider:disputes:detail", args=[dispute.pk])


uphold = act(uphold_dispute, to=_to_detail, done=_("异议成立，标记已更正。"))
