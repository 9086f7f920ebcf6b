"""Looks: the last ones, one with its progress, and one more now."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission as P
from kaogong.risk import queries, tasks
from kaogong.trail.operations import require_may
from kaogong.web.bureau.tables_risk import PassTable
from kaogong.web.parts import risk
from kaogong.web.parts.lists import ListPage


class Passes(ListPage):
    """The last looks, newest first."""

    title = _("历次风险核查")
    subtitle = _("每晚核查全区划；班次结业后、拨付前核查该班次和与它有关的班次。")
    template_name = "bureau/risk/passes.html"
    table_class = PassTable
    may = P.VIEW_PEOPLE
    empty_title = _("还没有核查过")
    empty_text = _("点“现在核查”，完成后这里会列出发现了什么、哪些种类因缺少数据没有核查。")

    def rows(self, request):
        return queries.risk_passes(request.actor)

    def more(self, request, page_rows):
        return {"may_run": request.actor.may(P.RUN_RISK_CHECK)}


@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Look over the whole region now, in the background."""
    require_may(request.actor, P.RUN_RISK_CHECK, gettext("风险核查"))
    look = tasks.start_risk_check(by=request.actor, at=request.at)
    messages.success(request, gettext("已开始核查，可以离开这一页。"))
    return redirect("bureau:risk_passes:detail", pk=look.pk)


@require_POST
def run_class(request: HttpRequest, pk: int) -> HttpResponse:
    """Look over one class and what lies around it now."""
    require_may(request.actor, P.RUN_RISK_CHECK, gettext("风险核查"))
    look = tasks.start_risk_check(by=request.actor, at=request.at, training_class_id=pk)
    messages.success(request, gettext("已开始核查，可以离开这一页。"))
    return redirect("bureau:risk_passes:detail", pk=look.pk)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One look: how far it is, or what it found and what it could not look for."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("风险核查"))
    look = queries.risk_pass(pk, by=request.actor)
    missing = [
        (risk.title_of(kind), risk.missing_words(told)) for kind, told in sorted(look.not_looked.items())
    ]
    return render(
        request,
        "bureau/risk/pass.html",
        {
            "look": look,
            "counts": [(kind, risk.title_of(kind), count) for kind, count in look.counts.items()],
            "missing": missing,
            "seconds": f"{look.duration_ms / 1000:,.1f}",
        },
    )


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The piece that asks again; when the look is over it sends the browser to the result."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("风险核查"))
    look = queries.risk_pass(pk, by=request.actor)
    if look.finished_at is not None:
        response = HttpResponse()
        response["HX-Redirect"] = reverse("bureau:risk_passes:detail", args=[pk])
        return response
    return render(request, "bureau/risk/progress.html", {"look": look})
