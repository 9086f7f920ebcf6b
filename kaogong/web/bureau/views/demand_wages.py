"""Guides of wages: added up from a closed survey, reviewed, published."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.demand import operations, queries
from kaogong.trail.operations import require_may
from kaogong.web.bureau.tables_demand import GuideTable
from kaogong.web.parts.demand import forms_told, level_name
from kaogong.web.parts.lists import ListPage
from kaogong.web.parts.pages import act
from kaogong.web.parts.records import acts_of

NEXT = {
    "drafted": _("正在汇总。"),
    "proposed": _("下一步：由另一人核对后发布，或撤回重新汇总。"),
    "published": _("已在门户公布，任何人可以查看和下载。"),
    "withdrawn": _("已撤回，门户不再显示。"),
}


class Guides(ListPage):
    """Every guide in reach."""

    title = _("工资价位")
    subtitle = _("由截止的工资分配调查汇总；企业少、人数少或一家企业占比过高的不公布")
    table_class = GuideTable
    may = P.VIEW_PEOPLE
    empty_title = _("还没有工资价位")
    empty_text = _("工资分配调查截止后，在调查页汇总。")

    def rows(self, request):
        return queries.wage_guides(request.actor)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One guide as it will stand on the portal, with the sizes it was made by."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("工资价位"))
    guide = queries.wage_guide(pk, by=request.actor)
    cells = list(queries.cells_of_guide(pk))
    for cell in cells:
        cell.occupation_name = catalog.occupation_name(cell.occupation_code)
        cell.level = level_name(cell.level_code)
        cell.why = gettext(queries.HIDDEN[cell.hidden_because]) if cell.hidden_because else ""
    return render(
        request,
        "bureau/demand/guide.html",
        {
            "page_base": "rail.html",
            "title": guide.round.title,
            "number": guide.round.title,
            "thing": guide,
            "crumb": gettext("工资价位"),
            "crumb_url": reverse("bureau:wage_guides:list"),
            "said": [
                gettext("公布 {shown} 个价位，{hidden} 个因样本少不公布").format(
                    shown=guide.shown, hidden=guide.hidden
                ),
                gettext("至少 {least_firms} 家企业、{least_people} 人，一家不超过 {most_share}%").format(
                    **guide.sizes
                ),
            ],
            "next_story": NEXT[guide.status],
            "acts": acts_of(guide, "bureau:wage_guides", request.actor, primary="publish"),
            "cells": cells,
            "forms": forms_told(pk),
            "story": "wage_guide",
        },
    )


def _to_guide(_request: HttpRequest, guide) -> str:
    return reverse("bureau:wage_guides:detail", args=[guide.pk])


add_up = act(operations.propose_wage_guide, to=_to_guide, done=_("已汇总，等另一人复核。"))
publish = act(operations.publish_wage_guide, to=_to_guide, done=_("已发布。"))
withdraw = act(operations.withdraw_wage_guide, to=_to_guide, done=_("已撤回。"))
