"""Open data: figures of this district as tables anybody may take along."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext

from kaogong.kernel.errors import NotFound
from kaogong.web.parts import figures, figures_charts
from kaogong.web.parts import figures_period as periods
from kaogong.web.parts import figures_register as register
from kaogong.web.parts.figures_files import CSV, csv_lines
from kaogong.web.parts.lists import download
from kaogong.web.portal import open_tables


def datasets(request: HttpRequest) -> HttpResponse:
    """What there is, with the definition of each, and on which terms."""
    return render(
        request,
        "portal/data.html",
        {
            "groups": _groups(),
            "count": len(open_tables.DATASETS),
            "licence": gettext(open_tables.LICENCE),
            "rule": open_tables.rule_words(),
            "years": open_tables.years_told(request.today),
        },
    )


def _groups() -> list[dict]:
    """The tables by what they count, each definition said once."""
    found: dict[str, dict] = {}
    for one in open_tables.DATASETS.values():
        group = found.setdefault(
            one.code,
            {
                "name": register.name_of(one.indicator),
                "definition": register.definition_of(one.indicator),
                "datasets": [],
            },
        )
        words = gettext("按{dimension}").format(dimension=register.dimension_label(one.dimension))
        group["datasets"].append((one, words))
    return list(found.values())


def dataset(request: HttpRequest, slug: str) -> HttpResponse:
    """One table beside its chart, with its definition, dates and files."""
    told = _asked(request, slug)
    one = told.dataset.indicator
    pairs = [(cell.label, cell.value) for cell in told.rows]
    return render(
        request,
        "portal/dataset.html",
        {
            "told": told,
            "title": told.dataset.title,
            "name": register.name_of(one),
            "unit": figures.unit_words(one.unit) or register.unit_of(one),
            "definition": register.definition_of(one),
            "owner": register.owner_of(one),
            "by_label": register.dimension_label(told.dataset.dimension),
            "finding": figures.finding(
                register.name_of(one), pairs, unit=one.unit, dimension=told.dataset.dimension, adds_up=False
            ),
            "option": figures_charts.option(
                [pair for pair in pairs if pair[1] is not None],
                unit=one.unit,
                dimension=told.dataset.dimension,
            ),
            "size": figures_charts.height_class(len(pairs), told.dataset.dimension),
            "licence": gettext(open_tables.LICENCE),
            "rule": open_tables.rule_words(),
            "years": open_tables.years_told(request.today),
        },
    )


def as_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The table as comma-separated text."""
    told = _asked(request, slug)
    return download(csv_lines(open_tables.as_lines(told)), f"{slug}-{told.span.period.start.year}.csv", CSV)


def as_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The table as JSON."""
    told = _asked(request, slug)
    return JsonResponse(open_tables.as_json(told), json_dumps_params={"ensure_ascii": False, "indent": 1})


def _asked(request: HttpRequest, slug: str) -> open_tables.Told:
    found = open_tables.dataset_named(slug)
    told = open_tables.years_told(request.today)
    return open_tables.table(found, _chosen(request.GET.get("year", ""), told))


def _chosen(text: str, told: list[periods.Span]) -> periods.Span:
    if not text:
        return told[0]
    chosen = next((span for span in told if str(span.period.start.year) == text), None)
    if chosen is None:
        raise NotFound()
    return chosen
