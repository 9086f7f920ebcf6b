"""The trail: who did what, when and why, and whether anything sealed was changed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.trail import queries as trail
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters import TrailFilter
from kaogong.web.bureau.tables import TrailTable
from kaogong.web.parts.lists import ListPage


class Trail(ListPage):
    """Everything done in reach, newest first."""

    title = _("经办轨迹")
    subtitle = _("每一步由谁、何时、为什么办理；只增不改，定时封存")
    template_name = "bureau/trail/list.html"
    table_class = TrailTable
    filter_class = TrailFilter
    may = Permission.VIEW_TRAIL
    per_page = 50
    empty_title = _("还没有记录")

    def rows(self, request):
        return trail.entries_visible(request.actor)

    def more(self, request, page_rows):
        return {"seal": trail.last_seal()}


def chain(request: HttpRequest) -> HttpResponse:
    """Add every seal again and say whether all agree."""
    require_may(request.actor, Permission.VIEW_TRAIL, gettext("经办轨迹"))
    return render(
        request, "bureau/trail/chain.html", {"faults": trail.chain_faults(), "seal": trail.last_seal()}
    )
