"""Changes of classes after their approval: what waits, and deciding on it."""

import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.training import operations
from kaogong.training import queries as training
from kaogong.web.bureau.filters_filing import ChangeFilter
from kaogong.web.parts.columns import MomentColumn, OpenColumn, StatusColumn
from kaogong.web.parts.filing import changes_in_words
from kaogong.web.parts.lists import ListPage, ListTable
from kaogong.web.parts.pages import act
from kaogong.web.parts.values import in_english

from .classes import frame


class ChangeTable(ListTable):
    number = OpenColumn(
        to=lambda row: reverse("bureau:classes:changes", args=[row.training_class_id]),
        accessor="training_class__number",
        verbose_name=_("班次"),
        attrs={"td": {"class": "nowrap"}},
    )
    institution = tables.Column(accessor="training_class__institution__name", verbose_name=_("培训机构"))
    kind = tables.Column(accessor="get_kind_display", verbose_name=_("变更事项"))
    words = tables.Column(verbose_name=_("改什么"), empty_values=())
    reason = tables.Column(verbose_name=_("理由"))
    proposed_at = MomentColumn(verbose_name=_("提出时间"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_words(self, record):
        return ("; " if in_english() else "；").join(
            f"{one.label} {one.before} → {one.after}" if one.before else f"{one.label} {one.after}"
            for one in record.altered
        )

    value_words = render_words


class Changes(ListPage):
    """Changes in reach, those waiting first when asked for by state."""

    title = _("开班变更")
    subtitle = _("同意开班以后的变更；须审批的点班次进去办理")
    table_class = ChangeTable
    filter_class = ChangeFilter
    may = Permission.VIEW_PEOPLE
    empty_title = _("还没有变更")
    empty_text = _("培训机构在开班后提出变更，须审批的和已备案的都在这里。")

    def rows(self, request):
        return training.class_changes(request.actor)

    def prepare(self, records):
        changes_in_words(records)


def of_class(request: HttpRequest, pk: int) -> HttpResponse:
    """The changes of one class, with what to decide."""
    shown = frame(request, pk, "changes")
    return render(
        request,
        "bureau/classes/changes.html",
        {
            **shown,
            "changes": changes_in_words(training.class_changes(request.actor, pk)),
            "cancelled": list(training.cancelled_sessions(pk)),
            "shows_who": True,
        },
    )


def _to_class(_request, change) -> str:
    return reverse("bureau:classes:changes", args=[change.training_class_id])


approve = act(operations.approve_change, to=_to_class, done=_("已同意变更，课程表已照改。"))
refuse = act(operations.refuse_change, to=_to_class, done=_("已不同意变更，机构会看到您写的理由。"))
