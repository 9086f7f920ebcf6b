"""Found without asking: who is entitled and has not claimed, what is missing, and who was told."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission as P
from kaogong.claims import operations, tasks
from kaogong.claims import queries as claims
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_looking import EntitlementFilter
from kaogong.web.bureau.tables_looking import EntitlementTable
from kaogong.web.parts.lists import Action, ListPage


class Entitlements(ListPage):
    """People on file who could have a subsidy and have not asked."""

    title = _("应享未享")
    template_name = "bureau/entitlements/list.html"
    table_class = EntitlementTable
    filter_class = EntitlementFilter
    may = P.VIEW_PEOPLE
    empty_title = _("没有应享未享的人")
    empty_text = _("每晚按现行政策和已有记录查找；也可以现在查找一次。")

    @property
    def subtitle(self):
        if self.looked is None:
            return gettext("政策找人：按已有记录，谁符合哪项补贴还没有申领")
        return gettext("政策找人：按已有记录，谁符合哪项补贴还没有申领；{at} 查找").format(
            at=f"{timezone.localtime(self.looked):%Y-%m-%d %H:%M}"
        )

    def rows(self, request):
        self.looked = claims.last_looked(request.actor)
        self.batch_url = reverse("bureau:entitlements:tell")
        return claims.entitlements(request.actor)

    def prepare(self, records):
        for record in records:
            record.how_label = gettext(str(claims.TOLD_HOW.get(record.told_how, "")))

    def batch_actions(self, request):
        if not request.actor.may(P.TELL_PERSON):
            return []
        return [
            Action(gettext("已告知：{how}").format(how=gettext(str(label))), name=how)
            for how, label in claims.TOLD_HOW.items()
        ]

    def more(self, request, page_rows):
        return {"may_find": request.actor.may(P.FIND_ENTITLEMENTS)}


@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Make the list anew, in the background."""
    require_may(request.actor, P.FIND_ENTITLEMENTS, gettext("查找应享未享"))
    tasks.find_entitlements(request.actor.region_code, by=request.actor, at=request.at)
    messages.success(request, gettext("已开始在后台查找，完成后刷新本页可见。"))
    return redirect("bureau:entitlements:list")


@require_POST
def tell(request: HttpRequest) -> HttpResponse:
    """Note that the people picked were told."""
    require_may(request.actor, P.TELL_PERSON, gettext("告知本人"))
    picked = [int(pk) for pk in request.POST.getlist("picked") if pk.isdecimal()]
    told = operations.tell_people(picked, how=request.POST.get("act", ""), by=request.actor, at=request.at)
    messages.success(request, gettext("已记入告知 {n} 人次。").format(n=len(told)))
    query = request.POST.get("filtered", "")
    return redirect(reverse("bureau:entitlements:list") + (f"?{query}" if query else ""))
