"""The catalogue of indicators and the page of each: what it means, who answers for it, how it is counted."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.indicators.counting import sql_of
from kaogong.kernel.errors import NotFound, NotPermitted, Refused
from kaogong.trail.operations import require_may
from kaogong.web.bureau import figure_question as asking
from kaogong.web.bureau import figure_telling
from kaogong.web.bureau.views.figures import problem, state_url
from kaogong.web.parts import figures_register as register
from kaogong.web.parts.values import listed


def catalogue(request: HttpRequest) -> HttpResponse:
    """Every indicator by what it is counted from; found by words, owner, source and paper."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("指标目录"))
    chosen = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "owner", "fact", "paper")}
    every = register.every_indicator()
    shown = [one for one in every if _matches(one, chosen)]
    groups = [
        {
            "code": key,
            "label": register.fact_label(key),
            "indicators": [_line(one) for one in shown if _is_of(one, key)],
        }
        for key in _kept(register.fact_key(one) for one in shown)
    ]
    return render(
        request,
        "bureau/indicators/list.html",
        {
            "groups": groups,
            "count": len(shown),
            "chosen": chosen,
            "is_filtered": any(chosen.values()),
            "filters": _filters(every, chosen),
        },
    )


def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator: its definition, what it is broken down by, its versions, this year's figure and how fresh."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("指标目录"))
    question = asking.asked(request, code)
    here = _about(question) | {"state_url": state_url(request, question)}
    try:
        figure = figure_telling.figure_of(question, request.actor)
        span = question.span.up_to(request.today).a_year_before()
        before = figure_telling.figure_of(question, request.actor, span=span) if here["counted"] else None
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        here |= {"problem": problem(refusal), "total": {"words": "—"}}
        figure = None
    else:
        here["total"] = figure_telling.told_total(question, figure, before, opens=True)
    here["facts"] = _facts(question, figure)
    return render(request, "bureau/indicators/detail.html", here)


def _matches(one, chosen: dict[str, str]) -> bool:
    words = (
        f"{one.code} {register.name_of(one)} {one.name} {register.definition_of(one)} {one.meaning}".lower()
    )
    return (
        all(word in words for word in chosen["q"].lower().split())
        and chosen["owner"] in ("", one.owner)
        and chosen["fact"] in ("", register.fact_key(one))
        and (not chosen["paper"] or chosen["paper"] in {paper.document for paper in register.papers_of(one)})
    )


def _is_of(one, key: str) -> bool:
    return register.fact_key(one) == key


def _kept(keys) -> list[str]:
    return list(dict.fromkeys(keys))


def _line(one) -> dict[str, str]:
    return {
        "name": register.name_of(one),
        "url": reverse("bureau:indicators:detail", args=[one.code]),
        "definition": register.definition_of(one),
        "unit": register.unit_of(one),
        "owner": register.owner_of(one),
        "clauses": listed(_kept(paper.words for paper in register.papers_of(one))) or "—",
    }


def _filters(every, chosen: dict[str, str]) -> list[dict]:
    owners = {one.owner: register.owner_of(one) for one in every}
    facts = {key: register.fact_label(key) for key in _kept(register.fact_key(one) for one in every)}
    papers = {paper.document: paper.document for one in every for paper in register.papers_of(one)}
    return [
        {"name": name, "label": label, "options": list(found.items()), "chosen": chosen[name]}
        for name, label, found in (
            ("owner", gettext("负责单位"), owners),
            ("fact", gettext("数据来源"), facts),
            ("paper", gettext("依据文件"), papers),
        )
    ]


def _about(question: asking.Question) -> dict:
    one = question.indicator
    versions = register.versions_of(one.code)
    return {
        "question": question,
        "indicator": one,
        "name": register.name_of(one),
        "definition": register.definition_of(one),
        "place": asking.place_words(question),
        "figure_url": question.url(),
        "counted": one.fact is not None,
        "dimensions": [
            (register.dimension_label(name), question.url(by=name)) for name in asking.offered(question)
        ],
        "versions": [
            f"{register.since_words(version)}：{register.definition_of(version)}" for version in versions
        ]
        if len(versions) > 1
        else [],
        "plans": _plans(question),
        "tests": register.tests_of(one),
    }


def _plans(question: asking.Question) -> list[tuple[str, str]]:
    """The same definition as each engine is asked it; nothing of a figure no rows are counted for."""
    asked = {"region": question.region_code, "period": question.span.period}
    engines = (("DuckDB", "duckdb"), ("Spark SQL", "pyspark"))
    plans = [(name, sql_of(question.code, dialect=dialect, **asked)) for name, dialect in engines]
    return [plan for plan in plans if plan[1]]


def _facts(question: asking.Question, figure) -> list[tuple[str, str]]:
    one = question.indicator
    found = [
        (gettext("单位"), register.unit_of(one)),
        (gettext("数据来源"), register.fact_label(register.fact_key(one))),
        (gettext("时间口径"), register.time_words(one)),
        (gettext("按哪一天计"), register.day_words(one)),
        (gettext("负责单位"), register.owner_of(one)),
        (gettext("依据"), listed(paper.words for paper in register.papers_of(one))),
        (gettext("口径起用"), register.since_words(one)),
    ]
    if figure is not None:
        at = timezone.localtime(figure.as_of).strftime("%Y-%m-%d %H:%M") if figure.as_of else ""
        found.append((gettext("数据截至"), at))
        if figure.denominator is not None:
            found.append((gettext("分子"), figure_telling.number(figure.numerator, question)))
            found.append((gettext("分母"), figure_telling.number(figure.denominator)))
        if figure.note:
            found.append((gettext("说明"), figure.note))
    return [pair for pair in found if pair[1]]
