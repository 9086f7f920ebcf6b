"""Picking an occupation while typing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.levels import LEVELS
from kaogong.trail.operations import require_may


class OccupationMissing(Refused):
    """请按名称查找并选定职业。"""


def chosen_occupation(request: HttpRequest) -> str:
    """The code of the one occupation picked in a form."""
    code = request.POST.get("occupation_code", "")
    if catalog.occupation(code) is None:
        raise OccupationMissing()
    return code


def found_occupations(request: HttpRequest) -> list:
    """The occupation picked, to show again beside what else was typed."""
    found = catalog.occupation(request.POST.get("occupation_code", ""))
    return [found] if found is not None else []


def level_choices() -> list[tuple[str, str]]:
    """Every level a contract may name, training without a level included."""
    return [*((level.code, gettext(level.label)) for level in LEVELS), ("", gettext("不分等级"))]


def occupations(request: HttpRequest) -> HttpResponse:
    """Occupations matching what is typed: to add to a contract, or to pick one."""
    require_may(request.actor, Permission.VIEW_BUREAU, gettext("查找职业"))
    text = request.GET.get("occupation_text", "")
    found = catalog.occupations_matching(text, limit=12) if text.strip() else []
    one = request.GET.get("for") == "one"
    template = "bureau/occupations/one.html" if one else "bureau/occupations/many.html"
    return render(request, template, {"found": found, "text": text.strip()})


def scope(request: HttpRequest) -> HttpResponse:
    """One occupation with its levels to tick."""
    require_may(request.actor, Permission.VIEW_BUREAU, gettext("查找职业"))
    occupation = catalog.occupation(request.GET.get("code", ""))
    if occupation is None:
        raise NotFound()
    row = {"code": occupation.code, "name": occupation.name, "levels": [(*c, False) for c in level_choices()]}
    return render(request, "bureau/occupations/scope.html", {"row": row})


def picked_scopes(values: list[str]) -> list[dict]:
    """The ticked "code:level" pairs as rows to show again, an occupation per row."""
    chosen: dict[str, set[str]] = {}
    for value in values:
        code, _, level = value.partition(":")
        chosen.setdefault(code, set()).add(level)
    return [
        {
            "code": code,
            "name": catalog.occupation_name(code),
            "levels": [(*choice, choice[0] in levels) for choice in level_choices()],
        }
        for code, levels in chosen.items()
    ]
