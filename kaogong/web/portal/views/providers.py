"""Recognised providers and classes to join."""

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kaogong.catalog import queries as catalog
from kaogong.institutions import queries as institutions
from kaogong.kernel.errors import NotFound
from kaogong.kernel.writing import tidy
from kaogong.outcomes import queries as outcomes
from kaogong.training import queries as training
from kaogong.web.parts.policy import level_name

PER_PAGE = 20


def providers(request: HttpRequest) -> HttpResponse:
    """Providers recognised today, by name, occupation and area."""
    text, occupation = tidy(request.GET.get("text", "")), tidy(request.GET.get("occupation", ""))
    area = tidy(request.GET.get("area", ""))
    region, today = settings.REGION_CODE, request.today
    found = institutions.recognised_providers(region, today)
    if occupation:
        codes = [row.code for row in catalog.occupations_matching(occupation, limit=3000)]
        found = institutions.providers_training(region, today, codes)
    if text:
        found = found.filter(name__contains=text)
    regions, areas = institutions.training_areas(region, today)
    region_names = {code: catalog.region_name(code) for code in regions}
    if area:
        inside = [code for code, name in region_names.items() if name == area]
        found = found.filter(
            Q(region_code__in=inside) | Q(pk__in=institutions.providers_in_area(area, today))
        )
    kind, grade = request.GET.get("kind", ""), tidy(request.GET.get("grade", ""))
    accessible = request.GET.get("accessible") == "1"
    if kind in dict(institutions.INSTITUTION_KINDS):
        found = found.filter(kind=kind)
    if accessible:
        found = found.filter(pk__in=institutions.with_accessible_rooms(today))
    if grade:
        found = found.filter(pk__in=institutions.graded(region, grade))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    grades = institutions.final_grades([one.pk for one in page.object_list])
    for provider in page.object_list:
        provider.grade = grades.get(provider.pk)
        _describe(provider)
    return render(
        request,
        "portal/providers.html",
        {
            "kinds": institutions.INSTITUTION_KINDS,
            "kind": kind,
            "grades": institutions.grades_known(region),
            "grade": grade,
            "accessible": accessible,
            "page": page,
            "areas": sorted(areas | set(region_names.values())),
            "text": text,
            "occupation": occupation,
            "area": area,
            "is_filtered": bool(text or occupation or area or kind or grade or accessible),
        },
    )


def provider(request: HttpRequest, pk: int) -> HttpResponse:
    """One recognised provider: what it may train, where, and which classes are open."""
    found = institutions.recognised_providers(settings.REGION_CODE, request.today).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    _describe(found)
    return render(
        request,
        "portal/provider.html",
        {
            "provider": found,
            "region_name": catalog.region_name(found.region_code),
            "sites": institutions.sites(found.pk),
            "rooms": institutions.rooms(found.pk, request.today),
            "grade": institutions.final_grades([found.pk]).get(found.pk),
            "brands": institutions.brands_of(found.pk, request.today),
            "pilots": institutions.pilots(found.pk, request.today),
            "rating": outcomes.ratings([found.pk], found.region_code, request.today)[found.pk],
            "rates": outcomes.public_rates(found.pk, found.region_code, request.today),
            "classes": _described(
                training.open_classes(settings.REGION_CODE, request.today).filter(institution_id=found.pk)
            ),
        },
    )


def classes(request: HttpRequest) -> HttpResponse:
    """Classes anyone may still join, the earliest first."""
    text = tidy(request.GET.get("text", ""))
    rows = training.open_classes(settings.REGION_CODE, request.today)
    codes = [row.code for row in catalog.occupations_matching(text, limit=200)] if text else []
    if text:
        rows = rows.filter(title__icontains=text) | rows.filter(occupation_code__in=codes)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = _described(page.object_list)
    return render(request, "portal/classes.html", {"page": page, "text": text, "is_filtered": bool(text)})


class _Scope:
    """One occupation a provider may train, with its levels."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.name = catalog.occupation_name(code)
        self.levels: list[str] = []


def _describe(provider) -> None:
    """Attach what a public page says of a provider."""
    scopes: dict[str, _Scope] = {}
    for contract in provider.contracts_in_force:
        for row in contract.scopes.all():
            scope = scopes.setdefault(row.occupation_code, _Scope(row.occupation_code))
            if (level := level_name(row.level_code)) not in scope.levels:
                scope.levels.append(level)
    provider.scope = sorted(scopes.values(), key=lambda scope: scope.name)
    provider.areas = sorted(
        {catalog.region_name(provider.region_code)}
        | {contract.area for contract in provider.contracts_in_force if contract.area}
    )


def _described(rows) -> list:
    found = list(rows)
    for training_class in found:
        training_class.occupation_name = catalog.occupation_name(training_class.occupation_code)
        training_class.level_name = level_name(training_class.level_code)
        training_class.seats_left = max(training_class.head_count - training_class.learner_count, 0)
    return found
