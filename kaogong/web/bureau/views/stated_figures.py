"""Figures nobody here can count: what a document says of them, and every correction."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.statistics import operations, queries
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_statistics import StatedFilter
from kaogong.web.bureau.forms_statistics import RestateForm, StateForm, typed
from kaogong.web.bureau.tables_statistics import StatedTable
from kaogong.web.parts import figures
from kaogong.web.parts import figures_period as periods
from kaogong.web.parts import figures_register as register
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.papers import paper as handed_in


def address(pk: int) -> str:
    return reverse("bureau:stated_figures:detail", args=[pk])


class StatedFigures(ListPage):
    """What documents say, as it holds now."""

    title = _("引用数据")
    subtitle = _("本系统数不出来、由文件公布的数：每个数写明出处和填报人，更正只能公开更正")
    table_class = StatedTable
    filter_class = StatedFilter
    may = P.VIEW_PEOPLE
    empty_title = _("还没有引用数据")
    empty_text = _("就业人员总量、产业工人数等由文件公布的数填报后，依靠它们的比例才算得出来。")

    def rows(self, request):
        return queries.stated_figures(request.actor)

    def actions(self, request):
        if not request.actor.may(P.STATE_FIGURE):
            return []
        return [Action(gettext("填报引用数据"), reverse("bureau:stated_figures:state"), primary=True)]


class State(FormPage):
    """State one figure."""

    title = _("填报引用数据")
    form_class = StateForm
    may = P.STATE_FIGURE
    submit_label = _("填报")
    next_story = _("填报后立即参与计算。填错了不能删除，用“更正”写明原因，原来的数一直看得到。")
    done_story = _("已填报。")

    def start(self, request, **_):
        self.cancel_url = reverse("bureau:stated_figures:list")

    def form_arguments(self, request):
        return {"by": request.actor, "today": request.today}

    def initial(self, request):
        return {
            "indicator_code": request.GET.get("indicator", ""),
            "region_code": request.GET.get("region", ""),
            "period": request.GET.get("period", str(request.today.year - 1)),
        }

    def act(self, request, form):
        given = form.cleaned_data
        kept = operations.state_figure(
            indicator_code=given["indicator_code"],
            region_code=given["region_code"],
            start_on=given["span"].period.start,
            end_on=given["span"].period.end,
            value=given["value"],
            document=given["document"],
            clause=given["clause"],
            note=given["note"],
            paper=given["paper"],
            by=request.actor,
            at=request.at,
        )
        return address(kept.pk)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One figure with its source, and all that was ever stated of the same thing."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("引用数据"))
    one = queries.stated_figure(pk, by=request.actor)
    history = queries.stated_history(pk, by=request.actor)
    newest = history[-1]
    indicator = register.indicator_named(one.indicator_code)
    return render(
        request,
        "bureau/figures/stated.html",
        {
            "one": one,
            "name": register.name_of(indicator),
            "indicator_url": reverse("bureau:indicators:detail", args=[one.indicator_code]),
            "region": catalog.region_name(one.region_code),
            "period": periods.span_of(one.start_on, one.end_on).label,
            "words": figures.told(one.value, indicator.unit),
            "definition": register.definition_of(indicator),
            "newest_url": address(newest.pk) if newest.pk != one.pk else "",
            "restate_url": reverse("bureau:stated_figures:restate", args=[newest.pk])
            if request.actor.may(P.STATE_FIGURE)
            else "",
            "paper_url": _paper_url(one),
            "facts": [
                (gettext("来源文件"), one.document),
                (gettext("条款或页码"), one.clause),
                (gettext("说明"), one.note),
                (gettext("填报人"), one.stated_by),
                (gettext("填报时间"), f"{timezone.localtime(one.stated_at):%Y-%m-%d %H:%M}"),
            ],
            "history": [
                (
                    step,
                    figures.told(step.value, indicator.unit),
                    f"{step.document} {step.clause}".strip(),
                    _paper_url(step),
                    step.pk == newest.pk,
                )
                for step in reversed(history)
            ],
        },
    )


@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The document one figure was read from; the look is kept in the trail."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("查看来源文件原件"))
    return handed_in(operations.read_stated_paper(pk, by=request.actor, at=request.at))


def _paper_url(one) -> str:
    return reverse("bureau:stated_figures:paper", args=[one.pk]) if hasattr(one, "paper") else ""


class Restate(FormPage):
    """Correct one figure openly."""

    title = _("更正引用数据")
    form_class = RestateForm
    may = P.STATE_FIGURE
    submit_label = _("更正")
    next_story = _(
        "以后的计算用更正后的数；已冻结的数据和报表仍用当时的数。原来附的文件跟着原来的数，更正依据的文件请另附。"
    )
    done_story = _("已更正，原来的数保留在下面。")

    def start(self, request, pk, **_):
        self.one = queries.stated_figure(pk, by=request.actor)
        indicator = register.indicator_named(self.one.indicator_code)
        self.unit = indicator.unit
        self.subtitle = gettext("{name}，{region}，{period}：现为 {value}").format(
            name=register.name_of(indicator),
            region=catalog.region_name(self.one.region_code),
            period=periods.span_of(self.one.start_on, self.one.end_on).label,
            value=figures.told(self.one.value, self.unit),
        )
        self.cancel_url = address(pk)

    def form_arguments(self, request):
        return {"unit": self.unit}

    def initial(self, request):
        return {
            "value": typed(self.one.value, self.unit),
            "document": self.one.document,
            "clause": self.one.clause,
            "note": self.one.note,
        }

    def act(self, request, form):
        kept = operations.restate_figure(self.one.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return address(kept.pk)
