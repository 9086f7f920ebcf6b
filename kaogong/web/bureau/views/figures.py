"""A figure by one of its dimensions, and the rows it was counted from."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.kernel.errors import NotFound, NotPermitted, Refused
from kaogong.statistics import queries as statistics
from kaogong.trail.operations import record, require_may
from kaogong.web.bureau import figure_beside, figure_checks, figure_papers, figure_rows, figure_telling
from kaogong.web.bureau import figure_files as files
from kaogong.web.bureau import figure_question as asking
from kaogong.web.parts import figures
from kaogong.web.parts import figures_register as register
from kaogong.web.parts.wording import told

ROWS_A_PAGE = 50


def table(request: HttpRequest, code: str) -> HttpResponse:
    """The figure by district, month or any of its dimensions, beside its chart or map."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("统计指标"))
    question = asking.asked(request, code)
    here = shared(request, question) | {"pickers": asking.filters(request, question)}
    try:
        found = figure_telling.breakdown_of(question, request.actor)
        whole, before = figure_telling.a_year_before(question, request.actor, request.today)
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        return render(request, "bureau/figures/table.html", here | {"problem": problem(refusal)})
    rows = figure_telling.told_rows(question, found, before)
    total = figure_telling.told_total(question, found.total, whole, opens=True)
    drawn = figure_telling.drawing(question, rows, found)
    here |= {"as_of": found.total.as_of, "total": total, "rows": rows, **drawn}
    here["contradictions"] = figure_checks.contradictions(question, found, request.actor)
    if request.GET.get("export") in (*files.KINDS, "pdf"):
        require_may(request.actor, P.EXPORT_LIST, gettext("导出"))
        if request.GET["export"] == "pdf":
            return figure_papers.table_paper(request, question, rows, found, here)
        return files.table_file(request, question, rows, found, here)
    is_share = found.total.denominator is not None
    return render(
        request,
        "bureau/figures/table.html",
        here
        | figure_beside.beside(question, request.actor)
        | {
            "by_label": register.dimension_label(question.dimension),
            "by_words": gettext("按{dimension}").format(
                dimension=register.dimension_label(question.dimension)
            ),
            "is_share": is_share,
            "shows_part": found.adds_up and not is_share,
            "shows_before": any(row.before_value for row in rows),
            "adds_up": found.adds_up,
            "why": gettext(found.why) if found.why else "",
        },
    )


def rows(request: HttpRequest, code: str) -> HttpResponse:
    """The rows a figure was counted from, masked; that somebody looked is kept in the trail."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("统计指标"))
    question = asking.asked(request, code)
    part = request.GET.get("part", "numerator")
    page = request.GET.get("page", "1")
    if part not in ("numerator", "denominator") or not (page.isdecimal() and 0 < int(page) < 1_000_000):
        raise NotFound()
    here = shared(request, question) | {
        "back": question.url(),
        "parts": figure_rows.parts_of(question, part),
    }
    asks = {
        "by": request.actor,
        "region_code": question.region_code,
        "period": question.span.period,
        "where": question.conditions or None,
        "part": part,
        "snapshot": question.snapshot,
    }
    is_export = request.GET.get("export") == "xlsx"
    if is_export:
        require_may(request.actor, P.EXPORT_LIST, gettext("导出"))
    size, number = (files.MOST_ROWS, 1) if is_export else (ROWS_A_PAGE, int(page))
    try:
        found = statistics.cell_rows(code, page=number, size=size, **asks)
        figure = figure_telling.figure_of(question, request.actor)
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        return render(request, "bureau/figures/rows.html", here | {"problem": problem(refusal)})
    if is_export:
        return files.rows_file(request, question, found, here)
    record(
        "figure.opened",
        by=request.actor,
        at=request.at,
        subject_kind="figure",
        subject_id=code,
        label=str(here["name"]),
        filters=question.query(part=part),
        rows=found.count,
    )
    last = (number - 1) * size + len(found.rows)
    return render(
        request,
        "bureau/figures/rows.html",
        here
        | {
            "as_of": figure.as_of,
            "story": figure_rows.story(question, figure, found, part),
            "columns": figure_rows.columns(found),
            "rows": figure_rows.cells(found),
            "page_story": gettext("第 {start}–{end} 条，共 {count} 条").format(
                start=(number - 1) * size + 1, end=last, count=f"{found.count:,}"
            ),
            "previous": number - 1 if number > 1 else None,
            "next": number + 1 if last < found.count else None,
        },
    )


def shared(request: HttpRequest, question: asking.Question) -> dict:
    """What every page of a figure shows of the question."""
    return {
        "question": question,
        "name": register.name_of(question.indicator),
        "unit": figures.unit_words(question.indicator.unit) or question.indicator.unit,
        "definition": register.definition_of(question.indicator),
        "place": asking.place_words(question),
        "conditions": asking.conditions(question),
        "may_export": request.actor.may(P.EXPORT_LIST),
        "state_url": state_url(request, question),
    }


def state_url(request: HttpRequest, question: asking.Question) -> str:
    """Where a paper's figure is stated; nothing where it is counted, or the actor may not."""
    if not question.indicator.is_stated or not request.actor.may(P.STATE_FIGURE):
        return ""
    given = {"indicator": question.code, "region": question.region_code, "period": question.span.key}
    return f"{reverse('bureau:stated_figures:state')}?{urlencode(given)}"


def problem(refusal: Refused) -> dict[str, str]:
    """Why there is no figure, in words."""
    return {"title": gettext("现在没有这个数"), "text": told(refusal)}
